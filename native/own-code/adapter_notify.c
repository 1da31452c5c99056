// SPDX-License-Identifier: GPL-2.0-only
/* Notifier blocks: a tree calls a block's function without saying which block it is, so each has a function of its own. */
#include "core/machine/list.h"
#include "own-code/own.h"

/* clang-format off */
#define EACH16(F, n)                                        \
	F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) \
	F(n##8) F(n##9) F(n##a) F(n##b) F(n##c) F(n##d) F(n##e) F(n##f)
#define EACH(F)                                                             \
	EACH16(F, 0x0) EACH16(F, 0x1) EACH16(F, 0x2) EACH16(F, 0x3) EACH16(F, 0x4) \
	EACH16(F, 0x5) EACH16(F, 0x6) EACH16(F, 0x7) EACH16(F, 0x8) EACH16(F, 0x9) \
	EACH16(F, 0xa) EACH16(F, 0xb) EACH16(F, 0xc) EACH16(F, 0xd) EACH16(F, 0xe) EACH16(F, 0xf)
/* clang-format on */

static void called(unsigned int handle, struct gmap *gmap, u64 start, u64 end)
{
	struct machine *m = own_machine();
	struct gmap_notifier *nb = &m->s.notifier[handle];
	struct own_inside inside = own_leave();

	nb->notifier_call(m, nb, gmap, start, end);
	if (m->s.own_inner.is_ordered && m->s.own_inner.notifier == handle)
		shadow_inside(m);
	own_come_back(&inside);
}

#define CALLED(n)                                                     \
	static void called_##n(struct gmap *gmap, u64 start, u64 end) \
	{                                                             \
		called(n, gmap, start, end);                          \
	}
EACH(CALLED)

#define NAME(n) called_##n,
static void (*const calls[MAX_NOTIFIERS])(struct gmap *gmap, u64 start, u64 end) = { EACH(NAME) };

const struct list_link *gmap_notifiers(const struct machine *m)
{
	own_enter((struct machine *)(uintptr_t)m, NULL);
	return linux_x_notifiers();
}

static bool is_registered(const struct machine *m, const struct gmap_notifier *nb)
{
	const struct list_link *head = gmap_notifiers(m);
	const struct list_link *link;

	list_for_each(m, link, head)
		if (link == &nb->list)
			return true;
	return false;
}

void gmap_register_pte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	own_enter(m, NULL);
	/* the list would be corrupt, and its next reader go round for ever */
	if (is_registered(m, nb))
		machine_bug(m, BUG_notifier_twice, "n%d", (int)(nb - m->s.notifier));
	SET(m, nb->call, calls[nb - m->s.notifier]);
	linux_gmap_register_pte_notifier(nb);
}

void gmap_unregister_pte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	if (!nb->list.next)
		machine_bug(m, BUG_notifier_never, "n%d", (int)(nb - m->s.notifier));
	own_enter(m, NULL);
	linux_gmap_unregister_pte_notifier(nb);
	SET(m, nb->list.next, NULL);
}

void gmap_register_ipte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	gmap_register_pte_notifier(m, nb);
}

void gmap_unregister_ipte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	gmap_unregister_pte_notifier(m, nb);
}

void gmap_notifier_clear(struct machine *m, struct gmap_notifier *nb)
{
	if (is_registered(m, nb))
		list_del(m, &nb->list);
	SET(m, nb->list.next, NULL);
	SET(m, nb->list.prev, NULL);
	SET(m, nb->notifier_call, NULL);
}
