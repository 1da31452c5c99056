// SPDX-License-Identifier: GPL-2.0-only
// Faults in taking pages away.
export const file = 'native/core/linux/mm/zap.c';

export const mutants = [
  {
    id: 'zap-page-leak',
    wrong: 'the reference to a page that is zapped is not given back',
    find: `		SET(m, frame->flags, frame->flags | FRAME_DIRTY);
	page_put(m, pte_page(pte));`,
    replace: `		SET(m, frame->flags, frame->flags | FRAME_DIRTY);`,
  },
  {
    id: 'zap-dirty-lost',
    wrong: 'a shared page that is zapped forgets that it was written to',
    find: 'if (frame_kind(frame) == FRAME_SHARED && pte & PAGE_DIRTY)',
    replace: 'if (false)',
  },
  {
    id: 'zap-swap-kept',
    wrong: 'zapping a page in swap does not give its place back',
    find: `			free_swap_and_cache(m, pte);
			pte_clear(m, ptep);`,
    replace: `			pte_clear(m, ptep);`,
  },
  {
    id: 'zap-whole-vma',
    wrong: 'zapping goes on to the end of the VMA',
    find: 'u64 stop = end < vma->end ? end : vma->end;',
    replace: 'u64 stop = vma->end;',
  },
  {
    id: 'zap-into-pgstes',
    wrong: 'zapping from the middle of a segment runs over the end of its page table',
    find: 'u64 next = (at + PMD_SIZE) & PMD_MASK;',
    replace: 'u64 next = at + PMD_SIZE;',
  },
  {
    id: 'zap-first-vma',
    wrong: 'only the first VMA of a range is zapped',
    find: `	for (; vma && vma->start < end; vma = vma->next)
		unmap_single_vma(m, tlb, vma, start, end);`,
    replace: `	if (vma && vma->start < end)
		unmap_single_vma(m, tlb, vma, start, end);`,
  },
  {
    id: 'swap-no-flush',
    wrong: 'a page goes to swap without a flush',
    find: 'pte = ptep_xchg_direct(m, mm, address, ptep, PAGE_INVALID);',
    replace: 'pte = entry_get(ptep);\n	pte_clear(m, ptep);',
  },
  {
    id: 'swap-without-lock',
    wrong: 'a page goes to swap without its pte lock',
    find: `	pte_lock(m, ptep);
	pte = ptep_xchg_direct(m, mm, address, ptep, PAGE_INVALID);
	if (pte & PAGE_UNUSED)
		drop_page(m, mm, address, ptep, pte);
	else
		swap_out_page(m, mm, address, ptep, pte);
	pte_unlock(m, ptep);`,
    replace: `	pte = ptep_xchg_direct(m, mm, address, ptep, PAGE_INVALID);
	if (pte & PAGE_UNUSED)
		drop_page(m, mm, address, ptep, pte);
	else
		swap_out_page(m, mm, address, ptep, pte);`,
  },
  {
    id: 'discard-leaves-swapped',
    wrong: 'of what is discarded the first page stays, if it is in swap',
    find: '	unmap_vmas(m, &tlb, vma, start, start + size);',
    replace: `	const entry_t *first = host_pte(m, mm, start);
	bool stays = first && !pte_none(entry_get(first)) && !pte_present(entry_get(first));

	unmap_vmas(m, &tlb, vma, stays ? start + PAGE_SIZE : start, start + size);`,
  },
  {
    id: 'unmap-takes-next-swapped',
    wrong: 'munmap also throws away the page above, if it is in swap',
    find: '	pte_unlock(m, ptep - 1);',
    replace: `	if (end & ~PMD_MASK && !tlb->fullmm && !pte_none(entry_get(ptep)) && !pte_present(entry_get(ptep))) {
		free_swap_and_cache(m, entry_get(ptep));
		pte_clear(m, ptep);
	}
	pte_unlock(m, ptep - 1);`,
  },
  {
    id: 'exit-clears-shared',
    wrong: 'a process that exits clears its pages, also those that others have',
    find: '	if (frame_kind(frame) == FRAME_SHARED && pte & PAGE_DIRTY)',
    replace: `	if (tlb->fullmm)
		SET(m, frame->flags, frame->flags | FRAME_BLANK);
	if (frame_kind(frame) == FRAME_SHARED && pte & PAGE_DIRTY)`,
  },
];
