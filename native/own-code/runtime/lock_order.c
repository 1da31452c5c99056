// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order of locks, learned as lockdep does: which class was taken while which was held, and where first. Two that are taken both
 * ways round, be it by way of others, are a deadlock that waits for its second CPU. What is learned is part of the machine: a snapshot
 * has it, and so the same program has always the same end.
 */
#include "core/machine/lock.h"
#include "core/machine/machine.h"

/*
 * Locks of one class nest as their objects do, and readers of RCU wait for nobody. A page's PGSTE is locked while the tables of a
 * shadow are, which is made, and the other way round by who takes the shadow down; both have the lock of the page's table.
 */
static bool has_order(enum lock_class held, enum lock_class class)
{
	if (held == LOCK_SHADOW_TABLE && class == LOCK_PGSTE)
		return false;
	return held != class && held != LOCK_RCU && class != LOCK_RCU;
}

/* The first step of a way from one class to another, each taken inside the one before; LOCK_CLASSES if there is none. */
static enum lock_class first_step(const struct machine *m, enum lock_class from, enum lock_class to, u32 *seen)
{
	enum lock_class next;

	if (m->s.own_order[from][to])
		return to;
	*seen |= LOCK_BIT(from);
	for (next = 0; next < LOCK_CLASSES; next++)
		if (m->s.own_order[from][next] && !(*seen & LOCK_BIT(next)) &&
		    first_step(m, next, to, seen) != LOCK_CLASSES)
			return next;
	return LOCK_CLASSES;
}

void lock_order_learn(struct machine *m, enum lock_class class, const char *place)
{
	const struct held_locks *locks = &m->stack->locks;
	u32 i;

	for (i = 0; i < locks->count; i++) {
		const struct held_lock *lock = &locks->lock[i];
		enum lock_class next;
		u32 seen = 0;

		if (!has_order(lock->class, class) || m->s.own_order[lock->class][class])
			continue;
		next = first_step(m, class, lock->class, &seen);
		if (next != LOCK_CLASSES)
			machine_bug(m, BUG_lock,
				    "%s takes %s inside of %s (taken in %s), %s took %s inside of %s before", place,
				    lock_class_name(class), lock_class_name(lock->class), lock->place,
				    m->s.own_order[class][next], lock_class_name(next), lock_class_name(class));
		SET(m, m->s.own_order[lock->class][class], place);
	}
}
