// SPDX-License-Identifier: GPL-2.0-only
// Faults in the life of a process: attaching to CPUs, fork, exit.
export const file = 'native/core/linux/mm/mm.c';

export const mutants = [
  {
    id: 'exec-table-leak',
    wrong: 'no memory for the stack of a new process: its top table is not freed',
    find: `	if (!add_stack(m, mm)) {
		crst_table_free(m, mm->table);`,
    replace: `	if (!add_stack(m, mm)) {`,
  },
  {
    id: 'attach-mask-missing',
    wrong: 'nobody notes on which CPUs a process ran',
    find: '	SET(m, mm->cpu_mask, mm->cpu_mask | (u64)1 << cpu);\n',
    replace: '',
  },
  {
    id: 'detach-clears-mask',
    wrong: 'a CPU that a process leaves is forgotten, with what is in its TLB',
    find: '	SET(m, mm->attach_count, mm->attach_count - 1);',
    replace:
      '	SET(m, mm->attach_count, mm->attach_count - 1);\n' +
      '	SET(m, mm->cpu_mask, mm->cpu_mask & ~((u64)1 << cpu));',
  },
  {
    id: 'upgrade-old-asce',
    wrong: 'CPUs go on with three levels when the process has got a fourth',
    find: `		if (m->s.cpu[cpu].active_mm == mm)
			entry_set(m, lowcore(m, cpu, LOWCORE_USER_ASCE), mm->asce);`,
    replace: ``,
  },
  {
    id: 'exit-table-leak',
    wrong: 'the top table is not freed when a process ends',
    find: '	crst_table_free(m, mm->table);\n	if (m->s.newest_mm == mm)',
    replace: '	if (m->s.newest_mm == mm)',
  },
  {
    id: 'exit-half',
    wrong: 'a process that ends is not zapped in full: its pages are given up one by one, and its guests are told',
    find: 'tlb_gather_mmu(&tlb, mm, true);',
    replace: 'tlb_gather_mmu(&tlb, mm, false);',
  },
  {
    id: 'fork-writable',
    wrong: 'fork leaves the pages of the parent writable',
    find: '	ptep_set_wrprotect(m, parent, address, from);\n',
    replace: '',
  },
  {
    id: 'fork-page-not-counted',
    wrong: 'the child has no reference to the pages that it shares',
    find: `	if (!(pte & PAGE_SPECIAL))
		page_get(m, pte_page(pte));`,
    replace: ``,
  },
  {
    id: 'fork-swap-not-counted',
    wrong: 'the child has no reference to what it shares in swap',
    find: '		page_get(m, swap_pte_page(pte));\n',
    replace: '',
  },
  {
    id: 'fork-no-flush',
    wrong: 'fork does not flush the parent at its end',
    find: '	flush_mm_lazy(m, parent);\n',
    replace: '',
  },
  {
    id: 'fork-lock-left',
    wrong: "fork leaves the child's mmap_sem held",
    find: '	up_write(m, child);\n',
    replace: '',
  },
  {
    id: 'fork-child-leak',
    wrong: 'a fork that fails half-way does not free the child',
    find: `		return child;
	mm_exit(m, child);
	mm_free(m, child);
	return NULL;`,
    replace: `		return child;
	return NULL;`,
  },
  {
    id: 'fork-with-pgstes',
    wrong: 'the child is born with PGSTEs in use',
    find: '	SET(m, child->def_flags, parent->def_flags);',
    replace: '	SET(m, child->has_pgste, parent->has_pgste);',
  },
  {
    id: 'fork-takes-swapped',
    wrong: 'a page in swap goes to the child, and the parent has it no more',
    find: `		page_get(m, swap_pte_page(pte));
		if (pte & SWAP_EXCLUSIVE)
			set_pte_at(m, parent, address, from, pte & ~(u64)SWAP_EXCLUSIVE);`,
    replace: '		set_pte_at(m, parent, address, from, PAGE_INVALID);',
  },
];
