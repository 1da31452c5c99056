/* SPDX-License-Identifier: GPL-2.0-only */
/* How long runs of a case take: of the processor, for this process, since others run meanwhile. */
#ifndef S390_GMAP_BENCH_STOPWATCH_H
#define S390_GMAP_BENCH_STOPWATCH_H

#include "cases.h"

/* Nanoseconds of a run, of so many. Of a case that has to be prepared: of as many as are worth it. */
double time_of(void (*run)(struct bench *b), void (*prepare)(struct bench *b), struct bench *b, long count);
/* How many runs are enough for the clock. */
long runs_of_round(void (*run)(struct bench *b), void (*prepare)(struct bench *b), struct bench *b);

int by_value(const void *a, const void *b); /* of doubles, for qsort */

#endif
