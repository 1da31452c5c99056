/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels from 4.7 to 6.12: everything in which they differ for this module. An operation of ops.def that a
 * kernel has under another name only (gmap_alloc, later gmap_create) is called the same here; the OPERATION_
 * constants say which of them this kernel has.
 */
#ifndef S390_GMAP_COMPAT_H
#define S390_GMAP_COMPAT_H

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <asm/gmap.h>
#include <asm/lowcore.h>
#include <asm/pgalloc.h>
#include <asm/pgtable.h>
#include <asm/setup.h>

#include "abi/wire.h"

/* wire.h and protocol.h mean it; kernels call it U64_MAX */
#ifndef UINT64_MAX
#define UINT64_MAX U64_MAX
#endif

#define KERNEL_BEFORE(major, minor) (LINUX_VERSION_CODE < KERNEL_VERSION(major, minor, 0))

#if !KERNEL_BEFORE(4, 11)
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#endif

/* Keeps the mm_struct (not what it maps) while gmaps of it live. */
static inline void compat_mm_grab(struct mm_struct *mm)
{
#if KERNEL_BEFORE(4, 11)
	atomic_inc(&mm->mm_count);
#else
	mmgrab(mm);
#endif
}

/* Keeps what the mm maps, unless that has gone with its last process. */
static inline bool compat_mm_get_users(struct mm_struct *mm)
{
	return atomic_inc_not_zero(&mm->mm_users);
}

static inline void compat_mm_lock(struct mm_struct *mm)
{
#if KERNEL_BEFORE(5, 8)
	down_read(&mm->mmap_sem);
#else
	mmap_read_lock(mm);
#endif
}

static inline void compat_mm_unlock(struct mm_struct *mm)
{
#if KERNEL_BEFORE(5, 8)
	up_read(&mm->mmap_sem);
#else
	mmap_read_unlock(mm);
#endif
}

static inline void compat_mm_write_lock(struct mm_struct *mm)
{
#if KERNEL_BEFORE(5, 8)
	down_write(&mm->mmap_sem);
#else
	mmap_write_lock(mm);
#endif
}

static inline void compat_mm_write_unlock(struct mm_struct *mm)
{
#if KERNEL_BEFORE(5, 8)
	up_write(&mm->mmap_sem);
#else
	mmap_write_unlock(mm);
#endif
}

/* Above the limit of the address space: whether the index into the top table is cut, or leads out of the table. */
static inline bool compat_walks_stay_inside(void)
{
	return !KERNEL_BEFORE(5, 10);
}

/* The VMAs of an mm whose processes are gone: a tree of freed memory, before there were maple trees. */
static inline bool compat_keeps_vmas_after_exit(void)
{
	return KERNEL_BEFORE(6, 1);
}

static inline pud_t *compat_pud(struct mm_struct *mm, unsigned long vmaddr)
{
	pgd_t *pgd = pgd_offset(mm, vmaddr);
#if KERNEL_BEFORE(4, 12)
	return pgd_none(*pgd) ? NULL : pud_offset(pgd, vmaddr);
#else
	p4d_t *p4d;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, vmaddr);
	return p4d_none(*p4d) ? NULL : pud_offset(p4d, vmaddr);
#endif
}

#if KERNEL_BEFORE(4, 8)

#define OPERATION_CREATE OP_gmap_alloc
#define OPERATION_REMOVE OP_gmap_free
#define OPERATION_REGISTER OP_gmap_register_ipte_notifier
#define OPERATION_UNREGISTER OP_gmap_unregister_ipte_notifier
#define OPERATION_PROTECT OP_gmap_ipte_notify
#define COMPAT_HAS_REFERENCES 0

static inline struct gmap *compat_gmap_create(struct mm_struct *mm, unsigned long limit)
{
	return gmap_alloc(mm, limit);
}

static inline void compat_gmap_remove(struct gmap *gmap)
{
	gmap_free(gmap);
}

static inline struct gmap *compat_gmap_enabled(void)
{
	return (struct gmap *)S390_lowcore.gmap;
}

static inline void compat_register(struct gmap_notifier *nb)
{
	gmap_register_ipte_notifier(nb);
}

