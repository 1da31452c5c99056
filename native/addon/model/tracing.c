// SPDX-License-Identifier: GPL-2.0-only
/* What a traced machine has kept: calls, stores, and who stored last. */
#include "addon/model/machines.h"
#include "core/program/tracer.h"

int trace_start(struct addon_machine *machine)
{
	return tracer_start(machine->core) ? OUTCOME_OK : OUTCOME_NO_MEMORY;
}

void trace_stop(struct addon_machine *machine)
{
	tracer_stop(machine->core);
}

int trace_paths(struct addon_machine *machine, bool on)
{
	struct tracer *tracer = machine->core->tracer;

	if (!tracer)
		return OUTCOME_CLOSED;
	tracer->with_paths = on;
	return OUTCOME_OK;
}

bool read_trace_info(const struct addon_machine *machine, struct trace_info *info)
{
	const struct tracer *tracer = machine->core->tracer;

	if (!tracer)
		return false;
	*info = (struct trace_info){
		.calls = tracer->calls.count,
		.call_words = tracer->words.count,
		.store_words = tracer->stores.count,
		.path_words = tracer->paths.count,
		.complete = tracer->complete,
		.failed = tracer_failed(tracer),
	};
	return true;
}

static int copy_words(const struct words *from, u64 at, u64 *words, size_t count)
{
	size_t i;

	if (at > from->count || count > from->count - at)
		return OUT_OF_RANGE(2);
	for (i = 0; i < count; i++)
		words[i] = le64(from->word[at + i]);
	return OUTCOME_OK;
}

int traced_calls_read(const struct addon_machine *machine, u64 from, u64 *words, size_t count)
{
	const struct tracer *tracer = machine->core->tracer;

	return tracer ? copy_words(&tracer->words, from, words, count) : OUTCOME_CLOSED;
}

int traced_stores_read(const struct addon_machine *machine, u64 from, u64 *words, size_t count)
{
	const struct tracer *tracer = machine->core->tracer;

	return tracer ? copy_words(&tracer->stores, from, words, count) : OUTCOME_CLOSED;
}

int traced_paths_read(const struct addon_machine *machine, u64 from, u64 *words, size_t count)
{
	const struct tracer *tracer = machine->core->tracer;

	return tracer ? copy_words(&tracer->paths, from, words, count) : OUTCOME_CLOSED;
}

int traced_store_find(const struct addon_machine *machine, u64 absolute, bool key, bool *found,
		      struct traced_store *store)
{
	struct machine *m = machine->core;
	const u64 *words;
	u64 call;

	*found = false;
	if (!storage_has(m, absolute))
		return OUT_OF_RANGE(1);
	if (!m->tracer)
		return OUTCOME_CLOSED;
	words = tracer_last_store(m, key ? (absolute & FRAME_MASK) | TRACE_KEY : absolute & ~(u64)7);
	if (!words)
		return m->tracer->index.failed ? OUTCOME_NO_MEMORY : OUTCOME_OK;
	call = le64(words[2]) & UINT32_MAX;
	/* stores can be made by no call: when a machine is reset */
	*found = call < m->tracer->calls.count;
	if (*found)
		*store = (struct traced_store){
			.call = call,
			.before = le64(words[1]),
			.words = le64(words[2]) >> 32,
			.at = le64(m->tracer->calls.word[call]),
		};
	return OUTCOME_OK;
}
