// SPDX-License-Identifier: GPL-2.0-only
/* Of a library: fuzzes its code a little, with all oracles. */
#include "fuzz/engine/fuzz.h"
#include "own-code/test/threads.h"

#define RUNS 300

__attribute__((visibility("default"))) run_programs_fn own_run_programs;

static volatile u32 planted;

static u32 number_of(const char *kernel)
{
	u32 i;

	for (i = 0; i < PROFILES; i++)
		if (strcmp(profile_at(i)->name, kernel) == 0)
			break;
	return i;
}

uint64_t own_run_programs(const char *kernel, uint64_t seed, bool race)
{
	struct fuzz_options options;
	const char *error;
	struct fuzz *fuzz;
	u64 hash;
	u32 i;

	fuzz_default_options(&options);
	options.kernel = number_of(kernel);
	options.seed = seed;
	fuzz = fuzz_create(&options, &error);
	if (!fuzz)
		return 0;
	for (i = 0; i < RUNS; i++) {
		fuzz_run(fuzz, 1, &error);
		if (race)
			planted = i;
	}
	hash = error ? 0 : fuzz_hash(fuzz);
	fuzz_destroy(fuzz);
	return hash;
}
