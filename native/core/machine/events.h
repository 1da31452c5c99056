/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens inside of a call beside stores: notifications, flushes, storage keys, allocations. */
#ifndef S390_GMAP_EVENTS_H
#define S390_GMAP_EVENTS_H

#include "core/machine/types.h"

struct machine;

/* Things that happen inside a call, in order. The first two belong to the trace format. */
enum event_kind {
	EVENT_NOTIFY,	 /* a: notifier, b: gmap, address: gaddr, end: last gaddr; 0 where the kernel does not tell */
	EVENT_IDTE,	 /* b: gmap, address: the ASCE */
	EVENT_IDTE_MM,	 /* b: mm; a: 1 on this CPU only */
	EVENT_IPTE,	 /* address: vmaddr, end: absolute address of the PTE; a: 1 on this CPU only */
	EVENT_LAZY,	 /* the same addresses: invalidated by a plain store, flush later */
	EVENT_FLUSH_ALL, /* a: 1 on this CPU only */
	EVENT_KEY,	 /* address: of the frame; a: key; b: 1 if quiescing */
	EVENT_ALLOC_FRAMES, /* address; a: order */
	EVENT_FREE_FRAMES,  /* address; a: order */
	EVENT_FAILURE,	  /* an allocation failed, or what stands for one; a: enum wire_inject, 0: memory is used up */
	EVENT_IDTE_ENTRY, /* address: that the entry is for, end: absolute address of the entry; a: 1 on this CPU only */
	EVENT_INNER_SHADOW, /* a: notifier, b: gmap, address: what gmap_shadow answered in the callback, end: the ASCE */
	EVENT_KINDS
};

#define EVENT_BIT(kind) (1u << (kind))
#define EVENTS_OF_TRACE (EVENT_BIT(EVENT_NOTIFY) | EVENT_BIT(EVENT_IDTE) | EVENT_BIT(EVENT_INNER_SHADOW))

struct event {
	u32 kind;
	u32 a;
	u32 b;
	u64 address;
	u64 end; /* 0 where the kind does not say what it is */
};

struct event_log {
	struct event *event;
	u32 count;
	u32 capacity;
	u32 mask; /* EVENT_BIT()s of what is recorded */
};

/* Gives the memory of many events back. */
void events_trim(struct machine *m);
void event_add(struct machine *m, enum event_kind kind, u32 a, u32 b, u64 address, u64 end);
#define event_range(m, kind, a, b, address, end)                            \
	do {                                                                \
		if (unlikely((m)->events.mask & EVENT_BIT(kind)))           \
			event_add((m), (kind), (a), (b), (address), (end)); \
	} while (0)
#define event(m, kind, a, b, address) event_range(m, kind, a, b, address, 0)

#endif
