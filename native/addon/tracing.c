// SPDX-License-Identifier: GPL-2.0-only
/* What a traced machine has kept: calls, stores, and who stored last. See core/tracer.h for the words. */
#include "core/program/tracer.h"
#include "addon/addon.h"

/* (machine, 0 or 1): begin, or begin anew; or end */
static napi_value trace(const struct arguments *args, struct target target)
{
	u64 on;
	int outcome = argument_count(args, 1, 1, &on);

	if (outcome)
		return value_int(args->env, outcome);
	if (!on)
		tracer_stop(target.machine->core);
	else if (!tracer_start(target.machine->core))
		outcome = OUTCOME_NO_MEMORY;
	return value_int(args->env, outcome);
}

/* (machine) → [calls, their words, words of stores, whether complete, whether something was not kept]; 0: not traced */
static napi_value trace_info(const struct arguments *args, struct target target)
{
	const struct tracer *tracer = target.machine->core->tracer;
	napi_value values[5];

	if (!tracer)
		return value_int(args->env, 0);
	values[0] = value_double(args->env, (double)tracer->calls.count);
	values[1] = value_double(args->env, (double)tracer->words.count);
	values[2] = value_double(args->env, (double)tracer->stores.count);
	values[3] = value_int(args->env, tracer->complete);
	values[4] = value_int(args->env, tracer_failed(tracer));
	return value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

static int copy_words(const struct words *words, u64 from, u8 *bytes, size_t length)
{
	size_t i;

	if (from > words->count || length / sizeof(u64) > words->count - from)
		return OUT_OF_RANGE(2);
	for (i = 0; i < length / sizeof(u64); i++) {
		u64 word = le64(words->word[from + i]);

		memcpy(bytes + i * sizeof(word), &word, sizeof(word));
	}
	return OUTCOME_OK;
}

/* (machine, from, BigUint64Array to fill) */
static napi_value read_words(const struct arguments *args, const struct words *words)
{
	size_t length;
	u64 from;
	u8 *bytes;
	int outcome = argument_count(args, 1, MAX_WHOLE, &from);

	if (!outcome)
		outcome = argument_bytes(args, 2, true, &bytes, &length);
	if (!outcome)
		outcome = copy_words(words, from, bytes, length);
	return value_int(args->env, outcome);
}

static napi_value read_calls(const struct arguments *args, struct target target)
{
	const struct tracer *tracer = target.machine->core->tracer;

	return tracer ? read_words(args, &tracer->words) : value_int(args->env, OUTCOME_CLOSED);
}

static napi_value read_stores(const struct arguments *args, struct target target)
{
	const struct tracer *tracer = target.machine->core->tracer;

	return tracer ? read_words(args, &tracer->stores) : value_int(args->env, OUTCOME_CLOSED);
}

/* (machine, absolute, 0 or 1: the storage key of that frame) → [call, before, words, where the call's words begin];
 * 0: nobody since tracing began */
static napi_value last_store(const struct arguments *args, struct target target)
{
	const struct machine *m = target.machine->core;
	const u64 *store = NULL;
	napi_value values[4];
	u64 absolute, key, call;
	int outcome = argument_word(args, 1, &absolute);

	if (!outcome)
		outcome = argument_count(args, 2, 1, &key);
	if (!outcome && absolute >= m->storage.limit)
		outcome = OUT_OF_RANGE(1);
	if (!outcome && !m->tracer)
		outcome = OUTCOME_CLOSED;
	if (!outcome)
		store = tracer_last_store(m, key ? (absolute & FRAME_MASK) | TRACE_KEY : absolute & ~(u64)7);
	if (!store)
		return value_int(args->env, outcome);
	call = le64(store[2]) & UINT32_MAX;
	values[0] = value_double(args->env, (double)call);
	values[1] = value_word(args->env, le64(store[1]));
	values[2] = value_double(args->env, (double)(le64(store[2]) >> 32));
	values[3] = value_double(args->env,
				 call < m->tracer->calls.count ? (double)le64(m->tracer->calls.word[call]) : -1);
	return value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

napi_status tracing_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "trace", SLOT_MACHINE, false, trace },
		{ "traceInfo", SLOT_MACHINE, true, trace_info },
		{ "readTracedCalls", SLOT_MACHINE, true, read_calls },
		{ "readTracedStores", SLOT_MACHINE, true, read_stores },
		{ "lastStore", SLOT_MACHINE, true, last_store },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
