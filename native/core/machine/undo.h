/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one door to the machine's state. Everything that a program can change (storage, page
 * descriptors, and the small kernel structures beside them) is made of 64-bit words, and every store
 * to one goes through SET() or entry_set(), which note the old value here first.
 *
 * What that buys: snapshots whose restore costs what was written, and one place for watchpoints.
 */
#ifndef S390_GMAP_UNDO_H
#define S390_GMAP_UNDO_H

#include "core/machine/types.h"

struct machine;

/* How the log keeps a store; undo_previous() decodes it, and nobody else. */
struct undo_entry {
	void *word; /* with UNDO_RANGE: the end of a range, see undo_note_range() */
	u64 old;
};
#define UNDO_RANGE ((uintptr_t)1)

/* What is told to a watcher about every store, before it happens. `word` is the place in the model's
 * memory. */
typedef void (*watch_fn)(void *context, const void *word, size_t words);

struct undo_log {
	struct undo_entry *base;
	struct undo_entry *next;
	/* where the fast path stops: the end of the buffer, or `next` itself while stores are watched */
	struct undo_entry *stop;
	struct undo_entry *end;
	/* the log no longer reaches back to the machine's first state: only a rebuild can reset it */
	bool base_lost;
	/* nobody but an observer keeps positions in it: it may lose entries that say nothing new, see undo_compact() */
	bool compacts;
	u32 marks;	 /* live snapshots */
	u64 serial;	 /* of the latest live snapshot; 1 is the machine's first state */
	u64 oldest;	 /* of the oldest live snapshot; UINT64_MAX if there is none to go back to */
	u64 last_serial; /* serials are never used again */
	u64 wraps;	 /* how often the log was thrown away or rewound */
	size_t pin;	 /* an observer wants the entries from here on; UNDO_NO_PIN: nobody does, or they are lost */
	watch_fn watch;
	void *watch_context;
};

#define UNDO_MAX_MARKS 64
#define UNDO_NO_PIN SIZE_MAX

struct undo_mark {
	size_t position;
	u64 serial;
};

/* Where a log stands. It is as it was when this is. */
struct undo_stamp {
	size_t position; /* how many entries it has */
	u64 wraps;
};

/* One store, or a fill or copy of several words. */
struct undo_record {
	u64 *word;	/* the first one */
	const u64 *old; /* what each of them was */
	size_t words;	/* 1: a store */
};

/* Goes through a log from its newest entry back. */
struct undo_iterator {
	const struct undo_entry *at;
	const struct undo_entry *first;
};

bool undo_init(struct undo_log *log);
void undo_destroy(struct undo_log *log);
/* Forgets everything: the state as it is now becomes the machine's first state. */
void undo_start(struct machine *m);
/* Of an empty log: gives back what it grew by. */
void undo_shrink(struct undo_log *log);
struct undo_entry *undo_slow(struct machine *m, const void *word);
/* To be called when marks or the watch have changed. */
void undo_refresh(struct undo_log *log);
/* Notes `words` words from `first` as one range; for table fills. */
void undo_note_range(struct machine *m, void *first, size_t words);
/*
 * Of the entries since the newest mark, as far as an observer has seen them: leaves the oldest one for each word. A log that
 * `compacts` does so before it grows, so it grows with the words that were stored to, not with the stores.
 */
void undo_compact(struct machine *m);
/* Puts everything back that was stored since the log was `position` entries long. */
void undo_rewind(struct undo_log *log, size_t position);
void undo_watch(struct machine *m, watch_fn watch, void *context);
/*
 * For one observer: what is stored from now on stays in the log until the next pin, also while no snapshot is live. With none,
 * what was stored before is thrown away, and so many entries that the whole state is read as fast are not kept: there is no
 * pin any more.
 */
void undo_pin(struct undo_log *log);
void undo_unpin(struct undo_log *log);

static inline size_t undo_position(const struct undo_log *log)
{
	return (size_t)(log->next - log->base);
}

static inline struct undo_stamp undo_stamp(const struct undo_log *log)
{
	return (struct undo_stamp){ undo_position(log), log->wraps };
}

static inline bool undo_is_pinned(const struct undo_log *log)
{
	return log->pin != UNDO_NO_PIN;
}

static inline bool undo_is_at(const struct undo_log *log, struct undo_stamp stamp)
{
	return undo_position(log) == stamp.position && log->wraps == stamp.wraps;
}

/* Nothing was stored since the machine was new, or all of it was taken back. */
static inline bool undo_at_first_state(const struct undo_log *log)
{
	return !log->base_lost && undo_position(log) == 0;
}

/* What was stored since the log was `position` entries long. */
static inline struct undo_iterator undo_since(const struct undo_log *log, size_t position)
{
	return (struct undo_iterator){ log->next, log->base + position };
}

/* The store before; false if there is none left. */
static inline bool undo_previous(struct undo_iterator *iterator, struct undo_record *record)
{
	const struct undo_entry *entry = iterator->at;
	uintptr_t word;

	if (entry <= iterator->first)
		return false;
	entry--;
	word = (uintptr_t)entry->word;
	record->word = (u64 *)(word & ~UNDO_RANGE);
	record->old = &entry->old;
	record->words = 1;
	if (word & UNDO_RANGE) {
		record->words = (size_t)entry->old;
		entry -= (record->words + 1) / 2;
		record->old = (const u64 *)(const void *)entry;
	}
	iterator->at = entry;
	return true;
}

#endif
