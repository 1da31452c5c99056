// SPDX-License-Identifier: GPL-2.0-only
// Faults in the port of gmap.c: address spaces, mappings, links.
export const file = 'native/core/linux/gmap/gmap.c';

export const mutants = [
  {
    id: 'limit-off-by-one',
    wrong: 'a limit of 2 GiB gets two levels, which end one byte before it',
    find: `	if (limit < PUD_SIZE)
		return`,
    replace: `	if (limit <= PUD_SIZE)
		return`,
  },
  {
    id: 'asce-end-too-high',
    wrong: 'the highest address of three levels is one too high',
    find: 'REGION3_ENTRY_EMPTY, PGDIR_SIZE - 1 }',
    replace: 'REGION3_ENTRY_EMPTY, PGDIR_SIZE }',
  },
  {
    id: 'asce-without-length',
    wrong: 'the ASCE of a gmap says that its top table is a quarter as long',
    find: 'table | ASCE_USER_BITS | space.type | ASCE_TABLE_LENGTH',
    replace: 'table | ASCE_USER_BITS | space.type',
  },
  {
    id: 'gmap-leak',
    wrong: 'no memory for the top table: the structure is not freed',
    find: `	if (!table) {
		pool_free(m, POOL_GMAP, gmap);
		return NULL;`,
    replace: `	if (!table) {
		return NULL;`,
  },
  {
    id: 'gmap-order',
    wrong: 'a new gmap goes to the end of the list of its process',
    smoke: true,
    find: 'list_add(m, &gmap->list, &gmap->mm->gmap_list);',
    replace: 'list_add(m, &gmap->list, gmap->mm->gmap_list.prev);',
  },
  {
    id: 'gmap-not-listed',
    wrong: 'gmap_alloc forgets to list the new gmap',
    find: `	if (gmap)
		gmap_list_add(m, gmap);
`,
    replace: '',
  },
  {
    id: 'flush-host-asce',
    wrong: "a gmap is flushed by its process's ASCE",
    find: 'idte(m, EVENT_IDTE, gmap->handle, gmap->asce, false);',
    replace: 'idte(m, EVENT_IDTE, gmap->handle, gmap->mm->asce, false);',
  },
  {
    id: 'flush-all-local',
    wrong: 'without IDTE a gmap is flushed on this CPU only',
    find: `	else
		csp(m);`,
    replace: `	else
		ptlb(m);`,
  },
  {
    id: 'free-no-flush',
    wrong: 'gmap_free flushes nothing',
    smoke: true,
    find: `	gmap_flush_tlb(m, gmap);
	while (number) {`,
    replace: `	while (number) {`,
  },
  {
    id: 'free-before-flush',
    wrong: 'gmap_free frees the tables, then flushes',
    find: `	gmap_flush_tlb(m, gmap);
	while (number) {
		u64 next = m->storage.frames[number].next;

		crst_table_free(m, number << FRAME_SHIFT);
		number = next;
	}`,
    replace: `	while (number) {
		u64 next = m->storage.frames[number].next;

		crst_table_free(m, number << FRAME_SHIFT);
		number = next;
	}
	gmap_flush_tlb(m, gmap);`,
  },
  {
    id: 'free-tree-leak',
    wrong: 'gmap_free does not free host_to_guest',
    find: `	gmap_radix_tree_free(m, &gmap->host_to_guest);`,
    replace: ``,
  },
  {
    id: 'free-table-leak',
    wrong: 'gmap_free frees all tables but the newest',
    find: 'u64 number = gmap->crst_list;',
    replace: 'u64 number = m->storage.frames[gmap->crst_list].next;',
  },
  {
    id: 'free-stays-listed',
    wrong: 'a gmap that is freed stays on the list of its process',
    find: `	list_del(m, &gmap->list);
	list_init(m, &gmap->list);`,
    replace: ``,
  },
  {
    id: 'remove-stays-listed',
    wrong: 'gmap_remove does not take the gmap off the list',
    find: `	gmap_list_del(m, gmap);
	synchronize_rcu(m);`,
    replace: `	synchronize_rcu(m);`,
  },
  {
    id: 'list-lock-left',
    wrong: 'from 4.8 on: the lock of the list of gmaps is left held',
    find: '		context_unlock(m, mm);\n	else\n		up_write(m, mm);',
    replace: '		(void)mm;\n	else\n		up_write(m, mm);',
  },
  {
    id: 'remove-waits-inside',
    wrong: 'gmap_remove waits for readers while it holds the lock of the list',
    find: `	gmap_list_del(m, gmap);
	synchronize_rcu(m);`,
    replace: `	gmap_list_del(m, gmap);
	context_lock(m, gmap->mm);
	synchronize_rcu(m);
	context_unlock(m, gmap->mm);`,
  },
  {
    id: 'table-lock-left',
    wrong: 'from 5.10 on: gmap_alloc_table leaves guest_table_lock held',
    find: `		lock_drop(m, LOCK_PAGE_TABLES, LOCK_WRITE, gmap->mm);
	else
		guest_table_unlock(m, gmap);`,
    replace: `		lock_drop(m, LOCK_PAGE_TABLES, LOCK_WRITE, gmap->mm);`,
  },
  {
    id: 'disable-nothing',
    wrong: "gmap_disable leaves the gmap in the CPU's lowcore",
    find: 'entry_set(m, lowcore(m, current_cpu(m), LOWCORE_GMAP), 0);',
    replace: '',
  },
  {
    id: 'table-type-lost',
    wrong: 'a region-table entry does not say of which level it is',
    find: 'table | REGION_ENTRY_LENGTH | (value & REGION_ENTRY_TYPE_MASK)',
    replace: 'table | REGION_ENTRY_LENGTH',
  },
  {
    id: 'table-index-missing',
    wrong: 'nobody notes for which guest addresses a new table is',
    find: 'SET(m, frame_at(m, table)->index, gaddr);',
    replace: '',
  },
  {
    id: 'table-index-unmasked',
    wrong: 'noted for a new table is the address of the fault, not the first one that the table covers',
    smoke: true,
    find: 'gmap_alloc_table(m, gmap, entry, empty, gaddr & ~(((u64)1 << shift) - 1))',
    replace: 'gmap_alloc_table(m, gmap, entry, empty, gaddr)',
  },
  {
    id: 'table-not-listed',
    wrong: 'a new table is not put on crst_list',
    find: `		crst_list_add(m, gmap, table);
		entry_set(m, entry,`,
    replace: `		entry_set(m, entry,`,
  },
  {
    id: 'table-wrong-empty',
    wrong: 'region-3 tables are filled with empty segment entries',
    find: 'next_table(m, gmap, &table, gaddr, PGDIR_SHIFT, REGION3_ENTRY_EMPTY)',
    replace: 'next_table(m, gmap, &table, gaddr, PGDIR_SHIFT, SEGMENT_ENTRY_EMPTY)',
  },
  {
    id: 'table-wrong-level',
    wrong: 'the region-3 index is taken where the region-2 index belongs',
    find: 'gaddr, PGDIR_SHIFT, REGION3_ENTRY_EMPTY',
    replace: 'gaddr, PUD_SHIFT, REGION3_ENTRY_EMPTY',
  },
  {
    id: 'segment-gaddr-index',
    wrong: 'the index of a segment entry is cut to the width of a page index',
    find: 'address / sizeof(entry_t) & CRST_INDEX',
    replace: 'address / sizeof(entry_t) & PTE_INDEX',
  },
  {
    id: 'unlink-entry-stays',
    wrong: 'unlinking leaves the segment entry valid',
    smoke: true,
    find: `		flush = entry_get(entry) != SEGMENT_ENTRY_EMPTY;
		entry_set(m, entry, SEGMENT_ENTRY_EMPTY);`,
    replace: `		flush = entry_get(entry) != SEGMENT_ENTRY_EMPTY;`,
  },
  {
    id: 'unlink-flush-lost',
    wrong: 'unlinking looks whether the entry was valid after it has made it invalid',
    find: `		flush = entry_get(entry) != SEGMENT_ENTRY_EMPTY;
		entry_set(m, entry, SEGMENT_ENTRY_EMPTY);`,
    replace: `		entry_set(m, entry, SEGMENT_ENTRY_EMPTY);
		flush = entry_get(entry) != SEGMENT_ENTRY_EMPTY;`,
  },
  {
    id: 'unlink-lock-left',
    wrong: 'unlinking what is not linked leaves guest_table_lock held',
    find: `	guest_table_unlock(m, gmap);
	return flush;`,
    replace: `	if (flush)
		guest_table_unlock(m, gmap);
	return flush;`,
  },
  {
    id: 'unmap-keeps-link',
    wrong: 'unmapping a segment does not unlink it',
    find: 'return vmaddr ? __gmap_unlink_by_vmaddr(m, gmap, vmaddr) : 0;',
    replace: 'return vmaddr != 0;',
  },
  {
    id: 'unmap-unlinks-gaddr',
    wrong: 'unmapping takes the guest address for the host address',
    find: 'return vmaddr ? __gmap_unlink_by_vmaddr(m, gmap, vmaddr) : 0;',
    replace: 'return vmaddr ? __gmap_unlink_by_vmaddr(m, gmap, gaddr) : 0;',
  },
  {
    id: 'unmap-beyond-end',
    wrong: 'a range ends with the segment behind it',
    find: 'key > (end - 1) >> PMD_SHIFT',
    replace: 'key > end >> PMD_SHIFT',
  },
  {
    id: 'unmap-length-unchecked',
    wrong: 'gmap_unmap_segment accepts any length',
    find: 'if ((to | len) & ~PMD_MASK)',
    replace: 'if (to & ~PMD_MASK)',
  },
  {
    id: 'unmap-overflow',
    wrong: 'gmap_unmap_segment does not look whether the range wraps',
    find: 'if (len == 0 || end < to)',
    replace: 'if (len == 0)',
  },
  {
    id: 'unmap-read-lock',
    wrong: 'gmap_unmap_segment takes mmap_sem for reading only',
    smoke: true,
    find: `	down_write(m, gmap->mm);
	/* Otherwise: segments without a mapping`,
    replace: `	down_read(m, gmap->mm);
	/* Otherwise: segments without a mapping`,
  },
  {
    id: 'unmap-flush-last',
    wrong: 'gmap_unmap_segment flushes only if the last segment was linked',
    find: 'flush |= __gmap_unmap_by_gaddr(m, gmap, gaddr);',
    replace: 'flush = __gmap_unmap_by_gaddr(m, gmap, gaddr);',
  },
  {
    id: 'unmap-no-flush',
    wrong: 'gmap_unmap_segment flushes nothing',
    smoke: true,
    find: `	if (flush)
		gmap_flush_tlb(m, gmap);
	return 0;`,
    replace: `	return 0;`,
  },
  {
    id: 'map-no-flush',
    wrong: 'gmap_map_segment does not flush what it unlinked',
    smoke: true,
    find: `	if (flush)
		gmap_flush_tlb(m, gmap);
	if (!rc)`,
    replace: `	if (!rc)`,
  },
  {
    id: 'map-flush-last',
    wrong: 'gmap_map_segment flushes only if the last segment was linked',
    find: 'flush |= __gmap_unmap_by_gaddr(m, gmap, to + offset);',
    replace: 'flush = __gmap_unmap_by_gaddr(m, gmap, to + offset);',
  },
  {
    id: 'map-no-unmap',
    wrong: 'gmap_map_segment does not unmap what was there',
    find: 'flush |= __gmap_unmap_by_gaddr(m, gmap, to + offset);',
    replace: '',
  },
  {
    id: 'map-last-segment',
    wrong: 'the last segment of the address space cannot be mapped',
    find: 'to + len - 1 <= gmap->asce_end',
    replace: 'to + len <= gmap->asce_end',
  },
  {
    id: 'map-beyond-end',
    wrong: 'segments beyond the end of the address space can be mapped',
    find: 'to + len - 1 <= gmap->asce_end',
    replace: 'true',
  },
  {
    id: 'map-host-limit',
    wrong: 'only the start of the host range is held against its limit',
    find: 'from + len - 1 <= m->options.profile->map_from_end',
    replace: 'from <= m->options.profile->map_from_end',
  },
  {
    id: 'map-host-fixed',
    wrong: 'all segments of a range are mapped to the first one of the host',
    find: '(to + offset) >> PMD_SHIFT, from + offset);',
    replace: '(to + offset) >> PMD_SHIFT, from);',
  },
  {
    id: 'map-lock-left',
    wrong: 'when there is no memory gmap_map_segment returns with mmap_sem held',
    find: `		if (rc)
			break;
	}
	up_write(m, gmap->mm);`,
    replace: `		if (rc)
			return rc;
	}
	up_write(m, gmap->mm);`,
  },
  {
    id: 'map-not-undone',
    wrong: 'when there is no memory half of the range stays mapped',
    find: `	gmap_unmap_segment(m, gmap, to, len);
	return -ENOMEM;`,
    replace: `	return -ENOMEM;`,
  },
  {
    id: 'translate-mask',
    wrong: 'a translation keeps only the byte index of the guest address',
    smoke: true,
    find: 'return vmaddr ? vmaddr | (gaddr & ~PMD_MASK) : ERROR_WORD(EFAULT);',
    replace: 'return vmaddr ? vmaddr | (gaddr & ~PAGE_MASK) : ERROR_WORD(EFAULT);',
  },
  {
    id: 'translate-no-lock',
    wrong: 'gmap_translate does not take mmap_sem',
    find: `	down_read(m, gmap->mm);
	vmaddr = __gmap_translate(m, gmap, gaddr);
	up_read(m, gmap->mm);`,
    replace: `	vmaddr = __gmap_translate(m, gmap, gaddr);`,
  },
  {
    id: 'gmap-unlink-first',
    wrong: 'gmap_unlink stops at the first gmap that had a link',
    find: `		if (__gmap_unlink_by_vmaddr(m, gmap, vmaddr))
			gmap_flush_tlb(m, gmap);`,
    replace: `		if (__gmap_unlink_by_vmaddr(m, gmap, vmaddr)) {
			gmap_flush_tlb(m, gmap);
			break;
		}`,
  },
  {
    id: 'gmap-unlink-no-flush',
    wrong: 'gmap_unlink flushes nothing',
    find: `		if (__gmap_unlink_by_vmaddr(m, gmap, vmaddr))
			gmap_flush_tlb(m, gmap);`,
    replace: `		__gmap_unlink_by_vmaddr(m, gmap, vmaddr);`,
  },
  {
    id: 'link-large',
    wrong: 'large pages of the host are linked like page tables',
    find: 'if (entry_get(pmd) & SEGMENT_ENTRY_LARGE)',
    replace: 'if (false)',
  },
  {
    id: 'link-preload-left',
    wrong: '__gmap_link leaves preemption off',
    find: '	radix_preload_end(m);',
    replace: '',
  },
  {
    id: 'link-without-insert',
    wrong: 'a link is not entered into host_to_guest',
    find: `		rc = inject(m, INJECT_radix_insert)
			     ? -ENOMEM
			     : radix_insert(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT, address_of(m, entry));`,
    replace: `		rc = 0;`,
  },
  {
    id: 'link-despite-error',
    wrong: 'a segment is linked though host_to_guest has another one already',
    find: `		if (!rc) {
			entry_set(m, entry, entry_get(pmd));`,
    replace: `		{
			entry_set(m, entry, entry_get(pmd));`,
  },
  {
    id: 'link-key',
    wrong: 'a link is entered under the guest address',
    find: 'radix_insert(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT,',
    replace: 'radix_insert(m, &gmap->host_to_guest, gaddr >> PMD_SHIFT,',
  },
  {
    id: 'link-lock-order',
    wrong: '__gmap_link takes guest_table_lock before the pmd lock',
    find: `	lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
	guest_table_lock(m, gmap);`,
    replace: `	guest_table_lock(m, gmap);
	lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));`,
  },
  {
    id: 'link-rc-ignored',
    wrong: 'gmap_fault does not look at what __gmap_link answers',
    find: `	rc = __gmap_link(m, gmap, gaddr, vmaddr);
out:`,
    replace: `	__gmap_link(m, gmap, gaddr, vmaddr);
	rc = 0;
out:`,
  },
  {
    id: 'fault-wrong-errno',
    wrong: 'gmap_fault answers with the -ENOMEM of the fault, not with -EFAULT',
    find: `		if (is_error_word(vmaddr) || fixup_user_fault(m, gmap->mm, vmaddr, fault_flags, &unlocked))
			goto out;`,
    replace: `		if (is_error_word(vmaddr))
			goto out;
		rc = fixup_user_fault(m, gmap->mm, vmaddr, fault_flags, &unlocked);
		if (rc)
			goto out;`,
  },
  {
    id: 'zap-lock-left',
    wrong: '__gmap_zap leaves the pte lock held',
    find: `	ptep_zap_unused(m, gmap->mm, ptep, false);
	pte_unlock(m, ptep);`,
    replace: `	ptep_zap_unused(m, gmap->mm, ptep, false);`,
  },
  {
    id: 'discard-too-much',
    wrong: 'gmap_discard always goes on to the end of the segment',
    find: 'min_u64(to - gaddr, next - gaddr)',
    replace: 'next - gaddr',
  },
  {
    id: 'discard-from-start',
    wrong: 'gmap_discard begins at the start of the host segment',
    find: 'discard_in_segment(m, gmap, vmaddr | (gaddr & ~PMD_MASK),',
    replace: 'discard_in_segment(m, gmap, vmaddr,',
  },
];
