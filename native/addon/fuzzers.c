// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzers: they have machines of their own, and never call JavaScript. */
#include "addon/addon.h"

/* About what a fuzzer takes: V8 should know that it is not only a small object. */
#define FUZZER_BYTES ((int64_t)8 << 20)

static void account(napi_env env, int64_t bytes)
{
	int64_t total;

	napi_adjust_external_memory(env, bytes, &total);
}

enum fuzzer_flags { FLAG_FAIL_EACH = 1, FLAG_FEATURES_ONLY = 2 };

static int read_options(const struct arguments *args, struct fuzz_options *options)
{
	u64 oracles, kernel, operations, flags;
	int outcome;

	if ((outcome = argument_word(args, 0, &options->seed)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 1, UINT32_MAX, &oracles)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 2, UINT32_MAX, &kernel)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 3, UINT32_MAX, &operations)) != OUTCOME_OK ||
	    (outcome = argument_count(args, 4, UINT32_MAX, &flags)) != OUTCOME_OK)
		return outcome;
	options->oracles = (u32)oracles;
	options->kernel = (u32)kernel;
	options->max_operations = (u32)operations;
	options->fail_each = flags & FLAG_FAIL_EACH;
	options->features_only = flags & FLAG_FEATURES_ONLY;
	return OUTCOME_OK;
}

/* (seed, oracles, kernel, maxOperations, flags) → fuzzer; text: what is wrong with the options */
static napi_value open_fuzzer(const struct arguments *args, struct target target)
{
	struct fuzz_options options;
	struct fuzz *fuzz;
	const char *error;
	u32 index;
	int outcome = read_options(args, &options);

	(void)target;
	if (outcome)
		return value_int(args->env, outcome);
	fuzz = fuzz_create(&options, &error);
	if (!fuzz)
		return value_text(args->env, error);
	index = slot_take(args->addon, SLOT_FUZZER, NULL, 0, 0);
	if (!index) {
		fuzz_destroy(fuzz);
		return value_text(args->env, "no memory for a fuzzer");
	}
	args->addon->slots[index].fuzz = fuzz;
	account(args->env, FUZZER_BYTES);
	return value_double(args->env, slot_handle(args->addon, index));
}

static void fuzzer_close(struct addon *addon, u32 index)
{
	fuzz_destroy(addon->slots[index].fuzz);
	addon->slots[index].fuzz = NULL;
	slot_release(addon, index);
}

void fuzzers_close(struct addon *addon)
{
	u32 index;

	for (index = 0; index < addon->slot_count; index++)
		if (addon->slots[index].kind == SLOT_FUZZER)
			fuzzer_close(addon, index);
}

/* (fuzzer) */
static napi_value close_fuzzer(const struct arguments *args, struct target target)
{
	u32 index;

	for (index = 0; args->addon->slots[index].fuzz != target.fuzz;)
		index++;
	fuzzer_close(args->addon, index);
	account(args->env, -FUZZER_BYTES);
	return value_int(args->env, OUTCOME_OK);
}

/* (fuzzer, runs) → how many: fewer when something was found */
static napi_value run(const struct arguments *args, struct target target)
{
	const char *error;
	u64 runs;
	int outcome = argument_count(args, 1, MAX_WHOLE, &runs);

	if (outcome)
		return value_int(args->env, outcome);
	runs = fuzz_run(target.fuzz, runs, &error);
	return error ? value_int(args->env, OUTCOME_NO_MEMORY) : value_double(args->env, (double)runs);
}

/* (fuzzer, Uint8Array) → 1 if the input is kept, else 0 */
static napi_value add(const struct arguments *args, struct target target)
{
	size_t length;
	u8 *bytes;
	int outcome = argument_bytes(args, 1, false, &bytes, &length);

	return value_int(args->env, outcome ? outcome : fuzz_add(target.fuzz, bytes, length));
}

/* (fuzzer) → [runs, operations, corpus, failed, edges, counters, findings, lastNew] */
static napi_value stats(const struct arguments *args, struct target target)
{
	struct fuzz_stats s;
	napi_value values[8];
	size_t i = 0;

	fuzz_get_stats(target.fuzz, &s);
	values[i++] = value_double(args->env, (double)s.runs);
	values[i++] = value_double(args->env, (double)s.operations);
	values[i++] = value_double(args->env, (double)s.corpus);
	values[i++] = value_double(args->env, (double)s.failed);
	values[i++] = value_double(args->env, (double)s.edges);
	values[i++] = value_double(args->env, (double)s.counters);
	values[i++] = value_double(args->env, (double)s.findings);
	values[i++] = value_double(args->env, (double)s.last_new);
	return value_list(args->env, values, i);
}

/* (fuzzer) → of all inputs that were kept, in order */
static napi_value hash(const struct arguments *args, struct target target)
{
	return value_word(args->env, fuzz_hash(target.fuzz));
}

/* (fuzzer, i) → bytes of the i-th input that was kept; -1: there is none */
static napi_value input_size(const struct arguments *args, struct target target)
{
	size_t bytes = 0;
	u64 i;
	int outcome = argument_count(args, 1, MAX_WHOLE, &i);

	if (outcome)
		return value_int(args->env, outcome);
	return value_int(args->env, fuzz_corpus(target.fuzz, i, &bytes) ? (int)bytes : -1);
}

