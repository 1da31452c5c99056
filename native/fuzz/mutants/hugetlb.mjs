// SPDX-License-Identifier: GPL-2.0-only
// Faults with large pages.
export const file = 'native/core/linux/mm/hugetlb.c';

export const mutants = [
  {
    id: 'huge-zap-no-flush',
    wrong: 'zapping a large page does not note that a flush is owed',
    find: '		pmd_set(m, mm, pmd, SEGMENT_ENTRY_EMPTY);\n		SET(m, mm->flush_mm, 1);',
    replace: '		pmd_set(m, mm, pmd, SEGMENT_ENTRY_EMPTY);',
  },
  {
    id: 'huge-read-only',
    wrong: 'a large page of a VMA that is only readable can be written to',
    find: 'if (flags & VM_WRITE && write)',
    replace: 'if (write)',
  },
];
