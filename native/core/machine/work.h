/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much was looked at: what tests of growth are about, since times are nobody's. Only builds for tests count
 * (-DCOUNT_WORK); in all others there is nothing of it.
 */
#ifndef S390_GMAP_WORK_H
#define S390_GMAP_WORK_H

#include "core/machine/types.h"

#ifdef COUNT_WORK
struct work {
	u64 vmas;    /* that searches for an address came by */
	u64 entries; /* table entries, slots of trees, pages and gmaps that the observer looked at */
	u64 stores;  /* of a trace that searches came by */
	u64 gmaps;   /* in lists of processes that checks came by */
};
#define WORK(m, what, count) ((void)((m)->work.what += (count)))
#else
#define WORK(m, what, count) ((void)0)
#endif

#endif
