// SPDX-License-Identifier: GPL-2.0-only
/* Mutations of programs for AFL++: a shared library, AFL_CUSTOM_MUTATOR_LIBRARY. Its own mutations of bytes go on. */
#include "core/machine/memory.h"
#include "fuzz/engine/mutate.h"

/* AFL++ hands it back to each function. */
struct mutator {
	u64 random;
	struct draft draft;
	struct draft other;
};

void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *context, u8 *input, size_t bytes, u8 **out, const u8 *other, size_t other_bytes,
		       size_t max_bytes);
void afl_custom_deinit(void *context);

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct mutator *mutator = memory_take(1, sizeof(*mutator));

	(void)afl;
	if (mutator)
		mutator->random = seed;
	return mutator;
}

/* `other` is another input of its queue. */
size_t afl_custom_fuzz(void *context, u8 *input, size_t bytes, u8 **out, const u8 *other, size_t other_bytes,
		       size_t max_bytes)
{
	struct mutator *mutator = context;
	struct draft *draft = &mutator->draft;
	const struct donor donor = { .input = other, .bytes = other ? other_bytes : 0, .draft = &mutator->other };

	draft_read(draft, input, bytes);
	draft_mutate(draft, &mutator->random, &donor, MAX_OPERATIONS);
	while (draft->count && draft_bytes(draft) > max_bytes)
		draft_remove(draft, draft->count - 1, 1);
	*out = (u8 *)draft->word;
	return draft_bytes(draft) > max_bytes ? 0 : draft_bytes(draft);
}

void afl_custom_deinit(void *context)
{
	memory_free(context);
}
