/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions behind the rows of ops.def, one op_NAME each, and what they share; interp.h is the way to them.
 * operations_gmap.c has those of gmaps and notifiers, operations_mm.c those of processes, operations.c the rest.
 * They are called when the machine's kernel has the function and the object that the first argument names is there.
 */
#ifndef S390_GMAP_OPERATIONS_H
#define S390_GMAP_OPERATIONS_H

#include "abi/answer.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "core/program/interp.h"

/* What op_NAME is: by the kind of the first argument, which names an object or does not. */
typedef struct reply op_on_mm(struct machine *m, struct mm *mm, const struct call *call);
typedef op_on_mm op_on_any_mm;
typedef struct reply op_on_gmap(struct machine *m, struct gmap *gmap, const struct call *call);
typedef struct reply op_on_notifier(struct machine *m, struct gmap_notifier *nb, const struct call *call);
typedef struct reply op_on_machine(struct machine *m, const struct call *call);

/*
 * PER_OBJECT(op_on_, (ARG_GMAP, …)) is op_on_gmap. A kind that is here becomes two arguments of SECOND, of which it takes the
 * object; any other one stays one, behind which the machine stands.
 */
#define OBJECT_ARG_MM , mm
#define OBJECT_ARG_ANY_MM , any_mm
#define OBJECT_ARG_GMAP , gmap
#define OBJECT_ARG_NOTIFIER , notifier
#define JOIN_NOW(a, b) a##b
#define JOIN(a, b) JOIN_NOW(a, b)
#define FIRST_OF(first, ...) first
#define FIRST(...) FIRST_OF(__VA_ARGS__, )
#define SECOND_OF(first, second, ...) second
#define SECOND(...) SECOND_OF(__VA_ARGS__, )
#define PER_OBJECT(prefix, kinds) JOIN(prefix, SECOND(JOIN(OBJECT_, FIRST kinds), machine))

#define OP(name, result, arity, kinds, ...) PER_OBJECT(op_on_, kinds) op_##name;
#include "abi/ops.def"
#undef OP

/* The handle that a new gmap gets: the one that the program names, or the lowest free one; MAX_GMAPS and more: none is. */
u64 free_gmap_handle(const struct machine *m, u64 wanted);
/* Frees a process that has exited, if that was its last gmap. */
void release_mm(struct machine *m, struct mm *mm);

static inline struct mm *mm_of(const struct machine *m, u64 handle)
{
	return handle < MAX_MMS ? m->s.mm[handle] : NULL;
}

static inline struct mm *live_mm_of(const struct machine *m, u64 handle)
{
	struct mm *mm = mm_of(m, handle);

	return mm && !mm->exited ? mm : NULL;
}

static inline struct gmap *gmap_of(const struct machine *m, u64 handle)
{
	return handle < MAX_GMAPS ? m->s.gmap[handle] : NULL;
}

static inline struct gmap_notifier *notifier_of(struct machine *m, u64 handle)
{
	return handle < MAX_NOTIFIERS ? &m->s.notifier[handle] : NULL;
}

#endif
