// SPDX-License-Identifier: GPL-2.0-only
/* arch/s390/mm/pgtable.c, what it does for the key and page-state instructions of guests. */
#include "core/linux/gmap/guest_page.h"

#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/vma.h"

#define GUEST_KEY (PGSTE_ACC | PGSTE_FP | PGSTE_GR | PGSTE_GC)

/* The PTE that a key belongs to, locked; else NULL, and the error: 0 where nobody has a page, -EFAULT. */
static entry_t *key_pte(struct machine *m, struct mm *mm, u64 address, int *error)
{
	enum profile_key_lookup lookup = m->options.profile->key_lookup;
	entry_t *ptep = NULL;

	*error = -EFAULT;
	if (lookup == KEY_MAKES_TABLE)
		return get_locked_pte(m, mm, address);
	if (lookup == KEY_NEEDS_VMA) {
		const struct vma *vma = vma_lookup(m, mm, address);

		if (!vma || vma->flags & VM_HUGETLB)
			return NULL;
	}
	if (lookup == KEY_NEEDS_TABLE) {
		address = host_wrap(mm, address);
		if (!host_pmd_alloc(m, mm, address))
			return NULL;
	}
	ptep = host_pte(m, mm, address);
	if (ptep)
		pte_lock(m, ptep);
	else
		*error = 0;
	return ptep;
}

/* Without a page table: 5.10 reads a key of 0 there, but cannot change it, not even to 0. */
static int change_error(const struct machine *m, int error)
{
	return m->options.profile->key_lookup == KEY_NEEDS_TABLE ? -EFAULT : error;
}

/* With mmap_sem, which some callers of the kernel's function hold themselves. */
static int set_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq)
{
	u64 old, pgste, pte;
	entry_t *ptep;
	int error;

	ptep = key_pte(m, mm, address, &error);
	if (!ptep)
		return key ? -EFAULT : change_error(m, error);
	old = pgste_get_lock(m, mm, ptep);
	pgste = old & ~GUEST_KEY;
	pgste |= (key & (KEY_REFERENCED | KEY_CHANGED)) << 48;
	pgste |= (key & (KEY_ACC | KEY_FP)) << 56;
	pte = entry_get(ptep);
	if (!(pte & PAGE_INVALID)) {
		u64 real = page_get_storage_key(m, pte_page(pte));

		page_set_storage_key(m, pte_page(pte), key & (KEY_ACC | KEY_FP), !nq);
		pgste |= (real & (KEY_REFERENCED | KEY_CHANGED)) << 52;
	}
	if ((old ^ pgste) & GUEST_KEY)
		pgste |= PGSTE_UC;
	pgste_set_unlock(m, ptep, pgste);
	pte_unlock(m, ptep);
	return 0;
}

static int get_key(struct machine *m, struct mm *mm, u64 address, u64 *key)
{
	u64 pgste, pte;
	entry_t *ptep;
	int error;

	*key = 0;
	ptep = key_pte(m, mm, address, &error);
	if (!ptep)
		return error;
	pgste = pgste_get_lock(m, mm, ptep);
	pte = entry_get(ptep);
	*key = pgste_key(pgste);
	if (!(pte & PAGE_INVALID))
		*key = page_get_storage_key(m, pte_page(pte)) | (pgste & (PGSTE_GR | PGSTE_GC)) >> 48;
	pgste_set_unlock(m, ptep, pgste);
	pte_unlock(m, ptep);
	return 0;
}

int set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq)
{
	int error;

	down_read(m, mm);
	error = set_key(m, mm, address, key, nq);
	up_read(m, mm);
	return error;
}

u64 get_guest_storage_key(struct machine *m, struct mm *mm, u64 address)
{
	int error;
	u64 key;

	down_read(m, mm);
	error = get_key(m, mm, address, &key);
	up_read(m, mm);
	return error ? ERROR_WORD(EFAULT) : key;
}

static int cond_set_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq, bool mr, bool mc)
{
	u64 counts = KEY_ACC | KEY_FP | (mr ? 0 : KEY_REFERENCED) | (mc ? 0 : KEY_CHANGED);
	u64 old;
	int error;

	if (mr || mc) {
		error = get_key(m, mm, address, &old);
		if (error)
			return error;
		if (!((old ^ key) & counts))
			return 0;
	}
	error = set_key(m, mm, address, key, nq);
	return error ? error : 1;
}

int cond_set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq, bool mr, bool mc)
{
	int result;

	down_read(m, mm);
	result = cond_set_key(m, mm, address, key, nq, mr, mc);
	up_read(m, mm);
	return result;
}

static int reset_reference(struct machine *m, struct mm *mm, u64 address)
{
	u64 pgste, old, pte;
	u64 bits = 0;
	entry_t *ptep;
	int error;

	ptep = key_pte(m, mm, address, &error);
	if (!ptep)
		return change_error(m, error);
	old = pgste_get_lock(m, mm, ptep);
	pgste = old & ~PGSTE_GR;
	pte = entry_get(ptep);
	if (!(pte & PAGE_INVALID))
		bits = rrbe(m, pte_page(pte));
	/* the frame's own reference bit goes too, into the host's of the PGSTE */
	if (bits & 2)
		pgste |= PGSTE_HR;
	bits |= (old & (PGSTE_GR | PGSTE_GC)) >> 49;
	if ((pgste ^ old) & PGSTE_GR)
		pgste |= PGSTE_UC;
	pgste_set_unlock(m, ptep, pgste);
	pte_unlock(m, ptep);
	return (int)bits;
}

int reset_guest_reference_bit(struct machine *m, struct mm *mm, u64 address)
{
	int result;

	down_read(m, mm);
	result = reset_reference(m, mm, address);
	up_read(m, mm);
	return result;
}

static void essa_change(struct machine *m, struct mm *mm, u64 address, u64 clear, u64 set)
{
	entry_t *ptep = host_pte(m, mm, address);
	u64 pgste;

	if (!ptep)
		machine_bug(m, BUG_no_page_table, "ESSA at 0x%llx", (unsigned long long)address);
	pte_lock(m, ptep);
	pgste = pgste_get_lock(m, mm, ptep);
	pgste_set_unlock(m, ptep, (pgste & ~clear) | set);
	pte_unlock(m, ptep);
}

void essa_set_usage(struct machine *m, struct mm *mm, u64 address, u64 usage)
{
	essa_change(m, mm, address, PGSTE_USAGE, usage << PGSTE_USAGE_SHIFT & PGSTE_USAGE);
}

void essa_set_zero(struct machine *m, struct mm *mm, u64 address, bool zero)
{
	essa_change(m, mm, address, PGSTE_GPS_ZERO, zero ? PGSTE_GPS_ZERO : 0);
}
