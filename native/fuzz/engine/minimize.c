// SPDX-License-Identifier: GPL-2.0-only
/* A finding's input made small: what is left is what it takes. */
#include "core/linux/entries.h"
#include "core/machine/memory.h"
#include "fuzz/engine/fuzz.h"

/* An input of any length taken apart: its words, and where each operation begins; at[count] is the end. */
struct program {
	u64 *word;
	u32 *at;
	u32 count;
};

struct minimizer {
	struct fuzz *fuzz;
	struct verdict wanted;
	struct verdict verdict; /* of the smallest input so far */
	struct program best;
	u64 *tried; /* room for another one */
	u64 tries;
};

static size_t program_bytes(const struct program *program)
{
	return program->at[program->count] * sizeof(u64);
}

/* Finds the operations among so many words; one that is cut off is left out. */
static void take_apart(struct program *program, u32 words)
{
	const u8 *bytes = (const u8 *)program->word;
	struct record record;
	size_t size;

	program->count = 0;
	program->at[0] = 1;
	while ((size = record_read(bytes + program_bytes(program), words * sizeof(u64) - program_bytes(program),
				   &record))) {
		u32 end = program->at[program->count] + (u32)(size / sizeof(u64));

		program->at[++program->count] = end;
	}
}

static bool min_create(struct minimizer *min, const u8 *input, size_t bytes)
{
	size_t words = bytes < INPUT_HEAD ? 1 : bytes / sizeof(u64);

	min->best.word = memory_take(words, sizeof(u64));
	min->best.at = memory_take(words + 1, sizeof(u32));
	min->tried = memory_take(words, sizeof(u64));
	if (!min->best.word || !min->best.at || !min->tried)
		return false;
	if (bytes)
		memcpy(min->best.word, input, bytes < INPUT_HEAD ? bytes : words * sizeof(u64));
	take_apart(&min->best, (u32)words);
	return true;
}

static void min_destroy(struct minimizer *min)
{
	memory_free(min->best.word);
	memory_free(min->best.at);
	memory_free(min->tried);
}

static bool shows(struct minimizer *min, const u64 *words, size_t bytes)
{
	struct verdict verdict;

	/* whoever asked is told that there is none, and not what was found up to here */
	if (fuzz_lacked_memory(min->fuzz))
		return false;
	min->tries++;
	if (fuzz_judge(min->fuzz, (const u8 *)words, bytes, &verdict) || verdict.oracle != min->wanted.oracle ||
	    strcmp(verdict.rule, min->wanted.rule) != 0)
		return false;
	min->verdict = verdict;
	return true;
}

/* Takes the operations from `first` to before `end` away if the finding is shown without them. */
static bool try_without(struct minimizer *min, u32 first, u32 end)
{
	struct program *best = &min->best;
	u32 before = best->at[first];
	u32 after = best->at[best->count] - best->at[end];

	memcpy(min->tried, best->word, before * sizeof(u64));
	memcpy(min->tried + before, best->word + best->at[end], after * sizeof(u64));
	if (!shows(min, min->tried, (before + after) * sizeof(u64)))
		return false;
	memcpy(best->word, min->tried, (before + after) * sizeof(u64));
	take_apart(best, before + after);
	return true;
}

/* Changes a word if the finding is still shown then. */
static bool try_instead(struct minimizer *min, u32 at, u64 value)
{
	u64 old = min->best.word[at];

	min->best.word[at] = le64(value);
	if (shows(min, min->best.word, program_bytes(&min->best)))
		return true;
	min->best.word[at] = old;
	return false;
}

/* Pieces of many operations, then of few, from the end on: what comes late is rarely needed by what comes early. */
static bool leave_out(struct minimizer *min)
{
	bool smaller = false;
	u32 size, end;

	for (size = min->best.count; size > 0; size /= 2) {
		for (end = min->best.count; end > 0; end = end > size ? end - size : 0) {
			if (end <= min->best.count)
				smaller |= try_without(min, end > size ? end - size : 0, end);
		}
	}
	return smaller;
}

static bool try_word(struct minimizer *min, u32 at, u64 value)
{
	return value < le64(min->best.word[at]) && try_instead(min, at, value);
}

/* 0, then one page or segment, then rounder, then half. */
static bool rounder(struct minimizer *min, u32 at)
{
	u64 old = le64(min->best.word[at]);

	return try_word(min, at, 0) || try_word(min, at, 1) || try_word(min, at, PAGE_SIZE) ||
	       try_word(min, at, PMD_SIZE) || try_word(min, at, (u64)1 << 40) ||
	       try_word(min, at, old & ~(PUD_SIZE - 1)) || try_word(min, at, old & PMD_MASK) ||
	       try_word(min, at, old & PAGE_MASK) || try_word(min, at, old & 0xffffffffff);
}

/* The handle that a new object gets: the lowest free one. */
static bool simpler_head(struct minimizer *min, u32 at)
{
	u64 head = le64(min->best.word[at]);
	u64 simple = (head & 0xff) % WIRE_OPS | (u64)WIRE_NO_HANDLE << 32;

	return head >> 32 != WIRE_NO_HANDLE && try_instead(min, at, (head & 0xff00) | simple);
}

static bool simplify(struct minimizer *min)
{
	bool simpler = false;
	u32 i, at;

	for (i = 0; i < min->best.count; i++) {
		simpler |= simpler_head(min, min->best.at[i]);
		for (at = min->best.at[i] + 1; at < min->best.at[i + 1]; at++)
			simpler |= rounder(min, at);
	}
	return simpler;
}

/* Another machine only if the finding needs it. */
static bool common_machine(struct minimizer *min)
{
	u32 flavour = input_flavour((const u8 *)min->best.word, INPUT_HEAD);

	return flavour % FUZZ_MACHINES && try_instead(min, 0, flavour_word(flavour - flavour % FUZZ_MACHINES));
}

static bool make_smaller(struct minimizer *min)
{
	bool smaller = leave_out(min);

	smaller |= common_machine(min);
	smaller |= simplify(min);
	return smaller;
}

/* Answers how many bytes are left. */
static size_t minimize(struct minimizer *min, u8 *input, size_t bytes)
{
	size_t whole = program_bytes(&min->best);

	/* one that shows nothing is left as it is, and so is one too short to be smaller */
	if (whole > bytes || fuzz_judge(min->fuzz, (const u8 *)min->best.word, whole, &min->verdict))
		return bytes;
	min->wanted = min->verdict;
	while (make_smaller(min))
		;
	memcpy(input, min->best.word, program_bytes(&min->best));
	return program_bytes(&min->best);
}

size_t fuzz_minimize(struct fuzz *fuzz, u8 *input, size_t bytes, struct verdict *verdict, u64 *tries)
{
	struct minimizer min = { .fuzz = fuzz };

	fuzz_lacks_memory(fuzz, !min_create(&min, input, bytes));
	if (!fuzz_lacked_memory(fuzz))
		bytes = minimize(&min, input, bytes);
	min_destroy(&min);
	*verdict = min.verdict;
	/* to see whether it shows anything takes one */
	*tries = min.tries ? min.tries : 1;
	return bytes;
}
