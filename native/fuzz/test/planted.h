/* SPDX-License-Identifier: GPL-2.0-only */
/* A fault in the machines of a fuzzer. */
#ifndef S390_GMAP_FUZZ_PLANTED_H
#define S390_GMAP_FUZZ_PLANTED_H

#include "core/test/test.h"
#include "fuzz/engine/fuzz.h"

/* Whoever is told of a page loses the segment that it is in, and nobody flushes. */
static inline void lose_segment(void *context, u32 notifier, u32 handle, u64 start, u64 end)
{
	struct machine *m = context;
	entry_t *entry = gmap_find_segment_entry(m, m->s.gmap[handle], start);

	(void)notifier;
	(void)end;
	if (entry)
		entry_set(m, entry, SEGMENT_ENTRY_EMPTY);
}

/* In the machines of 4.7. */
static inline void plant_fault(struct fuzz *fuzz)
{
	u32 flavour;

	for (flavour = 0; flavour < FUZZ_MACHINES; flavour++) {
		struct machine *m = fuzz_machine(fuzz, flavour);

		m->hooks.context = m;
		m->hooks.notify = lose_segment;
	}
}

#endif
