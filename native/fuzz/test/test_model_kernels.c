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

/* Blocks that are not registered, or twice. */
static void debug_list(struct machine *m)
{
	struct world w;

	m->options.debug_list = true;
	world_begin(&w, m);
	AGREE(&w, gmap_unregister_ipte_notifier, 3);
	AGREE(&w, gmap_register_ipte_notifier, 3);
	AGREE(&w, gmap_unregister_ipte_notifier, 3);
	AGREE(&w, gmap_unregister_ipte_notifier, 3);
	AGREE(&w, gmap_register_ipte_notifier, 3);
	EXPECT(!m->dead);
	AGREE(&w, gmap_register_ipte_notifier, 3);
	EXPECT_EQ(m->dead, kernel_of(m) == LINUX_4_7 ? BUG_notifier_twice : BUG_none);
	world_end(&w);
}

/* A guest without limit, with a segment that is mapped to this host address. */
static void begin(struct world *w, struct machine *m, u64 vmaddr)
{
	world_begin(w, m);
	AGREE(w, s390_enable_sie, 0);
	AGREE(w, gmap_alloc, 0, 0);
	AGREE(w, gmap_map_segment, 0, vmaddr, 0, PMD_SIZE);
}

static void zap_without_memory(struct machine *m)
{
	struct world w;

	begin(&w, m, HOST);
	AGREE(&w, inject, INJECT_host_table, 1);
	AGREE(&w, __gmap_zap, 0, 0);
	EXPECT_EQ(m->dead, kernel_of(m) == LINUX_4_7 ? BUG_zap_unlock : BUG_none);
	world_end(&w);
}

static void link_above_the_limit(struct machine *m)
{
	struct world w;

	begin(&w, m, PGDIR_SIZE + HOST);
	AGREE(&w, mmap, 0, HOST, PMD_SIZE, READ_WRITE, 0);
	AGREE(&w, store, 0, HOST, 1);
	AGREE(&w, __gmap_link, 0, 0, PGDIR_SIZE + HOST);
	EXPECT_EQ(m->dead, kernel_of(m) == LINUX_4_7 ? BUG_pmd_none : BUG_none);
	if (!m->dead) {
		AGREE(&w, gmap_translate, 0, 0);
		AGREE(&w, gmap_mprotect_notify, 0, 0, PAGE_SIZE, PROT_WRITE);
		AGREE(&w, munmap, 0, HOST, PMD_SIZE);
		AGREE(&w, exit, 0);
		AGREE(&w, gmap_translate, 0, 0);
		AGREE(&w, gmap_unmap_segment, 0, 0, PMD_SIZE);
	}
	world_end(&w);
}

#define STACK_START (STACK_TOP - STACK_SIZE)

/* A stack grows for the process, in older kernels for a guest too, and not up to memory below it. */
static void stacks(struct machine *m)
{
	const u64 segment = STACK_TOP - PMD_SIZE;
	struct world w;

	begin(&w, m, segment);
	AGREE(&w, gmap_fault, 0, STACK_START - 4 * PAGE_SIZE - segment, FAULT_FLAG_WRITE);
	AGREE(&w, gmap_fault, 0, STACK_START - segment, FAULT_FLAG_WRITE);
	AGREE(&w, store, 0, STACK_START - 8 * PAGE_SIZE, 1);
	AGREE(&w, mmap, 0, STACK_START - 300 * PAGE_SIZE, PAGE_SIZE, VM_READ, 0);
	AGREE(&w, store, 0, STACK_START - 43 * PAGE_SIZE, 1);
	AGREE(&w, store, 0, STACK_START - 44 * PAGE_SIZE, 1);
	AGREE(&w, store, 0, STACK_START - 298 * PAGE_SIZE, 1);
	AGREE(&w, mprotect, 0, STACK_START - 300 * PAGE_SIZE, PAGE_SIZE, 0);
	AGREE(&w, store, 0, STACK_START - 298 * PAGE_SIZE, 1);
	AGREE(&w, store, 0, STACK_START - 299 * PAGE_SIZE, 1);
	AGREE(&w, munmap, 0, STACK_START - 300 * PAGE_SIZE, PAGE_SIZE);
	AGREE(&w, store, 0, STACK_TOP - STACK_RLIMIT - PAGE_SIZE, 1);
	AGREE(&w, store, 0, STACK_TOP - STACK_RLIMIT, 1);
	AGREE(&w, load, 0, STACK_TOP - STACK_RLIMIT);
	world_end(&w);
}

static void grow_stack(struct world *w, struct step *step)
{
	SET(w->m, w->m->s.mm[0]->vmas->start, w->m->s.mm[0]->vmas->start - PAGE_SIZE);
	(void)step;
}

/* How far a stack has grown is known. */
static void stack_that_grew_too_far(struct machine *m)
{
	struct world w;

	begin(&w, m, HOST);
	w.spoil = grow_stack;
	WORLD_RUN(&w, store, 0, STACK_START - 2 * PAGE_SIZE, 1);
	EXPECT(!w.agreed);
	EXPECT_TEXT(w.verdict.rule, "memory");
	world_end(&w);
	machine_reset(m);
}

/* A machine whose stacks are another kernel's is objected to. */
static void stacks_of_another_kernel(struct machine *m)
{
	const struct profile *profile = m->options.profile;
	struct profile other = *profile;
	const u64 segment = STACK_TOP - PMD_SIZE;
	struct world w;

	other.fixup_grows_stack = !profile->fixup_grows_stack;
	begin(&w, m, segment);
	m->options.profile = &other;
	WORLD_RUN(&w, gmap_fault, 0, STACK_START - 4 * PAGE_SIZE - segment, FAULT_FLAG_WRITE);
	EXPECT(!w.agreed);
	EXPECT_TEXT(w.verdict.rule, "result of gmap_fault");
	world_end(&w);

	other.stack_guard_gap = profile->stack_guard_gap ? PAGE_SIZE : 256 * PAGE_SIZE;
	m->options.profile = profile;
	machine_reset(m);
	world_begin(&w, m);
	AGREE(&w, mmap, 0, STACK_START - 100 * PAGE_SIZE, PAGE_SIZE, VM_READ, 0);
	m->options.profile = &other;
	WORLD_RUN(&w, store, 0, STACK_START - 50 * PAGE_SIZE, 1);
	EXPECT(!w.agreed);
	EXPECT_TEXT(w.verdict.rule, "result of store");
	world_end(&w);
	m->options.profile = profile;
	machine_reset(m);
}

RUN_TESTS(ALL(debug_list), ALL(stacks), ALL(stack_that_grew_too_far), ALL(stacks_of_another_kernel),
	  ALL(zap_without_memory), ON(linux_4_7, link_above_the_limit),
	  ON(linux_5_10, link_above_the_limit, .loses = true), ON(linux_6_1, link_above_the_limit, .loses = true),
	  ON(linux_6_12, link_above_the_limit, .loses = true))
