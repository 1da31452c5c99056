// SPDX-License-Identifier: GPL-2.0-only
/* The life of a machine: open, close, reset, snapshots; and what can be asked of it as a whole. */
#include <stdlib.h>

#include "addon/addon.h"
#include "core/check/check.h"
#include "core/machine/counts.h"
#include "core/program/boot.h"

/* About what a machine takes before anything is done with it: V8 should know that it is not only a small object. */
#define MACHINE_BYTES ((int64_t)sizeof(struct addon_machine) + (int64_t)sizeof(struct machine) + (512 << 10))

enum machine_flags {
	FLAG_ESOP = 1,
	FLAG_IDTE = 2,
	FLAG_TLB_LC = 4,
	FLAG_DEBUG_VM = 8,
	FLAG_CHECK_LOCKS = 16,
	FLAG_CHECK_ALWAYS = 32,
	FLAG_NX = 64,
	FLAG_DEBUG_LIST = 128
};

static void account(napi_env env, int64_t bytes)
{
	int64_t total;

	napi_adjust_external_memory(env, bytes, &total);
}

static struct addon_machine *machine_new(struct addon *addon, const struct machine_options *options, const char **error)
{
	struct addon_machine *machine = calloc(1, sizeof(*machine));

	*error = "no memory for a machine";
	if (!machine)
		return NULL;
	machine->core = machine_create(options, error);
	machine->slot = machine->core ? slot_take(addon, SLOT_MACHINE, machine, 0, 0) : 0;
	if (!machine->slot) {
		machine_destroy(machine->core);
		free(machine);
		return NULL;
	}
	machine->addon = addon;
	machine->next = addon->machines;
	if (machine->next)
		machine->next->prev = machine;
	addon->machines = machine;
	return machine;
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
	free(machine);
}

static int read_options(const struct arguments *args, char *kernel, size_t kernel_size, struct machine_options *options)
{
	u64 flags, cpus;
	int outcome = OUTCOME_OK;

	machine_default_options(options);
	if (napi_get_value_string_utf8(args->env, args->value[0], kernel, kernel_size, NULL) != napi_ok)
		return OUTCOME_ARGUMENT;
	if ((outcome = argument_count(args, 1, UINT32_MAX, &flags)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 2, UINT32_MAX, &cpus)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 3, MAX_WHOLE, &options->storage_limit)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 4, MAX_WHOLE, &options->max_segments)) != OUTCOME_OK)
		return outcome;
	options->profile = profile_find(kernel);
	options->esop = flags & FLAG_ESOP;
	options->idte = flags & FLAG_IDTE;
	options->tlb_lc = flags & FLAG_TLB_LC;
	options->nx = flags & FLAG_NX;
	options->debug_vm = flags & FLAG_DEBUG_VM;
	options->debug_list = flags & FLAG_DEBUG_LIST;
	options->check_locks = flags & FLAG_CHECK_LOCKS;
	options->check_always = flags & FLAG_CHECK_ALWAYS;
	options->cpus = (u32)cpus;
	return OUTCOME_OK;
}

/* (kernel, flags, cpus, storageLimit, maxSegments) → machine; text: what the core says against the options */
static napi_value open_machine(const struct arguments *args, struct target target)
{
	struct machine_options options;
	struct addon_machine *machine;
	char kernel[64];
	const char *error;
	int outcome = read_options(args, kernel, sizeof(kernel), &options);

	(void)target;
	if (outcome)
		return value_int(args->env, outcome);
	machine = machine_new(args->addon, &options, &error);
	if (!machine)
		return value_text(args->env, error);
	account(args->env, MACHINE_BYTES);
	return value_double(args->env, slot_handle(machine->addon, machine->slot));
}

/* (machine) */
static napi_value close_machine(const struct arguments *args, struct target target)
{
	if (target.machine->dispatcher)
		napi_delete_reference(args->env, target.machine->dispatcher);
	machine_close(target.machine);
	account(args->env, -MACHINE_BYTES);
	return value_int(args->env, OUTCOME_OK);
}

