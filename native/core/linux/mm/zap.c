// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/zap.h"

#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/tlb.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/walk.h"

static void zap_present(struct machine *m, struct mmu_gather *tlb, u64 address, entry_t *ptep)
{
	u64 pte = ptep_get_and_clear_full(m, tlb->mm, address, ptep, tlb->fullmm);
	struct frame *frame;

	if (pte & PAGE_SPECIAL)
		return;
	frame = frame_at(m, pte_page(pte));
	if (frame_kind(frame) == FRAME_SHARED && pte & PAGE_DIRTY)
		SET(m, frame->flags, frame->flags | FRAME_DIRTY);
	page_put(m, pte_page(pte));
}

/* Within one page table. */
static void zap_pte_range(struct machine *m, struct mmu_gather *tlb, u64 start, u64 end)
{
	entry_t *ptep = host_pte(m, tlb->mm, start);
	u64 address;

	if ((end - start) & ~PAGE_MASK)
		machine_bug(m, BUG_subpage, "0x%llx to 0x%llx", (unsigned long long)start, (unsigned long long)end);
	pte_lock(m, ptep);
	for (address = start; address < end; address += PAGE_SIZE, ptep++) {
		u64 pte = entry_get(ptep);

		if (pte_none(pte))
			continue;
		if (pte_present(pte)) {
			zap_present(m, tlb, address, ptep);
		} else {
			free_swap_and_cache(m, pte);
			pte_clear(m, ptep);
		}
	}
	pte_unlock(m, ptep - 1);
}

static void unmap_single_vma(struct machine *m, struct mmu_gather *tlb, const struct vma *vma, u64 start, u64 end)
{
	u64 at = start > vma->start ? start : vma->start;
	u64 stop = end < vma->end ? end : vma->end;

	if (at >= stop)
		return;
	if (vma->flags & VM_HUGETLB) {
		hugetlb_zap(m, tlb->mm, at, stop);
		return;
	}
	while ((at = host_next_segment(m, tlb->mm, at, stop)) < stop) {
		u64 next = (at + PMD_SIZE) & PMD_MASK;

		if (next - 1 >= stop) /* 0: the end of all addresses */
			next = stop;
		zap_pte_range(m, tlb, at, next);
		at = next;
	}
}

void unmap_vmas(struct machine *m, struct mmu_gather *tlb, struct vma *vma, u64 start, u64 end)
{
	for (; vma && vma->start < end; vma = vma->next)
		unmap_single_vma(m, tlb, vma, start, end);
}

void zap_page_range(struct machine *m, struct mm *mm, struct vma *vma, u64 start, u64 size)
{
	struct mmu_gather tlb;

	if (!vma)
		machine_bug(m, BUG_no_vma, "host address 0x%llx", (unsigned long long)start);
	tlb_gather_mmu(&tlb, mm, false);
	unmap_vmas(m, &tlb, vma, start, start + size);
	tlb_finish_mmu(m, &tlb);
}

void zap_page_range_single(struct machine *m, struct mm *mm, struct vma *vma, u64 start, u64 size)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm, false);
	unmap_single_vma(m, &tlb, vma, start, start + size);
	tlb_finish_mmu(m, &tlb);
}

/* The PTE that reclaim would find for a page of private memory; NULL and an errno otherwise. */
static entry_t *anon_pte(struct machine *m, struct mm *mm, u64 address, int *error)
{
	const struct vma *vma = find_vma(m, mm, address);
	entry_t *ptep = vma && vma->start <= address ? host_pte(m, mm, address) : NULL;
	u64 pte = ptep ? entry_get(ptep) : PAGE_INVALID;

	*error = -EFAULT;
	if (!pte_present(pte))
		return NULL;
	*error = -EINVAL;
	return pte & PAGE_SPECIAL || frame_kind(frame_at(m, pte_page(pte))) != FRAME_ANON ? NULL : ptep;
}

/* The page goes to the swap cache. */
static void swap_out_page(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	struct frame *frame = frame_at(m, pte_page(pte));
	u64 swap = swap_pte(pte_page(pte)) | (pte & PAGE_SOFT_DIRTY);

	if (m->options.profile->swap_exclusive && page_is_exclusive(m, pte_page(pte)))
		swap |= SWAP_EXCLUSIVE;
	SET(m, frame->flags, (frame->flags | FRAME_SWAPCACHE) & ~(u64)FRAME_EXCLUSIVE);
	set_pte_at(m, mm, address, ptep, swap);
}

/* The guest does not use the page. That it was young was taken away first, by a change of its own. */
static void drop_page(struct machine *m, struct mm *mm, u64 address, entry_t *ptep, u64 pte)
{
	if (pte & PAGE_YOUNG)
		set_pte_at(m, mm, address, ptep, PAGE_INVALID);
	page_put(m, pte_page(pte));
}

int swap_out(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *ptep;
	int error;
	u64 pte;

	address &= PAGE_MASK;
	down_read(m, mm);
	ptep = anon_pte(m, mm, address, &error);
	if (!ptep) {
		up_read(m, mm);
		return error;
	}
	pte_lock(m, ptep);
	pte = ptep_xchg_direct(m, mm, address, ptep, PAGE_INVALID);
	if (pte & PAGE_UNUSED)
		drop_page(m, mm, address, ptep, pte);
	else
		swap_out_page(m, mm, address, ptep, pte);
	pte_unlock(m, ptep);
	up_read(m, mm);
	return 0;
}

bool clear_young(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *ptep;
	bool young = false;
	int error;

	down_read(m, mm);
	ptep = anon_pte(m, mm, address, &error);
	if (ptep) {
		pte_lock(m, ptep);
		young = ptep_test_and_clear_young(m, mm, address & PAGE_MASK, ptep);
		pte_unlock(m, ptep);
	}
	up_read(m, mm);
	return young;
}
