// SPDX-License-Identifier: GPL-2.0-only
/* Machines share nothing: many run the same programs in threads of their own, and observe the same. */
#include <pthread.h>

#include "programs.h"

#define THREADS 4
#define PROGRAMS 40
#define OPERATIONS 100

static void run_operations(struct machine *m, u64 *seed, struct words *out)
{
	u64 words[PROGRAM_WORDS] = { le64(OP_observe), le64(1) };
	int i;

	machine_run(m, (const u8 *)words, 2 * sizeof(u64), out);
	for (i = 0; i < OPERATIONS; i++) {
		size_t count = random_operation(seed, words);

		machine_run(m, (const u8 *)words, count * sizeof(u64), out);
	}
}

static void *run_programs(void *result)
{
	struct machine_options options;
	const char *error;
	struct machine *m;
	u64 hash = HASH_OF_NOTHING;
	u64 program;

	machine_default_options(&options);
	options.max_segments = 8;
	m = machine_create(&options, &error);
	for (program = 1; m && program <= PROGRAMS; program++) {
		struct words out = { 0 };
		u64 seed = program;

		run_operations(m, &seed, &out);
		hash = hash_words(hash, &out);
		words_free(&out);
		machine_reset(m);
	}
	machine_destroy(m);
	*(u64 *)result = hash;
	return NULL;
}

static void machines_in_threads(struct machine *m)
{
	pthread_t thread[THREADS];
	u64 hash[THREADS], alone;
	int i;

	(void)m;
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_create(&thread[i], NULL, run_programs, &hash[i]), 0);
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(pthread_join(thread[i], NULL), 0);
	run_programs(&alone);
	for (i = 0; i < THREADS; i++)
		EXPECT_EQ(hash[i], alone);
}

RUN_TESTS_WITH_MEMORY(TEST(machines_in_threads))
