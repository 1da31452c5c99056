// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fuzz target for libFuzzer, and for engines that take libFuzzer's targets: AFL++ (its driver), Honggfuzz. An input
 * is that of flavour.h. All oracles judge it, or those that the environment variable S390_GMAP_ORACLES names, as in
 * "rules,model"; "bug": only what no program may cause. What is found is printed and ends the process by abort(), so
 * that the engine keeps the input.
 */
#include <stdlib.h>

#include "fuzz/engine/fuzz.h"
#include "fuzz/engine/random.h"
#include "fuzz/targets/target_print.h"

struct target {
	struct fuzz *fuzz; /* has the machines */
	struct judge *judge;
	struct draft draft;
	struct draft other;
};

/* The one global of the target: the engines' functions have no argument to hand it on. */
static struct target target;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const u8 *input, size_t bytes);
size_t LLVMFuzzerCustomMutator(u8 *input, size_t bytes, size_t max_bytes, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const u8 *first, size_t first_bytes, const u8 *second, size_t second_bytes, u8 *out,
				 size_t max_bytes, unsigned int seed);
/* The engine's own mutations of bytes, where it has some. */
__attribute__((weak)) size_t LLVMFuzzerMutate(u8 *input, size_t bytes, size_t max_bytes);

/* The bit of the oracle with that name; 0 if there is none. */
static u32 oracle_bit(const char *name, size_t length)
{
	enum oracle oracle;

	for (oracle = ORACLE_NONE + 1; oracle < ORACLES; oracle++)
		if (strlen(oracle_name(oracle)) == length && strncmp(oracle_name(oracle), name, length) == 0)
			return ORACLE_BIT(oracle);
	return 0;
}

static u32 wanted_oracles(void)
{
	const char *names = getenv("S390_GMAP_ORACLES");
	u32 oracles = 0;

	if (!names)
		return ORACLES_ALL;
	while (*names) {
		size_t length = strcspn(names, ",");
		u32 bit = oracle_bit(names, length);

		if (!bit) {
			fprintf(stderr,
				"S390_GMAP_ORACLES: there is no oracle \"%.*s\"; use some of rules, hardware, model, "
				"locks, leaks, bug, with commas between them\n",
				(int)length, names);
			exit(2);
		}
		oracles |= bit;
		names += length + (names[length] == ',');
	}
	return oracles;
}

/* All of them now: an input that comes first on its machine must not seem to reach more than others. */
static bool make_machines(void)
{
	u32 flavour;

	for (flavour = 0; flavour < FLAVOURS; flavour++)
		if (!fuzz_machine(target.fuzz, flavour))
			return false;
	return true;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct fuzz_options options;
	const char *error;

	(void)argc;
	(void)argv;
	fuzz_default_options(&options);
	options.oracles = 0;
	options.kernel = ANY_KERNEL;
	target.fuzz = fuzz_create(&options, &error);
	target.judge = judge_create(wanted_oracles() | ORACLE_BIT(ORACLE_BUG));
	if (!target.fuzz || !target.judge || !make_machines()) {
		fprintf(stderr, "no memory for the fuzzer and its machines\n");
		exit(2);
	}
	return 0;
}

static bool print_step(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	print_call(stderr, context, op, call, reply);
	return true;
}

static void nothing(void *context)
{
	(void)context;
}

/* Runs it again, so that the first operation that is wrong is named and the calls up to it are printed. */
static void report(struct machine *m, u32 flavour, const u8 *program, size_t bytes, const struct verdict *seen)
{
	const struct watcher printer = { print_step, nothing, m };
	struct verdict verdict;

	print_header(stderr, flavour);
	judge_watch(target.judge, &printer);
	if (judge_run(target.judge, m, program, bytes, true, &verdict))
		verdict = *seen;
	print_verdict(stderr, &verdict);
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t bytes)
{
	u32 flavour = input_flavour(input, bytes);
	struct machine *m = fuzz_machine(target.fuzz, flavour);
	size_t program_bytes;
	const u8 *program = input_program(input, bytes, &program_bytes);
	struct verdict verdict;

	if (judge_run(target.judge, m, program, program_bytes, false, &verdict))
		return 0;
	report(m, flavour, program, program_bytes, &verdict);
	abort();
}

/* Writes the draft, without as many of its last operations as there is no room for. */
static size_t write_draft(struct draft *draft, u8 *out, size_t max_bytes)
{
	while (draft->count && draft_bytes(draft) > max_bytes)
		draft_remove(draft, draft->count - 1, 1);
	if (draft_bytes(draft) > max_bytes)
		return 0;
	memcpy(out, draft->word, draft_bytes(draft));
	return draft_bytes(draft);
}

/* What mutations of bytes made of an input: other fuzzers have no room for one that is too long. */
static size_t cut(u8 *input, size_t bytes, size_t max_bytes)
{
	if (input_fits(input, bytes, NULL, 0))
		return bytes;
	draft_read(&target.draft, input, bytes);
	return write_draft(&target.draft, input, max_bytes);
}

/* Mostly operations are changed; now and then bytes, for what the engine knows of them: comparisons, its dictionary. */
size_t LLVMFuzzerCustomMutator(u8 *input, size_t bytes, size_t max_bytes, unsigned int seed)
{
	const struct donor donor = { .input = input, .bytes = bytes, .draft = &target.other };
	u64 random = seed;

	if (LLVMFuzzerMutate && (max_bytes < INPUT_HEAD || one_in(&random, 8)))
		return cut(input, LLVMFuzzerMutate(input, bytes, max_bytes), max_bytes);
	if (bytes <= INPUT_HEAD)
		draft_start(&target.draft, &random, FLAVOURS);
	else
		draft_read(&target.draft, input, bytes);
	draft_mutate(&target.draft, &random, &donor, MAX_OPERATIONS);
	return write_draft(&target.draft, input, max_bytes);
}

/* The beginning of one and the end of the other. */
size_t LLVMFuzzerCustomCrossOver(const u8 *first, size_t first_bytes, const u8 *second, size_t second_bytes, u8 *out,
				 size_t max_bytes, unsigned int seed)
{
	struct draft *draft = &target.draft;
	struct draft *other = &target.other;
	u64 random = seed;
	u32 at, from;
	size_t words;

	draft_read(draft, first, first_bytes);
	draft_read(other, second, second_bytes);
	at = draft->at[random_below(&random, draft->count + 1)];
	from = other->at[random_below(&random, other->count + 1)];
	words = other->at[other->count] - from;
	if (words > MAX_WORDS - at)
		words = MAX_WORDS - at;
	memcpy(draft->word + at, other->word + from, words * sizeof(u64));
	memcpy(other->word, draft->word, (at + words) * sizeof(u64));
	draft_read(draft, (const u8 *)other->word, (at + words) * sizeof(u64));
	return write_draft(draft, out, max_bytes);
}
