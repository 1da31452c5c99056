/* SPDX-License-Identifier: GPL-2.0-only */
/* Doubly linked lists whose links are part of the machine's state. */
#ifndef S390_GMAP_LIST_H
#define S390_GMAP_LIST_H

#include "core/machine/machine.h"

static inline void list_init(struct machine *m, struct list_link *link)
{
	SET(m, link->next, link);
	SET(m, link->prev, link);
}

/* Inserts `link` directly behind `head`: the newest comes first. */
static inline void list_add(struct machine *m, struct list_link *link, struct list_link *head)
{
	struct list_link *first = head->next;

	SET(m, link->next, first);
	SET(m, link->prev, head);
	SET(m, first->prev, link);
	SET(m, head->next, link);
}

static inline void list_del(struct machine *m, struct list_link *link)
{
	SET(m, link->prev->next, link->next);
	SET(m, link->next->prev, link->prev);
}

#define list_for_each(link, head) for ((link) = (head)->next; (link) != (head); (link) = (link)->next)

#endif
