// SPDX-License-Identifier: GPL-2.0-only
/* Radix trees, and the files whose pages hang in one. */
#include "core/check/check_tree.h"

#include <stdlib.h>

#include "core/linux/mm/shmem.h"

static bool check_node(struct check *c, const struct radix_node *node, const struct radix_node *parent,
		       const char *name, const char *tree)
{
	u64 used = 0;
	size_t i;

	c->nodes_found++;
	if (node->parent != parent)
		return check_fail(c, "radix tree: %s %s: a node does not know the one above it", name, tree);
	for (i = 0; i < RADIX_SLOTS; i++) {
		const struct radix_node *below = (const struct radix_node *)(uintptr_t)node->slot[i];

		if (!below)
			continue;
		used++;
		if (!node->shift)
			continue;
		if (below->shift != node->shift - RADIX_SHIFT)
			return check_fail(c, "radix tree: %s %s: a node of shift %llu below one of shift %llu", name,
					  tree, (unsigned long long)below->shift, (unsigned long long)node->shift);
		if (!check_node(c, below, node, name, tree))
			return false;
	}
	/* in a leaf, insertions of NULL count too */
	if (node->count < used || (node->shift && node->count != used))
		return check_fail(c, "radix tree: %s %s: a node counts %llu slots, %llu are in use", name, tree,
				  (unsigned long long)node->count, (unsigned long long)used);
	return true;
}

bool check_radix_tree(struct check *c, const struct radix_root *root, const char *name, const char *tree)
{
	if (!root->node)
		return true;
	if (root->item)
		return check_fail(c, "radix tree: %s %s: an item beside the nodes", name, tree);
	return check_node(c, root->node, NULL, name, tree);
}

static bool check_file(struct check *c, const struct file *file, size_t vmas)
{
	u64 number = 0;
	u64 page;

	c->files_found++;
	if (file->references != vmas)
		return check_fail(c, "file: %llu references, %llu VMAs", (unsigned long long)file->references,
				  (unsigned long long)vmas);
	if (!check_radix_tree(c, &file->pages, "file", "pages"))
		return false;
	for (; radix_next(NULL, &file->pages, number, &number, &page); number++) {
		if (!check_page_use(c, page, FRAME_SHARED, "file"))
			return false;
		if (frame_at(c->m, page)->index != number)
			return check_fail(c, "file: the page at 0x%llx does not know its number %llu",
					  (unsigned long long)page, (unsigned long long)number);
	}
	return true;
}

static int compare_files(const void *a, const void *b)
{
	uintptr_t left = (uintptr_t) * (struct file *const *)a;
	uintptr_t right = (uintptr_t) * (struct file *const *)b;

	return left < right ? -1 : left > right;
}

bool check_files(struct check *c)
{
	size_t first, next;

	qsort(c->files, c->file_vmas, sizeof(*c->files), compare_files);
	for (first = 0; first < c->file_vmas; first = next) {
		for (next = first; next < c->file_vmas && c->files[next] == c->files[first];)
			next++;
		if (!check_file(c, c->files[first], next - first))
			return false;
	}
	return true;
}
