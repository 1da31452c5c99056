// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/features.h"

#include "core/linux/entries.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"

static void see(struct features *features, u64 what)
{
	features->no_memory |= seen_add(&features->seen, what) == SEEN_NO_MEMORY;
}

/* The kinds of things that are told apart. */
enum { RESULT = 1, PAIR, PTE, PGSTE, SHAPE };

/* A number below 256 for what an operation answered: success, or which error, refusal or BUG. */
static u32 answer_class(enum wire_op op, struct reply reply)
{
	/* reasons that came later count as the one that they were part of, so that corpora stay what they are */
	if (reply.status == WIRE_REFUSED && reply.value > WIRE_BAD_VALUE)
		reply.value = WIRE_BAD_VALUE;
	if (reply.status != WIRE_OK)
		return 0x80 | (u32)reply.status << 5 | (u32)(reply.value & 0x1f);
	switch (op_infos[op].result) {
	case RESULT_RC:
	case RESULT_HANDLE_SHADOW:
	case RESULT_WORD:
		return is_error_word(reply.value) ? (u32)(0 - reply.value) & 0x7f : 0;
	case RESULT_COUNT:
	case RESULT_LIST_GMAP:
		return reply.value < 3 ? (u32)reply.value : 3;
	case RESULT_HANDLE_MM:
	case RESULT_HANDLE_GMAP:
		return reply.value == WIRE_NO_HANDLE;
	default:
		return 0;
	}
}

/* The bits of a PGSTE, of a key only whether there is one. */
static u64 pgste_state(u64 pgste)
{
	const u64 key = PGSTE_ACC | PGSTE_FP;

	return (pgste & ~key) >> 44 | (u64)((pgste & key) != 0) << 20 | (pgste >> 24 & 0x83) << 21;
}

static void see_store(struct features *features, const struct machine *m, enum wire_op op,
		      const struct undo_record *store, u64 address)
{
	u64 old = be64(*store->old);
	u64 new = entry_get(entry_at(m, address));

	if (old == new || frame_kind(frame_at(m, address)) != FRAME_PGTABLE)
		return;
	if (address & (FRAME_SIZE / 2))
		see(features, PGSTE | (u64)op << 4 | pgste_state(old ^ new) << 12);
	else
		see(features, PTE | (u64)op << 4 | (old & 0xfff) << 12 | (new & 0xfff) << 24);
}

/* Ranges are new tables, which say nothing. */
static void see_stores(struct features *features, const struct machine *m, enum wire_op op)
{
	struct undo_iterator stores = undo_since(&m->undo, features->stored);
	struct undo_record store;

	while (undo_previous(&stores, &store)) {
		u64 address;

		if (store.words == 1 && word_in_storage(m, store.word, &address))
			see_store(features, m, op, &store, address);
	}
	features->stored = undo_position(&m->undo);
}

bool features_create(struct features *features)
{
	*features = (struct features){ 0 };
	return seen_create(&features->seen);
}

void features_destroy(struct features *features)
{
	seen_destroy(&features->seen);
}

void features_begin(struct features *features, const struct machine *m)
{
	features->before = WIRE_OPS;
	features->no_memory = false;
	features->stored = undo_position(&m->undo);
}

void features_step(struct features *features, const struct machine *m, enum wire_op op, struct reply reply)
{
	see(features, RESULT | (u64)op << 4 | (u64)answer_class(op, reply) << 12);
	see(features, PAIR | (u64)features->before << 4 | (u64)op << 12);
	features->before = op;
	see_stores(features, m, op);
}

static u64 at_most(u64 value, u64 limit)
{
	return value < limit ? value : limit;
}

void features_end(struct features *features, const struct machine *m)
{
	u64 i;

	for (i = 0; i < m->s.gmap_count; i++) {
		const struct gmap *gmap = m->s.gmap[i];

		if (gmap)
			see(features, SHAPE | (gmap->asce & 0xc) << 2 | at_most(gmap_table_count(m, gmap), 15) << 8 |
					      at_most(gmap->mm->vma_count, 15) << 12 | at_most(i, 3) << 16 |
					      gmap->mm->exited << 20);
	}
}
