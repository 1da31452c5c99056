/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls of a program, for the module, for init and for the processes. */
#ifndef S390_GMAP_CALL_H
#define S390_GMAP_CALL_H

#include "abi/record.h"

#define RECORD_MAX_WORDS (1 + MAX_ARGS + 0xff)

struct call {
	enum wire_op op;
	uint32_t result_handle;
	uint32_t rest_count;
	uint64_t arg[MAX_ARGS];
	const unsigned char *rest; /* rest_count words, as they stand in the record */
};

/* Bytes of the record at `at`, or 0 when the program ends in the middle of it. */
static inline size_t call_read(const unsigned char *at, size_t bytes, struct call *call)
{
	struct record record;
	size_t size = record_read(at, bytes, &record);
	uint32_t i;

	if (!size)
		return 0;
	call->op = record.op;
	call->result_handle = record.result_handle;
	for (i = 0; i < record.args; i++)
		call->arg[i] = record_word(at += sizeof(uint64_t));
	call->rest = at + sizeof(uint64_t);
	call->rest_count = record.rest;
	return size;
}

static inline int record_names_mm(enum wire_op op)
{
	return wire_form_of(op_kind(op, 0)) == FORM_MM;
}

/* Who makes the call. */
static inline enum op_maker record_maker(enum wire_op op)
{
	static const unsigned char maker[WIRE_OPS] = {
#define OP(name, result, arity, kinds, names, kernels, model, made_by, ...) [OP_##name] = made_by,
#include "abi/ops.def"
#undef OP
	};

	return (enum op_maker)maker[op];
}

#endif
