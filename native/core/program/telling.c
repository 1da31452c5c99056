// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/telling.h"

#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/door.h"
#include "core/machine/memory.h"
#include "core/program/dispatch.h"
#include "core/program/observe.h"

void teller_begin(struct teller *teller, struct machine *m)
{
	teller->m = m;
	teller->stored = undo_position(&m->undo);
}

void teller_free(struct teller *teller)
{
	memory_free(teller->event);
	memory_free(teller->word);
	words_free(&teller->list);
}

/* Room for `count` of that size; false without memory. */
static bool has_room(void **room, u32 *capacity, u32 count, size_t size)
{
	u32 wanted = *capacity ? *capacity : 64;
	void *grown;

	if (count <= *capacity)
		return true;
	while (wanted < count)
		wanted *= 2;
	grown = memory_grow(*room, wanted * size);
	if (!grown)
		return false;
	*room = grown;
	*capacity = wanted;
	return true;
}

/* Absolute addresses from where storage begins. An ASCE is one with bits below. */
static struct event event_from_origin(const struct event *event, u64 origin)
{
	struct event told = *event;

	switch (told.kind) {
	case EVENT_IDTE:
	case EVENT_IDTE_MM:
	case EVENT_KEY:
	case EVENT_ALLOC_FRAMES:
	case EVENT_FREE_FRAMES:
		told.address -= origin;
		break;
	case EVENT_IPTE:
	case EVENT_LAZY:
	case EVENT_IDTE_ENTRY:
		told.end -= origin;
		break;
	default:
		break;
	}
	return told;
}

static void tell_events(struct teller *teller)
{
	const struct event_log *log = &teller->m->events;
	struct told *told = &teller->told;
	u32 i;

	if (!has_room((void **)&teller->event, &teller->event_room, log->count, sizeof(*teller->event))) {
		told->no_memory = true;
		return;
	}
	for (i = 0; i < log->count; i++) {
		teller->event[i] = event_from_origin(&log->event[i], teller->m->storage.origin);
		told->used_up |= log->event[i].kind == EVENT_FAILURE && log->event[i].a == INJECT_none;
	}
	told->events = teller->event;
	told->event_count = log->count;
}

static bool was_told_just_now(const struct teller *teller, const struct told_word *word)
{
	const u32 near = 4;
	u32 i = teller->told.word_count;
	u32 end = i > near ? i - near : 0;

	while (i-- > end)
		if (teller->word[i].offset == word->offset && teller->word[i].is_key == word->is_key)
			return true;
	return false;
}

/* A PGSTE is stored to when it is locked and when it is let go: most words would be there twice. */
static void add_word(struct teller *teller, u64 offset, bool is_key)
{
	const struct told_word word = { .offset = offset, .is_key = is_key };

	if (was_told_just_now(teller, &word))
		return;
	if (has_room((void **)&teller->word, &teller->word_room, teller->told.word_count + 1, sizeof(word)))
		teller->word[teller->told.word_count++] = word;
	else
		teller->told.no_memory = true;
}

/* The frame that says what a table is, for any address in it; NULL if there is none there. */
static const struct frame *frame_of_table(const struct machine *m, u64 address)
{
	const struct frame *frame = frame_at(m, address);

	if (frame_kind(frame) == FRAME_PGTABLE)
		return frame;
	frame = frame_at(m, address & ~(CRST_SIZE - 1));
	return frame_kind(frame) == FRAME_CRST ? frame : NULL;
}

static void tell_stored(struct teller *teller, const u64 *word)
{
	const struct machine *m = teller->m;
	const struct frame *frame;
	u64 address;

	if (word_in_storage(m, word, &address)) {
		if (frame_of_table(m, address))
			add_word(teller, address - m->storage.origin, false);
		return;
	}
	frame = frame_of_word(m, word);
	if (frame && word == &frame->key)
		add_word(teller, (frame_number(m, frame) << FRAME_SHIFT) - m->storage.origin, true);
}

/* Of a table that is filled some words say enough: the first and the last one, and where PGSTEs begin. */
static void tell_stores(struct teller *teller)
{
	struct undo_iterator stores = undo_since(&teller->m->undo, teller->stored);
	struct undo_record store;

	while (undo_previous(&stores, &store)) {
		tell_stored(teller, store.word);
		if (store.words > 1) {
			tell_stored(teller, store.word + store.words / 2);
			tell_stored(teller, store.word + store.words - 1);
		}
	}
	teller->told.words = teller->word;
}

struct list_told {
	struct teller *teller;
	enum wire_op op;
	const struct call *call;
};

static void tell_list(struct machine *m, void *context)
{
	const struct list_told *list = context;
	struct teller *teller = list->teller;
	struct told *told = &teller->told;
	u64 i;

	/* only then is the first argument a process that there is */
	if (told->reply.status == WIRE_OK && op_infos[list->op].result == RESULT_LIST_GMAP)
		for (i = 0; i < told->reply.value; i++)
			words_add(&teller->list, mm_gmap_at(m->s.mm[list->call->arg[0]], i)->handle);
	told->item_count = teller->list.count;
	told->fact_count = observe_changes(m, &teller->list);
}

/* Looking at the state can end for want of memory: by the door. */
static void tell_state(struct teller *teller, enum wire_op op, const struct call *call)
{
	struct told *told = &teller->told;
	struct list_told list = { teller, op, call };

	teller->list.count = 0;
	told->no_memory |= machine_enter(teller->m, CALLBACK_NONE, tell_list, &list).status != WIRE_OK ||
			   teller->list.failed;
	told->items = teller->list.word;
	told->facts = teller->list.word + told->item_count;
}

const struct told *teller_tell(struct teller *teller, enum wire_op op, const struct call *call, struct reply reply)
{
	struct told *told = &teller->told;

	*told = (struct told){ .reply = reply, .bug = teller->m->bug_text };
	tell_events(teller);
	if (reply.status == WIRE_OK) {
		tell_stores(teller);
		tell_state(teller, op, call);
	}
	if (reply.status == WIRE_BUG && reply.value == BUG_host_memory)
		told->no_memory = true;
	teller->stored = undo_position(&teller->m->undo);
	return told;
}

static u64 entry_from_origin(u64 value, u64 origin)
{
	return value & REGION_ENTRY_INVALID ? value : value - origin;
}

/* Both a page's address and a place in swap are above the low 12 bits. */
static u64 pte_from_origin(u64 pte, u64 origin)
{
	return pte_present(pte) || pte_swap(pte) ? pte - origin : pte;
}

static struct told_value table_word(const struct machine *m, u64 address)
{
	const struct frame *frame = frame_of_table(m, address);
	struct told_value told = { 0 };

	if (!frame)
		return told;
	told.is_there = true;
	told.value = entry_get(entry_at(m, address));
	told.is_pgste = frame_kind(frame) == FRAME_PGTABLE && !(frame->flags & FRAME_NO_PGSTE) && address & HALF_TABLE;
	if (frame_kind(frame) == FRAME_CRST)
		told.value = entry_from_origin(told.value, m->storage.origin);
	else if (!told.is_pgste)
		told.value = pte_from_origin(told.value, m->storage.origin);
	return told;
}

struct told_value told_value(const struct machine *m, const struct told_word *word)
{
	u64 address = m->storage.origin + word->offset;
	struct told_value told = { 0 };
	const struct frame *frame;

	if (word->offset >= m->storage.size)
		return told;
	if (!word->is_key)
		return table_word(m, address);
	frame = frame_at(m, address);
	if (frame->flags & FRAME_KEY_SET)
		told = (struct told_value){ .is_there = true, .value = frame->key };
	return told;
}
