// SPDX-License-Identifier: GPL-2.0-only
/* The life of a machine: open, close, reset, snapshots, programs; and what can be asked of it as a whole. */
#include "addon/hot/hot.h"
#include "addon/js/functions.hh"

/* V8 should know that a machine is not only a small number. */
static void account(Napi::Env env, int64_t bytes)
{
	Napi::MemoryManagement::AdjustExternalMemory(env, bytes);
}

/* (kernel, options) → machine; { text }: what is out of range */
static Napi::Value open(Call &call)
{
	struct machine_setup setup;
	struct problem problem;
	char kernel[64];
	double handle;
	int outcome;

	call.text(0, kernel, sizeof(kernel));
	setup = call.machine_setup(1);
	if (call.wrong())
		return call.outcome(call.wrong());
	outcome = machine_open(call.addon, kernel, &setup, &handle, &problem);
	if (outcome)
		return call.outcome(outcome);
	if (problem.text)
		return call.object(problem);
	account(call.env, static_cast<int64_t>(machine_bytes()));
	return call.number(handle);
}

/* (machine) */
static Napi::Value close(Call &call)
{
	dispatcher_forget(call.target.machine);
	machine_close(call.target.machine);
	account(call.env, -static_cast<int64_t>(machine_bytes()));
	return call.outcome(OUTCOME_OK);
}

/* (machine) */
static Napi::Value reset(Call &call)
{
	machine_back_to_start(call.target.machine);
	return call.outcome(OUTCOME_OK);
}

/* (machine) → number of the snapshot; -1 when there are too many */
static Napi::Value snapshot(Call &call)
{
	return call.outcome(take_snapshot(call.target.machine));
}

/* (machine, snapshot) */
static Napi::Value restore(Call &call)
{
	uint64_t number = call.count(1, MAX_SNAPSHOT_NUMBER);

	return call.outcome(call.wrong() ? call.wrong() : restore_snapshot(call.target.machine, number));
}

/* (machine, snapshot) */
static Napi::Value forget(Call &call)
{
	uint64_t number = call.count(1, MAX_SNAPSHOT_NUMBER);

	return call.outcome(call.wrong() ? call.wrong() : forget_snapshot(call.target.machine, number));
}

/* (machine) → { text }: the invariant that does not hold */
static Napi::Value check(Call &call)
{
	struct problem problem;
	int outcome = invariants_check(call.target.machine, &problem);

	return problem.text ? call.object(problem) : call.outcome(outcome);
}

/* (machine) */
static Napi::Value read_counts(Call &call)
{
	struct counts counts;

	read_counts(call.target.machine, &counts);
	return call.object(counts);
}

/* (machine) */
static Napi::Value read_bug(Call &call)
{
	struct bug bug;

	read_bug(call.target.machine, &bug);
	return call.object(bug);
}

/*
 * (machine, Uint8Array) → bytes of observations, which stay here until JavaScript has made room for them: that
 * can fail in JavaScript with an exception, but here only by ending the process.
 */
static Napi::Value execute(Call &call)
{
	Copy program(call, 1);
	uint64_t length;
	int outcome;

	if (call.wrong())
		return call.outcome(call.wrong());
	outcome = program_run(call.target.machine, program.data, program.length, &length);
	return outcome ? call.outcome(outcome) : call.number(static_cast<double>(length));
}

/* (machine, Uint8Array of the length that execute answered) */
static Napi::Value take_observations(Call &call)
{
	struct bytes room = call.room(1);

	if (call.wrong())
		return call.outcome(call.wrong());
	return call.outcome(observations_take(call.target.machine, room.data, room.length) ? OUTCOME_OK
											   : OUT_OF_RANGE(1));
}

using List = uint32_t (*)(const struct target *target, double *handles);

/* → [handle, …], or an outcome */
template <List list>
static Napi::Value list_handles(Call &call)
{
	double handles[MAX_HANDLES];
	uint32_t count = list(&call.target, handles);

	for (uint32_t i = 0; i < count; i++)
		if (handles[i] < 0)
			return call.number(handles[i]);
	Napi::Array array = Napi::Array::New(call.env, count);
	for (uint32_t i = 0; i < count; i++)
		array.Set(i, Napi::Number::New(call.env, handles[i]));
	return array;
}

/* (mm or gmap) → its number in programs and traces */
static Napi::Value number(Call &call)
{
	return call.number(call.target.number);
}

/* (gmap) → the mm that it was made for */
static Napi::Value mm_of(Call &call)
{
	return call.number(gmap_mm(&call.target));
}

/* (machine, number) → the mm of that number, 0 if there is none */
static Napi::Value mm_by_number(Call &call)
{
	uint64_t number = call.count(1, MAX_HANDLES - 1);

	return call.wrong() ? call.outcome(call.wrong()) : call.number(mm_at(&call.target, number));
}

Functions machine_functions()
{
	static const Function functions[] = {
		{ "open", SLOT_FREE, true, open },
		{ "close", SLOT_MACHINE, false, close },
		{ "reset", SLOT_MACHINE, false, reset },
		{ "snapshot", SLOT_MACHINE, false, snapshot },
		{ "restore", SLOT_MACHINE, false, restore },
		{ "forget", SLOT_MACHINE, false, forget },
		{ "check", SLOT_MACHINE, false, check },
		{ "counts", SLOT_MACHINE, true, read_counts },
		{ "bug", SLOT_MACHINE, true, read_bug },
		{ "execute", SLOT_MACHINE, false, execute },
		{ "takeObservations", SLOT_MACHINE, false, take_observations },
		{ "mmNumber", SLOT_MM, true, number },
		{ "gmapNumber", SLOT_GMAP, true, number },
		{ "mmOf", SLOT_GMAP, true, mm_of },
		{ "mmAt", SLOT_MACHINE, true, mm_by_number },
		{ "processes", SLOT_MACHINE, true, list_handles<list_mms> },
		{ "gmapsOf", SLOT_MM, true, list_handles<list_gmaps_of> },
		{ "allGmaps", SLOT_MACHINE, true, list_handles<list_gmaps> },
	};

	return functions_of(functions);
}
