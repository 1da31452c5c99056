// SPDX-License-Identifier: GPL-2.0-only
/*
 * The abstract model and the port agree: random programs, each operation predicted and everything compared after it.
 * Other seeds: test_model FIRST COUNT.
 */
#include "../../core/test/programs.h"
#include "../oracles.h"

#define OPERATIONS 250

#define PROFILES 4
static const char *const flavours[] = { "all facilities", "no facilities", "three CPUs", "no debug_vm", "2 MiB" };

struct run {
	struct machine *m;
	struct model *model;
	struct verdict verdict;
	u64 operations;
	bool agreed;
};

static bool after_operation(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct run *run = context;
	struct machine *m = run->m;
	const struct step step = {
		.m = m,
		.op = op,
		.call = call,
		.reply = reply,
		.events = m->events.event,
		.event_count = m->events.count,
	};

	run->verdict.op = op;
	run->agreed = model_step(run->model, &step, &run->verdict) &&
		      (reply.status == WIRE_BUG || model_compare(run->model, m, &run->verdict));
	run->operations++;
	return run->agreed;
}

static struct machine *flavoured_machine(u64 seed)
{
	struct machine_options options;
	struct machine *m;
	const char *error;

	machine_default_options(&options);
	options.max_segments = 8;
	options.profile = profile_at(seed / 5 % PROFILES);
	switch (seed % 5) {
	case 1:
		options.esop = options.idte = options.tlb_lc = false;
		break;
	case 2:
		options.cpus = 3;
		break;
	case 3:
		options.debug_vm = false;
		break;
	case 4:
		options.storage_limit = MIN_STORAGE;
		break;
	default:
		break;
	}
	m = machine_create(&options, &error);
	if (!m) {
		printf("no machine: %s\n", error);
		exit(1);
	}
	return m;
}

static void call(struct machine *m, enum wire_op op, u64 first, u64 second)
{
	const struct call call = { .arg = { first, second }, .result_handle = WIRE_NO_HANDLE };

	machine_call(m, op, &call);
}

/* begin_program() of programs.h, with the notifier that programs have. */
static void begin(struct machine *m, u64 *seed)
{
	bool is_4_7 = m->options.profile->functions == FUNCTIONS_4_7;
	u64 limit = PICK(seed, 0, PUD_SIZE, PGDIR_SIZE, UINT64_MAX);

	if (next_random(seed) % 8)
		call(m, OP_s390_enable_sie, 0, 0);
	sys_mmap(m, m->s.mm[0], HOST, 4 * PMD_SIZE, READ_WRITE, 0);
	call(m, is_4_7 ? OP_gmap_alloc : OP_gmap_create, 0, limit);
	gmap_map_segment(m, m->s.gmap[0], HOST, 0, 4 * PMD_SIZE);
	call(m, is_4_7 ? OP_gmap_register_ipte_notifier : OP_gmap_register_pte_notifier, 0, 0);
}

static void run_seed(struct model *model, u64 seed)
{
	struct run run = { .m = flavoured_machine(seed), .model = model, .agreed = true };
	u64 state = seed;
	u64 words[PROGRAM_WORDS];
	int i;

	begin(run.m, &state);
	run.m->events.mask = JUDGE_EVENTS;
	run.m->events.count = 0;
	model_begin(model, run.m);
	for (i = 0; i < OPERATIONS && !run.m->dead && run.agreed; i++) {
		size_t count = random_operation(&state, words);

		machine_run_each(run.m, (const u8 *)words, count * sizeof(u64), after_operation, &run);
	}
	if (!run.agreed) {
		printf("seed %llu (%s, %s), operation %llu, %s: %s: %s\n", (unsigned long long)seed,
		       run.m->options.profile->name, flavours[seed % 5], (unsigned long long)run.operations - 1,
		       op_infos[run.verdict.op].name, run.verdict.rule, run.verdict.text);
		for (i = 1; i < PROGRAM_WORDS; i++)
			printf(" 0x%llx", (unsigned long long)le64(words[i]));
		printf("\n");
		failures++;
	}
	machine_destroy(run.m);
}

int main(int argc, char **argv)
{
	u64 first = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : 300;
	struct model *model = model_create();
	u64 seed;

	for (seed = first; model && seed < first + count && failures < 10; seed++)
		run_seed(model, seed);
	model_destroy(model);
	printf("%llu programs, %d failures\n", (unsigned long long)count, failures);
	return failures != 0;
}
