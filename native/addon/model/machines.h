/* SPDX-License-Identifier: GPL-2.0-only */
/* What the C half of the addon knows of a machine; js/ knows its name only. */
#ifndef S390_GMAP_ADDON_MACHINES_H
#define S390_GMAP_ADDON_MACHINES_H

#include "addon/model/model.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "core/machine/machine.h"
#include "core/program/interp.h"

struct addon_machine {
	struct machine *core;
	struct addon *addon;
	struct addon_machine *next, *prev;
	u32 slot;			   /* its own */
	u32 mm_slots;			   /* one more than the highest number that has a slot */
	u32 gmap_slots;			   /* the same */
	u32 newest_mm, newest_gmap;	   /* the slots with the highest serials */
	napi_ref dispatcher;		   /* weak: the JavaScript object that owns the machine holds the function */
	u64 listening[MAX_NOTIFIERS / 64]; /* blocks whose calls JavaScript wants */
	bool executing;			   /* a program */
	u32 callbacks;			   /* JavaScript callbacks that are running now */
	u32 thrown;			   /* how many exceptions wait for the calls that they belong to */
	struct words observations;	   /* of the last program, until JavaScript fetches them */
	char broken[512];		   /* the invariant that the last check found broken */
	u32 mm_slot[MAX_MMS];		   /* by number; 0 is none */
	u32 gmap_slot[MAX_GMAPS];
};

static inline const struct mm *target_mm(const struct target *target)
{
	return target->machine->core->s.mm[target->number];
}

static inline const struct gmap *target_gmap(const struct target *target)
{
	return target->machine->core->s.gmap[target->number];
}

/* handles.c */
/* Sees to it that there is a slot for slot_take(), before anything is done that needs one afterwards. */
int slot_ready(struct addon *addon);
u32 slot_take(struct addon *addon, enum slot_kind kind, struct addon_machine *machine, u32 number, u64 serial);
void slot_release(struct addon *addon, u32 index);
double slot_handle(const struct addon *addon, u32 index);
/* The handle of an mm or gmap, a new one if it has none yet; an outcome if there is none to be had. */
double mm_handle(struct addon_machine *machine, const struct mm *mm);
double gmap_handle(struct addon_machine *machine, const struct gmap *gmap);
/* Releases the handle of an mm or gmap if that is gone. */
void mm_forget(struct addon_machine *machine, u64 number);
void gmap_forget(struct addon_machine *machine, u64 number);
/* The same for all of a machine. */
void handles_sweep(struct addon_machine *machine);
/* The same where a shadow gmap may have gone, as in any call of a built code's. */
static inline void handles_of_freed(struct addon_machine *machine)
{
#ifdef OWN_CODE
	if (machine->core->own_gmap_freed)
		handles_sweep(machine);
	machine->core->own_gmap_freed = false;
#else
	(void)machine;
#endif
}

/* The same after a restore or reset: looks only at what is newer than the state. */
void handles_restored(struct addon_machine *machine);
void handles_release(struct addon_machine *machine);

/* The slot that a handle names, NULL if that is gone or of another kind. */
static inline const struct slot *slot_find(const struct addon *addon, double handle, enum slot_kind kind)
{
	const struct slot *slot;
	u64 bits;

	if (unlikely(!(handle >= 1 && handle < 9007199254740992.0)))
		return NULL;
	bits = (u64)handle;
	if (unlikely((bits & (MAX_SLOTS - 1)) >= addon->slot_count))
		return NULL;
	slot = &addon->slots[bits & (MAX_SLOTS - 1)];
	return likely(slot->generation == bits >> SLOT_INDEX_BITS && slot->kind == kind) ? slot : NULL;
}

/*
 * Whether exceptions were thrown in callbacks since the count stood at `before`: OUTCOME_THREW. They belong to the call
 * that asks: afterwards the count is what it was, and JavaScript throws those above it.
 */
static inline int thrown_outcome(struct addon_machine *machine, u32 before)
{
	bool threw = machine->thrown != before;

	machine->thrown = before;
	return threw ? OUTCOME_THREW : OUTCOME_OK;
}

/* For a reply that is no result. */
int failure_outcome(struct reply reply);

/*
 * Calls into the core outside of machine_call(), under the same rules: not on a dead machine, not inside a
 * callback, a BUG is an answer, no lock is left held.
 */
int core_call(struct addon_machine *machine, void (*call)(struct machine *m, void *context), void *context);

#endif
