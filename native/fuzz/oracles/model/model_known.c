// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of a page's PGSTE: that the process wrote to the page, that it did not since somebody asked, and the
 * guest's storage key. Where there is no room nothing is known, and nothing expected.
 */
#include "fuzz/oracles/model/model.h"

#define WRITTEN 1u
#define CLEAN 2u
#define KEY 4u

/* The bits of a key that stay as they were set, whatever becomes of the page. */
#define KEY_KEPT (KEY_ACC | KEY_FP)
#define KEY_USED (KEY_REFERENCED | KEY_CHANGED)

static struct item *known_page(struct model *model, u32 process, u64 page)
{
	return model->known_pages.count ? set_find(&model->known_pages, process, page & PAGE_MASK) : NULL;
}

static struct item *new_known_page(struct model *model, u32 process, u64 page)
{
	const struct item new = { .owner = process, .key = page & PAGE_MASK };

	if (!known_page(model, process, page) && model->known_pages.count < model->known_pages.capacity)
		model_add(model, &model->known_pages, &new);
	return known_page(model, process, page);
}

void model_forget_pages(struct model *model, u32 process, u64 start, u64 end)
{
	u32 first = set_from(&model->known_pages, process, start);

	set_remove(&model->known_pages, first, set_from(&model->known_pages, process, end) - first);
}

void model_page_was_written(struct model *model, u32 process, u64 page)
{
	const struct process *p = &model->processes[process];
	struct item *known;

	/* pages that were writable before s390_enable_sie are not noted */
	if (!p->has_pgste || p->old_pages)
		return;
	known = new_known_page(model, process, page);
	if (known)
		known->flags = (known->flags & ~CLEAN) | WRITTEN;
}

/* These may set UC, of some page. */
static bool may_write(enum wire_op op)
{
	switch (op) {
	case OP_gmap_fault:
	case OP___gmap_zap:
	case OP_gmap_ipte_notify:
	case OP_gmap_mprotect_notify:
	case OP_s390_enable_skey:
	case OP_set_guest_storage_key:
	case OP_cond_set_guest_storage_key:
	case OP_reset_guest_reference_bit:
	case OP_mprotect:
	case OP_mremap:
	case OP_load:
	case OP_store:
		return true;
	default:
		return false;
	}
}

void model_count_writes(struct model *model)
{
	model->writes += may_write(model->step->op);
}

/* Somebody asks whether a page was written, and nobody knows any more. */
void model_expect_dirty(struct model *model, u32 process, u64 page)
{
	struct item *known = new_known_page(model, process, page);

	if (!known)
		return;
	if (known->flags & WRITTEN)
		model_expect_result(model, 1);
	else if (known->flags & CLEAN && known->more == model->writes)
		model_expect_result(model, 0);
	known->flags = (known->flags & ~WRITTEN) | CLEAN;
	known->more = model->writes;
}

static void forget_key(struct model *model, u32 process, u64 page)
{
	struct item *known = known_page(model, process, page);

	if (known)
		known->flags &= ~KEY;
}

void model_forget_keys(struct model *model, u32 process, u64 start, u64 end)
{
	u32 at = set_from(&model->known_pages, process, start);
	struct item *known;

	for (; (known = set_at(&model->known_pages, at, process)) && known->key < end; at++)
		known->flags &= ~KEY;
}

/* A key goes with the page only where keys are in use; that of a shared page is others' too. */
static bool key_is_kept(const struct model *model, u32 process, u64 page)
{
	const struct process *p = &model->processes[process];
	const struct item *area = model_find_area(model, process, page);

	return p->has_pgste && p->use_skey && area && area->key <= page && !(area->flags & (AREA_SHARED | AREA_HUGE));
}

void step_set_guest_storage_key(struct model *model)
{
	u64 page = model_argument(model, 1);
	struct item *known;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	if (model->profile->key_lookup == KEY_MAKES_TABLE)
		model_expect_result(model, 0);
	forget_key(model, process, page);
	if (model_answer(model) || !key_is_kept(model, process, page))
		return;
	known = new_known_page(model, process, page);
	if (known) {
		known->flags |= KEY;
		known->value = model_argument(model, 2) & (KEY_KEPT | KEY_USED);
	}
}

void step_get_guest_storage_key(struct model *model)
{
	u64 key = model_answer(model);
	const struct item *known;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	known = known_page(model, process, model_argument(model, 1));
	if (!known || !(known->flags & KEY) || model->failed)
		return;
	if ((key ^ known->value) & KEY_KEPT || known->value & KEY_USED & ~key)
		model_wrong(model, "result", "the key is 0x%llx, expected 0x%llx", (unsigned long long)key,
			    (unsigned long long)known->value);
}

void step_cond_set_guest_storage_key(struct model *model)
{
	u32 process;

	if (model_named_process(model, &process))
		forget_key(model, process, model_argument(model, 1));
}

void step_reset_guest_reference_bit(struct model *model)
{
	struct item *known;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	known = known_page(model, process, model_argument(model, 1));
	if (known)
		known->value &= ~(u64)KEY_REFERENCED;
}
