// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/free_pgtables.h"

#include "core/linux/mm/lost.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/walk.h"

/*
 * What may go of a granule of tables: it must lie at or above `floor`, and end at or below `ceiling`
 * (rounded down to the granule; 0 is the top of the address space).
 */
static bool granule_is_free(u64 start, u64 size, u64 floor, u64 ceiling)
{
	u64 first = start & ~(size - 1);

	if (first < floor)
		return false;
	if (ceiling) {
		ceiling &= ~(size - 1);
		if (!ceiling)
			return false;
	}
	return first + size - 1 <= ceiling - 1;
}

static void free_page_tables(struct machine *m, struct mmu_gather *tlb, u64 start, u64 end)
{
	u64 at = start;

	while ((at = host_next_segment(m, tlb->mm, at, end)) < end) {
		entry_t *pmd = host_pmd(m, tlb->mm, at);
		u64 value = entry_get(pmd);

		if (!(value & SEGMENT_ENTRY_LARGE)) {
			entry_set(m, pmd, SEGMENT_ENTRY_EMPTY);
			page_table_free_rcu(m, tlb, value & SEGMENT_ENTRY_ORIGIN, at & PMD_MASK);
		}
		at = granule_end(at, PMD_SIZE, end);
	}
}

/* The table of `level` for an address, if there is one. The top table goes with the process. */
static void free_table(struct machine *m, struct mmu_gather *tlb, u64 at, enum table_level level)
{
	const struct table_level_info *above = &table_levels[level - 1];
	u64 table_above, table;
	entry_t *entry;

	if (level <= host_top_level(tlb->mm))
		return;
	table_above = host_table(m, tlb->mm, at, level - 1);
	if (!table_above)
		return;
	entry = table_entry(m, table_above, at, above->shift);
	table = region_below(entry);
	if (!table)
		return;
	entry_set(m, entry, above->empty);
	/* what other VMAs' tables do not need is lost with it */
	lose_tables_below(m, table, level);
	tlb_remove_table(m, tlb, table);
}

/* The tables for [at, end), which lie in one table of `level`: those of each entry, from the lowest level to the highest. */
static void free_range(struct machine *m, struct mmu_gather *tlb, u64 at, u64 end, u64 floor, u64 ceiling,
		       enum table_level level)
{
	u64 size = (u64)1 << table_levels[level].shift;

	if (level == LEVEL_SEGMENT) {
		free_page_tables(m, tlb, at, end);
		return;
	}
	while (at < end) {
		u64 next = granule_end(at, size, end);

		if (host_table(m, tlb->mm, at, level + 1))
			free_range(m, tlb, at, next, floor, ceiling, level + 1);
		if (granule_is_free(at, size, floor, ceiling))
			free_table(m, tlb, at, level + 1);
		at = next;
	}
}

/* One group of VMAs, [start, end): its page tables, then what is above them, from low to high addresses. */
static void free_pgd_range(struct machine *m, struct mmu_gather *tlb, u64 start, u64 end, u64 floor, u64 ceiling)
{
	u64 at = start & PMD_MASK;

	if (at < floor)
		at += PMD_SIZE;
	if (!granule_is_free((end - 1) & PMD_MASK, PMD_SIZE, 0, ceiling))
		end = (end - 1) & PMD_MASK;
	else
		end = granule_end(end - 1, PMD_SIZE, tlb->mm->asce_limit);
	free_range(m, tlb, at, end, floor, ceiling, LEVEL_REGION1);
}

void free_pgtables(struct machine *m, struct mmu_gather *tlb, const struct vma *vma, u64 floor, u64 ceiling)
{
	while (vma) {
		u64 start = vma->start;
		u64 end = vma->end;
		const struct vma *next = vma->next;

		if (!(vma->flags & VM_HUGETLB))
			while (next && next->start <= end + PMD_SIZE && !(next->flags & VM_HUGETLB)) {
				end = next->end;
				next = next->next;
			}
		free_pgd_range(m, tlb, start, end, floor, next ? next->start : ceiling);
		vma = next;
	}
}
