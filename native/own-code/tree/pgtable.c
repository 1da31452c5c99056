/* SPDX-License-Identifier: GPL-2.0-only */
/* A tree's pgtable.c, and as functions what is inline in its asm/pgtable.h. */
#include <own/kernel.h>
#include TREE_PGTABLE_C

/* Structures are returned in other ways than words on some hosts. */
unsigned long x_xchg_direct(struct mm_struct *mm, unsigned long addr, pte_t *ptep, unsigned long pte)
{
	return pte_val(ptep_xchg_direct(mm, addr, ptep, __pte(pte)));
}

unsigned long x_xchg_lazy(struct mm_struct *mm, unsigned long addr, pte_t *ptep, unsigned long pte)
{
	return pte_val(ptep_xchg_lazy(mm, addr, ptep, __pte(pte)));
}

unsigned long x_get_and_clear_full(struct mm_struct *mm, unsigned long addr, pte_t *ptep, int full)
{
	return pte_val(ptep_get_and_clear_full(mm, addr, ptep, full));
}

void x_set_wrprotect(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	ptep_set_wrprotect(mm, addr, ptep);
}

int x_set_access_flags(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t entry)
{
	struct vm_area_struct vma = { .vm_mm = mm };

	return ptep_set_access_flags(&vma, addr, ptep, entry, 1);
}

int x_test_and_clear_young(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct vm_area_struct vma = { .vm_mm = mm };

	return ptep_test_and_clear_young(&vma, addr, ptep);
}

unsigned long x_modify_prot_start(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	struct vm_area_struct vma = { .vm_mm = mm };

	return pte_val(ptep_modify_prot_start(&vma, addr, ptep));
}

void x_modify_prot_commit(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t old, pte_t pte)
{
	struct vm_area_struct vma = { .vm_mm = mm };

	ptep_modify_prot_commit(&vma, addr, ptep, old, pte);
}

void x_set_pte_at(struct mm_struct *mm, unsigned long addr, pte_t *ptep, pte_t pte)
{
#ifdef set_ptes
	set_ptes(mm, addr, ptep, pte, 1);
#else
	set_pte_at(mm, addr, ptep, pte);
#endif
}

void x_flush_mm_lazy(struct mm_struct *mm)
{
	__tlb_flush_mm_lazy(mm);
}

void x_pte_clear(struct mm_struct *mm, unsigned long addr, pte_t *ptep)
{
	pte_clear(mm, addr, ptep);
}
