/* SPDX-License-Identifier: GPL-2.0-only */
/* Swap, zero pages, protected guests, and a process's tables: what a tree's asm/pgtable.h leaves to the rest of the kernel. */
#ifndef OWN_PAGES_H
#define OWN_PAGES_H

typedef struct {
	unsigned long val;
} swp_entry_t;
struct vm_fault;
struct mmu_gather;
struct seq_file;
struct kobject;
struct file;

#define MACHINE_FLAG_ESOP 0x10u
#define MACHINE_FLAG_IDTE 0x20u
#define MACHINE_FLAG_TLB_LC 0x1000u
#define MACHINE_FLAG_NX 0x8000u
#define MACHINE_HAS_ESOP (get_lowcore()->machine_flags & MACHINE_FLAG_ESOP)
#define MACHINE_HAS_IDTE (get_lowcore()->machine_flags & MACHINE_FLAG_IDTE)
#define MACHINE_HAS_TLB_LC (get_lowcore()->machine_flags & MACHINE_FLAG_TLB_LC)
#define MACHINE_HAS_NX (get_lowcore()->machine_flags & MACHINE_FLAG_NX)
#define MACHINE_HAS_EDAT1 0
#define MACHINE_HAS_EDAT2 0
#define MACHINE_HAS_TLB_GUEST 0
#define MACHINE_HAS_RDP 0

extern unsigned long mio_wb_bit_mask;
#define pmd_huge_pte(mm, pmd) ((mm)->pmd_huge_pte_)
#define pgtable_pmd_page_ctor(p) 1
#define pgtable_pmd_page_dtor(p) ((void)0)
#define pagetable_pmd_ctor(p) 1
#define pagetable_pmd_dtor(p) ((void)0)
#define pagetable_pte_ctor(p) 1
#define pmd_pgtable_page(pmd) virt_to_page((void *)((unsigned long)(pmd) & ~(PTRS_PER_PMD * sizeof(pmd_t) - 1)))

/* protected guests: none */
#define uv_convert_owned_from_secure(a) 0
#define uv_convert_from_secure(a) 0
#define uv_convert_from_secure_pte(a) 0
#define uv_destroy_owned_page(a) 0
#define uv_destroy_page(a) 0
#define uv_destroy_pte(a) 0
#define uv_destroy_folio(f) 0

#include <own/atomics.h>
#include <asm/pgtable.h>
#include <asm/tlbflush.h>

static inline swp_entry_t pte_to_swp_entry(pte_t pte)
{
	return __pte_to_swp_entry(pte);
}
void free_swap_and_cache(swp_entry_t entry);
#define non_swap_entry(e) 0
#define is_migration_entry(e) 0
#define pfn_swap_entry_to_page(e) ((struct page *)NULL)
#define pfn_swap_entry_folio(e) ((struct folio *)NULL)
#define migration_entry_to_page(e) ((struct page *)NULL)
#define mm_counter(p) 0
#define MM_SWAPENTS 0
#define dec_mm_counter(mm, c) ((void)0)

#undef empty_zero_page
#define empty_zero_page own->zero_page
static inline int is_zero_pfn(unsigned long pfn)
{
	return pfn - (own->zero_page >> PAGE_SHIFT) <= zero_page_mask >> PAGE_SHIFT;
}

#define pte_index(a) (((a) >> PAGE_SHIFT) & (PTRS_PER_PTE - 1))
#define pte_offset_map(pmd, a) ((pte_t *)pmd_deref(*(pmd)) + pte_index(a))
#define pte_offset_kernel pte_offset_map
#define pte_unmap(pte) ((void)(pte))

/* Locks of PTEs and PMDs are named by their table, whose address tells them from others. */
#define pmd_lockptr(mm, pmd) ((spinlock_t *)(((unsigned long)(pmd) & ~0xfffUL) | 1))
#define pte_lockptr(mm, pmd) ((spinlock_t *)(pmd_val(*(pmd)) & ~0x7ffUL))
static inline spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)
{
	spinlock_t *l = pmd_lockptr(mm, pmd);

	(void)mm;
	spin_lock(l);
	return l;
}
#define pte_offset_map_lock(mm, pmd, address, ptlp)       \
	({                                                \
		spinlock_t *l_ = pte_lockptr(mm, pmd);    \
		pte_t *p_ = pte_offset_map(pmd, address); \
		*(ptlp) = l_;                             \
		spin_lock(l_);                            \
		p_;                                       \
	})
#define pte_alloc_map_lock(mm, pmd, address, ptlp) \
	(pmd_none(*(pmd)) ? (pte_t *)NULL : pte_offset_map_lock(mm, pmd, address, ptlp))
#define pte_unmap_unlock(pte, ptl) spin_unlock(ptl)

int own_pmd_alloc(struct mm_struct *mm, unsigned long address);
#define p4d_alloc(mm, pgd, a) ({ own_pmd_alloc(mm, a) ? p4d_offset(pgd, a) : NULL; })
#define pud_alloc(mm, p4d, a) pud_offset(p4d, a)
#define pmd_alloc(mm, pud, a) pmd_offset(pud, a)
pte_t *get_locked_pte(struct mm_struct *mm, unsigned long address, spinlock_t **ptlp);

#endif
