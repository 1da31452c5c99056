// SPDX-License-Identifier: GPL-2.0-only
/* mremap with MREMAP_MAYMOVE and MREMAP_FIXED. */
#include "core/linux/mm/mremap.h"

#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/shmem.h"
#include "core/linux/mm/tlb.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/walk.h"
#include "core/machine/lock.h"

/* PTEs move, PGSTEs stay where they are. Within one page table on both sides. */
static void move_ptes(struct machine *m, struct mm *mm, u64 from, u64 to, u64 length)
{
	entry_t *source = host_pte(m, mm, from);
	entry_t *target = host_pte(m, mm, to);
	const entry_t *source_table = source;
	const entry_t *target_table = target;
	bool same_table = ((from ^ to) & PMD_MASK) == 0;
	u64 offset;

	pte_lock(m, source_table);
	if (!same_table)
		pte_lock(m, target_table);
	for (offset = 0; offset < length; offset += PAGE_SIZE, source++, target++) {
		u64 pte;

		if (pte_none(entry_get(source)))
			continue;
		pte = ptep_xchg_lazy(m, mm, from + offset, source, PAGE_INVALID);
		set_pte_at(m, mm, to + offset, target, pte_mksoft_dirty(m, pte));
	}
	if (!same_table)
		pte_unlock(m, target_table);
	pte_unlock(m, source_table);
}

static u64 to_segment_end(u64 address)
{
	return PMD_SIZE - (address & ~PMD_MASK);
}

/* Returns how many bytes were moved: less than asked for when there is no memory for a page table. */
static u64 move_page_tables(struct machine *m, struct mm *mm, u64 from, u64 to, u64 length)
{
	u64 offset = 0;

	while (offset < length) {
		u64 at = host_next_segment(m, mm, from + offset, from + length);
		u64 extent;

		offset = at - from;
		if (offset >= length)
			break;
		if (!host_pte_alloc(m, mm, to + offset))
			break;
		extent = length - offset;
		if (extent > to_segment_end(at))
			extent = to_segment_end(at);
		if (extent > to_segment_end(to + offset))
			extent = to_segment_end(to + offset);
		move_ptes(m, mm, at, to + offset, extent);
		offset += extent;
	}
	flush_mm_lazy(m, mm);
	return offset;
}

static struct vma *copy_vma(struct machine *m, struct mm *mm, const struct vma *vma, u64 address, u64 length, u64 pgoff)
{
	struct vma attributes = { .flags = vma->flags, .file = vma->file, .anon_vma = vma->anon_vma };
	struct vma *copy;

	/* private memory that never had a page belongs where it lies */
	attributes.pgoff = !vma->file && !vma->anon_vma ? address >> PAGE_SHIFT : pgoff;
	copy = vma_merge(m, mm, NULL, address, address + length, &attributes);
	if (copy)
		return copy;
	copy = vma_alloc(m);
	if (!copy)
		return NULL;
	SET(m, copy->start, address);
	SET(m, copy->end, address + length);
	SET(m, copy->flags, attributes.flags);
	SET(m, copy->page_prot, vma->page_prot);
	SET(m, copy->pgoff, attributes.pgoff);
	SET(m, copy->file, attributes.file);
	SET(m, copy->anon_vma, attributes.anon_vma);
	if (copy->file)
		file_get(m, copy->file);
	vma_insert(m, mm, copy);
	return copy;
}

static int move_vma(struct machine *m, struct mm *mm, struct vma *vma, u64 address, u64 old_length, u64 new_address,
		    u64 new_length)
{
	u64 pgoff = vma->pgoff + ((address - vma->start) >> PAGE_SHIFT);
	u64 moved;

	if (mm->vma_count >= MAX_MAP_COUNT - 3 || !copy_vma(m, mm, vma, new_address, new_length, pgoff))
		return -ENOMEM;
	/* the kernel takes the flag away, and puts it back only if it could unmap the source */
	vma = find_vma(m, mm, address);
	if (!old_length)
		SET(m, vma->flags, vma->flags & ~(u64)VM_ACCOUNT);
	moved = move_page_tables(m, mm, address, new_address, old_length);
	if (moved < old_length) {
		/* everything goes back, and the new place is what is unmapped */
		move_page_tables(m, mm, new_address, address, moved);
		do_munmap(m, mm, new_address, new_length);
		return -ENOMEM;
	}
	do_munmap(m, mm, address, old_length);
	return 0;
}

static int mremap_to(struct machine *m, struct mm *mm, u64 address, u64 old_length, u64 new_address, u64 new_length)
{
	struct vma *vma;
	u64 area;
	int error;

	if (new_address & ~PAGE_MASK || new_length > task_size(m, mm) || new_address > task_size(m, mm) - new_length)
		return -EINVAL;
	if (address + old_length > new_address && new_address + new_length > address)
		return -EINVAL;
	error = do_munmap(m, mm, new_address, new_length);
	if (error)
		return error;
	if (old_length >= new_length) {
		error = do_munmap(m, mm, address + new_length, old_length - new_length);
		if (error && old_length != new_length)
			return error;
		old_length = new_length;
	}
	vma = find_vma(m, mm, address);
	if (!vma || vma->start > address)
		return -EFAULT;
	if (vma->flags & VM_HUGETLB)
		return -EINVAL;
	if (!old_length && !(vma->flags & VM_SHARED) && m->options.profile->mremap_needs_bytes)
		return -EINVAL;
	if (old_length > vma->end - address)
		return -EFAULT;
	area = get_unmapped_area(m, mm, new_address, new_length);
	if (is_error_word(area))
		return (int)area;
	return move_vma(m, mm, vma, address, old_length, new_address, new_length);
}

int sys_mremap(struct machine *m, struct mm *mm, u64 address, u64 old_length, u64 new_address, u64 new_length)
{
	int error;

	if (address & ~PAGE_MASK)
		return -EINVAL;
	old_length = (old_length + PAGE_SIZE - 1) & PAGE_MASK;
	new_length = (new_length + PAGE_SIZE - 1) & PAGE_MASK;
	if (!new_length)
		return -EINVAL;
	down_write(m, mm);
	if (m->options.profile->mremap_checks_first && !vma_lookup(m, mm, address)) {
		up_write(m, mm);
		return -EFAULT;
	}
	error = mremap_to(m, mm, address, old_length, new_address, new_length);
	up_write(m, mm);
	return error;
}
