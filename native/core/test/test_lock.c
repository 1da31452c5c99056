// SPDX-License-Identifier: GPL-2.0-only
/* Broken locking rules are reported with the lock, the place, and what was held. */
#include "core/linux/locking.h"
#include "core/linux/mm/walk.h"
#include "kernels.h"

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

/* All locks that are held count, not only the last one. */
static void take_outside_of_the_first(struct machine *m)
{
	lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, m);
	lock_take(m, LOCK_NOTIFIER, LOCK_WRITE, m);
	lock_take(m, LOCK_MMAP_SEM, LOCK_WRITE, m);
}

static void drop_what_is_not_held(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	lock_drop(m, LOCK_NOTIFIER, LOCK_WRITE, m);
}

static void drop_another_ones(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	up_read(m, m);
}

static void drop_for_writing(struct machine *m)
{
	down_read(m, m->s.mm[0]);
	up_write(m, m->s.mm[0]);
}

static void drop_for_reading(struct machine *m)
{
	down_write(m, m->s.mm[0]);
	up_read(m, m->s.mm[0]);
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
	const u8 *object = (const u8 *)entry_at(m, 0);

	for (;;)
		lock_take(m, LOCK_PTE, LOCK_WRITE, object++);
}

static void expect_bug(struct machine *m, enum bug_place place, void (*call)(struct machine *m), const char *text)
{
	EXPECT(!bug_guard(m, call));
	EXPECT_EQ(m->dead, place);
	EXPECT_TEXT(m->bug_text, text);
	machine_reset(m);
	EXPECT_EQ(m->stack->locks.count, 0);
	EXPECT_EQ(m->stack->preempt_count, 0);
}

static void expect_report(struct machine *m, void (*call)(struct machine *m), const char *text)
{
	expect_bug(m, BUG_lock, call, text);
}

