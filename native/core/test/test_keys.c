// SPDX-License-Identifier: GPL-2.0-only
/* Storage keys, the dirty log, and the guest's page states (spec 4.9 to 4.11, 6.24 to 6.27, 9.3). */
#include "test.h"

#define V 0x10000000000ULL
#define A V
#define B (V + 0x1000)

static struct mm *guest_process(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	return mm;
}

static u64 key_of(struct machine *m, const struct mm *mm, u64 vmaddr)
{
	return page_get_storage_key(m, pte_page(pte_of_page(m, mm, vmaddr)));
}

static void fault_in(struct machine *m, struct mm *mm, u64 address, u32 flags)
{
	bool unlocked = false;

	down_read(m, mm);
	EXPECT_EQ(fixup_user_fault(m, mm, address, flags, &unlocked), 0);
	up_read(m, mm);
}

/* Page a is read and page b written; then the guest starts to use keys. */
static struct mm *begin_9_3(struct machine *m)
{
	struct mm *mm = guest_process(m);

	fault_in(m, mm, A, 0);
	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	EXPECT_EQ(PTE_BITS(m, mm, A), 0x255);
	EXPECT_EQ(pgste_of_page(m, mm, A), 0);
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x03d);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x0000800000000000);

	SET(m, frame_at(m, pte_page(pte_of_page(m, mm, B)))->key, 0xf6);
	m->events.mask = EVENTS_FLUSH | EVENT_BIT(EVENT_KEY);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(pte_of_page(m, mm, A), 0x400);
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x03d);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x0000800000000000);
	EXPECT_EQ(key_of(m, mm, B), 0);
	EXPECT_EVENTS("ipte 0x10000000000 local\nkey 0x0 quiescing\n");
	EXPECT_CHECK(m);
	return mm;
}

static void set_and_get(struct machine *m, struct mm *mm)
{
	EXPECT_EQ(set_guest_storage_key(m, mm, B, 0x36, false), 0);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x3006800000000000);
	EXPECT_EQ(key_of(m, mm, B), 0x30);
	EXPECT_EVENTS("key 0x30 quiescing\n");
	EXPECT_EQ(get_guest_storage_key(m, mm, B), 0x36);

	EXPECT_EQ(set_guest_storage_key(m, mm, A, 0x5e, true), 0);
	EXPECT_EQ(pte_of_page(m, mm, A), 0x400);
	EXPECT_EQ(pgste_of_page(m, mm, A), 0x5806800000000000);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(get_guest_storage_key(m, mm, A), 0x5e);
}

static void example_9_3(struct machine *m)
{
	struct mm *mm = begin_9_3(m);
	entry_t *ptep = host_pte(m, mm, B);

	set_and_get(m, mm);
	fault_in(m, mm, A, 0);
	EXPECT_EQ(PTE_BITS(m, mm, A), 0x03d);
	EXPECT(!is_zero_page(m, pte_of_page(m, mm, A)));
	EXPECT_EQ(pgste_of_page(m, mm, A), 0x5806800000000000);
	EXPECT_EQ(key_of(m, mm, A), 0x5e);
	EXPECT_EVENTS("key 0x5e\n");

	SET(m, frame_at(m, pte_page(pte_of_page(m, mm, B)))->key, 0x36);
	EXPECT_EQ(sys_mprotect(m, mm, B, PAGE_SIZE, VM_READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x21d);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x3006800000000000);
	EXPECT_EVENTS("lazy 0x10000001000\nkey 0x36\nidte mm0 local\n");

	EXPECT_EQ(sys_madvise(m, mm, B, PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(pte_of_page(m, mm, B), 0x400);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x3006800000000000);

	/* a swap entry that only the machine's own kernel could have made: type 1, offset 0x123 */
	entry_set(m, ptep, 0x123604);
	essa_set_usage(m, mm, B, 1);
	new_gmap(m, mm, 0, 0);
	EXPECT_EQ(gmap_map_segment(m, m->s.gmap[0], V, 0, PMD_SIZE), 0);
	down_read(m, mm);
	__gmap_zap(m, m->s.gmap[0], 0x1000);
	up_read(m, mm);
	EXPECT_EQ(pte_of_page(m, mm, B), 0x400);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x3006800001000000);
	s390_reset_cmma(m, mm);
	EXPECT_EQ(pte_of_page(m, mm, B), 0x400);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0x3006800000000000);
}

