/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is new about a program: edges of the graph of states, on any build. An edge is an operation with its
 * result; two operations that followed each other; a PTE or PGSTE that an operation brought from one state to another; a
 * shape of tables that a program ended with.
 */
#ifndef S390_GMAP_FEATURES_H
#define S390_GMAP_FEATURES_H

#include "core/program/interp.h"
#include "fuzz/engine/seen.h"

struct features {
	struct seen seen;
	u32 before;	/* the operation before */
	bool no_memory; /* a feature of this program was not counted for want of it */
	size_t stored;
};

/* False without memory. */
bool features_create(struct features *features);
void features_destroy(struct features *features);

/* To be called before the program, after each operation, and after the program. */
void features_begin(struct features *features, const struct machine *m);
void features_step(struct features *features, const struct machine *m, enum wire_op op, struct reply reply);
void features_end(struct features *features, const struct machine *m);

#endif
