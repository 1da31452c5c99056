// SPDX-License-Identifier: GPL-2.0-only
// Faults in the port of gmap.c: what concerns a process as a whole.
export const file = 'native/core/linux/gmap/gmap_mm.c';

export const mutants = [
  {
    id: 'sie-without-pgstes',
    wrong: 's390_enable_sie accepts a process whose page tables have no PGSTEs',
    find: `	if (!mm->alloc_pgste)
		return -EINVAL;`,
    replace: ``,
  },
  {
    id: 'sie-read-lock',
    wrong: 's390_enable_sie takes mmap_sem for reading only',
    find: `	down_write(m, mm);
	SET(m, mm->has_pgste, 1);`,
    replace: `	down_read(m, mm);
	SET(m, mm->has_pgste, 1);`,
  },
  {
    id: 'skey-zero-pages-stay',
    wrong: 's390_enable_skey leaves zero pages mapped',
    find: `	unmap_zero_page(m, mm, vmaddr, ptep);
	return clear_key(m, mm, vmaddr, ptep);`,
    replace: `	return clear_key(m, mm, vmaddr, ptep);`,
  },
  {
    id: 'skey-new-zero-pages',
    wrong: 's390_enable_skey does not forbid new zero pages',
    find: `		SET(m, mm->no_zero_pages, 1);
		walk_ptes(m, mm, __s390_enable_skey, WALK_LOCKS_TABLE);`,
    replace: `		walk_ptes(m, mm, __s390_enable_skey, WALK_LOCKS_TABLE);`,
  },
  {
    id: 'skey-keys-stay',
    wrong: 's390_enable_skey does not clear the keys that were there',
    find: '	ptep_zap_key(m, mm, ptep);',
    replace: '',
  },
  {
    id: 'cmma-without-lock',
    wrong: 'from 5.10 on: s390_reset_cmma does not take the pte locks',
    find: 'walk_ptes(m, mm, __s390_reset_cmma, WALK_LOCKS_TABLE)',
    replace: 'walk_ptes(m, mm, __s390_reset_cmma, WALK_LETS_GO)',
  },
  {
    id: 'unshare-locked',
    wrong: '6.12 holds the pte lock while it unshares a zero page, which takes it too',
    find: 'walk_ptes(m, mm, unshare_zero_page, WALK_LETS_GO)',
    replace: 'walk_ptes(m, mm, unshare_zero_page, WALK_LOCKS_PTE)',
  },
];