/* The guest's R and C come from the frame and from the PGSTE; what a set takes from the frame is the host's. */
static void reference_and_change(struct machine *m)
{
	struct mm *mm = guest_process(m);
	u64 frame;

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	frame = pte_page(pte_of_page(m, mm, B));
	SET(m, frame_at(m, frame)->key, 0x06);
	EXPECT_EQ(get_guest_storage_key(m, mm, B), 0x06);
	EXPECT_EQ(set_guest_storage_key(m, mm, B, 0x10, false), 0);
	EXPECT_EQ(key_of(m, mm, B), 0x10);
	EXPECT_EQ(pgste_of_page(m, mm, B), PGSTE_HR | PGSTE_HC | PGSTE_UC | 1ULL << 60);
	EXPECT_EQ(get_guest_storage_key(m, mm, B), 0x10);
	/* the access goes into the frame's key, which the PGSTE adds to when the page leaves */
	EXPECT_EQ(user_store(m, mm, B, 1), 0);
	EXPECT_EQ(key_of(m, mm, B), 0x16);
	EXPECT_EQ(swap_out(m, mm, B), 0);
	EXPECT_EQ(pgste_of_page(m, mm, B), PGSTE_HR | PGSTE_HC | PGSTE_GR | PGSTE_GC | PGSTE_UC | 1ULL << 60);
	EXPECT_EQ(get_guest_storage_key(m, mm, B), 0x16);
}

/* Setting the same key again is no change of the page. */
static void set_key_and_dirty(struct machine *m)
{
	struct mm *mm = guest_process(m);

	EXPECT_EQ(set_guest_storage_key(m, mm, A, 0x30, false), 0);
	EXPECT_EQ(pgste_of_page(m, mm, A), PGSTE_UC | 3ULL << 60);
	EXPECT(test_and_clear_guest_dirty(m, mm, A));
	EXPECT_EQ(set_guest_storage_key(m, mm, A, 0x30, false), 0);
	EXPECT_EQ(pgste_of_page(m, mm, A), 3ULL << 60);
	/* bits that are no part of the key are ignored */
	EXPECT_EQ(set_guest_storage_key(m, mm, A, 0xffff01, false), 0);
	EXPECT_EQ(pgste_of_page(m, mm, A), PGSTE_UC);
}

/* Without keys in use, exchanges leave the frame's key where it is. */
static void keys_before_skey(struct machine *m)
{
	struct mm *mm = guest_process(m);

	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	EXPECT_EQ(set_guest_storage_key(m, mm, B, 0x42, true), 0);
	EXPECT_EQ(key_of(m, mm, B), 0x40);
	EXPECT_EQ(swap_out(m, mm, B), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, B), 0x42);
	/* HR and HC: the kernel itself touched the page when it cleared it */
	EXPECT_EQ(pgste_of_page(m, mm, B), PGSTE_HR | PGSTE_HC | PGSTE_GC | PGSTE_UC | 4ULL << 60);
}

/* Key and dirty calls make page tables where there is no VMA at all; nobody finds those at exit. */
static void tables_without_vma(struct machine *m)
{
	struct mm *mm = guest_process(m);
	const u64 hole = V + 16 * PUD_SIZE;

	EXPECT_EQ(pte_of_page(m, mm, hole), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, hole), 0);
	EXPECT_EQ(pte_of_page(m, mm, hole), 0x400);
	EXPECT(!test_and_clear_guest_dirty(m, mm, hole + PUD_SIZE));
	EXPECT_EQ(pte_of_page(m, mm, hole + PUD_SIZE), 0x400);
	EXPECT_EQ(set_guest_storage_key(m, mm, hole + 2 * PUD_SIZE, 0x10, false), 0);
	EXPECT_EQ(pgste_of_page(m, mm, hole + 2 * PUD_SIZE), PGSTE_UC | 1ULL << 60);
}

static void above_the_limit(struct machine *m)
{
	struct mm *mm = guest_process(m);

	EXPECT_BUG(BUG_above_limit, get_guest_storage_key(m, mm, PGDIR_SIZE));
	machine_reset(m);
	mm = guest_process(m);
	EXPECT_BUG(BUG_above_limit, test_and_clear_guest_dirty(m, mm, TASK_MAX_SIZE));
	machine_reset(m);
	mm = guest_process(m);
	EXPECT_BUG(BUG_above_limit, set_guest_storage_key(m, mm, UINT64_MAX, 0, false));
}

static void without_esop(struct machine_options *options)
{
	options->esop = false;
}

static void dirty_log(struct machine *m)
{
	struct mm *mm = guest_process(m);

	m->events.mask = EVENTS_FLUSH;
	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	EXPECT(test_and_clear_guest_dirty(m, mm, B));
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x23d);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0);
	EXPECT_EVENTS("ipte 0x10000001000 global\n");
	EXPECT(!test_and_clear_guest_dirty(m, mm, B));
	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x03d);
	EXPECT_EQ(pgste_of_page(m, mm, B), PGSTE_UC);
	/* the mark survives the page */
	EXPECT_EQ(sys_madvise(m, mm, B, PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(pgste_of_page(m, mm, B), PGSTE_UC);
	m->events.count = 0;
	EXPECT(test_and_clear_guest_dirty(m, mm, B));
	EXPECT_EQ(pte_of_page(m, mm, B), 0x400);
	EXPECT_NO_EVENTS();
}

/* A page that cannot be written is protected, not invalidated; either way any access brings the mark back. */
static void dirty_log_without_esop(struct machine *m)
{
	struct mm *mm = guest_process(m);

	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	EXPECT(test_and_clear_guest_dirty(m, mm, B));
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x43d);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0);
	fault_in(m, mm, B, 0);
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x03d);
	EXPECT_EQ(pgste_of_page(m, mm, B), PGSTE_UC);
	EXPECT_EQ(sys_mprotect(m, mm, B, PAGE_SIZE, VM_READ), 0);
	EXPECT(test_and_clear_guest_dirty(m, mm, B));
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x21d);
}

