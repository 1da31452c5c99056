/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists are the tree's own; readers under RCU are readers. */
#ifndef OWN_LISTS_H
#define OWN_LISTS_H

struct list_head {
	struct list_head *next, *prev;
};
struct hlist_node {
	struct hlist_node *next, **pprev;
};
struct hlist_head {
	struct hlist_node *first;
};
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#include <linux/list.h>

void own_rcu_lock(const char *place);
void own_rcu_unlock(const char *place);
void own_synchronize_rcu(const char *place);

#define list_add_rcu list_add
static inline void list_del_rcu(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->prev = (void *)0x122; /* poison, as far as readers allow */
}
#define list_for_each_entry_rcu(pos, head, member, ...) list_for_each_entry(pos, head, member)
#define rcu_dereference(p) (p)
#define rcu_read_lock()                         \
	do {                                    \
		if (unlikely(own->checking))    \
			own_rcu_lock(__func__); \
	} while (0)
#define rcu_read_unlock()                         \
	do {                                      \
		if (unlikely(own->checking))      \
			own_rcu_unlock(__func__); \
	} while (0)
#define synchronize_rcu()                              \
	do {                                           \
		if (unlikely(own->checking))           \
			own_synchronize_rcu(__func__); \
	} while (0)

#endif
