/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The observed state: facts about lowcore, gmaps, their tables and trees, and watched pages, as the trace
 * format has them. After each operation the facts are compared with those after the one before.
 */
#ifndef S390_GMAP_OBSERVE_H
#define S390_GMAP_OBSERVE_H

#include "core/machine/machine.h"
#include "core/program/words.h"

bool observer_create(struct machine *m);
void observer_destroy(struct machine *m);
/* The next comparison gives the whole state, as the first one does. */
void observer_forget(struct machine *m);
/* Appends the facts that changed, first those that went, then those that came. Returns how many. */
u32 observe_changes(struct machine *m, struct words *out);

#endif
