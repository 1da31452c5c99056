/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables that nobody will ever free, in the kernel neither. Ours: counts of what is lost. The tables stay allocated, for
 * nothing else may grow where a stale entry still leads.
 */
#ifndef S390_GMAP_LOST_H
#define S390_GMAP_LOST_H

#include "core/linux/mm/mm.h"

/* The table at this address, of so many frames. Once is enough. */
void lose_frames(struct machine *m, u64 table, u64 frames);
/* The page table at this address, which a kernel frees and a gmap still uses. */
void keep_page_table(struct machine *m, u64 table);
/* All that are still in a table of `level` when that goes, with what is below them. */
void lose_tables_below(struct machine *m, u64 table, enum table_level level);

#endif
