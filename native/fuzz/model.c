// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"

#include <stdlib.h>

static bool set_create(struct set *set, u32 capacity)
{
	set->items = malloc(capacity * sizeof(*set->items));
	set->capacity = capacity;
	return set->items != NULL;
}

struct model *model_create(void)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	if (set_create(&model->mappings, MODEL_MAPPINGS) && set_create(&model->links, MODEL_LINKS) &&
	    set_create(&model->tables, MODEL_TABLES) && set_create(&model->areas, MODEL_AREAS) &&
	    set_create(&model->armed, MODEL_ARMED))
		return model;
	model_destroy(model);
	return NULL;
}

void model_destroy(struct model *model)
{
	if (!model)
		return;
	free(model->mappings.items);
	free(model->links.items);
	free(model->tables.items);
	free(model->areas.items);
	free(model->armed.items);
	free(model);
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
	model->allocate_pgste = m->s.sysctl_allocate_pgste;
	model->process_count = model->guest_count = model->order_count = model->notifier_count = 0;
	model->mappings.count = model->links.count = model->tables.count = 0;
	model->areas.count = model->armed.count = 0;
	model->run++;
	adopt_machine(model, m);
}

void expect_result(struct model *model, u64 expected)
{
	u64 answer = answer_of(model);

	if (unlikely(answer != expected) && !gave_up(model))
		wrong(model, "result", "answered 0x%llx, expected 0x%llx", (unsigned long long)answer,
		      (unsigned long long)expected);
}

bool named_guest(struct model *model, u32 *guest)
{
	u64 handle = argument(model, 0);

	for (*guest = 0; *guest < model->guest_count; ++*guest)
		if (model->guests[*guest].used && model->guests[*guest].handle == handle)
			return true;
	return wrong(model, "handle", "there is no g%llu", (unsigned long long)handle);
}

bool named_process(struct model *model, u32 *process)
{
	u64 handle = argument(model, 0);

	for (*process = 0; *process < model->process_count; ++*process)
		if (model->processes[*process].used && model->processes[*process].handle == handle)
			return true;
	return wrong(model, "handle", "there is no mm%llu", (unsigned long long)handle);
}

typedef void (*step_fn)(struct model *model);

/* Operations that are not here change nothing that the model knows, and may answer anything. */
static const step_fn step_functions[WIRE_OPS] = {
#define STEP(op) [OP_##op] = step_##op,
	FOR_EACH_STEP(STEP)
#undef STEP
};

/* The kernel's own flushes, of the process, are not the model's business; these operations have none. */
static bool only_flushes_gmaps(enum wire_op op)
{
	return op <= OP___gmap_link || op == OP_gmap_remove || op == OP_gmap_put;
}

static void judge_step(struct model *model, const struct step *step)
{
	if (step->reply.status == WIRE_OK && step_functions[step->op])
		step_functions[step->op](model);
	if (unlikely(model->has_loose))
		settle_armed(model);
	expect_no_more_events(model);
}

bool model_step(struct model *model, const struct step *step, struct verdict *verdict)
{
	if (model->lost)
		return true;
	model->step = step;
	model->verdict = verdict;
	model->wrong = false;
	model->m = step->m;
	model->flushes_count = only_flushes_gmaps(step->op);
	begin_events(model);
	if (step->reply.status == WIRE_BUG) {
		judge_bug_of_step(model);
		model->lost = true;
	} else {
		judge_step(model, step);
	}
	return !model->wrong;
}
