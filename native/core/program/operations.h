/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions behind the rows of ops.def, one op_NAME each, and what they share; interp.h is the way to them.
 * operations_gmap.c has those of gmaps and notifiers, operations_mm.c those of processes, operations.c the rest.
 */
#ifndef S390_GMAP_OPERATIONS_H
#define S390_GMAP_OPERATIONS_H

#include "abi/answer.h"
#include "core/linux/gmap/gmap.h"
#include "core/program/interp.h"
#include "core/linux/mm/mm.h"

typedef struct reply (*op_fn)(struct machine *m, const struct call *call);
extern const op_fn op_functions[WIRE_OPS];

#define OP(name, result, arity, kinds, names) struct reply op_##name(struct machine *m, const struct call *call);
#include "abi/ops.def"
#undef OP

/* One word of a program, at any address. */
static inline u64 load_word(const u8 *bytes)
{
	u64 word;

	memcpy(&word, bytes, sizeof(word));
	return le64(word);
}

/* Frees a process that has exited, if that was its last gmap. */
void release_mm(struct machine *m, struct mm *mm);

/* Functions that the kernel of the profile does not have. */
#define NEEDS(generation)                                  \
	if (m->options.profile->functions != (generation)) \
		return (struct reply)                      \
		{                                          \
			WIRE_UNSUPPORTED, 0                \
		}

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

#define GET_GMAP(name)                                \
	struct gmap *name = gmap_of(m, call->arg[0]); \
	if (!(name))                                  \
	return refuse(WIRE_BAD_HANDLE)
#define GET_MM(name)                                   \
	struct mm *name = live_mm_of(m, call->arg[0]); \
	if (!(name))                                   \
	return refuse(WIRE_BAD_HANDLE)
#define GET_NOTIFIER(name)                                         \
	struct gmap_notifier *name = notifier_of(m, call->arg[0]); \
	if (!(name))                                               \
	return refuse(WIRE_BAD_HANDLE)

#endif
