/* SPDX-License-Identifier: GPL-2.0-only */
/* Data pages: references, storage keys, the zero pages, and entries of swap. */
#ifndef S390_GMAP_PAGE_H
#define S390_GMAP_PAGE_H

#include "core/hardware/instructions.h"
#include "core/linux/entries.h"

/* A page that reads as zero, with one reference; 0 without memory. */
u64 page_alloc_zeroed(struct machine *m, enum frame_kind kind);
/* References are PTEs, swap entries, and a file. The last one frees the page. */
void page_get(struct machine *m, u64 page);
void page_put(struct machine *m, u64 page);

/* The real storage key of a page. Quiescing ("mapped") operations are told apart in the event log only. */
static inline u8 page_get_storage_key(const struct machine *m, u64 page)
{
	return iske(m, page);
}

static inline void page_set_storage_key(struct machine *m, u64 page, u64 key, bool quiescing)
{
	sske(m, page, key, !quiescing);
}

static inline u64 zero_page(const struct machine *m, u64 vmaddr)
{
	return m->storage.origin + ZERO_AREA + (vmaddr & ZERO_AREA_MASK);
}

static inline bool is_zero_page(const struct machine *m, u64 address)
{
	return address - m->storage.origin - ZERO_AREA < ZERO_AREA_SIZE;
}

static inline u64 pte_page(u64 pte)
{
	return pte & PAGE_MASK;
}

/* Whether the one process that has a private page may write to it without asking who else has it. */
void page_set_exclusive(struct machine *m, u64 page, bool exclusive);
static inline bool page_is_exclusive(const struct machine *m, u64 page)
{
	return frame_at(m, page)->flags & FRAME_EXCLUSIVE;
}

/* A swap PTE. Otherwise: places in swap. A page's is its frame's number, and the page stays in the swap cache. */
static inline u64 swap_pte(u64 page)
{
	return PAGE_INVALID | PAGE_PROTECT | (page >> FRAME_SHIFT) << 12;
}

static inline u64 swap_pte_page(u64 pte)
{
	return pte >> 12 << FRAME_SHIFT;
}

/* Gives up what a swap PTE holds. An entry that names no page in swap is left alone. */
void free_swap_and_cache(struct machine *m, u64 pte);

#endif
