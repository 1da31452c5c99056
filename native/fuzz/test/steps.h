/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs whose operations are shown to one oracle; random ones on the machines of test_random.c. */
#ifndef S390_GMAP_TEST_STEPS_H
#define S390_GMAP_TEST_STEPS_H

#include "core/program/boot.h"
#include "core/test/flavours.h"
#include "core/test/programs.h"
#include "fuzz/oracles/oracles.h"

typedef bool (*step_fn)(void *context, const struct step *step, struct verdict *verdict);

struct steps {
	struct machine *m;
	step_fn judge;
	void *context;
	size_t stored; /* entries of the undo log that were shown */
	struct verdict verdict;
};

/* The undo log keeps what the operations store from here on. */
static inline void steps_begin(struct steps *s, struct machine *m, step_fn judge, void *context)
{
	*s = (struct steps){ .m = m, .judge = judge, .context = context };
	machine_snapshot(m);
	m->events.mask = JUDGE_EVENTS;
	m->events.count = 0;
	s->stored = undo_position(&m->undo);
}

static inline bool steps_after(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct steps *s = context;
	struct machine *m = s->m;
	struct step step = step_of(m, op, call, reply, s->stored);

	s->stored = undo_position(&m->undo);
	return reply.status == WIRE_BUG || s->judge(s->context, &step, &s->verdict);
}

/* Shows what was stored since the last step as one of an operation. */
static inline bool steps_show(struct steps *s, enum wire_op op, const u64 *arg)
{
	struct call call = { .result_handle = WIRE_NO_HANDLE };
	bool agreed;

	memcpy(call.arg, arg, sizeof(call.arg));
	s->verdict.rule[0] = '\0';
	agreed = steps_after(s, op, &call, (struct reply){ WIRE_OK, 0 });
	s->m->events.count = 0;
	return agreed;
}

/* An operation of a program. */
static inline bool steps_run(struct steps *s, const u64 *words, size_t count)
{
	s->verdict.oracle = ORACLE_NONE;
	s->verdict.rule[0] = '\0';
	machine_run_each(s->m, (const u8 *)words, count * sizeof(u64), steps_after, s);
	return s->verdict.oracle == ORACLE_NONE;
}

/* The same of words as this machine has them. */
static inline bool steps_call(struct steps *s, const u64 *words, size_t count)
{
	u64 program[1 + MAX_ARGS];
	size_t i;

	for (i = 0; i < count; i++)
		program[i] = le64(words[i]);
	return steps_run(s, program, count);
}

/* Under the name that the machine's kernel has for it. */
#define OPERATION(m, name, ...)                                                                  \
	(const u64[])                                                                            \
	{                                                                                        \
		(u64) op_in(OP_##name, (m)->options.profile->functions) | NO_HANDLE, __VA_ARGS__ \
	}
#define NO_HANDLE ((u64)WIRE_NO_HANDLE << 32)
#define RUN(s, name, ...) \
	steps_call((s), OPERATION((s)->m, name, __VA_ARGS__), sizeof((u64[]){ 0, __VA_ARGS__ }) / sizeof(u64))

#define OPERATIONS 250

static inline void run_random_program(u64 seed, step_fn judge, void *context)
{
	struct machine *m = flavoured_machine(seed, false);
	u64 words[PROGRAM_WORDS];
	u64 state = seed;
	struct steps s;
	int i;

	begin_program(m, &state);
	steps_begin(&s, m, judge, context);
	for (i = 0; i < OPERATIONS && !m->dead; i++) {
		if (steps_run(&s, words, random_operation(&state, words)))
			continue;
		printf("seed %llu (%s, %s), operation %d, %s: %s: %s\n", (unsigned long long)seed,
		       m->options.profile->name, flavour_name(seed), i, op_infos[le64(words[0]) & 0xff].name,
		       s.verdict.rule, s.verdict.text);
		failures++;
		break;
	}
	machine_destroy(m);
}

#endif
