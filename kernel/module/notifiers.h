/* SPDX-License-Identifier: GPL-2.0-only */
/* The notifier blocks of the program. A call of one is an event. */
#ifndef S390_GMAP_NOTIFIERS_H
#define S390_GMAP_NOTIFIERS_H

#include "events.h"
#include "session.h"

/* Blocks find out here which gmap they are called for, and whom to tell: the kernel hands them nothing else. */
void notifiers_create(const struct session *session, struct events *events);
/* As new: also a block that was unregistered is again like one that never was registered. */
void notifiers_reset(void);

/* NULL: there is no such block. */
struct gmap_notifier *notifier_of(u64 handle);
void notifier_register(struct gmap_notifier *nb);
void notifier_unregister(struct gmap_notifier *nb);

#endif
