// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worked examples of the specification, 9.1 and 9.2, step by step: every entry, PTE, PGSTE and event. A host
 * process with one private mapping at V; guest address space A with five levels, where it lies at G; B with two.
 */
#include "test.h"

#define V 0x200000000ULL
#define G 0x0040000180500000ULL
#define UC PGSTE_UC
#define IN PGSTE_IN

struct example {
	struct mm *mm;
	struct gmap *a;
	struct gmap *b;
	u64 host_segments; /* tables, as they come into being */
	u64 page_table0;
	u64 page_table1;
	u64 segments; /* of A */
	u64 page;     /* frame of V + 0x3000 */
};

static struct example begin(struct machine *m)
{
	struct example x = { .mm = m->s.mm[0] };

	EXPECT_EQ(s390_enable_sie(m, x.mm), 0);
	map_memory(m, x.mm, V, 0x400000, READ_WRITE);
	add_notifier(m, 1);
	add_notifier(m, 2);
	m->events.mask = EVENTS_FLUSH;
	return x;
}

static void steps_1_to_3_map(struct machine *m, struct example *x)
{
	x->a = new_gmap(m, x->mm, UINT64_MAX, 0);
	EXPECT_EQ(x->a->asce, x->a->table | 0x1cf);
	EXPECT_EQ(x->a->asce_end, UINT64_MAX);
	EXPECT_EQ(frame_at(m, x->a->table)->index, 0);
	EXPECT_EQ(entries_in_use(m, x->a->table, 0x2c), 0);

	EXPECT_EQ(gmap_map_segment(m, x->a, V, G, 0x200000), 0);
	EXPECT_EQ(radix_lookup(NULL, &x->a->guest_to_host, 0x400001805), V);
	EXPECT_EQ(radix_lookup(NULL, &x->a->guest_to_host, 0x400001806), V + 0x100000);
	EXPECT_EQ(entry_of(m, x->a->table, 2), 0x2c);
	EXPECT_NO_EVENTS();

	EXPECT_EQ(gmap_translate(m, x->a, G + 0x101234), V + 0x101234);
}

/* The tables below the region-1 table, each with one entry. */
static void expect_guest_tables(struct machine *m, struct example *x)
{
	u64 region2 = entry_of(m, x->a->table, 2) & PAGE_MASK;
	u64 region3 = entry_of(m, region2, 0) & PAGE_MASK;

	x->segments = entry_of(m, region3, 3) & PAGE_MASK;
	EXPECT_EQ(entry_of(m, x->a->table, 2), region2 | 0x0f);
	EXPECT_EQ(frame_at(m, region2)->index, 0x0040000000000000);
	EXPECT_EQ(entries_in_use(m, region2, 0x28), 1);
	EXPECT_EQ(entry_of(m, region2, 0), region3 | 0x0b);
	EXPECT_EQ(frame_at(m, region3)->index, 0x0040000000000000);
	EXPECT_EQ(entries_in_use(m, region3, 0x24), 1);
	EXPECT_EQ(entry_of(m, region3, 3), x->segments | 0x07);
	EXPECT_EQ(frame_at(m, x->segments)->index, 0x0040000180000000);
	EXPECT_EQ(entries_in_use(m, x->segments, 0x20), 1);
	EXPECT_EQ(entry_of(m, x->segments, 5), x->page_table0);
}

static void step_4_read_fault(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_fault(m, x->a, G + 0x3000, 0), 0);
	x->host_segments = entry_of(m, x->mm->table, 4) & PAGE_MASK;
	EXPECT_EQ(entry_of(m, x->mm->table, 4), x->host_segments | 0x07);
	x->page_table0 = entry_of(m, x->host_segments, 0);
	EXPECT_EQ(x->page_table0 & ~PAGE_MASK, 0);
	EXPECT_EQ(entry_of(m, x->page_table0, 3), zero_page(m, V + 0x3000) | 0x255);
	EXPECT_EQ(entry_of(m, x->page_table0, 256 + 3), 0);
	expect_guest_tables(m, x);
	EXPECT_EQ(radix_lookup(NULL, &x->a->host_to_guest, 0x2000), x->segments + 0x28);
	EXPECT_EQ(__gmap_segment_gaddr(m, entry_at(m, x->segments + 0x28)), G);
	EXPECT_NO_EVENTS();
	EXPECT_CHECK(m);
}

