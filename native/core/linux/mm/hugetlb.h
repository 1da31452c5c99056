/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mappings of 1 MiB pages: segment entries that have no page table.
 *
 * Otherwise: huge pages. Private anonymous ones, enough for a large segment entry to exist.
 */
#ifndef S390_GMAP_HUGETLB_H
#define S390_GMAP_HUGETLB_H

#include "core/linux/mm/mm.h"

u32 hugetlb_fault(struct machine *m, struct mm *mm, struct vma *vma, u64 address, bool write);
/* Unmaps and frees the large pages of [start, end). BUG if an end lies inside of one. */
void hugetlb_zap(struct machine *m, struct mm *mm, u64 start, u64 end);
void hugetlb_change_protection(struct machine *m, struct mm *mm, u64 start, u64 end, u64 flags);
/* fork: the child shares the pages, both lose the permission to write. */
int hugetlb_copy(struct machine *m, struct mm *child, struct mm *parent, const struct vma *vma);

/* The keys of a large page become a guest's, who expects zeroes. */
void hugetlb_clear_keys(struct machine *m, u64 page);

#endif
