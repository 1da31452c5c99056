/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one setjmp. For door.c, whose machine_enter() is what everybody else uses, and for tests, whose call is an
 * expression.
 */
#ifndef S390_GMAP_WAY_OUT_H
#define S390_GMAP_WAY_OUT_H

#include <setjmp.h>

#include "core/machine/machine.h"

struct way_out {
	jmp_buf jump;
	struct way_out *outer;
	u64 foreign_frames; /* how many there were here */
};

void way_out_open(struct call_stack *stack, struct way_out *way_out);
void way_out_close(struct call_stack *stack, const struct way_out *way_out);

/* Makes the call; a BUG ends it here. m->dead says whether one did, if the machine was alive before. */
#define WITH_WAY_OUT(m, call)                         \
	do {                                          \
		struct way_out way_out_;              \
		way_out_open((m)->stack, &way_out_);  \
		if (setjmp(way_out_.jump) == 0) {     \
			call;                         \
		}                                     \
		way_out_close((m)->stack, &way_out_); \
	} while (0)

#endif
