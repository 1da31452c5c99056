// SPDX-License-Identifier: GPL-2.0-only
/* Events, address spaces and mappings as rows of words, for which JavaScript makes the room. */
#include "addon/model/machines.h"
#include "core/linux/mm/vma.h"

void events_record(struct addon_machine *machine, bool on)
{
	machine->core->events.mask = on ? EVENT_BIT(EVENT_KINDS) - 1 : 0;
}

u64 event_count(const struct addon_machine *machine)
{
	return machine->core->events.count;
}

bool events_take(struct addon_machine *machine, u64 *words, size_t count)
{
	struct event_log *log = &machine->core->events;
	u32 i;

	if (count != (size_t)log->count * EVENT_WORDS)
		return false;
	for (i = 0; i < log->count; i++) {
		const struct event *event = &log->event[i];

		*words++ = (u64)event->kind | (u64)event->a << 32;
		*words++ = event->b;
		*words++ = event->address;
		*words++ = event->end;
	}
	log->count = 0;
	return true;
}

/* Where the next row goes; rows for which there is no room are only counted. */
struct rows {
	u64 *words;
	size_t room;
	size_t count;
};

static void add_row(struct rows *rows, const u64 *row, size_t words)
{
	if (rows->count + words <= rows->room)
		memcpy(rows->words + rows->count, row, words * sizeof(u64));
	rows->count += words;
}

enum { SPACE_MM, SPACE_GMAP };

static void add_spaces(const struct machine_state *state, struct rows *rows)
{
	u64 i;

	for (i = 0; i < state->mm_count; i++) {
		const struct mm *mm = state->mm[i];

		if (mm && !mm->exited)
			add_row(rows, (const u64[]){ SPACE_MM, i, i, mm->asce, mm->asce_limit, mm->alloc_pgste },
				SPACE_WORDS);
	}
	for (i = 0; i < state->gmap_count; i++) {
		const struct gmap *gmap = state->gmap[i];

		if (gmap)
			add_row(rows,
				(const u64[]){ SPACE_GMAP, i, gmap->mm->handle, gmap->asce, gmap->asce_end,
					       gmap->mm->alloc_pgste },
				SPACE_WORDS);
	}
}

u64 space_count(const struct addon_machine *machine)
{
	struct rows rows = { 0 };

	add_spaces(&machine->core->s, &rows);
	return rows.count / SPACE_WORDS;
}

bool spaces_read(const struct addon_machine *machine, u64 *words, size_t count)
{
	struct rows rows = { words, count, 0 };

	add_spaces(&machine->core->s, &rows);
	return rows.count == count;
}

int mapping_count(const struct target *mm, u64 *count)
{
	*count = target_mm(mm)->vma_count;
	return target_mm(mm)->exited ? OUTCOME_CLOSED : OUTCOME_OK;
}

int mappings_read(const struct target *mm, u64 *words, size_t count)
{
	struct rows rows = { words, count, 0 };
	const struct vma *vma;

	if (target_mm(mm)->exited)
		return OUTCOME_CLOSED;
	for (vma = target_mm(mm)->vmas; vma; vma = vma->next)
		add_row(&rows, (const u64[]){ vma->start, vma->end, vma->flags }, MAPPING_WORDS);
	return rows.count == count ? OUTCOME_OK : OUT_OF_RANGE(1);
}

int mapping_read(const struct target *mm, u64 address, u64 *words, size_t count)
{
	struct rows rows = { words, count, 0 };
	const struct vma *vma;

	if (target_mm(mm)->exited)
		return OUTCOME_CLOSED;
	vma = vma_lookup(mm->machine->core, target_mm(mm), address);
	add_row(&rows, vma ? (const u64[]){ vma->start, vma->end, vma->flags } : (const u64[]){ 0, 0, 0 },
		MAPPING_WORDS);
	return rows.count == count ? OUTCOME_OK : OUT_OF_RANGE(2);
}
