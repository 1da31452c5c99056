// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/lost.h"

#include "core/linux/mm/pgalloc.h"

void lose_frames(struct machine *m, u64 table, u64 frames)
{
	struct frame *frame = frame_at(m, table);

	if (frame->flags & FRAME_LOST)
		return;
	SET(m, frame->flags, frame->flags | FRAME_LOST);
	SET(m, m->s.lost_tables, m->s.lost_tables + frames);
	if (frame->flags & FRAME_WAS_TOP)
		SET(m, m->s.former_top_tables, m->s.former_top_tables + frames);
}

void keep_page_table(struct machine *m, u64 table)
{
	if (frame_at(m, table)->flags & FRAME_LOST)
		return;
	lose_frames(m, table & FRAME_MASK, 1);
	SET(m, m->s.kept_tables, m->s.kept_tables + 1);
}

/* What names page tables names one frame, else a whole table. */
static void lose_table(struct machine *m, const entry_t *entry, enum table_level level)
{
	u64 value = entry_get(entry);

	if (level == LEVEL_SEGMENT) {
		lose_frames(m, value & SEGMENT_ENTRY_ORIGIN, 1);
		return;
	}
	lose_tables_below(m, value & REGION_ENTRY_ORIGIN, level + 1);
	lose_frames(m, value & REGION_ENTRY_ORIGIN, CRST_SIZE / FRAME_SIZE);
}

void lose_tables_below(struct machine *m, u64 table, enum table_level level)
{
	const entry_t *entry = entry_at(m, table);
	u64 empty = table_levels[level].empty;
	u64 i;

	for (i = 0; (i = next_used_entry(entry, i, CRST_ENTRIES, empty)) < CRST_ENTRIES; i++)
		lose_table(m, entry + i, level);
}
