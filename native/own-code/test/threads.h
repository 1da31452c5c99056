/* SPDX-License-Identifier: GPL-2.0-only */
/* What a library of a code does for a program that loads several: it must be called by these types. */
#ifndef S390_GMAP_OWN_TEST_THREADS_H
#define S390_GMAP_OWN_TEST_THREADS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Random programs that follow from the seed, on machines of their own that are of that kernel. Answers a hash of those that did
 * something new; 0 if there is no memory. `race`: it stores to what all threads have in common.
 */
typedef uint64_t run_programs_fn(const char *kernel, uint64_t seed, bool race);
#define RUN_PROGRAMS "own_run_programs"

#endif
