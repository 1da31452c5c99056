// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs of a campaign, with each request of memory failing once: nothing crashes, leaks, or is found, and afterwards the
 * machine is as before the call, or dead, and resets.
 *
 *	fuzz_test_memory			a few, and what else the fuzzer takes memory for
 *	fuzz_test_memory SEED PROGRAMS		so many programs of the campaign with that seed; prints how many runs that took
 */
#include "core/machine/memory.h"
#include "core/test/memory_fails.h"
#include "core/test/test.h"
#include "fuzz/engine/fuzz.h"

/* Here a call that got no memory is not the end of the test. */
#undef machine_run

#define FEW 100

struct program {
	const u8 *input;
	size_t bytes;
	struct judge *judge;
	bool has_hash;
	u64 hash; /* of what it does when there is memory */
};

/* The requests of this check are not the program's. */
static void expect_invariants(struct machine *m)
{
	struct memory_test before = memory_test;

	memory_fail_at(0);
	EXPECT_CHECK(m);
	memory_test = before;
}

static struct machine *machine_of(const struct program *program)
{
	struct machine_options options;
	const char *error;

	flavour_options(input_flavour(program->input, program->bytes), &options);
	return machine_create(&options, &error);
}

/* Runs it with the whole state observed after each operation. */
static void run_observed(struct machine *m, const struct program *program, struct words *out)
{
	size_t bytes;
	const u8 *words = input_program(program->input, program->bytes, &bytes);

	SET(m, m->s.observing, 1);
	machine_run(m, words, bytes, out);
}

/*
 * Without memory the machine died, and goes back to where it was; what it does then is what it always does. So is what it
 * does where somebody gets along without: the log of an observer.
 */
static void expect_usual_run(struct machine *m, struct program *program)
{
	int snapshot = machine_snapshot(m);
	struct words out = { 0 };

	run_observed(m, program, &out);
	if (m->dead == BUG_host_memory || out.failed) {
		EXPECT(memory_test.failed);
		EXPECT(m->dead != BUG_none);
		words_free(&out);
		EXPECT(machine_restore(m, snapshot));
		expect_invariants(m);
		run_observed(m, program, &out);
	}
	if (!program->has_hash)
		program->hash = hash_words(HASH_OF_NOTHING, &out);
	program->has_hash = true;
	EXPECT_EQ(hash_words(HASH_OF_NOTHING, &out), program->hash);
	words_free(&out);
}

/* A check without memory knows nothing, and changes nothing. */
static void expect_check(struct machine *m)
{
	bool failed = memory_test.failed;
	enum check_result result;
	char text[256];
	u64 known = 0;

	result = machine_check_known(m, text, sizeof(text), &known);
	EXPECT_EQ(result, memory_test.failed == failed ? CHECK_HOLDS : CHECK_NO_MEMORY);
	expect_invariants(m);
}

/* A reset that gets no memory works too: it gives some back, and has to ask for that. */
static void expect_reset(struct machine *m)
{
	machine_reset(m);
	EXPECT_EQ(m->dead, BUG_none);
	expect_invariants(m);
}

static void attempt_run(struct program *program)
{
	struct machine *m = machine_of(program);

	if (!m) {
		EXPECT(memory_test.failed);
		return;
	}
	expect_usual_run(m, program);
	expect_check(m);
	expect_reset(m);
	machine_destroy(m);
}

static void attempt_judging(struct program *program)
{
	struct machine *m = machine_of(program);
	struct verdict verdict;
	size_t bytes;
	const u8 *words = input_program(program->input, program->bytes, &bytes);

	if (!m)
		return;
	EXPECT(judge_run(program->judge, m, words, bytes, false, &verdict));
	EXPECT_EQ(verdict.oracle, ORACLE_NONE);
	EXPECT_EQ(verdict.no_memory, memory_test.failed);
	EXPECT_EQ(m->dead, BUG_none);
	expect_invariants(m);
	machine_destroy(m);
}

/* With the 1st, 2nd, … request failing, until there are not so many. Answers how many runs that took. */
static u64 fail_each(struct program *program, void (*attempt)(struct program *program))
{
	s64 live = memory_test.live;
	u64 n = 0;

	memory_fail_at(0);
	attempt(program);
	do {
		memory_fail_at(++n);
		attempt(program);
		EXPECT_EQ(memory_test.live, live);
	} while (memory_test.failed);
	memory_fail_at(0);
	return n;
}

/* The programs that a campaign keeps, evenly from the first to the last. */
static u64 fail_campaign(u64 seed, u64 programs)
{
	struct fuzz_options options;
	struct fuzz_stats stats;
	struct fuzz *fuzz;
	struct judge *judge;
	const char *error;
	u64 runs = 0;
	u64 i;

	fuzz_default_options(&options);
	options.seed = seed;
	options.kernel = ANY_KERNEL;
	options.oracles = 0;
	options.features_only = true;
	fuzz = fuzz_create(&options, &error);
	judge = judge_create(ORACLES_ALL);
	if (!fuzz || !judge)
		exit(2);
	fuzz_run(fuzz, 10 * programs + 1000, &error);
	fuzz_get_stats(fuzz, &stats);
	for (i = 0; i < programs; i++) {
		struct program program = { .judge = judge };

		program.input = fuzz_corpus(fuzz, i * stats.corpus / programs, &program.bytes);
		runs += fail_each(&program, attempt_run) + fail_each(&program, attempt_judging);
	}
	fuzz_destroy(fuzz);
	judge_destroy(judge);
	return runs;
}

