// SPDX-License-Identifier: GPL-2.0-only
/*
 * threads [--race] KERNEL LIBRARY…: campaigns on several codes at a time, each in a thread of its own, find what they find alone.
 * Built with the thread sanitizer, as the libraries are. --race: they have a race, which must be found.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "own-code/test/threads.h"

#define CAMPAIGNS 10 /* on each code */

struct job {
	pthread_t thread;
	run_programs_fn *run;
	const char *kernel;
	uint64_t seed;
	uint64_t hash;
	bool race;
};

static void *do_job(void *context)
{
	struct job *job = context;

	job->hash = job->run(job->kernel, job->seed, job->race);
	return NULL;
}

static run_programs_fn *load(const char *library)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	void *symbol = handle ? dlsym(handle, RUN_PROGRAMS) : NULL;
	run_programs_fn *run;

	if (!symbol) {
		fprintf(stderr, "threads: %s\n", dlerror());
		exit(2);
	}
	memcpy(&run, &symbol, sizeof(run));
	return run;
}

static void start(struct job *jobs, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (pthread_create(&jobs[i].thread, NULL, do_job, &jobs[i]) != 0)
			exit(2);
	for (i = 0; i < count; i++)
		pthread_join(jobs[i].thread, NULL);
}

static int compare_with_alone(const struct job *jobs, int count)
{
	int differ = 0;
	int i;

	for (i = 0; i < count; i++)
		differ += !jobs[i].hash || jobs[i].run(jobs[i].kernel, jobs[i].seed, false) != jobs[i].hash;
	printf("%d campaigns at a time, %d of them came to something else than alone\n", count, differ);
	return differ > 0;
}

int main(int argc, char **argv)
{
	bool race = argc > 1 && strcmp(argv[1], "--race") == 0;
	char **of = argv + 1 + race;
	int codes = (argc - 1 - race) / 2;
	struct job *jobs = calloc((size_t)codes * CAMPAIGNS + 1, sizeof(*jobs));
	int i;

	if (!jobs)
		return 2;
	for (i = 0; i < codes * CAMPAIGNS; i++)
		jobs[i] = (struct job){ .run = load(of[2 * (i % codes) + 1]),
					.kernel = of[2 * (i % codes)],
					.seed = (uint64_t)i + 1,
					.race = race };
	start(jobs, codes * CAMPAIGNS);
	i = compare_with_alone(jobs, codes * CAMPAIGNS);
	free(jobs);
	return i;
}
