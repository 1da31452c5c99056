// SPDX-License-Identifier: GPL-2.0-only
/* pgtable.h and guest_page.h by a tree's pgtable.c. */
#include "core/linux/gmap/guest_page.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "own-code/own.h"

u64 mk_pte(const struct machine *m, u64 page, u64 page_prot)
{
	u64 pte = pte_mkyoung(page | page_prot);

	return pte & PAGE_WRITE_BIT && frame_at(m, page)->flags & FRAME_DIRTY ? pte_mkdirty(m, pte) : pte;
}

/*
 * A tree's lazy invalidation is a plain store and a flag: nothing that anybody is told of. It is what happened if a valid
 * PTE was changed without IPTE.
 */
#define LAZY(old, call)                                                                 \
	do {                                                                            \
		u64 iptes = own->iptes;                                                 \
		bool valid = !((old)&PAGE_INVALID);                                     \
                                                                                        \
		call;                                                                   \
		if (valid && own->iptes == iptes)                                       \
			event_range(m, EVENT_LAZY, 0, 0, address, address_of(m, ptep)); \
	} while (0)

u64 ptep_xchg_direct(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	own_enter(m, mm);
	return linux_x_xchg_direct(mm, address, ptep, pte);
}

u64 ptep_xchg_lazy(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	u64 old;

	own_enter(m, mm);
	LAZY(entry_get(ptep), old = linux_x_xchg_lazy(mm, address, ptep, pte));
	return old;
}

u64 ptep_get_and_clear_full(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, bool full)
{
	u64 old;

	own_enter(m, mm);
	LAZY(full ? PAGE_INVALID : entry_get(ptep), old = linux_x_get_and_clear_full(mm, address, ptep, full));
	return old;
}

void ptep_set_wrprotect(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	own_enter(m, mm);
	LAZY(entry_get(ptep) & PAGE_WRITE_BIT ? entry_get(ptep) : PAGE_INVALID,
	     linux_x_set_wrprotect(mm, address, ptep));
}

bool ptep_test_and_clear_young(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	own_enter(m, mm);
	return linux_x_test_and_clear_young(mm, address, ptep);
}

u64 ptep_modify_prot_start(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	u64 old;

	own_enter(m, mm);
	LAZY(entry_get(ptep), old = linux_x_modify_prot_start(mm, address, ptep));
	return old;
}

void ptep_modify_prot_commit(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	own_enter(m, mm);
	linux_x_modify_prot_commit(mm, address, ptep, 0, pte);
}

void set_pte_at(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	own_enter(m, mm);
	linux_x_set_pte_at(mm, address, ptep, pte);
}

void pte_clear(struct machine *m, entry_t *ptep)
{
	entry_set(m, ptep, PAGE_INVALID);
}

void ptep_set_notify(struct machine *m, struct mm *mm, entry_t *ptep)
{
	own_enter(m, mm);
	linux_ptep_set_notify(mm, 0, ptep);
}

int ptep_force_prot(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 prot, u64 bits)
{
	own_enter(m, mm);
	return linux_ptep_force_prot(mm, address, ptep, (int)prot, bits);
}

void ptep_zap_unused(struct machine *m, struct mm *mm, entry_t *ptep, bool reset)
{
	own_enter(m, mm);
	linux_ptep_zap_unused(mm, 0, ptep, reset);
}

void ptep_zap_key(struct machine *m, struct mm *mm, entry_t *ptep)
{
	own_enter(m, mm);
	linux_ptep_zap_key(mm, 0, ptep);
}

bool ptep_test_and_clear_uc(struct machine *m, struct mm *mm, u64 address, entry_t *ptep)
{
	own_enter(m, mm);
	return linux_ptep_test_and_clear_uc(mm, address, ptep);
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

int set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq)
{
	int error;

	down_read(m, mm);
	own_enter(m, mm);
	error = linux_set_guest_storage_key(mm, address, (u8)key, nq);
	up_read(m, mm);
	return error;
}

u64 get_guest_storage_key(struct machine *m, struct mm *mm, u64 address)
{
	int error;
	u8 key = 0;

	down_read(m, mm);
	own_enter(m, mm);
	error = linux_get_guest_storage_key(mm, address, &key);
	up_read(m, mm);
	return error ? ERROR_WORD(EFAULT) : key;
}

int cond_set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq, bool mr, bool mc)
{
	int result;

	down_read(m, mm);
	own_enter(m, mm);
	result = linux_cond_set_guest_storage_key(mm, address, (u8)key, NULL, nq, mr, mc);
	up_read(m, mm);
	return result;
}

int reset_guest_reference_bit(struct machine *m, struct mm *mm, u64 address)
{
	int result;

	down_read(m, mm);
	own_enter(m, mm);
	result = linux_reset_guest_reference_bit(mm, address);
	up_read(m, mm);
	return result;
}

static void essa_change(struct machine *m, struct mm *mm, u64 address, u64 clear, u64 set)
{
	entry_t *ptep = host_pte(m, mm, address);

	if (!ptep)
		machine_bug(m, BUG_no_page_table, "ESSA at 0x%llx", (unsigned long long)address);
	if (frame_at(m, address_of(m, ptep))->flags & FRAME_NO_PGSTE)
		machine_bug(m, BUG_no_pgste, "ESSA");
	entry_set(m, pgste_of(ptep), (entry_get(pgste_of(ptep)) & ~clear) | set);
}

void essa_set_usage(struct machine *m, struct mm *mm, u64 address, u64 usage)
{
	essa_change(m, mm, address, PGSTE_USAGE, usage << PGSTE_USAGE_SHIFT & PGSTE_USAGE);
}

void essa_set_zero(struct machine *m, struct mm *mm, u64 address, bool zero)
{
	essa_change(m, mm, address, PGSTE_GPS_ZERO, zero ? PGSTE_GPS_ZERO : 0);
}
