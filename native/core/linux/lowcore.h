/* SPDX-License-Identifier: GPL-2.0-only */
/* What Linux keeps in the lowcore of a CPU, as far as it matters here. */
#ifndef S390_GMAP_LOWCORE_H
#define S390_GMAP_LOWCORE_H

#include "core/machine/machine.h"

/* Offsets in a CPU's lowcore. */
#define LOWCORE_USER_ASCE 0x360u
#define LOWCORE_MACHINE_FLAGS 0x388u
#define LOWCORE_GMAP 0x398u

#define MACHINE_FLAG_ESOP 0x10u
#define MACHINE_FLAG_IDTE 0x20u
#define MACHINE_FLAG_TLB_LC 0x1000u

static inline entry_t *lowcore(const struct machine *m, u64 cpu, u64 offset)
{
	return entry_at(m, m->storage.origin + cpu * LOWCORE_SIZE + offset);
}

#endif
