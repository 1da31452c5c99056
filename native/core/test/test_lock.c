// SPDX-License-Identifier: GPL-2.0-only
/* Broken locking rules are reported with the lock, the place, and what was held. */
#include "test.h"

#define V 0x10000000000ULL

/* One function for each way to break a rule; lock_take() and so on name it as the place. */
static void take_twice(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	down_write(m, m->s.mm[0]);
}

static void take_in_wrong_order(struct machine *m)
{
	lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, m);
	down_read(m, m->s.mm[0]);
}

static void take_two_of_a_kind(struct machine *m)
{
	lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, m);
	lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, m->s.mm[0]);
}

static void drop_what_is_not_held(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	lock_drop(m, LOCK_NOTIFIER, m);
}

static void drop_another_ones(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	up_read(m, m);
}

static void need_without(struct machine *m)
{
	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, m->s.mm[0]);
}

static void need_for_writing(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	lock_need(m, LOCK_MMAP_SEM, LOCK_WRITE, m->s.mm[0]);
}

static void leave_held(struct machine *m)
{
	down_write(m, m->s.mm[0]);
	lock_none_checked(m, "leave_held");
}

static void leave_preemption_off(struct machine *m)
{
	EXPECT_EQ(radix_preload(m), 0);
	lock_none_checked(m, "leave_preemption_off");
}

static void take_too_many(struct machine *m)
{
	const u8 *object = m->storage.bytes;

	for (;;)
		lock_take(m, LOCK_PTE, LOCK_WRITE, object++);
}

static void expect_report(struct machine *m, void (*call)(struct machine *m), const char *text)
{
	EXPECT(!bug_guard(m, call));
	EXPECT_EQ(m->dead, BUG_lock);
	EXPECT_TEXT(m->bug_text, text);
	machine_reset(m);
	EXPECT_EQ(m->stack->locks.count, 0);
	EXPECT_EQ(m->stack->preempt_count, 0);
}

static void reports(struct machine *m)
{
	expect_report(m, take_twice, "take_twice: mmap_sem is taken twice; held: mmap_sem (read) taken in take_twice");
	expect_report(m, take_in_wrong_order,
		      "take_in_wrong_order: mmap_sem is taken in the wrong order; held: "
		      "guest_table_lock taken in take_in_wrong_order");
	expect_report(m, take_two_of_a_kind,
		      "take_two_of_a_kind: guest_table_lock is taken in the wrong order; held: "
		      "guest_table_lock taken in take_two_of_a_kind");
	expect_report(m, drop_what_is_not_held,
		      "drop_what_is_not_held: gmap_notifier_lock is released but not held; "
		      "held: mmap_sem (read) taken in drop_what_is_not_held");
	expect_report(m, drop_another_ones,
		      "drop_another_ones: mmap_sem is released but not held; held: mmap_sem "
		      "(read) taken in drop_another_ones");
	expect_report(m, need_without, "need_without: mmap_sem is needed; held: nothing");
	expect_report(m, need_for_writing,
		      "need_for_writing: mmap_sem is needed for writing; held: mmap_sem (read) "
		      "taken in need_for_writing");
	expect_report(m, leave_held, "leave_held: mmap_sem is left held; held: mmap_sem (write) taken in leave_held");
	expect_report(m, leave_preemption_off, "leave_preemption_off: preemption count 1 at the end of the call");
	EXPECT(!bug_guard(m, take_too_many));
	EXPECT_EQ(m->dead, BUG_lock);
	EXPECT(strstr(m->bug_text, "take_too_many: pte lock is one lock too many; held: pte lock taken") ==
	       m->bug_text);
}

/* All locks at once, outer to inner, and released in any order. */
static void right_order(struct machine *m)
{
	static const enum lock_class order[] = { LOCK_MMAP_SEM,	   LOCK_PMD,   LOCK_PTE,     LOCK_PAGE_TABLES,
						 LOCK_GUEST_TABLE, LOCK_PGSTE, LOCK_NOTIFIER };
	size_t i;

	for (i = 0; i < 7; i++)
		lock_take(m, order[i], LOCK_WRITE, m);
	EXPECT_EQ(m->stack->locks.count, 7);
	for (i = 0; i < 7; i++)
		lock_drop(m, order[(i * 3) % 7], m);
	lock_none_checked(m, "right_order");
	/* mremap holds two page tables' locks, fork two processes' mmap_sem */
	lock_take(m, LOCK_MMAP_SEM, LOCK_WRITE, m);
	lock_take(m, LOCK_MMAP_SEM, LOCK_WRITE, m->s.mm[0]);
	lock_take(m, LOCK_PTE, LOCK_WRITE, m);
	lock_take(m, LOCK_PTE, LOCK_WRITE, m->s.mm[0]);
	EXPECT_EQ(m->stack->locks.count, 4);
	m->stack->locks.count = 0;
}

