// SPDX-License-Identifier: GPL-2.0-only
/* The port of arch/s390/mm/gmap.c, third part: what concerns a process as a whole. */
#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/walk.h"
#include "core/machine/lock.h"

void thp_split_mm(struct machine *m, struct mm *mm)
{
	struct vma *vma;

	lock_need(m, LOCK_MMAP_SEM, LOCK_WRITE, mm);
	/* Left out: transparent huge pages. So there is nothing to split. */
	for (vma = mm->vmas; vma; vma = vma->next)
		SET(m, vma->flags, (vma->flags & ~(u64)VM_HUGEPAGE) | VM_NOHUGEPAGE);
	SET(m, mm->def_flags, mm->def_flags | VM_NOHUGEPAGE);
}

/* Kernels that do not want zero pages in a process that runs guests take out those that are there. */
static bool unmap_zero_page(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	if (is_zero_page(m, pte_page(entry_get(ptep))))
		ptep_xchg_direct(m, mm, vmaddr, ptep, PAGE_INVALID);
	return true;
}

int s390_enable_sie(struct machine *m, struct mm *mm)
{
	if (mm->has_pgste)
		return 0;
	if (!mm->alloc_pgste)
		return -EINVAL;
	down_write(m, mm);
	SET(m, mm->has_pgste, 1);
	SET(m, mm->old_page_tables, host_next_segment(m, mm, 0, mm->asce_limit) < mm->asce_limit);
	thp_split_mm(m, mm);
	if (!m->options.profile->zero_page_with_pgste) {
		SET(m, mm->no_zero_pages, 1);
		walk_ptes(m, mm, unmap_zero_page, WALK_LOCKS_PTE);
	}
	up_write(m, mm);
	return 0;
}

/* Every PTE, none and swap included: guest storage keys are cleared. */
static bool clear_key(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	(void)vmaddr;
	ptep_zap_key(m, mm, ptep);
	return true;
}

/* What is not writable may belong to others. */
static void clear_large_keys(struct machine *m, struct mm *mm, entry_t *pmd)
{
	u64 value = entry_get(pmd);

	(void)mm;
	if (value & SEGMENT_ENTRY_LARGE && value & SEGMENT_ENTRY_WRITE)
		hugetlb_clear_keys(m, value & SEGMENT_ENTRY_LARGE_FRAME);
}

/* And what points into the zero pages goes. */
static bool __s390_enable_skey(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	unmap_zero_page(m, mm, vmaddr, ptep);
	return clear_key(m, mm, vmaddr, ptep);
}

static bool unshare_zero_page(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	u64 pte = entry_get(ptep);

	if (!pte_present(pte) || !is_zero_page(m, pte_page(pte)))
		return true;
	return !(unshare_page(m, mm, find_vma(m, mm, vmaddr), vmaddr) & VM_FAULT_OOM);
}

/* Zero pages and merged ones become pages of their own, and there will be no new ones. */
static int s390_disable_cow_sharing(struct machine *m, struct mm *mm)
{
	if (mm->no_zero_pages)
		return 0;
	SET(m, mm->no_zero_pages, 1);
	if (walk_ptes(m, mm, unshare_zero_page, WALK_LETS_GO))
		return 0;
	/* those that were unshared stay so */
	SET(m, mm->no_zero_pages, 0);
	return -ENOMEM;
}

/* With mmap_sem, and use_skey set. */
static int start_using_keys(struct machine *m, struct mm *mm)
{
	/* Left out: KSM. Undoing it comes first, and could fail. */
	SET(m, mm->def_flags, mm->def_flags & ~(u64)VM_MERGEABLE);
	if (m->options.profile->skey_unshares) {
		if (s390_disable_cow_sharing(m, mm))
			return -ENOMEM;
		walk_ptes_and_large(m, mm, clear_key, clear_large_keys, WALK_LOCKS_TABLE);
	} else if (m->options.profile->zero_page_with_pgste) {
		SET(m, mm->no_zero_pages, 1);
		walk_ptes(m, mm, __s390_enable_skey, WALK_LOCKS_TABLE);
	} else {
		/* zero pages went when the process began to run guests; one that does not has them still */
		walk_ptes_and_large(m, mm, clear_key, clear_large_keys, WALK_LOCKS_TABLE);
	}
	return 0;
}

int s390_enable_skey(struct machine *m, struct mm *mm)
{
	int rc = 0;

	down_write(m, mm);
	if (!mm->use_skey) {
		SET(m, mm->use_skey, 1);
		rc = start_using_keys(m, mm);
		if (rc)
			SET(m, mm->use_skey, 0);
	}
	up_write(m, mm);
	return rc;
}

static bool __s390_reset_cmma(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	(void)vmaddr;
	ptep_zap_unused(m, mm, ptep, true);
	return true;
}

void s390_reset_cmma(struct machine *m, struct mm *mm)
{
	down_write(m, mm);
	walk_ptes(m, mm, __s390_reset_cmma, WALK_LOCKS_TABLE);
	up_write(m, mm);
}
