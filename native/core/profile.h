/* SPDX-License-Identifier: GPL-2.0-only */
/* Where kernels differ: one struct of behaviours, one row per kernel. */
#ifndef S390_GMAP_PROFILE_H
#define S390_GMAP_PROFILE_H

#include "types.h"

struct profile {
	const char *name;		/* as in the header of a trace */
	u64 map_from_end;		/* gmap_map_segment: highest from + len */
	bool read_fault_maps_zero_page; /* of private anonymous memory, while storage keys are not in use */
};

#define PROFILE_DEFAULT "linux-4.7"

/* NULL if there is no such kernel. */
const struct profile *profile_find(const char *name);
/* The i-th profile, NULL after the last one. */
const struct profile *profile_at(size_t i);

#endif
