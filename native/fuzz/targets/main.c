// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fuzzer without Node: for the mutants, for coverage of a corpus, and for machines that have only a C compiler.
 *
 *	fuzz_main [--seed S] [--runs N] [--total N] [--seconds T] [--cpu-seconds T] [--pace T] [--kernel NAME|any]
 *		  [--oracles MASK] [--operations N] [--json]
 *		runs until something was found, or the runs, the total of operations or the seconds (by the clock, or of
 *		CPU time) are over; --pace prints how far it is every T seconds of CPU time
 *	fuzz_main [--kernel NAME] [--oracles MASK] [--bare] [--pass] FILE…
 *		judges inputs of any length, each on the kernel that it asks for, or on NAME; --bare only runs them, as the
 *		fuzzer would, --pass does not mind what is found
 *
 * Exit status 0: nothing found; 1: something was found; 2: wrong use, or no memory.
 */
#define _POSIX_C_SOURCE 200809L
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/check/invariants.h"
#include "core/machine/memory.h"
#include "fuzz/engine/fuzz.h"

#define SLICE 256

struct settings {
	struct fuzz_options options;
	u64 runs;
	u64 total; /* operations */
	double cpu_seconds;
	double pace;
	double seconds;
	bool kernel; /* was asked for */
	bool json;
	bool bare;
	bool pass;
};

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

static double cpu_now(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void print_json_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if ((unsigned char)*text >= ' ')
			putchar(*text);
	}
}

static void print_verdict(const struct verdict *verdict, bool json)
{
	const char *op = op_infos[verdict->op].name;
	char rule[256];

	if (!json) {
		invariant_explain(verdict->rule, rule, sizeof(rule));
		printf("%s: %s, after %s (call %llu): %s\n", oracle_name(verdict->oracle), rule, op,
		       (unsigned long long)verdict->operation + 1, verdict->text);
		return;
	}
	printf("{\"oracle\": \"%s\", \"rule\": \"", oracle_name(verdict->oracle));
	print_json_text(verdict->rule);
	printf("\", \"op\": \"%s\", \"operation\": %llu, \"text\": \"", op, (unsigned long long)verdict->operation);
	print_json_text(verdict->text);
	printf("\"}");
}

/* So that somebody else can judge it. */
static void print_input(const struct finding *finding, const char *before)
{
	size_t i;

	printf("%s\"", before);
	for (i = 0; i < finding->bytes; i++)
		printf("%02x", finding->input[i]);
	printf("\"");
}

static void print_known(const struct fuzz_stats *s)
{
	u32 i;

	for (i = 0; i < KNOWN_DEFECTS; i++)
		if (s->known[i])
			printf("known: %s, in %llu runs: %s\n", known_infos[i].id, (unsigned long long)s->known[i],
			       known_infos[i].text);
}

/* A line of JSON each time that `pace` seconds of CPU time are over. */
static void print_pace(const struct fuzz_stats *s, double pace, double *next)
{
	double cpu = cpu_now();

	if (cpu < *next)
		return;
	printf("{\"cpu\": %.3f, \"runs\": %llu, \"operations\": %llu, \"edges\": %llu, \"corpus\": %llu}\n", cpu,
	       (unsigned long long)s->runs, (unsigned long long)s->operations, (unsigned long long)s->edges,
	       (unsigned long long)s->corpus);
	fflush(stdout);
	while (*next <= cpu)
		*next += pace;
}

static bool is_over(const struct settings *settings, const struct fuzz_stats *s, double start)
{
	return s->operations >= settings->total || (s->findings && !settings->pass) ||
	       now() - start >= settings->seconds || cpu_now() >= settings->cpu_seconds;
}

static void print_summary(const struct fuzz *fuzz, const struct settings *settings, double seconds)
{
	struct fuzz_stats s;
	u64 i;

	fuzz_get_stats(fuzz, &s);
	if (!settings->json) {
		for (i = 0; i < s.findings; i++)
			print_verdict(&fuzz_finding(fuzz, i)->verdict, false);
		print_known(&s);
		printf("%llu runs, %.0f operations/s, %llu edges, %llu findings, hash %016llx\n",
		       (unsigned long long)s.runs, (double)s.operations / seconds, (unsigned long long)s.edges,
		       (unsigned long long)s.findings, (unsigned long long)fuzz_hash(fuzz));
		return;
	}
	printf("{\"runs\": %llu, \"operations\": %llu, \"edges\": %llu, \"corpus\": %llu, \"hash\": \"%016llx\", "
	       "\"seconds\": %.3f, \"cpuSeconds\": %.3f, \"findings\": [",
	       (unsigned long long)s.runs, (unsigned long long)s.operations, (unsigned long long)s.edges,
	       (unsigned long long)s.corpus, (unsigned long long)fuzz_hash(fuzz), seconds, cpu_now());
	for (i = 0; i < s.findings; i++) {
		printf(i ? ", " : "");
		print_verdict(&fuzz_finding(fuzz, i)->verdict, true);
	}
	printf("], \"inputs\": [");
	for (i = 0; i < s.findings; i++)
		print_input(fuzz_finding(fuzz, i), i ? ", " : "");
	printf("]}\n");
}

static int run(struct fuzz *fuzz, const struct settings *settings)
{
	double start = now();
	struct fuzz_stats s;
	const char *error = NULL;
	u64 left = settings->runs;
	double next = settings->pace;

	do {
		left -= fuzz_run(fuzz, left < SLICE ? left : SLICE, &error);
		fuzz_get_stats(fuzz, &s);
		if (settings->pace > 0)
			print_pace(&s, settings->pace, &next);
	} while (left && !error && !is_over(settings, &s, start));
	if (error)
		fprintf(stderr, "fuzz_main: %s\n", error);
	print_summary(fuzz, settings, now() - start);
	if (s.findings)
		return 1;
	return error ? 2 : 0;
}

