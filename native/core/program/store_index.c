// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/store_index.h"

#include "core/machine/memory.h"
#include "core/program/tracer.h"

/* A key is a place with a mark in bits that no place has: 0 is none. Ranges fill whole units of 256 words. */
#define KEY_WORD ((u64)2)
#define KEY_UNIT ((u64)4)
#define UNIT_SIZE ((u64)0x800)

static u64 key_of_word(u64 place)
{
	return (place & ~TRACE_TABLE) | KEY_WORD;
}

static u64 key_of_unit(u64 place)
{
	return (place & ~(UNIT_SIZE - 1)) | KEY_UNIT;
}

static const u64 *store_at(const struct words *stores, u32 number)
{
	return stores->word + (size_t)(number - 1) * TRACE_STORE_WORDS;
}

static u64 before_of(const u64 *store)
{
	return le64(store[1]);
}

static u32 call_of(const u64 *store)
{
	return (u32)le64(store[2]);
}

static u64 words_of(const u64 *store)
{
	return le64(store[2]) >> 32;
}

/* Its slot, or the free one where it belongs. There is always a free one. */
static struct store_slot *find_slot(const struct store_index *index, u64 key)
{
	u32 at = (u32)(key * 0x9e3779b97f4a7c15 >> 32);

	while (index->slot[at & (index->slots - 1)].key && index->slot[at & (index->slots - 1)].key != key)
		at++;
	return &index->slot[at & (index->slots - 1)];
}

static bool grow_slots(struct store_index *index)
{
	struct store_index grown = *index;
	u32 i;

	grown.slots = index->slots ? 2 * index->slots : 1024;
	grown.slot = memory_take(grown.slots, sizeof(*grown.slot));
	if (!grown.slot)
		return false;
	for (i = 0; i < index->slots; i++)
		if (index->slot[i].key)
			*find_slot(&grown, index->slot[i].key) = index->slot[i];
	memory_free(index->slot);
	*index = grown;
	return true;
}

static bool grow_groups(struct store_index *index)
{
	u32 capacity = index->group_capacity ? 2 * index->group_capacity : 1024;
	struct store_group *grown = memory_grow(index->group, capacity * sizeof(*grown));

	if (!grown)
		return false;
	index->group = grown;
	index->group_capacity = capacity;
	return true;
}

static struct store_slot *slot_for(struct store_index *index, u64 key)
{
	struct store_slot *slot;

	/* at most half of them are used */
	if (2 * index->slots_used >= index->slots && !grow_slots(index))
		return NULL;
	if (index->groups == index->group_capacity && !grow_groups(index))
		return NULL;
	slot = find_slot(index, key);
	if (!slot->key) {
		slot->key = key;
		index->slots_used++;
	}
	return slot;
}

static void begin_group(struct store_index *index, struct store_slot *slot, u32 first, u32 changed)
{
	index->group[index->groups++] = (struct store_group){ first, changed, slot->newest };
	slot->newest = index->groups;
}

static const struct store_group *group_at(const struct store_index *index, u32 number)
{
	return &index->group[number - 1];
}

/* The newest change up to the end of a group that left `after`. */
static u32 newest_change(const struct store_index *index, const struct words *stores, u32 group, u64 after)
{
	if (!group || before_of(store_at(stores, group_at(index, group)->first)) != after)
		return group;
	return group_at(index, group)->changed;
}

static bool add_word(struct store_index *index, const struct words *stores, u32 number)
{
	const u64 *store = store_at(stores, number);
	struct store_slot *slot = slot_for(index, key_of_word(le64(store[0])));
	u32 group;

	if (!slot)
		return false;
	group = slot->newest;
	if (!group || call_of(store_at(stores, group_at(index, group)->first)) != call_of(store))
		begin_group(index, slot, number, newest_change(index, stores, group, before_of(store)));
	return true;
}

static bool add_range(struct store_index *index, const struct words *stores, u32 number)
{
	const u64 *store = store_at(stores, number);
	u64 at = le64(store[0]) & ~(UNIT_SIZE - 1);
	u64 end = (le64(store[0]) & ~TRACE_TABLE) + words_of(store) * sizeof(u64);

	for (; at < end; at += UNIT_SIZE) {
		struct store_slot *slot = slot_for(index, key_of_unit(at));

		if (!slot)
			return false;
		begin_group(index, slot, number, 0);
	}
	return true;
}

bool store_index_update(struct store_index *index, const struct words *stores)
{
	u32 count = (u32)(stores->count / TRACE_STORE_WORDS);

	while (!index->failed && index->stores < count) {
		u32 number = index->stores + 1;

		/* nobody asks who stored to a VMA */
		if (le64(store_at(stores, number)[0]) & TRACE_VMA) {
			index->stores = number;
			continue;
		}
		if (words_of(store_at(stores, number)) > 1)
			index->failed = !add_range(index, stores, number);
		else
			index->failed = !add_word(index, stores, number);
		index->stores = number;
	}
	return !index->failed;
}

/* A group's slot is found by what its first store was to; of a range, by one of the units. */
static struct store_slot *slot_of(const struct store_index *index, const struct words *stores, u32 group)
{
	const u64 *store = store_at(stores, group_at(index, group)->first);
	u64 place = le64(store[0]) & ~TRACE_TABLE;
	struct store_slot *slot;

	if (words_of(store) == 1)
		return find_slot(index, key_of_word(place));
	do {
		slot = find_slot(index, key_of_unit(place));
		place += UNIT_SIZE;
	} while (slot->newest != group);
	return slot;
}

void store_index_cut(struct store_index *index, const struct words *stores, size_t words)
{
	u32 count = (u32)(words / TRACE_STORE_WORDS);

	while (index->groups && group_at(index, index->groups)->first > count) {
		slot_of(index, stores, index->groups)->newest = group_at(index, index->groups)->before;
		index->groups--;
	}
	if (index->stores > count)
		index->stores = count;
}

void store_index_free(struct store_index *index)
{
	memory_free(index->group);
	memory_free(index->slot);
	*index = (struct store_index){ 0 };
}

/* Both are of one call, and nobody else stored to the word between them. */
static bool follows(const struct store_index *index, const struct words *stores, const struct store_group *word,
		    const struct store_group *range)
{
	return call_of(store_at(stores, word->first)) == call_of(store_at(stores, range->first)) &&
	       (!word->before || group_at(index, word->before)->first < range->first);
}

/* The newest group under a key, 0 if there is none. */
static u32 newest_group(const struct store_index *index, u64 key)
{
	return index->slots ? find_slot(index, key)->newest : 0;
}

const u64 *store_index_last(const struct store_index *index, const struct words *stores, u64 place, u64 now)
{
	u32 words = newest_change(index, stores, newest_group(index, key_of_word(place)), now);
	u32 ranges = place & TRACE_KEY ? 0 : newest_group(index, key_of_unit(place));
	const struct store_group *word, *range;

	if (!words || !ranges)
		return words || ranges ? store_at(stores, group_at(index, words | ranges)->first) : NULL;
	word = group_at(index, words);
	range = group_at(index, ranges);
	/* what a call stored to a word behind a range of its own is told as the range */
	if (word->first < range->first || follows(index, stores, word, range))
		word = range;
	return store_at(stores, word->first);
}
