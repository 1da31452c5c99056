// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/events.h"

#include "core/machine/machine.h"
#include "core/machine/memory.h"

/* More events in one call end it, so that an endless call cannot take all memory. */
#define MAX_EVENTS (1u << 22)

#define MOST_KEPT (1u << 14)

void events_trim(struct machine *m)
{
	struct event_log *log = &m->events;

	if (log->capacity <= MOST_KEPT)
		return;
	memory_free(log->event);
	log->event = NULL;
	log->capacity = log->count = 0;
}

void event_add(struct machine *m, enum event_kind kind, u32 a, u32 b, u64 address, u64 end)
{
	struct event_log *log = &m->events;

	if (log->count == log->capacity) {
		u32 capacity = log->capacity ? 2 * log->capacity : 64;
		struct event *grown;

		if (capacity > MAX_EVENTS)
			machine_bug(m, BUG_budget, "%u events", log->count);
		grown = memory_grow(log->event, capacity * sizeof(*grown));
		if (!grown)
			machine_bug(m, BUG_host_memory, "%u events in one call", log->count);
		log->event = grown;
		log->capacity = capacity;
	}
	log->event[log->count++] = (struct event){ (u32)kind, a, b, address, end };
}
