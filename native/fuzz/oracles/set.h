/* SPDX-License-Identifier: GPL-2.0-only */
/* Ordered sets of a bounded size, which oracles keep what they know in. */
#ifndef S390_GMAP_ORACLE_SET_H
#define S390_GMAP_ORACLE_SET_H

#include "core/machine/types.h"

/* Ordered by owner and key. */
struct item {
	u64 key;
	u64 value;
	u64 more;
	u32 owner;
	u32 flags;
};

struct set {
	struct item *items;
	u32 count;
	u32 capacity;
};

/* False: no memory. Its items are freed with memory_free(). */
bool set_create(struct set *set, u32 capacity);
/* The place of the first item with this owner and key or later ones. */
u32 set_from(const struct set *set, u32 owner, u64 key);
struct item *set_find(const struct set *set, u32 owner, u64 key);
/* The item at a place if it belongs to the owner, else NULL. */
static inline struct item *set_at(const struct set *set, u32 at, u32 owner)
{
	return at < set->count && set->items[at].owner == owner ? &set->items[at] : NULL;
}
/* False: there is no room for it. */
bool set_add(struct set *set, const struct item *item);
void set_remove(struct set *set, u32 at, u32 count);
void set_remove_all(struct set *set, u32 owner);

/* Sets of ranges, which do not overlap: key is where one starts, value where it ends. */
/* The place of the lowest one that ends above the address. */
u32 range_from(const struct set *set, u32 owner, u64 address);
/* What lies in [start, end) goes. False: there is no room for what is left of one above it. */
bool range_cut(struct set *set, u32 owner, u64 start, u64 end);

#endif
