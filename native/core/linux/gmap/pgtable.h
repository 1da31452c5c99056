/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PTE and PGSTE layer: every change of a PTE of a process that may run guests goes through here
 * (arch/s390/mm/pgtable.c). PTE values are in host byte order; ptep points into storage.
 */
#ifndef S390_GMAP_PGTABLE_H
#define S390_GMAP_PGTABLE_H

#include "core/linux/mm/mm.h"

/* Changes of a PTE's value; none of these touches storage. */

/* bits of a PTE that a change of protection keeps */
#define PTE_KEPT (PAGE_MASK | PAGE_SPECIAL | PAGE_DIRTY | PAGE_YOUNG | PAGE_SOFT_DIRTY)

static inline u64 pte_mkyoung(u64 pte)
{
	pte |= PAGE_YOUNG;
	return pte & PAGE_READ_BIT ? pte & ~(u64)PAGE_INVALID : pte;
}

static inline u64 pte_mkold(u64 pte)
{
	return (pte & ~(u64)PAGE_YOUNG) | PAGE_INVALID;
}

static inline u64 pte_mksoft_dirty(const struct machine *m, u64 pte)
{
	return pte | m->options.profile->soft_dirty;
}

static inline u64 pte_mkdirty(const struct machine *m, u64 pte)
{
	pte = pte_mksoft_dirty(m, pte) | PAGE_DIRTY;
	return pte & PAGE_WRITE_BIT ? pte & ~(u64)PAGE_PROTECT : pte;
}

static inline u64 pte_mkwrite(u64 pte)
{
	pte |= PAGE_WRITE_BIT;
	return pte & PAGE_DIRTY ? pte & ~(u64)PAGE_PROTECT : pte;
}

static inline u64 pte_wrprotect(u64 pte)
{
	return (pte & ~(u64)PAGE_WRITE_BIT) | PAGE_PROTECT;
}

static inline u64 pte_mkspecial(u64 pte)
{
	return pte | PAGE_SPECIAL;
}

static inline u64 pte_modify(u64 pte, u64 page_prot)
{
	pte = (pte & PTE_KEPT) | page_prot;
	if (pte & PAGE_YOUNG && pte & PAGE_READ_BIT)
		pte &= ~(u64)PAGE_INVALID;
	if (pte & PAGE_DIRTY && pte & PAGE_WRITE_BIT)
		pte &= ~(u64)PAGE_PROTECT;
	return pte;
}

/* The PTE that maps a page under a protection template. */
u64 mk_pte(const struct machine *m, u64 page, u64 page_prot);

static inline entry_t *pgste_of(entry_t *ptep)
{
	return ptep + PGSTE_OFFSET;
}

/* The PGSTE as a storage key: access control, fetch protection, and what the guest's bits say of reference and change. */
static inline u64 pgste_key(u64 pgste)
{
	return (pgste & (PGSTE_ACC | PGSTE_FP)) >> 56 | (pgste & (PGSTE_GR | PGSTE_GC)) >> 48;
}

/* The PGSTE, with its lock bit set from here to pgste_set_unlock(). BUG without PGSTEs. */
u64 pgste_get_lock(struct machine *m, struct mm *mm, entry_t *ptep);
void pgste_set_unlock(struct machine *m, entry_t *ptep, u64 pgste);

/* Exchange the PTE: notify if the guest asked, flush, keep PGSTE and storage key right. Return the old one. */
u64 ptep_xchg_direct(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte);
u64 ptep_xchg_lazy(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte);
/* full: the whole process ends, the PGSTE is not looked at */
u64 ptep_get_and_clear_full(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, bool full);
void ptep_set_wrprotect(struct machine *m, struct mm *mm, u64 address, entry_t *ptep);
bool ptep_test_and_clear_young(struct machine *m, struct mm *mm, u64 address, entry_t *ptep);
/* False if nothing had to change. */
static inline bool ptep_set_access_flags(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	if (entry_get(ptep) == pte)
		return false;
	ptep_xchg_direct(m, mm, address, ptep, pte);
	return true;
}

/* A change in two steps; the PGSTE stays locked between them. */
u64 ptep_modify_prot_start(struct machine *m, struct mm *mm, u64 address, entry_t *ptep);
void ptep_modify_prot_commit(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte);
/* Stores a PTE where there was none: neither notifies nor flushes. */
void set_pte_at(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte);
/* Stores "none" and looks at nothing. */
void pte_clear(struct machine *m, entry_t *ptep);

void ptep_set_notify(struct machine *m, struct mm *mm, entry_t *ptep);
/*
 * Gives the PTE a protection (0: none, PROT_READ, PROT_WRITE: leave it) and sets PGSTE bits, so that an access which
 * needs more is told. 0, or -EAGAIN: the PTE is less permissive already, it must be faulted in. pte lock.
 */
int ptep_force_prot(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 prot, u64 bits);
void ptep_zap_unused(struct machine *m, struct mm *mm, entry_t *ptep, bool reset);
void ptep_zap_key(struct machine *m, struct mm *mm, entry_t *ptep);

/* True if the guest wrote to the page since the last call; takes the pte lock only. */
bool test_and_clear_guest_dirty(struct machine *m, struct mm *mm, u64 address);
/* The same for a PTE whose lock is held. */
bool ptep_test_and_clear_uc(struct machine *m, struct mm *mm, u64 address, entry_t *ptep);

#endif
