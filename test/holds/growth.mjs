// SPDX-License-Identifier: GPL-2.0-only
// What grows with the work: each mend, and what it is without it.
export const holds = [
  {
    finding: 'scale 5',
    what: 'many VMAs are found through their tree',
    file: 'native/core/linux/mm/vma.c',
    from: `	if (unlikely(mm->vma_tree != NULL)) {
		vma = vma_tree_below(m, mm, address);`,
    to: `	if (unlikely(mm->vma_tree == NULL && address == UINT64_MAX)) {
		vma = vma_tree_below(m, mm, address);`,
    ctest: 'test_vma_tree',
  },
  {
    finding: 'scale 5',
    what: 'the tree of VMAs is kept balanced',
    file: 'native/core/linux/mm/vma_tree.c',
    from: '	insert(m, &(*top)->child[(*top)->start < vma->start ? UPPER : LOWER], vma);\n	balance(m, top);',
    to: '	insert(m, &(*top)->child[(*top)->start < vma->start ? UPPER : LOWER], vma);',
    ctest: 'test_vma_tree',
  },
  {
    finding: 'scale 9',
    what: 'the stores of a trace are indexed once, not searched for each question',
    file: 'native/core/program/tracer.c',
    from: '	WORK(m, stores, tracer->stores.count',
    to: '	store_index_free(&tracer->index);\n	WORK(m, stores, tracer->stores.count',
    ctest: 'test_tracer',
  },
  {
    finding: 'scale 6',
    what: 'an observer looks at what was stored, not at everything',
    file: 'native/core/program/observe.c',
    from: 'if (observer->valid && undo_is_pinned(&m->undo))',
    to: 'if (observer->valid && undo_is_pinned(&m->undo) && m->undo.pin == UNDO_NO_PIN)',
    ctest: 'test_observe_growth',
  },
  {
    finding: 'scale 10',
    what: 'the log of a snapshot grows with the words that are stored to, not with the stores',
    file: 'native/core/machine/undo.c',
    from: '		if (log->compacts)\n			undo_compact(m);\n',
    to: '',
    ctest: 'test_undo',
  },
  {
    finding: 'scale 10',
    what: 'a reset gives back what the log grew by',
    file: 'native/core/machine/snapshot.c',
    from: '	undo_shrink(&m->undo);\n',
    to: '',
    ctest: 'test_undo',
  },
];
