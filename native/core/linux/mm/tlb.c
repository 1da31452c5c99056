// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/tlb.h"

#include "core/hardware/instructions.h"
#include "core/linux/locking.h"
#include "core/machine/list.h"

bool mm_is_local(const struct machine *m, const struct mm *mm)
{
	return mm->cpu_attach_mask == (u64)1 << current_cpu(m);
}

u64 mm_is_active(const struct machine *m, const struct mm *mm)
{
	return m->s.cpu[current_cpu(m)].active_mm == mm;
}

static void flush_mm(struct machine *m, struct mm *mm)
{
	bool local = mm_is_local(m, mm);

	if (m->options.idte && list_is_empty(m, &mm->gmap_list)) {
		bool this_cpu = m->options.tlb_lc && local &&
				(mm->attach_count & ATTACH_COUNT_CPUS) <= mm_is_active(m, mm);

		idte(m, EVENT_IDTE_MM, mm->handle, mm->asce, this_cpu);
	} else if (local) {
		ptlb(m);
	} else {
		csp(m);
	}
}

void flush_mm_lazy(struct machine *m, struct mm *mm)
{
	/* later kernels look and flush under a lock, so that nobody takes a flush for done that is still going on */
	context_lock(m, mm);
	if (mm->flush_mm) {
		flush_mm(m, mm);
		SET(m, mm->flush_mm, 0);
	}
	context_unlock(m, mm);
}
