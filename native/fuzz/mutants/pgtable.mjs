// SPDX-License-Identifier: GPL-2.0-only
// Faults in the PTE and PGSTE layer.
export const file = 'native/core/linux/gmap/pgtable.c';

export const mutants = [
  {
    id: 'pcl-stored',
    wrong: 'unlocking a PGSTE stores it with its lock bit',
    smoke: true,
    find: 'entry_set(m, pgste_of(ptep), pgste & ~PGSTE_PCL);',
    replace: 'entry_set(m, pgste_of(ptep), pgste);',
  },
  {
    id: 'pgste-preempt-left',
    wrong: 'unlocking a PGSTE leaves preemption off',
    find: '	preempt_enable(m);',
    replace: '',
  },
  {
    id: 'key-not-saved',
    wrong: 'access control and fetch protection stay behind when a PTE becomes invalid',
    find: 'return (pgste & ~(PGSTE_ACC | PGSTE_FP)) | (key & (KEY_ACC | KEY_FP)) << 56;',
    replace: 'return pgste;',
  },
  {
    id: 'key-bits-not-saved',
    wrong: 'the reference and change bits stay behind when a PTE becomes invalid',
    find: 'pgste |= (key & (KEY_REFERENCED | KEY_CHANGED)) << 48;',
    replace: '',
  },
  {
    id: 'key-not-restored',
    wrong: 'an invalid PTE that is exchanged for a valid one does not bring the key along',
    find: `	if (old & PAGE_INVALID)
		pgste_set_key(m, mm, ptep, pgste, pte);`,
    replace: ``,
  },
  {
    id: 'store-without-key',
    wrong: 'a PTE that is stored anew does not bring the key along',
    find: `	pgste_set_key(m, mm, ptep, pgste, pte);
	pgste = pgste_set_pte(m, ptep, pgste, pte);
	pgste_set_unlock(m, ptep, pgste);
}

void`,
    replace: `	pgste = pgste_set_pte(m, ptep, pgste, pte);
	pgste_set_unlock(m, ptep, pgste);
}

void`,
  },
  {
    id: 'uc-missing',
    wrong: 'UC is not set for a PTE that lets the guest write',
    smoke: true,
    find: `		if (!(pte & PAGE_PROTECT))
			pgste |= PGSTE_UC;`,
    replace: ``,
  },
  {
    id: 'esop-inverted',
    wrong: 'machines with ESOP are taken for those without',
    find: 'if (!m->options.esop) {',
    replace: 'if (m->options.esop) {',
  },
  {
    id: 'in-not-cleared',
    wrong: 'IN stays set when the guest is told',
    find: '		pgste &= ~PGSTE_IN;\n',
    replace: '',
  },
  {
    id: 'in-not-told',
    wrong: 'IN is cleared, but nobody is told',
    find: 'ptep_notify(m, mm, address, ptep, PGSTE_IN);',
    replace: '',
  },
  {
    id: 'exchange-not-told',
    wrong: 'an exchange does not look at IN',
    find: '		pgste = pgste_ipte_notify(m, mm, address, ptep, pgste);\n	}\n	return pgste;',
    replace: '	}\n	return pgste;',
  },
  {
    id: 'ipte-dropped',
    wrong: 'ptep_flush_direct makes the PTE invalid by a plain store',
    find: 'ipte(m, address, ptep, pte_flush_is_local(m, mm));',
    replace: 'entry_set(m, ptep, old | PAGE_INVALID);',
  },
  {
    id: 'ipte-always-local',
    wrong: 'ptep_flush_direct flushes on this CPU only',
    find: 'ipte(m, address, ptep, pte_flush_is_local(m, mm));',
    replace: 'ipte(m, address, ptep, m->options.tlb_lc);',
  },
  {
    id: 'lazy-on-two-cpus',
    wrong: 'a flush is put off though the process runs on another CPU',
    find: '	if (pte_flush_can_wait(m, mm)) {',
    replace: '	if (mm) {',
  },
  {
    id: 'lazy-not-owed',
    wrong: 'a flush is put off, but nobody notes that it is owed',
    smoke: true,
    find: '		SET(m, mm->flush_mm, 1);\n',
    replace: '',
  },
  {
    id: 'attach-count-left',
    wrong: 'a flush that was put off stays counted as in progress',
    find: `	}
	attach_count_end(m, mm);
	return old;`,
    replace: `	}
	return old;`,
  },
  {
    id: 'full-inverted',
    wrong: 'the short way for a process that ends is taken by all others',
    find: `	if (!full)
		return ptep_xchg_lazy`,
    replace: `	if (full)
		return ptep_xchg_lazy`,
  },
  {
    id: 'usage-mask',
    smoke: true,
    wrong: 'reclaim drops the pages whose usage is stable',
    find: '(pgste & PGSTE_USAGE) == PGSTE_USAGE_UNUSED && m->options',
    replace: '(pgste & PGSTE_USAGE) != PGSTE_USAGE_UNUSED && m->options',
  },
  {
    id: 'wrprotect-no-flush',
    wrong: 'ptep_set_wrprotect stores the PTE and flushes nothing',
    find: '		ptep_xchg_lazy(m, mm, address, ptep, pte_wrprotect(pte));',
    replace: '		entry_set(m, ptep, pte_wrprotect(pte));',
  },
  {
    id: 'old-but-valid',
    wrong: 'a page that is made old stays valid, so nobody notices when it is used again',
    find: 'ptep_xchg_direct(m, mm, address, ptep, pte_mkold(entry_get(ptep))) & PAGE_YOUNG',
    replace: 'ptep_xchg_direct(m, mm, address, ptep, entry_get(ptep) & ~(u64)PAGE_YOUNG) & PAGE_YOUNG',
  },
  {
    id: 'start-not-stored',
    wrong: 'ptep_modify_prot_start does not store the PGSTE, so IN comes back',
    find: `	if (mm->has_pgste)
		entry_set(m, pgste_of(ptep), pgste_update_all(m, mm, old, pgste));
	return old;`,
    replace: `	return old;`,
  },
  {
    id: 'zero-state-kept',
    smoke: true,
    wrong: 'a page that is stored anew is still logically zero for the guest',
    find: 'pgste = pgste_get_lock(m, mm, ptep) & ~PGSTE_GPS_ZERO;',
    replace: 'pgste = pgste_get_lock(m, mm, ptep);',
  },
  {
    id: 'force-no-flush',
    wrong: 'gmap_mprotect_notify makes a page read-only and flushes nothing',
    find: `	if (prot == PROT_READ && !protected) {
		ptep_flush_direct(m, mm, address, ptep);`,
    replace: `	if (prot == PROT_READ && !protected) {`,
  },
  {
    id: 'zap-resident',
    wrong: '__gmap_zap takes any PTE for one of a page in swap',
    find: 'if (!reset && pte_swap(pte) && (',
    replace: 'if (!reset && !pte_none(pte) && (',
  },
  {
    id: 'zap-swap-leak',
    wrong: '__gmap_zap does not give the place in swap back',
    find: '		free_swap_and_cache(m, pte);\n		pte_clear(m, ptep);\n	}\n	if (reset)',
    replace: '		pte_clear(m, ptep);\n	}\n	if (reset)',
  },
  {
    id: 'zap-usage-lost',
    wrong: '__gmap_zap resets the usage state',
    find: '	if (reset)\n		pgste &= ~PGSTE_USAGE;',
    replace: '	pgste &= ~PGSTE_USAGE;',
  },
  {
    id: 'zap-key-disarms',
    wrong: 'clearing a key clears IN too',
    find: 'pgste &= ~(PGSTE_ACC | PGSTE_FP | PGSTE_GR | PGSTE_GC);',
    replace: 'pgste &= ~(PGSTE_ACC | PGSTE_FP | PGSTE_GR | PGSTE_GC | PGSTE_IN);',
  },
  {
    id: 'uc-not-cleared',
    wrong: 'asking whether the guest wrote does not begin anew',
    find: '	pgste &= ~PGSTE_UC;\n',
    replace: '',
  },
  {
    id: 'uc-no-flush',
    wrong: 'asking whether the guest wrote protects the page and flushes nothing',
    find: '		ipte(m, address, ptep, false);\n		if (m->options.esop ||',
    replace: '		if (m->options.esop ||',
  },
  {
    id: 'uc-local-flush',
    wrong: 'asking whether the guest wrote flushes on this CPU only',
    find: '		ipte(m, address, ptep, false);\n		if (m->options.esop ||',
    replace: '		ipte(m, address, ptep, true);\n		if (m->options.esop ||',
  },
  {
    id: 'uc-not-told',
    wrong: 'asking whether the guest wrote does not look at IN',
    find: '		pgste = pgste_ipte_notify(m, mm, address, ptep, pgste);\n		ipte(',
    replace: '		ipte(',
  },
  {
    id: 'uc-not-protected',
    wrong: 'asking whether the guest wrote leaves the page writable: the next write is missed',
    find: '			pte |= PAGE_PROTECT;\n',
    replace: '			pte &= ~(u64)PAGE_INVALID;\n',
  },
  {
    id: 'zap-in-use',
    wrong: '__gmap_zap throws pages in swap away that the guest uses',
    find: 'if (!reset && pte_swap(pte) && ((pgste & PGSTE_USAGE) == PGSTE_USAGE_UNUSED || pgste & PGSTE_GPS_ZERO)) {',
    replace: 'if (!reset && pte_swap(pte)) {',
  },
];
