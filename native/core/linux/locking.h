/* SPDX-License-Identifier: GPL-2.0-only */
/* Which lock may be taken inside of which, kernel by kernel: docs/specification/locks.md. */
#ifndef S390_GMAP_LOCKING_H
#define S390_GMAP_LOCKING_H

#include "core/linux/profile.h"
#include "core/machine/lock.h"
#include "core/machine/machine.h"

extern const struct lock_rules lock_rules[PROFILE_LOCKINGS];

/*
 * Readers of the lists of gmaps and of notifier blocks, in kernels that change these under locks of their own. 4.7 has no
 * readers of that kind: nothing.
 */
static inline bool has_rcu_lists(const struct machine *m)
{
	return m->options.profile->locking != LOCKING_4_7;
}

/* A gmap's lock is the gmap. */
#define guest_table_lock(m, gmap) lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, gmap)
#define guest_table_unlock(m, gmap) lock_drop(m, LOCK_GUEST_TABLE, LOCK_WRITE, gmap)

#define rcu_read_lock(m)                                            \
	do {                                                        \
		if (has_rcu_lists(m))                               \
			lock_take(m, LOCK_RCU, LOCK_READ, &(m)->s); \
	} while (0)
#define rcu_read_unlock(m)                                          \
	do {                                                        \
		if (has_rcu_lists(m))                               \
			lock_drop(m, LOCK_RCU, LOCK_READ, &(m)->s); \
	} while (0)

/* mm.context.lock: the list of gmaps, and the flush that is owed. */
#define context_lock(m, mm)                                           \
	do {                                                          \
		if (has_rcu_lists(m))                                 \
			lock_take(m, LOCK_CONTEXT, LOCK_WRITE, (mm)); \
	} while (0)
#define context_unlock(m, mm)                                         \
	do {                                                          \
		if (has_rcu_lists(m))                                 \
			lock_drop(m, LOCK_CONTEXT, LOCK_WRITE, (mm)); \
	} while (0)

#endif
