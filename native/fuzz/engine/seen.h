/* SPDX-License-Identifier: GPL-2.0-only */
/* A set of words that grows: the features that were ever seen. No two are taken for one, however many there are. */
#ifndef S390_GMAP_SEEN_H
#define S390_GMAP_SEEN_H

#include "core/machine/types.h"

struct seen {
	u64 *word; /* 0: a free place */
	u64 size;  /* places, a power of two; at most half of them are used */
	u64 count;
};

/* False without memory. */
bool seen_create(struct seen *seen);
void seen_destroy(struct seen *seen);
enum seen_answer {
	SEEN_BEFORE,
	SEEN_FIRST, /* it is in the set from now on */
	SEEN_NO_MEMORY,
};
/* `word` is not 0. */
enum seen_answer seen_add(struct seen *seen, u64 word);

#endif
