/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef S390_GMAP_WALK_H
#define S390_GMAP_WALK_H

#include "core/linux/mm/mm.h"

typedef bool (*pte_fn)(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep);

/*
 * Calls for each PTE, none and swap included, of every page table inside VMAs, in ascending order; VMAs of
 * large pages are left out. Stops, and returns false, when a call does. mmap_sem; the pte lock is not taken (the kernel's walk does not either).
 */
bool walk_ptes(struct machine *m, struct mm *mm, pte_fn call);

#endif
