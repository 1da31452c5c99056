// SPDX-License-Identifier: GPL-2.0-only
/* Programs of any length are judged and made small; those for a corpus have a limit. */
#include "core/test/test.h"
#include "fuzz/engine/fuzz.h"
#include "fuzz/engine/seen.h"
#include "planted.h"

#define MOST_WORDS 100000

static struct fuzz *new_fuzz(u32 oracles)
{
	struct fuzz_options options;
	const char *error;
	struct fuzz *fuzz;

	fuzz_default_options(&options);
	options.oracles = oracles;
	fuzz = fuzz_create(&options, &error);
	if (!fuzz)
		exit(1);
	return fuzz;
}

/* An input that shows something, and what. */
struct shown {
	u64 word[MAX_WORDS];
	u32 words;
	struct verdict verdict;
};

/* What the fuzzer finds of the fault, made small: its last operation is the one that is objected to. */
static void find_fault(struct fuzz *fuzz, struct shown *shown)
{
	const struct finding *finding;
	const char *error;
	u64 tries;

	plant_fault(fuzz);
	fuzz_run(fuzz, 5000, &error);
	finding = fuzz_finding(fuzz, 0);
	EXPECT(finding != NULL);
	if (!finding)
		exit(1);
	memcpy(shown->word, finding->input, finding->bytes);
	shown->words =
		(u32)(fuzz_minimize(fuzz, (u8 *)shown->word, finding->bytes, &shown->verdict, &tries) / sizeof(u64));
}

struct program {
	u64 word[MOST_WORDS];
	u32 words;
};

static void start(struct program *program, u64 head)
{
	program->word[0] = head;
	program->words = 1;
}

/* Operations that change nothing: there is no such guest. */
static void add_idle(struct program *program, u32 operations)
{
	while (operations--) {
		program->word[program->words++] = le64((u64)OP_gmap_translate | (u64)WIRE_NO_HANDLE << 32);
		program->word[program->words++] = le64(1000);
		program->word[program->words++] = 0;
	}
}

static void add(struct program *program, const u64 *words, u32 count)
{
	memcpy(program->word + program->words, words, count * sizeof(u64));
	program->words += count;
}

static size_t size_of(const struct program *program)
{
	return program->words * sizeof(u64);
}

static void put_between(struct program *program, const struct shown *shown, u32 before, u32 behind)
{
	start(program, shown->word[0]);
	add_idle(program, before);
	add(program, shown->word + 1, shown->words - 1);
	add_idle(program, behind);
}

/* The program with so many idle operations before and behind it: the same verdict, so much later. */
static void expect_found(struct fuzz *fuzz, const struct shown *shown, u32 before, u32 behind)
{
	static struct program program;
	struct verdict verdict;

	put_between(&program, shown, before, behind);
	EXPECT(!fuzz_judge(fuzz, (const u8 *)program.word, size_of(&program), &verdict));
	EXPECT_EQ(verdict.oracle, shown->verdict.oracle);
	EXPECT_TEXT(verdict.rule, shown->verdict.rule);
	EXPECT_EQ(verdict.op, shown->verdict.op);
	EXPECT_EQ(verdict.operation, before + shown->verdict.operation);
}

static void expect_verdicts_of_short_ones(u32 oracles)
{
	static const u32 before[] = { 0, 1, 200, 255, 256, 257, 700, 1023, 3001, 20000 };
	struct fuzz *fuzz = new_fuzz(oracles);
	struct shown shown;
	u32 i;

	find_fault(fuzz, &shown);
	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		expect_found(fuzz, &shown, before[i], 0);
		expect_found(fuzz, &shown, before[i], 600);
	}
	fuzz_destroy(fuzz);
}

static void verdicts_are_those_of_short_ones(struct machine *m)
{
	(void)m;
	expect_verdicts_of_short_ones(ORACLES_ALL);
	/* this one sees the fault only when it looks at the whole state */
	expect_verdicts_of_short_ones(ORACLE_BIT(ORACLE_MODEL));
}

/* What is left of it: see test_engine.c. */
#define OPERATIONS_NEEDED 7

