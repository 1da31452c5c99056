// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/counts.h"

#include "core/machine/machine.h"

void machine_count(const struct machine *m, struct machine_counts *counts)
{
	int kind;

	*counts = (struct machine_counts){
		.mms = m->s.pool[POOL_MM].live,
		.gmaps = m->s.pool[POOL_GMAP].live,
		.vmas = m->s.pool[POOL_VMA].live,
		.files = m->s.pool[POOL_FILE].live,
		.radix_nodes = m->s.pool[POOL_RADIX_NODE].live,
		.frames = m->s.storage.frames_used,
		.lost_tables = m->s.lost_tables,
		.lost_nodes = m->s.lost_nodes,
		.bytes = m->s.storage.frames_used * (FRAME_SIZE + sizeof(struct frame)),
	};
	for (kind = 0; kind < POOL_KINDS; kind++)
		counts->bytes += m->s.pool[kind].live * m->pool[kind].size;
}
