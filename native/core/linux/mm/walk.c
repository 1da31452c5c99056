// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/walk.h"

#include "core/linux/mm/pgalloc.h"

bool walk_ptes(struct machine *m, struct mm *mm, pte_fn call)
{
	const struct vma *vma;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, mm);
	for (vma = mm->vmas; vma; vma = vma->next) {
		u64 at = vma->start;

		if (vma->flags & VM_HUGETLB)
			continue;
		while ((at = host_next_segment(m, mm, at, vma->end)) < vma->end) {
			if (!call(m, mm, at, host_pte(m, mm, at)))
				return false;
			at += PAGE_SIZE;
		}
	}
	return true;
}
