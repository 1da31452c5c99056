// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/tlb.h"

#include "core/hardware/instructions.h"
#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/locking.h"
#include "core/machine/list.h"

static u64 this_cpu(const struct machine *m)
{
	return (u64)1 << current_cpu(m);
}

/* No CPU runs the mm but this one, or none at all. */
static bool nobody_else_runs(const struct machine *m, const struct mm *mm)
{
	u64 here = m->s.cpu[current_cpu(m)].active_mm == mm;

	return (mm->attach_count & ATTACH_COUNT_CPUS) <= here;
}

bool pte_flush_is_local(const struct machine *m, const struct mm *mm)
{
	return m->options.tlb_lc && mm->cpu_mask == this_cpu(m) &&
	       (m->options.profile->flushes_by_mask || nobody_else_runs(m, mm));
}

bool pte_flush_can_wait(const struct machine *m, const struct mm *mm)
{
	return m->options.profile->flushes_by_mask ? mm->cpu_attach_mask == this_cpu(m) : nobody_else_runs(m, mm);
}

static void flush_mm_4_7(struct machine *m, struct mm *mm)
{
	if (m->options.idte && list_is_empty(m, &mm->gmap_list))
		idte(m, EVENT_IDTE_MM, mm->handle, mm->asce, pte_flush_is_local(m, mm));
	else if (mm->cpu_mask == this_cpu(m))
		ptlb(m);
	else
		csp(m);
}

/* On all CPUs; by ASCE as long as there are no more than two. */
static void flush_mm(struct machine *m, struct mm *mm)
{
	const struct gmap *gmap = mm_only_gmap(mm);

	SET(m, mm->cpu_mask, mm->cpu_attach_mask);
	if (!m->options.idte || (!gmap && !list_is_empty(m, &mm->gmap_list))) {
		csp(m);
		return;
	}
	if (gmap)
		idte(m, EVENT_IDTE, gmap->handle, gmap->asce, false);
	idte(m, EVENT_IDTE_MM, mm->handle, mm->asce, false);
}

void flush_mm_lazy(struct machine *m, struct mm *mm)
{
	/* later kernels look and flush under a lock, so that nobody takes a flush for done that is still going on */
	context_lock(m, mm);
	if (mm->flush_mm) {
		if (m->options.profile->flushes_by_mask)
			flush_mm(m, mm);
		else
			flush_mm_4_7(m, mm);
		SET(m, mm->flush_mm, 0);
	}
	context_unlock(m, mm);
}
