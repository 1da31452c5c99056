// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fuzzer adds to the bare interpreter, on the same programs: those that a fuzzer with a grown corpus makes.
 * Prints one JSON object: { "cases": [{ "name", "ns" of an operation, "ratio", "unit", "limit" }] }. With --runs N it
 * only fuzzes, without oracles, and prints the seconds that N programs took: for comparing with other engines.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fuzz/engine/fuzz.h"
#include "core/program/boot.h"

#define WARM_UP 30000
#define PROGRAMS 4000
#define ROUNDS 9
#define OPERATIONS 20

struct program {
	u8 *input;
	size_t bytes;
};

struct bench {
	struct fuzz *bare;   /* has the machines, and makes the programs */
	struct fuzz *guided; /* without oracles */
	struct fuzz *judged; /* with all of them */
	struct program programs[PROGRAMS];
	u64 operations; /* of all programs */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A fuzzer whose corpus has grown. */
static struct fuzz *warm_fuzzer(u32 oracles)
{
	struct fuzz_options options;
	struct fuzz *fuzz;
	const char *error;

	fuzz_default_options(&options);
	options.oracles = oracles;
	options.max_operations = OPERATIONS;
	options.fail_each = false;
	fuzz = fuzz_create(&options, &error);
	if (!fuzz || fuzz_run(fuzz, WARM_UP, &error) < WARM_UP) {
		fprintf(stderr, "bench: the fuzzer %s\n", error ? error : "found something");
		exit(1);
	}
	return fuzz;
}

static u64 run_bare(struct fuzz *fuzz, const struct program *program)
{
	struct machine *m = fuzz_machine(fuzz, input_flavour(program->input, program->bytes));
	size_t bytes;
	const u8 *code = input_program(program->input, program->bytes, &bytes);
	int snapshot = machine_snapshot(m);
	u64 operations;

	m->options.check_locks = false;
	operations = machine_run(m, code, bytes, NULL);
	machine_restore(m, snapshot);
	machine_forget(m, snapshot);
	return operations;
}

static void make_programs(struct bench *b)
{
	size_t i;

	for (i = 0; i < PROGRAMS; i++) {
		struct program *program = &b->programs[i];
		const u8 *input = fuzz_make(b->bare, &program->bytes);

		program->input = malloc(program->bytes);
		if (!program->input)
			exit(1);
		memcpy(program->input, input, program->bytes);
		b->operations += run_bare(b->bare, program);
	}
}

static double time_bare(struct bench *b)
{
	double start = now();
	size_t i;

	for (i = 0; i < PROGRAMS; i++)
		run_bare(b->bare, &b->programs[i]);
	return now() - start;
}

/* Making them is part of fuzzing too. */
static double time_fuzzing(struct bench *b, struct fuzz *fuzz)
{
	double start = now();
	size_t i, bytes;

	for (i = 0; i < PROGRAMS; i++) {
		fuzz_make(b->bare, &bytes);
		fuzz_add(fuzz, b->programs[i].input, b->programs[i].bytes);
	}
	return now() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void measure(struct bench *b, struct fuzz *fuzz, const char *name, double limit, bool last)
{
	double ns[ROUNDS], ratios[ROUNDS];
	int round;

	time_fuzzing(b, fuzz); /* what is new about them is not new any more */
	for (round = 0; round < ROUNDS; round++) {
		double before = time_bare(b);
		double own = time_fuzzing(b, fuzz);
		double after = time_bare(b);

		ns[round] = own / (double)b->operations;
		ratios[round] = own / ((before + after) / 2);
	}
	qsort(ns, ROUNDS, sizeof(*ns), by_value);
	qsort(ratios, ROUNDS, sizeof(*ratios), by_value);
	printf("  {\"name\": \"%s\", \"ns\": %.1f, \"unit\": \"the bare interpreter\", \"ratio\": %.4f, \"limit\": "
	       "%.1f}%s\n",
	       name, ns[ROUNDS / 2], ratios[ROUNDS / 2], limit, last ? "" : ",");
}

static int only_fuzz(u64 runs)
{
	struct fuzz *fuzz = warm_fuzzer(0);
	const char *error;
	double start = now();

	fuzz_run(fuzz, runs, &error);
	printf("{\"seconds\": %.3f}\n", (now() - start) / 1e9);
	fuzz_destroy(fuzz);
	return error != NULL;
}

int main(int argc, char **argv)
{
	static struct bench b;

	if (argc == 3 && strcmp(argv[1], "--runs") == 0)
		return only_fuzz(strtoull(argv[2], NULL, 0));
	b.bare = warm_fuzzer(0);
	b.guided = warm_fuzzer(0);
	b.judged = warm_fuzzer(ORACLES_ALL);
	make_programs(&b);
	printf("{\n \"cases\": [\n");
	measure(&b, b.guided, "fuzzing, an operation, without oracles", 2, false);
	measure(&b, b.judged, "fuzzing, an operation, with all oracles", 10, true);
	printf(" ]\n}\n");
	fuzz_destroy(b.bare);
	fuzz_destroy(b.guided);
	fuzz_destroy(b.judged);
	return 0;
}
