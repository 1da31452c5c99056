// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/words.h"

#include "core/machine/memory.h"

/* A program can observe more than any machine has memory for: 1 GiB. */
#define MAX_WORDS ((size_t)1 << 27)

void words_add(struct words *words, u64 value)
{
	if (words->count == words->capacity) {
		size_t capacity = words->capacity ? 2 * words->capacity : 512;
		u64 *grown = words->failed || capacity > MAX_WORDS
				     ? NULL
				     : memory_grow(words->word, capacity * sizeof(*grown));

		if (!grown) {
			words->failed = true;
			return;
		}
		words->word = grown;
		words->capacity = capacity;
	}
	words->word[words->count++] = le64(value);
}

void words_free(struct words *words)
{
	memory_free(words->word);
	*words = (struct words){ 0 };
}
