// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/door.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/machine/way_out.h"

static u64 foreign_frames(const struct call_stack *stack)
{
	return stack->foreign_frames ? *stack->foreign_frames : 0;
}

void way_out_open(struct call_stack *stack, struct way_out *way_out)
{
	way_out->outer = stack->way_out;
	way_out->foreign_frames = foreign_frames(stack);
	stack->way_out = way_out;
}

void way_out_close(struct call_stack *stack, const struct way_out *way_out)
{
	stack->way_out = way_out->outer;
}

struct reply machine_enter(struct machine *m, enum callback deepest, void (*call)(struct machine *m, void *context),
			   void *context)
{
	volatile bool returned = false;

	if (m->dead)
		return (struct reply){ WIRE_REFUSED, WIRE_DEAD };
	if (m->stack->in_callback > deepest)
		return (struct reply){ WIRE_REFUSED, WIRE_IN_CALLBACK };
	WITH_WAY_OUT(m, (call(m, context), returned = true));
	return returned ? (struct reply){ WIRE_OK, 0 } : (struct reply){ WIRE_BUG, m->dead };
}

noreturn_fn void machine_unwind(struct machine *m)
{
	struct way_out *way_out = m->stack->way_out;

	if (!way_out) {
		/* a C program that calls gmap functions directly and has nothing to fall back to */
		fprintf(stderr, "BUG: %s: %s\n", bug_place_text(m->dead), m->bug_text);
		abort();
	}
	if (way_out->foreign_frames != foreign_frames(m->stack)) {
		fprintf(stderr, "BUG: %s: %s: %llu frames of the caller would be jumped over\n",
			bug_place_text(m->dead), m->bug_text,
			(unsigned long long)(foreign_frames(m->stack) - way_out->foreign_frames));
		abort();
	}
	longjmp(way_out->jump, 1);
}

void door_count_frames(struct machine *m, const uint64_t *frames)
{
	m->stack->foreign_frames = frames;
}

void call_stack_clear(struct call_stack *stack)
{
	stack->preempt_count = 0;
	stack->locks.count = 0;
	stack->locks.again = 0;
}

void machine_use_stack(struct machine *m, struct call_stack *stack)
{
	m->stack = stack;
	m->vma_hint.mm = NULL;
}

enum callback machine_hook_begin(struct machine *m, enum callback kind)
{
	enum callback outer = m->stack->in_callback;

	m->stack->in_callback = kind;
	return outer;
}

void machine_hook_end(struct machine *m, enum callback outer)
{
	m->stack->in_callback = outer;
	if (m->dead)
		machine_unwind(m);
}
