// SPDX-License-Identifier: GPL-2.0-only
/* arch/s390/mm/pgtable.c, what it does for the key and page-state instructions of guests. */
#include "core/linux/gmap/guest_page.h"

#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/vma.h"

#define GUEST_KEY (PGSTE_ACC | PGSTE_FP | PGSTE_GR | PGSTE_GC)

/* What an address has a key in; its lock is held. */
struct key_place {
	entry_t *ptep;
	entry_t *pmd; /* of a large page, whose key it is, without a PGSTE */
	int error;    /* if it is neither: 0 where nobody has a page, or -EFAULT */
};

static void unlock_key(struct machine *m, const struct key_place *place)
{
	if (place->pmd)
		lock_drop(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(place->pmd));
	else if (place->ptep)
		pte_unlock(m, place->ptep);
}

/* The segment entry, in the tables as they are, or with those above it made; NULL: `error` says what. */
static entry_t *key_pmd(struct machine *m, struct mm *mm, u64 address, int *error)
{
	*error = -EFAULT;
	if (m->options.profile->key_lookup == KEY_NEEDS_TABLE)
		return host_pmd_alloc(m, mm, host_wrap(mm, address));
	if (!vma_lookup(m, mm, address))
		return NULL;
	*error = 0;
	return host_pmd(m, mm, address);
}

static struct key_place lock_key(struct machine *m, struct mm *mm, u64 address)
{
	struct key_place place = { .error = -EFAULT };
	entry_t *pmd;
	u64 value;

	if (m->options.profile->key_lookup == KEY_MAKES_TABLE) {
		place.ptep = get_locked_pte(m, mm, address);
		if (place.ptep)
			place.error = 0;
		return place;
	}
	pmd = key_pmd(m, mm, address, &place.error);
	if (!pmd)
		return place;
	place.error = 0;
	lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
	value = entry_get(pmd);
	if (value & SEGMENT_ENTRY_LARGE) {
		place.pmd = pmd;
		return place;
	}
	lock_drop(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
	if (value != SEGMENT_ENTRY_EMPTY) {
		place.ptep = pte_of(m, value, address);
		pte_lock(m, place.ptep);
	}
	return place;
}

/* The page in the large page. */
static u64 large_page(const struct key_place *place, u64 address)
{
	return (entry_get(place->pmd) & SEGMENT_ENTRY_LARGE_FRAME) | (address & ~PMD_MASK & PAGE_MASK);
}

/* Without a page table: 5.10 reads a key of 0 there, but cannot change it, not even to 0. */
static int change_error(const struct machine *m, const struct key_place *place)
{
	return m->options.profile->key_lookup == KEY_NEEDS_TABLE ? -EFAULT : place->error;
}

static void set_page_key(struct machine *m, struct mm *mm, entry_t *ptep, u64 key, bool nq)
{
	u64 old = pgste_get_lock(m, mm, ptep);
	u64 pgste = old & ~GUEST_KEY;
	u64 pte = entry_get(ptep);

	pgste |= (key & (KEY_REFERENCED | KEY_CHANGED)) << 48;
	pgste |= (key & (KEY_ACC | KEY_FP)) << 56;
	if (!(pte & PAGE_INVALID)) {
		u64 real = page_get_storage_key(m, pte_page(pte));

		page_set_storage_key(m, pte_page(pte), key & (KEY_ACC | KEY_FP), !nq);
		pgste |= (real & (KEY_REFERENCED | KEY_CHANGED)) << 52;
	}
	if ((old ^ pgste) & GUEST_KEY)
		pgste |= PGSTE_UC;
	pgste_set_unlock(m, ptep, pgste);
}

/* With mmap_sem, which some callers of the kernel's function hold themselves. */
static int set_key(struct machine *m, struct mm *mm, u64 address, u8 key, bool nq)
{
	struct key_place place = lock_key(m, mm, address);

	if (place.pmd)
		page_set_storage_key(m, large_page(&place, address), key, true);
	else if (place.ptep)
		set_page_key(m, mm, place.ptep, key, nq);
	else
		return key ? -EFAULT : change_error(m, &place);
	unlock_key(m, &place);
	return 0;
}

static u64 get_page_key(struct machine *m, struct mm *mm, entry_t *ptep)
{
	u64 pgste = pgste_get_lock(m, mm, ptep);
	u64 pte = entry_get(ptep);
	u64 key = pgste_key(pgste);

	if (!(pte & PAGE_INVALID))
		key = page_get_storage_key(m, pte_page(pte)) | (pgste & (PGSTE_GR | PGSTE_GC)) >> 48;
	pgste_set_unlock(m, ptep, pgste);
	return key;
}

static int get_key(struct machine *m, struct mm *mm, u64 address, u64 *key)
{
	struct key_place place = lock_key(m, mm, address);

	*key = 0;
	if (place.pmd)
		*key = page_get_storage_key(m, large_page(&place, address));
	else if (place.ptep)
		*key = get_page_key(m, mm, place.ptep);
	unlock_key(m, &place);
	return place.error;
}

int set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq)
{
	int error;

	down_read(m, mm);
	error = set_key(m, mm, address, (u8)key, nq);
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
	error = set_key(m, mm, address, (u8)key, nq);
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

static int reset_page_reference(struct machine *m, struct mm *mm, entry_t *ptep)
{
	u64 old = pgste_get_lock(m, mm, ptep);
	u64 pgste = old & ~PGSTE_GR;
	u64 pte = entry_get(ptep);
	u64 bits = 0;

	if (!(pte & PAGE_INVALID))
		bits = rrbe(m, pte_page(pte));
	/* the frame's own reference bit goes too, into the host's of the PGSTE */
	if (bits & 2)
		pgste |= PGSTE_HR;
	bits |= (old & (PGSTE_GR | PGSTE_GC)) >> 49;
	if ((pgste ^ old) & PGSTE_GR)
		pgste |= PGSTE_UC;
	pgste_set_unlock(m, ptep, pgste);
	return (int)bits;
}

static int reset_reference(struct machine *m, struct mm *mm, u64 address)
{
	struct key_place place = lock_key(m, mm, address);
	int bits;

	if (place.pmd)
		bits = (int)rrbe(m, large_page(&place, address));
	else if (place.ptep)
		bits = reset_page_reference(m, mm, place.ptep);
	else
		return change_error(m, &place);
	unlock_key(m, &place);
	return bits;
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
