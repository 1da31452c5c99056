/* SPDX-License-Identifier: GPL-2.0-only */
/* Executes operations of ops.def: one call, or a whole program in the format of wire.h. */
#ifndef S390_GMAP_INTERP_H
#define S390_GMAP_INTERP_H

#include "abi/reply.h"
#include "core/linux/profile.h"
#include "core/machine/machine.h"
#include "core/program/observe.h"

#define MAX_ARGS 6
#define MAX_ERRORS 6
#define OP_BUG 255 /* in place of an errno: the call may be one that the kernel does not survive */

struct call {
	u64 arg[MAX_ARGS]; /* as in ops.def; those of FORM_REST are not among them */
	u64 result_handle; /* WIRE_NO_HANDLE: the lowest free one */
	const u8 *rest;	   /* FORM_REST arguments, little-endian words */
	u32 rest_count;
};

/* A row of ops.def, which says what the columns are. */
struct op_info {
	const char *name;
	const char *method; /* NULL: none */
	enum wire_result result;
	u32 arity;
	enum wire_arg kind[MAX_ARGS];
	enum op_kernels kernels;
	enum wire_op renamed; /* if it is */
	bool is_renamed;
	u8 marks;	       /* enum op_mark */
	u8 errors[MAX_ERRORS]; /* errnos and OP_BUG; 0 behind the last one */
};
extern const struct op_info op_infos[WIRE_OPS];

/* Whether any count of further arguments follows in place of the last one: of FORM_REST, which one kind has. */
static inline bool op_has_rest(const struct op_info *info)
{
	return info->arity && info->kind[info->arity - 1] == ARG_WATCHED;
}

/* How many arguments there always are. */
static inline u32 op_args(const struct op_info *info)
{
	return info->arity - op_has_rest(info);
}

/* Whether kernels with these functions have what a row says. */
static inline bool op_is_in(enum op_kernels kernels, enum profile_functions functions)
{
	switch (kernels) {
	case ONLY_4_7:
		return functions == FUNCTIONS_4_7;
	case SINCE_4_8:
		return functions == FUNCTIONS_4_8;
	default:
		return true;
	}
}

/* The operation under the name that such kernels have for it; itself if they have none. */
static inline enum wire_op op_in(enum wire_op op, enum profile_functions functions)
{
	const struct op_info *info = &op_infos[op];

	return info->is_renamed && !op_is_in(info->kernels, functions) ? info->renamed : op;
}

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
 * program observes. Returns the number of operations executed; nothing is allocated for one.
 */
u64 machine_run(struct machine *m, const u8 *program, size_t bytes, struct words *out);

/*
 * What is told about each operation of a program, right after it: also one that ended in BUG. Its events are those of
 * m->events from the first on. False ends the run.
 */
typedef bool (*after_fn)(void *context, enum wire_op op, const struct call *call, struct reply reply);
/* The same, for somebody who looks at each operation; records the kinds of events that the machine's log asks for. */
u64 machine_run_each(struct machine *m, const u8 *program, size_t bytes, after_fn after, void *context);

/* The i-th gmap of the mm, newest first; NULL past the end. */
struct gmap *mm_gmap_at(const struct mm *mm, u64 i);

#endif