static inline void compat_unregister(struct gmap_notifier *nb)
{
	gmap_unregister_ipte_notifier(nb);
}

static inline int compat_protect(struct gmap *gmap, unsigned long gaddr, unsigned long len, int prot)
{
	return gmap_ipte_notify(gmap, gaddr, len);
}

#else

#define OPERATION_CREATE OP_gmap_create
#define OPERATION_REMOVE OP_gmap_remove
#define OPERATION_REGISTER OP_gmap_register_pte_notifier
#define OPERATION_UNREGISTER OP_gmap_unregister_pte_notifier
#define OPERATION_PROTECT OP_gmap_mprotect_notify
#define COMPAT_HAS_REFERENCES 1

static inline struct gmap *compat_gmap_create(struct mm_struct *mm, unsigned long limit)
{
	return gmap_create(mm, limit);
}

static inline void compat_gmap_remove(struct gmap *gmap)
{
	gmap_remove(gmap);
}

static inline struct gmap *compat_gmap_enabled(void)
{
	return gmap_get_enabled();
}

static inline void compat_register(struct gmap_notifier *nb)
{
	gmap_register_pte_notifier(nb);
}

static inline void compat_unregister(struct gmap_notifier *nb)
{
	gmap_unregister_pte_notifier(nb);
}

static inline int compat_protect(struct gmap *gmap, unsigned long gaddr, unsigned long len, int prot)
{
	return gmap_mprotect_notify(gmap, gaddr, len, prot);
}

#endif

/* 4.7 has no bits: every call notifies. */
static inline bool compat_notify_has_bits(void)
{
	return !KERNEL_BEFORE(4, 8);
}

static inline void compat_ptep_notify(struct mm_struct *mm, unsigned long vmaddr, pte_t *ptep, unsigned long bits)
{
#if KERNEL_BEFORE(4, 8)
	ptep_notify(mm, vmaddr, ptep);
#else
	ptep_notify(mm, vmaddr, ptep, bits);
#endif
}

/* 4.7 takes mmap_sem itself. */
static inline int compat_set_key(struct mm_struct *mm, unsigned long vmaddr, unsigned long key, bool nq)
{
#if KERNEL_BEFORE(4, 8)
	return set_guest_storage_key(mm, vmaddr, key, nq);
#else
	int rc;

	compat_mm_lock(mm);
	rc = set_guest_storage_key(mm, vmaddr, key, nq);
	compat_mm_unlock(mm);
	return rc;
#endif
}

/* The key, or an error-valued word. */
static inline unsigned long compat_get_key(struct mm_struct *mm, unsigned long vmaddr)
{
#if KERNEL_BEFORE(4, 8)
	return get_guest_storage_key(mm, vmaddr);
#else
	unsigned char key = 0;
	int rc;

	compat_mm_lock(mm);
	rc = get_guest_storage_key(mm, vmaddr, &key);
	compat_mm_unlock(mm);
	return rc ? (unsigned long)(long)rc : key;
#endif
}

#if KERNEL_BEFORE(4, 18)
#define OPERATION_TEST_DIRTY OP_test_and_clear_guest_dirty
#else
#define OPERATION_TEST_DIRTY OP_ptep_test_and_clear_uc
#endif

/* Before 4.18 the function finds the pte itself, and locks it. */
static inline bool compat_dirty_takes_pte(void)
{
	return !KERNEL_BEFORE(4, 18);
}

static inline bool compat_test_and_clear_dirty(struct mm_struct *mm, unsigned long vmaddr, pte_t *ptep)
{
#if KERNEL_BEFORE(4, 18)
	return test_and_clear_guest_dirty(mm, vmaddr);
#else
	return ptep_test_and_clear_uc(mm, vmaddr, ptep);
#endif
}

static inline bool compat_machine_has_nx(void)
{
#ifdef MACHINE_HAS_NX
	return MACHINE_HAS_NX;
#else
	return false;
#endif
}

static inline bool compat_machine_has_tlb_guest(void)
{
#ifdef MACHINE_HAS_TLB_GUEST
	return MACHINE_HAS_TLB_GUEST;
#else
	return false;
#endif
}

#endif
