/* SPDX-License-Identifier: GPL-2.0-only */
/* Records of a program, read: what wire.h says, for the core, the fuzzer and the kernel module. */
#ifndef S390_GMAP_RECORD_H
#define S390_GMAP_RECORD_H

#ifndef __KERNEL__
#include <stdbool.h>
#include <stddef.h>
#endif

#include "abi/wire.h"

#define MAX_ARGS 6

/* One record, from its head on. */
struct record {
	enum wire_op op;
	uint32_t result_handle;
	uint32_t args; /* arguments that there always are */
	uint32_t rest; /* further ones, of FORM_REST */
};

/* A word of a program, at any address. */
static inline uint64_t record_word(const unsigned char *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	       (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

/* How many arguments a row of ops.def has; those of FORM_REST count as one. */
static inline uint32_t op_arity(enum wire_op op)
{
	static const unsigned char arity[WIRE_OPS] = {
#define OP(name, result, arity, ...) [OP_##name] = arity,
#include "abi/ops.def"
#undef OP
	};

	return arity[op];
}

/* The kind of the i-th one; ARG_NONE of the one before the first. */
static inline enum wire_arg op_kind(enum wire_op op, int i)
{
#define KINDS(...) __VA_ARGS__
	static const unsigned char kind[WIRE_OPS][MAX_ARGS + 2] = {
#define OP(name, result, arity, kinds, ...) [OP_##name] = { ARG_NONE, KINDS kinds },
#include "abi/ops.def"
#undef OP
	};
#undef KINDS

	return (enum wire_arg)kind[op][i + 1];
}

/* Whether any count of further arguments follows in place of the last one: of FORM_REST, which one kind has. */
static inline bool op_has_rest(enum wire_op op)
{
	return op_kind(op, (int)op_arity(op) - 1) == ARG_WATCHED;
}

/* How many arguments there always are. */
static inline uint32_t op_args(enum wire_op op)
{
	return op_arity(op) - op_has_rest(op);
}

static inline struct record record_of(uint64_t head)
{
	uint32_t number = head & 0xff;
	/* nearly none is so high that it takes a division */
	enum wire_op op = (enum wire_op)(number < WIRE_OPS ? number : number % WIRE_OPS);
	bool has_rest = op_has_rest(op);

	return (struct record){ op, (uint32_t)(head >> 32), op_arity(op) - has_rest,
				has_rest ? (uint32_t)(head >> 8 & 0xff) : 0 };
}

/* Its words, the head included. */
static inline uint32_t record_words(const struct record *record)
{
	return 1 + record->args + record->rest;
}

/* Bytes of the record at `at`, or 0 when the program ends in the middle of it. Its arguments follow the head. */
static inline size_t record_read(const unsigned char *at, size_t bytes, struct record *record)
{
	size_t size;

	if (bytes < sizeof(uint64_t))
		return 0;
	*record = record_of(record_word(at));
	size = record_words(record) * sizeof(uint64_t);
	return size <= bytes ? size : 0;
}

#endif
