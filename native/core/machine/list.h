/* SPDX-License-Identifier: GPL-2.0-only */
/* Doubly linked lists whose links are part of the machine's state. */
#ifndef S390_GMAP_LIST_H
#define S390_GMAP_LIST_H

#include "core/machine/machine.h"

static inline struct list_link *list_next(const struct machine *m, const struct list_link *link)
{
	return GET(m, link->next);
}

static inline struct list_link *list_prev(const struct machine *m, const struct list_link *link)
{
	return GET(m, link->prev);
}

static inline bool list_is_empty(const struct machine *m, const struct list_link *head)
{
	return list_next(m, head) == head;
}

static inline void list_init(struct machine *m, struct list_link *link)
{
	SET(m, link->next, link);
	SET(m, link->prev, link);
}

/* Inserts `link` directly behind `head`: the newest comes first. */
static inline void list_add(struct machine *m, struct list_link *link, struct list_link *head)
{
	struct list_link *first = list_next(m, head);

	SET(m, link->next, first);
	SET(m, link->prev, head);
	SET(m, first->prev, link);
	SET(m, head->next, link);
}

static inline void list_del(struct machine *m, struct list_link *link)
{
	struct list_link *next = list_next(m, link);
	struct list_link *prev = list_prev(m, link);

	SET(m, prev->next, next);
	SET(m, next->prev, prev);
}

#define list_for_each(m, link, head) \
	for ((link) = list_next((m), (head)); (link) != (head); (link) = list_next((m), (link)))

#endif
