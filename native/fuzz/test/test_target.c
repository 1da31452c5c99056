// SPDX-License-Identifier: GPL-2.0-only
/* What engines call: inputs that fit, the same for the same seed, and what they print of a finding. */
#include "core/test/test.h"
#include "fuzz/targets/afl_mutator.c"
#include "fuzz/targets/target.c"
#include "fuzz/targets/target_print.c"

/* In place of an engine's own. */
size_t LLVMFuzzerMutate(u8 *input, size_t bytes, size_t max_bytes)
{
	if (bytes < max_bytes)
		input[bytes++] = 0xff;
	return bytes;
}

#define ROUNDS 2000
#define MOST_BYTES 700

/* A copy with room for exactly so many bytes: AddressSanitizer sees what is written behind them. */
static u8 *exactly(const u8 *input, size_t bytes, size_t room)
{
	u8 *copy = calloc(room ? room : 1, 1);

	if (bytes)
		memcpy(copy, input, bytes);
	return copy;
}

static void mutations_fit(struct machine *m)
{
	static u8 input[MOST_BYTES];
	u64 random = 1;
	size_t bytes = 0;
	unsigned int seed;

	(void)m;
	for (seed = 0; seed < ROUNDS; seed++) {
		size_t room = bytes + random_below(&random, (u32)(MOST_BYTES - bytes + 1));
		u8 *first = exactly(input, bytes, room);
		u8 *second = exactly(input, bytes, room);
		size_t made = LLVMFuzzerCustomMutator(first, bytes, room, seed);

		EXPECT(made <= room);
		EXPECT_EQ(LLVMFuzzerCustomMutator(second, bytes, room, seed), made);
		EXPECT(memcmp(first, second, made) == 0);
		EXPECT_EQ(LLVMFuzzerTestOneInput(first, made), 0);
		/* also inputs that are cut somewhere */
		bytes = one_in(&random, 8) ? random_below(&random, (u32)made + 1) : made;
		memcpy(input, first, bytes);
		free(first);
		free(second);
	}
}

static void crossovers_fit(struct machine *m)
{
	static struct draft first, second;
	u64 random = 1;
	unsigned int seed;

	(void)m;
	for (seed = 0; seed < ROUNDS; seed++) {
		size_t room = random_below(&random, 2 * MOST_BYTES);
		u8 *out = exactly(NULL, 0, room);
		size_t made;

		draft_start(&first, &random, FLAVOURS);
		draft_start(&second, &random, FLAVOURS);
		made = LLVMFuzzerCustomCrossOver((const u8 *)first.word, draft_bytes(&first), (const u8 *)second.word,
						 draft_bytes(&second), out, room, seed);
		EXPECT(made <= room);
		/* the first one's machine */
		EXPECT(made == 0 || memcmp(out, first.word, INPUT_HEAD) == 0);
		free(out);
	}
}

static void mutations_for_afl_fit(struct machine *m)
{
	void *mutator = afl_custom_init(NULL, 1);
	static u8 input[MOST_BYTES];
	size_t bytes = 0;
	int i;

	(void)m;
	for (i = 0; i < ROUNDS; i++) {
		u8 *out;

		bytes = afl_custom_fuzz(mutator, input, bytes, &out, NULL, 0, sizeof(input));
		EXPECT(bytes >= INPUT_HEAD && bytes <= sizeof(input));
		memcpy(input, out, bytes);
	}
	EXPECT_EQ(afl_custom_fuzz(mutator, input, bytes, &(u8 *){ NULL }, input, bytes, INPUT_HEAD - 1), 0);
	afl_custom_deinit(mutator);
}

static void oracles_by_name(struct machine *m)
{
	(void)m;
	EXPECT_EQ(oracle_bit("rules,model", 5), ORACLE_BIT(ORACLE_RULES));
	EXPECT_EQ(oracle_bit("bug", 3), ORACLE_BIT(ORACLE_BUG));
	EXPECT_EQ(oracle_bit("rule", 4), 0);
	EXPECT_EQ(oracle_bit("none", 4), 0);
}

