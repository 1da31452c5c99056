// SPDX-License-Identifier: GPL-2.0-only
/* What kernels do otherwise than each other, or with another configuration: the abstract model says the same as the port. */
#include "model_world.h"

#define AGREE(w, name, ...)                                                                         \
	do {                                                                                        \
		WORLD_RUN((w), name, __VA_ARGS__);                                                  \
		if (!(w)->agreed) {                                                                 \
			printf("%s:%d: %s: %s: %s\n", __FILE__, __LINE__, #name, (w)->verdict.rule, \
			       (w)->verdict.text);                                                  \
			failures++;                                                                 \
		}                                                                                   \
	} while (0)

static bool is_4_7(const struct machine *m)
{
	return m->options.profile->functions == FUNCTIONS_4_7;
}

static void unregister(struct world *w, u64 notifier)
{
	if (is_4_7(w->m))
		AGREE(w, gmap_unregister_ipte_notifier, notifier);
	else
		AGREE(w, gmap_unregister_pte_notifier, notifier);
}

static void reg(struct world *w, u64 notifier)
{
	if (is_4_7(w->m))
		AGREE(w, gmap_register_ipte_notifier, notifier);
	else
		AGREE(w, gmap_register_pte_notifier, notifier);
}

/* Blocks that are not registered, or twice. */
static void debug_list(struct machine *m)
{
	struct world w;

	m->options.debug_list = true;
	world_begin(&w, m);
	unregister(&w, 3);
	reg(&w, 3);
	unregister(&w, 3);
	unregister(&w, 3);
	reg(&w, 3);
	EXPECT(!m->dead);
	reg(&w, 3);
	EXPECT_EQ(m->dead, is_4_7(m) ? BUG_notifier_twice : BUG_none);
	world_end(&w);
}

RUN_TESTS(ALL(debug_list))