static void step_5_arm(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_ipte_notify(m, x->a, G + 0x3000, 0x1000), 0);
	x->page = pte_page(entry_of(m, x->page_table0, 3));
	EXPECT(!is_zero_page(m, x->page));
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x03d);
	EXPECT_EQ(entry_of(m, x->page_table0, 256 + 3), UC | IN);
	EXPECT_EVENTS("ipte 0x200003000 local\n");
}

static void steps_6_and_7_protect_and_fault(struct machine *m, struct example *x)
{
	entry_t *ptep = host_pte(m, x->mm, V + 0x3000);
	u64 old;

	pte_lock(m, ptep);
	old = ptep_modify_prot_start(m, x->mm, V + 0x3000, ptep);
	EXPECT_EVENTS("notify n2 g0 0x40000180503000\n"
		      "notify n1 g0 0x40000180503000\n"
		      "lazy 0x200003000\n");
	EXPECT_EQ(old, x->page | 0x03d);
	EXPECT_EQ(entry_get(ptep), x->page | 0x43d);
	EXPECT_EQ(entry_get(ptep + 256), PGSTE_PCL | UC);
	ptep_modify_prot_commit(m, x->mm, V + 0x3000, ptep, pte_modify(old, vm_get_page_prot(m, VM_READ)));
	pte_unlock(m, ptep);
	EXPECT_EQ(entry_get(ptep), x->page | 0x21d);
	EXPECT_EQ(entry_get(ptep + 256), UC);
	EXPECT_NO_EVENTS();

	EXPECT_EQ(gmap_fault(m, x->a, G + 0x3000, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(entry_get(ptep), x->page | 0x03d);
	EXPECT_EQ(entry_get(ptep + 256), UC);
	EXPECT_EVENTS("ipte 0x200003000 local\n");
}

static void step_8_fork(struct machine *m, struct example *x)
{
	struct mm *child;

	flush_mm_lazy(m, x->mm); /* what step 6 owes */
	EXPECT_EVENTS("flush local\n");
	child = mm_dup(m, x->mm);
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x21d);
	EXPECT_EQ(pte_of_page(m, child, V + 0x3000), x->page | 0x619);
	EXPECT_EVENTS("lazy 0x200003000\nflush local\n");
	EXPECT_CHECK(m);
	mm_exit(m, child);
	mm_free(m, child);
	m->events.count = 0;
	EXPECT_EQ(gmap_fault(m, x->a, G + 0x3000, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x03d);
	EXPECT_EVENTS("ipte 0x200003000 local\n");
}

static void steps_9_to_11_reclaim_and_dirty_log(struct machine *m, struct example *x)
{
	EXPECT(clear_young(m, x->mm, V + 0x3000));
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x439);
	EXPECT_EVENTS("ipte 0x200003000 local\n");
	EXPECT_EQ(gmap_fault(m, x->a, G + 0x3000, 0), 0);
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x03d);
	EXPECT_NO_EVENTS();

	EXPECT(test_and_clear_guest_dirty(m, x->mm, V + 0x3000));
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x23d);
	EXPECT_EQ(entry_of(m, x->page_table0, 256 + 3), 0);
	EXPECT_EVENTS("ipte 0x200003000 global\n");
	EXPECT(!test_and_clear_guest_dirty(m, x->mm, V + 0x3000));
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x23d);
	EXPECT_NO_EVENTS();

	EXPECT_EQ(gmap_fault(m, x->a, G + 0x3000, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(entry_of(m, x->page_table0, 3), x->page | 0x03d);
	EXPECT_EQ(entry_of(m, x->page_table0, 256 + 3), UC);
	EXPECT_EVENTS("ipte 0x200003000 local\n");
}

static void step_12_arm_until_the_mapping_ends(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_ipte_notify(m, x->a, G + 0x1ff000, 0x2000), -EFAULT);
	x->page_table1 = entry_of(m, x->host_segments, 1);
	EXPECT_EQ(entry_of(m, x->segments, 6), x->page_table1);
	EXPECT_EQ(radix_lookup(NULL, &x->a->host_to_guest, 0x2001), x->segments + 0x30);
	EXPECT_EQ(entry_of(m, x->page_table1, 0xff) & ~PAGE_MASK, 0x03d);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 0xff), UC | IN);
	EXPECT_NO_EVENTS();
	EXPECT_CHECK(m);
}

