// SPDX-License-Identifier: GPL-2.0-only
#include "core/check/check_walk.h"

/* A copy of table_levels, on purpose: a mistake there must not hide itself. */
static const struct {
	const char *name;
	unsigned int shift;
	u64 entry;
	u64 empty;
} levels[] = {
	[CHECK_SEGMENT] = { "segment", PMD_SHIFT, 0, SEGMENT_ENTRY_EMPTY },
	[CHECK_REGION3] = { "region-3", PUD_SHIFT, REGION3_ENTRY, REGION3_ENTRY_EMPTY },
	[CHECK_REGION2] = { "region-2", PGDIR_SHIFT, REGION2_ENTRY, REGION2_ENTRY_EMPTY },
	[CHECK_REGION1] = { "region-1", REGION1_SHIFT, REGION1_ENTRY, REGION1_ENTRY_EMPTY },
};

static bool check_table(struct check_walk *walk, u64 table, enum check_level level, u64 address);

static bool check_entry(struct check_walk *walk, entry_t *entry, enum check_level level, u64 address)
{
	u64 value = entry_get(entry);

	if (value == levels[level].empty)
		return true;
	if (level == CHECK_SEGMENT)
		return walk->segment(walk, entry, value, address);
	if ((value & ~REGION_ENTRY_ORIGIN) != levels[level].entry)
		return check_fail(walk->c, "I4: %s: %s entry 0x%llx for 0x%llx is neither empty nor valid", walk->name,
				  levels[level].name, (unsigned long long)value, (unsigned long long)address);
	return check_table(walk, value & REGION_ENTRY_ORIGIN, level - 1, address);
}

/* An eighth of a table. */
#define CHECK_CHUNK (CRST_ENTRIES / 8)

static bool check_chunk(struct check_walk *walk, entry_t *entry, enum check_level level, u64 address)
{
	u64 block, i;

	if (check_entries_are(entry, CHECK_CHUNK, levels[level].empty))
		return true;
	for (block = 0; block < CHECK_CHUNK; block += CHECK_BLOCK) {
		if (check_entries_are(entry + block, CHECK_BLOCK, levels[level].empty))
			continue;
		for (i = block; i < block + CHECK_BLOCK; i++)
			if (!check_entry(walk, entry + i, level, address + (i << levels[level].shift)))
				return false;
	}
	return true;
}

static bool check_table(struct check_walk *walk, u64 table, enum check_level level, u64 address)
{
	entry_t *entry = entry_at(walk->c->m, table);
	u64 i;

	if (!walk->table(walk, table, level, address))
		return false;
	for (i = 0; i < CRST_ENTRIES; i += CHECK_CHUNK)
		if (!check_chunk(walk, entry + i, level, address + (i << levels[level].shift)))
			return false;
	return true;
}

bool check_tables(struct check_walk *walk, u64 asce)
{
	return check_table(walk, asce & ASCE_ORIGIN, (enum check_level)((asce & ASCE_TYPE_MASK) >> 2), 0);
}
