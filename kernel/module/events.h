/* SPDX-License-Identifier: GPL-2.0-only */
/* What happened during a call: notifier blocks that were called. It is told with the call, and then forgotten. */
#ifndef S390_GMAP_EVENTS_H
#define S390_GMAP_EVENTS_H

#include <linux/spinlock.h>

#include "compat.h"

#define MAX_EVENTS (1u << 18) /* of one call */

struct traced_event {
	u64 word[WIRE_EVENT_WORDS];
};

struct events {
	spinlock_t lock;
	struct traced_event *event; /* room for MAX_EVENTS: none is allocated under spinlocks */
	u32 count;
	bool lost; /* there were more */
};

int events_create(struct events *events);
void events_destroy(struct events *events);
void events_forget(struct events *events);
/* May be called under spinlocks. */
void events_add(struct events *events, const struct traced_event *event);

#endif
