// SPDX-License-Identifier: GPL-2.0-only
/* Links of guest segments to host segments, and the segment tables that they make. */
#include "fuzz/oracles/model/model.h"

#define TABLE_SHIFT PUD_SHIFT
#define IN_TABLE (PUD_SIZE - 1)

static bool is_link_of(const struct guest *guest, const struct item *link, u64 segment)
{
	return link && link->flags & LINK_VALID && model_segment_of(guest, link->value) == segment;
}

struct item *model_link_of(struct model *model, u32 guest, u64 gaddr)
{
	const struct guest *g = &model->guests[guest];
	u64 segment = model_segment_of(g, gaddr);
	const struct item *mapping = set_find(&model->mappings, guest, segment);
	struct item *link = mapping ? set_find(&model->links, guest, mapping->value) : NULL;
	u32 at;

	/* nearly always it is linked to what it is mapped to */
	if (is_link_of(g, link, segment))
		return link;
	for (at = set_from(&model->links, guest, 0); (link = set_at(&model->links, at, guest)); at++)
		if (is_link_of(g, link, segment))
			return link;
	return NULL;
}

struct item *model_table_of(struct model *model, u32 guest, u64 gaddr)
{
	return set_find(&model->tables, guest, (gaddr & model->guests[guest].end) >> TABLE_SHIFT);
}

struct item *model_add_table(struct model *model, u32 guest, u64 gaddr)
{
	struct item *table = model_table_of(model, guest, gaddr);
	struct item new = { .owner = guest };

	if (table)
		return table;
	/* the descriptor has the address that was asked for, even where the table's place is found by part of it only */
	new.key = (gaddr & model->guests[guest].end) >> TABLE_SHIFT;
	new.value = gaddr & ~IN_TABLE;
	model_add(model, &model->tables, &new);
	return set_find(&model->tables, new.owner, new.key);
}

/* Several links to one entry: all of them have what is in it. */
static void set_entry(struct model *model, u32 guest, u64 gaddr, u32 valid)
{
	const struct guest *g = &model->guests[guest];
	struct item *link;
	u32 at;

	if (!g->empties)
		return;
	for (at = set_from(&model->links, guest, 0); (link = set_at(&model->links, at, guest)); at++)
		if (model_segment_of(g, link->value) == model_segment_of(g, gaddr))
			link->flags = (link->flags & ~LINK_VALID) | valid;
}

int model_add_link(struct model *model, u32 guest, u64 gaddr, u64 vmaddr, u32 flags)
{
	const struct item *table;
	struct item link = { .owner = guest, .key = vmaddr & PMD_MASK, .flags = flags };

	if (model_link_of(model, guest, gaddr))
		return 0;
	table = model_add_table(model, guest, gaddr);
	if (set_find(&model->links, guest, link.key))
		return -EEXIST;
	if (!table)
		return 0;
	link.value = table->value | (gaddr & IN_TABLE & PMD_MASK);
	if (!(flags & LINK_VALID))
		model->guests[guest].empties = true;
	model_add(model, &model->links, &link);
	set_entry(model, guest, gaddr, flags & LINK_VALID);
	return 0;
}

bool model_drop_link(struct model *model, u32 guest, u64 vmaddr)
{
	u32 at = set_from(&model->links, guest, vmaddr & PMD_MASK);
	const struct item *link = set_at(&model->links, at, guest);
	u64 gaddr;
	bool valid;

	if (!link || link->key != (vmaddr & PMD_MASK))
		return false;
	valid = link->flags & LINK_VALID;
	gaddr = link->value;
	set_remove(&model->links, at, 1);
	set_entry(model, guest, gaddr, 0);
	return valid;
}

static void unlink_all(struct model *model, u32 process, u64 vmaddr)
{
	u32 i;

	for (i = 0; i < model->order_count; i++) {
		u32 guest = model->order[i];
		const struct item *link;

		if (model->guests[guest].process != process)
			continue;
		link = set_find(&model->links, guest, vmaddr & PMD_MASK);
		if (!link || ((model->lenient || link->flags & LOOSE) && model_is_linked(model, guest, vmaddr)))
			continue;
		if (model_drop_link(model, guest, vmaddr))
			model_expect_flush(model, &model->guests[guest]);
	}
}

/* Links that are not dropped with the page table: what they are linked to is not the process's any more. */
static void loosen_links(struct model *model, u32 process, u64 vmaddr)
{
	u32 i;

	for (i = 0; i < model->guest_count; i++) {
		struct item *link;

		if (!model->guests[i].used || model->guests[i].process != process)
			continue;
		link = set_find(&model->links, i, vmaddr);
		if (link)
			link->flags |= LOOSE;
	}
}

/* The lowest segment from `vmaddr` on that any guest of the process links; `end` if there is none. */
static u64 next_linked(const struct model *model, u32 process, u64 vmaddr, u64 end)
{
	u32 i;

	for (i = 0; i < model->guest_count; i++) {
		const struct item *link;

		if (!model->guests[i].used || model->guests[i].process != process)
			continue;
		link = set_at(&model->links, set_from(&model->links, i, vmaddr), i);
		if (link && link->key < end)
			end = link->key;
	}
	return end;
}

void model_free_tables(struct model *model, u32 process, u64 start, u64 end)
{
	const struct process *p = &model->processes[process];
	bool unlinks = p->alloc_pgste && (p->has_pgste || !model->profile->unlink_needs_sie);
	u64 vmaddr;

	if (start >= end)
		return;
	/* of pages that nobody told of */
	model_loosen_range(model, process, start, end);
	model_forget_pages(model, process, start, end);
	if (!model->links.count)
		return;
	for (vmaddr = start; (vmaddr = next_linked(model, process, vmaddr, end)) < end; vmaddr += PMD_SIZE) {
		if (unlinks)
			unlink_all(model, process, vmaddr);
		loosen_links(model, process, vmaddr);
	}
}
