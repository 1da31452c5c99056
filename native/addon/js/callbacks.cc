// SPDX-License-Identifier: GPL-2.0-only
/* Which of the core's calls JavaScript hears of, and through which function: see hot/callbacks.c. */
#include "addon/hot/hot.h"
#include "addon/js/functions.hh"

/* (machine, function) */
static Napi::Value set_dispatcher(Call &call)
{
	return call.outcome(dispatcher_set(call.target.machine, call.info[1]));
}

/* (machine, block, 0 or 1): whether the dispatcher is told of the block's calls */
static Napi::Value listen(Call &call)
{
	uint64_t block = call.count(1, MAX_BLOCK);
	bool on = call.flag(2);

	if (!call.wrong())
		listen_to_block(call.target.machine, block, on);
	return call.outcome(call.wrong());
}

/* (machine, 0 or 1): whether the dispatcher is told that mmap_sem was dropped */
static Napi::Value listen_dropped(Call &call)
{
	bool on = call.flag(1);

	if (!call.wrong())
		listen_to_drops(call.target.machine, on);
	return call.outcome(call.wrong());
}

/* (machine, block): unregisters the block if it is registered, and makes it a structure that is all zero */
static Napi::Value clear_notifier(Call &call)
{
	uint64_t block = call.count(1, MAX_BLOCK);

	return call.outcome(call.wrong() ? call.wrong() : block_clear(call.target.machine, block));
}

/* (machine) → how many exceptions wait for calls that are still running */
static Napi::Value thrown(Call &call)
{
	return call.number(exceptions_waiting(call.target.machine));
}

Functions callback_functions()
{
	static const Function functions[] = {
		{ "setDispatcher", SLOT_MACHINE, true, set_dispatcher },
		{ "listen", SLOT_MACHINE, true, listen },
		{ "listenDropped", SLOT_MACHINE, true, listen_dropped },
		{ "clearNotifier", SLOT_MACHINE, false, clear_notifier },
		{ "thrown", SLOT_MACHINE, true, thrown },
	};

	return functions_of(functions);
}
