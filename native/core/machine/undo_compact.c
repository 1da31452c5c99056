// SPDX-License-Identifier: GPL-2.0-only
/*
 * The undo log without what it says twice. Going back stores old values from the newest to the oldest entry, so of several
 * stores to one word since the newest mark only the oldest counts; of fills and copies, of those to the same range.
 */
#include "core/machine/machine.h"

#include "core/machine/memory.h"

#define MAX_COMPACTED ((size_t)1 << 30)

/* A part of the log. Records are known by the index of their last entry, plus 1. */
struct part {
	struct undo_entry *first;
	size_t count;
	u32 *oldest; /* a hash table: for each place the oldest record that stores there; 0 is free */
	size_t slots;
	u8 *keep; /* a bit for each entry: the last one of a record that is kept */
};

static bool open_part(struct part *part)
{
	part->slots = 64;
	while (part->slots < 2 * part->count)
		part->slots *= 2;
	part->oldest = memory_take(part->slots, sizeof(*part->oldest));
	part->keep = memory_take(part->count / 8 + 1, 1);
	return part->oldest && part->keep;
}

static void close_part(struct part *part)
{
	memory_free(part->oldest);
	memory_free(part->keep);
}

/* A range is one by its length too. */
static bool same_place(const struct undo_entry *a, const struct undo_entry *b)
{
	return a->word == b->word && (!((uintptr_t)a->word & UNDO_RANGE) || a->old == b->old);
}

static u32 *slot_of(const struct part *part, const struct undo_entry *last)
{
	size_t at = (size_t)(((u64)(uintptr_t)last->word * 0x9e3779b97f4a7c15) >> 20);

	for (;; at++) {
		u32 *slot = &part->oldest[at & (part->slots - 1)];

		if (!*slot || same_place(&part->first[*slot - 1], last))
			return slot;
	}
}

static void find_oldest(struct part *part)
{
	struct undo_iterator stores = { part->first + part->count, part->first };
	const struct undo_entry *last = stores.at - 1;
	struct undo_record store;
	size_t i;

	for (; undo_previous(&stores, &store); last = stores.at - 1)
		*slot_of(part, last) = (u32)(last - part->first) + 1;
	for (i = 0; i < part->slots; i++) {
		u32 kept = part->oldest[i];

		if (kept)
			part->keep[(kept - 1) / 8] |= (u8)(1 << (kept - 1) % 8);
	}
}

/* Moves what is kept to the end of the part. Answers where it begins there. */
static struct undo_entry *move_up(const struct part *part)
{
	struct undo_iterator stores = { part->first + part->count, part->first };
	struct undo_entry *to = part->first + part->count;
	const struct undo_entry *end = stores.at;
	struct undo_record store;

	for (; undo_previous(&stores, &store); end = stores.at) {
		size_t last = (size_t)(end - 1 - part->first);
		size_t entries = (size_t)(end - stores.at);

		if (!(part->keep[last / 8] >> last % 8 & 1))
			continue;
		to -= entries;
		memmove(to, stores.at, entries * sizeof(*to));
	}
	return to;
}

void undo_compact(struct machine *m)
{
	struct undo_log *log = &m->undo;
	size_t from = log->marks ? m->mark[log->marks - 1].position : 0;
	size_t to = undo_is_pinned(log) ? log->pin : undo_position(log);
	struct part part = { .first = log->base + from };
	struct undo_entry *kept;
	size_t gone;

	if (to <= from || to - from > MAX_COMPACTED)
		return;
	part.count = to - from;
	if (open_part(&part)) {
		find_oldest(&part);
		kept = move_up(&part);
		gone = (size_t)(kept - part.first);
		memmove(part.first, kept, (size_t)(log->next - kept) * sizeof(*kept));
		log->next -= gone;
		log->wraps++;
		if (undo_is_pinned(log))
			log->pin -= gone;
	}
	close_part(&part);
	undo_refresh(log);
}
