/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the runtime know of each other. What a tree's code calls has the prefix linux_, and is declared in include/own. */
#ifndef S390_GMAP_OWN_RUNTIME_H
#define S390_GMAP_OWN_RUNTIME_H

#include "core/machine/machine.h"

/* Once for each thread: an access of the tree's code to memory that is not there ends the call. */
void own_catch_accesses(void);

/* Whoever is called by the system when an access fails: where it returns to. Behind that in a path comes what failed, and no call. */
void own_path_of_signal(const void *returns_to);

/* Notes what the tree's code is about to store to. BUG: that is none of the machine's memory. */
void own_note_range(void *address, size_t bytes);

#endif
