// SPDX-License-Identifier: GPL-2.0-only
/* Operations on mappings and links that look at nothing else. */
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/model/model.h"

/* Drops the mapping at `at`, and the link of what it was mapped to. True if a flush is owed. */
static bool unmap_at(struct model *model, u32 guest, u32 at)
{
	u64 vmaddr = model->mappings.items[at].value;

	set_remove(&model->mappings, at, 1);
	return model_drop_link(model, guest, vmaddr);
}

static bool unmap_segment(struct model *model, u32 guest, u64 gaddr)
{
	u32 at = set_from(&model->mappings, guest, gaddr);
	const struct item *mapping = set_at(&model->mappings, at, guest);

	return mapping && mapping->key == gaddr && unmap_at(model, guest, at);
}

/* How many flushes are owed. */
static u32 unmap_segments(struct model *model, u32 guest, u64 to, u64 end)
{
	u32 at = set_from(&model->mappings, guest, to);
	const struct item *mapping;
	u32 flushes = 0;

	while ((mapping = set_at(&model->mappings, at, guest)) && mapping->key < end)
		flushes += unmap_at(model, guest, at);
	return flushes;
}

void step_gmap_unmap_segment(struct model *model)
{
	u64 to = model_argument(model, 1);
	u64 len = model_argument(model, 2);
	u32 guest;

	if (!model_named_guest(model, &guest))
		return;
	if ((to | len) & ~PMD_MASK || len == 0 || to + len < to) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	if (unmap_segments(model, guest, to, to + len))
		model_expect_flush(model, &model->guests[guest]);
	model_expect_result(model, 0);
}

static bool map_is_valid(const struct model *model, u32 guest, u64 from, u64 to, u64 len)
{
	return !((from | to | len) & ~PMD_MASK) && len && from + len >= from && to + len >= to &&
	       from + len - 1 <= model->profile->map_from_end && to + len - 1 <= model->guests[guest].end;
}

/*
 * Out of memory half-way: the whole range is unmapped, in two goes. How many of the new mappings there were, whose host
 * segments lose their links too, only the machine knows.
 */
static void map_failed(struct model *model, u32 guest, u64 from, u64 to, u64 len)
{
	u32 at = set_from(&model->links, guest, from);
	const struct item *link;
	u32 dropped = 0;

	while ((link = set_at(&model->links, at, guest)) && link->key - from < len) {
		if (model_is_linked(model, guest, link->key))
			at++;
		else
			dropped += model_drop_link(model, guest, link->key);
	}
	dropped += unmap_segments(model, guest, to, to + len);
	if (dropped)
		model_expect_flush(model, &model->guests[guest]);
	if (dropped > 1)
		model_accept_flush(model, &model->guests[guest]);
}

void step_gmap_map_segment(struct model *model)
{
	u64 from = model_argument(model, 1);
	u64 to = model_argument(model, 2);
	u64 len = model_argument(model, 3);
	bool flush = false;
	u32 guest;
	u64 off;

	if (!model_named_guest(model, &guest))
		return;
	if (!map_is_valid(model, guest, from, to, len)) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	if (model_gave_up(model)) {
		map_failed(model, guest, from, to, len);
		model_expect_result(model, 0);
		return;
	}
	for (off = 0; off < len && !model->lost; off += PMD_SIZE) {
		const struct item mapping = { .owner = guest, .key = to + off, .value = from + off };

		flush |= unmap_segment(model, guest, mapping.key);
		/* an item that is 0 is none */
		if (mapping.value)
			model_add(model, &model->mappings, &mapping);
	}
	if (flush)
		model_expect_flush(model, &model->guests[guest]);
	model_expect_result(model, 0);
}

void step_gmap_translate(struct model *model)
{
	u64 gaddr = model_argument(model, 1);
	const struct item *mapping;
	u32 guest;

	if (!model_named_guest(model, &guest))
		return;
	mapping = set_find(&model->mappings, guest, gaddr & PMD_MASK);
	model_expect_result(model, mapping ? mapping->value | (gaddr & ~PMD_MASK) : ERROR_WORD(EFAULT));
}

void step___gmap_translate(struct model *model)
{
	step_gmap_translate(model);
}

void step___gmap_segment_gaddr(struct model *model)
{
	u64 gaddr = model_argument(model, 1);
	const struct item *table;
	u32 guest;

	if (!model_named_guest(model, &guest))
		return;
	table = model_table_of(model, guest, gaddr);
	model_expect_result(model, table ? table->value | (gaddr & (PUD_SIZE - 1) & PMD_MASK) : ERROR_WORD(ENOENT));
}

void step___gmap_unlink_by_vmaddr(struct model *model)
{
	u32 guest;

	if (model_named_guest(model, &guest))
		model_expect_result(model, model_drop_link(model, guest, model_argument(model, 1)));
}

void step___gmap_unmap_by_gaddr(struct model *model)
{
	u32 guest;

	if (model_named_guest(model, &guest))
		model_expect_result(model, unmap_segment(model, guest, model_argument(model, 1) & PMD_MASK));
}

void step_gmap_unlink(struct model *model)
{
	u64 vmaddr = model_argument(model, 2);
	u32 process;
	u32 i;

	if (!model_named_process(model, &process))
		return;
	for (i = 0; i < model->order_count; i++) {
		u32 guest = model->order[i];

		if (model->guests[guest].process == process && model_drop_link(model, guest, vmaddr))
			model_expect_flush(model, &model->guests[guest]);
	}
}

/* How a host segment can be linked, which only the process's tables say: no page table, one, or a large page. */
u64 model_host_entry(const struct model *model, u32 process, u64 vmaddr)
{
	const struct mm *mm = model_kernel_mm(model, process);
	const entry_t *pmd;

	/* from 5.10 on addresses above the limit begin again at 0 */
	if (model->profile->link_wraps && mm->asce_limit <= TASK_MAX_SIZE)
		vmaddr &= mm->asce_limit - 1;
	pmd = host_pmd(model->m, mm, vmaddr & PMD_MASK);
	return pmd ? entry_get(pmd) : SEGMENT_ENTRY_EMPTY;
}

void step___gmap_link(struct model *model)
{
	u64 gaddr = model_argument(model, 1);
	u64 vmaddr = model_argument(model, 2);
	u32 guest, process;
	u32 flags = LINK_VALID;
	u64 entry;

	if (!model_named_guest(model, &guest))
		return;
	process = model->guests[guest].process;
	entry = model_host_entry(model, process, vmaddr);
	if (model_gave_up(model)) {
		model_adopt_table(model, guest, gaddr);
		model_expect_result(model, entry & SEGMENT_ENTRY_LARGE ? ERROR_WORD(EFAULT) : 0);
		return;
	}
	if (entry & SEGMENT_ENTRY_LARGE) {
		model_add_table(model, guest, gaddr);
		model_expect_result(model, ERROR_WORD(EFAULT));
		return;
	}
	if (entry == SEGMENT_ENTRY_EMPTY) {
		if (model->debug_vm)
			model_wrong(model, "result", "links a segment without a page table, and goes on");
		flags = LOOSE;
	}
	if (model_is_hole(model, process, vmaddr & PMD_MASK, (vmaddr & PMD_MASK) + PMD_SIZE))
		flags |= LOOSE;
	model_expect_result(model, (u64)(s64)model_add_link(model, guest, gaddr, vmaddr, flags));
}
