/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks: what is told of them is which one, what it is called, and where. Nobody ever waits for one. */
#ifndef OWN_LOCKS_H
#define OWN_LOCKS_H

typedef struct {
	unsigned long unused;
} spinlock_t;
typedef struct {
	unsigned long refs;
} refcount_t;
typedef struct {
	long counter;
} atomic_t;
typedef atomic_t atomic_long_t;
struct rw_semaphore {
	unsigned long unused;
};

/* The lock's address, its expression, and the function that takes it. */
void own_lock(const void *lock, const char *name, const char *place);
void own_unlock(const void *lock, const char *name, const char *place);

#define spin_lock_init(l) ((l)->unused = 0)
#define spin_lock(l)                               \
	do {                                       \
		if (unlikely(own->checking))       \
			own_lock(l, #l, __func__); \
	} while (0)
#define spin_unlock(l)                               \
	do {                                         \
		if (unlikely(own->checking))         \
			own_unlock(l, #l, __func__); \
	} while (0)
#define spin_lock_irqsave(l, f) \
	do {                    \
		(void)(f);      \
		spin_lock(l);   \
	} while (0)
#define spin_unlock_irqrestore(l, f) spin_unlock(l)
#define __SPIN_LOCK_UNLOCKED(x) \
	{                       \
		0               \
	}
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define assert_spin_locked(l) ((void)0)
#define lockdep_assert_held(l) ((void)0)
#define preempt_disable() ((void)++*own->preempt_count)
#define preempt_enable() ((void)--*own->preempt_count)
#define cond_resched() ((void)0)

static inline void refcount_set(refcount_t *r, int n)
{
	r->refs = n;
}
static inline void refcount_inc(refcount_t *r)
{
	r->refs++;
}
static inline bool refcount_dec_and_test(refcount_t *r)
{
	return --r->refs == 0;
}
static inline unsigned int refcount_read(const refcount_t *r)
{
	return r->refs;
}
#define atomic_read(a) ((a)->counter)
#define atomic_set(a, v) ((a)->counter = (v))
#define atomic_inc(a) ((a)->counter++)
#define atomic_dec(a) ((a)->counter--)
#define atomic_long_add(n, a) ((a)->counter += (n))

typedef struct {
	unsigned long bits;
} cpumask_t;
#define smp_processor_id() ((int)own->cpu)
#define cpumask_of(cpu) (&(const cpumask_t){ 1UL << (cpu) })
#define cpumask_equal(a, b) ((a)->bits == (b)->bits)
#define cpumask_copy(to, from) (*(to) = *(from))
#define mm_cpumask(mm) (&(mm)->context.cpu_mask)

#endif
