// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/oracles/model/model.h"

#include "core/machine/memory.h"

struct model *model_create(void)
{
	struct model *model = memory_take(1, sizeof(*model));

	if (!model)
		return NULL;
	if (set_create(&model->mappings, MODEL_MAPPINGS) && set_create(&model->links, MODEL_LINKS) &&
	    set_create(&model->tables, MODEL_TABLES) && set_create(&model->areas, MODEL_AREAS) &&
	    set_create(&model->armed, MODEL_ARMED) && set_create(&model->known_pages, MODEL_PAGES))
		return model;
	model_destroy(model);
	return NULL;
}

void model_destroy(struct model *model)
{
	if (!model)
		return;
	memory_free(model->mappings.items);
	memory_free(model->links.items);
	memory_free(model->tables.items);
	memory_free(model->areas.items);
	memory_free(model->armed.items);
	memory_free(model->known_pages.items);
	memory_free(model);
}

void model_begin(struct model *model, const struct machine *m)
{
	model->lost = model->wrong = model->has_loose = model->stored_errors = false;
	model->step = NULL;
	model->m = m;
	model->profile = m->options.profile;
	model->idte = m->options.idte;
	model->esop = m->options.esop;
	model->debug_vm = m->options.debug_vm;
	model->debug_list = m->options.debug_list;
	model->allocate_pgste = m->s.sysctl_allocate_pgste;
	model->process_count = model->guest_count = model->order_count = model->notifier_count = 0;
	model->mappings.count = model->links.count = model->tables.count = 0;
	model->areas.count = model->armed.count = model->known_pages.count = 0;
	model->run++;
	model_adopt_machine(model, m);
}

/* What faults of guests answer: -EFAULT if the host ran out of memory, -ENOMEM if the gmap did. */
static bool fits_failure(const struct model *model, u64 answer)
{
	const u32 of_gmap = 1u << INJECT_alloc_pages | 1u << INJECT_radix_insert | 1u << INJECT_radix_preload;
	/* no memory at all, or a node of either's tree */
	const u32 of_any = 1u << INJECT_none | 1u << INJECT_radix_node;

	if (answer == ERROR_WORD(ENOMEM))
		return model->failures & (of_gmap | of_any);
	return answer == ERROR_WORD(EEXIST) || (answer == ERROR_WORD(EFAULT) && model->failures & ~of_gmap);
}

/* The operation may answer this because an allocation failed, or because of large pages, of which not all is known. */
static bool may_fail_with(const struct model *model, u64 answer)
{
	if (!model_gave_up(model) || !model->failed)
		return model_gave_up(model);
	switch (model->step->op) {
	case OP_gmap_fault:
	case OP_gmap_ipte_notify:
	case OP_gmap_mprotect_notify:
		return fits_failure(model, answer);
	case OP_store:
	case OP_swap_out:
	case OP_set_guest_storage_key:
		return answer == ERROR_WORD(EFAULT) || answer == ERROR_WORD(ENOMEM);
	default:
		return answer == ERROR_WORD(ENOMEM);
	}
}

void model_expect_result(struct model *model, u64 expected)
{
	u64 answer = model_answer(model);

	if (unlikely(answer != expected) && !may_fail_with(model, answer))
		model_wrong(model, "result", "answered 0x%llx, expected 0x%llx", (unsigned long long)answer,
			    (unsigned long long)expected);
}

bool model_named_guest(struct model *model, u32 *guest)
{
	u64 handle = model_argument(model, 0);

	for (*guest = 0; *guest < model->guest_count; ++*guest)
		if (model->guests[*guest].used && model->guests[*guest].handle == handle)
			return true;
	return model_wrong(model, "handle", "there is no g%llu", (unsigned long long)handle);
}

bool model_named_process(struct model *model, u32 *process)
{
	u64 handle = model_argument(model, 0);

	for (*process = 0; *process < model->process_count; ++*process)
		if (model->processes[*process].used && model->processes[*process].handle == handle)
			return true;
	return model_wrong(model, "handle", "there is no mm%llu", (unsigned long long)handle);
}

typedef void (*step_fn)(struct model *model);

/* Operations that are not predicted change nothing that the model knows, and may answer anything. */
static const step_fn step_functions[WIRE_OPS] = {
#define STEP_PREDICTED(op) [OP_##op] = step_##op,
#define STEP_UNPREDICTED(op)
#define OP(name, result, arity, kinds, names, kernels, model, ...) STEP_##model(name)
#include "abi/ops.def"
#undef OP
};

static void judge_step(struct model *model, const struct step *step)
{
	if (step->reply.status == WIRE_OK && step_functions[step->op])
		step_functions[step->op](model);
	if (unlikely(model->has_loose))
		model_settle_armed(model);
	model_expect_no_more_events(model);
}

bool model_step(struct model *model, const struct step *step, struct verdict *verdict)
{
	if (model->lost)
		return true;
	model->step = step;
	model->verdict = verdict;
	model->wrong = false;
	model->m = step->m;
	/* the kernel's own flushes, of the process, are not the model's business */
	model->flushes_count = op_infos[step->op].marks & GMAP_FLUSHES;
	model_begin_events(model);
	model_count_writes(model);
	if (step->reply.status == WIRE_BUG) {
		judge_bug_of_step(model);
		model->lost = true;
	} else {
		judge_step(model, step);
	}
	return !model->wrong;
}
