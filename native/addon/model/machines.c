// SPDX-License-Identifier: GPL-2.0-only
/* The life of a machine: open, close, reset, snapshots, programs; and what can be asked of it as a whole. */
#include "addon/model/machines.h"
#include "core/check/check.h"
#include "core/machine/counts.h"
#include "core/machine/memory.h"
#include "core/program/boot.h"

u64 machine_bytes(void)
{
	return sizeof(struct addon_machine) + sizeof(struct machine) + (512 << 10);
}

static void read_setup(const char *kernel, const struct machine_setup *setup, struct machine_options *options)
{
	machine_default_options(options);
	options->profile = profile_find(kernel);
	options->esop = setup->esop;
	options->idte = setup->idte;
	options->tlb_lc = setup->tlb_lc;
	options->nx = setup->nx;
	options->debug_vm = setup->debug_vm;
	options->debug_list = setup->debug_list;
	options->check_locks = setup->check_locks;
	options->check_always = setup->check_always;
	options->cpus = setup->cpus <= UINT32_MAX ? (u32)setup->cpus : UINT32_MAX;
	options->storage_limit = setup->storage_limit;
	options->max_segments = setup->max_segments;
	options->max_pages = setup->max_pages;
}

int machine_open(struct addon *addon, const char *kernel, const struct machine_setup *setup, double *handle,
		 struct problem *problem)
{
	struct machine_options options;
	struct addon_machine *machine;
	const char *error;
	int outcome;

	read_setup(kernel, setup, &options);
	problem->text = machine_options_error(&options);
	if (problem->text)
		return OUTCOME_OK;
	outcome = slot_ready(addon);
	if (outcome)
		return outcome;
	machine = memory_take(1, sizeof(*machine));
	if (!machine)
		return OUTCOME_NO_MEMORY;
	machine->core = machine_create(&options, &error);
	if (!machine->core) {
		memory_free(machine);
		return OUTCOME_NO_MEMORY;
	}
	machine->slot = slot_take(addon, SLOT_MACHINE, machine, 0, 0);
	machine->addon = addon;
	door_count_frames(machine->core, &addon->cpp_frames);
	machine->core->undo.compacts = true;
	machine->next = addon->machines;
	if (machine->next)
		machine->next->prev = machine;
	addon->machines = machine;
	*handle = slot_handle(addon, machine->slot);
	return OUTCOME_OK;
}

void machine_close(struct addon_machine *machine)
{
	if (machine->next)
		machine->next->prev = machine->prev;
	if (machine->prev)
		machine->prev->next = machine->next;
	else
		machine->addon->machines = machine->next;
	handles_release(machine);
	words_free(&machine->observations);
	machine_destroy(machine->core);
	memory_free(machine);
}

void addon_close_all(struct addon *addon)
{
	u32 slot;

	for (slot = 0; slot < addon->slot_count; slot++)
		if (addon->slots[slot].kind == SLOT_FUZZER)
			fuzzer_close(addon, slot);
	while (addon->machines)
		machine_close(addon->machines);
}

void machine_back_to_start(struct addon_machine *machine)
{
	machine_reset(machine->core);
	handles_restored(machine);
}

int take_snapshot(struct addon_machine *machine)
{
	/* the state after a BUG is half-way through a call */
	return machine->core->dead ? OUTCOME_REFUSED - WIRE_DEAD : machine_snapshot(machine->core);
}

static_assert(MAX_SNAPSHOT_NUMBER == UNDO_MAX_MARKS - 1, "snapshots are numbered from 0 on");

static int end_snapshots(struct addon_machine *machine, u64 number, bool (*end)(struct machine *m, int snapshot))
{
	int outcome = end(machine->core, (int)number) ? OUTCOME_OK : OUTCOME_CLOSED;

	handles_restored(machine);
	return outcome;
}

int restore_snapshot(struct addon_machine *machine, u64 number)
{
	return end_snapshots(machine, number, machine_restore);
}

int forget_snapshot(struct addon_machine *machine, u64 number)
{
	return end_snapshots(machine, number, machine_forget);
}

static int bug_outcome(enum bug_place place)
{
	/* these two are not the kernel's */
	if (place == BUG_host_memory)
		return OUTCOME_NO_MEMORY;
	return place == BUG_budget ? OUTCOME_BUDGET : OUTCOME_BUG;
}

int failure_outcome(struct reply reply)
{
	switch (reply.status) {
	case WIRE_BUG:
		return bug_outcome((enum bug_place)reply.value);
	case WIRE_UNSUPPORTED:
		return OUTCOME_UNSUPPORTED;
	default:
		return OUTCOME_REFUSED - (int)reply.value;
	}
}

int core_call(struct addon_machine *machine, void (*call)(struct machine *m, void *context), void *context)
{
	u32 thrown = machine->thrown;
	struct reply reply = machine_call_function(machine->core, call, context);

	if (machine->thrown != thrown)
		return thrown_outcome(machine, thrown);
	return reply.status == WIRE_OK ? OUTCOME_OK : failure_outcome(reply);
}

struct core_check {
	enum check_result result;
	char *text;
	size_t size;
};

static void check_core(struct machine *m, void *context)
{
	struct core_check *check = context;

	check->result = machine_check_explained(m, check->text, check->size);
}

int invariants_check(struct addon_machine *machine, struct problem *problem)
{
	struct core_check check = { .text = machine->broken, .size = sizeof(machine->broken) };
	int outcome = core_call(machine, check_core, &check);

	problem->text = NULL;
	if (outcome)
		return outcome;
	if (check.result == CHECK_BROKEN)
		problem->text = machine->broken;
	return check.result == CHECK_NO_MEMORY ? OUTCOME_NO_MEMORY : OUTCOME_OK;
}

void read_counts(const struct addon_machine *machine, struct counts *counts)
{
	struct machine_counts c;

	machine_count(machine->core, &c);
	*counts = (struct counts){
		.mms = c.mms,
		.gmaps = c.gmaps,
		.vmas = c.vmas,
		.files = c.files,
		.radix_nodes = c.radix_nodes,
		.frames = c.frames,
		.lost_tables = c.lost_tables,
		.lost_nodes = c.lost_nodes,
		.bytes = c.bytes,
	};
}

void read_bug(const struct addon_machine *machine, struct bug *bug)
{
	*bug = (struct bug){ machine->core->dead, machine->core->bug_text };
}

int program_run(struct addon_machine *machine, const u8 *program, size_t length, u64 *bytes)
{
	u32 thrown = machine->thrown;
	int outcome;

	if (machine->core->dead)
		return OUTCOME_REFUSED - WIRE_DEAD;
	words_free(&machine->observations);
	machine->executing = true;
	machine_run(machine->core, program, length, &machine->observations);
	machine->executing = false;
	handles_sweep(machine);
	outcome = thrown_outcome(machine, thrown);
	/* of an operation that ended in a BUG all may not have been kept either */
	if (!outcome && (machine->core->dead == BUG_host_memory || machine->observations.failed))
		outcome = OUTCOME_NO_MEMORY;
	if (outcome)
		words_free(&machine->observations);
	*bytes = machine->observations.count * sizeof(u64);
	return outcome;
}

bool observations_take(struct addon_machine *machine, u8 *bytes, size_t length)
{
	struct words *observations = &machine->observations;
	bool fits = length == observations->count * sizeof(u64);

	if (fits && length)
		memcpy(bytes, observations->word, length);
	words_free(observations);
	return fits;
}
