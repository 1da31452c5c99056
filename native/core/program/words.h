/* SPDX-License-Identifier: GPL-2.0-only */
/* Words in the wire format, one after the other. */
#ifndef S390_GMAP_WORDS_H
#define S390_GMAP_WORDS_H

#include "core/machine/types.h"

/* Words that grow, to 1 GiB at most. Once memory runs out everything more is dropped and `failed` set. */
struct words {
	u64 *word;
	size_t count;
	size_t capacity;
	bool failed;
};

/* Adds one word, in the wire format's byte order. */
void words_add(struct words *words, u64 value);
void words_free(struct words *words);

#endif
