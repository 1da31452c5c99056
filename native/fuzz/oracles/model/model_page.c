// SPDX-License-Identifier: GPL-2.0-only
/* Operations on single pages, and gmap_discard. */
#include "fuzz/oracles/model/model.h"

void step_ptep_notify(struct model *model)
{
	u32 process;

	if (model_named_process(model, &process) &&
	    (!model->profile->notify_bits || model_argument(model, 2) & PGSTE_IN))
		model_notify(model, process, model_argument(model, 1), false);
}

/* Pages of all areas that [start, end) meets, or of the first VMA only. */
static void zap(struct model *model, u32 process, u64 start, u64 end, bool one_vma)
{
	u32 at = model_area_from(model, process, start);
	const struct item *area = set_at(&model->areas, at, process);

	if (area && one_vma && area->flags & AREA_JOINED)
		model_loosen_range(model, process, start, end);
	for (; (area = set_at(&model->areas, at, process)) && area->key < end; at++) {
		model_exchange_range(model, process, start > area->key ? start : area->key,
				     end < area->value ? end : area->value);
		if (one_vma)
			break;
	}
}

/* Makes a page table if it must, which the model does not know; without memory for it 4.7 is lost. */
void step___gmap_zap(struct model *model)
{
	u32 guest;

	if (model_named_guest(model, &guest) && model->failed && model->profile->zap_unlocks_always)
		model_wrong(model, "result", "has no memory for a page table, and goes on");
}

void step_gmap_discard(struct model *model)
{
	u64 from = model_argument(model, 1);
	u64 to = model_argument(model, 2);
	const struct item *mapping;
	u32 guest, process;
	u32 at;

	if (!model_named_guest(model, &guest))
		return;
	process = model->guests[guest].process;
	at = set_from(&model->mappings, guest, from & PMD_MASK);
	for (; from < to && (mapping = set_at(&model->mappings, at, guest)) && mapping->key < to; at++) {
		u64 first = mapping->key < from ? from : mapping->key;
		u64 behind = to - mapping->key < PMD_SIZE ? to : mapping->key + PMD_SIZE;
		u64 vmaddr = mapping->value | (first & ~PMD_MASK);

		if (model_find_area(model, process, vmaddr))
			zap(model, process, vmaddr & PAGE_MASK, (vmaddr + (behind - first)) & PAGE_MASK,
			    model->profile->discard_one_vma);
		else if (model->profile->discard_needs_vma)
			model_wrong(model, "result", "discards 0x%llx, where no memory is nor above, and goes on",
				    (unsigned long long)first);
	}
}

void step_test_and_clear_guest_dirty(struct model *model)
{
	u64 page = model_argument(model, 1) & PAGE_MASK;
	const struct item *armed;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	armed = set_find(&model->armed, process, page);
	if (armed && armed->flags & ARMED_DIRTY)
		model_expect_result(model, 1);
	model_expect_dirty(model, process, page);
	if (!model_answer(model))
		return;
	model_exchange(model, process, page);
	/* the only one that does not ask whether the process has guests */
	if (armed && !model->processes[process].has_pgste)
		model_notify(model, process, page, true);
}

void step_ptep_test_and_clear_uc(struct model *model)
{
	step_test_and_clear_guest_dirty(model);
}

/* Of pages that reclaim looks at: neither zero pages nor shared ones. A valid PTE is young. */
void step_clear_young(struct model *model)
{
	u64 page = model_argument(model, 1) & PAGE_MASK;
	const struct item *area, *armed;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	area = model_find_area(model, process, page);
	armed = set_find(&model->armed, process, page);
	if (area && area->more == NO_FILE && armed && !(armed->flags & (LOOSE | ARMED_PROTECTED)))
		model_expect_result(model, 1);
	if (model_answer(model) || (armed && armed->flags & LOOSE))
		model_exchange(model, process, page);
}

void step_swap_out(struct model *model)
{
	u64 page = model_argument(model, 1) & PAGE_MASK;
	const struct item *area, *armed;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	area = model_find_area(model, process, page);
	armed = set_find(&model->armed, process, page);
	if (!area || area->key > page)
		model_expect_result(model, ERROR_WORD(EFAULT));
	else if (armed && !(armed->flags & (LOOSE | ARMED_PROTECTED)) && !model->failed)
		model_expect_result(model, area->flags & AREA_SHARED ? ERROR_WORD(EINVAL) : 0);
	if (!model_answer(model))
		model_exchange(model, process, page);
}
