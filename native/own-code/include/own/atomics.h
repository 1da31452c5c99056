/* SPDX-License-Identifier: GPL-2.0-only */
/* How later trees lock a PGSTE, beside COMPARE AND SWAP. */
#ifndef OWN_ATOMICS_H
#define OWN_ATOMICS_H

/* Tells of the lock; does not return where it is held already. */
void own_pgste_locked(unsigned long *pgste, unsigned long old);

#define OWN_PGSTE_LOCK 0x0080000000000000UL

static inline long __atomic64_or_barrier(long value, long *p)
{
	long old = *p;

	if (unlikely(own->checking || own->no_pgstes || old & OWN_PGSTE_LOCK))
		own_pgste_locked((unsigned long *)p, (unsigned long)old);
	*p = old | value;
	return old;
}

#endif
