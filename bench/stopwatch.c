// SPDX-License-Identifier: GPL-2.0-only
#define _POSIX_C_SOURCE 199309L
#include "stopwatch.h"

#include <stdlib.h>
#include <time.h>

#define ROUND_NS 6000000.0
#define PREPARED_BATCHES 200

static double clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/*
 * The median of the batches, by the clock on the wall. The processor's clock is a system call, which would be a part of so short a
 * time; and whoever else ran made only some batches longer.
 */
static double prepared_time_of(void (*run)(struct bench *b), void (*prepare)(struct bench *b), struct bench *b)
{
	double ns[PREPARED_BATCHES];
	int batch, i;

	for (batch = 0; batch < PREPARED_BATCHES; batch++) {
		double start;

		prepare(b);
		start = clock_ns(CLOCK_MONOTONIC);
		for (i = 0; i < PREPARED_RUNS; i++)
			run(b);
		ns[batch] = (clock_ns(CLOCK_MONOTONIC) - start) / PREPARED_RUNS;
	}
	qsort(ns, PREPARED_BATCHES, sizeof(*ns), by_value);
	return ns[PREPARED_BATCHES / 2];
}

double time_of(void (*run)(struct bench *b), void (*prepare)(struct bench *b), struct bench *b, long count)
{
	double start;
	long i;

	if (prepare)
		return prepared_time_of(run, prepare, b);
	start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < count; i++)
		run(b);
	return (clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start) / (double)count;
}

long runs_of_round(void (*run)(struct bench *b), void (*prepare)(struct bench *b), struct bench *b)
{
	double one = time_of(run, prepare, b, 16);

	return one > ROUND_NS ? 1 : (long)(ROUND_NS / (one > 1 ? one : 1)) + 1;
}
