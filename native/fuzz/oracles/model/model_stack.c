// SPDX-License-Identifier: GPL-2.0-only
/* Stacks: areas that grow down to where they are accessed. */
#include "fuzz/oracles/model/model.h"

/* What lies below the area at `at` and is no stack itself; NULL if there is nothing, or another stack. */
static const struct item *neighbour_below(const struct model *model, u32 process, u32 at)
{
	const struct item *below = at ? set_at(&model->areas, at - 1, process) : NULL;

	return below && !(below->flags & AREA_GROWS) ? below : NULL;
}

static bool is_too_near(const struct model *model, const struct item *below, u64 page)
{
	u64 gap = model->profile->stack_guard_gap;

	if (!below)
		return false;
	return gap ? below->flags & AREA_ACCESS && page - below->value < gap : below->value == page;
}

/* How large the VMA is decides, and the place that it was made for: neither is known of all. */
static bool is_known(const struct model *model, u32 process, const struct item *area)
{
	return !(area->flags & AREA_JOINED) && !model->processes[process].stack_moved;
}

/* Whether the area at `at` can begin at a page below it. */
static enum model_outcome can_grow(const struct model *model, u32 process, u32 at, u64 page)
{
	const struct item *area = &model->areas.items[at];

	if (is_too_near(model, neighbour_below(model, process, at), page))
		return BAD;
	if (!is_known(model, process, area))
		return UNSURE;
	/* in 4.7 without its first page, the guard page; that must fit too before anything else happens in there */
	return area->value - page <= STACK_RLIMIT ? GOOD : BAD;
}

/* The first page of the area, which is there or not: 4.7 makes it only if there can be a guard page below. */
static enum model_outcome first_page(const struct model *model, u32 process, u32 at, u64 page)
{
	if (model->profile->stack_guard_gap)
		return GOOD;
	return can_grow(model, process, at, page) == GOOD ? GOOD : UNSURE;
}

enum model_outcome model_reach_page(struct model *model, u32 process, u64 page, bool may_grow)
{
	u32 at = model_area_from(model, process, page);
	const struct item *area = set_at(&model->areas, at, process);
	enum model_outcome outcome;

	if (!area)
		return BAD;
	if (!(area->flags & AREA_GROWS) || area->key < page)
		return area->key <= page ? GOOD : BAD;
	if (area->key == page)
		return first_page(model, process, at, page);
	if (!may_grow)
		return BAD;
	outcome = can_grow(model, process, at, page);
	if (outcome == GOOD && model->profile->stack_guard_gap && !model->failed)
		model_grow_area(model, process, at, page);
	return outcome;
}
