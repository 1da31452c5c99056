/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking tables down when their VMAs are gone. */
#ifndef S390_GMAP_FREE_PGTABLES_H
#define S390_GMAP_FREE_PGTABLES_H

#include "core/linux/mm/mmu_gather.h"

/*
 * Frees the tables for VMAs that are gone: each list of VMAs from `vma` on, linked by next, as the
 * kernel does: `floor` is the end of the VMA below (0: none), `ceiling` the start of the one above (0: none).
 */
void free_pgtables(struct machine *m, struct mmu_gather *tlb, const struct vma *vma, u64 floor, u64 ceiling);

#endif
