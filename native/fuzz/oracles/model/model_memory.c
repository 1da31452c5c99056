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

bool in_task(const struct model *model, u32 process, u64 start, u64 length)
{
	const u64 size = model->profile->task_size;

	/* kernels that do not know five levels go by the levels that there are now */
	return fits(start, length, size > TASK_MAX_SIZE ? size : kernel_mm(model, process)->asce_limit);
}

/* Parts of large pages are refused, or not, by each call in its own way. */
static void look_for_huge(struct model *model, u32 process, u64 start, u64 end)
{
	model->lenient |= has_huge_area(model, process, start, end);
}

/* Which VMAs there are, when a call did not do what it should, or not in full. */
void find_out(struct model *model, u32 process)
{
	u32 i;

	if (!model->lenient)
		return;
	adopt_areas(model, process);
	forget_pages(model, process, 0, UINT64_MAX);
	for (i = 0; i < model->guest_count; i++)
		if (model->guests[i].used && model->guests[i].process == process)
			adopt_links(model, i);
}

static void map_memory(struct model *model, u32 flags)
{
	u64 start = argument(model, 1);
	u64 length = round_up(argument(model, 2));
	u32 process;

	if (!named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || !length || !fits(start, length, model->profile->task_size)) {
		if (!answer_of(model))
			wrong(model, "result", "maps 0x%llx bytes at 0x%llx", (unsigned long long)length,
			      (unsigned long long)start);
		return;
	}
	if (flags & AREA_HUGE)
		model->lenient = true;
	look_for_huge(model, process, start, start + length);
	expect_result(model, 0);
	unmap_areas(model, process, start, start + length);
	add_area(model, process, start, start + length, flags, flags & AREA_SHARED ? start + length : NO_FILE);
	find_out(model, process);
}

void step_mmap(struct model *model)
{
	u32 flags = argument(model, 3) & AREA_ACCESS;

	if (argument(model, 4) & WIRE_MAP_SHARED)
		flags |= AREA_SHARED;
	if (argument(model, 4) & WIRE_MAP_NORESERVE)
		flags |= AREA_NORESERVE;
	map_memory(model, flags);
}

void step_mmap_huge(struct model *model)
{
	map_memory(model, (argument(model, 3) & AREA_ACCESS) | AREA_HUGE);
}

void step_munmap(struct model *model)
{
	u64 start = argument(model, 1);
	u64 length = round_up(argument(model, 2));
	u32 process;

	if (!named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || !length || !in_task(model, process, start, length)) {
		expect_result(model, ERROR(EINVAL));
		return;
	}
	look_for_huge(model, process, start, start + length);
	expect_result(model, 0);
	unmap_areas(model, process, start, start + length);
	find_out(model, process);
}

/* Memory by memory, up to the first hole. */
static int protect(struct model *model, u32 process, u64 start, u64 end, u64 access)
{
	const struct item *found;

	for (; start < end && !model->lost; start = found->value) {
		struct item area;

		found = find_area(model, process, start);
		if (!found || found->key > start)
			return -ENOMEM;
		area = *found;
		if (area.value > end)
			area.value = end;
		if ((area.flags & AREA_ACCESS) != access) {
			exchange_range(model, process, start, area.value);
			cut_areas(model, process, start, area.value);
			add_area(model, process, start, area.value, (area.flags & ~AREA_ACCESS) | (u32)access,
				 area.more);
		}
		found = find_area(model, process, start);
		if (!found)
			return 0;
	}
	return 0;
}

void step_mprotect(struct model *model)
{
	u64 start = argument(model, 1);
	u64 length = argument(model, 2);
	u64 end = start + round_up(length);
	u32 process;

	if (!named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || (length && end > start && argument(model, 3) & ~(u64)(AREA_ACCESS | PROT_SEM))) {
		expect_result(model, ERROR(EINVAL));
	} else if (length && end <= start) {
		expect_result(model, ERROR(ENOMEM));
	} else {
		look_for_huge(model, process, start, end);
		expect_result(model, (u64)(s64)protect(model, process, start, end, argument(model, 3) & AREA_ACCESS));
		find_out(model, process);
	}
}

static bool has_hole(const struct model *model, u32 process, u64 start, u64 end)
{
	const struct item *area;

	for (; start < end; start = area->value) {
		area = find_area(model, process, start);
		if (!area || area->key > start)
			return true;
	}
	return false;
}

void step_madvise(struct model *model)
{
	u64 start = argument(model, 1);
	u64 length = argument(model, 2);
	u64 end = start + round_up(length);
	u32 process;

	if (!named_process(model, &process))
		return;
	if (start & ~PAGE_MASK || argument(model, 3) != MADV_DONTNEED || end < start || (length && end == start)) {
		expect_result(model, ERROR(EINVAL));
		return;
	}
	look_for_huge(model, process, start, end);
	exchange_areas(model, process, start, end);
	expect_result(model, has_hole(model, process, start, end) ? ERROR(ENOMEM) : 0);
}