static void programs(struct machine *m)
{
	(void)m;
	EXPECT(fail_campaign(1, FEW) > 20 * FEW);
}

/* What nothing of could be observed, not even that it was called, has events of its own: they are written nowhere. */
static void unobserved(struct machine *m)
{
	const u64 program[] = { le64((u64)OP_gmap_free | (u64)WIRE_NO_HANDLE << 32), 0 };
	struct words out = { 0 };

	new_gmap(m, m->s.mm[0], 0, 0);
	memory_fail_at(1);
	m->events.mask = 0;
	machine_run(m, (const u8 *)program, sizeof(program), &out);
	EXPECT(out.failed);
	EXPECT_EQ(m->dead, BUG_host_memory);
	words_free(&out);
	memory_fail_at(0);
}

static void store_often(struct machine *m, u64 stores)
{
	u64 i;

	for (i = 0; i < stores; i++)
		SET(m, m->s.watch[0], i);
}

/* A reset takes no memory, also where it builds the machine anew, a snapshot has filled the log, and events are recorded. */
static void resets(struct machine *m)
{
	store_often(m, 100000);
	machine_snapshot(m);
	store_often(m, (u64)(m->undo.end - m->undo.next) - 1);
	m->events.mask = EVENTS_ALL;
	memory_fail_at(1);
	machine_reset(m);
	EXPECT_EQ(memory_test.requests, 0);
	EXPECT_EQ(m->dead, BUG_none);
	m->events.mask = 0;
	memory_fail_at(0);
}

/* A fuzzer ends its runs early, keeps what it had, finds nothing, and goes on. */
static bool attempt_fuzzing(u64 n)
{
	struct fuzz_options options;
	struct fuzz_stats stats;
	struct fuzz *fuzz;
	const char *error;
	bool failed;
	u64 kept;

	fuzz_default_options(&options);
	options.max_operations = 6;
	memory_fail_at(n);
	fuzz = fuzz_create(&options, &error);
	EXPECT_EQ(!fuzz, memory_test.failed);
	if (!fuzz)
		return true;
	fuzz_run(fuzz, 12, &error);
	EXPECT_EQ(error != NULL, memory_test.failed);
	EXPECT_EQ(fuzz_lacked_memory(fuzz), memory_test.failed);
	fuzz_get_stats(fuzz, &stats);
	EXPECT_EQ(stats.findings, 0);
	kept = stats.corpus;
	failed = memory_test.failed;
	memory_fail_at(0);
	fuzz_run(fuzz, 4, &error);
	EXPECT(!error);
	fuzz_get_stats(fuzz, &stats);
	EXPECT_EQ(stats.findings, 0);
	EXPECT(stats.corpus >= kept);
	fuzz_destroy(fuzz);
	return failed;
}

static void fuzzing(struct machine *m)
{
	s64 live = memory_test.live;
	u64 n = 0;

	(void)m;
	do {
		n++;
		if (!attempt_fuzzing(n))
			break;
		EXPECT_EQ(memory_test.live, live);
	} while (!failures);
	EXPECT(n > 30);
	memory_fail_at(0);
}

/* Whoever asks for a judgement or for something smaller is told that there is none. */
static void judging(struct machine *m)
{
	struct fuzz_options options;
	struct verdict verdict;
	struct fuzz *fuzz;
	const char *error;
	u8 input[MAX_INPUT];
	const u8 *made;
	size_t bytes;
	u64 tries, n = 0;

	(void)m;
	fuzz_default_options(&options);
	fuzz = fuzz_create(&options, &error);
	made = fuzz_make(fuzz, &bytes);
	memcpy(input, made, bytes);
	do {
		memory_fail_at(++n);
		EXPECT(fuzz_judge(fuzz, input, bytes, &verdict));
		EXPECT_EQ(fuzz_lacked_memory(fuzz), memory_test.failed);
	} while (memory_test.failed);
	EXPECT(n > 10);
	for (n = 1; n < 10; n++) {
		memory_fail_at(n);
		fuzz_minimize(fuzz, input, bytes, &verdict, &tries);
		EXPECT_EQ(verdict.oracle, ORACLE_NONE);
		EXPECT_EQ(fuzz_lacked_memory(fuzz), memory_test.failed);
		memory_fail_at(n);
		fuzz_add(fuzz, input, bytes);
		EXPECT_EQ(fuzz_lacked_memory(fuzz), memory_test.failed);
	}
	memory_fail_at(0);
	fuzz_destroy(fuzz);
}

int main(int argc, char **argv)
{
	static const struct test tests[] = { TEST(programs), TEST(unobserved), TEST(resets), TEST(fuzzing),
					     TEST(judging) };
	s64 live;

	if (argc < 3)
		return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	live = memory_test.live;
	printf("%llu runs, %d failures\n",
	       (unsigned long long)fail_campaign(strtoull(argv[1], NULL, 0), strtoull(argv[2], NULL, 0)), failures);
	EXPECT_EQ(memory_test.live, live);
	return failures != 0;
}
