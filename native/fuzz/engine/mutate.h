/* SPDX-License-Identifier: GPL-2.0-only */
/* Inputs from other inputs: operations inserted, removed, repeated, taken from elsewhere, and their arguments changed. */
#ifndef S390_GMAP_MUTATE_H
#define S390_GMAP_MUTATE_H

#include "fuzz/engine/flavour.h"

#define MAX_OPERATIONS 128
#define MAX_WORDS 1024 /* of an input, its first word counted in */
#define MAX_INPUT (MAX_WORDS * sizeof(u64))

/* An input taken apart: the words, and where each operation begins; at[count] is the end. */
struct draft {
	u64 word[MAX_WORDS];
	u32 at[MAX_OPERATIONS + 1];
	u32 count;
};

/*
 * Whether a draft has room for the input. If not, `text` says how much it has and how much there can be: "1000 operations
 * where 128 are the limit".
 */
bool input_fits(const u8 *input, size_t bytes, char *text, size_t size);
/* What there is no room for is left out, and so is a record that is cut off. */
void draft_read(struct draft *draft, const u8 *input, size_t bytes);
static inline size_t draft_bytes(const struct draft *draft)
{
	return draft->at[draft->count] * sizeof(u64);
}
/* A new input. `flavour`: FLAVOURS for any. */
void draft_start(struct draft *draft, u64 *random, u32 flavour);
/* An input to take operations from; it is taken apart only when it is needed, into `draft`. */
struct donor {
	const u8 *input;
	size_t bytes;
	struct draft *draft;
};

/* Changes it in one to four places; it has at most `most` operations then. */
void draft_mutate(struct draft *draft, u64 *random, const struct donor *donor, u32 most);
void draft_remove(struct draft *draft, u32 first, u32 count);
void draft_set_kernel(struct draft *draft, u32 kernel);

#endif
