// SPDX-License-Identifier: GPL-2.0-only
// Faults in handling page faults.
export const file = 'native/core/linux/mm/fault.c';

export const mutants = [
  {
    id: 'fault-any-vma',
    wrong: 'a fault does not ask what the VMA permits',
    smoke: true,
    find: 'if (!vma || !(vma->flags & wanted))',
    replace: 'if (!vma)',
  },
  {
    id: 'fault-read-for-write',
    wrong: 'a write fault asks whether the VMA can be read',
    find: 'u64 wanted = flags & FAULT_FLAG_WRITE ? VM_WRITE : VM_READ;',
    replace: 'u64 wanted = VM_READ;',
  },
  {
    id: 'read-only-made-writable',
    wrong: 'new pages of a VMA that is only readable can be written to',
    find: `		if (f->vma->flags & VM_WRITE)
			pte = pte_mkwrite(pte_mkdirty(m, pte));`,
    replace: `		pte = pte_mkwrite(pte_mkdirty(m, pte));`,
  },
  {
    id: 'zero-page-counted',
    wrong: 'a zero page is mapped like a page of its own',
    find: 'pte = pte_mkspecial(pte_mkyoung(zero_page(m, f->address) | f->vma->page_prot));',
    replace: 'pte = pte_mkyoung(zero_page(m, f->address) | f->vma->page_prot);',
  },
  {
    id: 'file-page-not-counted',
    wrong: 'a mapping of a shared page has no reference to it',
    find: '	page_get(m, page);\n	set_pte_at(m, f->mm, address, ptep, pte);',
    replace: '	set_pte_at(m, f->mm, address, ptep, pte);',
  },
  {
    id: 'copy-no-flush',
    wrong: 'the copy takes the place of the shared page without a flush',
    find: '	ptep_xchg_direct(m, f->mm, f->address, f->ptep, PAGE_INVALID);\n',
    replace: '',
  },
  {
    id: 'old-stays-invalid',
    wrong: 'a fault on an old page does not make it young',
    find: 'ptep_set_access_flags(m, f->mm, f->address, f->ptep, pte_mkyoung(pte));',
    replace: 'ptep_set_access_flags(m, f->mm, f->address, f->ptep, pte);',
  },
  {
    id: 'oom-is-success',
    wrong: 'no memory for a page: the fault says that all is well',
    find: '	if (result & VM_FAULT_OOM)\n		return -ENOMEM;',
    replace: '	if (result & VM_FAULT_OOM)\n		return 0;',
  },
  {
    id: 'retry-without-lock',
    wrong: 'after mmap_sem was dropped it is not taken again',
    find: '		machine_hook_end(m, outer);\n	}\n	down_read(m, mm);',
    replace: '		machine_hook_end(m, outer);\n	}',
  },
  {
    id: 'fixup-grows-stack',
    wrong: 'from 6.1 on: a fault of a guest grows a stack of its process',
    find: 'm->options.profile->fixup_grows_stack ? find_extend_vma(m, mm, address) : vma_lookup(m, mm, address)',
    replace: 'find_extend_vma(m, mm, address)',
  },
  {
    id: 'swap-in-empty',
    wrong: 'what comes back from swap is empty',
    find: `	if (sole_owner) {
		page_set_exclusive`,
    replace: `	SET(m, frame_at(m, page)->flags, frame_at(m, page)->flags | FRAME_BLANK);
	if (sole_owner) {
		page_set_exclusive`,
  },
];
