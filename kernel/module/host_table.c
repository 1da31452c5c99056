// SPDX-License-Identifier: GPL-2.0-only
#include "host_table.h"

static pmd_t *find_pmd(struct mm_struct *mm, unsigned long vmaddr)
{
	pud_t *pud = compat_pud(mm, vmaddr);

	if (!pud || pud_none(*pud) || pud_val(*pud) & _REGION_ENTRY_INVALID)
		return NULL;
	return pmd_offset(pud, vmaddr);
}

pmd_t *host_pmd(struct mm_struct *mm, unsigned long vmaddr)
{
	return vmaddr < mm->context.asce_limit ? find_pmd(mm, vmaddr) : NULL;
}

pmd_t *host_pmd_of_kernel(struct mm_struct *mm, unsigned long vmaddr)
{
	return compat_walks_stay_inside() ? find_pmd(mm, vmaddr) : host_pmd(mm, vmaddr);
}

pte_t *host_pte(struct mm_struct *mm, unsigned long vmaddr)
{
	pmd_t *pmd = host_pmd(mm, vmaddr);

	if (!pmd || pmd_val(*pmd) & (_SEGMENT_ENTRY_INVALID | _SEGMENT_ENTRY_LARGE))
		return NULL;
	return (pte_t *)__va(pmd_val(*pmd) & _SEGMENT_ENTRY_ORIGIN) + ((vmaddr >> PAGE_SHIFT) & (PTRS_PER_PTE - 1));
}

enum wire_pte host_pte_kind(unsigned long pte)
{
	if (pte == _PAGE_INVALID)
		return WIRE_PTE_NONE;
	if (!(pte & _PAGE_PRESENT))
		return WIRE_PTE_SWAP;
	if (is_zero_pfn(pte >> PAGE_SHIFT))
		return WIRE_PTE_ZERO;
	return PageAnon(pfn_to_page(pte >> PAGE_SHIFT)) ? WIRE_PTE_ANON : WIRE_PTE_PAGE;
}
