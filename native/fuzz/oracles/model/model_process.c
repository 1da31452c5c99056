// SPDX-License-Identifier: GPL-2.0-only
/* The life of processes. */
#include "fuzz/oracles/model/model.h"

void step_s390_enable_sie(struct model *model)
{
	struct process *p;
	u32 process;

	if (!model_named_process(model, &process))
		return;
	p = &model->processes[process];
	if (!p->alloc_pgste) {
		model_expect_result(model, ERROR_WORD(EINVAL));
		return;
	}
	model_expect_result(model, 0);
	if (!p->has_pgste) {
		p->has_pgste = true;
		p->old_pages = p->touched;
		/* some kernels unmap zero pages now */
		model_exchange_range(model, process, 0, UINT64_MAX);
	}
}

void step_s390_enable_skey(struct model *model)
{
	u32 process;
	u32 at;

	if (!model_named_process(model, &process))
		return;
	model_expect_result(model, 0);
	model->processes[process].use_skey = !model_answer(model);
	model_forget_keys(model, process, 0, UINT64_MAX);
	/* no zero pages any more: what is armed and protected may be one */
	for (at = set_from(&model->armed, process, 0); set_at(&model->armed, at, process); at++)
		if (model->armed.items[at].flags & (LOOSE | ARMED_PROTECTED))
			model_exchange_maybe(model, process, model->armed.items[at].key);
}

/* The child has what the parent has in private memory, and both may only read it. */
void step_fork(struct model *model)
{
	const struct item *area;
	u32 process;
	u32 at;

	if (!model_named_process(model, &process))
		return;
	model_expect_result(model, 0);
	at = set_from(&model->areas, process, 0);
	for (; model->armed.count && (area = set_at(&model->areas, at, process)); at++) {
		u32 i = set_from(&model->armed, process, area->key);
		const struct item *armed;

		if (area->flags & AREA_SHARED)
			continue;
		/* pages that were protected before may stay as they are */
		for (; (armed = set_at(&model->armed, i, process)) && armed->key < area->value; i++)
			if (armed->flags & ARMED_PROTECTED)
				model_loosen_range(model, process, armed->key, armed->key + 1);
		model_exchange_range(model, process, area->key, area->value);
	}
}

/* The page tables go, and nobody is told of pages. */
void step_exit(struct model *model)
{
	u32 process;

	if (!model_named_process(model, &process))
		return;
	set_remove_all(&model->known_pages, process);
	model_free_area_tables(model, process, 0, UINT64_MAX, 0, 0);
	set_remove_all(&model->areas, process);
	model->processes[process].exited = true;
	model_release_process(model, process);
}

static u32 free_process(struct model *model)
{
	u32 process;

	for (process = 0; process < model->process_count; process++)
		if (!model->processes[process].used)
			return process;
	if (process == MODEL_PROCESSES)
		model->lost = true;
	else
		model->process_count++;
	return process;
}

void step_exec(struct model *model)
{
	u32 process;

	if (model_answer(model) == WIRE_NO_HANDLE) {
		if (!model->failed)
			model_wrong(model, "result", "answered NULL, and no allocation failed");
		return;
	}
	if (model->step->call->result_handle != WIRE_NO_HANDLE)
		model_expect_result(model, model->step->call->result_handle);
	process = free_process(model);
	if (model->lost)
		return;
	model->processes[process] = (struct process){
		.used = true,
		.alloc_pgste = model->allocate_pgste,
		.handle = (u32)model_answer(model),
	};
	model_add_area(model, process, STACK_TOP - STACK_SIZE, STACK_TOP, VM_READ | VM_WRITE | AREA_GROWS, NO_FILE);
}

void step_sysctl_allocate_pgste(struct model *model)
{
	u64 value = model_argument(model, 0);

	model_expect_result(model, value <= 1 ? 0 : ERROR_WORD(EINVAL));
	if (value <= 1)
		model->allocate_pgste = value;
}
