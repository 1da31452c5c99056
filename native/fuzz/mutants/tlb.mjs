// SPDX-License-Identifier: GPL-2.0-only
// Faults in flushing.
export const file = 'native/core/linux/mm/tlb.c';

export const mutants = [
  {
    id: 'local-if-here',
    wrong: 'a process that also ran elsewhere is flushed on this CPU only',
    find: 'return mm->cpu_attach_mask == (u64)1 << current_cpu(m);',
    replace: 'return mm->cpu_attach_mask >> current_cpu(m) & 1;',
  },
  {
    id: 'flush-without-gmaps',
    wrong: 'a process with gmaps is flushed by its own ASCE: the guests keep what they have',
    find: 'if (m->options.idte && list_is_empty(m, &mm->gmap_list)) {',
    replace: 'if (m->options.idte) {',
  },
  {
    id: 'flush-all-here',
    wrong: 'the flush of everything is one of this CPU only',
    find: '		csp(m);',
    replace: '		ptlb(m);',
  },
  {
    id: 'flush-asce-here',
    wrong: 'the flush by ASCE forgets the CPUs on which the process ran before',
    find: 'bool this_cpu = m->options.tlb_lc && local &&',
    replace: 'bool this_cpu = m->options.tlb_lc &&',
  },
  {
    id: 'flush-forgotten',
    wrong: 'a flush that is owed is struck off, not done',
    find: '		flush_mm(m, mm);\n		SET(m, mm->flush_mm, 0);',
    replace: '		SET(m, mm->flush_mm, 0);',
  },
  {
    id: 'lazy-lock-left',
    wrong: 'from 5.10 on: a flush that is owed leaves the lock held under which it is done',
    find: '	context_unlock(m, mm);\n',
    replace: '',
  },
];
