// SPDX-License-Identifier: GPL-2.0-only
// Faults in mmap, munmap and madvise.
export const file = 'native/core/linux/mm/mmap.c';

export const mutants = [
  {
    id: 'munmap-no-floor',
    wrong: 'munmap does not say where the VMA below ends, so its tables go too',
    find: 'prev ? prev->end : 0, next',
    replace: '0, next',
  },
  {
    id: 'munmap-no-ceiling',
    wrong: 'munmap does not say where the VMA above begins, so its tables go too',
    find: 'prev ? prev->end : 0, next ? next->start : 0);',
    replace: 'prev ? prev->end : 0, 0);',
  },
  {
    id: 'munmap-no-zap',
    wrong: 'munmap frees the page tables with the pages still in them',
    find: '	unmap_vmas(m, &tlb, first, start, end);\n',
    replace: '',
  },
  {
    id: 'mmap-vma-leak',
    wrong: 'no memory for a file: the VMA for it is not freed',
    find: `		if (!file) {
			pool_free(m, POOL_VMA, vma);`,
    replace: `		if (!file) {`,
  },
  {
    id: 'mmap-read-lock',
    wrong: 'mmap takes mmap_sem for reading only',
    find: `	down_write(m, mm);
	error = do_mmap(`,
    replace: `	down_read(m, mm);
	error = do_mmap(`,
  },
  {
    id: 'madvise-first-vma',
    wrong: 'madvise stops behind the first VMA',
    find: `		zap_page_range(m, mm, vma, start, stop - start);
		start = stop;`,
    replace: `		zap_page_range(m, mm, vma, start, stop - start);
		start = end;`,
  },
];
