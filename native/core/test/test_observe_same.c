// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the observer tells of random programs is to the bit what one tells that looks at everything. Other seeds:
 * test_observe_same FIRST COUNT.
 */
#include "core/machine/snapshot.h"
#include "core/program/observe.h"
#include "core/program/observer.h"
#include "core/test/flavours.h"
#include "full_observer.h"
#include "programs.h"

#define OPERATIONS 400

struct pair {
	struct machine *m;
	struct full_observer full;
	struct words told;
	struct words expected;
	struct undo_stamp stamp;
};

/* False if they differ. Nobody looks if nothing was stored, though the current CPU can be another one. */
static bool same_changes(struct pair *pair)
{
	bool stored = !pair->m->observer->valid || !undo_is_at(&pair->m->undo, pair->stamp);
	u32 told, expected = 0;

	/* restored, reset, or begun again by the operation */
	if (!pair->m->observer->valid)
		pair->full.before.count = 0;
	pair->told.count = pair->expected.count = 0;
	told = observe_changes(pair->m, &pair->told);
	if (stored)
		expected = full_changes(pair->m, &pair->full, &pair->expected);
	pair->stamp = undo_stamp(&pair->m->undo);
	return told == expected && pair->told.count == pair->expected.count &&
	       (!told || memcmp(pair->told.word, pair->expected.word, pair->told.count * sizeof(u64)) == 0);
}

/* What a machine can do between two programs. */
static void something_else(struct pair *pair, u64 *state, int *snapshot)
{
	switch (next_random(state) % 64) {
	case 0:
		*snapshot = machine_snapshot(pair->m);
		break;
	case 1:
		if (*snapshot >= 0)
			machine_restore(pair->m, *snapshot);
		break;
	case 2:
		machine_forget(pair->m, 0);
		*snapshot = -1;
		break;
	case 3:
		undo_unpin(&pair->m->undo);
		break;
	case 4:
	case 5:
		undo_compact(pair->m);
		break;
	default:
		break;
	}
}

static void run_seed(u64 seed)
{
	struct pair pair = { .m = flavoured_machine(seed, false) };
	u64 words[PROGRAM_WORDS];
	u64 state = seed;
	int snapshot = -1;
	bool same = true;
	int i;

	begin_program(pair.m, &state);
	for (i = 0; i < OPERATIONS && same; i++) {
		size_t count = random_operation(&state, words);

		machine_run(pair.m, (const u8 *)words, count * sizeof(u64), NULL);
		if (pair.m->dead) {
			machine_reset(pair.m);
			snapshot = -1;
			begin_program(pair.m, &state);
		}
		/* several operations can be told at once */
		if (next_random(&state) % 4)
			same = same_changes(&pair);
		if (seed % 3)
			something_else(&pair, &state, &snapshot);
	}
	if (!same) {
		printf("seed %llu (%s, %s), operation %d, %s: %zu words told, %zu expected\n", (unsigned long long)seed,
		       pair.m->options.profile->name, flavour_name(seed), i - 1, op_infos[le64(words[0]) & 0xff].name,
		       pair.told.count, pair.expected.count);
		failures++;
	}
	full_free(&pair.full);
	words_free(&pair.told);
	words_free(&pair.expected);
	machine_destroy(pair.m);
}

int main(int argc, char **argv)
{
	return run_seeds(argc, argv, 240, run_seed);
}
