// SPDX-License-Identifier: GPL-2.0-only
// Faults in keeping VMAs.
export const file = 'native/core/linux/mm/vma.c';

export const mutants = [
  {
    id: 'split-offset',
    wrong: 'the upper part of a VMA that is split begins at the offset of the lower one',
    find: 'SET(m, upper->pgoff, vma->pgoff + ((address - vma->start) >> PAGE_SHIFT));',
    replace: 'SET(m, upper->pgoff, vma->pgoff);',
  },
  {
    id: 'split-file-not-counted',
    wrong: 'the upper part of a VMA that is split has no reference to its file',
    find: `	if (vma->file)
		file_get(m, vma->file);`,
    replace: ``,
  },
  {
    id: 'hint-left',
    wrong: 'a VMA that is gone can still be found',
    find: '	m->vma_hint.mm = NULL;\n	if (vma->file)',
    replace: '	if (vma->file)',
  },
  {
    id: 'find-at-end',
    wrong: 'an address at the end of a VMA is taken for one in it',
    find: 'for (; vma && vma->end <= address; vma = vma->next)',
    replace: 'for (; vma && vma->end < address; vma = vma->next)',
  },
  {
    id: 'merge-any-flags',
    wrong: 'VMAs become one though one of them is only readable',
    find: 'return vma->flags == attributes->flags && !(',
    replace: 'return (vma->flags | VM_WRITE) == (attributes->flags | VM_WRITE) && !(',
  },
  {
    id: 'stack-gap-ignored',
    wrong: 'from 5.10 on: a stack grows up to the memory below it',
    find: '	if (has_gap && !gap_is_free(m, vma, address))\n		return false;\n',
    replace: '',
  },
];
