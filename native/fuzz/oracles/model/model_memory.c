// SPDX-License-Identifier: GPL-2.0-only
/* mmap, munmap, mprotect, madvise, mremap. */
#include "fuzz/oracles/model/model.h"

/* of mprotect: allowed, and nothing on this machine */
#define PROT_SEM 8u

static u64 round_up(u64 length)
{
	return (length + PAGE_SIZE - 1) & PAGE_MASK;
}

static bool fits(u64 start, u64 length, u64 end)
{
	return length <= end && start <= end - length;
}

bool model_in_task(const struct model *model, u32 process, u64 start, u64 length)
{
	const u64 size = model->profile->task_size;

	/* kernels that do not know five levels go by the levels that there are now */
	return fits(start, length, size > TASK_MAX_SIZE ? size : model_kernel_mm(model, process)->asce_limit);
}

/* Parts of large pages are refused, or not, by each call in its own way. */
static void look_for_huge(struct model *model, u32 process, u64 start, u64 end)
{
	model->lenient |= model_has_huge_area(model, process, start, end);
}

/* Which VMAs there are, when a call did not do what it should, or not in full. */
void model_find_out(struct model *model, u32 process)
{
	u32 i;

	if (!model->lenient)
		return;
	model_adopt_areas(model, process);
	model_forget_pages(model, process, 0, UINT64_MAX);
	for (i = 0; i < model->guest_count; i++)
		if (model->guests[i].used && model->guests[i].process == process)
			model_adopt_links(model, i);
}

static void map_memory(struct model *model, u32 flags)
{
	u64 start = model_argument(model, 1);
	u64 length = round_up(model_argument(model, 2));
	u32 process;

	if (!model_named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || !length || !fits(start, length, model->profile->task_size)) {
		if (!model_answer(model))
			model_wrong(model, "result", "maps 0x%llx bytes at 0x%llx", (unsigned long long)length,
				    (unsigned long long)start);
		return;
	}
	if (flags & AREA_HUGE)
		model->lenient = true;
	look_for_huge(model, process, start, start + length);
	model_expect_result(model, 0);
	model_unmap_areas(model, process, start, start + length);
	model_add_area(model, process, start, start + length, flags, flags & AREA_SHARED ? start + length : NO_FILE);
	model_find_out(model, process);
}

void step_mmap(struct model *model)
{
	u32 flags = model_argument(model, 3) & AREA_ACCESS;

	if (model_argument(model, 4) & WIRE_MAP_SHARED)
		flags |= AREA_SHARED;
	if (model_argument(model, 4) & WIRE_MAP_NORESERVE)
		flags |= AREA_NORESERVE;
	map_memory(model, flags);
}

void step_mmap_huge(struct model *model)
{
	map_memory(model, (model_argument(model, 3) & AREA_ACCESS) | AREA_HUGE);
}

void step_munmap(struct model *model)
{
	u64 start = model_argument(model, 1);
	u64 length = round_up(model_argument(model, 2));
	u32 process;

	if (!model_named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || !length || !model_in_task(model, process, start, length)) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	look_for_huge(model, process, start, start + length);
	model_expect_result(model, 0);
	model_unmap_areas(model, process, start, start + length);
	model_find_out(model, process);
}

/* Memory by memory, up to the first hole. */
static int protect(struct model *model, u32 process, u64 start, u64 end, u64 access)
{
	const struct item *found;

	for (; start < end && !model->lost; start = found->value) {
		struct item area;

		found = model_find_area(model, process, start);
		if (!found || found->key > start)
			return -ENOMEM;
		area = *found;
		if (area.value > end)
			area.value = end;
		if ((area.flags & AREA_ACCESS) != access) {
			model_exchange_range(model, process, start, area.value);
			model_cut_areas(model, process, start, area.value);
			model_add_area(model, process, start, area.value, (area.flags & ~AREA_ACCESS) | (u32)access,
				       area.more);
		}
		found = model_find_area(model, process, start);
		if (!found)
			return 0;
	}
	return 0;
}

void step_mprotect(struct model *model)
{
	u64 start = model_argument(model, 1);
	u64 length = model_argument(model, 2);
	u64 end = start + round_up(length);
	u32 process;

	if (!model_named_process(model, &process))
		return;
	if (start & ~PAGE_MASK ||
	    (length && end > start && model_argument(model, 3) & ~(u64)(AREA_ACCESS | PROT_SEM))) {
		model_expect_result(model, ERROR_WORD(EINVAL));
	} else if (length && end <= start) {
		model_expect_result(model, ERROR_WORD(ENOMEM));
	} else {
		look_for_huge(model, process, start, end);
		model_expect_result(model, (u64)(s64)protect(model, process, start, end,
							     model_argument(model, 3) & AREA_ACCESS));
		model_find_out(model, process);
	}
}

static bool has_hole(const struct model *model, u32 process, u64 start, u64 end)
{
	const struct item *area;

	for (; start < end; start = area->value) {
		area = model_find_area(model, process, start);
		if (!area || area->key > start)
			return true;
	}
	return false;
}

void step_madvise(struct model *model)
{
	u64 start = model_argument(model, 1);
	u64 length = model_argument(model, 2);
	u64 end = start + round_up(length);
	u32 process;

	if (!model_named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || model_argument(model, 3) != MADV_DONTNEED || end < start ||
	    (length && end == start)) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	look_for_huge(model, process, start, end);
	model_exchange_areas(model, process, start, end);
	model_expect_result(model, has_hole(model, process, start, end) ? ERROR_WORD(ENOMEM) : 0);
}
