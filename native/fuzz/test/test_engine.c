// SPDX-License-Identifier: GPL-2.0-only
/* The engine: the same on every machine, finds what is wrong, makes it small, and takes any bytes. */
#include "core/test/test.h"
#include "fuzz/engine/fuzz.h"
#include "fuzz/engine/generate.h"
#include "fuzz/engine/random.h"
#include "planted.h"

#define RUNS 1000
/*
 * fuzz_hash() after RUNS runs of seed 1: the same with every compiler, byte order and sanitizer. Whoever changes what
 * the engine or the port does runs this test, which prints the new ones, with gcc and with clang.
 */
#define HASH_4_7 0x2599480b13c75822ULL
#define HASH_6_12 0x4feb1bae746b52d3ULL
#define KERNEL_4_7 0
#define KERNEL_6_12 3

static struct fuzz *seeded_fuzz(u64 seed, u32 kernel, u32 oracles)
{
	struct fuzz_options options;
	struct fuzz *fuzz;
	const char *error;

	fuzz_default_options(&options);
	options.seed = seed;
	options.kernel = kernel;
	options.oracles = oracles;
	/* the test is also run where the compiler counts edges */
	options.features_only = true;
	options.fail_each = false;
	fuzz = fuzz_create(&options, &error);
	if (!fuzz) {
		printf("%s\n", error);
		exit(1);
	}
	return fuzz;
}

static struct fuzz *new_fuzz(u32 kernel, u32 oracles)
{
	return seeded_fuzz(1, kernel, oracles);
}

static u64 hash_of_runs(u32 kernel, u32 oracles, u64 at_once)
{
	struct fuzz *fuzz = new_fuzz(kernel, oracles);
	struct fuzz_stats stats = { 0 };
	const char *error = NULL;
	u64 hash;

	while (stats.runs < RUNS && !stats.findings && !error) {
		u64 left = RUNS - stats.runs;

		fuzz_run(fuzz, left < at_once ? left : at_once, &error);
		fuzz_get_stats(fuzz, &stats);
	}
	EXPECT_EQ(stats.runs, RUNS);
	if (stats.findings)
		printf("found: %s\n", fuzz_finding(fuzz, 0)->verdict.text);
	hash = fuzz_hash(fuzz);
	fuzz_destroy(fuzz);
	return hash;
}

static void same_seed_same_corpus(struct machine *m)
{
	(void)m;
	EXPECT_EQ(hash_of_runs(KERNEL_4_7, 0, RUNS), HASH_4_7);
	EXPECT_EQ(hash_of_runs(KERNEL_6_12, 0, RUNS), HASH_6_12);
}

static void runs_can_be_cut(struct machine *m)
{
	(void)m;
	EXPECT_EQ(hash_of_runs(KERNEL_4_7, 0, 1), hash_of_runs(KERNEL_4_7, 0, 300));
}

static void oracles_change_nothing(struct machine *m)
{
	(void)m;
	EXPECT_EQ(hash_of_runs(KERNEL_4_7, ORACLES_ALL, RUNS), HASH_4_7);
	EXPECT_EQ(hash_of_runs(KERNEL_6_12, ORACLES_ALL, RUNS), HASH_6_12);
}

/* How much an input stores. */
static u64 cost_of(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	struct machine *m = fuzz_machine(fuzz, input_flavour(input, bytes));
	int snapshot = machine_snapshot(m);
	size_t before = undo_position(&m->undo);
	size_t program_bytes;
	const u8 *program = input_program(input, bytes, &program_bytes);
	u64 cost;

	machine_run(m, program, program_bytes, NULL);
	cost = undo_position(&m->undo) - before;
	machine_restore(m, snapshot);
	machine_forget(m, snapshot);
	return cost;
}

/* Of the inputs that it would run next. */
static u64 mean_cost(struct fuzz *fuzz)
{
	const u32 count = 500;
	u64 cost = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		size_t bytes;
		const u8 *input = fuzz_make(fuzz, &bytes);

		cost += cost_of(fuzz, input, bytes);
	}
	return cost / count;
}

/* Without a look at the cost it is 650 here, and grows. */
static void programs_stay_cheap(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(ANY_KERNEL, 0);
	const char *error;

	(void)m;
	fuzz_run(fuzz, 30000, &error);
	EXPECT(mean_cost(fuzz) < 300);
	fuzz_destroy(fuzz);
}

