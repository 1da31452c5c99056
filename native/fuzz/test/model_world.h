/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine and the abstract model of it, shown each operation; a test may change what the model is shown. */
#ifndef S390_GMAP_TEST_MODEL_WORLD_H
#define S390_GMAP_TEST_MODEL_WORLD_H

#include "core/test/kernels.h"
#include "steps.h"

struct world {
	struct machine *m;
	struct model *model;
	struct verdict verdict;
	bool agreed;
	/* between an operation and the model: changes the machine, the answer or the events; NULL: nothing */
	void (*spoil)(struct world *w, struct step *step);
	struct event events[64]; /* for spoil() */
};

static inline void world_begin(struct world *w, struct machine *m)
{
	*w = (struct world){ .m = m, .model = model_create(), .agreed = true };
	if (!w->model) {
		printf("no memory for a model\n");
		exit(1);
	}
	m->events.mask = JUDGE_EVENTS;
	m->events.count = 0;
	model_begin(w->model, m);
}

static inline void world_end(struct world *w)
{
	model_destroy(w->model);
}

static inline bool world_after(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct world *w = context;
	struct step step = step_of(w->m, op, call, reply, undo_position(&w->m->undo));

	if (w->spoil)
		w->spoil(w, &step);
	w->agreed = model_step(w->model, &step, &w->verdict) &&
		    (step.reply.status == WIRE_BUG || model_compare(w->model, w->m, &w->verdict));
	return w->agreed;
}

/* One operation of a program. */
static inline void world_run(struct world *w, const u64 *words, size_t count)
{
	w->agreed = true;
	w->verdict.rule[0] = '\0';
	machine_run_each(w->m, (const u8 *)words, count * sizeof(u64), world_after, w);
}

/* An operation in this machine's byte order. */
static inline void world_call(struct world *w, const u64 *words, size_t count)
{
	u64 program[PROGRAM_WORDS];
	size_t i;

	for (i = 0; i < count; i++)
		program[i] = le64(words[i]);
	world_run(w, program, count);
}

#define WORLD_RUN(w, name, ...) \
	world_call((w), OPERATION((w)->m, name, __VA_ARGS__), sizeof((u64[]){ 0, __VA_ARGS__ }) / sizeof(u64))

#endif
