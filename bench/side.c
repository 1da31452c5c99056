// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of two programs that are made of the same cases, and of another gmap.c each.
 *
 *	side --list		the cases' names, one a line
 *	side			reads the number of a case from each line, and prints how many nanoseconds a run of it takes
 *	side --run CASE COUNT	makes so many runs of it, for somebody who counts instructions in run_once()
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "stopwatch.h"

struct opened {
	struct bench bench;
	long count; /* runs of a round; 0: it was not set up */
};

static struct opened opened[BENCH_CASES];

static const struct bench_case *case_of(const char *text)
{
	unsigned long i = strtoul(text, NULL, 10);

	if (i < BENCH_CASES)
		return &bench_cases[i];
	fprintf(stderr, "side: there is no case %s\n", text);
	exit(2);
}

static struct opened *open_case(const struct bench_case *one)
{
	struct opened *o = &opened[one - bench_cases];

	if (!o->count) {
		one->setup(&o->bench);
		o->count = runs_of_round(one->run, one->prepare, &o->bench);
	}
	return o;
}

static void answer_lines(void)
{
	char line[64];

	while (fgets(line, sizeof(line), stdin)) {
		const struct bench_case *one = case_of(line);
		struct opened *o = open_case(one);

		printf("%.3f\n", time_of(one->run, one->prepare, &o->bench, o->count));
		fflush(stdout);
	}
}

void run_once(const struct bench_case *one, struct bench *b);

/* What is counted: nothing of it may end up in its caller. */
noinline void run_once(const struct bench_case *one, struct bench *b)
{
	one->run(b);
}

static void run_some(const struct bench_case *one, long count)
{
	struct bench b = { 0 };
	long i;

	one->setup(&b);
	for (i = 0; i < count; i++) {
		if (one->prepare && i % PREPARED_RUNS == 0)
			one->prepare(&b);
		run_once(one, &b);
	}
}

static void list(void)
{
	size_t i;

	for (i = 0; i < BENCH_CASES; i++)
		printf("%s\n", bench_cases[i].name);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--list") == 0)
		list();
	else if (argc == 4 && strcmp(argv[1], "--run") == 0)
		run_some(case_of(argv[2]), strtol(argv[3], NULL, 10));
	else
		answer_lines();
	return 0;
}