static void other_seed_other_corpus(struct machine *m)
{
	struct fuzz *fuzz = seeded_fuzz(2, KERNEL_4_7, 0);
	const char *error;

	(void)m;
	fuzz_run(fuzz, RUNS, &error);
	EXPECT(fuzz_hash(fuzz) != HASH_4_7);
	fuzz_destroy(fuzz);
}

static bool same_finding(const struct verdict *a, const struct verdict *b)
{
	return a->oracle == b->oracle && a->op == b->op && strcmp(a->rule, b->rule) == 0;
}

static void expect_different_findings(const struct fuzz *fuzz)
{
	const struct finding *a, *b;
	u64 i, k;

	for (i = 0; (a = fuzz_finding(fuzz, i)); i++)
		for (k = 0; k < i && (b = fuzz_finding(fuzz, k)); k++)
			EXPECT(!same_finding(&a->verdict, &b->verdict));
}

/* What is left: a process that runs guests, memory, a guest, a segment, a notifier, a page, and who changes it. */
#define OPERATIONS_NEEDED 7

static void expect_small(struct fuzz *fuzz, const struct finding *finding)
{
	static struct draft draft;
	struct verdict smaller, again;
	u8 *input = malloc(finding->bytes);
	size_t bytes;
	u64 tries;

	memcpy(input, finding->input, finding->bytes);
	bytes = fuzz_minimize(fuzz, input, finding->bytes, &smaller, &tries);
	draft_read(&draft, input, bytes);
	EXPECT(draft.count <= OPERATIONS_NEEDED);
	EXPECT(tries > 1);
	EXPECT_EQ(smaller.oracle, finding->verdict.oracle);
	EXPECT_TEXT(smaller.rule, finding->verdict.rule);
	EXPECT(!fuzz_judge(fuzz, input, bytes, &again));
	EXPECT_TEXT(again.text, smaller.text);
	free(input);
}

static void fault_is_found_and_made_small(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(KERNEL_4_7, ORACLES_ALL);
	struct fuzz_stats stats;
	const char *error;
	u64 i;

	(void)m;
	plant_fault(fuzz);
	fuzz_run(fuzz, RUNS, &error);
	fuzz_get_stats(fuzz, &stats);
	EXPECT_EQ(stats.findings, 1);
	EXPECT(stats.runs < RUNS);
	if (stats.findings)
		expect_small(fuzz, fuzz_finding(fuzz, 0));
	for (i = 0; i < 20; i++)
		fuzz_run(fuzz, 50, &error);
	expect_different_findings(fuzz);
	fuzz_destroy(fuzz);
}

static void no_finding_is_made_small(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(KERNEL_4_7, ORACLES_ALL);
	u8 input[3] = { 1, 2, 3 };
	struct verdict verdict;
	u64 tries;

	(void)m;
	EXPECT_EQ(fuzz_minimize(fuzz, input, sizeof(input), &verdict, &tries), sizeof(input));
	EXPECT_EQ(verdict.oracle, ORACLE_NONE);
	EXPECT(input[0] == 1 && input[1] == 2 && input[2] == 3);
	fuzz_destroy(fuzz);
}

/* Exactly as much memory as the input has: a read beyond it is seen by AddressSanitizer. */
static void add_bytes(struct fuzz *fuzz, const u8 *bytes, size_t count)
{
	u8 *input = malloc(count ? count : 1);
	struct verdict verdict;

	if (count)
		memcpy(input, bytes, count);
	fuzz_add(fuzz, input, count);
	if (!fuzz_judge(fuzz, input, count, &verdict)) {
		printf("%s: %s\n", verdict.rule, verdict.text);
		failures++;
	}
	free(input);
}

static void any_bytes_are_an_input(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(ANY_KERNEL, ORACLES_ALL);
	u64 random = 1;
	u8 bytes[400];
	u32 i, k;

	(void)m;
	for (i = 0; i < 200; i++) {
		u32 count = random_below(&random, sizeof(bytes) + 1);

		for (k = 0; k < count; k++)
			bytes[k] = (u8)(one_in(&random, 2) ? random_below(&random, 256) : 0);
		add_bytes(fuzz, bytes, count);
	}
	fuzz_destroy(fuzz);
}

static void cut_programs_are_an_input(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(ANY_KERNEL, ORACLES_ALL);
	static struct draft draft;
	u64 random = 1;
	u32 i;

	(void)m;
	for (i = 0; i < 150; i++) {
		draft_start(&draft, &random, FLAVOURS);
		add_bytes(fuzz, (const u8 *)draft.word, random_below(&random, (u32)draft_bytes(&draft) + 1));
	}
	fuzz_destroy(fuzz);
}

