// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/gmap/pgtable.h"

#include "core/hardware/instructions.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/tlb.h"

u64 mk_pte(const struct machine *m, u64 page, u64 page_prot)
{
	u64 pte = pte_mkyoung(page | page_prot);

	return pte & PAGE_WRITE_BIT && frame_at(m, page)->flags & FRAME_DIRTY ? pte_mkdirty(m, pte) : pte;
}

/* Returns the PGSTE with its lock bit set. */
u64 pgste_get_lock(struct machine *m, struct mm *mm, entry_t *ptep)
{
	u64 pgste;

	/* Otherwise: PGSTEs that are not there. 4.7 changes whatever page table lies behind this one. */
	if (unlikely(!mm->alloc_pgste))
		machine_bug(m, BUG_no_pgste, "mm%llu was made with allocate_pgste = 0", (unsigned long long)mm->handle);
	pgste = entry_get(pgste_of(ptep));
	if (pgste & PGSTE_PCL)
		machine_bug(m, BUG_pgste_lock, "PGSTE 0x%llx", (unsigned long long)pgste);
	/* in 4.7 walks over all PTEs have only this lock */
	if (m->options.profile->locking != LOCKING_4_7)
		lock_need(m, LOCK_PTE, LOCK_WRITE, pte_lock_of(ptep));
	lock_take(m, LOCK_PGSTE, LOCK_WRITE, ptep);
	preempt_disable(m);
	pgste |= PGSTE_PCL;
	entry_set(m, pgste_of(ptep), pgste);
	return pgste;
}

void pgste_set_unlock(struct machine *m, entry_t *ptep, u64 pgste)
{
	entry_set(m, pgste_of(ptep), pgste & ~PGSTE_PCL);
	preempt_enable(m);
	lock_drop(m, LOCK_PGSTE, LOCK_WRITE, ptep);
}

/* The guest's storage key moves from the frame to the PGSTE when the PTE stops being valid. */
static u64 pgste_update_all(const struct machine *m, const struct mm *mm, u64 pte, u64 pgste)
{
	u64 key;

	if (!mm->use_skey || pte & PAGE_INVALID)
		return pgste;
	key = page_get_storage_key(m, pte_page(pte));
	pgste |= (key & (KEY_REFERENCED | KEY_CHANGED)) << 48;
	return (pgste & ~(PGSTE_ACC | PGSTE_FP)) | (key & (KEY_ACC | KEY_FP)) << 56;
}

/* And back to the frame when it becomes valid. */
static void pgste_set_key(struct machine *m, const struct mm *mm, const entry_t *ptep, u64 pgste, u64 pte)
{
	if (!mm->use_skey || pte & PAGE_INVALID)
		return;
	if (m->options.debug_vm && !(entry_get(ptep) & PAGE_INVALID))
		machine_bug(m, BUG_key_on_valid_pte, "PTE 0x%llx, new 0x%llx", (unsigned long long)entry_get(ptep),
			    (unsigned long long)pte);
	page_set_storage_key(m, pte_page(pte), pgste_key(pgste), false);
}

/* Stores the PTE. A PTE that lets the guest write marks the page dirty for the migration log. */
static u64 pgste_set_pte(struct machine *m, entry_t *ptep, u64 pgste, u64 pte)
{
	if (pte & PAGE_PRESENT && pte & PAGE_WRITE_BIT && !(pte & PAGE_INVALID)) {
		if (!m->options.esop) {
			/* a store would not be told apart: take the page as written to */
			pte |= PAGE_DIRTY;
			pte &= ~(u64)PAGE_PROTECT;
		}
		if (!(pte & PAGE_PROTECT))
			pgste |= PGSTE_UC;
	}
	entry_set(m, ptep, pte);
	return pgste;
}

static u64 pgste_ipte_notify(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pgste)
{
	if (unlikely(pgste & PGSTE_IN)) {
		pgste &= ~PGSTE_IN;
		ptep_notify(m, mm, address, ptep, PGSTE_IN);
	}
	return pgste;
}

static void attach_count_begin(struct machine *m, struct mm *mm)
{
	SET(m, mm->attach_count, mm->attach_count + ATTACH_COUNT_FLUSH);
}

