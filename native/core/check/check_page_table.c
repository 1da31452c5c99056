// SPDX-License-Identifier: GPL-2.0-only
/* I11 to I14 and I17: the PTEs and PGSTEs of one page table, and the pages that they name. */
#include "core/check/check_page_table.h"

#include "core/check/check_walk.h"
#include "core/check/known.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/shmem.h"

/* bits that no PTE in storage has: large, and the one that is only passed around; others only if the kernel has them */
#define PTE_NEVER 0x880u
#define SWAP_PTE_BITS ~(PAGE_MASK | 0x7cu | SWAP_EXCLUSIVE | PAGE_SOFT_DIRTY)

#ifdef OWN_CODE
#define PGSTE_OF_SHADOWS PGSTE_VSIE
#else
#define PGSTE_OF_SHADOWS 0
#endif
#define PGSTE_BITS                                                                                                 \
	(PGSTE_ACC | PGSTE_FP | PGSTE_HR | PGSTE_HC | PGSTE_GR | PGSTE_GC | PGSTE_UC | PGSTE_IN | PGSTE_GPS_ZERO | \
	 PGSTE_USAGE | PGSTE_OF_SHADOWS)

struct pte_check {
	struct check *c;
	const struct mm *mm;
	const char *name;
	const struct vma *vma; /* of the page, NULL if there is none */
	u64 vmaddr;
	u64 pte;
	u64 pgste;
};

static bool fail_pte(const struct pte_check *p, const char *rule)
{
	return check_fail(p->c, "%s: %s: 0x%llx: PTE 0x%llx, PGSTE 0x%llx", rule, p->name,
			  (unsigned long long)p->vmaddr, (unsigned long long)p->pte, (unsigned long long)p->pgste);
}

/* An entry that names no page in swap belongs to nobody. */
static bool check_swap(const struct pte_check *p)
{
	u64 page = swap_pte_page(p->pte);
	/* kernels that mark unused pages leave the mark in a swap PTE that mremap moves, where it means nothing */
	u64 unused = p->c->m->options.profile->reclaim_drops_unused ? PAGE_UNUSED : 0;

	if ((p->pte & SWAP_PTE_BITS & ~unused) != (PAGE_INVALID | PAGE_PROTECT))
		return fail_pte(p, "I17");
	if (!storage_has_used(p->c->m, page) || !(frame_at(p->c->m, page)->flags & FRAME_SWAPCACHE))
		return true;
	return check_page_use(p->c, page, FRAME_ANON, "swap");
}

/* What the bits of a present PTE say must fit together (spec 2.5), and be what the VMA allows. */
static bool check_present_bits(const struct pte_check *p)
{
	const struct profile *profile = p->c->m->options.profile;
	bool valid = !(p->pte & PAGE_INVALID);

	if (p->pte & (PTE_NEVER | (PAGE_NOEXEC & ~profile->noexec) | (PAGE_SOFT_DIRTY & ~profile->soft_dirty)))
		return fail_pte(p, "I17");
	if (valid && (!(p->pte & PAGE_YOUNG) || !(p->pte & PAGE_READ_BIT) || !(p->vma->flags & VM_ACCESS)))
		return fail_pte(p, "a valid PTE of a page that is old or not readable");
	if (valid && !(p->pte & PAGE_PROTECT) && (!(p->pte & PAGE_WRITE_BIT) || !(p->pte & PAGE_DIRTY)))
		return fail_pte(p, "a store can reach a page that is clean or not writable");
	if (p->pte & PAGE_WRITE_BIT && !(p->vma->flags & VM_WRITE))
		return fail_pte(p, "a page is writable, its VMA is not");
	return true;
}

static bool check_zero_page(const struct pte_check *p)
{
	if (p->mm->no_zero_pages)
		return fail_pte(p, "I14");
	if (!(p->pte & PAGE_SPECIAL) || p->pte & PAGE_WRITE_BIT || p->vma->file)
		return fail_pte(p, "a zero page");
	return true;
}

static bool check_data_page(const struct pte_check *p)
{
	u64 page = pte_page(p->pte);

	if (p->pte & PAGE_SPECIAL)
		return fail_pte(p, "a special page is not a zero page");
	if (!p->vma->file) {
		if (!check_page_use(p->c, page, FRAME_ANON, "private memory"))
			return false;
		if (p->pte & PAGE_WRITE_BIT && frame_at(p->c->m, page)->count > 1)
			return fail_pte(p, "copy on write: a shared page is writable");
		return true;
	}
	if (file_page(NULL, p->vma->file, p->vma->pgoff + ((p->vmaddr - p->vma->start) >> PAGE_SHIFT)) != page)
		return fail_pte(p, "not the page that the file has there");
	return check_page_use(p->c, page, FRAME_SHARED, "shared memory");
}

