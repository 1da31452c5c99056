/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel does not go on: the rows of bugs.def.
 *
 * Otherwise: calls that a kernel does not survive. What it does to memory before it dies is not done.
 */
#ifndef S390_GMAP_BUG_H
#define S390_GMAP_BUG_H

#include "core/machine/types.h"

struct machine;

enum bug_place {
	BUG_none,
#define BUG_PLACE(name, whose, text) BUG_##name,
#include "abi/bugs.def"
#undef BUG_PLACE
	BUG_PLACES
};

/* Ends the current call at the door that it came in by (door.h); the machine is dead until reset or restored. */
noreturn_fn void machine_bug(struct machine *m, enum bug_place place, const char *format, ...) format_fn(3, 4);
/* Ends the current call too, after one inside of it (in a hook) ended in a BUG. */
noreturn_fn void machine_unwind(struct machine *m);
const char *bug_place_text(enum bug_place place);
const char *bug_place_name(enum bug_place place);
/* Whether programs can do that to a kernel; any other BUG is a mistake of the model. */
bool bug_is_the_programs(enum bug_place place);

#endif