static void step_13_unmap(struct machine *m, struct example *x)
{
	u64 key, item;

	EXPECT_EQ(gmap_unmap_segment(m, x->a, G, 0x200000), 0);
	EXPECT(!radix_next(NULL, &x->a->guest_to_host, 0, &key, &item));
	EXPECT(!radix_next(NULL, &x->a->host_to_guest, 0, &key, &item));
	EXPECT_EQ(entries_in_use(m, x->segments, 0x20), 0);
	EXPECT_EVENTS("idte g0 0x%llx\n", (unsigned long long)x->a->asce);
	EXPECT_EQ(entries_in_use(m, x->a->table, 0x2c), 1);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 0xff), UC | IN);
	EXPECT_CHECK(m);
}

static struct example run_example_1(struct machine *m)
{
	struct example x = begin(m);

	steps_1_to_3_map(m, &x);
	step_4_read_fault(m, &x);
	step_5_arm(m, &x);
	steps_6_and_7_protect_and_fault(m, &x);
	step_8_fork(m, &x);
	steps_9_to_11_reclaim_and_dirty_log(m, &x);
	step_12_arm_until_the_mapping_ends(m, &x);
	step_13_unmap(m, &x);
	return x;
}

static void five_levels(struct machine *m)
{
	struct example x = run_example_1(m);

	m->events.mask = EVENTS_FLUSH | EVENT_BIT(EVENT_FREE_FRAMES);
	drop_gmap(m, x.a);
	EXPECT_EVENTS("idte g0 0x%llx\nfree 2\nfree 2\nfree 2\nfree 2\n", (unsigned long long)x.a->asce);
}

static void second_gmap_begin(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_map_segment(m, x->a, V, G, 0x200000), 0);
	EXPECT_EQ(gmap_fault(m, x->a, G + 0x101000, 0), 0);
	EXPECT_EQ(entry_of(m, x->page_table1, 1), zero_page(m, V + 0x101000) | 0x255);
	EXPECT_EQ(entry_of(m, x->segments, 6), x->page_table1);
	EXPECT_EQ(radix_lookup(NULL, &x->a->host_to_guest, 0x2001), x->segments + 0x30);

	x->b = new_gmap(m, x->mm, 0x10000000, 1);
	EXPECT_EQ(entries_in_use(m, x->b->table, 0x20), 0);
	EXPECT_EQ(x->b->asce, x->b->table | 0x1c3);
	EXPECT_EQ(x->b->asce_end, 0x7fffffff);
	EXPECT(x->mm->gmap_list.next == &x->b->list && x->b->list.next == &x->a->list);
}

static void second_gmap_shares(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_map_segment(m, x->b, V + 0x100000, 0, 0x100000), 0);
	EXPECT_EQ(mapping_of(x->b, 0), V + 0x100000);

	EXPECT_EQ(gmap_fault(m, x->b, 0x2000, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(entry_of(m, x->page_table1, 2) & ~PAGE_MASK, 0x03d);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 2), UC);
	EXPECT_EQ(entry_of(m, x->b->table, 0), x->page_table1);
	EXPECT_EQ(radix_lookup(NULL, &x->b->host_to_guest, 0x2001), x->b->table);
	EXPECT_EQ(x->b->crst_count, 1);

	EXPECT_EQ(gmap_ipte_notify(m, x->b, 0x2000, 0x2000), 0);
	EXPECT_EQ(entry_of(m, x->page_table1, 2) & ~PAGE_MASK, 0x03d);
	EXPECT_EQ(entry_of(m, x->page_table1, 3) & ~PAGE_MASK, 0x03d);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 2), UC | IN);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 3), UC | IN);
	EXPECT_NO_EVENTS();
	EXPECT_CHECK(m);
}

/* A is told although only B asked. */
static void discard_tells_both(struct machine *m, struct example *x)
{
	gmap_discard(m, x->b, 0x2000, 0x4000);
	EXPECT_EVENTS("notify n2 g1 0x2000\nnotify n1 g1 0x2000\n"
		      "notify n2 g0 0x40000180602000\nnotify n1 g0 0x40000180602000\n"
		      "lazy 0x200102000\n"
		      "notify n2 g1 0x3000\nnotify n1 g1 0x3000\n"
		      "notify n2 g0 0x40000180603000\nnotify n1 g0 0x40000180603000\n"
		      "lazy 0x200103000\n"
		      "flush local\n");
	EXPECT_EQ(entry_of(m, x->page_table1, 2), 0x400);
	EXPECT_EQ(entry_of(m, x->page_table1, 3), 0x400);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 2), UC);
	EXPECT_EQ(entry_of(m, x->page_table1, 256 + 3), UC);
	EXPECT_EQ(entry_of(m, x->b->table, 0), x->page_table1);
	EXPECT_EQ(entry_of(m, x->segments, 6), x->page_table1);
}

