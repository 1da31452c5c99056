/* SPDX-License-Identifier: GPL-2.0-only */
/* Radix trees are native/core's. */
#ifndef OWN_RADIX_H
#define OWN_RADIX_H

struct radix_tree_root {
	void *rnode;
	unsigned long item;
};
struct radix_tree_iter {
	unsigned long index;
	unsigned long item;
};
#define INIT_RADIX_TREE(r, gfp) ((r)->rnode = NULL, (r)->item = 0)
int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item);
void *radix_tree_delete(struct radix_tree_root *root, unsigned long index);
void *radix_tree_lookup(const struct radix_tree_root *root, unsigned long index);
void **radix_tree_lookup_slot(const struct radix_tree_root *root, unsigned long index);
void radix_tree_replace_slot(struct radix_tree_root *root, void **slot, void *item);
int radix_tree_preload(gfp_t gfp);
void radix_tree_preload_end(void);
bool own_radix_next(const struct radix_tree_root *root, unsigned long from, struct radix_tree_iter *iter);
#define radix_tree_deref_slot_protected(slot, lock) (*(slot))
#define radix_tree_for_each_slot(slot, root, iter, start)                                                             \
	for ((iter)->index = (start); own_radix_next(root, (iter)->index, iter) && ((slot) = (void **)&(iter)->item); \
	     (iter)->index++)

#endif
