// SPDX-License-Identifier: GPL-2.0-only
// Faults in mremap.
export const file = 'native/core/linux/mm/mremap.c';

export const mutants = [
  {
    id: 'mremap-no-flush',
    wrong: 'mremap leaves the flush at its end out',
    find: '	flush_mm_lazy(m, mm);\n	return offset;',
    replace: '	return offset;',
  },
  {
    id: 'mremap-wrong-place',
    wrong: 'mremap tells of the address where the page goes to',
    find: 'ptep_xchg_lazy(m, mm, from + offset, source, PAGE_INVALID);',
    replace: 'ptep_xchg_lazy(m, mm, to + offset, source, PAGE_INVALID);',
  },
  {
    id: 'mremap-no-exchange',
    wrong: 'mremap takes the page away by a plain store',
    find: 'pte = ptep_xchg_lazy(m, mm, from + offset, source, PAGE_INVALID);',
    replace: 'pte = entry_get(source);\n		pte_clear(m, source);',
  },
  {
    id: 'mremap-lock-left',
    wrong: 'mremap leaves the lock of the second page table held',
    find: `	if (!same_table)
		pte_unlock(m, target_table);`,
    replace: ``,
  },
  {
    id: 'mremap-lock-twice',
    wrong: 'mremap within one page table takes its lock twice',
    find: 'bool same_table = ((from ^ to) & PMD_MASK) == 0;',
    replace: 'bool same_table = from == to;',
  },
  {
    id: 'mremap-too-far',
    wrong: 'mremap runs over the end of the page table that it moves to',
    find: `		if (extent > to_segment_end(to + offset))
			extent = to_segment_end(to + offset);`,
    replace: ``,
  },
  {
    id: 'mremap-not-undone',
    wrong: 'an mremap that has no memory half-way loses what it moved',
    find: '		move_page_tables(m, mm, new_address, address, moved);\n',
    replace: '',
  },
  {
    id: 'mremap-drops-swapped',
    wrong: 'mremap throws pages in swap away',
    find: '		pte = ptep_xchg_lazy(m, mm, from + offset, source, PAGE_INVALID);',
    replace: `		pte = ptep_xchg_lazy(m, mm, from + offset, source, PAGE_INVALID);
		if (!pte_present(pte)) {
			free_swap_and_cache(m, pte);
			continue;
		}`,
  },
];
