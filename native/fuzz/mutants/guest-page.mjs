// SPDX-License-Identifier: GPL-2.0-only
// Faults in storage keys and page states of guests.
export const file = 'native/core/linux/gmap/guest_page.c';

export const mutants = [
  {
    id: 'key-not-dirty',
    wrong: 'a changed key does not set UC, so migration loses it',
    find: `	if ((old ^ pgste) & GUEST_KEY)
		pgste |= PGSTE_UC;`,
    replace: ``,
  },
  {
    id: 'key-wrong-bits',
    wrong: "the guest's reference and change bits are set where the host's are",
    find: 'pgste |= (key & (KEY_REFERENCED | KEY_CHANGED)) << 48;',
    replace: 'pgste |= (key & (KEY_REFERENCED | KEY_CHANGED)) << 52;',
  },
  {
    id: 'key-clears-pgste',
    wrong: 'setting a key clears all else in the PGSTE',
    find: 'pgste = old & ~GUEST_KEY;',
    replace: 'pgste = old & PGSTE_PCL;',
  },
  {
    id: 'key-not-set',
    wrong: 'setting the key of a page that is there does not reach the frame',
    find: '		page_set_storage_key(m, pte_page(pte), key & (KEY_ACC | KEY_FP), !nq);\n',
    replace: '',
  },
  {
    id: 'key-without-guest-bits',
    wrong: "reading a key of a page that is there leaves the guest's reference and change bits out",
    find: 'page_get_storage_key(m, pte_page(pte)) | (pgste & (PGSTE_GR | PGSTE_GC)) >> 48;',
    replace: 'page_get_storage_key(m, pte_page(pte));',
  },
  {
    id: 'key-lock-left',
    wrong: 'reading a key leaves the pte lock held',
    find: '	unlock_key(m, &place);\n	return place.error;',
    replace: '	return place.error;',
  },
  {
    id: 'reset-wrong-bit',
    wrong: 'resetting the reference bit resets the change bit',
    find: 'pgste = old & ~PGSTE_GR;',
    replace: 'pgste = old & ~PGSTE_GC;',
  },
  {
    id: 'essa-inverted',
    wrong: 'a change of the page state keeps the old state and clears all else',
    find: 'pgste_set_unlock(m, ptep, (pgste & ~clear) | set);',
    replace: 'pgste_set_unlock(m, ptep, (pgste & clear) | set);',
  },
  {
    id: 'essa-without-lock',
    wrong: 'a change of the page state does not take the pte lock',
    find: `	pte_lock(m, ptep);
	pgste = pgste_get_lock(m, mm, ptep);
	pgste_set_unlock(m, ptep, (pgste & ~clear) | set);
	pte_unlock(m, ptep);`,
    replace: `	pgste = pgste_get_lock(m, mm, ptep);
	pgste_set_unlock(m, ptep, (pgste & ~clear) | set);`,
  },
];
