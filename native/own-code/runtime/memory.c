// SPDX-License-Identifier: GPL-2.0-only
/* Frames, objects and radix trees of the tree's code: native/core's. */
#include "core/linux/entries.h"
#include "core/linux/mm/radix_tree.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

struct frame *linux_own_alloc_pages(u32 order)
{
	struct machine *m = own_machine();
	u64 table = inject(m, INJECT_alloc_pages) ? 0 : frame_alloc(m, order, FRAME_CRST);

	return table ? frame_at(m, table) : NULL;
}

void linux_own_free_pages(struct frame *frame, u32 order)
{
	struct machine *m = own_machine();

	frame_free(m, frame_number(m, frame) << FRAME_SHIFT, order);
}

/* Gmaps, and what is smaller: descriptors of reverse mappings. */
static enum pool_kind pool_for(size_t size)
{
	if (size > OWN_GMAP_SIZE)
		machine_bug(own_machine(), BUG_own_bug, "kzalloc of %zu bytes is not simulated", size);
	return size <= OWN_OBJECT_SIZE ? POOL_OBJECT : POOL_GMAP;
}

/* What is ours. A shadow is known by its handle from the beginning: notifiers are told of it while it is made. */
static void gmap_made(struct machine *m, struct gmap *gmap)
{
	gmap->handle = own->handle;
	SET(m, m->s.gmap_serial, m->s.gmap_serial + 1);
	gmap->serial = m->s.gmap_serial;
	if (own->handle >= MAX_GMAPS)
		return;
	SET(m, m->s.gmap[own->handle], gmap);
	if (m->s.gmap_count <= own->handle)
		SET(m, m->s.gmap_count, own->handle + 1);
}

void *linux_own_kzalloc(size_t size)
{
	struct machine *m = own_machine();
	enum pool_kind kind = pool_for(size);
	void *object = inject(m, INJECT_kzalloc) ? NULL : pool_alloc(m, kind);

	if (!object)
		return NULL;
	undo_note_range(m, object, m->pool[kind].size / sizeof(u64));
	memset(object, 0, m->pool[kind].size);
	if (kind == POOL_GMAP)
		gmap_made(m, object);
	return object;
}

/* Nodes without items are what kernels lose. Those with items the code has forgotten: they are found as a leak. */
static void abandon_empty(struct machine *m, struct radix_root *root)
{
	u64 key;
	u64 item;

	if (!radix_next(m, root, 0, &key, &item))
		radix_abandon(m, root);
}

/* It may be freed in any call, whoever knows it by its handle. */
static void gmap_goes(struct machine *m, struct gmap *gmap)
{
	if (gmap->handle < MAX_GMAPS && m->s.gmap[gmap->handle] == gmap)
		SET(m, m->s.gmap[gmap->handle], NULL);
	m->own_gmap_freed = true;
	abandon_empty(m, &gmap->guest_to_host);
	abandon_empty(m, &gmap->host_to_guest);
	abandon_empty(m, &gmap->host_to_rmap);
	pool_free(m, POOL_GMAP, gmap);
}

void linux_own_kfree(const void *object)
{
	struct machine *m = own_machine();
	struct gmap *gmap = (struct gmap *)(uintptr_t)object;

	if (!object)
		return;
	if (pool_object(m, POOL_OBJECT, object)) {
		pool_free(m, POOL_OBJECT, gmap);
		return;
	}
	if (pool_object(m, POOL_GMAP, object) != object)
		machine_bug(m, BUG_own_access, "kfree of %p, which was not allocated", object);
	gmap_goes(m, gmap);
}

/* Page tables of shadows. */
struct frame *linux_page_table_alloc_pgste(struct mm *mm)
{
	struct machine *m = own_machine();
	u64 table = inject(m, INJECT_page_table) ? 0 : frame_alloc(m, 0, FRAME_PGTABLE);

	(void)mm;
	if (!table)
		return NULL;
	SET(m, frame_at(m, table)->flags, frame_at(m, table)->flags | FRAME_SHADOW);
	storage_fill(m, table, PTRS_PER_PTE, PAGE_INVALID);
	storage_fill(m, table + PGSTE_OFFSET * sizeof(entry_t), PTRS_PER_PTE, 0);
	return frame_at(m, table);
}

void linux_page_table_free_pgste(struct frame *frame)
{
	frame_free(own_machine(), frame_number(own_machine(), frame) << FRAME_SHIFT, 0);
}

int linux_radix_tree_insert(struct radix_root *root, u64 key, u64 item)
{
	struct machine *m = own_machine();

	return inject(m, INJECT_radix_insert) ? -ENOMEM : radix_insert(m, root, key, item);
}

u64 linux_radix_tree_delete(struct radix_root *root, u64 key)
{
	return radix_delete(own_machine(), root, key);
}

u64 linux_radix_tree_lookup(const struct radix_root *root, u64 key)
{
	return radix_lookup(own_machine(), root, key);
}

void *linux_radix_tree_lookup_slot(const struct radix_root *root, u64 key)
{
	struct radix_node *leaf = radix_leaf(own_machine(), root, key);

	return leaf && leaf->slot[key & RADIX_MASK] ? &leaf->slot[key & RADIX_MASK] : NULL;
}

void linux_radix_tree_replace_slot(struct radix_root *root, u64 *slot, u64 item)
{
	(void)root;
	SET(own_machine(), *slot, item);
}

int linux_radix_tree_preload(u32 gfp)
{
	(void)gfp;
	return radix_preload(own_machine());
}

void linux_radix_tree_preload_end(void)
{
	radix_preload_end(own_machine());
}

bool linux_own_radix_next(const struct radix_root *root, u64 from, u64 *iter)
{
	return radix_next(own_machine(), root, from, iter, iter + 1);
}
