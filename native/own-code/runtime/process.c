// SPDX-License-Identifier: GPL-2.0-only
/* What the tree's code asks of a process: mappings, faults, zapping, walks. */
#include "core/linux/mm/fault.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/walk.h"
#include "core/linux/mm/zap.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

struct vma *linux_find_vma(struct mm *mm, u64 address)
{
	return find_vma(own_machine(), mm, address);
}

struct vma *linux_vma_lookup(struct mm *mm, u64 address)
{
	return vma_lookup(own_machine(), mm, address);
}

/* Faults that one call asks for at one address, one after the other. */
#define MOST_TRIES 1000

int linux_fixup_user_fault(struct mm *mm, u64 address, u32 flags, bool *unlocked)
{
	struct own_inside inside = own_leave();
	bool ignored;
	int rc;

	inside.faults = address == own->faulted ? inside.faults + 1 : 0;
	own->faulted = address;
	if (inside.faults == MOST_TRIES)
		machine_bug(inside.m, BUG_endless, "0x%llx is faulted in again and again", (unsigned long long)address);
	rc = fixup_user_fault(inside.m, mm, address, flags, unlocked ? unlocked : &ignored);
	if (!rc && inside.shadow)
		page_is_read(inside.m, mm, address);
	own_come_back(&inside);
	return rc;
}

u32 linux_handle_mm_fault(struct vma *vma, u64 address, u32 flags, void *regs)
{
	struct own_inside inside = own_leave();
	u32 result;

	(void)regs;
	result = flags & FAULT_FLAG_UNSHARE ? unshare_page(inside.m, inside.mm, vma, address)
					    : handle_mm_fault(inside.m, inside.mm, vma, address, flags);
	own_come_back(&inside);
	return result;
}

void linux_zap_page_range(struct vma *vma, u64 address, u64 size)
{
	struct own_inside inside = own_leave();

	zap_page_range(inside.m, inside.mm, vma, address, size);
	own_come_back(&inside);
}

void linux_zap_page_range_single(struct vma *vma, u64 address, u64 size, void *details)
{
	struct own_inside inside = own_leave();

	(void)details;
	zap_page_range_single(inside.m, inside.mm, vma, address, size);
	own_come_back(&inside);
}

void linux_free_swap_and_cache(u64 entry)
{
	free_swap_and_cache(own_machine(), entry);
}

int linux_own_pmd_alloc(struct mm *mm, u64 address)
{
	/* the tree goes on by its own indices, which wrap */
	return host_pmd_alloc(own_machine(), mm, host_wrap(mm, address)) != NULL;
}

entry_t *linux_get_locked_pte(struct mm *mm, u64 address, const void **lock)
{
	entry_t *ptep = address < mm->asce_limit ? get_locked_pte(own_machine(), mm, address) : NULL;

	if (ptep)
		*lock = pte_lock_of(ptep);
	return ptep;
}

/* As a tree has them, see include/own/process.h. */
struct walk_ops {
	int (*pmd_entry)(entry_t *pmd, u64 address, u64 next, void *walk);
	int (*pte_entry)(entry_t *pte, u64 address, u64 next, void *walk);
	int (*hugetlb_entry)(entry_t *pte, u64 hmask, u64 address, u64 next, void *walk);
};

struct walk {
	const struct walk_ops *ops;
	struct mm *mm;
	struct vma *vma;
	void *private;
};

static int walk_segment(struct walk *walk, u64 at, u64 end)
{
	struct machine *m = own_machine();
	const struct walk_ops *ops = walk->ops;
	entry_t *pmd = host_pmd(m, walk->mm, at);
	int rc = 0;

	if (walk->vma->flags & VM_HUGETLB)
		return ops->hugetlb_entry ? ops->hugetlb_entry(pmd, PMD_MASK, at, end, walk) : 0;
	if (ops->pmd_entry)
		rc = ops->pmd_entry(pmd, at, end, walk);
	for (; !rc && ops->pte_entry && at < end; at += PAGE_SIZE)
		rc = ops->pte_entry(host_pte(m, walk->mm, at), at, at + PAGE_SIZE, walk);
	return rc;
}

static int walk_vma(struct walk *walk, struct vma *vma, u64 start, u64 end)
{
	u64 at = vma->start > start ? vma->start : start;
	u64 stop = vma->end < end ? vma->end : end;
	int rc = 0;

	walk->vma = vma;
	while (!rc && at < stop && (at = host_next_segment(own_machine(), walk->mm, at, stop)) < stop) {
		u64 next = granule_end(at, PMD_SIZE, stop);

		rc = walk_segment(walk, at, next);
		at = next;
	}
	return rc;
}

int linux_walk_page_range(struct mm *mm, u64 start, u64 end, const struct walk_ops *ops, void *private)
{
	struct walk walk = { ops, mm, NULL, private };
	struct vma *vma;
	int rc = 0;

	for (vma = mm->vmas; vma && !rc; vma = vma->next)
		rc = walk_vma(&walk, vma, start, end);
	return rc;
}

int linux_walk_page_range_vma(struct vma *vma, u64 start, u64 end, const struct walk_ops *ops, void *private)
{
	struct walk walk = { ops, own->mm, NULL, private };

	return walk_vma(&walk, vma, start, end);
}
