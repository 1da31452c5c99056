// SPDX-License-Identifier: GPL-2.0-only
/* Whether a call can end in a BUG, where that is easy to say. Other places are the judge's. */
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/model/model.h"

static bool is_registered(const struct model *model, u64 notifier)
{
	u32 i;

	for (i = 0; i < model->notifier_count; i++)
		if (model->notifiers[i] == notifier)
			return true;
	return false;
}

static bool misses_memory(struct model *model, u32 guest)
{
	u64 from = argument(model, 1);
	u64 to = argument(model, 2);
	u32 at = set_from(&model->mappings, guest, from & PMD_MASK);
	const struct item *mapping;

	for (; (mapping = set_at(&model->mappings, at, guest)) && mapping->key < to; at++) {
		u64 first = mapping->key < from ? from : mapping->key;

		if (!find_area(model, model->guests[guest].process, mapping->value | (first & ~PMD_MASK)))
			return true;
	}
	return false;
}

static bool can_miss_page_table(const struct model *model, u32 guest)
{
	return model->step->op == OP___gmap_link &&
	       host_entry(model, model->guests[guest].process, argument(model, 2)) == SEGMENT_ENTRY_EMPTY;
}

static bool is_endless(const struct model *model)
{
	if (model->step->op == OP_gmap_discard)
		return argument(model, 1) < argument(model, 2) && argument(model, 2) > PMD_MASK;
	return model->step->op == OP_gmap_mprotect_notify;
}

static bool can_be(struct model *model, enum bug_place place)
{
	enum wire_op op = model->step->op;
	u32 guest = 0;

	if (op_infos[op].kind[0] == ARG_GMAP && !named_guest(model, &guest))
		return false;
	switch (place) {
	case BUG_pmd_none:
		return can_miss_page_table(model, guest);
	case BUG_zap_unlock:
		return op == OP___gmap_zap && model->profile->zap_unlocks_always && model->failed;
	case BUG_no_vma:
		return op == OP_gmap_discard && model->profile->discard_needs_vma && misses_memory(model, guest);
	case BUG_subpage:
		return op == OP_gmap_discard && (argument(model, 1) | argument(model, 2)) & ~PAGE_MASK;
	case BUG_endless:
		return is_endless(model);
	case BUG_put_listed:
		return model->guests[guest].listed && model->guests[guest].references == 1;
	case BUG_removed_twice:
		return !model->guests[guest].listed;
	case BUG_notifier_twice:
		return is_registered(model, argument(model, 0));
	case BUG_notifier_never:
		return !model->debug_list && !is_registered(model, argument(model, 0));
	default:
		return true;
	}
}

bool judge_bug_of_step(struct model *model)
{
	enum bug_place place = (enum bug_place)answer_of(model);

	if (can_be(model, place))
		return true;
	return wrong(model, "BUG", "ended in BUG %s, which it cannot cause here", bug_place_name(place));
}
