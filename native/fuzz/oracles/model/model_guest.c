// SPDX-License-Identifier: GPL-2.0-only
/* The life of gmaps and notifier blocks. */
#include "fuzz/oracles/model/model.h"

static bool handle_is_free(const struct model *model, u64 handle)
{
	u32 i;

	for (i = 0; i < model->guest_count; i++)
		if (model->guests[i].used && model->guests[i].handle == handle)
			return false;
	return true;
}

static u64 expected_handle(const struct model *model)
{
	u64 handle = model->step->call->result_handle;

	if (handle != WIRE_NO_HANDLE)
		return handle;
	for (handle = 0; !handle_is_free(model, handle); handle++)
		;
	return handle;
}

/* What as many levels of tables as the limit needs can hold. */
static u64 end_of_limit(u64 limit, u32 *type)
{
	*type = ASCE_TYPE_SEGMENT;
	if (limit < PUD_SIZE)
		return PUD_SIZE - 1;
	*type = ASCE_TYPE_REGION3;
	if (limit < PGDIR_SIZE)
		return PGDIR_SIZE - 1;
	*type = ASCE_TYPE_REGION2;
	if (limit < TASK_MAX_SIZE)
		return TASK_MAX_SIZE - 1;
	*type = ASCE_TYPE_REGION1;
	return UINT64_MAX;
}

static u32 free_guest(struct model *model)
{
	u32 guest;

	for (guest = 0; guest < model->guest_count; guest++)
		if (!model->guests[guest].used)
			return guest;
	if (guest == MODEL_GUESTS)
		model->lost = true;
	else
		model->guest_count++;
	return guest;
}

static void list_guest(struct model *model, u32 guest)
{
	memmove(model->order + 1, model->order, model->order_count);
	model->order[0] = (u8)guest;
	model->order_count++;
	model->guests[guest].listed = true;
}

static void unlist_guest(struct model *model, u32 guest)
{
	u32 at = 0;

	while (model->order[at] != guest)
		at++;
	model->order_count--;
	memmove(model->order + at, model->order + at + 1, model->order_count - at);
	model->guests[guest].listed = false;
}

static void create_guest(struct model *model, u32 process, u64 limit)
{
	struct guest new = { .used = true, .process = process, .references = 1 };
	u32 guest = free_guest(model);
	const struct item top = { .owner = guest };
	const struct gmap *gmap;
	u32 type;

	if (model->lost)
		return;
	new.end = end_of_limit(limit, &type);
	new.handle = (u32)model_answer(model);
	model->guests[guest] = new;
	model->processes[process].guests++;
	list_guest(model, guest);
	/* where the only table is the segment table */
	if (type == ASCE_TYPE_SEGMENT)
		model_add(model, &model->tables, &top);
	gmap = model_kernel_gmap(model, guest);
	if (!gmap || gmap->asce_end != new.end || (gmap->asce & ~PAGE_MASK) != (0x1c3 | type)) {
		model_wrong(model, "levels",
			    "g%u: ASCE 0x%llx, highest address 0x%llx, expected ASCE bits 0x%x, 0x%llx", new.handle,
			    gmap ? (unsigned long long)gmap->asce : 0, gmap ? (unsigned long long)gmap->asce_end : 0,
			    0x1c3 | type, (unsigned long long)new.end);
		return;
	}
	model->guests[guest].asce = gmap->asce;
	model->guests[guest].serial = gmap->serial;
}

void step_gmap_alloc(struct model *model)
{
	u32 process;

	if (!model_named_process(model, &process))
		return;
	if (model_answer(model) == WIRE_NO_HANDLE) {
		if (!model->failed)
			model_wrong(model, "result", "answered NULL, and no allocation failed");
		return;
	}
	model_expect_result(model, expected_handle(model));
	if (!model->wrong)
		create_guest(model, process, model_argument(model, 1));
}

void step_gmap_create(struct model *model)
{
	step_gmap_alloc(model);
}

void model_release_process(struct model *model, u32 process)
{
	struct process *p = &model->processes[process];

	if (!p->exited || p->guests)
		return;
	p->used = false;
	set_remove_all(&model->areas, process);
	set_remove_all(&model->armed, process);
	set_remove_all(&model->known_pages, process);
}

