// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzers: they have machines of their own, and never call JavaScript. */
#include <assert.h>
#include <string.h>

#include "addon/model/machines.h"
#include "fuzz/engine/fuzz.h"

static u32 narrow(u64 value)
{
	return value <= UINT32_MAX ? (u32)value : UINT32_MAX;
}

const void *fuzzer_functions_here(void)
{
	return other_functions();
}

static struct other_side side_of(const struct fuzzer_side *from)
{
	struct other_side side = { .functions = from->functions };

	static_assert(SIDE_NAME_SIZE == OTHER_NAME_SIZE, "names have the same room on both sides");
	memcpy(side.kernel, from->kernel, SIDE_NAME_SIZE);
	memcpy(side.name, from->name, SIDE_NAME_SIZE);
	memcpy(side.own_name, from->own_name, SIDE_NAME_SIZE);
	return side;
}

int fuzzer_open(struct addon *addon, const struct fuzzer_setup *setup, const struct fuzzer_side *against,
		double *handle, struct problem *problem)
{
	const struct fuzz_options options = {
		.seed = setup->seed,
		.oracles = narrow(setup->oracles),
		.kernel = narrow(setup->kernel),
		.max_operations = narrow(setup->max_operations),
		.fail_each = setup->fail_each,
		.features_only = setup->features_only,
		.against = side_of(against),
	};
	const char *error;
	struct fuzz *fuzz;
	int outcome;
	u32 slot;

	problem->text = fuzz_options_error(&options);
	if (problem->text)
		return OUTCOME_OK;
	outcome = slot_ready(addon);
	if (outcome)
		return outcome;
	fuzz = fuzz_create(&options, &error);
	if (!fuzz)
		return OUTCOME_NO_MEMORY;
	slot = slot_take(addon, SLOT_FUZZER, NULL, 0, 0);
	addon->slots[slot].fuzz = fuzz;
	*handle = slot_handle(addon, slot);
	return OUTCOME_OK;
}

void fuzzer_close(struct addon *addon, u32 slot)
{
	fuzz_destroy(addon->slots[slot].fuzz);
	addon->slots[slot].fuzz = NULL;
	slot_release(addon, slot);
}

int fuzzer_run(struct fuzz *fuzz, u64 runs, u64 *done)
{
	const char *error;

	*done = fuzz_run(fuzz, runs, &error);
	return error ? OUTCOME_NO_MEMORY : OUTCOME_OK;
}

static int memory_outcome(const struct fuzz *fuzz)
{
	return fuzz_lacked_memory(fuzz) ? OUTCOME_NO_MEMORY : OUTCOME_OK;
}

int fuzzer_add(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	bool kept = fuzz_add(fuzz, input, bytes);
	int outcome = memory_outcome(fuzz);

	return outcome ? outcome : kept;
}

void read_fuzzer_stats(const struct fuzz *fuzz, struct fuzzer_stats *stats)
{
	struct fuzz_stats s;

	fuzz_get_stats(fuzz, &s);
	*stats = (struct fuzzer_stats){
		.runs = s.runs,
		.operations = s.operations,
		.corpus = s.corpus,
		.failed = s.failed,
		.edges = s.edges,
		.counters = s.counters,
		.findings = s.findings,
		.last_new = s.last_new,
	};
}

bool fuzzer_known(const struct fuzz *fuzz, u64 i, u64 *runs)
{
	struct fuzz_stats stats;

	if (i >= KNOWN_DEFECTS)
		return false;
	fuzz_get_stats(fuzz, &stats);
	*runs = stats.known[i];
	return true;
}

u64 fuzzer_hash(const struct fuzz *fuzz)
{
	return fuzz_hash(fuzz);
}

const u8 *fuzzer_input(const struct fuzz *fuzz, u64 i, size_t *bytes)
{
	return fuzz_corpus(fuzz, i, bytes);
}

static struct judgement judgement_of(const struct verdict *verdict)
{
	return (struct judgement){
		.oracle = oracle_name(verdict->oracle),
		.op = op_infos[verdict->op].name,
		.operation = verdict->operation,
		.rule = verdict->rule,
		.text = verdict->text,
	};
}

bool read_finding(const struct fuzz *fuzz, u64 i, struct judgement *judgement, struct finding_info *info)
{
	const struct finding *finding = fuzz_finding(fuzz, i);

	if (!finding)
		return false;
	*judgement = judgement_of(&finding->verdict);
	*info = (struct finding_info){ finding->run, finding->failed_kind, finding->bytes };
	return true;
}

const u8 *finding_input(const struct fuzz *fuzz, u64 i, size_t *bytes)
{
	const struct finding *finding = fuzz_finding(fuzz, i);

	if (!finding)
		return NULL;
	*bytes = finding->bytes;
	return finding->input;
}

static_assert(sizeof(((struct verdict *)0)->rule) <= sizeof(((struct verdict_room *)0)->rule) &&
		      sizeof(((struct verdict *)0)->text) <= sizeof(((struct verdict_room *)0)->text),
	      "a verdict's texts have room");

static struct judgement keep(const struct verdict *verdict, struct verdict_room *room)
{
	struct judgement judgement = judgement_of(verdict);

	memcpy(room->rule, verdict->rule, sizeof(verdict->rule));
	memcpy(room->text, verdict->text, sizeof(verdict->text));
	judgement.rule = room->rule;
	judgement.text = room->text;
	return judgement;
}

int fuzzer_judge(struct fuzz *fuzz, const u8 *input, size_t bytes, struct judgement *judgement,
		 struct verdict_room *room)
{
	struct verdict verdict;

	fuzz_judge(fuzz, input, bytes, &verdict);
	*judgement = keep(&verdict, room);
	return memory_outcome(fuzz);
}

int fuzzer_minimize(struct fuzz *fuzz, u8 *input, size_t bytes, struct judgement *judgement, struct verdict_room *room,
		    struct minimized *minimized)
{
	struct verdict verdict;

	minimized->bytes = fuzz_minimize(fuzz, input, bytes, &verdict, &minimized->tries);
	*judgement = keep(&verdict, room);
	return memory_outcome(fuzz);
}

bool fuzzer_has_room(const u8 *input, size_t bytes, char *text, size_t size)
{
	return input_fits(input, bytes, text, size);
}

const char *fuzzer_machine(u32 i)
{
	return i < FUZZ_MACHINES ? flavour_machine(i) : NULL;
}
