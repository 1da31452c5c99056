// SPDX-License-Identifier: GPL-2.0-only
/* mmap, munmap and madvise. */
#include "core/linux/mm/mmap.h"

#include "core/linux/mm/free_pgtables.h"
#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/shmem.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/vma_tree.h"
#include "core/linux/mm/zap.h"
#include "core/machine/lock.h"

u64 task_size(const struct machine *m, const struct mm *mm)
{
	return m->options.profile->task_size > TASK_MAX_SIZE ? m->options.profile->task_size : mm->asce_limit;
}

/* 4.7 takes the limit itself for an address behind it, and never looks whether there is an end. */
static bool needs_more_levels(const struct machine *m, const struct mm *mm, u64 address, u64 length)
{
	u64 size = m->options.profile->task_size;

	if (size == TASK_MAX_SIZE)
		return address + length >= mm->asce_limit;
	return length <= size && address <= size - length && address + length > mm->asce_limit;
}

u64 get_unmapped_area(struct machine *m, struct mm *mm, u64 address, u64 length)
{
	int error;

	/* a fixed address at the end of three levels, or behind it, asks for a fourth */
	if (mm->asce_limit < m->options.profile->task_size && needs_more_levels(m, mm, address, length)) {
		error = crst_table_upgrade(m, mm, address + length);
		if (error)
			return ERROR_WORD(-error);
	}
	if (length > task_size(m, mm) || address > task_size(m, mm) - length)
		return ERROR_WORD(ENOMEM);
	return address & ~PAGE_MASK ? ERROR_WORD(EINVAL) : address;
}

static void detach_vmas(struct machine *m, struct mm *mm, struct vma *first, u64 end, struct vma **last)
{
	struct vma *vma = first;

	while (vma && vma->start < end) {
		*last = vma;
		vma = vma->next;
		SET(m, mm->vma_count, mm->vma_count - 1);
		vma_tree_remove(m, mm, *last);
	}
	if (first->prev)
		SET(m, first->prev->next, vma);
	else
		SET(m, mm->vmas, vma);
	if (vma)
		SET(m, vma->prev, first->prev);
	SET(m, (*last)->next, NULL);
}

static void unmap_region(struct machine *m, struct mm *mm, struct vma *first, u64 start, u64 end, u64 floor,
			 u64 ceiling)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, mm, false);
	unmap_vmas(m, &tlb, first, start, end);
	free_pgtables(m, &tlb, first, floor, ceiling);
	tlb_finish_mmu(m, &tlb);
}

/* A border between VMAs cannot lie inside of a huge page. */
static bool cuts_huge_page(const struct vma *vma, u64 address)
{
	return vma->flags & VM_HUGETLB && address & ~PMD_MASK;
}

int do_munmap(struct machine *m, struct mm *mm, u64 start, u64 length)
{
	struct vma *first, *last, *prev, *next;
	u64 end;

	if (start & ~PAGE_MASK || start > task_size(m, mm) || length > task_size(m, mm) - start)
		return -EINVAL;
	length = (length + PAGE_SIZE - 1) & PAGE_MASK;
	if (!length)
		return -EINVAL;
	end = start + length;
	first = find_vma(m, mm, start);
	if (!first || first->start >= end)
		return 0;
	if (start > first->start) {
		if (end < first->end && mm->vma_count >= MAX_MAP_COUNT)
			return -ENOMEM;
		if (cuts_huge_page(first, start))
			return -EINVAL;
		if (!vma_split(m, mm, first, start))
			return -ENOMEM;
		first = first->next;
	}
	last = find_vma(m, mm, end);
	if (last && end > last->start) {
		if (cuts_huge_page(last, end))
			return -EINVAL;
		if (!vma_split(m, mm, last, end))
			return -ENOMEM;
	}
	prev = first->prev;
	detach_vmas(m, mm, first, end, &last);
	next = prev ? prev->next : mm->vmas;
	unmap_region(m, mm, first, start, end, prev ? prev->end : 0, next ? next->start : 0);
	while (first) {
		next = first->next;
		vma_free(m, first);
		first = next;
	}
	return 0;
}

