/* SPDX-License-Identifier: GPL-2.0-only */
/* How much there is of everything. */
#ifndef S390_GMAP_COUNTS_H
#define S390_GMAP_COUNTS_H

#include "core/machine/types.h"

struct machine;

/* Live objects of all kinds; 0 after everything that was created has been freed. */
struct machine_counts {
	u64 mms, gmaps, vmas, files, radix_nodes;
	u64 frames;	 /* in use, lowcores and zero pages not counted */
	u64 lost_tables; /* of those frames: tables that the kernel leaks */
	u64 lost_nodes;	 /* of those radix_nodes: nodes that the kernel leaks */
	u64 bytes;	 /* of frames and of all objects together */
};
void machine_count(const struct machine *m, struct machine_counts *counts);

#endif