/* JavaScript makes the room: what it has is filled, if the size is right. */
static napi_value fill(const struct arguments *args, const u8 *from, size_t bytes)
{
	size_t length;
	u8 *to;
	int outcome = argument_bytes(args, 2, false, &to, &length);

	if (!outcome && (!from || length != bytes))
		outcome = OUT_OF_RANGE(2);
	if (!outcome && bytes)
		memcpy(to, from, bytes);
	return value_int(args->env, outcome);
}

/* (fuzzer, i, Uint8Array) */
static napi_value read_input(const struct arguments *args, struct target target)
{
	size_t bytes = 0;
	u64 i;
	int outcome = argument_count(args, 1, MAX_WHOLE, &i);
	const u8 *input = outcome ? NULL : fuzz_corpus(target.fuzz, i, &bytes);

	return outcome ? value_int(args->env, outcome) : fill(args, input, bytes);
}

#define VERDICT_VALUES 5

static void verdict_values(napi_env env, const struct verdict *verdict, napi_value *values)
{
	values[0] = value_text(env, oracle_name(verdict->oracle));
	values[1] = value_text(env, op_infos[verdict->op].name);
	values[2] = value_double(env, (double)verdict->operation);
	values[3] = value_text(env, verdict->rule);
	values[4] = value_text(env, verdict->text);
}

/* (fuzzer, i) → the i-th finding: [oracle, op, operation, rule, text, run, failed kind, bytes]; -1: there is none */
static napi_value read_finding(const struct arguments *args, struct target target)
{
	napi_value values[VERDICT_VALUES + 3];
	const struct finding *finding;
	u64 i;
	int outcome = argument_count(args, 1, MAX_WHOLE, &i);

	if (outcome)
		return value_int(args->env, outcome);
	finding = fuzz_finding(target.fuzz, i);
	if (!finding)
		return value_int(args->env, -1);
	verdict_values(args->env, &finding->verdict, values);
	values[5] = value_double(args->env, (double)finding->run);
	values[6] = value_int(args->env, (int)finding->failed_kind);
	values[7] = value_double(args->env, (double)finding->bytes);
	return value_list(args->env, values, 8);
}

/* (fuzzer, i, Uint8Array) */
static napi_value finding_input(const struct arguments *args, struct target target)
{
	const struct finding *finding;
	u64 i;
	int outcome = argument_count(args, 1, MAX_WHOLE, &i);

	if (outcome)
		return value_int(args->env, outcome);
	finding = fuzz_finding(target.fuzz, i);
	return finding ? fill(args, finding->input, finding->bytes) : value_int(args->env, OUT_OF_RANGE(1));
}

/* (fuzzer, Uint8Array) → [oracle, op, operation, rule, text]; the oracle "none": nothing to object to */
static napi_value judge(const struct arguments *args, struct target target)
{
	napi_value values[VERDICT_VALUES];
	struct verdict verdict;
	size_t length;
	u8 *bytes;
	int outcome = argument_bytes(args, 1, false, &bytes, &length);

	if (outcome)
		return value_int(args->env, outcome);
	fuzz_judge(target.fuzz, bytes, length, &verdict);
	verdict_values(args->env, &verdict, values);
	return value_list(args->env, values, VERDICT_VALUES);
}

/* (fuzzer, Uint8Array, which becomes smaller in place) → [oracle, op, operation, rule, text, bytes, tries] */
static napi_value minimize(const struct arguments *args, struct target target)
{
	napi_value values[VERDICT_VALUES + 2];
	struct verdict verdict;
	size_t length;
	u64 tries;
	u8 *bytes;
	int outcome = argument_bytes(args, 1, false, &bytes, &length);

	if (outcome)
		return value_int(args->env, outcome);
	length = fuzz_minimize(target.fuzz, bytes, length, &verdict, &tries);
	verdict_values(args->env, &verdict, values);
	values[5] = value_double(args->env, (double)length);
	values[6] = value_double(args->env, (double)tries);
	return value_list(args->env, values, VERDICT_VALUES + 2);
}

/* () → [text, …]: the machines of the flavours, as the header of a trace has them */
static napi_value fuzz_machines(const struct arguments *args, struct target target)
{
	napi_value values[FUZZ_MACHINES];
	u32 i;

	(void)target;
	for (i = 0; i < FUZZ_MACHINES; i++)
		values[i] = value_text(args->env, flavour_machine(i));
	return value_list(args->env, values, FUZZ_MACHINES);
}

napi_status fuzzer_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "openFuzzer", SLOT_FREE, true, open_fuzzer },
		{ "closeFuzzer", SLOT_FUZZER, true, close_fuzzer },
		{ "fuzzRun", SLOT_FUZZER, true, run },
		{ "fuzzAdd", SLOT_FUZZER, true, add },
		{ "fuzzStats", SLOT_FUZZER, true, stats },
		{ "fuzzHash", SLOT_FUZZER, true, hash },
		{ "fuzzInputSize", SLOT_FUZZER, true, input_size },
		{ "fuzzReadInput", SLOT_FUZZER, true, read_input },
		{ "fuzzFinding", SLOT_FUZZER, true, read_finding },
		{ "fuzzFindingInput", SLOT_FUZZER, true, finding_input },
		{ "fuzzJudge", SLOT_FUZZER, true, judge },
		{ "fuzzMinimize", SLOT_FUZZER, true, minimize },
		{ "fuzzMachines", SLOT_FREE, true, fuzz_machines },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
