// SPDX-License-Identifier: GPL-2.0-only
// Faults in flushing.
export const file = 'native/core/linux/mm/tlb.c';

export const mutants = [
  {
    id: 'local-if-here',
    wrong: 'a process that also ran elsewhere is flushed on this CPU only',
    find: 'm->options.tlb_lc && mm->cpu_mask == this_cpu(m) &&',
    replace: 'm->options.tlb_lc && mm->cpu_mask & this_cpu(m) &&',
  },
  {
    id: 'flush-without-gmaps',
    wrong: 'a process with gmaps is flushed by its own ASCE: the guests keep what they have',
    find: 'if (m->options.idte && list_is_empty(m, &mm->gmap_list))',
    replace: 'if (m->options.idte)',
  },
  {
    id: 'flush-all-here',
    wrong: 'the flush of everything is one of this CPU only',
    find: '	else\n		csp(m);',
    replace: '	else\n		ptlb(m);',
  },
  {
    id: 'flush-asce-here',
    wrong: 'the flush by ASCE forgets the CPUs on which the process ran before',
    find: 'mm->asce, pte_flush_is_local(m, mm));',
    replace: 'mm->asce, m->options.tlb_lc && nobody_else_runs(m, mm));',
  },
  {
    id: 'flush-forgotten',
    wrong: 'a flush that is owed is never done',
    find: '	if (mm->flush_mm) {\n',
    replace: '	if (mm->flush_mm && mm->exited) {\n',
  },
  {
    id: 'lazy-lock-left',
    wrong: 'from 5.10 on: a flush that is owed leaves the lock held under which it is done',
    find: '	context_unlock(m, mm);\n',
    replace: '',
  },
  {
    id: 'ipte-where-it-ran',
    wrong: 'the flush of a PTE forgets the CPUs on which the process ran before, and from 5.10 on where it runs',
    find: 'm->options.tlb_lc && mm->cpu_mask == this_cpu(m) &&',
    replace: 'm->options.tlb_lc &&',
  },
  {
    id: 'only-gmap-forgotten',
    wrong: 'from 5.10 on: a process with one gmap is flushed by its own ASCE alone: the guest keeps what it has',
    find: '	if (gmap)\n		idte(m, EVENT_IDTE, gmap->handle, gmap->asce, false);\n',
    replace: '',
  },
  {
    id: 'gmaps-forgotten',
    wrong: 'from 5.10 on: a process with several gmaps is flushed by its own ASCE',
    find: '	if (!m->options.idte || (!gmap && !list_is_empty(m, &mm->gmap_list))) {',
    replace: '	if (!m->options.idte) {',
  },
  {
    id: 'wait-though-others-run',
    wrong: 'from 5.10 on: a flush is put off though the process runs on another CPU',
    find: '	return m->options.profile->flushes_by_mask ? mm->cpu_attach_mask == this_cpu(m) : nobody_else_runs(m, mm);',
    replace:
      '	return m->options.profile->flushes_by_mask ? (mm->cpu_attach_mask & this_cpu(m)) != 0 : nobody_else_runs(m, mm);',
  },
];
