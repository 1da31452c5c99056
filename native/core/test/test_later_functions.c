// SPDX-License-Identifier: GPL-2.0-only
/* What came after 4.7, on each kernel that has it: references to gmaps, conditional storage keys. */
#include "kernels.h"

#define V 0x10000000000ULL
#define G 0x300000ULL

static u64 gmaps(const struct machine *m)
{
	struct machine_counts counts;

	machine_count(m, &counts);
	return counts.gmaps;
}

static void references(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = create_gmap(m, mm, 0);

	EXPECT_EQ(gmap->ref_count, 1);
	EXPECT_EQ(gmap->listed, 1);
	EXPECT(mm->gmap_list.next == &gmap->list);
	gmap_get(m, gmap);
	gmap_get(m, gmap);
	EXPECT_EQ(gmap->ref_count, 3);
	EXPECT(!gmap_put(m, gmap));
	m->events.mask = EVENTS_FLUSH;
	EXPECT(!gmap_remove(m, gmap));
	EXPECT_EQ(gmap->ref_count, 1);
	EXPECT_EQ(gmap->listed, 0);
	EXPECT(mm->gmap_list.next == &mm->gmap_list);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(gmaps(m), 1);
	EXPECT_CHECK(m);
	/* only now is there nobody left who could use its tables */
	SET(m, m->s.gmap[0], NULL);
	EXPECT(gmap_put(m, gmap));
	EXPECT_EVENTS("idte g0 0x%llx\n", (unsigned long long)m->events.event[0].address);
	EXPECT_EQ(gmaps(m), 0);
}

static void last_reference_is_the_list(struct machine *m)
{
	struct gmap *gmap = create_gmap(m, m->s.mm[0], 0);

	SET(m, m->s.gmap[0], NULL);
	EXPECT(gmap_remove(m, gmap));
	EXPECT_EQ(gmaps(m), 0);
}

static void newest_first(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *older = create_gmap(m, mm, 0);
	struct gmap *newer = create_gmap(m, mm, 1);

	EXPECT(mm_gmap_at(mm, 0) == newer);
	EXPECT(mm_gmap_at(mm, 1) == older);
	gmap_get(m, newer);
	EXPECT(!gmap_remove(m, newer));
	EXPECT(mm_gmap_at(mm, 0) == older);
	EXPECT(mm_gmap_at(mm, 1) == NULL);
}

static void no_memory_for_a_gmap(struct machine *m)
{
	SET(m, m->s.inject[INJECT_kzalloc], 1);
	EXPECT(gmap_create(m, m->s.mm[0], 0) == NULL);
	SET(m, m->s.inject[INJECT_alloc_pages], 1);
	EXPECT(gmap_create(m, m->s.mm[0], 0) == NULL);
	EXPECT_EQ(gmaps(m), 0);
}

static void last_put_of_a_listed_gmap(struct machine *m)
{
	struct gmap *gmap = create_gmap(m, m->s.mm[0], 0);

	gmap_get(m, gmap);
	EXPECT(!gmap_put(m, gmap));
	EXPECT_BUG(BUG_put_listed, gmap_put(m, gmap));
	EXPECT_TEXT(m->bug_text, "g0");
}

static void removed_twice(struct machine *m)
{
	struct gmap *gmap = create_gmap(m, m->s.mm[0], 0);

	gmap_get(m, gmap);
	EXPECT(!gmap_remove(m, gmap));
	EXPECT_BUG(BUG_removed_twice, gmap_remove(m, gmap));
	EXPECT_TEXT(m->bug_text, "g0");
}

/* The process gives its page table up and does not tell the removed gmap, which goes on using it: it is lost. */
static void removed_gmap_is_not_told(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);
	struct mm *mm = gmap->mm;

	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_WRITE), 0);
	gmap_get(m, gmap);
	EXPECT(!gmap_remove(m, gmap));
	m->events.count = 0;
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT_EQ(count_events(m, EVENT_NOTIFY, 0), 0);
	EXPECT_EQ(count_events(m, EVENT_IDTE, 0), 0);
	EXPECT(link_of(gmap, V) != 0);
	EXPECT(!(entry_get(gmap_find_segment_entry(m, gmap, G)) & SEGMENT_ENTRY_INVALID));
	EXPECT_CHECK(m);
}

