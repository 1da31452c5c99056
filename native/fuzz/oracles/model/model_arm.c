// SPDX-License-Identifier: GPL-2.0-only
/* Arming pages: gmap_ipte_notify, and gmap_mprotect_notify of later kernels. */
#include "fuzz/oracles/model/model.h"

/* What the operation did cannot be foreseen: see the machine. */
#define UNKNOWN 1

static int arm(struct model *model, u32 process, u64 page, u32 flags)
{
	const struct process *p = &model->processes[process];
	struct item *armed = set_find(&model->armed, process, page);
	struct item new = { .owner = process, .key = page, .flags = flags };

	/* how far it came is not known; without ESOP a page can be writable that nobody has written to */
	if (!p->has_pgste || model_gave_up(model) || (!flags && !model->esop && model->profile->soft_dirty))
		new.flags = LOOSE;
	else if (!flags && !p->old_pages)
		new.flags = ARMED_DIRTY;
	model->has_loose |= new.flags == LOOSE;
	if (armed)
		*armed = new;
	else
		model_add(model, &model->armed, &new);
	return 0;
}

/* Out of memory: was it at this page? Its segment may be linked all the same. */
static int arm_if_it_is(struct model *model, u32 guest, u64 gaddr, u64 page)
{
	u32 process = model->guests[guest].process;

	model_adopt_table(model, guest, gaddr);
	if (model_is_linked_to(model, guest, page, gaddr))
		model_add_link(model, guest, gaddr, page, LINK_VALID);
	return model_is_armed(model->m, model_kernel_mm(model, process), page) ? arm(model, process, page, LOOSE)
									       : -EFAULT;
}

/* A fault, the link, and the mark. */
static int fault_and_arm(struct model *model, u32 guest, u64 gaddr, u64 page, bool write, u32 flags)
{
	u32 process = model->guests[guest].process;
	enum model_outcome outcome = model_fault(model, process, page, write);
	int rc;

	if (outcome == BAD)
		return -EFAULT;
	if (model_gave_up(model))
		return arm_if_it_is(model, guest, gaddr, page);
	if (outcome == UNSURE && model_answer(model))
		return UNKNOWN;
	rc = model_link_page(model, guest, gaddr, page);
	return rc ? rc : arm(model, process, page, flags);
}

static void finish(struct model *model, u32 guest, int rc)
{
	if (rc != UNKNOWN) {
		model_expect_result(model, (u64)(s64)rc);
		return;
	}
	model_adopt_areas(model, model->guests[guest].process);
	model_adopt_links(model, guest);
	model_adopt_armed(model, model->guests[guest].process);
	model_skip_events(model);
}

void step_gmap_ipte_notify(struct model *model)
{
	u64 gaddr = model_argument(model, 1);
	u64 len = model_argument(model, 2);
	u32 guest;
	int rc = 0;

	if (!model_named_guest(model, &guest))
		return;
	if ((gaddr | len) & ~PAGE_MASK) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	for (; len && !rc && !model->lost; gaddr += PAGE_SIZE, len -= PAGE_SIZE) {
		const struct item *mapping = set_find(&model->mappings, guest, gaddr & PMD_MASK);

		rc = mapping ? fault_and_arm(model, guest, gaddr, mapping->value | (gaddr & ~PMD_MASK), true, 0)
			     : -EFAULT;
	}
	finish(model, guest, rc);
}

/* A page of a linked segment: no fault if its PTE is as it should be. */
static int arm_readable(struct model *model, u32 guest, u64 gaddr, u64 page)
{
	u32 process = model->guests[guest].process;
	const struct item *area = model_find_area(model, process, page);
	const struct item *armed = set_find(&model->armed, process, page);

	if (armed && !(armed->flags & LOOSE))
		return arm(model, process, page, ARMED_PROTECTED);
	/* a fault is refused, but a valid PTE can be there */
	if (area && area->key <= page && area->flags & (VM_WRITE | VM_EXEC) && !(area->flags & VM_READ))
		return UNKNOWN;
	return fault_and_arm(model, guest, gaddr, page, false, ARMED_PROTECTED);
}

static int arm_page(struct model *model, u32 guest, u64 gaddr, u64 prot)
{
	const struct item *mapping = set_find(&model->mappings, guest, gaddr & PMD_MASK);
	const struct item *link = gaddr <= model->guests[guest].end ? model_link_of(model, guest, gaddr) : NULL;
	u64 page;

	if (prot > PROT_WRITE)
		return UNKNOWN;
	/* what is linked is not asked what it is mapped to */
	if (link && (link->flags & LOOSE || !mapping || mapping->value != link->key))
		return UNKNOWN;
	if (!mapping)
		return -EFAULT;
	page = mapping->value | (gaddr & ~PMD_MASK);
	if (prot == PROT_WRITE)
		return fault_and_arm(model, guest, gaddr, page, true, 0);
	if (prot == PROT_READ)
		return link ? arm_readable(model, guest, gaddr, page)
			    : fault_and_arm(model, guest, gaddr, page, false, ARMED_PROTECTED);
	return link ? arm(model, model->guests[guest].process, page, LOOSE)
		    : fault_and_arm(model, guest, gaddr, page, false, LOOSE);
}

void step_gmap_mprotect_notify(struct model *model)
{
	u64 gaddr = model_argument(model, 1);
	u64 len = model_argument(model, 2);
	u64 prot = (u32)model_argument(model, 3);
	u32 guest;
	int rc = 0;

	if (!model_named_guest(model, &guest))
		return;
	if ((gaddr | len) & ~PAGE_MASK || (prot == PROT_READ && !model->esop)) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	/* a page can be told of again, by a later page's fault: what was armed does not say how far it came */
	if (model_gave_up(model)) {
		model_expect_result(model, 0);
		rc = UNKNOWN;
	}
	for (; len && !rc && !model->lost; gaddr += PAGE_SIZE, len -= PAGE_SIZE)
		rc = arm_page(model, guest, gaddr, prot);
	finish(model, guest, rc);
}
