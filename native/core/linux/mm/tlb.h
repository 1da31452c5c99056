/* SPDX-License-Identifier: GPL-2.0-only */
/* Which translations are flushed, when, and on which CPUs: hardware/instructions.h does it. */
#ifndef S390_GMAP_TLB_H
#define S390_GMAP_TLB_H

#include "core/linux/mm/mm.h"

/* Whether no CPU but this one needs to be told that a PTE has changed. */
bool pte_flush_is_local(const struct machine *m, const struct mm *mm);
/* Whether a PTE's flush may wait until the mm is flushed as a whole. */
bool pte_flush_can_wait(const struct machine *m, const struct mm *mm);
/* Flushes what lazy invalidations owe. */
void flush_mm_lazy(struct machine *m, struct mm *mm);

#define ATTACH_COUNT_CPUS 0xffffu
#define ATTACH_COUNT_FLUSH 0x10000u

#endif
