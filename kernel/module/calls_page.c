// SPDX-License-Identifier: GPL-2.0-only
/* The calls that are about a process and its pages: storage keys, PGSTEs, dirty bits. All run in that process. */
#include "calls.h"
#include "host_table.h"

#define GET_MM(name)                                                       \
	struct traced_mm *traced = session_live_mm(session, call->arg[0]); \
	struct mm_struct *name = traced ? traced->mm : NULL;               \
	if (!(name))                                                       \
	return refuse(WIRE_BAD_HANDLE)

/*
 * For functions that change PGSTEs without asking whether there are any. In an mm without, they would change
 * PTEs of another page table, maybe another process's, and nobody would notice.
 */
#define GET_MM_WITH_PGSTES(name)   \
	GET_MM(name);              \
	if (!mm_alloc_pgste(name)) \
	return refuse(WIRE_NO_PGSTES)

static struct reply call_enable_sie(struct session *session, const struct call *call)
{
	GET_MM(mm);
	return mm == current->mm ? answer_rc(s390_enable_sie()) : refuse(WIRE_BAD_HANDLE);
}

static struct reply call_enable_skey(struct session *session, const struct call *call)
{
	GET_MM_WITH_PGSTES(mm);
	session->keys_set = true;
	return mm == current->mm ? answer_rc(s390_enable_skey()) : refuse(WIRE_BAD_HANDLE);
}

static struct reply call_reset_cmma(struct session *session, const struct call *call)
{
	GET_MM_WITH_PGSTES(mm);
	s390_reset_cmma(mm);
	return answer(0);
}

static struct reply call_set_key(struct session *session, const struct call *call)
{
	GET_MM_WITH_PGSTES(mm);
	session->keys_set = true;
	return answer_rc(compat_set_key(mm, call->arg[1], call->arg[2], call->arg[3] != 0));
}

static struct reply call_get_key(struct session *session, const struct call *call)
{
	GET_MM_WITH_PGSTES(mm);
	return answer(compat_get_key(mm, call->arg[1]));
}

#if COMPAT_HAS_REFERENCES /* the same kernels */
static struct reply call_cond_set_key(struct session *session, const struct call *call)
{
	int rc;

	GET_MM_WITH_PGSTES(mm);
	session->keys_set = true;
	compat_mm_lock(mm);
	rc = cond_set_guest_storage_key(mm, call->arg[1], call->arg[2], NULL, call->arg[3] != 0, call->arg[4] != 0,
					call->arg[5] != 0);
	compat_mm_unlock(mm);
	return answer_rc(rc);
}

static struct reply call_reset_reference(struct session *session, const struct call *call)
{
	int rc;

	GET_MM_WITH_PGSTES(mm);
	compat_mm_lock(mm);
	rc = reset_guest_reference_bit(mm, call->arg[1]);
	compat_mm_unlock(mm);
	return answer_rc(rc);
}
#endif

/* A PTE with its lock held. */
struct locked_pte {
	struct mm_struct *mm;
	pte_t *ptep;
	spinlock_t *lock;
};

/* False: the address has no page table, and nothing is held. */
static bool pte_lock(struct mm_struct *mm, unsigned long vmaddr, struct locked_pte *locked)
{
	compat_mm_lock(mm);
	locked->mm = mm;
	locked->ptep = host_pte(mm, vmaddr);
	if (!locked->ptep) {
		compat_mm_unlock(mm);
		return false;
	}
	locked->lock = pte_lockptr(mm, host_pmd(mm, vmaddr));
	spin_lock(locked->lock);
	return true;
}

static void pte_unlock(const struct locked_pte *locked)
{
	spin_unlock(locked->lock);
	compat_mm_unlock(locked->mm);
}

static struct reply call_ptep_notify(struct session *session, const struct call *call)
{
	struct locked_pte pte;

	GET_MM(mm);
	if (!compat_notify_has_bits() && call->arg[2] != WIRE_NO_ARGUMENT)
		return (struct reply){ WIRE_UNSUPPORTED, 0 };
	if (!pte_lock(mm, call->arg[1], &pte))
		return refuse(WIRE_NO_PAGE_TABLE);
	compat_ptep_notify(mm, call->arg[1], pte.ptep, call->arg[2]);
	pte_unlock(&pte);
	return answer(0);
}

static struct reply call_test_dirty(struct session *session, const struct call *call)
{
	struct locked_pte pte;
	bool dirty;

	GET_MM_WITH_PGSTES(mm);
	if (!compat_dirty_takes_pte())
		return answer(compat_test_and_clear_dirty(mm, call->arg[1], NULL));
	if (!pte_lock(mm, call->arg[1], &pte))
		return answer(0);
	dirty = compat_test_and_clear_dirty(mm, call->arg[1], pte.ptep);
	pte_unlock(&pte);
	return answer(dirty);
}

/* What the machine does to a PGSTE when a guest executes ESSA, with the lock that the machine takes. */
static struct reply change_pgste(struct mm_struct *mm, unsigned long vmaddr, unsigned long mask, unsigned long bits)
{
	unsigned long *pgste, unlocked, old;
	struct locked_pte pte;

	if (!mm_alloc_pgste(mm))
		return refuse(WIRE_NO_PGSTES);
	if (!pte_lock(mm, vmaddr, &pte))
		return refuse(WIRE_NO_PAGE_TABLE);
	pgste = (unsigned long *)(pte.ptep + PTRS_PER_PTE);
	do {
		unlocked = READ_ONCE(*pgste) & ~PGSTE_PCL_BIT;
		old = cmpxchg(pgste, unlocked, unlocked | PGSTE_PCL_BIT);
	} while (old != unlocked);
	smp_store_release(pgste, (unlocked & ~mask) | bits);
	pte_unlock(&pte);
	return answer(0);
}

#define PGSTE_USAGE_SHIFT 24
#define PGSTE_USAGE (3UL << PGSTE_USAGE_SHIFT)
#define PGSTE_ZERO 0x80000000UL

static struct reply call_essa_set_usage(struct session *session, const struct call *call)
{
	GET_MM(mm);
	if (call->arg[2] > 3)
		return refuse(WIRE_BAD_VALUE);
	return change_pgste(mm, call->arg[1], PGSTE_USAGE, call->arg[2] << PGSTE_USAGE_SHIFT);
}

static struct reply call_essa_set_zero(struct session *session, const struct call *call)
{
	GET_MM(mm);
	return change_pgste(mm, call->arg[1], PGSTE_ZERO, call->arg[2] ? PGSTE_ZERO : 0);
}

const call_fn calls_page[WIRE_OPS] = {
	[OP_ptep_notify] = call_ptep_notify,
	[OP_s390_enable_sie] = call_enable_sie,
	[OP_s390_enable_skey] = call_enable_skey,
	[OP_s390_reset_cmma] = call_reset_cmma,
	[OP_set_guest_storage_key] = call_set_key,
	[OP_get_guest_storage_key] = call_get_key,
	[OPERATION_TEST_DIRTY] = call_test_dirty,
	[OP_essa_set_usage] = call_essa_set_usage,
	[OP_essa_set_zero] = call_essa_set_zero,
#if COMPAT_HAS_REFERENCES
	[OP_cond_set_guest_storage_key] = call_cond_set_key,
	[OP_reset_guest_reference_bit] = call_reset_reference,
#endif
};
