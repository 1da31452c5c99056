// SPDX-License-Identifier: GPL-2.0-only
/* Faults: of guests, and by loads and stores of the process. */
#include "core/linux/mm/fault.h"
#include "fuzz/oracles/model/model.h"

/* Whether an access can succeed that needs one of these kinds of access. A stack has grown to it then. */
static enum model_outcome access_area(struct model *model, u32 process, u64 vmaddr, u32 needed, bool may_grow)
{
	u64 page = vmaddr & PAGE_MASK;
	enum model_outcome outcome = model_reach_page(model, process, page, may_grow);
	const struct item *area = model_find_area(model, process, vmaddr);

	if (outcome == BAD || !area || !(area->flags & needed) || page >= area->more)
		return BAD;
	/* a page table may be in the way of a large page */
	return area->flags & AREA_HUGE ? UNSURE : outcome;
}

/* What becomes of an armed page: one that is protected is not any more after a write. */
static void touch(struct model *model, u32 process, u64 vmaddr, bool write, enum model_outcome outcome)
{
	const struct item *armed = set_find(&model->armed, process, vmaddr & PAGE_MASK);

	if (!armed)
		return;
	if (armed->flags & LOOSE || (armed->flags & ARMED_PROTECTED && write && outcome == UNSURE))
		model_exchange_maybe(model, process, vmaddr);
	else if (armed->flags & ARMED_PROTECTED && write && outcome == GOOD)
		model_exchange(model, process, vmaddr);
}

static void accessed(struct model *model, u32 process, u64 vmaddr, bool write, enum model_outcome outcome)
{
	model->processes[process].touched = true;
	if (model->armed.count)
		touch(model, process, vmaddr, write, outcome);
	/* how far it has grown, also where the access is refused, or fails, in the end */
	if (outcome != GOOD || !model->profile->stack_guard_gap || model->failed)
		model_adopt_stack(model, process, vmaddr);
}

enum model_outcome model_fault(struct model *model, u32 process, u64 vmaddr, bool write)
{
	enum model_outcome outcome = access_area(model, process, vmaddr, write ? VM_WRITE : VM_READ,
						 model->profile->fixup_grows_stack);

	accessed(model, process, vmaddr, write, outcome);
	return outcome;
}

int model_link_page(struct model *model, u32 guest, u64 gaddr, u64 vmaddr)
{
	const struct item *area = model_find_area(model, model->guests[guest].process, vmaddr);

	if (area && area->flags & AREA_HUGE) {
		model_add_table(model, guest, gaddr);
		return -EFAULT;
	}
	return model_add_link(model, guest, gaddr, vmaddr, LINK_VALID);
}

static int fault_and_link(struct model *model, u32 guest, u64 gaddr, bool write)
{
	const struct item *mapping = set_find(&model->mappings, guest, gaddr & PMD_MASK);
	u64 vmaddr;

	if (!mapping)
		return -EFAULT;
	vmaddr = mapping->value | (gaddr & ~PMD_MASK);
	switch (model_fault(model, model->guests[guest].process, vmaddr, write)) {
	case BAD:
		return -EFAULT;
	case UNSURE:
		if (model_answer(model) == ERROR_WORD(EFAULT)) {
			model_adopt_table(model, guest, gaddr);
			return -EFAULT;
		}
		break;
	default:
		break;
	}
	return model_link_page(model, guest, gaddr, vmaddr);
}

/* Out of memory. Fails before the link is made, which is the last thing. */
static void fault_failed(struct model *model, u32 guest, u64 gaddr, bool write)
{
	const struct item *mapping = set_find(&model->mappings, guest, gaddr & PMD_MASK);

	if (mapping)
		model_fault(model, model->guests[guest].process, mapping->value | (gaddr & ~PMD_MASK), write);
	model_adopt_table(model, guest, gaddr);
	/* as if it had gone well */
	model_expect_result(model, 0);
}

/* The page gets a frame of its own, if others have it too. */
static void unshare(struct model *model, u32 guest, u64 gaddr, bool write)
{
	const struct item *mapping = set_find(&model->mappings, guest, gaddr & PMD_MASK);
	u32 process = model->guests[guest].process;
	u64 vmaddr = mapping ? mapping->value | (gaddr & ~PMD_MASK) : 0;

	if (mapping)
		model_exchange_maybe(model, process, vmaddr);
	if (!write) {
		model_expect_result(model, (u64)(s64)fault_and_link(model, guest, gaddr, false));
		return;
	}
	model_expect_result(model, ERROR_WORD(EFAULT));
	if (mapping)
		model_adopt_stack(model, process, vmaddr);
}

void step_gmap_fault(struct model *model)
{
	u64 gaddr = model_argument(model, 1);
	u32 flags = (u32)model_argument(model, 2);
	bool write = flags & FAULT_FLAG_WRITE;
	u32 guest;

	if (!model_named_guest(model, &guest))
		return;
	if (model_gave_up(model) && model_answer(model) != ERROR_WORD(EEXIST)) {
		fault_failed(model, guest, gaddr, write);
		return;
	}
	if (flags & FAULT_FLAG_UNSHARE && model->profile->unshare_fault) {
		unshare(model, guest, gaddr, write);
		return;
	}
	model_expect_result(model, (u64)(s64)fault_and_link(model, guest, gaddr, write));
}

static enum model_outcome access_page(struct model *model, u32 process, u64 vmaddr, bool write)
{
	u32 needed = write ? VM_WRITE : VM_READ | VM_WRITE | VM_EXEC;
	const struct item *area = model_find_area(model, process, vmaddr);
	enum model_outcome outcome = access_area(model, process, vmaddr, needed, true);

	/* mprotect leaves what is mapped of large pages readable */
	if (area && area->flags & AREA_HUGE && !write)
		outcome = UNSURE;
	accessed(model, process, vmaddr, write, outcome);
	return outcome;
}

void step_load(struct model *model)
{
	u64 answer = model_answer(model);
	enum model_outcome outcome;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	outcome = access_page(model, process, model_argument(model, 1), false);
	if (outcome == BAD)
		model_expect_result(model, ERROR_WORD(EFAULT));
	else if (outcome == GOOD && answer == ERROR_WORD(EFAULT) && !model->failed && !model->stored_errors)
		model_wrong(model, "result", "answered -EFAULT, where there is readable memory");
}

void step_store(struct model *model)
{
	enum model_outcome outcome;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	model->stored_errors |= is_error_word(model_argument(model, 2));
	outcome = access_page(model, process, model_argument(model, 1), true);
	if (outcome != UNSURE)
		model_expect_result(model, outcome == GOOD ? 0 : ERROR_WORD(EFAULT));
	if (outcome == GOOD && !model_answer(model))
		model_page_was_written(model, process, model_argument(model, 1));
}
