// SPDX-License-Identifier: GPL-2.0-only
/* What a traced machine has kept: calls, stores, and who stored last. See core/program/tracer.h for the words. */
#include "addon/js/functions.hh"

/* (machine, 0 or 1): begin, or begin anew; or end */
static Napi::Value trace(Call &call)
{
	bool on = call.flag(1);

	if (call.wrong())
		return call.outcome(call.wrong());
	if (on)
		return call.outcome(trace_start(call.target.machine));
	trace_stop(call.target.machine);
	return call.outcome(OUTCOME_OK);
}

/* (machine, 0 or 1): keep call paths too */
static Napi::Value keep_paths(Call &call)
{
	bool on = call.flag(1);

	return call.outcome(call.wrong() ? call.wrong() : trace_paths(call.target.machine, on));
}

/* (machine) → undefined: it is not traced */
static Napi::Value inspect_trace(Call &call)
{
	struct trace_info info;

	return read_trace_info(call.target.machine, &info) ? call.object(info) : call.env.Undefined();
}

using Read = int (*)(const struct addon_machine *machine, uint64_t from, uint64_t *words, size_t count);

/* (machine, from, BigUint64Array to fill) */
template <Read read>
static Napi::Value read_words(Call &call)
{
	uint64_t from = call.count(1);
	struct words words = call.words(2);

	return call.outcome(call.wrong() ? call.wrong() : read(call.target.machine, from, words.data, words.count));
}

/* (machine, absolute, 0 or 1: the storage key of that frame) → undefined: nobody since tracing began */
static Napi::Value last_store(Call &call)
{
	uint64_t absolute = call.word(1);
	bool key = call.flag(2);
	struct traced_store store;
	bool found = false;
	int outcome = call.wrong();

	if (!outcome)
		outcome = traced_store_find(call.target.machine, absolute, key, &found, &store);
	if (outcome)
		return call.outcome(outcome);
	return found ? call.object(store) : call.env.Undefined();
}

Functions tracing_functions()
{
	static const Function functions[] = {
		{ "trace", SLOT_MACHINE, false, trace },
		{ "tracePaths", SLOT_MACHINE, true, keep_paths },
		{ "traceInfo", SLOT_MACHINE, true, inspect_trace },
		{ "readTracedCalls", SLOT_MACHINE, true, read_words<traced_calls_read> },
		{ "readTracedStores", SLOT_MACHINE, true, read_words<traced_stores_read> },
		{ "readTracedPaths", SLOT_MACHINE, true, read_words<traced_paths_read> },
		{ "lastStore", SLOT_MACHINE, true, last_store },
	};

	return functions_of(functions);
}
