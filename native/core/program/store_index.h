/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which call changed a place last, of all that a tracer has kept: a table of places, each with the calls that stored there.
 * It is made when somebody asks first, and has what was traced since the next time.
 */
#ifndef S390_GMAP_STORE_INDEX_H
#define S390_GMAP_STORE_INDEX_H

#include "core/program/words.h"

/* Stores of one call to one place, one behind the other; numbers of stores and of groups begin at 1, 0 is none. */
struct store_group {
	u32 first;   /* of its stores */
	u32 changed; /* the newest group before it that changed the word; 0 of a range */
	u32 before;  /* group of the same place */
};

struct store_slot {
	u64 key;
	u32 newest; /* group */
};

struct store_index {
	u32 stores; /* that it knows of, from the first one on */
	struct store_group *group;
	u32 groups;
	u32 group_capacity;
	struct store_slot *slot;
	u32 slots; /* a power of two */
	u32 slots_used;
	bool failed; /* there was no memory for it */
};

/* Takes in what was added to the stores. False without memory. */
bool store_index_update(struct store_index *index, const struct words *stores);
/* What it knows of the stores behind the first `words` words of them will not have been; they are still there. */
void store_index_cut(struct store_index *index, const struct words *stores, size_t words);
void store_index_free(struct store_index *index);

/*
 * The first store to a place in the newest call that changed it, when it is `now`; NULL if none did. The place is that of a
 * word, or of a key. A range counts as a change.
 */
const u64 *store_index_last(const struct store_index *index, const struct words *stores, u64 place, u64 now);

#endif
