/* SPDX-License-Identifier: GPL-2.0-only */
/* One page table of a process. */
#ifndef S390_GMAP_PAGE_TABLE_H
#define S390_GMAP_PAGE_TABLE_H

#include "core/linux/mm/mmu_gather.h"

/* A page table for the segment of `address`; 0 without memory. */
u64 page_table_alloc(struct machine *m, struct mm *mm, u64 address);
/* The lowest host address that a page table was made for. */
u64 page_table_vmaddr(const struct machine *m, u64 table);
/* The table is out of its segment table: no gmap may use it any longer, and it is freed with the gather's next flush. */
void page_table_free_rcu(struct machine *m, struct mmu_gather *tlb, u64 table, u64 vmaddr);
/* And this frees its frame, or the halves of it that are on their way out. */
void page_table_release(struct machine *m, struct frame *frame);

#endif