static void print_one(FILE *file, struct machine *m, enum wire_op op, const struct call *call)
{
	print_call(file, m, op, call, machine_call(m, op, call));
}

#define PRINT(op, ...) \
	print_one(file, m, OP_##op, &(struct call){ .arg = { __VA_ARGS__ }, .result_handle = WIRE_NO_HANDLE })

static void print_finding(FILE *file, struct machine *m)
{
	const u64 rest[] = { le64(0x1000), le64(0x2000) };
	const struct call watch = { .arg = { 0 }, .rest = (const u8 *)rest, .rest_count = 2 };
	const struct verdict verdict = { ORACLE_RULES, OP_gmap_free, 2, "I1", "why", 0, false };

	print_header(file, 3);
	PRINT(s390_enable_sie, 0);
	PRINT(gmap_alloc, 0, 0x7fffffff);
	PRINT(gmap_translate, 0, 0x1000);
	PRINT(gmap_free, 7);
	PRINT(gmaps, 0);
	PRINT(inject, INJECT_kzalloc, 1);
	PRINT(gmap_alloc, 0, 0);
	PRINT(ptep_notify, 0, 0, WIRE_NO_ARGUMENT);
	print_one(file, m, OP_watch, &watch);
	PRINT(mmap, 0, 0x100000, 0x1000, 3, 0);
	PRINT(store, 0, 0x100000, 0xfe);
	PRINT(load, 0, 0x100000);
	PRINT(gmap_discard, 0, 0, 0x1000);
	print_call(file, m, OP_exit, &(struct call){ .arg = { 0 } }, (struct reply){ WIRE_BUG, BUG_no_vma });
	print_verdict(file, &verdict);
}

static void finding_is_printed_as_trace(struct machine *m)
{
	static const char expected[] =
		"# gmap-trace 1\n"
		"# kernel: linux-4.7\n"
		"# machine: cpus=3 storage=0x800000 max_segments=16\n"
		"s390_enable_sie(mm0) = 0\n"
		"gmap_alloc(mm0, 0x7fffffff) = g0\n"
		"gmap_translate(g0, 0x1000) = -EFAULT\n"
		"# refused: gmap_free(g7)\n"
		"gmaps(mm0) = [g0]\n"
		"inject(kzalloc, 1)\n"
		"gmap_alloc(mm0, 0x0) = NULL\n"
		"# refused: ptep_notify(mm0, 0x0)\n"
		"watch(mm0, 0x1000, 0x2000)\n"
		"mmap(mm0, 0x100000, 0x1000, 0x3, 0) = 0\n"
		"store(mm0, 0x100000, 0xfe) = 0\n"
		"load(mm0, 0x100000) = 0xfe\n"
		"gmap_discard(g0, 0x0, 0x1000)\n"
		"exit(mm0) = BUG\n"
		"rules: I1 (a gmap is on the list of its process exactly once, newest first, from its "
		"creation until it is freed or removed), after gmap_free (call 3): why\n";
	FILE *file = tmpfile();
	char printed[2048];
	size_t length;

	print_finding(file, m);
	rewind(file);
	length = fread(printed, 1, sizeof(printed) - 1, file);
	printed[length] = '\0';
	fclose(file);
	EXPECT_TEXT(printed, expected);
}

static void start(struct machine *m)
{
	(void)m;
	EXPECT_EQ(LLVMFuzzerInitialize(NULL, NULL), 0);
}

static void stop(struct machine *m)
{
	(void)m;
	judge_destroy(target.judge);
	fuzz_destroy(target.fuzz);
}

RUN_TESTS(TEST(start), TEST(mutations_fit), TEST(crossovers_fit), TEST(mutations_for_afl_fit), TEST(oracles_by_name),
	  TEST(finding_is_printed_as_trace), TEST(stop))
