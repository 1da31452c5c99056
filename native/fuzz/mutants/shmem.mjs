// SPDX-License-Identifier: GPL-2.0-only
// Faults in shared memory.
export const file = 'native/core/linux/mm/shmem.c';

export const mutants = [
  {
    id: 'file-page-leak',
    wrong: 'a new page that a file has no room for is not freed',
    find: `		page_put(m, page);
		return 0;`,
    replace: `		return 0;`,
  },
  {
    id: 'file-pages-kept',
    wrong: 'a file that goes does not give its pages back',
    find: `		radix_delete(m, &file->pages, number);
		page_put(m, page);`,
    replace: `		radix_delete(m, &file->pages, number);`,
  },
];
