/* SPDX-License-Identifier: GPL-2.0-only */
/* Going through a process's tables. */
#ifndef S390_GMAP_WALK_H
#define S390_GMAP_WALK_H

#include "core/linux/mm/mm.h"

/* The first address behind the granule of size `size` that `address` lies in, at most `end`. */
static inline u64 granule_end(u64 address, u64 size, u64 end)
{
	u64 next = (address + size) & ~(size - 1);

	return next - 1 < end - 1 ? next : end;
}

/*
 * The lowest address from `from` on, below `end`, in a segment that has a page table or a large page;
 * `end` if there is none. Skips what is not there without looking at each segment.
 */
u64 host_next_segment(const struct machine *m, const struct mm *mm, u64 from, u64 end);

/* Around what the pte lock is taken. */
enum walk_lock {
	WALK_LOCKS_TABLE, /* all calls for a page table */
	WALK_LOCKS_PTE,	  /* each call */
	WALK_LETS_GO	  /* no call: it faults, once the PTE was looked at */
};

typedef bool (*pte_fn)(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep);
typedef void (*large_fn)(struct machine *m, struct mm *mm, entry_t *pmd);

/*
 * Calls for each PTE, none and swap included, of every page table inside VMAs, in ascending order. Stops, and returns false,
 * when a call does. mmap_sem. 4.7 takes no pte lock, later kernels as `lock` says.
 */
bool walk_ptes(struct machine *m, struct mm *mm, pte_fn call, enum walk_lock lock);
/* And, where their turn comes, for each segment entry that is used in VMAs of large pages; the other one leaves these out. */
bool walk_ptes_and_large(struct machine *m, struct mm *mm, pte_fn call, large_fn large, enum walk_lock lock);

#endif
