/* SPDX-License-Identifier: GPL-2.0-only */
/* A map from two words to a few others, in ascending order. Not part of the machine's state. */
#ifndef S390_GMAP_ORDERED_MAP_H
#define S390_GMAP_ORDERED_MAP_H

#include "core/machine/types.h"

#define ORDERED_VALUES 5

struct ordered_node {
	u64 major;
	u64 minor;
	u64 value[ORDERED_VALUES];
	u32 child[2]; /* numbers of nodes: those before this one, and those behind it; 0 is none */
};

/* All zero is an empty one. */
struct ordered_map {
	struct ordered_node *node; /* by number; 0 is nobody's */
	u32 count;		   /* numbers that were ever given out */
	u32 capacity;
	u32 free; /* a list by child[0] */
	u32 top;
};

/* NULL if there is none. Pointers to nodes are good until something is put into the map. */
struct ordered_node *ordered_find(const struct ordered_map *map, u64 major, u64 minor);
/* The first one at or behind these words. */
struct ordered_node *ordered_from(const struct ordered_map *map, u64 major, u64 minor);
/* The next one. */
struct ordered_node *ordered_behind(const struct ordered_map *map, const struct ordered_node *node);
/* The last one at or before them. */
struct ordered_node *ordered_up_to(const struct ordered_map *map, u64 major, u64 minor);
/* The one that there is, or a new one, whose values are all 0. NULL without memory. */
struct ordered_node *ordered_put(struct ordered_map *map, u64 major, u64 minor, bool *is_new);
/* There need not be one. */
void ordered_remove(struct ordered_map *map, u64 major, u64 minor);
/* Makes it empty; keeps the memory if it is not much. */
void ordered_clear(struct ordered_map *map);
void ordered_free(struct ordered_map *map);

#endif
