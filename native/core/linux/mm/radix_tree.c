// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/radix_tree.h"

#include "core/machine/machine.h"

static u64 node_word(const struct radix_node *node)
{
	return (u64)(uintptr_t)node;
}

static struct radix_node *node_alloc(struct machine *m, struct radix_node *parent, u64 shift)
{
	struct radix_node *node;

	if (inject(m, INJECT_radix_node))
		return NULL;
	node = pool_alloc(m, POOL_RADIX_NODE);
	if (!node)
		return NULL;
	SET(m, node->parent, parent);
	SET(m, node->shift, shift);
	return node;
}

/* Its slots are empty and its count is 0, as a new node's must be. */
static void node_free(struct machine *m, struct radix_node *node)
{
	pool_free(m, POOL_RADIX_NODE, node);
}

static void slot_fill(struct machine *m, struct radix_node *node, u64 index, u64 word)
{
	SET(m, node->slot[index], word);
	SET(m, node->count, GET(m, node->count) + 1);
}

/* Puts nodes on top until the tree covers the key. */
static int tree_grow(struct machine *m, struct radix_root *root, u64 key)
{
	if (!GET(m, root->node)) {
		struct radix_node *node = node_alloc(m, NULL, 0);
		u64 item = GET(m, root->item);

		if (!node)
			return -ENOMEM;
		if (item) {
			slot_fill(m, node, 0, item);
			SET(m, root->item, 0);
		}
		SET(m, root->node, node);
	}
	while (!radix_covers(GET(m, root->node), key)) {
		struct radix_node *below = GET(m, root->node);
		struct radix_node *top = node_alloc(m, NULL, below->shift + RADIX_SHIFT);

		if (!top)
			return -ENOMEM;
		if (GET(m, below->count)) {
			slot_fill(m, top, 0, node_word(below));
			SET(m, below->parent, top);
		} else {
			/* an empty leaf that an earlier failed insert left */
			node_free(m, below);
		}
		SET(m, root->node, top);
	}
	return 0;
}

int radix_insert(struct machine *m, struct radix_root *root, u64 key, u64 item)
{
	struct radix_node *node;

	if ((item & 3) == 1)
		machine_bug(m, BUG_radix_item, "radix tree item 0x%llx", (unsigned long long)item);
	if (!GET(m, root->node) && key == 0) {
		if (GET(m, root->item))
			return -EEXIST;
		SET(m, root->item, item);
		return 0;
	}
	if (tree_grow(m, root, key) < 0)
		return -ENOMEM;
	node = GET(m, root->node);
	while (node->shift) {
		u64 index = radix_index(node, key);
		struct radix_node *below = radix_child(GET(m, node->slot[index]));

		if (!below) {
			below = node_alloc(m, node, node->shift - RADIX_SHIFT);
			if (!below)
				return -ENOMEM;
			slot_fill(m, node, index, node_word(below));
		}
		node = below;
	}
	if (GET(m, node->slot[radix_index(node, key)]))
		return -EEXIST;
	slot_fill(m, node, radix_index(node, key), item);
	return 0;
}

/* Takes nodes off the top while only their slot 0 is in use. */
static void tree_shrink(struct machine *m, struct radix_root *root)
{
	struct radix_node *top;

	while ((top = GET(m, root->node)) && GET(m, top->count) == 1 && GET(m, top->slot[0])) {
		u64 word = GET(m, top->slot[0]);

		if (top->shift) {
			SET(m, root->node, radix_child(word));
			SET(m, radix_child(word)->parent, NULL);
		} else {
			SET(m, root->node, NULL);
			SET(m, root->item, word);
		}
		SET(m, top->slot[0], 0);
		SET(m, top->count, 0);
		node_free(m, top);
	}
}

u64 radix_delete(struct machine *m, struct radix_root *root, u64 key)
{
	struct radix_node *node = radix_leaf(m, root, key);
	u64 item = radix_lookup(m, root, key);

	if (!item)
		return 0;
	if (!node) {
		SET(m, root->item, 0);
		return item;
	}
	SET(m, node->slot[key & RADIX_MASK], 0);
	SET(m, node->count, GET(m, node->count) - 1);
	while (GET(m, node->count) == 0) {
		struct radix_node *above = GET(m, node->parent);

		if (above) {
			SET(m, above->slot[radix_index(above, key)], 0);
			SET(m, above->count, GET(m, above->count) - 1);
		} else {
			SET(m, root->node, NULL);
		}
		node_free(m, node);
		if (!above)
			return item;
		node = above;
	}
	tree_shrink(m, root);
	return item;
}

bool radix_next(const struct machine *m, const struct radix_root *root, u64 from, u64 *key, u64 *item)
{
	const struct radix_node *node = GET(m, root->node);
	u64 at = from;

	if (!node) {
		u64 only = GET(m, root->item);

		if (from != 0 || !only)
			return false;
		*key = 0;
		*item = only;
		return true;
	}
	if (!radix_covers(node, from))
		return false;
	for (;;) {
		u64 index = radix_index(node, at);

		while (index < RADIX_SLOTS && !GET(m, node->slot[index])) {
			index++;
			/* everything below the next slot starts at its first key */
			at = ((at >> node->shift) + 1) << node->shift;
		}
		if (index == RADIX_SLOTS) {
			/* `at` is the first key behind this node: go up to where it is not the first of all */
			do
				node = GET(m, node->parent);
			while (node && radix_index(node, at) == 0);
			if (!node)
				return false;
			continue;
		}
		if (!node->shift) {
			*key = at;
			*item = GET(m, node->slot[index]);
			return true;
		}
		node = radix_child(GET(m, node->slot[index]));
	}
}

static u64 count_nodes(const struct radix_node *node)
{
	u64 nodes = 1;
	size_t i;

	for (i = 0; node->shift && i < RADIX_SLOTS; i++)
		if (node->slot[i])
			nodes += count_nodes(radix_child(node->slot[i]));
	return nodes;
}

void radix_abandon(struct machine *m, struct radix_root *root)
{
	if (!root->node)
		return;
	SET(m, m->s.lost_nodes, m->s.lost_nodes + count_nodes(root->node));
	SET(m, root->node, NULL);
}