int sys_munmap(struct machine *m, struct mm *mm, u64 address, u64 length)
{
	int error;

	down_write(m, mm);
	error = do_munmap(m, mm, address, length);
	up_write(m, mm);
	return error;
}

/* A mapping of its own; the range is free. */
static int map_new_vma(struct machine *m, struct mm *mm, u64 start, u64 end, const struct vma *attributes)
{
	struct vma *vma = vma_alloc(m);
	struct file *file = NULL;

	if (!vma)
		return -ENOMEM;
	if (attributes->flags & VM_SHARED) {
		file = file_alloc(m, (end - start) >> PAGE_SHIFT);
		if (!file) {
			pool_free(m, POOL_VMA, vma);
			return -ENOMEM;
		}
	}
	SET(m, vma->start, start);
	SET(m, vma->end, end);
	SET(m, vma->flags, attributes->flags);
	SET(m, vma->page_prot, vm_get_page_prot(m, attributes->flags));
	SET(m, vma->pgoff, attributes->pgoff);
	SET(m, vma->file, file);
	SET(m, vma->anon_vma, 0);
	vma_insert(m, mm, vma);
	return 0;
}

static int do_mmap(struct machine *m, struct mm *mm, u64 address, u64 length, u64 flags)
{
	struct vma attributes = { 0 };
	u64 area;

	if (!length)
		return -EINVAL;
	length = (length + PAGE_SIZE - 1) & PAGE_MASK;
	if (!length || mm->vma_count > MAX_MAP_COUNT)
		return -ENOMEM;
	area = get_unmapped_area(m, mm, address, length);
	if (is_error_word(area))
		return (int)area;
	if (flags & VM_HUGETLB && (address | length) & ~PMD_MASK)
		return -EINVAL;
	if (do_munmap(m, mm, address, length))
		return -ENOMEM;
	flags |= mm->def_flags;
	/* Left out: accounting. The flag is kept, since it decides which VMAs merge; nothing is counted. */
	if ((flags & (VM_SHARED | VM_WRITE | VM_NORESERVE)) == VM_WRITE)
		flags |= VM_ACCOUNT;
	attributes.flags = flags;
	attributes.pgoff = flags & VM_SHARED ? 0 : address >> PAGE_SHIFT;
	if (!(flags & VM_SHARED) && vma_merge_new(m, mm, address, address + length, &attributes))
		return 0;
	return map_new_vma(m, mm, address, address + length, &attributes);
}

#define MAP_FLAGS (VM_SHARED | VM_NORESERVE | VM_HUGETLB)

int sys_mmap(struct machine *m, struct mm *mm, u64 address, u64 length, u64 prot, u64 flags)
{
	int error;

	down_write(m, mm);
	error = do_mmap(m, mm, address, length, (prot & VM_ACCESS) | (flags & MAP_FLAGS));
	up_write(m, mm);
	return error;
}

int sys_madvise(struct machine *m, struct mm *mm, u64 start, u64 length, u64 advice)
{
	u64 end = start + ((length + PAGE_SIZE - 1) & PAGE_MASK);
	struct vma *vma;
	int hole = 0;

	/* Left out: other advice. */
	if (advice != MADV_DONTNEED || start & ~PAGE_MASK || (length && length + PAGE_SIZE - 1 < length) || end < start)
		return -EINVAL;
	if (end == start)
		return 0;
	down_read(m, mm);
	for (vma = find_vma(m, mm, start); start < end; vma = vma->next) {
		u64 stop;

		if (!vma || vma->start > start) {
			hole = -ENOMEM;
			if (!vma || vma->start >= end)
				break;
			start = vma->start;
		}
		stop = vma->end < end ? vma->end : end;
		if (vma->flags & VM_HUGETLB) {
			hole = -EINVAL;
			break;
		}
		zap_page_range(m, mm, vma, start, stop - start);
		start = stop;
	}
	up_read(m, mm);
	return hole;
}