/* Defect B13: pages that were writable before s390_enable_sie are not in the log until their PTE is made anew. */
static void dirty_log_misses_older_pages(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, A, 1), 0);
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT(!test_and_clear_guest_dirty(m, mm, A));
	EXPECT_EQ(user_store(m, mm, A, 2), 0);
	EXPECT(!test_and_clear_guest_dirty(m, mm, A));
	EXPECT_CHECK(m);
	EXPECT(clear_young(m, mm, A));
	EXPECT_EQ(user_store(m, mm, A, 3), 0);
	EXPECT(test_and_clear_guest_dirty(m, mm, A));
}

static void enable_sie_needs_pgstes(struct machine *m)
{
	struct mm *mm;

	SET(m, m->s.sysctl_allocate_pgste, 0);
	mm = mm_exec(m, 1);
	EXPECT_EQ(s390_enable_sie(m, mm), -EINVAL);
	EXPECT_EQ(mm->has_pgste, 0);
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	EXPECT_BUG(BUG_no_pgste, get_guest_storage_key(m, mm, V));
}

/* Zero pages go, with a notification; keys of valid pages that cannot be written stay. */
static void enable_skey(struct machine *m)
{
	struct mm *mm = guest_process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	add_notifier(m, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x1000, 0x1000), 0);
	fault_in(m, mm, V + 0x2000, FAULT_FLAG_WRITE);
	EXPECT_EQ(set_guest_storage_key(m, mm, V + 0x2000, 0x72, false), 0);
	EXPECT_EQ(set_guest_storage_key(m, mm, V + 0x3000, 0x72, false), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V + 0x2000, 0x1000, VM_READ), 0);
	fault_in(m, mm, V + 0x4000, 0);
	m->events.mask = EVENTS_FLUSH | EVENT_BIT(EVENT_KEY);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(mm->use_skey, 1);
	EXPECT_EVENTS("key 0x0 quiescing\nipte 0x10000004000 local\n");
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x1000), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x2000), PGSTE_UC | PGSTE_HR | PGSTE_HC);
	EXPECT_EQ(key_of(m, mm, V + 0x2000), 0x70);
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x3000), PGSTE_UC);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x4000), 0x400);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_NO_EVENTS();
}

/* Defect B9: no test of the PTE's kind, so a swap entry that looks like a zero page is wiped. */
static void enable_skey_wipes_swap(struct machine *m)
{
	struct mm *mm = guest_process(m);

	fault_in(m, mm, B, FAULT_FLAG_WRITE);
	EXPECT_EQ(swap_out(m, mm, B), 0);
	fault_in(m, mm, A, 0);
	entry_set(m, host_pte(m, mm, A), swap_pte(ZERO_AREA + 0x5000));
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(pte_of_page(m, mm, A), 0x400);
	EXPECT_EQ(PTE_BITS(m, mm, B), 0x600);
}

static void reset_cmma(struct machine *m)
{
	struct mm *mm = guest_process(m);

	fault_in(m, mm, A, FAULT_FLAG_WRITE);
	essa_set_usage(m, mm, A, 2);
	essa_set_zero(m, mm, A, true);
	EXPECT_EQ(pgste_of_page(m, mm, A), PGSTE_UC | 0x2000000 | PGSTE_GPS_ZERO);
	essa_set_usage(m, mm, B, 3);
	s390_reset_cmma(m, mm);
	EXPECT_EQ(pgste_of_page(m, mm, A), PGSTE_UC | PGSTE_GPS_ZERO);
	EXPECT_EQ(pgste_of_page(m, mm, B), 0);
	essa_set_zero(m, mm, A, false);
	EXPECT_EQ(pgste_of_page(m, mm, A), PGSTE_UC);
	EXPECT_BUG(BUG_no_page_table, (essa_set_usage(m, mm, V + PMD_SIZE, 1), 0));
}

RUN_TESTS(TEST(example_9_3), TEST(reference_and_change), TEST(set_key_and_dirty), TEST(keys_before_skey),
	  TEST(tables_without_vma, .loses = true), TEST(above_the_limit), TEST(dirty_log),
	  TEST(dirty_log_without_esop, .options = without_esop), TEST(dirty_log_misses_older_pages),
	  TEST(enable_sie_needs_pgstes), TEST(enable_skey), TEST(enable_skey_wipes_swap), TEST(reset_cmma))
