// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/walk.h"

#include "core/linux/mm/pgalloc.h"
#include "core/linux/profile.h"

/*
 * Moves *at up to the lowest address whose entry in the table is used, and returns true. If there is none below `end` or the
 * end of the table, moves *at to whichever of these two comes first, and returns false.
 */
static bool next_used(const struct machine *m, u64 table, unsigned int shift, u64 *at, u64 end, u64 empty)
{
	u64 table_end = granule_end(*at, (u64)CRST_ENTRIES << shift, end);
	u64 first = *at >> shift & CRST_INDEX;
	u64 behind = ((table_end - 1) >> shift & CRST_INDEX) + 1;
	u64 used = next_used_entry(entry_at(m, table), first, behind, empty);

	if (used == behind)
		*at = table_end;
	else if (used != first)
		*at = (*at >> shift << shift) + ((used - first) << shift);
	return used != behind;
}

u64 host_next_segment(const struct machine *m, const struct mm *mm, u64 from, u64 end)
{
	u64 limit = end < mm->asce_limit ? end : mm->asce_limit;
	enum table_level level = host_top_level(mm);
	u64 table = mm->table;
	u64 at = from;

	while (at < limit) {
		const struct table_level_info *info = &table_levels[level];

		if (!next_used(m, table, info->shift, &at, limit, info->empty)) {
			level = host_top_level(mm);
			table = mm->table;
		} else if (level == LEVEL_SEGMENT) {
			return at;
		} else {
			table = region_below(table_entry(m, table, at, info->shift));
			level++;
		}
	}
	return end;
}

/* The PTEs of one page table, up to `end`. */
static bool walk_table(struct machine *m, struct mm *mm, u64 at, u64 end, pte_fn call, bool lock_each)
{
	entry_t *ptep = host_pte(m, mm, at);
	bool goes_on = true;

	for (; at < end && goes_on; at += PAGE_SIZE, ptep++) {
		if (lock_each)
			pte_lock(m, ptep);
		goes_on = call(m, mm, at, ptep);
		if (lock_each)
			pte_unlock(m, ptep);
	}
	return goes_on;
}

static void walk_large(struct machine *m, struct mm *mm, const struct vma *vma, large_fn large)
{
	u64 at = vma->start;

	for (; large && (at = host_next_segment(m, mm, at, vma->end)) < vma->end; at += PMD_SIZE)
		large(m, mm, host_pmd(m, mm, at));
}

bool walk_ptes(struct machine *m, struct mm *mm, pte_fn call, enum walk_lock lock)
{
	return walk_ptes_and_large(m, mm, call, NULL, lock);
}

bool walk_ptes_and_large(struct machine *m, struct mm *mm, pte_fn call, large_fn large, enum walk_lock lock)
{
	bool locks = m->options.profile->locking != LOCKING_4_7;
	const struct vma *vma;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, mm);
	for (vma = mm->vmas; vma; vma = vma->next) {
		u64 at = vma->start;

		if (vma->flags & VM_HUGETLB) {
			walk_large(m, mm, vma, large);
			continue;
		}
		while ((at = host_next_segment(m, mm, at, vma->end)) < vma->end) {
			u64 end = granule_end(at, PMD_SIZE, vma->end);
			const entry_t *table = host_pte(m, mm, at);
			bool goes_on;

			if (locks && lock == WALK_LOCKS_TABLE)
				pte_lock(m, table);
			goes_on = walk_table(m, mm, at, end, call, locks && lock == WALK_LOCKS_PTE);
			if (locks && lock == WALK_LOCKS_TABLE)
				pte_unlock(m, table);
			if (!goes_on)
				return false;
			at = end;
		}
	}
	return true;
}