static bool check_pte(const struct pte_check *p)
{
	if (pte_none(p->pte))
		return true;
	if (!pte_present(p->pte) && !pte_swap(p->pte))
		return fail_pte(p, "I17");
	if (!p->vma)
		return fail_pte(p, "a page outside of all VMAs");
	if (pte_swap(p->pte))
		return check_swap(p);
	if (!check_present_bits(p))
		return false;
	return is_zero_page(p->c->m, pte_page(p->pte)) ? check_zero_page(p) : check_data_page(p);
}

static bool check_pgste(const struct pte_check *p)
{
	const u64 writable = PAGE_PRESENT | PAGE_WRITE_BIT;

	if (p->pgste & PGSTE_PCL)
		return fail_pte(p, "I11");
	if (p->pgste & ~PGSTE_BITS)
		return fail_pte(p, "I17");
	if (!p->mm->has_pgste)
		return true;
	if ((p->pte & (writable | PAGE_INVALID | PAGE_PROTECT)) == writable && !(p->pgste & PGSTE_UC))
		return known_older_page(p->c->m, p->mm, &p->c->known) || fail_pte(p, "I12");
	/* later kernels also arm pages that are only readable, or not accessible */
	if (!p->c->m->options.profile->arms_any_protection && p->pgste & PGSTE_IN &&
	    p->pte & (PAGE_INVALID | PAGE_PROTECT))
		return known_older_page(p->c->m, p->mm, &p->c->known) || fail_pte(p, "I13");
	return true;
}

static bool check_pgste_table(struct check *c, const char *name, u64 table, u64 vmaddr)
{
	const struct frame *frame;

	if (!check_claim(c, table, 0, FRAME_PGTABLE, 1, "host tables: a page table"))
		return false;
	frame = frame_at(c->m, table);
	if (frame->flags & FRAME_NO_PGSTE || frame->count != 3 || frame->index != vmaddr)
		return check_fail(c, "host tables: %s: the page table of 0x%llx says 0x%llx, use %llu", name,
				  (unsigned long long)vmaddr, (unsigned long long)frame->index,
				  (unsigned long long)frame->count);
	return true;
}

/* A frame with two page tables is reached once through each. */
static bool check_half_table(struct check *c, const char *name, u64 table, u64 vmaddr)
{
	u32 half = table & ~PAGE_MASK ? 2 : 1;
	u64 address = table & PAGE_MASK;
	struct frame *frame;
	u32 *use;

	if (!storage_has_used(c->m, address))
		return check_fail(c, "host tables: %s: page table at 0x%llx", name, (unsigned long long)table);
	frame = frame_at(c->m, address);
	use = use_of(c, address);
	if (!*use) {
		if (!check_claim(c, address, 0, FRAME_PGTABLE, 0, "host tables: two page tables"))
			return false;
		if (!(frame->flags & FRAME_LOST))
			c->uses_counted += (frame->count & 1) + (frame->count >> 1 & 1);
	}
	if (!(frame->flags & FRAME_NO_PGSTE) || *use & half || !(frame->count & half) || frame->count >> 2 ||
	    page_table_vmaddr(c->m, table) != vmaddr)
		return check_fail(c, "host tables: %s: the page table of 0x%llx at 0x%llx says 0x%llx, use 0x%llx",
				  name, (unsigned long long)vmaddr, (unsigned long long)table,
				  (unsigned long long)page_table_vmaddr(c->m, table), (unsigned long long)frame->count);
	*use |= half;
	if (!(frame->flags & FRAME_LOST))
		c->uses_found++;
	return true;
}

/* A page, of the process whose VMAs `vma` is on its way through. */
static bool check_page(struct pte_check *p, const entry_t *ptep, const struct vma **vma)
{
	p->pte = entry_get(ptep);
	p->pgste = p->mm->alloc_pgste ? entry_get(ptep + PGSTE_OFFSET) : 0;
	if (pte_none(p->pte) && !p->pgste)
		return true;
	while (*vma && (*vma)->end <= p->vmaddr)
		*vma = (*vma)->next;
	p->vma = *vma && (*vma)->start <= p->vmaddr ? *vma : NULL;
	return check_pte(p) && check_pgste(p);
}

bool check_page_table(struct check *c, const struct mm *mm, const char *name, u64 table, u64 vmaddr,
		      const struct vma **vma)
{
	struct pte_check p = { .c = c, .mm = mm, .name = name };
	const entry_t *ptep;
	u64 block, i;

	if (!(mm->alloc_pgste ? check_pgste_table : check_half_table)(c, name, table, vmaddr))
		return false;
	ptep = entry_at(c->m, table);
	for (block = 0; block < PTRS_PER_PTE; block += CHECK_BLOCK) {
		if (check_entries_are(ptep + block, CHECK_BLOCK, PAGE_INVALID) &&
		    (!mm->alloc_pgste || check_entries_are(ptep + block + PGSTE_OFFSET, CHECK_BLOCK, 0)))
			continue;
		for (i = block; i < block + CHECK_BLOCK; i++) {
			p.vmaddr = vmaddr + i * PAGE_SIZE;
			if (!check_page(&p, ptep + i, vma))
				return false;
		}
	}
	return true;
}