static void alias_in_one_gmap(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_map_segment(m, x->b, V + 0x100000, 0x700000, 0x100000), 0);
	EXPECT_EQ(mapping_of(x->b, 0x700000), V + 0x100000);

	EXPECT_EQ(gmap_fault(m, x->b, 0x700000, FAULT_FLAG_WRITE), -EEXIST);
	EXPECT_EQ(entry_of(m, x->page_table1, 0) & ~PAGE_MASK, 0x03d);
	EXPECT_EQ(entry_of(m, x->b->table, 7), 0x20);
	EXPECT_NO_EVENTS();

	EXPECT_EQ(gmap_unmap_segment(m, x->b, 0x700000, 0x100000), 0);
	EXPECT_EQ(mapping_of(x->b, 0x700000), 0);
	EXPECT_EQ(entry_of(m, x->b->table, 0), 0x20);
	EXPECT_EVENTS("idte g1 0x%llx\n", (unsigned long long)x->b->asce);
	EXPECT_EQ(gmap_translate(m, x->b, 0), V + 0x100000);

	EXPECT_EQ(gmap_fault(m, x->b, 0, 0), 0);
	EXPECT_EQ(entry_of(m, x->b->table, 0), x->page_table1);
	EXPECT_NO_EVENTS();
	EXPECT_CHECK(m);
}

/* Page 0xff has been armed since step 12 of the first example. Page 0 was written, page 1 is the zero page. */
static void munmap_unlinks_both(struct machine *m, struct example *x)
{
	EXPECT_EQ(sys_munmap(m, x->mm, V + 0x100000, 0x100000), 0);
	EXPECT_EVENTS("lazy 0x200100000\nlazy 0x200101000\n"
		      "notify n2 g1 0xff000\nnotify n1 g1 0xff000\n"
		      "notify n2 g0 0x400001806ff000\nnotify n1 g0 0x400001806ff000\n"
		      "lazy 0x2001ff000\n"
		      "idte g1 0x%llx\nidte g0 0x%llx\n"
		      "flush local\n",
		      (unsigned long long)x->b->asce, (unsigned long long)x->a->asce);
	EXPECT_EQ(entry_of(m, x->host_segments, 1), 0x20);
	EXPECT_EQ(entry_of(m, x->b->table, 0), 0x20);
	EXPECT_EQ(entry_of(m, x->segments, 6), 0x20);
	EXPECT_EQ(mapping_of(x->b, 0), V + 0x100000);
	EXPECT_EQ(mapping_of(x->a, G + 0x100000), V + 0x100000);
	EXPECT_EQ(frame_kind(frame_at(m, x->page_table1)), FRAME_FREE);

	EXPECT_EQ(gmap_fault(m, x->b, 0x2000, 0), -EFAULT);
	EXPECT_EQ(entry_of(m, x->b->table, 0), 0x20);
	EXPECT_CHECK(m);
}

static void limits_of_mappings(struct machine *m, struct example *x)
{
	EXPECT_EQ(gmap_map_segment(m, x->b, V, 0x7ff00000, 0x100000), 0);
	EXPECT_EQ(gmap_map_segment(m, x->b, V, 0x7ff00000, 0x200000), -EINVAL);
	EXPECT_EQ(gmap_map_segment(m, x->b, 0, 0x100000, 0x200000), 0);
	EXPECT_EQ(mapping_of(x->b, 0x100000), 0);
	EXPECT_EQ(mapping_of(x->b, 0x200000), 0x100000);
}

static void two_gmaps(struct machine *m)
{
	struct example x = run_example_1(m);

	second_gmap_begin(m, &x);
	second_gmap_shares(m, &x);
	discard_tells_both(m, &x);
	alias_in_one_gmap(m, &x);
	munmap_unlinks_both(m, &x);
	limits_of_mappings(m, &x);
}

/* a mapping from address 0 leaves a path in the tree that the kernel never frees */
RUN_TESTS(TEST(five_levels), TEST(two_gmaps, .loses = true))
