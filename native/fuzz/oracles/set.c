// SPDX-License-Identifier: GPL-2.0-only
/* Ordered sets in arrays: they are small, and looked at much more often than changed. */
#include "fuzz/oracles/set.h"

#include <string.h>

#include "core/machine/memory.h"

bool set_create(struct set *set, u32 capacity)
{
	set->items = memory_grow(NULL, capacity * sizeof(*set->items));
	set->capacity = capacity;
	return set->items != NULL;
}

static bool is_before(const struct item *item, u32 owner, u64 key)
{
	return item->owner != owner ? item->owner < owner : item->key < key;
}

u32 set_from(const struct set *set, u32 owner, u64 key)
{
	u32 low = 0;
	u32 high = set->count;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (is_before(&set->items[middle], owner, key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct item *set_find(const struct set *set, u32 owner, u64 key)
{
	struct item *item = set_at(set, set_from(set, owner, key), owner);

	return item && item->key == key ? item : NULL;
}

bool set_add(struct set *set, const struct item *item)
{
	u32 at = set_from(set, item->owner, item->key);

	if (set->count == set->capacity)
		return false;
	memmove(set->items + at + 1, set->items + at, (set->count - at) * sizeof(*item));
	set->items[at] = *item;
	set->count++;
	return true;
}

void set_remove(struct set *set, u32 at, u32 count)
{
	if (!count)
		return;
	set->count -= count;
	memmove(set->items + at, set->items + at + count, (set->count - at) * sizeof(*set->items));
}

void set_remove_all(struct set *set, u32 owner)
{
	u32 first = set_from(set, owner, 0);

	set_remove(set, first, set_from(set, owner + 1, 0) - first);
}

u32 range_from(const struct set *set, u32 owner, u64 address)
{
	u32 at = set_from(set, owner, address);
	const struct item *below = at ? set_at(set, at - 1, owner) : NULL;

	return below && below->value > address ? at - 1 : at;
}

/* Makes `address` a border. */
static bool range_split(struct set *set, u32 owner, u64 address)
{
	struct item *range = set_at(set, range_from(set, owner, address), owner);
	struct item upper;

	if (!range || range->key >= address)
		return true;
	upper = *range;
	upper.key = address;
	range->value = address;
	return set_add(set, &upper);
}

bool range_cut(struct set *set, u32 owner, u64 start, u64 end)
{
	bool fits = range_split(set, owner, start) && range_split(set, owner, end);
	u32 first = set_from(set, owner, start);

	set_remove(set, first, set_from(set, owner, end) - first);
	return fits;
}
