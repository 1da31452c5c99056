// SPDX-License-Identifier: GPL-2.0-only
/* tlb.h by a tree's asm/tlbflush.h. Which flush a PTE needs its pgtable.c knows. */
#include "core/linux/mm/tlb.h"

#include "own-code/own.h"

void flush_mm_lazy(struct machine *m, struct mm *mm)
{
	own_enter(m, mm);
	linux_x_flush_mm_lazy(mm);
}