static void free_this_guest(struct model *model, u32 guest)
{
	struct guest *g = &model->guests[guest];

	model_expect_flush(model, g);
	set_remove_all(&model->mappings, guest);
	set_remove_all(&model->links, guest);
	set_remove_all(&model->tables, guest);
	g->used = false;
	model->processes[g->process].guests--;
	model_release_process(model, g->process);
}

void step_gmap_free(struct model *model)
{
	u32 guest;

	if (!model_named_guest(model, &guest))
		return;
	unlist_guest(model, guest);
	free_this_guest(model, guest);
}

void step_gmap_get(struct model *model)
{
	u32 guest;

	if (model_named_guest(model, &guest))
		model->guests[guest].references++;
}

void step_gmap_enable(struct model *model)
{
	u32 guest;

	if (model_named_guest(model, &guest))
		model->enabled[model->cpu] = model->guests[guest].serial;
}

void step_gmap_disable(struct model *model)
{
	model->enabled[model->cpu] = 0;
}

void step_set_cpu(struct model *model)
{
	model->cpu = model_argument(model, 0);
}

static void put_guest(struct model *model, u32 guest)
{
	struct guest *g = &model->guests[guest];

	if (g->references == 1 && g->listed)
		model_wrong(model, "result", "gives up the last reference to g%u, which is listed, and goes on",
			    g->handle);
	else if (--g->references == 0)
		free_this_guest(model, guest);
}

void step_gmap_put(struct model *model)
{
	u32 guest;

	if (model_named_guest(model, &guest))
		put_guest(model, guest);
}

void step_gmap_remove(struct model *model)
{
	u32 guest;

	if (!model_named_guest(model, &guest))
		return;
	if (!model->guests[guest].listed) {
		model_wrong(model, "result", "removes g%u, which is not listed, and goes on",
			    model->guests[guest].handle);
		return;
	}
	unlist_guest(model, guest);
	put_guest(model, guest);
}

void step_gmaps(struct model *model)
{
	u64 handle = model_argument(model, 0);
	u64 count = 0;
	u32 i;

	for (i = 0; i < model->order_count; i++) {
		const struct guest *guest = &model->guests[model->order[i]];
		const struct process *p = &model->processes[guest->process];

		count += p->handle == handle;
	}
	model_expect_result(model, count);
}

/* Its place among the registered blocks; their number if it is not. */
static u32 place_of(const struct model *model, u64 notifier)
{
	u32 at = 0;

	while (at < model->notifier_count && model->notifiers[at] != notifier)
		at++;
	return at;
}

void step_gmap_register_ipte_notifier(struct model *model)
{
	u64 notifier = model_argument(model, 0);
	u32 at = place_of(model, notifier);

	/* kernels that look find that the newest block is registered twice, and leave it */
	if (at == 0 && model->notifier_count && model->debug_list && model->profile->list_add_looks)
		return;
	if (at < model->notifier_count) {
		model_wrong(model, "result", "registers n%llu twice, and goes on", (unsigned long long)notifier);
		return;
	}
	memmove(model->notifiers + 1, model->notifiers, model->notifier_count * sizeof(*model->notifiers));
	model->notifiers[0] = (u32)notifier;
	model->notifier_count++;
	model->known[notifier] = model->run;
}

void step_gmap_register_pte_notifier(struct model *model)
{
	step_gmap_register_ipte_notifier(model);
}

void step_gmap_unregister_ipte_notifier(struct model *model)
{
	u64 notifier = model_argument(model, 0);
	u32 at = place_of(model, notifier);

	if (at == model->notifier_count) {
		if (model->debug_list) {
			model->known[notifier] = model->run;
			return;
		}
		/* 4.7 leaves a block that was unregistered before in a state in which that is harmless */
		if (model->known[notifier] != model->run || model->profile->unregister_poisons)
			model_wrong(model, "result", "unregisters n%llu, which is not registered, and goes on",
				    (unsigned long long)notifier);
		return;
	}
	model->notifier_count--;
	memmove(model->notifiers + at, model->notifiers + at + 1,
		(model->notifier_count - at) * sizeof(*model->notifiers));
}

void step_gmap_unregister_pte_notifier(struct model *model)
{
	step_gmap_unregister_ipte_notifier(model);
}
