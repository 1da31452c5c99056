// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/lock.h"

#include <stdio.h>

#include "core/machine/machine.h"

static const char *const class_name[] = {
	[LOCK_MMAP_SEM] = "mmap_sem",
	[LOCK_PMD] = "pmd lock",
	[LOCK_PTE] = "pte lock",
	[LOCK_PAGE_TABLES] = "page_table_lock",
	[LOCK_GUEST_TABLE] = "guest_table_lock",
	[LOCK_PGSTE] = "PGSTE lock",
	[LOCK_NOTIFIER] = "gmap_notifier_lock",
	[LOCK_CONTEXT] = "context.lock",
	[LOCK_RCU] = "rcu_read_lock",
	[LOCK_SHADOW] = "shadow_lock",
	[LOCK_SHADOW_TABLE] = "guest_table_lock of a shadow",
};

const char *lock_class_name(enum lock_class class)
{
	return class_name[class];
}

static noreturn_fn void report(struct machine *m, enum bug_place bug, enum lock_class class, const char *place,
			       const char *what)
{
	const struct held_locks *locks = &m->stack->locks;
	char held[256] = "nothing";
	size_t length = 0;
	u32 i;

	for (i = 0; i < locks->count && length < sizeof(held); i++) {
		const struct held_lock *lock = &locks->lock[i];
		int written = snprintf(held + length, sizeof(held) - length, "%s%s%s taken in %s", i ? ", " : "",
				       class_name[lock->class],
				       lock->class == LOCK_MMAP_SEM ? lock->mode == LOCK_READ ? " (read)" : " (write)"
								    : "",
				       lock->place);

		length += written > 0 ? (size_t)written : 0;
	}
	machine_bug(m, bug, "%s: %s %s; held: %s", place, class_name[class], what, held);
}

static struct held_lock *find_held(struct held_locks *locks, enum lock_class class, const void *object)
{
	u32 i = locks->count;

	while (i-- > 0)
		if (locks->lock[i].class == class && locks->lock[i].object == object)
			return &locks->lock[i];
	return NULL;
}

static void hold(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object, const char *place)
{
	struct held_locks *locks = &m->stack->locks;

	if (locks->count == MAX_HELD_LOCKS)
		report(m, BUG_lock, class, place, "is one lock too many");
	locks->lock[locks->count++] = (struct held_lock){ class, mode, object, place };
}

void lock_take_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
		       const char *place)
{
	struct held_locks *locks = &m->stack->locks;
	u32 held = 0;
	u32 i;

	for (i = 0; i < locks->count; i++) {
		const struct held_lock *lock = &locks->lock[i];

		if (lock->class == class && lock->object == object)
			report(m, BUG_lock, class, place, "is taken twice");
		held |= LOCK_BIT(lock->class);
	}
#ifdef OWN_CODE
	lock_order_learn(m, class, place);
#else
	if (held & ~m->lock_rules->inside[class])
		report(m, BUG_lock, class, place, "is taken in the wrong order");
#endif
	hold(m, class, mode, object, place);
}

void lock_again_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
			const char *place)
{
	m->stack->locks.again++;
	hold(m, class, mode, object, place);
}

void lock_drop_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
		       const char *place)
{
	struct held_locks *locks = &m->stack->locks;
	struct held_lock *lock = find_held(locks, class, object);
	struct held_lock *end = locks->lock + locks->count;

	if (!lock)
		report(m, BUG_lock, class, place, "is released but not held");
	if (lock->mode != mode)
		report(m, BUG_lock, class, place,
		       mode == LOCK_READ ? "is released as if it were held for reading"
					 : "is released as if it were held for writing");
	memmove(lock, lock + 1, (size_t)(end - lock - 1) * sizeof(*lock));
	locks->count--;
}

void lock_need_checked(struct machine *m, enum lock_class class, enum lock_mode mode, const void *object,
		       const char *place)
{
	const struct held_lock *lock = find_held(&m->stack->locks, class, object);

	if (!lock)
		report(m, BUG_lock, class, place, "is needed");
	if (mode == LOCK_WRITE && lock->mode == LOCK_READ)
		report(m, BUG_lock, class, place, "is needed for writing");
}

void lock_sleep_checked(struct machine *m, const char *place)
{
	const struct held_locks *locks = &m->stack->locks;
	u32 i;

	for (i = 0; i < locks->count; i++)
		if (locks->lock[i].class != LOCK_MMAP_SEM)
			report(m, BUG_lock, locks->lock[i].class, place, "is held during a wait for its readers");
	if (m->stack->preempt_count)
		machine_bug(m, BUG_lock, "%s: preemption count %lld during a wait for readers", place,
			    (long long)m->stack->preempt_count);
}

void lock_none_checked(struct machine *m, const char *place)
{
	const struct held_locks *locks = &m->stack->locks;

	if (locks->count)
		report(m, BUG_left_held, locks->lock[locks->count - 1].class, place, "is left held");
	if (m->stack->preempt_count)
		machine_bug(m, BUG_lock, "%s: preemption count %lld at the end of the call", place,
			    (long long)m->stack->preempt_count);
}