/* The handle goes with the last reference, and an exited process with its last gmap, listed or not. */
static void handles(struct machine *m)
{
	EXPECT_OK(CALL(m, OP_gmap_create, 0, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_create, 0, UINT64_MAX), 1);
	EXPECT_OK(CALL(m, OP_gmap_get, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_remove, 0), 0);
	EXPECT_OK(CALL(m, OP_gmaps, 0), 1);
	EXPECT_OK(CALL(m, OP_gmap_translate, 0, 0), ERROR_WORD(EFAULT));
	EXPECT_OK(CALL(m, OP_gmap_remove, 1), 0);
	EXPECT_REFUSED(CALL(m, OP_gmap_translate, 1, 0), WIRE_BAD_HANDLE);
	EXPECT_OK(CALL(m, OP_exit, 0), 0);
	EXPECT(m->s.mm[0] != NULL);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_fault, 0, 0, 0), -EFAULT);
	EXPECT_OK(CALL(m, OP_gmap_put, 0), 0);
	EXPECT_REFUSED(CALL(m, OP_gmap_put, 0), WIRE_BAD_HANDLE);
	EXPECT(m->s.mm[0] == NULL);
}

static void bug_keeps_the_handle(struct machine *m)
{
	int before = machine_snapshot(m);

	EXPECT_OK(CALL(m, OP_gmap_create, 0, 0), 0);
	EXPECT_EQ(CALL(m, OP_gmap_put, 0).status, WIRE_BUG);
	EXPECT_EQ(m->dead, BUG_put_listed);
	EXPECT(machine_restore(m, before));
	EXPECT_OK(CALL(m, OP_gmap_create, 0, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_get, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_remove, 0), 0);
	EXPECT_EQ(CALL(m, OP_gmap_remove, 0).status, WIRE_BUG);
	EXPECT_EQ(m->dead, BUG_removed_twice);
	EXPECT(machine_restore(m, before));
}

/* In the middle of a fault: what the fault still uses must not go. */
static void while_unlocked(void *context)
{
	struct machine *m = context;

	EXPECT_REFUSED(CALL(m, OP_gmap_remove, 0), WIRE_IN_CALLBACK);
	EXPECT_REFUSED(CALL(m, OP_gmap_put, 0), WIRE_IN_CALLBACK);
	EXPECT_OK(CALL(m, OP_gmap_get, 0), 0);
}

static void not_while_unlocked(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	m->hooks.context = m;
	m->hooks.mmap_sem_dropped = while_unlocked;
	EXPECT_OK(CALL(m, OP_inject, INJECT_fixup_retry, 1), 0);
	EXPECT_OK(CALL(m, OP_gmap_fault, 0, G, 0), 0);
	EXPECT_EQ(gmap->ref_count, 2);
}

/* A restore brings back what was removed, and the references it had. */
static void references_are_state(struct machine *m)
{
	struct gmap *gmap = create_gmap(m, m->s.mm[0], 0);
	int before;

	gmap_get(m, gmap);
	before = machine_snapshot(m);
	EXPECT(!gmap_remove(m, gmap));
	SET(m, m->s.gmap[0], NULL);
	EXPECT(gmap_put(m, gmap));
	EXPECT(machine_restore(m, before));
	EXPECT_EQ(gmap->ref_count, 2);
	EXPECT_EQ(gmap->listed, 1);
	EXPECT(mm_gmap_at(m->s.mm[0], 0) == gmap);
	EXPECT(!gmap_put(m, gmap));
}

static void dirty_log(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_OK(CALL(m, OP_ptep_test_and_clear_uc, 0, V), 0);
	EXPECT_EQ(pte_of_page(m, gmap->mm, V), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_WRITE), 0);
	m->events.count = 0;
	EXPECT_OK(CALL(m, OP_ptep_test_and_clear_uc, 0, V), 1);
	EXPECT_EVENTS("notify n0 g0 0x300000\nipte 0x10000000000 global\n");
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x33d, 0x33f, 0x33f));
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), 0);
	EXPECT_OK(CALL(m, OP_ptep_test_and_clear_uc, 0, V), 0);
	EXPECT_EQ(user_store(m, gmap->mm, V, 1), 0);
	EXPECT_OK(CALL(m, OP_ptep_test_and_clear_uc, 0, V), 1);
}

