// SPDX-License-Identifier: GPL-2.0-only
// Faults in mprotect.
export const file = 'native/core/linux/mm/mprotect.c';

export const mutants = [
  {
    id: 'mprotect-no-flush',
    wrong: 'mprotect leaves the flush at its end out',
    smoke: true,
    find: `	if (changed)
		flush_mm_lazy(m, mm);`,
    replace: ``,
  },
  {
    id: 'mprotect-flush-last',
    wrong: 'mprotect flushes only if something changed in its last segment',
    find: 'changed |= change_pte_range(m, mm, vma, at, stop);',
    replace: 'changed = change_pte_range(m, mm, vma, at, stop);',
  },
  {
    id: 'mprotect-unlock',
    wrong: 'mprotect releases the lock of the page table behind the one that it took',
    find: '	pte_unlock(m, ptep - 1);',
    replace: '	pte_unlock(m, ptep);',
  },
  {
    id: 'mprotect-whole-segment',
    wrong: 'mprotect changes pages up to the end of the segment',
    find: `		if (stop - 1 >= end) /* 0: the end of all addresses */
			stop = end;
		changed`,
    replace: `		changed`,
  },
  {
    id: 'mprotect-old-protection',
    wrong: 'new pages of the VMA get the old protection',
    find: '	SET(m, vma->page_prot, vm_get_page_prot(m, flags));\n',
    replace: '',
  },
  {
    id: 'mprotect-old-flags',
    wrong: 'the VMA keeps its old permissions',
    find: '	SET(m, vma->flags, flags);\n',
    replace: '',
  },
  {
    id: 'mprotect-split-low',
    wrong: 'mprotect of the middle of a VMA changes the part below it too',
    find: `	if (start != vma->start) {
		if (!vma_split(m, mm, vma, start))
			return NULL;
		vma = vma->next;
	}`,
    replace: ``,
  },
];
