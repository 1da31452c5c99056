// SPDX-License-Identifier: GPL-2.0-only
// Faults in making and freeing host tables.
export const file = 'native/core/linux/mm/pgalloc.c';

export const mutants = [
  {
    id: 'pgstes-not-zeroed',
    file: 'native/core/linux/mm/page_table.c',
    wrong: 'the PGSTEs of a new page table are what the frame had there before',
    find: '	storage_fill(m, table + PTRS_PER_PTE * sizeof(entry_t), PTRS_PER_PTE, 0);\n',
    replace: '',
  },
  {
    id: 'ptes-not-all-empty',
    file: 'native/core/linux/mm/page_table.c',
    wrong: 'the last PTE of a new page table is what the frame had there before',
    find: 'storage_fill(m, table, PTRS_PER_PTE, PAGE_INVALID);',
    replace: 'storage_fill(m, table, PTRS_PER_PTE - 1, PAGE_INVALID);',
  },
  {
    id: 'half-table-overlap',
    file: 'native/core/linux/mm/page_table.c',
    wrong: 'the second page table of a frame is put where the first one is',
    find: ' + (upper ? HALF_TABLE : 0);',
    replace: ';',
  },
  {
    id: 'upper-table-pattern',
    wrong: 'an entry of a region-2 table of the host says that it is one of a region-3 table',
    find: 'table | table_levels[level].entry',
    replace: 'table | table_levels[level == LEVEL_REGION2 ? LEVEL_REGION3 : level].entry',
  },
  {
    id: 'walk-unaligned',
    file: 'native/core/linux/mm/walk.c',
    wrong: 'the walk of the host tables goes on in the middle of the next segment if it began in the middle of one',
    find: '*at = (*at >> shift << shift) + ((used - first) << shift);',
    replace: '*at += (used - first) << shift;',
  },
  {
    id: 'walk-end',
    file: 'native/core/linux/mm/walk.c',
    wrong: 'the walk of the host tables leaves out the last segment if it is only begun',
    find: 'u64 behind = ((table_end - 1) >> shift & CRST_INDEX) + 1;',
    replace: 'u64 behind = (table_end >> shift & CRST_INDEX) ? table_end >> shift & CRST_INDEX : CRST_ENTRIES;',
  },
  {
    id: 'gather-no-flush',
    file: 'native/core/linux/mm/mmu_gather.c',
    wrong: 'the flush at the end of zapping is left out',
    find: '	flush_mm_lazy(m, tlb->mm);\n	while (number) {',
    replace: '	while (number) {',
  },
  {
    id: 'tables-before-flush',
    file: 'native/core/linux/mm/mmu_gather.c',
    wrong: 'page tables are freed before the flush that they wait for',
    find: `	flush_mm_lazy(m, tlb->mm);
	while (number) {
		struct frame *frame = &m->storage.frames[number];
		u64 next = frame->next;

		if (frame_kind(frame) == FRAME_CRST)
			crst_table_free(m, number << FRAME_SHIFT);
		else
			page_table_release(m, frame);
		number = next;
	}`,
    replace: `	while (number) {
		struct frame *frame = &m->storage.frames[number];
		u64 next = frame->next;

		if (frame_kind(frame) == FRAME_CRST)
			crst_table_free(m, number << FRAME_SHIFT);
		else
			page_table_release(m, frame);
		number = next;
	}
	flush_mm_lazy(m, tlb->mm);`,
  },
  {
    id: 'table-not-unlinked',
    file: 'native/core/linux/mm/page_table.c',
    wrong: 'a page table is freed without unlinking it from the gmaps',
    smoke: true,
    find: '		gmap_unlink(m, mm, entry_at(m, table), vmaddr);\n',
    replace: '',
  },
  {
    id: 'pmd-stays',
    file: 'native/core/linux/mm/free_pgtables.c',
    wrong: 'a page table is freed, its segment entry stays',
    find: '			entry_set(m, pmd, SEGMENT_ENTRY_EMPTY);\n',
    replace: '',
  },
  {
    id: 'unlink-first-segment',
    file: 'native/core/linux/mm/free_pgtables.c',
    wrong: 'munmap of several segments unlinks the first one several times',
    find: 'page_table_free_rcu(m, tlb, value & SEGMENT_ENTRY_ORIGIN, at & PMD_MASK);',
    replace: 'page_table_free_rcu(m, tlb, value & SEGMENT_ENTRY_ORIGIN, start & PMD_MASK);',
  },
  {
    id: 'floor-off-by-one',
    file: 'native/core/linux/mm/free_pgtables.c',
    wrong: 'a page table that begins where the VMA below ends is not freed',
    find: 'if (at < floor)',
    replace: 'if (at <= floor)',
  },
  {
    id: 'ceiling-off-by-one',
    file: 'native/core/linux/mm/free_pgtables.c',
    wrong: 'tables that end where the VMA above begins are not freed',
    find: 'return first + size - 1 <= ceiling - 1;',
    replace: 'return first + size - 1 < ceiling - 1;',
  },
  {
    id: 'floor-ignored',
    file: 'native/core/linux/mm/free_pgtables.c',
    wrong: 'a page table is freed that the VMA below still uses',
    find: `	if (at < floor)
		at += PMD_SIZE;`,
    replace: ``,
  },
];
