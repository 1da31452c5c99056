/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions behind the rows of ops.def; interp.h is the way to them. */
#ifndef S390_GMAP_OPERATIONS_H
#define S390_GMAP_OPERATIONS_H

#include "interp.h"

typedef struct reply (*op_fn)(struct machine *m, const struct call *call);
extern const op_fn op_functions[WIRE_OPS];

/* One word of a program, at any address. */
static inline u64 load_word(const u8 *bytes)
{
	u64 word;

	memcpy(&word, bytes, sizeof(word));
	return le64(word);
}

#endif
