// SPDX-License-Identifier: GPL-2.0-only
#include <linux/vmalloc.h>

#include "events.h"

int events_create(struct events *events)
{
	spin_lock_init(&events->lock);
	events->event = vmalloc(MAX_EVENTS * sizeof(*events->event));
	return events->event ? 0 : -ENOMEM;
}

void events_destroy(struct events *events)
{
	vfree(events->event);
}

void events_forget(struct events *events)
{
	events->count = 0;
	events->lost = false;
}

void events_add(struct events *events, const struct traced_event *event)
{
	spin_lock(&events->lock);
	if (events->count < MAX_EVENTS)
		events->event[events->count++] = *event;
	else
		events->lost = true;
	spin_unlock(&events->lock);
}
