/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks as state: what is checked is that a function that needs a lock has it, that locks are taken in the kernel's order,
 * and that none is left held. A broken rule is reported with the names of the locks and the places where they were taken,
 * and ends the call like a BUG.
 *
 * Otherwise: locks. One call runs at a time, so none is ever waited for.
 */
#ifndef S390_GMAP_LOCK_H
#define S390_GMAP_LOCK_H

#include "core/machine/types.h"

struct machine;

enum lock_class {
	LOCK_MMAP_SEM,	   /* of an mm; fork nests the child's */
	LOCK_PMD,	   /* of a host segment table */
	LOCK_PTE,	   /* of a host page table; mremap nests two */
	LOCK_PAGE_TABLES,  /* page_table_lock of an mm */
	LOCK_GUEST_TABLE,  /* of a gmap */
	LOCK_PGSTE,	   /* the PCL bit of a PGSTE */
	LOCK_NOTIFIER,	   /* the list of notifier blocks */
	LOCK_CONTEXT,	   /* mm.context.lock: the list of gmaps, a flush that is owed */
	LOCK_RCU,	   /* the reader's side: not a lock, but what waits for readers must not be called in there */
	LOCK_SHADOW,	   /* the list of a gmap's shadows */
	LOCK_SHADOW_TABLE, /* guest_table_lock of a shadow */
	LOCK_CLASSES
};

#define LOCK_BIT(class) (1u << (class))

/* For each class, the LOCK_BIT()s of those that may be held when a lock of it is taken. */
struct lock_rules {
	u32 inside[LOCK_CLASSES];
};

enum lock_mode { LOCK_READ, LOCK_WRITE };

#define MAX_HELD_LOCKS 16

struct held_lock {
	enum lock_class class;
	enum lock_mode mode;
	const void *object;
	const char *place;
};

/* From the outermost to the innermost. */
struct held_locks {
	u32 count;
	u32 again; /* how often one was taken that was held already, see lock_again() */
	struct held_lock lock[MAX_HELD_LOCKS];
};

void lock_take_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
		       const char *place);
/* One that is held by the same caller: a mistake of the kernel's, of which somebody else will learn. */
void lock_again_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
			const char *place);
void lock_drop_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
		       const char *place);
void lock_need_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
		       const char *place);
/* Before a wait for all readers: nothing may be held that does not let its holder sleep. */
void lock_sleep_checked(struct machine *m, const char *place);
#ifdef OWN_CODE
/* A tree's own code is held to no fixed order, but to be of one mind: BUG if it took these locks in another order before. */
void lock_order_learn(struct machine *m, enum lock_class class, const char *place);
#endif
/* What a lock is called. */
const char *lock_class_name(enum lock_class class);
/* At the end of a call: nothing may be held. */
void lock_none_checked(struct machine *m, const char *place);

#define lock_take(m, class, mode, object)                                            \
	do {                                                                         \
		if ((m)->options.check_locks)                                        \
			lock_take_checked((m), (class), (mode), (object), __func__); \
	} while (0)
#define lock_again(m, class, mode, object)                                            \
	do {                                                                          \
		if ((m)->options.check_locks)                                         \
			lock_again_checked((m), (class), (mode), (object), __func__); \
	} while (0)
/* Given back as it was taken: a lock for writing as one for writing. */
#define lock_drop(m, class, mode, object)                                            \
	do {                                                                         \
		if ((m)->options.check_locks)                                        \
			lock_drop_checked((m), (class), (mode), (object), __func__); \
	} while (0)
#define lock_need(m, class, mode, object)                                            \
	do {                                                                         \
		if ((m)->options.check_locks)                                        \
			lock_need_checked((m), (class), (mode), (object), __func__); \
	} while (0)

#define synchronize_rcu(m)                                 \
	do {                                               \
		if ((m)->options.check_locks)              \
			lock_sleep_checked((m), __func__); \
	} while (0)

#define down_read(m, mm) lock_take(m, LOCK_MMAP_SEM, LOCK_READ, mm)
#define up_read(m, mm) lock_drop(m, LOCK_MMAP_SEM, LOCK_READ, mm)
#define down_write(m, mm) lock_take(m, LOCK_MMAP_SEM, LOCK_WRITE, mm)
#define up_write(m, mm) lock_drop(m, LOCK_MMAP_SEM, LOCK_WRITE, mm)

#endif
