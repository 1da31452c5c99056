// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of native/core/machine/memory.c in an addon of which a test says which request of memory fails. The test and this
 * code talk by variables of the environment, which process.env reads and sets as they are.
 *
 *	S390_GMAP_FAIL_AT=N	the N-th request from now on fails; it is unset when that is heard
 *	S390_GMAP_REQUESTS	how many there were since
 *	S390_GMAP_FAILED	1: that one was made
 */
#define _POSIX_C_SOURCE 200112L
#include "core/test/memory_fails.c"

#include <stdio.h>

_Thread_local struct memory_test memory_test;

static void tell(const char *name, u64 value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	setenv(name, text, 1);
}

static void ask(void)
{
	const char *wanted = getenv("S390_GMAP_FAIL_AT");

	if (wanted) {
		memory_fail_at(strtoull(wanted, NULL, 10));
		unsetenv("S390_GMAP_FAIL_AT");
	}
	tell("S390_GMAP_REQUESTS", memory_test.requests + 1);
	tell("S390_GMAP_FAILED", memory_test.requests + 1 == memory_test.fails_at || memory_test.failed);
}

__attribute__((constructor)) static void begin(void)
{
	memory_test.before = ask;
}
