// SPDX-License-Identifier: GPL-2.0-only
/* A block's callback only records that it was called: it runs under spinlocks. */
#include "notifiers.h"

static const struct session *session;
static struct events *events;

void notifiers_create(const struct session *of_session, struct events *told)
{
	session = of_session;
	events = told;
}

static void record(u32 notifier, const struct gmap *gmap, enum wire_event kind, u64 first, u64 last)
{
	u32 handle = session_handle_of(session, gmap);
	struct traced_event event = { { kind | (u64)notifier << 16 | (u64)handle << 32, first, last } };

	events_add(events, &event);
}

/* The kernel does not say which block it calls: so each has a function of its own. */
#if KERNEL_BEFORE(4, 8)
#define CALLBACK(n)                                                      \
	static void callback_##n(struct gmap *gmap, unsigned long gaddr) \
	{                                                                \
		record(n, gmap, WIRE_EVENT_NOTIFY, gaddr, 0);            \
	}
#else
#define CALLBACK(n)                                                                          \
	static void callback_##n(struct gmap *gmap, unsigned long first, unsigned long last) \
	{                                                                                    \
		record(n, gmap, WIRE_EVENT_NOTIFY_RANGE, first, last);                       \
	}
#endif
#define BLOCK(n) [n] = { .notifier_call = callback_##n },

#define SIXTEEN(X, high) \
	X(0x##high##0)   \
	X(0x##high##1)   \
	X(0x##high##2)   \
	X(0x##high##3)   \
	X(0x##high##4)   \
	X(0x##high##5)   \
	X(0x##high##6)   \
	X(0x##high##7)   \
	X(0x##high##8)   \
	X(0x##high##9)   \
	X(0x##high##a)   \
	X(0x##high##b)   \
	X(0x##high##c)   \
	X(0x##high##d)   \
	X(0x##high##e)   \
	X(0x##high##f)
#define ALL(X)        \
	SIXTEEN(X, 0) \
	SIXTEEN(X, 1) \
	SIXTEEN(X, 2) \
	SIXTEEN(X, 3) \
	SIXTEEN(X, 4) \
	SIXTEEN(X, 5) \
	SIXTEEN(X, 6) \
	SIXTEEN(X, 7) \
	SIXTEEN(X, 8) \
	SIXTEEN(X, 9) \
	SIXTEEN(X, a) \
	SIXTEEN(X, b) \
	SIXTEEN(X, c) \
	SIXTEEN(X, d) \
	SIXTEEN(X, e) \
	SIXTEEN(X, f)

ALL(CALLBACK)

static struct gmap_notifier block[MAX_NOTIFIERS] = { ALL(BLOCK) };

/* How often a block stands in the kernel's list: more than once is the caller's mistake, and is done. */
static u32 registered[MAX_NOTIFIERS];

struct gmap_notifier *notifier_of(u64 handle)
{
	return handle < MAX_NOTIFIERS ? &block[handle] : NULL;
}

void notifier_register(struct gmap_notifier *nb)
{
	compat_register(nb);
	registered[nb - block]++;
}

void notifier_unregister(struct gmap_notifier *nb)
{
	compat_unregister(nb);
	registered[nb - block] = 0;
}

void notifiers_reset(void)
{
	u32 i;

	for (i = 0; i < MAX_NOTIFIERS; i++) {
		if (registered[i])
			notifier_unregister(&block[i]);
		block[i].list.next = NULL;
		block[i].list.prev = NULL;
	}
}
