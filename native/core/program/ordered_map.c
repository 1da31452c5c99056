// SPDX-License-Identifier: GPL-2.0-only
/*
 * A treap: a search tree by words and a heap by weights. A weight is made of the words, as by chance, so the tree has the
 * shape of one that was filled in random order, whatever the order was.
 */
#include "core/program/ordered_map.h"

#include "core/machine/memory.h"

static struct ordered_node *node_at(const struct ordered_map *map, u32 number)
{
	return &map->node[number];
}

/* splitmix64's last steps */
static u64 weight(const struct ordered_node *node)
{
	u64 mixed = node->minor + node->major * 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return mixed ^ mixed >> 31;
}

static bool is_before(const struct ordered_node *node, u64 major, u64 minor)
{
	return node->major < major || (node->major == major && node->minor < minor);
}

static bool is(const struct ordered_node *node, u64 major, u64 minor)
{
	return node->major == major && node->minor == minor;
}

struct ordered_node *ordered_find(const struct ordered_map *map, u64 major, u64 minor)
{
	struct ordered_node *node = ordered_from(map, major, minor);

	return node && is(node, major, minor) ? node : NULL;
}

struct ordered_node *ordered_from(const struct ordered_map *map, u64 major, u64 minor)
{
	struct ordered_node *found = NULL;
	u32 at = map->top;

	while (at) {
		struct ordered_node *node = node_at(map, at);
		bool before = is_before(node, major, minor);

		if (!before)
			found = node;
		at = node->child[before];
	}
	return found;
}

struct ordered_node *ordered_behind(const struct ordered_map *map, const struct ordered_node *node)
{
	if (node->major == UINT64_MAX && node->minor == UINT64_MAX)
		return NULL;
	return ordered_from(map, node->major + (node->minor == UINT64_MAX), node->minor + 1);
}

struct ordered_node *ordered_up_to(const struct ordered_map *map, u64 major, u64 minor)
{
	struct ordered_node *found = NULL;
	u32 at = map->top;

	while (at) {
		struct ordered_node *node = node_at(map, at);
		bool fits = is_before(node, major, minor) || is(node, major, minor);

		if (fits)
			found = node;
		at = node->child[fits];
	}
	return found;
}

static u32 node_alloc(struct ordered_map *map)
{
	u32 number = map->free;

	if (number) {
		map->free = node_at(map, number)->child[0];
		return number;
	}
	if (map->count + 1 >= map->capacity) {
		u32 capacity = map->capacity ? 2 * map->capacity : 64;
		struct ordered_node *grown = memory_grow(map->node, capacity * sizeof(*grown));

		if (!grown)
			return 0;
		map->node = grown;
		map->capacity = capacity;
	}
	return ++map->count;
}

static void insert(struct ordered_map *map, u32 *top, u32 number)
{
	struct ordered_node *new = node_at(map, number);
	struct ordered_node *node;
	bool side;
	u32 up;

	if (!*top) {
		*top = number;
		return;
	}
	node = node_at(map, *top);
	side = is_before(node, new->major, new->minor);
	insert(map, &node->child[side], number);
	up = node->child[side];
	if (weight(node_at(map, up)) <= weight(node))
		return;
	node->child[side] = node_at(map, up)->child[!side];
	node_at(map, up)->child[!side] = *top;
	*top = up;
}

/* Whether the words lie behind all that there are. */
static bool is_behind_all(const struct ordered_map *map, u64 major, u64 minor)
{
	u32 at = map->top;

	while (at && node_at(map, at)->child[1])
		at = node_at(map, at)->child[1];
	return !at || is_before(node_at(map, at), major, minor);
}

/* The same as insert(), of a node behind all others: much is put in in order. */
static void append(struct ordered_map *map, u32 number)
{
	u64 its_weight = weight(node_at(map, number));
	u32 *at = &map->top;

	while (*at && weight(node_at(map, *at)) >= its_weight)
		at = &node_at(map, *at)->child[1];
	node_at(map, number)->child[0] = *at;
	*at = number;
}

struct ordered_node *ordered_put(struct ordered_map *map, u64 major, u64 minor, bool *is_new)
{
	bool last = is_behind_all(map, major, minor);
	struct ordered_node *node = last ? NULL : ordered_find(map, major, minor);
	u32 number;

	*is_new = !node;
	if (node)
		return node;
	number = node_alloc(map);
	if (!number)
		return NULL;
	node = node_at(map, number);
	*node = (struct ordered_node){ .major = major, .minor = minor };
	if (last)
		append(map, number);
	else
		insert(map, &map->top, number);
	return node;
}

/* One tree of two, of which the first lies before the second. */
static u32 join(struct ordered_map *map, u32 first, u32 second)
{
	if (!first || !second)
		return first | second;
	if (weight(node_at(map, first)) > weight(node_at(map, second))) {
		u32 *behind = &node_at(map, first)->child[1];

		*behind = join(map, *behind, second);
		return first;
	} else {
		u32 *before = &node_at(map, second)->child[0];

		*before = join(map, first, *before);
		return second;
	}
}

void ordered_remove(struct ordered_map *map, u64 major, u64 minor)
{
	u32 *at = &map->top;
	struct ordered_node *node;
	u32 number;

	while (*at && !is(node_at(map, *at), major, minor)) {
		node = node_at(map, *at);
		at = &node->child[is_before(node, major, minor)];
	}
	number = *at;
	if (!number)
		return;
	node = node_at(map, number);
	*at = join(map, node->child[0], node->child[1]);
	node->child[0] = map->free;
	map->free = number;
}

/* What a map of any size may keep while it is empty: 256 KiB. */
#define KEPT_NODES 4096

void ordered_clear(struct ordered_map *map)
{
	if (map->capacity > KEPT_NODES)
		ordered_free(map);
	map->count = map->free = map->top = 0;
}

void ordered_free(struct ordered_map *map)
{
	memory_free(map->node);
	*map = (struct ordered_map){ 0 };
}
