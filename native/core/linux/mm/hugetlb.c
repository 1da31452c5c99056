// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/hugetlb.h"

#include "core/linux/mm/fault.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/tlb.h"
#include "core/linux/mm/walk.h"

static u64 huge_alloc(struct machine *m)
{
	u64 page = inject(m, INJECT_host_page) ? 0 : frame_alloc(m, MAX_ORDER, FRAME_HUGE);
	u64 i;

	if (!page)
		return 0;
	for (i = 0; i < PTRS_PER_PTE; i++) {
		struct frame *frame = frame_at(m, page) + i;

		SET(m, frame->flags, FRAME_BLANK | (i ? 0 : FRAME_HUGE));
		/* the kernel has written zeroes to it */
		SET(m, frame->key, frame->key | KEY_REFERENCED | KEY_CHANGED);
	}
	SET(m, frame_at(m, page)->count, 1);
	return page;
}

static void huge_copy(struct machine *m, u64 to, u64 from)
{
	u64 i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		frame_copy(m, to + i * FRAME_SIZE, from + i * FRAME_SIZE);
}

static u64 huge_entry(u64 page, u64 flags, bool write)
{
	u64 entry = page | SEGMENT_ENTRY_LARGE | SEGMENT_ENTRY_YOUNG | SEGMENT_ENTRY_READ;

	if (flags & VM_WRITE && write)
		return entry | SEGMENT_ENTRY_WRITE | SEGMENT_ENTRY_DIRTY;
	return entry | SEGMENT_ENTRY_PROTECT;
}

void hugetlb_clear_keys(struct machine *m, u64 page)
{
	struct frame *frame = frame_at(m, page);
	u64 i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		page_set_storage_key(m, page + i * PAGE_SIZE, 0, true);
	SET(m, frame->flags, frame->flags | FRAME_KEYS_CLEARED);
}

/* A large page that a process with keys has for the first time. */
static void clear_new_keys(struct machine *m, const struct mm *mm, u64 value)
{
	u64 page = value & SEGMENT_ENTRY_LARGE_FRAME;

	if (m->options.profile->large_page_keys && mm->use_skey && value & SEGMENT_ENTRY_LARGE &&
	    !(frame_at(m, page)->flags & FRAME_KEYS_CLEARED))
		hugetlb_clear_keys(m, page);
}

static void pmd_set(struct machine *m, const struct mm *mm, entry_t *pmd, u64 value)
{
	lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
	clear_new_keys(m, mm, value);
	entry_set(m, pmd, value);
	lock_drop(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
}

u32 hugetlb_fault(struct machine *m, struct mm *mm, struct vma *vma, u64 address, bool write)
{
	entry_t *pmd = host_pmd_alloc(m, mm, address);
	u64 old, page;

	if (!pmd)
		return VM_FAULT_OOM;
	old = entry_get(pmd);
	if (old & SEGMENT_ENTRY_INVALID) {
		page = huge_alloc(m);
		if (!page)
			return VM_FAULT_OOM;
		pmd_set(m, mm, pmd, huge_entry(page, vma->flags, write));
		return 0;
	}
	if (!(old & SEGMENT_ENTRY_LARGE))
		return VM_FAULT_SIGBUS; /* a page table that __gmap_zap or a key operation made first */
	if (!write || old & SEGMENT_ENTRY_WRITE)
		return 0;
	page = old & SEGMENT_ENTRY_LARGE_FRAME;
	if (frame_at(m, page)->count > 1) {
		u64 copy = huge_alloc(m);

		if (!copy)
			return VM_FAULT_OOM;
		huge_copy(m, copy, page);
		page_put(m, page);
		page = copy;
	}
	pmd_set(m, mm, pmd, huge_entry(page, vma->flags, true));
	SET(m, mm->flush_mm, 1);
	flush_mm_lazy(m, mm);
	return VM_FAULT_WRITE;
}

void hugetlb_zap(struct machine *m, struct mm *mm, u64 start, u64 end)
{
	u64 at = start;

	if ((start | end) & ~PMD_MASK)
		machine_bug(m, BUG_huge_unaligned, "0x%llx to 0x%llx", (unsigned long long)start,
			    (unsigned long long)end);
	for (; (at = host_next_segment(m, mm, at, end)) < end; at += PMD_SIZE) {
		entry_t *pmd = host_pmd(m, mm, at);
		u64 value = entry_get(pmd);

		if (!(value & SEGMENT_ENTRY_LARGE))
			continue;
		pmd_set(m, mm, pmd, SEGMENT_ENTRY_EMPTY);
		SET(m, mm->flush_mm, 1);
		page_put(m, value & SEGMENT_ENTRY_LARGE_FRAME);
	}
}

void hugetlb_change_protection(struct machine *m, struct mm *mm, u64 start, u64 end, u64 flags)
{
	u64 at = start;

	for (; (at = host_next_segment(m, mm, at, end)) < end; at += PMD_SIZE) {
		entry_t *pmd = host_pmd(m, mm, at);
		u64 value = entry_get(pmd);

		if (!(value & SEGMENT_ENTRY_LARGE))
			continue;
		value |= SEGMENT_ENTRY_PROTECT;
		value &= ~(u64)(SEGMENT_ENTRY_WRITE | SEGMENT_ENTRY_READ);
		if (flags & VM_ACCESS)
			value |= SEGMENT_ENTRY_READ;
		pmd_set(m, mm, pmd, value);
		SET(m, mm->flush_mm, 1);
	}
}

int hugetlb_copy(struct machine *m, struct mm *child, struct mm *parent, const struct vma *vma)
{
	u64 at = vma->start;

	for (; (at = host_next_segment(m, parent, at, vma->end)) < vma->end; at += PMD_SIZE) {
		entry_t *pmd = host_pmd(m, parent, at);
		entry_t *copy = host_pmd_alloc(m, child, at);
		u64 value = entry_get(pmd);

		if (!copy)
			return -ENOMEM;
		if (!(value & SEGMENT_ENTRY_LARGE))
			continue;
		value = (value | SEGMENT_ENTRY_PROTECT) & ~(u64)SEGMENT_ENTRY_WRITE;
		pmd_set(m, parent, pmd, value);
		pmd_set(m, child, copy, value);
		page_get(m, value & SEGMENT_ENTRY_LARGE_FRAME);
		SET(m, parent->flush_mm, 1);
	}
	return 0;
}
