/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that are linked with memory_fails.c have it in place of core/machine/memory.c: which request finds no memory is
 * said here, and what was not given back is counted. In others there are no requests.
 */
#ifndef S390_GMAP_TEST_MEMORY_FAILS_H
#define S390_GMAP_TEST_MEMORY_FAILS_H

#include "core/machine/types.h"

struct memory_test {
	u64 requests;	      /* since whoever looks set it to 0 */
	u64 fails_at;	      /* the number of the request that finds none, from 1 on; 0: each finds some */
	bool failed;	      /* it was made */
	s64 live;	      /* what was taken and not given back */
	void (*before)(void); /* called before each request, if somebody wants to know */
};

/* In test.c. */
extern _Thread_local struct memory_test memory_test;

/* From now on the n-th request fails; 0: none. */
static inline void memory_fail_at(u64 n)
{
	memory_test.requests = 0;
	memory_test.fails_at = n;
	memory_test.failed = false;
}

#endif
