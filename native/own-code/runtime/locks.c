// SPDX-License-Identifier: GPL-2.0-only
/* Locks of the tree's code, by native/core's checks: the order in which they may be taken is learned, see lock_order.c. */
#include "core/linux/entries.h"
#include "core/linux/mm/pgalloc.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

static const struct {
	const char *part; /* of the expression that names the lock */
	enum lock_class class;
} spinlocks[] = {
	{ "notifier", LOCK_NOTIFIER },	{ "page_table_lock", LOCK_PAGE_TABLES },
	{ "shadow_lock", LOCK_SHADOW }, { "guest_table_lock", LOCK_GUEST_TABLE },
	{ "context", LOCK_CONTEXT },
};

static bool is_of_shadow(const struct machine *m, const void *lock)
{
	const struct gmap *gmap = pool_object(m, POOL_GMAP, lock);

	return gmap && gmap_is_shadow(gmap);
}

/* Those of tables are named by the table, a PMD's with its lowest bit set. */
static enum lock_class class_of(const void *lock, const char *name)
{
	size_t i;

	if (storage_has(own_machine(), (uintptr_t)lock))
		return (uintptr_t)lock & 1 ? LOCK_PMD : LOCK_PTE;
	if (strstr(name, "guest_table_lock") && is_of_shadow(own_machine(), lock))
		return LOCK_SHADOW_TABLE;
	for (i = 0; i < sizeof(spinlocks) / sizeof(spinlocks[0]); i++)
		if (strstr(name, spinlocks[i].part))
			return spinlocks[i].class;
	return LOCK_GUEST_TABLE;
}

static const void *object_of(const void *lock)
{
	return (const void *)((uintptr_t)lock & ~(uintptr_t)1);
}

void linux_own_lock(const void *lock, const char *name, const char *place)
{
	lock_take_checked(own_machine(), class_of(lock, name), LOCK_WRITE, object_of(lock), place);
}

void linux_own_unlock(const void *lock, const char *name, const char *place)
{
	lock_drop_checked(own_machine(), class_of(lock, name), LOCK_WRITE, object_of(lock), place);
}

void linux_own_mmap_lock(struct mm *mm, int write, const char *place)
{
	lock_take_checked(own_machine(), LOCK_MMAP_SEM, write ? LOCK_WRITE : LOCK_READ, mm, place);
}

void linux_own_mmap_unlock(struct mm *mm, int write, const char *place)
{
	lock_drop_checked(own_machine(), LOCK_MMAP_SEM, write ? LOCK_WRITE : LOCK_READ, mm, place);
}

void linux_own_rcu_lock(const char *place)
{
	lock_take_checked(own_machine(), LOCK_RCU, LOCK_READ, &own_machine()->s, place);
}

void linux_own_rcu_unlock(const char *place)
{
	lock_drop_checked(own_machine(), LOCK_RCU, LOCK_READ, &own_machine()->s, place);
}

void linux_own_synchronize_rcu(const char *place)
{
	lock_sleep_checked(own_machine(), place);
}

/* Whether a word is a PGSTE, and whose: NULL if it is none. */
static const entry_t *pte_of_pgste(const struct machine *m, const u64 *word)
{
	const struct frame *frame;

	if (!storage_has(m, (uintptr_t)word))
		return NULL;
	frame = frame_at(m, (uintptr_t)word);
	/* nobody waits for those of a shadow: its guest_table_lock is held */
	if (frame_kind(frame) != FRAME_PGTABLE || frame->flags & FRAME_SHADOW || !((uintptr_t)word & HALF_TABLE))
		return NULL;
	return (const entry_t *)(const void *)word - PGSTE_OFFSET;
}

void linux_own_pgste_locked(u64 *pgste, u64 old)
{
	struct machine *m = own_machine();
	const entry_t *ptep = pte_of_pgste(m, pgste);

	/* the tree would go on in another page table, or in whatever lies behind this one */
	if (own->no_pgstes)
		machine_bug(m, BUG_no_pgste, "the PGSTE at 0x%llx: the process was made with allocate_pgste = 0",
			    (unsigned long long)(uintptr_t)pgste);
	if (!ptep)
		return;
	if (frame_at(m, (uintptr_t)pgste)->flags & FRAME_NO_PGSTE)
		machine_bug(m, BUG_no_pgste, "the PGSTE at 0x%llx is part of another page table",
			    (unsigned long long)(uintptr_t)pgste);
	if (old & PGSTE_PCL)
		machine_bug(m, BUG_pgste_lock, "PGSTE 0x%llx", (unsigned long long)old);
	if (m->options.check_locks)
		lock_take_checked(m, LOCK_PGSTE, LOCK_WRITE, ptep, "pgste_get_lock");
}

void linux_own_cs_seen(u64 *p, u64 old, u64 new_value)
{
	if (new_value & PGSTE_PCL && !(old & PGSTE_PCL))
		linux_own_pgste_locked(p, *p);
}

void linux_own_st_seen(u64 *p, u64 value)
{
	struct machine *m = own_machine();
	const entry_t *ptep = pte_of_pgste(m, p);

	if (ptep && *p & PGSTE_PCL && !(value & PGSTE_PCL))
		lock_drop_checked(m, LOCK_PGSTE, LOCK_WRITE, ptep, "pgste_set_unlock");
}
