// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls from the core into JavaScript. A machine has one dispatcher function, called synchronously in the
 * order in which the core calls: dispatcher(block, gmap, start, end) for a notifier block, dispatcher(-1, 0, 0n, 0n) when
 * mmap_sem was dropped. It catches what the user's callbacks throw, keeps it, and answers true.
 */
#include "addon/hot/hot.h"
#include "addon/hot/values.h"

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
	handles_of_freed(machine);
	dispatch(machine, (int)notifier, gmap_handle(machine, machine->core->s.gmap[gmap]), start, end);
}

static void on_mmap_sem_dropped(void *context)
{
	struct addon_machine *machine = context;

	if (machine->executing)
		handles_sweep(machine);
	dispatch(machine, -1, 0, 0, 0);
}

int dispatcher_set(struct addon_machine *machine, napi_value function)
{
	dispatcher_forget(machine);
	if (napi_create_reference(machine->addon->env, function, 0, &machine->dispatcher) != napi_ok)
		return WRONG_TYPE(1);
	machine->core->hooks.context = machine;
	return OUTCOME_OK;
}

void dispatcher_forget(struct addon_machine *machine)
{
	if (machine->dispatcher)
		napi_delete_reference(machine->addon->env, machine->dispatcher);
	machine->dispatcher = NULL;
}

static bool is_listening(const struct addon_machine *machine)
{
	size_t i;

	for (i = 0; i < sizeof(machine->listening) / sizeof(machine->listening[0]); i++)
		if (machine->listening[i])
			return true;
	return false;
}

static_assert(MAX_BLOCK == MAX_NOTIFIERS - 1, "blocks are numbered from 0 on");

void listen_to_block(struct addon_machine *machine, u64 block, bool on)
{
	u64 bit = (u64)1 << block % 64;

	if (on)
		machine->listening[block / 64] |= bit;
	else
		machine->listening[block / 64] &= ~bit;
	machine->core->hooks.notify = is_listening(machine) ? on_notify : NULL;
}

void listen_to_drops(struct addon_machine *machine, bool on)
{
	machine->core->hooks.mmap_sem_dropped = on ? on_mmap_sem_dropped : NULL;
}

static void clear(struct machine *m, void *context)
{
	gmap_notifier_clear(m, context);
}

int block_clear(struct addon_machine *machine, u64 block)
{
	return core_call(machine, clear, &machine->core->s.notifier[block]);
}

u32 exceptions_waiting(const struct addon_machine *machine)
{
	return machine->thrown;
}
