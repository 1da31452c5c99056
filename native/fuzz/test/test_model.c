// SPDX-License-Identifier: GPL-2.0-only
/*
 * The abstract model and the port agree: random programs, each operation predicted and everything compared after it.
 * Other seeds: test_model FIRST COUNT.
 */
#include "model_world.h"

/* begin_program() of programs.h, with the notifier that programs have. */
static void begin_guest(struct machine *m, u64 *seed)
{
	enum profile_functions functions = m->options.profile->functions;
	u64 limit = PICK(seed, 0, PUD_SIZE, PGDIR_SIZE, UINT64_MAX);

	if (next_random(seed) % 8)
		CALL(m, OP_s390_enable_sie, 0);
	sys_mmap(m, m->s.mm[0], HOST, 4 * PMD_SIZE, READ_WRITE, 0);
	CALL(m, op_in(OP_gmap_alloc, functions), 0, limit);
	gmap_map_segment(m, m->s.gmap[0], HOST, 0, 4 * PMD_SIZE);
	CALL(m, op_in(OP_gmap_register_ipte_notifier, functions), 0);
}

static void run_seed(u64 seed)
{
	struct machine *m = flavoured_machine(seed, false);
	u64 words[PROGRAM_WORDS];
	u64 state = seed;
	struct world w;
	int i;

	begin_guest(m, &state);
	world_begin(&w, m);
	for (i = 0; i < OPERATIONS && !m->dead && w.agreed; i++)
		world_run(&w, words, random_operation(&state, words));
	if (!w.agreed) {
		printf("seed %llu (%s, %s), operation %d, %s: %s: %s\n", (unsigned long long)seed,
		       m->options.profile->name, flavour_name(seed), i - 1, op_infos[le64(words[0]) & 0xff].name,
		       w.verdict.rule, w.verdict.text);
		failures++;
	}
	world_end(&w);
	machine_destroy(m);
}

int main(int argc, char **argv)
{
	return run_seeds(argc, argv, 500, run_seed);
}
