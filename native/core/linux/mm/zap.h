/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking pages out of a process. */
#ifndef S390_GMAP_ZAP_H
#define S390_GMAP_ZAP_H

#include "core/linux/mm/mmu_gather.h"
#include "core/linux/mm/pgalloc.h"

/* Unmaps the pages of [start, end) in the VMAs from `vma` upward; page tables stay. */
void unmap_vmas(struct machine *m, struct mmu_gather *tlb, struct vma *vma, u64 start, u64 end);
/* The same for [start, start + size), with the TLB flush. BUG if vma is NULL: the kernel looks into it. */
void zap_page_range(struct machine *m, struct mm *mm, struct vma *vma, u64 start, u64 size);
/* The same, but only for the part of the range that lies in `vma`. */
void zap_page_range_single(struct machine *m, struct mm *mm, struct vma *vma, u64 start, u64 size);
/* Moves the page to the swap cache and takes it out of the process. 0, -EFAULT, or -EINVAL. */
int swap_out(struct machine *m, struct mm *mm, u64 address);
/* What reclaim's scan does: returns whether the page was young, and makes it old. */
bool clear_young(struct machine *m, struct mm *mm, u64 address);

#endif