static void attach_count_end(struct machine *m, struct mm *mm)
{
	SET(m, mm->attach_count, mm->attach_count - ATTACH_COUNT_FLUSH);
}

static u64 ptep_flush_direct(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 old = entry_get(ptep);

	if (unlikely(old & PAGE_INVALID))
		return old;
	attach_count_begin(m, mm);
	ipte(m, address, ptep, pte_flush_is_local(m, mm));
	attach_count_end(m, mm);
	return old;
}

static u64 ptep_flush_lazy(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 old = entry_get(ptep);

	if (unlikely(old & PAGE_INVALID))
		return old;
	attach_count_begin(m, mm);
	if (pte_flush_can_wait(m, mm)) {
		entry_set(m, ptep, old | PAGE_INVALID);
		SET(m, mm->flush_mm, 1);
		event_range(m, EVENT_LAZY, 0, 0, address, address_of(m, ptep));
	} else {
		ipte(m, address, ptep, false);
	}
	attach_count_end(m, mm);
	return old;
}

static u64 ptep_xchg_start(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 pgste = 0;

	if (mm->has_pgste) {
		pgste = pgste_get_lock(m, mm, ptep);
		pgste = pgste_ipte_notify(m, mm, address, ptep, pgste);
	}
	return pgste;
}

/* Returns the old PTE; for reclaim, it is marked if the guest does not use the page. */
static u64 ptep_xchg_commit(struct machine *m, struct mm *mm, entry_t *ptep, u64 pgste, u64 old, u64 pte)
{
	u64 unused = 0;

	if (!mm->has_pgste) {
		entry_set(m, ptep, pte);
		return old;
	}
	if (old & PAGE_INVALID)
		pgste_set_key(m, mm, ptep, pgste, pte);
	if (pte & PAGE_INVALID) {
		pgste = pgste_update_all(m, mm, old, pgste);
		/* 4.7 marks a copy that its caller never sees */
		if ((pgste & PGSTE_USAGE) == PGSTE_USAGE_UNUSED && m->options.profile->reclaim_drops_unused)
			unused = PAGE_UNUSED;
	}
	pgste = pgste_set_pte(m, ptep, pgste, pte);
	pgste_set_unlock(m, ptep, pgste);
	return old | unused;
}

u64 ptep_xchg_direct(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	u64 pgste = ptep_xchg_start(m, mm, address, ptep);
	u64 old = ptep_flush_direct(m, mm, address, ptep);

	return ptep_xchg_commit(m, mm, ptep, pgste, old, pte);
}

u64 ptep_xchg_lazy(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	u64 pgste = ptep_xchg_start(m, mm, address, ptep);
	u64 old = ptep_flush_lazy(m, mm, address, ptep);

	return ptep_xchg_commit(m, mm, ptep, pgste, old, pte);
}

u64 ptep_get_and_clear_full(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, bool full)
{
	u64 old;

	if (!full)
		return ptep_xchg_lazy(m, mm, address, ptep, PAGE_INVALID);
	old = entry_get(ptep);
	entry_set(m, ptep, PAGE_INVALID);
	return old;
}

void ptep_set_wrprotect(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 pte = entry_get(ptep);

	if (pte & PAGE_WRITE_BIT)
		ptep_xchg_lazy(m, mm, address, ptep, pte_wrprotect(pte));
}

bool ptep_test_and_clear_young(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	return ptep_xchg_direct(m, mm, address, ptep, pte_mkold(entry_get(ptep))) & PAGE_YOUNG;
}

u64 ptep_modify_prot_start(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 pgste = ptep_xchg_start(m, mm, address, ptep);
	u64 old = ptep_flush_lazy(m, mm, address, ptep);

	if (mm->has_pgste)
		entry_set(m, pgste_of(ptep), pgste_update_all(m, mm, old, pgste));
	return old;
}

/* The last steps of a change whose PGSTE is locked. */
static void pgste_store_pte(struct machine *m, const struct mm *mm, entry_t *ptep, u64 pgste, u64 pte)
{
	pgste_set_key(m, mm, ptep, pgste, pte);
	pgste = pgste_set_pte(m, ptep, pgste, pte);
	pgste_set_unlock(m, ptep, pgste);
}

