// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzers: they have machines of their own, and never call JavaScript. */
#include <cstring>

#include "addon/js/functions.hh"

/* V8 should know that a fuzzer is not only a small number. */
static void account(Napi::Env env, int64_t bytes)
{
	Napi::MemoryManagement::AdjustExternalMemory(env, bytes);
}

/* (options, functions of another addon or undefined, its kernel, its name, our name) → fuzzer; { text }: what is out of range */
static Napi::Value open_fuzzer(Call &call)
{
	struct fuzzer_setup setup = call.fuzzer_setup(0);
	struct fuzzer_side against = {};
	struct problem problem;
	double handle;
	int outcome;

	against.functions = call.functions(1);
	if (against.functions) {
		call.text(2, against.kernel, sizeof(against.kernel));
		call.text(3, against.name, sizeof(against.name));
		call.text(4, against.own_name, sizeof(against.own_name));
	}
	outcome = call.wrong();
	if (!outcome)
		outcome = fuzzer_open(call.addon, &setup, &against, &handle, &problem);
	if (outcome)
		return call.outcome(outcome);
	if (problem.text)
		return call.object(problem);
	account(call.env, FUZZER_BYTES);
	return call.number(handle);
}

/* (fuzzer) */
static Napi::Value close_fuzzer(Call &call)
{
	fuzzer_close(call.addon, call.target.slot);
	account(call.env, -static_cast<int64_t>(FUZZER_BYTES));
	return call.outcome(OUTCOME_OK);
}

/* (fuzzer, runs) → how many: fewer when something was found */
static Napi::Value run(Call &call)
{
	uint64_t runs = call.count(1);
	uint64_t done;
	int outcome = call.wrong();

	if (!outcome)
		outcome = fuzzer_run(call.target.fuzz, runs, &done);
	return outcome ? call.outcome(outcome) : call.number(static_cast<double>(done));
}

/* (fuzzer, Uint8Array) → 1 if the input is kept, else 0 */
static Napi::Value add(Call &call)
{
	Copy input(call, 1);

	return call.outcome(call.wrong() ? call.wrong() : fuzzer_add(call.target.fuzz, input.data, input.length));
}

/* (fuzzer) */
static Napi::Value stats(Call &call)
{
	struct fuzzer_stats stats;

	read_fuzzer_stats(call.target.fuzz, &stats);
	return call.object(stats);
}

/* (fuzzer, i) → how many runs met the i-th known defect of known.def */
static Napi::Value known(Call &call)
{
	uint64_t i = call.count(1);
	uint64_t runs;

	if (call.wrong())
		return call.outcome(call.wrong());
	return fuzzer_known(call.target.fuzz, i, &runs) ? call.number(static_cast<double>(runs))
							: call.outcome(OUT_OF_RANGE(1));
}

/* (fuzzer) → of all inputs that were kept, in order */
static Napi::Value hash(Call &call)
{
	return Napi::BigInt::New(call.env, fuzzer_hash(call.target.fuzz));
}

/* (fuzzer, i) → bytes of the i-th input that was kept; -1: there is none */
static Napi::Value input_size(Call &call)
{
	uint64_t i = call.count(1);
	size_t bytes = 0;

	if (call.wrong())
		return call.outcome(call.wrong());
	return call.outcome(fuzzer_input(call.target.fuzz, i, &bytes) ? static_cast<int>(bytes) : -1);
}

using Input = const uint8_t *(*)(const struct fuzz *fuzz, uint64_t i, size_t *bytes);

/* (fuzzer, i, Uint8Array of the size of the i-th input) */
template <Input input>
static Napi::Value read_input(Call &call)
{
	uint64_t i = call.count(1);
	struct bytes room = call.room(2);
	const uint8_t *from;
	size_t bytes = 0;

	if (call.wrong())
		return call.outcome(call.wrong());
	from = input(call.target.fuzz, i, &bytes);
	if (!from)
		return call.outcome(OUT_OF_RANGE(1));
	if (bytes != room.length)
		return call.outcome(OUT_OF_RANGE(2));
	if (bytes)
		std::memcpy(room.data, from, bytes);
	return call.outcome(OUTCOME_OK);
}

/* (fuzzer, i) → the i-th finding; undefined: there is none */
static Napi::Value finding(Call &call)
{
	uint64_t i = call.count(1);
	struct judgement judgement;
	struct finding_info info;

	if (call.wrong())
		return call.outcome(call.wrong());
	return read_finding(call.target.fuzz, i, &judgement, &info) ? call.object(judgement, info)
								    : call.env.Undefined();
}

/* (fuzzer, Uint8Array) */
static Napi::Value judge(Call &call)
{
	Copy input(call, 1);
	struct judgement judgement;
	struct verdict_room room;
	int outcome = call.wrong();

	if (!outcome)
		outcome = fuzzer_judge(call.target.fuzz, input.data, input.length, &judgement, &room);
	return outcome ? call.outcome(outcome) : call.object(judgement);
}

/* (fuzzer, Uint8Array of lib/, which becomes smaller in place) */
static Napi::Value minimize(Call &call)
{
	struct bytes input = call.room(1);
	struct judgement judgement;
	struct minimized minimized;
	struct verdict_room room;
	int outcome = call.wrong();

	if (!outcome)
		outcome = fuzzer_minimize(call.target.fuzz, input.data, input.length, &judgement, &room, &minimized);
	return outcome ? call.outcome(outcome) : call.object(judgement, minimized);
}

/* (Uint8Array) → how much it has and what the limit of a corpus is; undefined: there is room for it */
static Napi::Value input_problem(Call &call)
{
	Copy input(call, 0);
	char text[64];

	if (call.wrong())
		return call.outcome(call.wrong());
	if (fuzzer_has_room(input.data, input.length, text, sizeof(text)))
		return call.env.Undefined();
	return Napi::String::New(call.env, text);
}

/* () → [text, …]: the machines of the flavours, as the header of a trace has them */
static Napi::Value machines(Call &call)
{
	Napi::Array array = Napi::Array::New(call.env);
	const char *text;

	for (uint32_t i = 0; (text = fuzzer_machine(i)) != nullptr; i++)
		array.Set(i, text);
	return array;
}

Functions fuzzer_functions()
{
	static const Function functions[] = {
		{ "openFuzzer", SLOT_FREE, true, open_fuzzer },
		{ "closeFuzzer", SLOT_FUZZER, true, close_fuzzer },
		{ "fuzzRun", SLOT_FUZZER, true, run },
		{ "fuzzAdd", SLOT_FUZZER, true, add },
		{ "fuzzStats", SLOT_FUZZER, true, stats },
		{ "fuzzKnown", SLOT_FUZZER, true, known },
		{ "fuzzHash", SLOT_FUZZER, true, hash },
		{ "fuzzInputSize", SLOT_FUZZER, true, input_size },
		{ "fuzzReadInput", SLOT_FUZZER, true, read_input<fuzzer_input> },
		{ "fuzzFinding", SLOT_FUZZER, true, finding },
		{ "fuzzFindingInput", SLOT_FUZZER, true, read_input<finding_input> },
		{ "fuzzJudge", SLOT_FUZZER, true, judge },
		{ "fuzzMinimize", SLOT_FUZZER, true, minimize },
		{ "fuzzInputProblem", SLOT_FREE, true, input_problem },
		{ "fuzzMachines", SLOT_FREE, true, machines },
	};

	return functions_of(functions);
}
