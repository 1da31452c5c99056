/* SPDX-License-Identifier: GPL-2.0-only */
/* Which translations are flushed, when, and on which CPUs: hardware/instructions.h does it. */
#ifndef S390_GMAP_TLB_H
#define S390_GMAP_TLB_H

#include "core/linux/mm/mm.h"

/* True if the mm was never attached to any CPU but this one. */
bool mm_is_local(const struct machine *m, const struct mm *mm);
/* 1 if the mm is the one that this CPU runs, else 0. */
u64 mm_is_active(const struct machine *m, const struct mm *mm);
/* Flushes what lazy invalidations owe. */
void flush_mm_lazy(struct machine *m, struct mm *mm);

#define ATTACH_COUNT_CPUS 0xffffu
#define ATTACH_COUNT_FLUSH 0x10000u

#endif
