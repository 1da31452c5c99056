// SPDX-License-Identifier: GPL-2.0-only
/* The memory of processes: areas that are alike are one, whatever VMAs the kernel has for them. */
#include "fuzz/oracles/model/model.h"

u32 model_area_from(const struct model *model, u32 process, u64 address)
{
	return range_from(&model->areas, process, address);
}

struct item *model_find_area(const struct model *model, u32 process, u64 address)
{
	return set_at(&model->areas, model_area_from(model, process, address), process);
}

bool model_is_hole(const struct model *model, u32 process, u64 start, u64 end)
{
	const struct item *area = model_find_area(model, process, start);

	return !area || area->key >= end;
}

bool model_has_huge_area(const struct model *model, u32 process, u64 start, u64 end)
{
	u32 at = model_area_from(model, process, start);
	const struct item *area;

	for (; (area = set_at(&model->areas, at, process)) && area->key < end; at++)
		if (area->flags & AREA_HUGE)
			return true;
	return false;
}

bool model_areas_join(const struct item *below, const struct item *above)
{
	return below->value == above->key && below->more == above->more &&
	       (below->flags & ~AREA_JOINED) == (above->flags & ~AREA_JOINED);
}

/* Makes one area of the one at `at` and the one above it, if they fit. */
static void join(struct model *model, u32 process, u32 at)
{
	struct item *below = set_at(&model->areas, at, process);
	const struct item *above = set_at(&model->areas, at + 1, process);

	if (!below || !above || !model_areas_join(below, above))
		return;
	below->value = above->value;
	below->flags |= AREA_JOINED;
	set_remove(&model->areas, at + 1, 1);
}

void model_add_area(struct model *model, u32 process, u64 start, u64 end, u32 flags, u64 file_end)
{
	const struct item area = { .owner = process, .key = start, .value = end, .flags = flags, .more = file_end };
	u32 at = set_from(&model->areas, process, start);

	model_add(model, &model->areas, &area);
	join(model, process, at);
	if (at)
		join(model, process, at - 1);
}

void model_grow_area(struct model *model, u32 process, u32 at, u64 start)
{
	model->areas.items[at].key = start;
	if (at)
		join(model, process, at - 1);
}

void model_cut_areas(struct model *model, u32 process, u64 start, u64 end)
{
	if (!range_cut(&model->areas, process, start, end))
		model->lost = true;
}

void model_exchange_areas(struct model *model, u32 process, u64 start, u64 end)
{
	u32 at = model_area_from(model, process, start);
	const struct item *area;

	if (!model->armed.count)
		return;
	for (; (area = set_at(&model->areas, at, process)) && area->key < end; at++)
		model_exchange_range(model, process, start > area->key ? start : area->key,
				     end < area->value ? end : area->value);
}

/* Areas that are at most a segment apart lose their page tables together, and with them those between. */
static bool same_group(const struct item *area, u64 end, const struct item *next, u64 limit)
{
	return next && next->key < limit && next->key <= end + PMD_SIZE && !((area->flags | next->flags) & AREA_HUGE);
}

void model_free_area_tables(struct model *model, u32 process, u64 start, u64 end, u64 floor, u64 ceiling)
{
	u32 at = model_area_from(model, process, start);
	const struct item *area = set_at(&model->areas, at, process);

	while (area && area->key < end) {
		u64 first = (area->key > start ? area->key : start) & PMD_MASK;
		const struct item *next;
		u64 behind;

		for (;;) {
			behind = area->value < end ? area->value : end;
			next = set_at(&model->areas, ++at, process);
			if (!same_group(area, behind, next, end))
				break;
			area = next;
		}
		if (first < floor)
			first += PMD_SIZE;
		behind = (behind + PMD_SIZE - 1) & PMD_MASK;
		if (ceiling && behind > (ceiling & PMD_MASK))
			behind = ceiling & PMD_MASK;
		model_free_tables(model, process, first, behind);
		area = next;
	}
}

void model_unmap_areas(struct model *model, u32 process, u64 start, u64 end)
{
	u32 at = model_area_from(model, process, start);
	const struct item *first = set_at(&model->areas, at, process);
	const struct item *under = at ? set_at(&model->areas, at - 1, process) : NULL;
	const struct item *above;
	u64 floor, ceiling;

	if (start >= end || !first || first->key >= end)
		return;
	floor = first->key < start ? start : under ? under->value : 0;
	above = model_find_area(model, process, end);
	ceiling = !above ? 0 : above->key < end ? end : above->key;
	model_exchange_areas(model, process, start, end);
	model_free_area_tables(model, process, start, end, floor, ceiling);
	model_cut_areas(model, process, start, end);
	model_forget_keys(model, process, start, end);
}
