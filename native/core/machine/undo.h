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

struct undo_entry {
	void *word; /* the low bit marks the end of a range, see undo_note_range() */
	u64 old;
};

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
	u32 marks;	 /* live snapshots */
	u64 serial;	 /* of the latest live snapshot; 1 is the machine's first state */
	u64 oldest;	 /* of the oldest live snapshot; UINT64_MAX if there is none to go back to */
	u64 last_serial; /* serials are never used again */
	u64 wraps;	 /* how often the log was thrown away or rewound */
	watch_fn watch;
	void *watch_context;
};

#define UNDO_MAX_MARKS 64

struct undo_mark {
	size_t position;
	u64 serial;
};

bool undo_init(struct undo_log *log);
void undo_destroy(struct undo_log *log);
/* Forgets everything: the state as it is now becomes the machine's first state. */
void undo_start(struct machine *m);
struct undo_entry *undo_slow(struct machine *m, const void *word);
/* To be called when marks or the watch have changed. */
void undo_refresh(struct undo_log *log);
/* Notes `words` words from `first` as one range; for table fills. */
void undo_note_range(struct machine *m, void *first, size_t words);
/* Puts everything back that was stored since the log was `position` entries long. */
void undo_rewind(struct undo_log *log, size_t position);
void undo_watch(struct machine *m, watch_fn watch, void *context);

#endif