static noreturn_fn void fail(const char *path, const char *why)
{
	fprintf(stderr, "fuzz_main: %s: %s\n", path, why);
	exit(2);
}

/* All of it, however long. */
static u8 *read_file(const char *path, size_t *bytes)
{
	FILE *file = fopen(path, "rb");
	size_t room = MAX_INPUT;
	u8 *input = NULL;

	if (!file)
		fail(path, strerror(errno));
	*bytes = 0;
	do {
		room *= 2;
		input = memory_grow(input, room);
		if (!input)
			fail(path, "no memory for it");
		*bytes += fread(input + *bytes, 1, room - *bytes, file);
	} while (*bytes == room);
	if (ferror(file))
		fail(path, strerror(errno));
	fclose(file);
	return input;
}

static void run_bare(struct fuzz *fuzz, const char *path, const u8 *input, size_t bytes)
{
	char problem[64];

	if (!input_fits(input, bytes, problem, sizeof(problem)))
		fail(path, problem);
	fuzz_add(fuzz, input, bytes);
}

static int judge_files(struct fuzz *fuzz, const struct settings *settings, char **paths)
{
	int found = 0;

	for (; *paths; paths++) {
		struct verdict verdict;
		size_t bytes;
		u8 *input = read_file(*paths, &bytes);

		if (settings->bare) {
			run_bare(fuzz, *paths, input, bytes);
		} else if (!fuzz_judge(fuzz, input, bytes, &verdict)) {
			printf("%s: ", *paths);
			print_verdict(&verdict, settings->json);
			if (settings->json)
				printf("\n");
			found = 1;
		}
		memory_free(input);
		if (fuzz_lacked_memory(fuzz)) {
			fprintf(stderr, "fuzz_main: %s: this process has no memory left\n", *paths);
			return 2;
		}
	}
	return found;
}

static noreturn_fn void usage(void)
{
	fprintf(stderr, "usage: fuzz_main [--seed S] [--runs N] [--total N] [--seconds T] [--cpu-seconds T] "
			"[--pace T] [--kernel NAME|any] [--oracles MASK] [--operations N] [--json] [--bare] [--pass] "
			"[FILE…]\n");
	exit(2);
}

/* 6.12 and linux-6.12 are the same. */
static u32 find_kernel(const char *name)
{
	const char *prefix = "linux-";
	u32 i;

	if (strcmp(name, "any") == 0)
		return ANY_KERNEL;
	if (strncmp(name, prefix, strlen(prefix)) == 0)
		name += strlen(prefix);
	for (i = 0; i < PROFILES; i++)
		if (strcmp(profile_at(i)->name + strlen(prefix), name) == 0)
			return i;
	fprintf(stderr, "fuzz_main: no kernel %s; there are any", name);
	for (i = 0; i < PROFILES; i++)
		fprintf(stderr, ", %s", profile_at(i)->name + strlen(prefix));
	fprintf(stderr, "\n");
	exit(2);
}

static void read_option(struct settings *settings, int option, const char *value)
{
	switch (option) {
	case 's':
		settings->options.seed = strtoull(value, NULL, 0);
		break;
	case 'r':
		settings->runs = strtoull(value, NULL, 0);
		break;
	case 'T':
		settings->total = strtoull(value, NULL, 0);
		break;
	case 't':
		settings->seconds = strtod(value, NULL);
		break;
	case 'c':
		settings->cpu_seconds = strtod(value, NULL);
		break;
	case 'P':
		settings->pace = strtod(value, NULL);
		break;
	case 'k':
		settings->options.kernel = find_kernel(value);
		settings->kernel = true;
		break;
	case 'o':
		settings->options.oracles = (u32)strtoul(value, NULL, 0);
		break;
	case 'n':
		settings->options.max_operations = (u32)strtoul(value, NULL, 0);
		break;
	case 'j':
		settings->json = true;
		break;
	case 'b':
		settings->bare = true;
		break;
	case 'p':
		settings->pass = true;
		break;
	default:
		usage();
	}
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "runs", required_argument, NULL, 'r' },
		{ "total", required_argument, NULL, 'T' },
		{ "seconds", required_argument, NULL, 't' },
		{ "cpu-seconds", required_argument, NULL, 'c' },
		{ "pace", required_argument, NULL, 'P' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "oracles", required_argument, NULL, 'o' },
		{ "operations", required_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ "bare", no_argument, NULL, 'b' },
		{ "pass", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct settings settings = { .runs = UINT64_MAX, .total = UINT64_MAX, .seconds = 1e18, .cpu_seconds = 1e18 };
	struct fuzz *fuzz;
	const char *error;
	int option, status;

	fuzz_default_options(&settings.options);
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
		read_option(&settings, option, optarg);
	if (optind < argc && !settings.kernel)
		settings.options.kernel = ANY_KERNEL;
	if (settings.bare)
		settings.options.oracles = 0;
	fuzz = fuzz_create(&settings.options, &error);
	if (!fuzz) {
		fprintf(stderr, "fuzz_main: %s\n", error);
		return 2;
	}
	status = optind < argc ? judge_files(fuzz, &settings, argv + optind) : run(fuzz, &settings);
	fuzz_destroy(fuzz);
	return settings.pass ? 0 : status;
}
