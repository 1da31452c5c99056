/* SPDX-License-Identifier: GPL-2.0-only */
/* The records of a program, read: for the module, for init and for the processes. */
#ifndef S390_GMAP_RECORD_H
#define S390_GMAP_RECORD_H

#ifndef __KERNEL__
#include <stddef.h>
#endif

#include "abi/wire.h"

#define RECORD_ARGS 6
#define RECORD_MAX_WORDS (1 + RECORD_ARGS + 0xff)

struct call {
	enum wire_op op;
	uint32_t result_handle;
	uint32_t rest_count;
	uint64_t arg[RECORD_ARGS];
	const unsigned char *rest; /* rest_count words, as they stand in the record */
};

static inline uint64_t record_word(const unsigned char *at)
{
	uint64_t word = 0;
	int i;

	for (i = 7; i >= 0; i--)
		word = word << 8 | at[i];
	return word;
}

static inline unsigned int record_arity(enum wire_op op)
{
	static const unsigned char arity[WIRE_OPS] = {
#define OP(name, result, arity, ...) [OP_##name] = arity,
#include "abi/ops.def"
#undef OP
	};

	return arity[op];
}

static inline enum wire_form record_form(enum wire_op op, unsigned int i)
{
#define KINDS(...) __VA_ARGS__
	/* the 0 is for operations without arguments: not every compiler takes empty braces */
	static const unsigned char kind[WIRE_OPS][RECORD_ARGS + 2] = {
#define OP(name, result, arity, kinds, ...) [OP_##name] = { 0, KINDS kinds },
#include "abi/ops.def"
#undef OP
	};
#undef KINDS

	return wire_form_of((enum wire_arg)kind[op][i + 1]);
}

/* Bytes of the record, or 0 when the program ends in the middle of it. */
static inline size_t record_read(const unsigned char *at, size_t bytes, struct call *call)
{
	uint64_t head;
	size_t words;
	unsigned int i;

	if (bytes < sizeof(head))
		return 0;
	head = record_word(at);
	call->op = (enum wire_op)((head & 0xff) % WIRE_OPS);
	call->result_handle = (uint32_t)(head >> 32);
	call->rest_count = 0;
	words = record_arity(call->op);
	if (words && record_form(call->op, (unsigned int)words - 1) == FORM_REST) {
		call->rest_count = (uint32_t)(head >> 8 & 0xff);
		words--;
	}
	if (bytes / sizeof(head) < 1 + words + call->rest_count)
		return 0;
	for (i = 0; i < words; i++)
		call->arg[i] = record_word(at + (1 + i) * sizeof(head));
	call->rest = at + (1 + words) * sizeof(head);
	return (1 + words + call->rest_count) * sizeof(head);
}

static inline int record_names_mm(enum wire_op op)
{
	return record_form(op, 0) == FORM_MM;
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
