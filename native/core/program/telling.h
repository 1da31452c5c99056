/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a machine tells of a call, for comparing two machines that make the same calls: nothing of it depends on where a machine
 * has its storage, nor on how it keeps a gmap.
 */
#ifndef S390_GMAP_TELLING_H
#define S390_GMAP_TELLING_H

#include "core/machine/machine.h"
#include "core/program/call.h"
#include "core/program/words.h"

/* A word that the call stored to: of a table, or the storage key of a frame. */
struct told_word {
	u64 offset; /* from where storage begins */
	bool is_key;
};

/* The state that it is in afterwards. */
struct told_value {
	bool is_there; /* a table, or a key that somebody has set */
	bool is_pgste; /* of a table */
	u64 value;     /* an address in it is from where storage begins */
};

/* It lasts until the next call. */
struct told {
	struct reply reply;
	const char *bug;
	bool no_memory; /* of this process: nobody knows what else there is to tell */
	bool used_up;	/* storage was, which is how much a machine needs for itself */
	const struct event *events;
	u32 event_count;
	const struct told_word *words; /* some of them twice */
	u32 word_count;
	/* the gmaps of a list, then the facts that changed, as wire.h has them */
	const u64 *items;
	u64 item_count;
	const u64 *facts;
	u64 fact_count;
};

/* The kinds of events that are told; the machine's log must ask for them. */
#define TOLD_EVENTS                                                                                                  \
	(EVENT_BIT(EVENT_NOTIFY) | EVENT_BIT(EVENT_IDTE) | EVENT_BIT(EVENT_IDTE_MM) | EVENT_BIT(EVENT_IPTE) |        \
	 EVENT_BIT(EVENT_LAZY) | EVENT_BIT(EVENT_FLUSH_ALL) | EVENT_BIT(EVENT_KEY) | EVENT_BIT(EVENT_ALLOC_FRAMES) | \
	 EVENT_BIT(EVENT_FREE_FRAMES) | EVENT_BIT(EVENT_FAILURE) | EVENT_BIT(EVENT_IDTE_ENTRY) |                     \
	 EVENT_BIT(EVENT_INNER_SHADOW))

/* What a machine has told, and room for it. */
struct teller {
	struct machine *m;
	size_t stored; /* where the undo log stood before the call */
	struct event *event;
	u32 event_room;
	struct told_word *word;
	u32 word_room;
	struct words list;
	struct told told;
};

/* Begins at the machine's present state: a snapshot must be live, so that the undo log is complete. */
void teller_begin(struct teller *teller, struct machine *m);
void teller_free(struct teller *teller);
/* Tells of the call that is just over: of all events of the log, and all that was stored since the last one. */
const struct told *teller_tell(struct teller *teller, enum wire_op op, const struct call *call, struct reply reply);

/* What a word is now. */
struct told_value told_value(const struct machine *m, const struct told_word *word);

#endif
