// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/mprotect.h"

#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/tlb.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/walk.h"
#include "core/machine/lock.h"

#define PROT_SEM 0x8u /* a valid protection that means nothing */

/* Whether a write fault would find nothing to do but to set the write bit. */
static bool can_change_pte_writable(const struct machine *m, const struct vma *vma, u64 pte)
{
	if (!m->options.profile->mprotect_upgrades || (vma->flags & (VM_WRITE | VM_SHARED)) != VM_WRITE)
		return false;
	if (m->options.profile->mprotect_upgrades == UPGRADE_DIRTY && !(pte & PAGE_DIRTY))
		return false;
	return !(pte & PAGE_SPECIAL) && page_is_exclusive(m, pte_page(pte));
}

/* Within one page table: only present PTEs change. */
static bool change_pte_range(struct machine *m, struct mm *mm, const struct vma *vma, u64 start, u64 end)
{
	entry_t *ptep = host_pte(m, mm, start);
	bool changed = false;
	u64 address;

	pte_lock(m, ptep);
	for (address = start; address < end; address += PAGE_SIZE, ptep++) {
		u64 pte;

		if (!pte_present(entry_get(ptep)))
			continue;
		pte = pte_modify(ptep_modify_prot_start(m, mm, address, ptep), vma->page_prot);
		if (can_change_pte_writable(m, vma, pte))
			pte = pte_mkwrite(pte);
		ptep_modify_prot_commit(m, mm, address, ptep, pte);
		changed = true;
	}
	pte_unlock(m, ptep - 1);
	return changed;
}

static void change_protection(struct machine *m, struct mm *mm, const struct vma *vma, u64 start, u64 end)
{
	bool changed = false;
	u64 at = start;

	while ((at = host_next_segment(m, mm, at, end)) < end) {
		u64 stop = (at + PMD_SIZE) & PMD_MASK;

		if (stop - 1 >= end) /* 0: the end of all addresses */
			stop = end;
		changed |= change_pte_range(m, mm, vma, at, stop);
		at = stop;
	}
	if (changed)
		flush_mm_lazy(m, mm);
}

/* Cuts [start, end) out of its VMA unless it becomes one with a neighbour; then it has the new flags. */
static struct vma *vma_with_flags(struct machine *m, struct mm *mm, struct vma *vma, u64 start, u64 end, u64 flags)
{
	struct vma attributes = {
		.flags = flags,
		.pgoff = vma->pgoff + ((start - vma->start) >> PAGE_SHIFT),
		.file = vma->file,
		.anon_vma = vma->anon_vma,
	};
	struct vma *merged = vma_merge(m, mm, vma, start, end, &attributes);

	if (merged)
		return merged;
	if ((start != vma->start || end != vma->end) && mm->vma_count >= MAX_MAP_COUNT)
		return NULL;
	if (start != vma->start) {
		if (!vma_split(m, mm, vma, start))
			return NULL;
		vma = vma->next;
	}
	if (end != vma->end && !vma_split(m, mm, vma, end))
		return NULL;
	return vma;
}

/* Returns the VMA that covers the range afterwards, NULL without memory. */
static struct vma *mprotect_fixup(struct machine *m, struct mm *mm, struct vma *vma, u64 start, u64 end, u64 access)
{
	u64 flags = (vma->flags & ~(u64)VM_ACCESS) | access;

	if (flags == vma->flags)
		return vma;
	if (flags & VM_WRITE && !(vma->flags & (VM_ACCOUNT | VM_WRITE | VM_SHARED | VM_NORESERVE | VM_HUGETLB)))
		flags |= VM_ACCOUNT;
	else if (m->options.profile->mprotect_unaccounts && !(flags & (VM_WRITE | VM_SHARED)) && !vma->anon_vma)
		flags &= ~(u64)VM_ACCOUNT;
	vma = vma_with_flags(m, mm, vma, start, end, flags);
	if (!vma)
		return NULL;
	SET(m, vma->flags, flags);
	SET(m, vma->page_prot, vm_get_page_prot(m, flags));
	if (flags & VM_HUGETLB) {
		hugetlb_change_protection(m, mm, start, end, flags);
		flush_mm_lazy(m, mm);
	} else {
		change_protection(m, mm, vma, start, end);
	}
	return vma;
}

static int do_mprotect(struct machine *m, struct mm *mm, u64 start, u64 end, u64 access)
{
	struct vma *vma = find_vma(m, mm, start);

	if (!vma || vma->start > start)
		return -ENOMEM;
	for (;;) {
		u64 stop = vma->end < end ? vma->end : end;

		if (vma->flags & VM_HUGETLB && (start | stop) & ~PMD_MASK)
			return -EINVAL;
		vma = mprotect_fixup(m, mm, vma, start, stop, access);
		if (!vma)
			return -ENOMEM;
		start = vma->end > stop ? vma->end : stop;
		if (start >= end)
			return 0;
		vma = vma->next;
		if (!vma || vma->start != start)
			return -ENOMEM;
	}
}

int sys_mprotect(struct machine *m, struct mm *mm, u64 start, u64 length, u64 prot)
{
	u64 end = start + ((length + PAGE_SIZE - 1) & PAGE_MASK);
	int error;

	if (start & ~PAGE_MASK)
		return -EINVAL;
	if (!length)
		return 0;
	if (end <= start)
		return -ENOMEM;
	if (prot & ~(u64)(VM_ACCESS | PROT_SEM))
		return -EINVAL;
	down_write(m, mm);
	error = do_mprotect(m, mm, start, end, prot & VM_ACCESS);
	up_write(m, mm);
	return error;
}