/* What draft_read() makes of the draft's bytes is the draft. */
static void expect_whole(const struct draft *draft)
{
	static struct draft again;
	u32 i;

	EXPECT(draft->count <= MAX_OPERATIONS);
	EXPECT(draft->at[draft->count] <= MAX_WORDS);
	draft_read(&again, (const u8 *)draft->word, draft_bytes(draft));
	EXPECT_EQ(again.count, draft->count);
	for (i = 0; i <= draft->count && i <= again.count; i++)
		EXPECT_EQ(again.at[i], draft->at[i]);
}

static void drafts_keep_their_bounds(struct machine *m)
{
	static struct draft draft, other, scratch;
	u64 random = 1;
	u32 longest = 0;
	u32 i;

	(void)m;
	draft_start(&draft, &random, FLAVOURS);
	for (i = 0; i < 3000; i++) {
		const struct donor donor = { (const u8 *)other.word, draft_bytes(&other), &scratch };
		/* now and then a short one, which then grows again */
		u32 most = one_in(&random, 100) ? 1 + random_below(&random, MAX_OPERATIONS) : MAX_OPERATIONS;

		if (one_in(&random, 50))
			draft_start(&other, &random, FLAVOURS);
		draft_mutate(&draft, &random, &donor, most);
		EXPECT(draft.count <= most);
		expect_whole(&draft);
		if (draft.count > longest)
			longest = draft.count;
	}
	EXPECT_EQ(longest, MAX_OPERATIONS);
}

static void long_inputs_are_cut(struct machine *m)
{
	static struct draft draft;
	static u64 words[2 * MAX_WORDS];
	u32 i;

	(void)m;
	for (i = 1; i < 2 * MAX_WORDS; i++)
		words[i] = le64(OP_exec);
	draft_read(&draft, (const u8 *)words, sizeof(words));
	EXPECT_EQ(draft.count, MAX_OPERATIONS);
	/* four arguments, and as many more as a record can have */
	for (i = 1; i < 2 * MAX_WORDS; i++)
		words[i] = le64(OP_watch | (u64)0xff << 8);
	draft_read(&draft, (const u8 *)words, sizeof(words));
	EXPECT_EQ(draft.count, (MAX_WORDS - 1) / (0xff + 2));
	expect_whole(&draft);
}

struct executed {
	u32 operations;
	enum wire_op op;
	struct call call;
};

static bool remember(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct executed *executed = context;

	(void)reply;
	executed->operations++;
	executed->op = op;
	executed->call = *call;
	return true;
}

static void expect_executed(const struct executed *executed, const u64 *words, u32 count)
{
	u32 arity = op_infos[executed->op].arity;
	u32 i;

	EXPECT_EQ(executed->operations, 1);
	EXPECT_EQ(executed->op, le64(words[0]) & 0xff);
	EXPECT_EQ(executed->call.result_handle, le64(words[0]) >> 32);
	EXPECT_EQ(1 + (executed->op == OP_watch ? 1 : arity) + executed->call.rest_count, count);
	for (i = 1; i < count && i <= arity; i++)
		EXPECT_EQ(executed->call.arg[i - 1], le64(words[i]));
}

static void operations_decode_to_themselves(struct machine *unused)
{
	struct fuzz *fuzz = new_fuzz(ANY_KERNEL, 0);
	u64 random = 1;
	u32 i;

	(void)unused;
	for (i = 0; i < 2000; i++) {
		u32 kernel = i % PROFILES;
		struct machine *m = fuzz_machine(fuzz, kernel * FUZZ_MACHINES);
		struct executed executed = { 0 };
		u64 words[MAX_RECORD_WORDS];
		u32 count = generate_operation(&random, profile_at(kernel)->functions, words);
		int snapshot = machine_snapshot(m);

		EXPECT(count <= MAX_RECORD_WORDS);
		machine_run_each(m, (const u8 *)words, count * sizeof(*words), remember, &executed);
		expect_executed(&executed, words, count);
		machine_restore(m, snapshot);
		machine_forget(m, snapshot);
	}
	fuzz_destroy(fuzz);
}

RUN_TESTS(TEST(same_seed_same_corpus), TEST(runs_can_be_cut), TEST(oracles_change_nothing), TEST(programs_stay_cheap),
	  TEST(other_seed_other_corpus), TEST(fault_is_found_and_made_small), TEST(no_finding_is_made_small),
	  TEST(any_bytes_are_an_input), TEST(cut_programs_are_an_input), TEST(drafts_keep_their_bounds),
	  TEST(long_inputs_are_cut), TEST(operations_decode_to_themselves))
