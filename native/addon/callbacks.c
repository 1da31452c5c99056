// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls from the core into JavaScript. A machine has one dispatcher function, called synchronously in the
 * order in which the core calls: dispatcher(block, gmap, start, end) for a notifier block, dispatcher(-1, 0, 0n, 0n) when
 * mmap_sem was dropped. It catches what the user's callbacks throw, keeps it, and answers true.
 */
#include "core/machine/list.h"
#include "addon/addon.h"

int thrown_outcome(struct addon_machine *machine, u32 before)
{
	bool threw = machine->thrown != before;

	machine->thrown = before;
	return threw ? OUTCOME_THREW : OUTCOME_OK;
}

/* Returns whether the dispatcher says that something was thrown, or could not even run. */
static bool dispatch_failed(napi_env env, napi_value function, const napi_value *arguments, size_t count)
{
	napi_value undefined, result, error;
	bool threw = true;

	if (napi_get_undefined(env, &undefined) == napi_ok &&
	    napi_call_function(env, undefined, function, count, arguments, &result) == napi_ok)
		return napi_get_value_bool(env, result, &threw) != napi_ok || threw;
	/* no stack left, or the worker is being terminated: the core goes on without JavaScript */
	napi_get_and_clear_last_exception(env, &error);
	return true;
}

static void dispatch(struct addon_machine *machine, int block, double gmap, u64 start, u64 end)
{
	napi_env env = machine->addon->env;
	napi_handle_scope scope;
	napi_value function = NULL;

	if (napi_open_handle_scope(env, &scope) != napi_ok) {
		machine->thrown++;
		return;
	}
	napi_get_reference_value(env, machine->dispatcher, &function);
	if (function) {
		const napi_value arguments[] = { value_int(env, block), value_double(env, gmap), value_word(env, start),
						 value_word(env, end) };

		machine->callbacks++;
		machine->thrown += dispatch_failed(env, function, arguments, sizeof(arguments) / sizeof(arguments[0]));
		machine->callbacks--;
	}
	napi_close_handle_scope(env, scope);
}

static void on_notify(void *context, u32 notifier, u32 gmap, u64 start, u64 end)
{
	struct addon_machine *machine = context;

	if (!(machine->listening[notifier / 64] >> notifier % 64 & 1))
		return;
	/* a program may have freed what JavaScript has handles of */
	if (machine->executing)
		handles_sweep(machine);
	dispatch(machine, (int)notifier, gmap_handle(machine, machine->core->s.gmap[gmap]), start, end);
}

static void on_mmap_sem_dropped(void *context)
{
	struct addon_machine *machine = context;

	if (machine->executing)
		handles_sweep(machine);
	dispatch(machine, -1, 0, 0, 0);
}

/* (machine, function) */
static napi_value set_dispatcher(const struct arguments *args, struct target target)
{
	struct addon_machine *machine = target.machine;

	if (machine->dispatcher)
		napi_delete_reference(args->env, machine->dispatcher);
	machine->dispatcher = NULL;
	if (napi_create_reference(args->env, args->value[1], 0, &machine->dispatcher) != napi_ok)
		return value_int(args->env, OUTCOME_ARGUMENT - 2);
	machine->core->hooks.context = machine;
	return value_int(args->env, OUTCOME_OK);
}

static bool is_listening(const struct addon_machine *machine)
{
	size_t i;

	for (i = 0; i < sizeof(machine->listening) / sizeof(machine->listening[0]); i++)
		if (machine->listening[i])
			return true;
	return false;
}

/* (machine, block, 0 or 1): whether the dispatcher is told of the block's calls */
static napi_value listen(const struct arguments *args, struct target target)
{
	struct addon_machine *machine = target.machine;
	u64 block, on, bit;
	int outcome = argument_count(args, 1, MAX_NOTIFIERS - 1, &block);

	if (!outcome)
		outcome = argument_count(args, 2, 1, &on);
	if (outcome)
		return value_int(args->env, outcome);
	bit = (u64)1 << block % 64;
	if (on)
		machine->listening[block / 64] |= bit;
	else
		machine->listening[block / 64] &= ~bit;
	machine->core->hooks.notify = is_listening(machine) ? on_notify : NULL;
	return value_int(args->env, OUTCOME_OK);
}

/* (machine, 0 or 1): whether the dispatcher is told that mmap_sem was dropped */
static napi_value listen_dropped(const struct arguments *args, struct target target)
{
	u64 on;
	int outcome = argument_count(args, 1, 1, &on);

	if (!outcome)
		target.machine->core->hooks.mmap_sem_dropped = on ? on_mmap_sem_dropped : NULL;
	return value_int(args->env, outcome);
}

static bool is_registered(const struct machine *m, const struct gmap_notifier *nb)
{
	const struct list_link *link;

	list_for_each(link, &m->s.notifier_list)
		if (link == &nb->list)
			return true;
	return false;
}

static void notifier_clear(struct machine *m, void *context)
{
	struct gmap_notifier *nb = context;

	if (is_registered(m, nb))
		list_del(m, &nb->list);
	SET(m, nb->list.next, NULL);
	SET(m, nb->list.prev, NULL);
	SET(m, nb->notifier_call, NULL);
}

/* (machine, block): unregisters the block if it is registered, and makes it a structure that is all zero */
static napi_value clear_notifier(const struct arguments *args, struct target target)
{
	u64 block;
	int outcome = argument_count(args, 1, MAX_NOTIFIERS - 1, &block);

	if (!outcome)
		outcome = core_call(target.machine, notifier_clear, &target.machine->core->s.notifier[block]);
	return value_int(args->env, outcome);
}

/* (machine) → how many exceptions wait for calls that are still running */
static napi_value thrown(const struct arguments *args, struct target target)
{
	return value_double(args->env, target.machine->thrown);
}

napi_status callback_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "setDispatcher", SLOT_MACHINE, true, set_dispatcher },
		{ "listen", SLOT_MACHINE, true, listen },
		{ "listenDropped", SLOT_MACHINE, true, listen_dropped },
		{ "clearNotifier", SLOT_MACHINE, false, clear_notifier },
		{ "thrown", SLOT_MACHINE, true, thrown },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
