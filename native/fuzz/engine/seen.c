// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/seen.h"

#include "core/machine/memory.h"

/* As many features as a short campaign meets; 128 KiB. */
#define FIRST_SIZE ((u64)1 << 14)

bool seen_create(struct seen *seen)
{
	*seen = (struct seen){ .word = memory_take(FIRST_SIZE, sizeof(u64)), .size = FIRST_SIZE };
	return seen->word != NULL;
}

void seen_destroy(struct seen *seen)
{
	memory_free(seen->word);
}

/* Where the word is, or the free place for it. */
static u64 *place_of(const struct seen *seen, u64 word)
{
	u64 i = (word * 0x9e3779b97f4a7c15ULL) >> 32;

	while (seen->word[i & (seen->size - 1)] && seen->word[i & (seen->size - 1)] != word)
		i++;
	return &seen->word[i & (seen->size - 1)];
}

static bool grow(struct seen *seen)
{
	struct seen grown = { .word = memory_take(2 * seen->size, sizeof(u64)), .size = 2 * seen->size };
	u64 i;

	if (!grown.word)
		return false;
	for (i = 0; i < seen->size; i++)
		if (seen->word[i])
			*place_of(&grown, seen->word[i]) = seen->word[i];
	grown.count = seen->count;
	memory_free(seen->word);
	*seen = grown;
	return true;
}

enum seen_answer seen_add(struct seen *seen, u64 word)
{
	u64 *place = place_of(seen, word);

	if (*place)
		return SEEN_BEFORE;
	if (2 * (seen->count + 1) > seen->size) {
		if (!grow(seen))
			return SEEN_NO_MEMORY;
		place = place_of(seen, word);
	}
	*place = word;
	seen->count++;
	return SEEN_FIRST;
}
