// SPDX-License-Identifier: GPL-2.0-only
/* Random programs with all invariants checked after every operation. Other seeds: test_random FIRST COUNT. */
#include "core/test/flavours.h"
#include "programs.h"

#define OPERATIONS 250

static void run_seed(u64 seed)
{
	struct machine *m = flavoured_machine(seed, true);
	u64 state = seed;
	u64 words[PROGRAM_WORDS];
	int i;

	begin_program(m, &state);
	for (i = 0; i < OPERATIONS && !m->dead; i++) {
		size_t count = random_operation(&state, words);

		machine_run(m, (const u8 *)words, count * sizeof(u64), NULL);
	}
	if (m->dead && !bug_is_the_programs(m->dead)) {
		printf("seed %llu (%s, %s), operation %d, %s: BUG %s: %s\n", (unsigned long long)seed,
		       m->options.profile->name, flavour_name(seed), i, op_infos[le64(words[0]) & 0xff].name,
		       bug_place_name(m->dead), m->bug_text);
		failures++;
	} else if (!m->dead) {
		if (!bug_guard(m, free_everything)) {
			printf("seed %llu: BUG %s: %s\n", (unsigned long long)seed, bug_place_name(m->dead),
			       m->bug_text);
			failures++;
		}
		EXPECT_CHECK(m);
		expect_nothing_left(m, m->s.lost_tables + m->s.lost_nodes > 0);
	}
	machine_destroy(m);
}

int main(int argc, char **argv)
{
	return run_seeds(argc, argv, 300, run_seed);
}
