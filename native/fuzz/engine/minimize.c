// SPDX-License-Identifier: GPL-2.0-only
/* A finding's input made small: what is left is what it takes. */
#include "core/linux/entries.h"
#include "fuzz/engine/fuzz.h"

struct minimizer {
	struct fuzz *fuzz;
	struct verdict wanted;
	struct verdict verdict; /* of the smallest input so far */
	struct draft best;
	struct draft tried;
	u64 tries;
};

static bool shows(struct minimizer *min, const u8 *input, size_t bytes)
{
	struct verdict verdict;

	min->tries++;
	if (fuzz_judge(min->fuzz, input, bytes, &verdict) || verdict.oracle != min->wanted.oracle ||
	    strcmp(verdict.rule, min->wanted.rule) != 0)
		return false;
	min->verdict = verdict;
	return true;
}

/* Takes what is in min->tried if it still shows the finding. */
static bool keep_if_shown(struct minimizer *min)
{
	if (!shows(min, (const u8 *)min->tried.word, draft_bytes(&min->tried)))
		return false;
	min->best = min->tried;
	return true;
}

/* Pieces of many operations, then of few, from the end on: what comes late is rarely needed by what comes early. */
static bool leave_out(struct minimizer *min)
{
	bool smaller = false;
	u32 size, end;

	for (size = min->best.count; size > 0; size /= 2) {
		for (end = min->best.count; end > 0; end = end > size ? end - size : 0) {
			u32 first = end > size ? end - size : 0;

			if (end > min->best.count)
				continue;
			min->tried = min->best;
			draft_remove(&min->tried, first, end - first);
			smaller |= keep_if_shown(min);
		}
	}
	return smaller;
}

static bool try_word(struct minimizer *min, u32 at, u64 value)
{
	u64 old = le64(min->best.word[at]);

	if (value >= old)
		return false;
	min->tried = min->best;
	min->tried.word[at] = le64(value);
	return keep_if_shown(min);
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

	if (head >> 32 == WIRE_NO_HANDLE)
		return false;
	min->tried = min->best;
	min->tried.word[at] = le64((head & 0xff00) | simple);
	return keep_if_shown(min);
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

	min->tried = min->best;
	min->tried.word[0] = le64(flavour_word(flavour - flavour % FUZZ_MACHINES));
	return flavour % FUZZ_MACHINES && keep_if_shown(min);
}

static bool make_smaller(struct minimizer *min)
{
	bool smaller = leave_out(min);

	smaller |= common_machine(min);
	smaller |= simplify(min);
	return smaller;
}

size_t fuzz_minimize(struct fuzz *fuzz, u8 *input, size_t bytes, struct verdict *verdict, u64 *tries)
{
	struct minimizer min = { .fuzz = fuzz };

	draft_read(&min.best, input, bytes);
	*tries = 1;
	/* one that shows nothing is left as it is, and so is one too short to be smaller */
	if (draft_bytes(&min.best) > bytes ||
	    fuzz_judge(fuzz, (const u8 *)min.best.word, draft_bytes(&min.best), &min.verdict)) {
		*verdict = min.verdict;
		return bytes;
	}
	min.wanted = min.verdict;
	while (make_smaller(&min))
		;
	*verdict = min.verdict;
	*tries = min.tries;
	memcpy(input, min.best.word, draft_bytes(&min.best));
	return draft_bytes(&min.best);
}
