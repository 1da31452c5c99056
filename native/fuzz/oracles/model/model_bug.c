// SPDX-License-Identifier: GPL-2.0-only
/* Whether a call can end in a BUG, where that is easy to say. Other places are the judge's. */
#include "core/check/known.h"
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
	u64 from = model_argument(model, 1);
	u64 to = model_argument(model, 2);
	u32 at = set_from(&model->mappings, guest, from & PMD_MASK);
	const struct item *mapping;

	for (; (mapping = set_at(&model->mappings, at, guest)) && mapping->key < to; at++) {
		u64 first = mapping->key < from ? from : mapping->key;

		if (!model_find_area(model, model->guests[guest].process, mapping->value | (first & ~PMD_MASK)))
			return true;
	}
	return false;
}

static bool can_miss_page_table(const struct model *model, u32 guest)
{
	return model->step->op == OP___gmap_link &&
	       model_host_entry(model, model->guests[guest].process, model_argument(model, 2)) == SEGMENT_ENTRY_EMPTY;
}

/* A guest segment is linked to another page table than the one that faults fill. */
static bool is_linked_elsewhere(const struct machine *m, const struct gmap *gmap, u64 gaddr)
{
	const entry_t *entry = gmap_find_segment_entry(m, gmap, gaddr);
	u64 vmaddr = radix_lookup(NULL, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
	const entry_t *pmd = host_pmd(m, gmap->mm, vmaddr);

	return entry && entry_get(entry) != SEGMENT_ENTRY_EMPTY && (!pmd || entry_get(pmd) != entry_get(entry));
}

/* The call goes on, also past the end of the addresses, until all is armed or nothing is mapped. */
static bool arms_elsewhere(const struct model *model)
{
	const struct machine *m = model->step->m;
	const struct gmap *gmap = m->s.gmap[model_argument(model, 0)];
	u64 gaddr = model_argument(model, 1);
	u64 left = model_argument(model, 2);

	for (;;) {
		u64 step = PMD_SIZE - (gaddr & ~PMD_MASK);

		if (is_linked_elsewhere(m, gmap, gaddr))
			return true;
		if (left <= step || !radix_lookup(NULL, &gmap->guest_to_host, gaddr >> PMD_SHIFT))
			return false;
		gaddr += step;
		left -= step;
	}
}

/* The kernel's argument is an int, and only exactly PROT_WRITE makes the fault a write. */
static bool asks_with_a_read(const struct model *model)
{
	u32 prot = (u32)model_argument(model, 3);

	return prot & PROT_WRITE && prot != PROT_WRITE;
}

/* Which defect makes the call endless; KNOWN_DEFECTS: none. */
static enum known_defect endless_defect(const struct model *model)
{
	switch (model->step->op) {
	case OP_gmap_discard:
		return model_argument(model, 1) < model_argument(model, 2) && model_argument(model, 2) > PMD_MASK
			       ? KNOWN_discard_wraps
			       : KNOWN_DEFECTS;
	case OP_gmap_mprotect_notify:
		if (asks_with_a_read(model))
			return KNOWN_arm_with_a_read;
		return arms_elsewhere(model) ? KNOWN_arm_elsewhere : KNOWN_DEFECTS;
	default:
		return KNOWN_DEFECTS;
	}
}

static bool is_known(struct model *model, enum known_defect defect)
{
	return defect != KNOWN_DEFECTS && known_defect(model->step->m, defect, &model->verdict->known);
}

/* Whether ops.def knows of a call of this operation that kernels do not survive. */
static bool is_deadly(enum wire_op op)
{
	u32 i;

	for (i = 0; i < MAX_ERRORS; i++)
		if (op_infos[op].errors[i] == OP_BUG)
			return true;
	return false;
}

static bool can_be(struct model *model, enum bug_place place)
{
	enum wire_op op = model->step->op;
	u32 guest = 0;

	if (op_infos[op].kind[0] == ARG_GMAP && !model_named_guest(model, &guest))
		return false;
	switch (place) {
	case BUG_pmd_none:
		return can_miss_page_table(model, guest);
	case BUG_zap_unlock:
		return op == OP___gmap_zap && model->failed && is_known(model, KNOWN_zap_unlocks);
	case BUG_no_vma:
		return op == OP_gmap_discard && misses_memory(model, guest) &&
		       is_known(model, KNOWN_discard_without_vma);
	case BUG_subpage:
		return op == OP_gmap_discard && (model_argument(model, 1) | model_argument(model, 2)) & ~PAGE_MASK &&
		       is_known(model, KNOWN_discard_part_of_page);
	case BUG_endless:
		return is_known(model, endless_defect(model));
	case BUG_put_listed:
		return model->guests[guest].listed && model->guests[guest].references == 1;
	case BUG_removed_twice:
		return !model->guests[guest].listed;
	case BUG_notifier_twice:
		return is_registered(model, model_argument(model, 0));
	case BUG_notifier_never:
		return !model->debug_list && !is_registered(model, model_argument(model, 0));
	default:
		return !bug_is_the_programs(place) || is_deadly(op);
	}
}

bool judge_bug_of_step(struct model *model)
{
	enum bug_place place = (enum bug_place)model_answer(model);

	if (can_be(model, place))
		return true;
	return model_wrong(model, "BUG", "ended in BUG %s, which it cannot cause here", bug_place_name(place));
}
