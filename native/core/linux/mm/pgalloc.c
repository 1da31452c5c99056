// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/pgalloc.h"

#include "core/linux/mm/page_table.h"

u64 crst_table_alloc(struct machine *m, u64 empty)
{
	u64 table = frame_alloc(m, CRST_ORDER, FRAME_CRST);

	if (table)
		storage_fill(m, table, CRST_ENTRIES, empty);
	return table;
}

void crst_table_free(struct machine *m, u64 table)
{
	frame_free(m, table, CRST_ORDER);
}

static u64 host_crst_alloc(struct machine *m, u64 empty)
{
	return inject(m, INJECT_host_table) ? 0 : crst_table_alloc(m, empty);
}

/* The table that an entry of a table of `level` names, allocated if the entry is empty; 0 without memory. */
static u64 region_table_alloc(struct machine *m, struct mm *mm, entry_t *entry, enum table_level level)
{
	u64 value = entry_get(entry);
	u64 table;

	if (!(value & REGION_ENTRY_INVALID))
		return value & REGION_ENTRY_ORIGIN;
	table = host_crst_alloc(m, table_levels[level + 1].empty);
	if (!table)
		return 0;
	lock_take(m, LOCK_PAGE_TABLES, LOCK_WRITE, mm);
	entry_set(m, entry, table | table_levels[level].entry);
	lock_drop(m, LOCK_PAGE_TABLES, LOCK_WRITE, mm);
	return table;
}

entry_t *host_pmd_alloc(struct machine *m, struct mm *mm, u64 address)
{
	enum table_level level = host_top_level(mm);
	u64 table = mm->table;

	if (address >= mm->asce_limit)
		machine_bug(m, BUG_above_limit, "address 0x%llx, limit 0x%llx", (unsigned long long)address,
			    (unsigned long long)mm->asce_limit);
	for (; level < LEVEL_SEGMENT && table; level++)
		table = region_table_alloc(m, mm, table_entry(m, table, address, table_levels[level].shift), level);
	return table ? table_entry(m, table, address, PMD_SHIFT) : NULL;
}

entry_t *host_pte_alloc_slow(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *pmd = host_pmd_alloc(m, mm, address);
	u64 value;

	if (!pmd)
		return NULL;
	value = entry_get(pmd);
	if (value & SEGMENT_ENTRY_INVALID) {
		value = page_table_alloc(m, mm, address);
		if (!value)
			return NULL;
		lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
		entry_set(m, pmd, value);
		lock_drop(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
	} else if (value & SEGMENT_ENTRY_LARGE) {
		machine_bug(m, BUG_large_pmd, "address 0x%llx", (unsigned long long)address);
	}
	return pte_of(m, value, address);
}
