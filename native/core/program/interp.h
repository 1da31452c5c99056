/* SPDX-License-Identifier: GPL-2.0-only */
/* Executes operations of ops.def: one call, or a whole program in the format of wire.h. */
#ifndef S390_GMAP_INTERP_H
#define S390_GMAP_INTERP_H

#include "core/machine/machine.h"
#include "core/program/call.h"
#include "core/program/dispatch.h"
#include "core/program/words.h"

/* One operation. Events are left in m->events, after those of earlier calls; the text of a BUG in m->bug_text. */
struct reply machine_call(struct machine *m, enum wire_op op, const struct call *call);
/*
 * gmap_translate without the way through the door, for callers that ask for every guest address they look at: it stores
 * nothing, cannot end in a BUG, and between calls no lock is held that it could meet. False: it was not made, and
 * machine_call() says why or makes it; the machine is dead, inside a hook, traced, or checked all the time.
 */
bool machine_translate(struct machine *m, struct gmap *gmap, u64 gaddr, u64 *vmaddr);
/* A function that is none, under the rules of one: not inside a notifier callback, and no lock may be left held. */
struct reply machine_call_function(struct machine *m, void (*function)(struct machine *m, void *context),
				   void *context);

/*
 * Executes a program of `bytes` bytes; any bytes are a program. Stops after a call that ends in BUG. With `out`,
 * appends what was observed: results, the events of the trace format, and the state that changed while the
 * program observes. Where there is no memory for that out->failed is set, and the operation ends in a BUG: in BUG_host_memory, or its own. Returns the number of operations executed; nothing is allocated for one.
 */
u64 machine_run(struct machine *m, const u8 *program, size_t bytes, struct words *out);

/*
 * What is told about each operation of a program, right after it: also one that ended in BUG. Its events are those of
 * m->events from the first on. False ends the run.
 */
typedef bool (*after_fn)(void *context, enum wire_op op, const struct call *call, struct reply reply);
/* The same, for somebody who looks at each operation; records the kinds of events that the machine's log asks for. */
u64 machine_run_each(struct machine *m, const u8 *program, size_t bytes, after_fn after, void *context);

#endif
