// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs that Linux's gmap.c and the code around it really had since 2016, put into the port. `upstream` is the commit that mends it ("–": none is
 * known), `since` the kernels that had it, `effect` what its users saw. `like` is a mutant of the other lists that is the same.
 */
const GMAP = 'native/core/linux/gmap/gmap.c';
const GMAP_MM = 'native/core/linux/gmap/gmap_mm.c';
const GUEST_PAGE = 'native/core/linux/gmap/guest_page.c';
const PGTABLE = 'native/core/linux/gmap/pgtable.c';
const HUGETLB = 'native/core/linux/mm/hugetlb.c';
const MM = 'native/core/linux/mm/mm.c';
const MMAP = 'native/core/linux/mm/mmap.c';
const VMA = 'native/core/linux/mm/vma.c';

export const history = [
  {
    id: 'flush-forgets-cpus',
    upstream: 'f04540298440',
    since: '4.5 to 4.7',
    wrong: 'the flush of a gmap resets the record of the CPUs that its process ran on',
    effect: 'the process goes on with stale translations on the CPU that it left',
    file: GMAP,
    find: `	if (m->options.idte)
		idte(m, EVENT_IDTE, gmap->handle, gmap->asce, false);`,
    replace: `	SET(m, gmap->mm->cpu_mask, gmap->mm->cpu_attach_mask);
	if (m->options.idte)
		idte(m, EVENT_IDTE, gmap->handle, gmap->asce, false);`,
  },
  {
    id: 'unused-mark-stays',
    upstream: 'a8f60d1fadf7',
    since: 'up to 4.10',
    wrong: 'the mark of a page that the guest does not use stays in a PTE that mremap moves',
    effect: 'reclaim throws a page away that the guest uses again',
    file: PGTABLE,
    find: `	if (pte_present(pte))
		pte &= ~(u64)PAGE_UNUSED;
`,
    replace: '',
  },
  {
    id: 'unused-mark-on-a-copy',
    upstream: '–',
    since: '4.5 to 4.10',
    wrong: 'the mark of a page that the guest does not use is put on a copy of the PTE, which nobody sees',
    effect: 'reclaim writes pages to swap that it could drop',
    file: PGTABLE,
    find: '(pgste & PGSTE_USAGE) == PGSTE_USAGE_UNUSED && m->options.profile->reclaim_drops_unused',
    replace: 'false',
  },
  {
    id: 'zap-pte-stays',
    upstream: '5deafa27d9ae',
    since: '6.16, 6.17',
    wrong: '__gmap_zap gives the place in swap back, and leaves the PTE that names it',
    effect: "the guest gets another process's page",
    file: PGTABLE,
    find: `		free_swap_and_cache(m, pte);
		pte_clear(m, ptep);`,
    replace: '		free_swap_and_cache(m, pte);',
  },
  {
    like: 'zap-in-use',
    upstream: '2f393c228cc5',
    since: '6.18',
    effect: "zeros take the place of the guest's data (CVE-2025-71155)",
  },
  {
    like: 'zero-state-kept',
    upstream: '9029496abfae',
    since: '7.0',
    effect: "the guest's data is thrown away when the page is unmapped later",
  },
  {
    id: 'zap-without-vma',
    upstream: '2d8fb8f3914b',
    since: 'up to 5.15',
    wrong: 'from 6.1 on: __gmap_zap does not ask whether there is a VMA',
    effect: 'page tables outside of all VMAs, which leak',
    file: GMAP,
    find: 'm->options.profile->zap_needs_vma && !has_small_pages(vma_lookup(m, gmap->mm, vmaddr))',
    replace: 'false',
  },
  {
    id: 'zap-unlocks-nothing',
    upstream: 'b159f94c86b4',
    since: 'up to 5.15',
    wrong: 'after 4.7: __gmap_zap without memory for a page table releases a lock that it does not hold',
    effect: 'a store through a pointer that was never set',
    file: GMAP,
    find: 'if (m->options.profile->zap_unlocks_always)',
    replace: 'if (true)',
  },
  {
    id: 'key-without-vma',
    upstream: '949f5c1244ee',
    since: 'up to 5.15',
    wrong: 'from 6.1 on: the functions for storage keys do not ask whether there is a VMA',
    effect: 'the guest is told of a key where it has no memory',
    file: GUEST_PAGE,
    find: `	if (!vma_lookup(m, mm, address))
		return NULL;
`,
    replace: '',
  },
  {
    id: 'zero-pages-for-guests',
    upstream: 'fa41ba0d08de',
    since: '3.11 to 4.14',
    wrong: '5.10 and 6.1: a read fault maps the zero page though the process runs guests',
    effect: 'a migration that copies later waits for ever for a page that it takes for present',
    file: GMAP_MM,
    find: 'if (!m->options.profile->zero_page_with_pgste) {',
    replace: 'if (false) {',
  },
  {
    id: 'zero-pages-unmapped',
    upstream: '41e319eea058',
    since: 'before 6.10',
    wrong: '6.12: s390_enable_skey unmaps zero pages, where each should get a page of its own',
    effect: 'none by itself: the pages are made when they are used next',
    file: GMAP_MM,
    find: 'if (m->options.profile->skey_unshares) {',
    replace: 'if (false) {',
  },
  {
    like: 'skey-zero-pages-stay',
    upstream: '2faee8ff9dc6',
    since: 'up to 3.17',
    effect: 'the storage keys of all pages of zeros are one',
  },
  {
    id: 'discard-one-vma',
    upstream: 'e9adcfecf572 (made it)',
    since: '6.3 to 6.15',
    wrong: 'before 6.12: gmap_discard looks at the first VMA of each segment only',
    effect: 'pages of the guest outlive a reset',
    file: GMAP,
    find: 'if (profile->discard_one_vma)',
    replace: 'if (true)',
  },
  {
    id: 'discard-without-vma',
    upstream: '–',
    since: '4.5 to 4.7',
    wrong: 'after 4.7: gmap_discard with no VMA at or above the address dereferences NULL',
    effect: 'the host oopses',
    file: GMAP,
    find: 'if (!profile->discard_needs_vma && !has_small_pages(vma))',
    replace: 'if (vma && !has_small_pages(vma))',
  },
  {
    like: 'retry-without-lock',
    upstream: '9c650d09',
    since: '4.6-rc',
    effect: 'a fault that is tried again releases a lock that it does not hold',
  },
  {
    id: 'fork-of-four-levels',
    upstream: '3446c13b268a',
    since: 'up to 4.4',
    wrong: 'the child of a process with four levels of tables gets three',
    effect: 'memory of others is overwritten (CVE-2016-2143)',
    file: MM,
    find: 'struct mm *child = mm_init(m, parent->asce_limit);',
    replace: 'struct mm *child = mm_init(m, PGDIR_SIZE);',
  },
  {
    like: 'upgrade-old-asce',
    upstream: '316ec1548109',
    since: '4.15 to 5.6',
    effect: 'a CPU goes on with the old top table (CVE-2020-11884)',
  },
  {
    id: 'level-too-many',
    upstream: '8d306f53b630',
    since: '4.13',
    wrong: 'after 4.7: memory that ends where the tables end asks for a level more',
    effect: 'a level of tables more than the process needs',
    file: MMAP,
    find: 'address + length > mm->asce_limit;',
    replace: 'address + length >= mm->asce_limit;',
  },
  {
    id: 'huge-without-level',
    upstream: '5f490a520bcb',
    since: '4.12 to 5.5',
    wrong: 'large pages above the limit of the process do not add a level of tables',
    effect: 'the walk leaves the table: others are overwritten',
    file: MMAP,
    find: '	area = get_unmapped_area(m, mm, address, length);\n	if (is_error_word(area))\n		return (int)area;\n	if (flags & VM_HUGETLB',
    replace:
      '	area = flags & VM_HUGETLB ? address : get_unmapped_area(m, mm, address, length);\n	if (is_error_word(area))\n		return (int)area;\n	if (flags & VM_HUGETLB',
  },
  {
    id: 'stale-key-restored',
    upstream: '1951497d90d6',
    since: 'up to 4.4',
    wrong: "an exchange of a valid PTE for a valid one puts the PGSTE's old key over the frame's",
    effect: "the guest's storage key is an old one",
    file: PGTABLE,
    find: `	if (old & PAGE_INVALID)
		pgste_set_key(m, mm, ptep, pgste, pte);`,
    replace: '	pgste_set_key(m, mm, ptep, pgste, pte);',
  },
  {
    id: 'skey-waits-for-all',
    upstream: '3ae11dbcfac9',
    since: 'up to 5.18',
    wrong: 'after 4.7: s390_enable_skey waits for all CPUs at each page',
    effect: 'the whole machine stands still when a large guest uses its first key',
    file: PGTABLE,
    find: 'page_set_storage_key(m, pte_page(pte), 0, !m->options.profile->skey_waits_for_nobody);',
    replace: 'page_set_storage_key(m, pte_page(pte), 0, true);',
  },
  {
    id: 'large-keys-of-one-page',
    upstream: '412050af2ea3, 843c32802c',
    since: 'up to 6.8',
    wrong: 'of a large page only the first key is cleared',
    effect: 'a guest reads keys that it never set',
    file: HUGETLB,
    find: `	for (i = 0; i < PTRS_PER_PTE; i++)
		page_set_storage_key(`,
    replace: `	for (i = 0; i < 1; i++)
		page_set_storage_key(`,
  },
  {
    id: 'large-keys-not-cleared',
    upstream: '964c2c05c9f3, 0959e168678d',
    since: 'up to 4.18',
    wrong: 'large pages that a process with storage keys gets keep the keys that the frames had',
    effect: 'a guest reads keys that it never set',
    file: HUGETLB,
    find: 'if (m->options.profile->large_page_keys && mm->use_skey && value',
    replace: 'if (false && value',
  },
  {
    id: 'noexec-without-nx',
    upstream: 'ab874f22d35a',
    since: '4.11 to 5.4',
    wrong: 'PTEs say that memory is not executable on machines that do not know that',
    effect: 'a specification exception',
    file: VMA,
    find: 'm->options.nx && !(flags & VM_EXEC)',
    replace: '!(flags & VM_EXEC)',
  },
];
