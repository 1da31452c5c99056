/* SPDX-License-Identifier: GPL-2.0-only */
/* Host tables: finding entries in them, and making what is missing. */
#ifndef S390_GMAP_PGALLOC_H
#define S390_GMAP_PGALLOC_H

#include "core/linux/mm/mm.h"
#include "core/machine/lock.h"

/* without PGSTEs a frame has two page tables */
#define HALF_TABLE ((u64)2048)

/* A new region or segment table with all entries `empty`; absolute address, 0 without memory. */
u64 crst_table_alloc(struct machine *m, u64 empty);
void crst_table_free(struct machine *m, u64 table);

/* The entry for an address in a region or segment table whose entries cover 2^shift bytes each. */
static inline entry_t *table_entry(const struct machine *m, u64 table, u64 address, unsigned int shift)
{
	return entry_at(m, table) + (address >> shift & CRST_INDEX);
}

/* The first entry from the i-th on, below the end-th, that is not `empty`; end if there is none. Most are. */
static inline u64 next_used_entry(const entry_t *table, u64 i, u64 end, u64 empty)
{
	const u64 pattern = be64(empty);

	for (; i + 8 <= end; i += 8) {
		const entry_t *e = table + i;
		u64 differ = (e[0].big_endian ^ pattern) | (e[1].big_endian ^ pattern) | (e[2].big_endian ^ pattern) |
			     (e[3].big_endian ^ pattern) | (e[4].big_endian ^ pattern) | (e[5].big_endian ^ pattern) |
			     (e[6].big_endian ^ pattern) | (e[7].big_endian ^ pattern);

		if (differ)
			break;
	}
	while (i < end && table[i].big_endian == pattern)
		i++;
	return i;
}

/* The table that a region entry names; 0 if it is empty. */
static inline u64 region_below(const entry_t *entry)
{
	u64 value = entry_get(entry);

	return value & REGION_ENTRY_INVALID ? 0 : value & REGION_ENTRY_ORIGIN;
}

/* Of a process's top table. */
static inline enum table_level host_top_level(const struct mm *mm)
{
	if (mm->asce_limit <= PGDIR_SIZE)
		return LEVEL_REGION3;
	return mm->asce_limit <= TASK_MAX_SIZE ? LEVEL_REGION2 : LEVEL_REGION1;
}

/* The table of a level for an address; 0 if it is missing. With a level above the top one, the top table. */
static inline u64 host_table(const struct machine *m, const struct mm *mm, u64 address, enum table_level level)
{
	enum table_level at = host_top_level(mm);
	u64 table = mm->table;

	for (; at < level && table; at++)
		table = region_below(table_entry(m, table, address, table_levels[at].shift));
	return table;
}

/*
 * What a walk that does not know the limit takes an address for: the index into the top table wraps. Five levels have an entry
 * for every address, though not all can be mapped.
 */
static inline u64 host_wrap(const struct mm *mm, u64 address)
{
	return address & (mm->asce_limit <= TASK_MAX_SIZE ? mm->asce_limit - 1 : PMD_MASK);
}

/* The host's segment entry for an address; NULL if a table above it is missing, or above the limit. */
static inline entry_t *host_pmd(const struct machine *m, const struct mm *mm, u64 address)
{
	u64 table;

	if (unlikely(address >= mm->asce_limit))
		return NULL;
	if (likely(mm->asce_limit == PGDIR_SIZE)) /* three levels, as nearly every process has */
		table = region_below(table_entry(m, mm->table, address, PUD_SHIFT));
	else
		table = host_table(m, mm, address, LEVEL_SEGMENT);
	return table ? table_entry(m, table, address, PMD_SHIFT) : NULL;
}

/* The PTE for an address, in the page table that a segment entry names. */
static inline entry_t *pte_of(const struct machine *m, u64 pmd, u64 address)
{
	return entry_at(m, pmd & SEGMENT_ENTRY_ORIGIN) + (address >> PAGE_SHIFT & PTE_INDEX);
}

/* The host's PTE; NULL if there is no page table for it, or a large page. */
static inline entry_t *host_pte(const struct machine *m, const struct mm *mm, u64 address)
{
	const entry_t *pmd = host_pmd(m, mm, address);
	u64 value = pmd ? entry_get(pmd) : SEGMENT_ENTRY_EMPTY;

	return value & (SEGMENT_ENTRY_INVALID | SEGMENT_ENTRY_LARGE) ? NULL : pte_of(m, value, address);
}

/* The two above, allocating what is missing; NULL without memory. BUG above the limit. */
entry_t *host_pmd_alloc(struct machine *m, struct mm *mm, u64 address);
entry_t *host_pte_alloc_slow(struct machine *m, struct mm *mm, u64 address);

static inline entry_t *host_pte_alloc(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *ptep = host_pte(m, mm, address);

	return likely(ptep) ? ptep : host_pte_alloc_slow(m, mm, address);
}

/* Locks are named by the table that they belong to. */
static inline const void *pte_lock_of(const entry_t *ptep)
{
	return (const void *)((uintptr_t)ptep & ~(uintptr_t)(HALF_TABLE - 1));
}

static inline const void *pmd_lock_of(const entry_t *pmd)
{
	return (const void *)((uintptr_t)pmd & ~(uintptr_t)(FRAME_SIZE - 1));
}

static inline void pte_lock(struct machine *m, const entry_t *ptep)
{
	lock_take(m, LOCK_PTE, LOCK_WRITE, pte_lock_of(ptep));
}

static inline void pte_unlock(struct machine *m, const entry_t *ptep)
{
	lock_drop(m, LOCK_PTE, LOCK_WRITE, pte_lock_of(ptep));
}

/* host_pte_alloc() and the pte lock, to be released by pte_unlock(). */
static inline entry_t *get_locked_pte(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *ptep = host_pte_alloc(m, mm, address);

	if (ptep)
		pte_lock(m, ptep);
	return ptep;
}

#endif