void ptep_modify_prot_commit(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	u64 pgste;

	(void)address;
	if (!mm->has_pgste) {
		entry_set(m, ptep, pte);
		return;
	}
	pgste = entry_get(pgste_of(ptep));
	pgste_store_pte(m, mm, ptep, pgste, pte);
}

void set_pte_at(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	u64 pgste;

	(void)address;
	if (pte_present(pte))
		pte &= ~(u64)PAGE_UNUSED;
	if (!mm->has_pgste) {
		entry_set(m, ptep, pte);
		return;
	}
	pgste = pgste_get_lock(m, mm, ptep) & ~PGSTE_GPS_ZERO;
	pgste_store_pte(m, mm, ptep, pgste, pte);
}

void pte_clear(struct machine *m, entry_t *ptep)
{
	entry_set(m, ptep, PAGE_INVALID);
}

void ptep_set_notify(struct machine *m, struct mm *mm, entry_t *ptep)
{
	pgste_set_unlock(m, ptep, pgste_get_lock(m, mm, ptep) | PGSTE_IN);
}

int ptep_force_prot(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 prot, u64 bits)
{
	u64 pgste = pgste_get_lock(m, mm, ptep);
	u64 pte = entry_get(ptep);
	bool invalid = pte & PAGE_INVALID;
	bool protected = pte & PAGE_PROTECT;

	if ((invalid && prot) || (protected && prot & PROT_WRITE)) {
		pgste_set_unlock(m, ptep, pgste);
		return -EAGAIN;
	}
	if (!prot && !invalid) {
		ptep_flush_direct(m, mm, address, ptep);
		pgste = pgste_update_all(m, mm, pte, pgste);
		pte |= PAGE_INVALID;
	}
	if (prot == PROT_READ && !protected) {
		ptep_flush_direct(m, mm, address, ptep);
		pte = (pte & ~(u64)PAGE_INVALID) | PAGE_PROTECT;
	}
	pgste = pgste_set_pte(m, ptep, pgste | bits, pte);
	pgste_set_unlock(m, ptep, pgste);
	return 0;
}

void ptep_zap_unused(struct machine *m, struct mm *mm, entry_t *ptep, bool reset)
{
	u64 pgste = pgste_get_lock(m, mm, ptep);
	u64 pte = entry_get(ptep);

	if (!reset && pte_swap(pte) && ((pgste & PGSTE_USAGE) == PGSTE_USAGE_UNUSED || pgste & PGSTE_GPS_ZERO)) {
		free_swap_and_cache(m, pte);
		pte_clear(m, ptep);
	}
	if (reset)
		pgste &= ~PGSTE_USAGE;
	pgste_set_unlock(m, ptep, pgste);
}

void ptep_zap_key(struct machine *m, struct mm *mm, entry_t *ptep)
{
	u64 pgste = pgste_get_lock(m, mm, ptep);
	u64 pte = entry_get(ptep);

	pgste &= ~(PGSTE_ACC | PGSTE_FP | PGSTE_GR | PGSTE_GC);
	if (m->options.profile->skey_marks_referenced)
		pgste |= PGSTE_GR | PGSTE_GC;
	if (!(pte & PAGE_INVALID) && pte & PAGE_WRITE_BIT)
		page_set_storage_key(m, pte_page(pte), 0, !m->options.profile->skey_waits_for_nobody);
	pgste_set_unlock(m, ptep, pgste);
}

bool ptep_test_and_clear_uc(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 pgste = pgste_get_lock(m, mm, ptep);
	bool dirty = pgste & PGSTE_UC;
	u64 pte = entry_get(ptep);

	pgste &= ~PGSTE_UC;
	if (dirty && pte_present(pte)) {
		pgste = pgste_ipte_notify(m, mm, address, ptep, pgste);
		ipte(m, address, ptep, false);
		if (m->options.esop || !(pte & PAGE_WRITE_BIT))
			pte |= PAGE_PROTECT;
		else
			pte |= PAGE_INVALID;
		entry_set(m, ptep, pte);
	}
	pgste_set_unlock(m, ptep, pgste);
	return dirty;
}

bool test_and_clear_guest_dirty(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *ptep = get_locked_pte(m, mm, address);
	bool dirty;

	if (!ptep)
		return false;
	dirty = ptep_test_and_clear_uc(m, mm, address, ptep);
	pte_unlock(m, ptep);
	return dirty;
}