static void reports(struct machine *m)
{
	expect_report(m, take_twice, "take_twice: mmap_sem is taken twice; held: mmap_sem (read) taken in take_twice");
	expect_report(m, take_in_wrong_order,
		      "take_in_wrong_order: mmap_sem is taken in the wrong order; held: "
		      "guest_table_lock taken in take_in_wrong_order");
	expect_report(
		m, take_outside_of_the_first,
		"take_outside_of_the_first: mmap_sem is taken in the wrong order; held: guest_table_lock taken in "
		"take_outside_of_the_first, gmap_notifier_lock taken in take_outside_of_the_first");
	expect_report(m, take_two_of_a_kind,
		      "take_two_of_a_kind: guest_table_lock is taken in the wrong order; held: "
		      "guest_table_lock taken in take_two_of_a_kind");
	expect_report(m, drop_what_is_not_held,
		      "drop_what_is_not_held: gmap_notifier_lock is released but not held; "
		      "held: mmap_sem (read) taken in drop_what_is_not_held");
	expect_report(m, drop_another_ones,
		      "drop_another_ones: mmap_sem is released but not held; held: mmap_sem "
		      "(read) taken in drop_another_ones");
	expect_report(m, drop_for_writing,
		      "drop_for_writing: mmap_sem is released as if it were held for writing; held: mmap_sem "
		      "(read) taken in drop_for_writing");
	expect_report(m, drop_for_reading,
		      "drop_for_reading: mmap_sem is released as if it were held for reading; held: mmap_sem "
		      "(write) taken in drop_for_reading");
	expect_report(m, need_without, "need_without: mmap_sem is needed; held: nothing");
	expect_report(m, need_for_writing,
		      "need_for_writing: mmap_sem is needed for writing; held: mmap_sem (read) "
		      "taken in need_for_writing");
	expect_bug(m, BUG_left_held, leave_held,
		   "leave_held: mmap_sem is left held; held: mmap_sem (write) taken in leave_held");
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
		lock_drop(m, order[(i * 3) % 7], LOCK_WRITE, m);
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

/* One lock, then another one inside of it. */
static bool may_take_inside(struct machine *m, enum lock_class outer, enum lock_class inner)
{
	const struct lock_rules *rules = m->lock_rules;

	return rules->inside[inner] & LOCK_BIT(outer);
}

/* Where the kernels differ. 4.7 has one order for all its locks; later ones take guest_table_lock last. */
static void orders(struct machine *m)
{
	bool is_4_7 = kernel_of(m) == LINUX_4_7;

	EXPECT_EQ(may_take_inside(m, LOCK_GUEST_TABLE, LOCK_PGSTE), is_4_7);
	EXPECT_EQ(may_take_inside(m, LOCK_PGSTE, LOCK_GUEST_TABLE), !is_4_7);
	EXPECT_EQ(may_take_inside(m, LOCK_PGSTE, LOCK_NOTIFIER), is_4_7);
	EXPECT_EQ(may_take_inside(m, LOCK_PTE, LOCK_PAGE_TABLES), is_4_7);
	EXPECT_EQ(may_take_inside(m, LOCK_PTE, LOCK_CONTEXT), !is_4_7);
	EXPECT(!may_take_inside(m, LOCK_PGSTE, LOCK_CONTEXT));
	EXPECT(!may_take_inside(m, LOCK_CONTEXT, LOCK_MMAP_SEM));
	EXPECT(!may_take_inside(m, LOCK_GUEST_TABLE, LOCK_PTE));
	/* two gmaps at a time are a wrong order too, but for a shadow and what it is a shadow of */
	EXPECT(!may_take_inside(m, LOCK_GUEST_TABLE, LOCK_GUEST_TABLE));
	EXPECT_EQ(may_take_inside(m, LOCK_SHADOW_TABLE, LOCK_PGSTE), !is_4_7);
	EXPECT_EQ(may_take_inside(m, LOCK_SHADOW, LOCK_SHADOW_TABLE), !is_4_7);
}

/* Rows D and Q: what a callback of a notifier finds held. */
static void note_locks(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 start, u64 end)
{
	const struct held_locks *locks = &m->stack->locks;
	u32 held = 0;
	u32 i;

	(void)nb;
	(void)gmap;
	(void)start;
	(void)end;
	for (i = 0; i < locks->count; i++)
		held |= LOCK_BIT(locks->lock[i].class);
	EXPECT_EQ(held, LOCK_BIT(LOCK_MMAP_SEM) | LOCK_BIT(LOCK_PTE) | LOCK_BIT(LOCK_PGSTE) |
				(kernel_of(m) == LINUX_4_7 ? LOCK_BIT(LOCK_NOTIFIER) : LOCK_BIT(LOCK_RCU)));
	m->s.lost_nodes++; /* it was here */
}

static void callbacks_are_told(struct machine *m)
{
	arm(m, note_locks);
	EXPECT_EQ(sys_madvise(m, m->s.mm[0], V, PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(m->s.lost_nodes, 1);
	m->s.lost_nodes = 0;
}

/* Whoever waits for readers must not be one. 4.7 finds its lock taken twice. */
static void unregistering_in_a_callback(struct machine *m)
{
	arm(m, unregister_in_callback);
	EXPECT_BUG(BUG_lock, clear_young(m, m->s.mm[0], V));
	EXPECT(strstr(m->bug_text, kernel_of(m) == LINUX_4_7
					   ? "gmap_unregister_ipte_notifier: gmap_notifier_lock is taken twice"
					   : "gmap_unregister_ipte_notifier: gmap_notifier_lock is taken in the wrong "
					     "order") == m->bug_text);
}

static void wait_as_a_reader(struct machine *m)
{
	rcu_read_lock(m);
	synchronize_rcu(m);
}

static void wait_with_a_lock(struct machine *m)
{
	lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, m);
	synchronize_rcu(m);
}

static void waits(struct machine *m)
{
	expect_report(
		m, wait_as_a_reader,
		"wait_as_a_reader: rcu_read_lock is held during a wait for its readers; held: rcu_read_lock taken in "
		"wait_as_a_reader");
	expect_report(
		m, wait_with_a_lock,
		"wait_with_a_lock: guest_table_lock is held during a wait for its readers; held: guest_table_lock "
		"taken in wait_with_a_lock");
	down_read(m, m->s.mm[0]);
	synchronize_rcu(m);
	up_read(m, m->s.mm[0]);
}

/* A call that takes `taken` is seen to, since this is held, which must not be. */
#define EXPECT_TAKES(taken, held_class, object, call)                                                         \
	do {                                                                                                  \
		EXPECT_EQ(machine_snapshot(m), 0);                                                            \
		m->stack->locks.lock[m->stack->locks.count++] = (struct held_lock){ (held_class), LOCK_WRITE, \
										    (object), "the test" };   \
		EXPECT_BUG(BUG_lock, (call));                                                                 \
		EXPECT(strstr(m->bug_text, taken " is taken in the wrong order") ||                           \
		       strstr(m->bug_text, taken " is taken twice"));                                         \
		EXPECT(machine_restore(m, 0));                                                                \
		m->stack->locks.count = 0;                                                                    \
		machine_forget(m, 0);                                                                         \
	} while (0)

/* Row E: the list of gmaps has a lock of its own. */
static void list_of_gmaps(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = create_gmap(m, mm, 0);

	EXPECT_TAKES("context.lock", LOCK_PGSTE, m, gmap_create(m, mm, 0) != NULL);
	EXPECT_TAKES("context.lock", LOCK_PGSTE, m, gmap_remove(m, gmap));
}

/* Row F: tables of gmaps come in under page_table_lock, or the gmap's own. */
static void tables_of_gmaps(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = new_gmap(m, mm, PUD_SIZE, 0);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	SET(m, gmap->unrelated_links, 1);
	down_read(m, mm);
	lock_take(m, LOCK_PAGE_TABLES, LOCK_WRITE, mm);
	EXPECT_BUG(BUG_lock, __gmap_link(m, gmap, 0, V));
	EXPECT(strstr(m->bug_text, kernel_of(m) == LINUX_4_7 ? "page_table_lock is taken twice"
							     : "guest_table_lock is taken in the wrong order") != NULL);
}

static bool expect_pte_lock(struct machine *m, entry_t *ptep, bool locked)
{
	const struct held_locks *locks = &m->stack->locks;
	bool found = locks->count && locks->lock[locks->count - 1].class == LOCK_PTE &&
		     locks->lock[locks->count - 1].object == pte_lock_of(ptep);

	EXPECT_EQ(found, locked);
	return true;
}

static bool is_locked(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	(void)mm;
	(void)vmaddr;
	return expect_pte_lock(m, ptep, kernel_of(m) != LINUX_4_7);
}

static bool is_not_locked(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	(void)mm;
	(void)vmaddr;
	return expect_pte_lock(m, ptep, false);
}

/* Row G: walks over all PTEs. */
static void walks(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	map_memory(m, mm, V, 2 * PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	EXPECT_EQ(user_store(m, mm, V + PMD_SIZE, 1), 0);
	down_read(m, mm);
	EXPECT(walk_ptes(m, mm, is_locked, WALK_LOCKS_TABLE));
	EXPECT(walk_ptes(m, mm, is_locked, WALK_LOCKS_PTE));
	EXPECT(walk_ptes(m, mm, is_not_locked, WALK_LETS_GO));
	up_read(m, mm);
	EXPECT_EQ(m->stack->locks.count, 0);
	/* a PGSTE without its pte lock is a walk of 4.7, or a mistake */
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	if (kernel_of(m) == LINUX_4_7)
		ptep_set_notify(m, mm, host_pte(m, mm, V));
	else
		EXPECT_BUG(BUG_lock, (ptep_set_notify(m, mm, host_pte(m, mm, V)), 0));
}

/* A flush that is owed is looked for and done under context.lock. */
static void lazy_flush(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	SET(m, mm->flush_mm, 1);
	lock_take(m, LOCK_MMAP_SEM, LOCK_READ, mm);
	lock_take(m, LOCK_PTE, LOCK_WRITE, m);
	flush_mm_lazy(m, mm);
	EXPECT_EQ(mm->flush_mm, 0);
	lock_take(m, LOCK_PGSTE, LOCK_WRITE, m);
	if (kernel_of(m) == LINUX_4_7) {
		flush_mm_lazy(m, mm);
		m->stack->locks.count = 0;
		return;
	}
	EXPECT_BUG(BUG_lock, (flush_mm_lazy(m, mm), 0));
	EXPECT(strstr(m->bug_text, "flush_mm_lazy: context.lock is taken in the wrong order") == m->bug_text);
}

RUN_TESTS(ALL(orders), ALL(callbacks_are_told), ALL(unregistering_in_a_callback), LATER(waits), LATER(list_of_gmaps),
	  ALL(tables_of_gmaps), ALL(walks), ALL(lazy_flush), TEST(reports), TEST(right_order),
	  TEST(without_checking, .options = no_checking), TEST(functions_that_need_a_lock),
	  TEST(callbacks_must_not_lock))