/* (machine) */
static napi_value reset(const struct arguments *args, struct target target)
{
	machine_reset(target.machine->core);
	handles_sweep(target.machine);
	return value_int(args->env, OUTCOME_OK);
}

/* (machine) → number of the snapshot; -1 when there are too many */
static napi_value snapshot(const struct arguments *args, struct target target)
{
	/* the state after a BUG is half-way through a call */
	if (target.machine->core->dead)
		return value_int(args->env, OUTCOME_REFUSED - WIRE_DEAD);
	return value_int(args->env, machine_snapshot(target.machine->core));
}

static napi_value end_snapshots(const struct arguments *args, struct addon_machine *machine,
				bool (*end)(struct machine *m, int snapshot))
{
	u64 number;
	int outcome = argument_count(args, 1, UNDO_MAX_MARKS - 1, &number);

	if (!outcome && !end(machine->core, (int)number))
		outcome = OUTCOME_CLOSED;
	handles_sweep(machine);
	return value_int(args->env, outcome);
}

/* (machine, snapshot) */
static napi_value restore(const struct arguments *args, struct target target)
{
	return end_snapshots(args, target.machine, machine_restore);
}

/* (machine, snapshot) */
static napi_value forget(const struct arguments *args, struct target target)
{
	return end_snapshots(args, target.machine, machine_forget);
}

struct check_result {
	bool holds;
	char text[512];
};

static void check_core(struct machine *m, void *context)
{
	struct check_result *result = context;

	result->holds = machine_check_explained(m, result->text, sizeof(result->text));
}

/* (machine) → text: the invariant that does not hold */
static napi_value check(const struct arguments *args, struct target target)
{
	struct check_result result = { 0 };
	int outcome = core_call(target.machine, check_core, &result);

	if (outcome)
		return value_int(args->env, outcome);
	return result.holds ? value_int(args->env, OUTCOME_OK) : value_text(args->env, result.text);
}

/* (machine) → [mms, gmaps, vmas, files, radixNodes, frames, lostTables, lostNodes, bytes] */
static napi_value counts(const struct arguments *args, struct target target)
{
	struct machine_counts c;
	napi_value values[9];
	size_t i = 0;

	machine_count(target.machine->core, &c);
	values[i++] = value_double(args->env, (double)c.mms);
	values[i++] = value_double(args->env, (double)c.gmaps);
	values[i++] = value_double(args->env, (double)c.vmas);
	values[i++] = value_double(args->env, (double)c.files);
	values[i++] = value_double(args->env, (double)c.radix_nodes);
	values[i++] = value_double(args->env, (double)c.frames);
	values[i++] = value_double(args->env, (double)c.lost_tables);
	values[i++] = value_double(args->env, (double)c.lost_nodes);
	values[i++] = value_double(args->env, (double)c.bytes);
	return value_list(args->env, values, i);
}

/* (machine) → [place as in enum bug_place, text] of the BUG that it died of; place 0 while it lives */
static napi_value bug(const struct arguments *args, struct target target)
{
	const napi_value values[] = {
		value_int(args->env, (int)target.machine->core->dead),
		value_text(args->env, target.machine->core->bug_text),
	};

	return value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

napi_status machine_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "open", SLOT_FREE, true, open_machine },   { "close", SLOT_MACHINE, false, close_machine },
		{ "reset", SLOT_MACHINE, false, reset },     { "snapshot", SLOT_MACHINE, false, snapshot },
		{ "restore", SLOT_MACHINE, false, restore }, { "forget", SLOT_MACHINE, false, forget },
		{ "check", SLOT_MACHINE, false, check },     { "counts", SLOT_MACHINE, true, counts },
		{ "bug", SLOT_MACHINE, true, bug },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
