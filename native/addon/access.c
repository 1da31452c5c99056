// SPDX-License-Identifier: GPL-2.0-only
/* Loads and stores of guests and processes, and the hardware's walk. */
#include "core/program/access.h"

#include "core/linux/mm/fault.h"
#include "core/program/operations.h"
#include "core/program/tracer.h"
#include "addon/addon.h"

struct access {
	struct gmap *gmap;
	struct mm *mm;
	u64 address;
	u64 value;
	bool resolve;
	struct guest_access guest;
	int error;
};

/* To a tracer an access is a call; what the trace then has in place of a result is how often gmap_fault was asked. */
static u64 begin_access(struct machine *m, u32 op, u64 handle, u64 address)
{
	const struct call call = { .arg = { handle, address }, .result_handle = WIRE_NO_HANDLE };

	return m->tracer ? tracer_begin(m, op, &call) : 0;
}

static void end_access(struct machine *m, u64 outer, u64 value)
{
	if (m->tracer)
		tracer_end(m, outer, answer(value));
}

static void load_guest(struct machine *m, void *context)
{
	struct access *access = context;
	u64 outer = begin_access(m, TRACE_GUEST_LOAD, access->gmap->handle, access->address);

	access->guest = guest_load(m, access->gmap, access->address, access->resolve, &access->value);
	end_access(m, outer, access->guest.faults);
}

static void store_guest(struct machine *m, void *context)
{
	struct access *access = context;
	u64 outer = begin_access(m, TRACE_GUEST_STORE, access->gmap->handle, access->address);

	access->guest = guest_store(m, access->gmap, access->address, access->resolve, access->value);
	end_access(m, outer, access->guest.faults);
}

static void load_host(struct machine *m, void *context)
{
	struct access *access = context;
	u64 outer = begin_access(m, OP_load, access->mm->handle, access->address);

	access->error = user_load(m, access->mm, access->address, &access->value);
	end_access(m, outer, 0);
}

static int guest_outcome(const struct guest_access *guest)
{
	if (guest->dat.code == PGM_NONE)
		return OUTCOME_OK;
	/* the fault is a negative errno */
	return OUTCOME_PROGRAM - (int)guest->dat.code + 256 * guest->fault;
}

static int read_resolve(const struct arguments *args, u32 index, struct access *access)
{
	u64 resolve;
	int outcome = argument_count(args, index, 1, &resolve);

	access->resolve = !outcome && resolve;
	return outcome;
}

/* (gmap, gaddr, 0 or 1: fault) → the value as a bigint */
static napi_value guest_load_value(const struct arguments *args, struct target target)
{
	struct access access = { .gmap = target.machine->core->s.gmap[target.number] };
	int outcome = argument_word(args, 1, &access.address);

	if (!outcome)
		outcome = read_resolve(args, 2, &access);
	if (!outcome)
		outcome = core_call(target.machine, load_guest, &access);
	if (!outcome)
		outcome = guest_outcome(&access.guest);
	return outcome ? value_int(args->env, outcome) : value_word(args->env, access.value);
}

/* (gmap, gaddr, value, 0 or 1: fault) */
static napi_value guest_store_value(const struct arguments *args, struct target target)
{
	struct access access = { .gmap = target.machine->core->s.gmap[target.number] };
	int outcome = argument_word(args, 1, &access.address);

	if (!outcome)
		outcome = argument_word(args, 2, &access.value);
	if (!outcome)
		outcome = read_resolve(args, 3, &access);
	if (!outcome)
		outcome = core_call(target.machine, store_guest, &access);
	if (!outcome)
		outcome = guest_outcome(&access.guest);
	return value_int(args->env, outcome);
}

/* (mm, vmaddr) → the value as a bigint. Unlike the operation `load`, which answers an error as a value. */
static napi_value host_load_value(const struct arguments *args, struct target target)
{
	struct access access = { .mm = target.machine->core->s.mm[target.number] };
	int outcome = argument_word(args, 1, &access.address);

	if (!outcome && access.mm->exited)
		outcome = OUTCOME_CLOSED;
	if (!outcome)
		outcome = core_call(target.machine, load_host, &access);
	if (!outcome)
		outcome = access.error;
	return outcome ? value_int(args->env, outcome) : value_word(args->env, access.value);
}

static napi_value walk(const struct arguments *args, const struct machine *m, u64 asce)
{
	napi_value values[5];
	struct dat_result result;
	u64 address, store;
	int outcome = argument_word(args, 1, &address);

	if (!outcome)
		outcome = argument_count(args, 2, 1, &store);
	if (outcome)
		return value_int(args->env, outcome);
	result = dat_walk(m, asce, address, store != 0);
	values[0] = value_int(args->env, (int)result.code);
	values[1] = value_word(args->env, result.absolute);
	values[2] = value_word(args->env, result.entry);
	values[3] = value_word(args->env, result.value);
	values[4] = value_int(args->env, result.protected);
	return value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

/* (gmap, gaddr, 0 or 1: store) → [code, absolute, entry, value, protected] */
static napi_value walk_guest(const struct arguments *args, struct target target)
{
	const struct machine *m = target.machine->core;

	return walk(args, m, m->s.gmap[target.number]->asce);
}

/* (mm, vmaddr, 0 or 1: store) → the same */
static napi_value walk_host(const struct arguments *args, struct target target)
{
	const struct machine *m = target.machine->core;
	const struct mm *mm = m->s.mm[target.number];

	return mm->exited ? value_int(args->env, OUTCOME_CLOSED) : walk(args, m, mm->asce);
}

napi_status access_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "guestLoad", SLOT_GMAP, true, guest_load_value },
		{ "guestStore", SLOT_GMAP, true, guest_store_value },
		{ "hostLoad", SLOT_MM, true, host_load_value },
		{ "walkGuest", SLOT_GMAP, true, walk_guest },
		{ "walkHost", SLOT_MM, true, walk_host },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