/* The key is 0x36: what is asked for, which bits need not be right, and whether it is set. */
static void conditional_keys(struct machine *m)
{
	static const struct {
		u64 key;
		bool mr, mc;
		int result;
	} rows[] = {
		{ 0x36, false, false, 1 }, { 0x36, true, false, 0 }, { 0x36, false, true, 0 }, { 0x36, true, true, 0 },
		{ 0x32, true, false, 0 },  { 0x32, false, true, 1 }, { 0x32, true, true, 0 },  { 0x34, true, false, 1 },
		{ 0x34, false, true, 0 },  { 0x30, true, true, 0 },  { 0x3e, true, true, 1 },  { 0x46, true, true, 1 },
		{ 0x37, true, true, 0 },
	};
	struct gmap *gmap = later_guest(m, V, G);
	struct mm *mm = gmap->mm;
	size_t i;

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	m->events.mask = EVENT_BIT(EVENT_KEY);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool set = rows[i].result;

		EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x36, false), 0);
		m->events.count = 0;
		EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, rows[i].key, true, rows[i].mr, rows[i].mc),
			  rows[i].result);
		EXPECT_EQ(m->events.count, set);
		EXPECT_EQ(get_guest_storage_key(m, mm, V), set ? rows[i].key : 0x36);
	}
}

/* Without a page table the key is 0, and other ones cannot be set; the same as get and set one after the other. */
static void conditional_keys_without_a_page_table(struct machine *m)
{
	struct mm *mm = later_guest(m, V, G)->mm;

	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, 0, false, true, true), 0);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, 0x06, false, true, true), 0);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, 0x06, false, true, false), -EFAULT);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, 0x10, false, true, true), -EFAULT);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, 0x10, false, false, false), -EFAULT);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V, 0, false, false, false), BY_KERNEL(m, 0, -EFAULT, 1, 1));
	/* nothing mapped at all */
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, V + PUD_SIZE, 0, false, true, true),
		  BY_KERNEL(m, 0, 0, -EFAULT, -EFAULT));
	EXPECT_EQ(pte_of_page(m, mm, V), 0);
}

/* The frame's bits count, and those in the PGSTE; what was the frame's is the host's afterwards. */
static void reference_bit(struct machine *m)
{
	struct mm *mm = later_guest(m, V, G)->mm;
	u64 frame;

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	frame = pte_page(pte_of_page(m, mm, V));
	SET(m, frame_at(m, frame)->key, 0x36);
	entry_set(m, host_pte(m, mm, V) + PGSTE_OFFSET, PGSTE_UC);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, V), 3);
	EXPECT_EQ(page_get_storage_key(m, frame), 0x32);
	EXPECT_EQ(pgste_of_page(m, mm, V), PGSTE_UC | PGSTE_HR);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, V), 1);
	/* the guest's own bit: a change that the log has to have */
	SET(m, frame_at(m, frame)->key, 0x30);
	entry_set(m, host_pte(m, mm, V) + PGSTE_OFFSET, PGSTE_GR | PGSTE_UC);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, V), 2);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, V), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V), PGSTE_UC);
	EXPECT_CHECK(m);
}

static void reference_bit_of_an_absent_page(struct machine *m)
{
	struct mm *mm = later_guest(m, V, G)->mm;

	EXPECT_EQ(reset_guest_reference_bit(m, mm, V), BY_KERNEL(m, 0, -EFAULT, 0, 0));
	EXPECT_EQ(reset_guest_reference_bit(m, mm, V + PUD_SIZE), -EFAULT);
	EXPECT_EQ(user_store(m, mm, V + PAGE_SIZE, 1), 0);
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x36, false), 0);
	entry_set(m, host_pte(m, mm, V) + PGSTE_OFFSET, pgste_of_page(m, mm, V) & ~PGSTE_UC);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, V), 3);
	EXPECT_EQ(pgste_of_page(m, mm, V), 3ULL << 60 | PGSTE_GC | PGSTE_UC);
	EXPECT_EQ(get_guest_storage_key(m, mm, V), 0x32);
}

RUN_TESTS(LATER(references), LATER(last_reference_is_the_list), LATER(newest_first), LATER(no_memory_for_a_gmap),
	  LATER(last_put_of_a_listed_gmap), LATER(removed_twice),
	  ON(linux_5_10, removed_gmap_is_not_told, .loses = true),
	  ON(linux_6_1, removed_gmap_is_not_told, .loses = true),
	  ON(linux_6_12, removed_gmap_is_not_told, .loses = true), LATER(handles), LATER(bug_keeps_the_handle),
	  LATER(not_while_unlocked), LATER(references_are_state), LATER(dirty_log), LATER(conditional_keys),
	  LATER(reference_bit), ON(linux_5_10, conditional_keys_without_a_page_table, .loses = true),
	  ON(linux_6_1, conditional_keys_without_a_page_table), ON(linux_6_12, conditional_keys_without_a_page_table),
	  ON(linux_5_10, reference_bit_of_an_absent_page, .loses = true),
	  ON(linux_6_1, reference_bit_of_an_absent_page), ON(linux_6_12, reference_bit_of_an_absent_page))
