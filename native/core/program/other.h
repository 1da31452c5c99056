/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A way to the machines of another addon in this process, which has all of this compiled in as well, and something else in the
 * port's place. Structures of machines are that addon's own: here go plain words, and functions that it calls by itself. A BUG of
 * such a machine ends at its own door.
 */
#ifndef S390_GMAP_OTHER_H
#define S390_GMAP_OTHER_H

#include "core/program/telling.h"

/* By which both sides see that they mean the same; the first thing that is looked at. */
struct other_layout {
	u64 functions;
	u64 told;
	u64 options;
	u64 operations;
	u64 events;
	u64 known;
};

struct other_setup {
	const char *kernel;		/* a name of profiles.def */
	struct machine_options options; /* but for the profile */
};

struct other_functions {
	struct other_layout layout;
	/* NULL: for want of memory, or there is no such kernel. */
	void *(*open)(const struct other_setup *setup);
	void (*close)(void *machine);
	/* As it was when it was opened. */
	void (*restart)(void *machine);
	/* What is told lasts until the next call. */
	const struct told *(*call)(void *machine, enum wire_op op, const struct call *call);
	struct told_value (*value)(const void *machine, const struct told_word *word);
	/* The known defects that its state shows, KNOWN_BIT()s. */
	u64 (*known)(void *machine);
};

/* This addon's. */
const struct other_functions *other_functions(void);
/* Whether another one's can be called: both are of one version. */
bool other_fits(const struct other_functions *functions);

#endif
