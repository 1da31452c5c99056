// SPDX-License-Identifier: GPL-2.0-only
/* Loads and stores of guests and processes, as their own instructions would do them. */
#include "addon/hot/hot.h"
#include "addon/hot/values.h"
#include "core/program/access.h"

struct access {
	struct target target;
	u64 address;
	u64 value;
	bool resolve;
	struct guest_access guest;
	int error;
};

static void load_guest(struct machine *m, void *context)
{
	struct access *access = context;

	access->guest = guest_load(m, m->s.gmap[access->target.number], access->address, access->resolve,
				   &access->value);
}

static void store_guest(struct machine *m, void *context)
{
	struct access *access = context;

	access->guest = guest_store(m, m->s.gmap[access->target.number], access->address, access->resolve,
				    access->value);
}

static void load_process(struct machine *m, void *context)
{
	struct access *access = context;

	access->error = process_load(m, m->s.mm[access->target.number], access->address, &access->value);
}

static int guest_outcome(const struct guest_access *guest)
{
	if (guest->dat.code == PGM_NONE)
		return OUTCOME_OK;
	/* the fault is a negative errno */
	return OUTCOME_PROGRAM - (int)guest->dat.code + 256 * guest->fault;
}

static struct addon *read_target(struct arguments *args, napi_env env, napi_callback_info info, enum slot_kind kind,
				 struct access *access, int *outcome)
{
	size_t count = MAX_ARGUMENTS;
	void *addon;

	args->env = env;
	napi_get_cb_info(env, info, &count, args->value, NULL, &addon);
	*outcome = argument_target(args, addon, kind, &access->target);
	if (!*outcome)
		*outcome = argument_word(args, 1, &access->address);
	return addon;
}

static int read_resolve(const struct arguments *args, u32 index, struct access *access)
{
	u64 resolve;
	int outcome = argument_count(args, index, 1, &resolve);

	access->resolve = !outcome && resolve;
	return outcome;
}

/* (gmap, gaddr, 0 or 1: fault) → the value as a word */
static napi_value call_guest_load(napi_env env, napi_callback_info info)
{
	struct arguments args;
	struct access access;
	int outcome;
	struct addon *addon = read_target(&args, env, info, SLOT_GMAP, &access, &outcome);

	if (!outcome)
		outcome = read_resolve(&args, 2, &access);
	if (!outcome)
		outcome = core_call(access.target.machine, load_guest, &access);
	if (!outcome)
		outcome = guest_outcome(&access.guest);
	return outcome ? value_int(env, outcome) : leave_word(addon, access.value);
}

/* (gmap, gaddr, value, 0 or 1: fault) */
static napi_value call_guest_store(napi_env env, napi_callback_info info)
{
	struct arguments args;
	struct access access;
	int outcome;

	read_target(&args, env, info, SLOT_GMAP, &access, &outcome);
	if (!outcome)
		outcome = argument_word(&args, 2, &access.value);
	if (!outcome)
		outcome = read_resolve(&args, 3, &access);
	if (!outcome)
		outcome = core_call(access.target.machine, store_guest, &access);
	if (!outcome)
		outcome = guest_outcome(&access.guest);
	return value_int(env, outcome);
}

/* (mm, vmaddr) → the value as a word. Unlike the operation `load`, which answers an error as a value. */
static napi_value call_host_load(napi_env env, napi_callback_info info)
{
	struct arguments args;
	struct access access;
	int outcome;
	struct addon *addon = read_target(&args, env, info, SLOT_MM, &access, &outcome);

	if (!outcome && target_mm(&access.target)->exited)
		outcome = OUTCOME_CLOSED;
	if (!outcome)
		outcome = core_call(access.target.machine, load_process, &access);
	if (!outcome)
		outcome = access.error;
	return outcome ? value_int(env, outcome) : leave_word(addon, access.value);
}

bool accesses_define(struct addon *addon, napi_value exports)
{
	return define_function(addon->env, exports, "guestLoad", call_guest_load, addon) &&
	       define_function(addon->env, exports, "guestStore", call_guest_store, addon) &&
	       define_function(addon->env, exports, "hostLoad", call_host_load, addon);
}
