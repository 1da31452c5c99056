/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What belongs to one stack of calls, and not to the machine: a CPU in the middle of a call holds locks, has preemption
 * off, and has a place of its own to which a BUG returns. machine.stack is the one that runs.
 *
 * Left out: interrupts, and CPUs at the same time. One call runs to its end, but for its hooks.
 */
#ifndef S390_GMAP_CALL_STACK_H
#define S390_GMAP_CALL_STACK_H

#include "core/machine/door.h"
#include "core/machine/lock.h"

struct way_out;

struct call_stack {
	s64 preempt_count;
	u64 told; /* how often the outermost call has called a notifier block */
	struct held_locks locks;
	enum callback in_callback; /* the hook that is running */
	u64 cpu;		   /* the CPU that makes the calls; programs change it, see SET() */
	struct way_out *way_out;   /* of the innermost machine_enter(), NULL outside */
	const u64 *foreign_frames; /* see door_count_frames() */
};

/* No call runs: what an earlier one left is forgotten. */
void call_stack_clear(struct call_stack *stack);
/* From now on the machine runs on this one. */
void machine_use_stack(struct machine *m, struct call_stack *stack);

/*
 * Around a hook, which is called between the two: what it may call meanwhile is `kind`. machine_hook_end() ends the call that the
 * hook interrupted if the machine died in it.
 */
enum callback machine_hook_begin(struct machine *m, enum callback kind);
void machine_hook_end(struct machine *m, enum callback outer);

#endif
