// SPDX-License-Identifier: GPL-2.0-only
// Faults in the port of gmap.c: being told of invalidations.
export const file = 'native/core/linux/gmap/gmap_notify.c';

export const mutants = [
  {
    id: 'notifier-order',
    wrong: 'a new block is called last, not first',
    smoke: true,
    find: 'list_add(m, &nb->list, &m->s.notifier_list);',
    replace: 'list_add(m, &nb->list, m->s.notifier_list.prev);',
  },
  {
    id: 'notifier-lock-left',
    wrong: 'registering a block leaves gmap_notifier_lock held',
    find: `	list_add(m, &nb->list, &m->s.notifier_list);
	notifier_unlock(m);`,
    replace: `	list_add(m, &nb->list, &m->s.notifier_list);`,
  },
  {
    id: 'arm-read-fault',
    wrong: 'arming a page faults it in for reading only, and never comes to an end',
    find: 'fixup_user_fault(m, gmap->mm, vmaddr, FAULT_FLAG_WRITE, &unlocked)',
    replace: 'fixup_user_fault(m, gmap->mm, vmaddr, 0, &unlocked)',
  },
  {
    id: 'arm-without-link',
    wrong: 'arming a page does not link its segment',
    smoke: true,
    find: `	rc = __gmap_link(m, gmap, gaddr, vmaddr);
	if (rc)
		return rc;
	ptep =`,
    replace: `	rc = 0;
	ptep =`,
  },
  {
    id: 'arm-lock-left',
    wrong: 'arming a page leaves its pte lock held',
    find: `		*armed = true;
	}
	pte_unlock(m, ptep);`,
    replace: `		*armed = true;
	}`,
  },
  {
    id: 'arm-first-only',
    wrong: 'gmap_ipte_notify arms the first page of its range again and again',
    find: `		if (armed) {
			gaddr += PAGE_SIZE;
			len -= PAGE_SIZE;`,
    replace: `		if (armed) {
			len -= PAGE_SIZE;`,
  },
  {
    id: 'arm-address-unchecked',
    wrong: 'gmap_ipte_notify accepts any address',
    find: `	int tries = 0;
	int rc = 0;

	if ((gaddr | len) & ~PAGE_MASK)`,
    replace: `	int tries = 0;
	int rc = 0;

	if (len & ~PAGE_MASK)`,
  },
  {
    id: 'protect-no-bit',
    wrong: 'gmap_mprotect_notify protects the page, but does not ask to be told',
    find: 'ptep_force_prot(m, gmap->mm, gaddr, ptep, prot, PGSTE_IN)',
    replace: 'ptep_force_prot(m, gmap->mm, gaddr, ptep, prot, 0)',
  },
  {
    id: 'protect-without-esop',
    wrong: 'gmap_mprotect_notify makes pages read-only on machines where that cannot be trusted',
    find: 'if (!m->options.esop && prot == PROT_READ)',
    replace: 'if (false)',
  },
  {
    id: 'notify-first-unlinked',
    wrong: 'ptep_notify stops at the first gmap that has no link',
    find: '		if (linked_gaddr(m, gmap, vmaddr, offset, &gaddr))\n			gmap_call_notifier(',
    replace:
      '		if (!linked_gaddr(m, gmap, vmaddr, offset, &gaddr))\n			break;\n		else\n			gmap_call_notifier(',
  },
  {
    id: 'notify-one-gmap',
    wrong: 'ptep_notify tells only of the newest gmap that has a link',
    find: `		if (linked_gaddr(m, gmap, vmaddr, offset, &gaddr))
			gmap_call_notifier(m, gmap, gaddr, gaddr + PAGE_SIZE - 1);
	}`,
    replace: `		if (linked_gaddr(m, gmap, vmaddr, offset, &gaddr)) {
			gmap_call_notifier(m, gmap, gaddr, gaddr + PAGE_SIZE - 1);
			break;
		}
	}`,
  },
  {
    id: 'notify-segment',
    wrong: 'ptep_notify tells the start of the segment, not the page',
    find: '__gmap_segment_gaddr(m, entry_at(m, entry)) + offset;',
    replace: '__gmap_segment_gaddr(m, entry_at(m, entry));',
  },
  {
    id: 'notify-end',
    wrong: 'the range that later kernels tell is one byte too long',
    find: 'gmap_call_notifier(m, gmap, gaddr, gaddr + PAGE_SIZE - 1);',
    replace: 'gmap_call_notifier(m, gmap, gaddr, gaddr + PAGE_SIZE);',
  },
  {
    id: 'notify-old-lock',
    wrong: "from 4.8 on: ptep_notify takes 4.7's lock of the notifiers",
    find: `	if (!has_rcu_lists(m))
		notifier_lock(m);`,
    replace: `	notifier_lock(m);`,
  },
  {
    id: 'notify-tells-locked',
    wrong: 'from 4.8 on: ptep_notify calls notifiers with guest_table_lock held',
    find: `	if (locks)
		guest_table_unlock(m, gmap);
	return entry != 0;`,
    replace: `	if (locks && !entry)
		guest_table_unlock(m, gmap);
	return entry != 0;`,
  },
  {
    id: 'unregister-waits-inside',
    wrong: 'from 4.8 on: unregistering a block waits for readers while it holds the lock of the list',
    find: `	notifier_unlock(m);
	/* no callback of the block runs any more */
	if (has_rcu_lists(m))
		synchronize_rcu(m);`,
    replace: `	if (has_rcu_lists(m))
		synchronize_rcu(m);
	notifier_unlock(m);`,
  },
];
