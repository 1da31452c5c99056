// SPDX-License-Identifier: GPL-2.0-only
/* One host page table: a frame with its PGSTEs, or half a frame. */
#include "core/linux/mm/page_table.h"

#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/mm/lost.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/tlb.h"

#define HALVES_IN_USE 0x03u
#define HALVES_LEAVING 0x30u

/* Which halves of a frame with two page tables are not to be had, one bit each. */
static u64 halves_taken(const struct frame *frame)
{
	return (frame->count | frame->count >> 4) & HALVES_IN_USE;
}

/* The list has the frames with a free half, newest first. */
static void list_half_frame(struct machine *m, struct mm *mm, struct frame *frame)
{
	SET(m, frame->next, mm->pgtable_list);
	SET(m, mm->pgtable_list, frame_number(m, frame));
}

static void unlist_half_frame(struct machine *m, struct mm *mm, struct frame *frame)
{
	u64 number = frame_number(m, frame);
	u64 *link = &mm->pgtable_list;

	while (*link && *link != number)
		link = &m->storage.frames[*link].next;
	if (*link)
		SET(m, *link, frame->next);
}

static u64 half_table_alloc(struct machine *m, struct mm *mm, u64 vmaddr)
{
	struct frame *frame;
	u64 address;

	if (mm->pgtable_list) {
		frame = &m->storage.frames[mm->pgtable_list];
		if (halves_taken(frame) != HALVES_IN_USE) {
			bool upper = halves_taken(frame) & 1;

			unlist_half_frame(m, mm, frame);
			SET(m, frame->count, frame->count | (upper ? 2 : 1));
			if (upper)
				SET(m, frame->upper_index, vmaddr);
			else
				SET(m, frame->index, vmaddr);
			address = (frame_number(m, frame) << FRAME_SHIFT) + (upper ? HALF_TABLE : 0);
			storage_fill(m, address, PTRS_PER_PTE, PAGE_INVALID);
			return address;
		}
	}
	address = frame_alloc(m, 0, FRAME_PGTABLE);
	if (!address)
		return 0;
	storage_fill(m, address, 2 * PTRS_PER_PTE, PAGE_INVALID);
	frame = frame_at(m, address);
	SET(m, frame->flags, frame->flags | FRAME_NO_PGSTE);
	SET(m, frame->count, 1);
	SET(m, frame->index, vmaddr);
	list_half_frame(m, mm, frame);
	return address;
}

u64 page_table_alloc(struct machine *m, struct mm *mm, u64 address)
{
	struct frame *frame;
	u64 table;

	if (inject(m, INJECT_host_table))
		return 0;
	if (!mm->alloc_pgste)
		return half_table_alloc(m, mm, address & PMD_MASK);
	table = frame_alloc(m, 0, FRAME_PGTABLE);
	if (!table)
		return 0;
	frame = frame_at(m, table);
	storage_fill(m, table, PTRS_PER_PTE, PAGE_INVALID);
	storage_fill(m, table + PTRS_PER_PTE * sizeof(entry_t), PTRS_PER_PTE, 0);
	SET(m, frame->index, address & PMD_MASK);
	SET(m, frame->count, 3);
	return table;
}

u64 page_table_vmaddr(const struct machine *m, u64 table)
{
	const struct frame *frame = frame_at(m, table);

	return table & HALF_TABLE ? frame->upper_index : frame->index;
}

void page_table_release(struct machine *m, struct frame *frame)
{
	if (!(frame->flags & FRAME_NO_PGSTE)) {
		frame_free(m, frame_number(m, frame) << FRAME_SHIFT, 0);
		return;
	}
	/* both halves are released when the last one is */
	SET(m, frame->count, frame->count & ~(u64)HALVES_LEAVING);
	if (frame->count == 0)
		frame_free(m, frame_number(m, frame) << FRAME_SHIFT, 0);
}

static void pgste_table_free(struct machine *m, struct mmu_gather *tlb, u64 table, u64 vmaddr)
{
	struct mm *mm = tlb->mm;

	if (mm->has_pgste || !m->options.profile->unlink_needs_sie)
		gmap_unlink(m, mm, entry_at(m, table), vmaddr);
	/* Otherwise: page tables that a gmap still uses. A kernel frees them; here they must not become something else. */
	if (gmap_uses_page_table(m, mm, table, vmaddr))
		keep_page_table(m, table);
	else
		tlb_remove_table(m, tlb, table);
}

void page_table_free_rcu(struct machine *m, struct mmu_gather *tlb, u64 table, u64 vmaddr)
{
	struct mm *mm = tlb->mm;
	struct frame *frame = frame_at(m, table);
	u64 half;

	if (mm->alloc_pgste) {
		pgste_table_free(m, tlb, table, vmaddr);
		return;
	}
	if (gmap_uses_page_table(m, mm, table, vmaddr)) {
		unlist_half_frame(m, mm, frame);
		SET(m, mm->flush_mm, 1);
		keep_page_table(m, table);
		return;
	}
	half = table & HALF_TABLE ? 2 : 1;
	unlist_half_frame(m, mm, frame);
	SET(m, frame->count, (frame->count & ~half) | half << 4);
	if (frame->count & HALVES_IN_USE) {
		/* Otherwise: grace periods. The other half lives on, and this one can be had again after the flush. */
		list_half_frame(m, mm, frame);
		SET(m, mm->flush_mm, 1);
		flush_mm_lazy(m, mm);
		SET(m, frame->count, frame->count & ~(u64)HALVES_LEAVING);
	} else {
		tlb_remove_table(m, tlb, table & FRAME_MASK);
	}
}
