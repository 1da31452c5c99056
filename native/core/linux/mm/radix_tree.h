/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's radix tree as far as gmap can observe it: 64-bit keys, 64-bit items (0 is "no item"),
 * fan-out 64, a lone item with key 0 stored in the root.
 */
#ifndef S390_GMAP_RADIX_TREE_H
#define S390_GMAP_RADIX_TREE_H

#include "core/machine/machine.h"

#define RADIX_SHIFT 6
#define RADIX_SLOTS 64
#define RADIX_MASK ((u64)RADIX_SLOTS - 1)

struct radix_node {
	struct radix_node *parent;
	u64 shift; /* of the key bits that index this node */
	u64 count; /* slots in use; an inserted NULL counts, for ever */
	u64 slot[RADIX_SLOTS];
};

struct radix_root {
	struct radix_node *node;
	u64 item; /* of key 0, while there is no node */
};

/*
 * Returns 0, -EEXIST if the key has an item, -ENOMEM if a node cannot be allocated (nodes added on the
 * way stay). Inserting 0 returns 0 and raises the leaf's count: the key reads as absent and its path is
 * never freed again.
 */
int radix_insert(struct machine *m, struct radix_root *root, u64 key, u64 item);

static inline struct radix_node *radix_child(u64 word)
{
	return (struct radix_node *)(uintptr_t)word;
}

static inline u64 radix_index(const struct radix_node *node, u64 key)
{
	return key >> node->shift & RADIX_MASK;
}

/* True if the key lies below the node, that is, no bits above those that index it are set. */
static inline bool radix_covers(const struct radix_node *node, u64 key)
{
	return node->shift + RADIX_SHIFT >= 64 || key >> (node->shift + RADIX_SHIFT) == 0;
}

static inline struct radix_node *radix_leaf(const struct machine *m, const struct radix_root *root, u64 key)
{
	struct radix_node *node = GET(m, root->node);

	if (!node || !radix_covers(node, key))
		return NULL;
	while (node && node->shift)
		node = radix_child(GET(m, node->slot[radix_index(node, key)]));
	return node;
}

/* Returns the item, 0 if there is none. */
static inline u64 radix_lookup(const struct machine *m, const struct radix_root *root, u64 key)
{
	const struct radix_node *leaf = radix_leaf(m, root, key);

	if (!leaf)
		return key == 0 && !GET(m, root->node) ? GET(m, root->item) : 0;
	return GET(m, leaf->slot[key & RADIX_MASK]);
}

/* Removes and returns the item; 0 and no change if there is none. */
u64 radix_delete(struct machine *m, struct radix_root *root, u64 key);
/* Finds the lowest key that is at least `from` and has an item. */
bool radix_next(const struct machine *m, const struct radix_root *root, u64 from, u64 *key, u64 *item);
/*
 * Gives up a tree without items. Nodes may be left in it, after insertions of 0 or insertions that failed
 * half-way: they are never freed. Ours: counts of what is lost.
 */
void radix_abandon(struct machine *m, struct radix_root *root);
/* Makes sure that the next insert cannot fail; -ENOMEM if it can't. Preemption is off until the end. */
static inline int radix_preload(struct machine *m)
{
	if (inject(m, INJECT_radix_preload))
		return -ENOMEM;
	preempt_disable(m);
	return 0;
}

static inline void radix_preload_end(struct machine *m)
{
	preempt_enable(m);
}

#endif
