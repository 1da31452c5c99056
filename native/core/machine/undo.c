// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/undo.h"

#include "core/machine/machine.h"
#include "core/machine/memory.h"

/* Entries that the log may take while no snapshot is live; then reset is by a rebuild. 512 KiB. */
#define BASE_ENTRIES ((size_t)32 * 1024)

/* Past BASE_ENTRIES the log is never read again: a ring this small stays in the cache. */
#define IDLE_ENTRIES 64

/* Entries that an observer's pin may hold while no snapshot is live. 16 MiB. */
#define PINNED_ENTRIES ((size_t)1024 * 1024)

bool undo_init(struct undo_log *log)
{
	log->base = memory_grow(NULL, BASE_ENTRIES * sizeof(*log->base));
	if (!log->base)
		return false;
	log->end = log->base + BASE_ENTRIES;
	log->next = log->base;
	log->stop = log->end;
	return true;
}

void undo_destroy(struct undo_log *log)
{
	memory_free(log->base);
	log->base = NULL;
}

static bool is_idle(const struct undo_log *log)
{
	return log->base_lost && log->marks == 0 && !undo_is_pinned(log);
}

void undo_refresh(struct undo_log *log)
{
	if (is_idle(log)) {
		log->next = log->base;
		log->wraps++;
	}
	if (log->watch)
		log->stop = log->next;
	else
		log->stop = is_idle(log) ? log->base + IDLE_ENTRIES : log->end;
}

void undo_shrink(struct undo_log *log)
{
	struct undo_entry *smaller = log->base;

	if (log->end > log->base + BASE_ENTRIES)
		smaller = memory_grow(log->base, BASE_ENTRIES * sizeof(*log->base));
	if (smaller) {
		log->base = smaller;
		log->end = smaller + BASE_ENTRIES;
	}
	log->next = log->base;
}

void undo_start(struct machine *m)
{
	struct undo_log *log = &m->undo;

	undo_shrink(log);
	log->base_lost = false;
	log->marks = 0;
	log->pin = UNDO_NO_PIN;
	log->wraps++;
	undo_refresh(log);
	log->serial = ++log->last_serial;
	log->oldest = log->serial;
}

static bool has_room(const struct undo_log *log, size_t entries)
{
	return entries <= (size_t)(log->end - log->next);
}

static bool grow(struct undo_log *log, size_t entries)
{
	size_t used = undo_position(log);
	size_t size = 2 * (size_t)(log->end - log->base);
	struct undo_entry *grown;

	while (size < used + entries)
		size *= 2;
	grown = memory_grow(log->base, size * sizeof(*grown));
	if (!grown)
		return false;
	log->base = grown;
	log->next = grown + used;
	log->end = grown + size;
	return true;
}

/* Only an observer needs entries, those behind its pin. */
static void keep_pinned(struct undo_log *log, size_t entries)
{
	size_t kept = undo_position(log) - log->pin;

	memmove(log->base, log->base + log->pin, kept * sizeof(*log->base));
	log->next = log->base + kept;
	log->wraps++;
	log->pin = 0;
	if (!has_room(log, entries) && (kept + entries > PINNED_ENTRIES || !grow(log, entries)))
		log->pin = UNDO_NO_PIN;
}

/* Nobody needs the entries if no snapshot is live, and no observer looks at them; otherwise the buffer grows. */
static void undo_make_room(struct machine *m, size_t entries)
{
	struct undo_log *log = &m->undo;

	if (has_room(log, entries))
		return;
	if (log->marks > 0) {
		if (log->compacts)
			undo_compact(m);
		/* not again soon: half of it is free then */
		if (log->compacts && has_room(log, entries) && 2 * undo_position(log) <= (size_t)(log->end - log->base))
			return;
		if (!grow(log, entries))
			machine_bug(m, BUG_host_memory, "the undo log needs %llu entries more",
				    (unsigned long long)entries);
		return;
	}
	log->base_lost = true;
	log->oldest = UINT64_MAX;
	if (undo_is_pinned(log))
		keep_pinned(log, entries);
	undo_refresh(log);
}

struct undo_entry *undo_slow(struct machine *m, const void *word)
{
	struct undo_log *log = &m->undo;

	if (log->watch)
		log->watch(log->watch_context, word, 1);
	undo_make_room(m, 1);
	undo_refresh(log);
	if (log->watch)
		log->stop = log->next + 1; /* so that the next store comes here too */
	return log->next;
}

/* A range lies in the log as its old words, two to an entry, then an entry that says where and how many. */
void undo_note_range(struct machine *m, void *first, size_t words)
{
	struct undo_log *log = &m->undo;
	size_t entries = (words + 1) / 2;

	if (log->watch)
		log->watch(log->watch_context, first, words);
	if (is_idle(log))
		return;
	undo_make_room(m, entries + 1);
	if (is_idle(log))
		return;
	memcpy(log->next, first, words * sizeof(u64));
	log->next += entries;
	log->next->word = (void *)((uintptr_t)first | UNDO_RANGE);
	log->next->old = words;
	log->next++;
	undo_refresh(log);
}

void undo_rewind(struct undo_log *log, size_t position)
{
	struct undo_iterator stores = undo_since(log, position);
	struct undo_record store;

	while (undo_previous(&stores, &store))
		memcpy(store.word, store.old, store.words * sizeof(u64));
	log->next = log->base + position;
	log->wraps++;
	if (log->pin > position)
		log->pin = UNDO_NO_PIN;
	undo_refresh(log);
}

void undo_unpin(struct undo_log *log)
{
	log->pin = UNDO_NO_PIN;
	undo_refresh(log);
}

void undo_pin(struct undo_log *log)
{
	undo_unpin(log);
	log->pin = undo_position(log);
	undo_refresh(log);
}

void undo_watch(struct machine *m, watch_fn watch, void *context)
{
	m->undo.watch = watch;
	m->undo.watch_context = context;
	undo_refresh(&m->undo);
}
