/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables on their way out: freed when the TLB entries made from them are gone. */
#ifndef S390_GMAP_MMU_GATHER_H
#define S390_GMAP_MMU_GATHER_H

#include "core/linux/mm/mm.h"

struct mmu_gather {
	struct mm *mm;
	bool fullmm;	 /* the whole process ends: no PGSTE is looked at any more */
	u64 first, last; /* frame numbers, linked by frame.next */
	u64 count;
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm *mm, bool fullmm);
/* The frame of a table that nothing names any more; flushes when the batch is full. */
void tlb_remove_table(struct machine *m, struct mmu_gather *tlb, u64 table);
/* Flushes what is owed, and frees the rest. */
void tlb_finish_mmu(struct machine *m, struct mmu_gather *tlb);

#endif
