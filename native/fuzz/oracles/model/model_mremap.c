// SPDX-License-Identifier: GPL-2.0-only
/* mremap to a fixed address: a few calls in one, of which each can fail after those before it did their work. */
#include "fuzz/oracles/model/model.h"

struct move {
	u32 process;
	u64 old, old_length;
	u64 new, new_length;
};

static bool is_valid(const struct model *model, const struct move *move)
{
	return !((move->old | move->new) & ~PAGE_MASK) && move->new_length &&
	       model_in_task(model, move->process, move->new, move->new_length) &&
	       !(move->old + move->old_length > move->new && move->new + move->new_length > move->old);
}

/* Whether the source can be moved: it must lie in one VMA. The kernel may have several for one area. */
static enum model_outcome has_source(const struct model *model, const struct move *move)
{
	const struct item *area = model_find_area(model, move->process, move->old);

	if (!area || area->key > move->old || move->old_length > area->value - move->old)
		return BAD;
	return area->flags & AREA_JOINED && move->old_length ? UNSURE : GOOD;
}

static void move_memory(struct model *model, const struct move *move)
{
	const struct item source = *model_find_area(model, move->process, move->old);
	u64 file_end = source.more == NO_FILE ? NO_FILE : source.more + (move->new - move->old);

	if (source.flags & AREA_GROWS)
		model->processes[move->process].stack_moved = true;
	model_exchange_range(model, move->process, move->old, move->old + move->old_length);
	/* out of memory half-way: what was moved is moved back */
	if (model_gave_up(model))
		model_exchange_range(model, move->process, move->new, move->new + move->old_length);
	/* the new memory is there first: a page table that both are in stays */
	model_add_area(model, move->process, move->new, move->new + move->new_length, source.flags, file_end);
	model_unmap_areas(model, move->process, move->old, move->old + move->old_length);
}

static void remap(struct model *model, struct move *move)
{
	bool no_bytes = !move->old_length && model->profile->mremap_needs_bytes;
	enum model_outcome outcome;

	model_unmap_areas(model, move->process, move->new, move->new + move->new_length);
	if (move->old_length > move->new_length) {
		if (!model_in_task(model, move->process, move->old + move->new_length,
				   move->old_length - move->new_length)) {
			model_expect_result(model, ERROR_WORD(EINVAL));
			return;
		}
		model_unmap_areas(model, move->process, move->old + move->new_length, move->old + move->old_length);
		move->old_length = move->new_length;
	}
	outcome = has_source(model, move);
	if (outcome == UNSURE)
		outcome = model_answer(model) && !model->lenient ? BAD : GOOD;
	if (outcome == BAD) {
		model_expect_result(model, ERROR_WORD(EFAULT));
	} else if (no_bytes && model_find_area(model, move->process, move->old)->more == NO_FILE) {
		model_expect_result(model, ERROR_WORD(EINVAL));
	} else {
		model_expect_result(model, 0);
		move_memory(model, move);
	}
}

void step_mremap(struct model *model)
{
	struct move move = {
		.old = model_argument(model, 1),
		.old_length = (model_argument(model, 2) + PAGE_SIZE - 1) & PAGE_MASK,
		.new = model_argument(model, 3),
		.new_length = (model_argument(model, 4) + PAGE_SIZE - 1) & PAGE_MASK,
	};
	const struct item *source;

	if (!model_named_process(model, &move.process))
		return;
	source = model_find_area(model, move.process, move.old);
	if (source && source->key > move.old)
		source = NULL;
	if (!is_valid(model, &move)) {
		if (!model_answer(model))
			model_wrong(model, "result", "answered 0, expected an error");
	} else if (!source && model->profile->mremap_checks_first) {
		model_expect_result(model, ERROR_WORD(EFAULT));
	} else {
		model->lenient |= model_has_huge_area(model, move.process, move.old, move.old + move.old_length + 1) ||
				  model_has_huge_area(model, move.process, move.new, move.new + move.new_length);
		remap(model, &move);
		model_find_out(model, move.process);
	}
}