static void long_ones_are_made_small(struct machine *m)
{
	static struct program program;
	static struct draft draft;
	struct fuzz *fuzz = new_fuzz(ORACLES_ALL);
	struct shown shown;
	struct verdict verdict;
	size_t bytes;
	u64 tries;

	(void)m;
	find_fault(fuzz, &shown);
	put_between(&program, &shown, 5000, 5000);
	bytes = fuzz_minimize(fuzz, (u8 *)program.word, size_of(&program), &verdict, &tries);
	EXPECT_TEXT(verdict.rule, shown.verdict.rule);
	draft_read(&draft, (const u8 *)program.word, bytes);
	EXPECT(draft.count <= OPERATIONS_NEEDED);
	EXPECT(tries < 1000);
	fuzz_destroy(fuzz);
}

static u64 looks_at(struct judge *judge, struct machine *m, u32 operations)
{
	static struct program program;
	struct verdict verdict;

	start(&program, 0);
	add_idle(&program, operations);
	EXPECT(judge_run(judge, m, (const u8 *)(program.word + 1), size_of(&program) - sizeof(u64), true, &verdict));
	EXPECT_EQ(judge_operations(judge), operations);
	return judge_looks(judge);
}

/* Each of the first operations, then ever fewer; one more at the end. */
static void looks_get_rare(struct machine *m)
{
	struct judge *judge = judge_create(ORACLES_ALL);

	EXPECT_EQ(looks_at(judge, m, 256), 256 + 1);
	EXPECT_EQ(looks_at(judge, m, 1024), 256 + 2 * 128 + 1);
	EXPECT_EQ(looks_at(judge, m, 32768), 256 + 7 * 128 + 1);
	judge_destroy(judge);
}

static bool fits(const struct program *program, char text[64])
{
	return input_fits((const u8 *)program->word, size_of(program), text, 64);
}

static void corpora_have_a_limit(struct machine *m)
{
	static struct program program;
	struct fuzz *fuzz = new_fuzz(ORACLES_ALL);
	struct fuzz_stats stats;
	char text[64];

	(void)m;
	start(&program, 0);
	add_idle(&program, MAX_OPERATIONS);
	EXPECT(fits(&program, text));
	EXPECT(fuzz_add(fuzz, (const u8 *)program.word, size_of(&program)));
	add_idle(&program, 1);
	EXPECT(!fits(&program, text));
	EXPECT_TEXT(text, "129 operations where 128 are the limit");
	EXPECT(!fuzz_add(fuzz, (const u8 *)program.word, size_of(&program)));
	fuzz_get_stats(fuzz, &stats);
	EXPECT_EQ(stats.runs, 1);
	/* few operations with very many words */
	start(&program, 0);
	program.words = 1 + 4 * 257;
	memset(program.word, 0, size_of(&program));
	for (u32 i = 0; i < 4; i++)
		program.word[1 + i * 257] = le64(OP_watch | (u64)0xff << 8);
	EXPECT(!fits(&program, text));
	EXPECT_TEXT(text, "1029 words where 1024 are the limit");
	fuzz_destroy(fuzz);
}

/* However many there are, no feature is taken for another one. */
static void features_are_told_apart(struct machine *m)
{
	const u64 count = 300000;
	struct seen seen;
	u64 known = 0;
	u64 i;

	(void)m;
	EXPECT(seen_create(&seen));
	for (i = 1; i <= count; i++)
		known += seen_add(&seen, i << 12 | 3) == SEEN_BEFORE;
	EXPECT_EQ(known, 0);
	for (i = 1; i <= count; i++)
		known += seen_add(&seen, i << 12 | 3) == SEEN_BEFORE;
	EXPECT_EQ(known, count);
	EXPECT_EQ(seen.count, count);
	seen_destroy(&seen);
}

RUN_TESTS(TEST(verdicts_are_those_of_short_ones), TEST(long_ones_are_made_small), TEST(looks_get_rare),
	  TEST(corpora_have_a_limit), TEST(features_are_told_apart))
