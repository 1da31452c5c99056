// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/mmu_gather.h"

#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/tlb.h"

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm *mm, bool fullmm)
{
	*tlb = (struct mmu_gather){ .mm = mm, .fullmm = fullmm };
}

/* Tables that one page of pointers holds; then the batch is flushed and freed. */
#define MAX_TABLE_BATCH 509

static void tlb_flush_mmu(struct machine *m, struct mmu_gather *tlb)
{
	u64 number = tlb->first;

	flush_mm_lazy(m, tlb->mm);
	while (number) {
		struct frame *frame = &m->storage.frames[number];
		u64 next = frame->next;

		if (frame_kind(frame) == FRAME_CRST)
			crst_table_free(m, number << FRAME_SHIFT);
		else
			page_table_release(m, frame);
		number = next;
	}
	tlb->first = tlb->last = tlb->count = 0;
}

void tlb_finish_mmu(struct machine *m, struct mmu_gather *tlb)
{
	tlb_flush_mmu(m, tlb);
}

void tlb_remove_table(struct machine *m, struct mmu_gather *tlb, u64 table)
{
	u64 number = table >> FRAME_SHIFT;

	SET(m, tlb->mm->flush_mm, 1);
	SET(m, frame_at(m, table)->next, 0);
	if (tlb->last)
		SET(m, m->storage.frames[tlb->last].next, number);
	else
		tlb->first = number;
	tlb->last = number;
	if (++tlb->count == MAX_TABLE_BATCH)
		tlb_flush_mmu(m, tlb);
}