static void no_checking(struct machine_options *options)
{
	options->check_locks = false;
}

static void without_checking(struct machine *m)
{
	EXPECT(bug_guard(m, take_twice));
	EXPECT(bug_guard(m, take_in_wrong_order));
	EXPECT(bug_guard(m, need_without));
	EXPECT_EQ(m->stack->locks.count, 0);
}

/* The functions that their callers must lock for say so. */
static void functions_that_need_a_lock(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], 0, 0);
	const char *read = "is needed; held: nothing";

	EXPECT_EQ(machine_snapshot(m), 0);
	EXPECT_BUG(BUG_lock, __gmap_translate(m, gmap, 0));
	EXPECT(strstr(m->bug_text, "__gmap_translate: mmap_sem") == m->bug_text);
	EXPECT(strstr(m->bug_text, read) != NULL);
	EXPECT(machine_restore(m, 0));
	EXPECT_BUG(BUG_lock, __gmap_link(m, gmap, 0, V));
	EXPECT(strstr(m->bug_text, "__gmap_link: mmap_sem is needed") == m->bug_text);
	EXPECT(machine_restore(m, 0));
	EXPECT_BUG(BUG_lock, (__gmap_zap(m, gmap, 0), 0));
	EXPECT(machine_restore(m, 0));
	down_read(m, m->s.mm[0]);
	EXPECT_BUG(BUG_lock, __gmap_unmap_by_gaddr(m, gmap, 0));
	EXPECT(strstr(m->bug_text, "__gmap_unmap_by_gaddr: mmap_sem is needed for writing") == m->bug_text);
	EXPECT(machine_restore(m, 0));
	EXPECT_BUG(BUG_lock, (thp_split_mm(m, m->s.mm[0]), 0));
	EXPECT(machine_restore(m, 0));
	EXPECT_BUG(BUG_lock, handle_mm_fault(m, m->s.mm[0], m->s.mm[0]->vmas, STACK_TOP - 8, 0));
	EXPECT(machine_restore(m, 0));
}

static void call_back_in(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end)
{
	(void)end;
	(void)nb;
	gmap_translate(m, gmap, gaddr);
}

static void unregister_in_callback(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end)
{
	(void)end;
	(void)gmap;
	(void)gaddr;
	gmap_unregister_ipte_notifier(m, nb);
}

static void arm(struct machine *m,
		void (*callback)(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end))
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	add_notifier(m, 0);
	SET(m, m->s.notifier[0].notifier_call, callback);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0, PAGE_SIZE), 0);
}

/* A callback runs with the pte lock, the PGSTE lock and the notifier lock held. */
static void callbacks_must_not_lock(struct machine *m)
{
	arm(m, call_back_in);
	EXPECT_BUG(BUG_lock, sys_madvise(m, m->s.mm[0], V, PAGE_SIZE, MADV_DONTNEED));
	EXPECT_TEXT(m->bug_text, "gmap_translate: mmap_sem is taken twice; held: mmap_sem (read) taken in sys_madvise, "
				 "pte lock taken in pte_lock, PGSTE lock taken in pgste_get_lock, gmap_notifier_lock "
				 "taken in ptep_notify");
	machine_reset(m);
	arm(m, unregister_in_callback);
	EXPECT_BUG(BUG_lock, clear_young(m, m->s.mm[0], V));
	EXPECT(strstr(m->bug_text, "gmap_unregister_ipte_notifier: gmap_notifier_lock is taken twice") == m->bug_text);
}

RUN_TESTS(TEST(reports), TEST(right_order), TEST(without_checking, .options = no_checking),
	  TEST(functions_that_need_a_lock), TEST(callbacks_must_not_lock))
