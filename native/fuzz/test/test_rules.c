// SPDX-License-Identifier: GPL-2.0-only
/* Rules broken by hand are named, random programs break none. Other seeds: test_rules FIRST COUNT. */
#include "steps.h"

static bool judge(void *context, const struct step *step, struct verdict *verdict)
{
	(void)context;
	return rules_step(step, verdict);
}

#define GUEST 0x500000ULL
#define ARMED GUEST
#define ZERO_PAGE (GUEST + PAGE_SIZE)
#define HOST_OF(gaddr) ((gaddr)-GUEST + HOST)

/* A guest with two linked segments, an armed page, and a zero page. */
struct world {
	struct machine *m;
	struct mm *mm;
	struct gmap *gmap;
	struct steps s;
};

static void begin(struct world *w, struct machine *m)
{
	w->m = m;
	w->mm = m->s.mm[0];
	s390_enable_sie(m, w->mm);
	map_memory(m, w->mm, HOST, 2 * PMD_SIZE, READ_WRITE);
	w->gmap = new_gmap(m, w->mm, UINT64_MAX, 0);
	EXPECT_EQ(gmap_map_segment(m, w->gmap, HOST, GUEST, 2 * PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, w->gmap, ARMED, PAGE_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, w->gmap, ZERO_PAGE, 0), 0);
	EXPECT_EQ(gmap_fault(m, w->gmap, GUEST + PMD_SIZE, 0), 0);
	steps_begin(&w->s, m, judge, NULL);
}

/* What was stored breaks this rule; then everything is as it was. */
static void expect_rule(struct world *w, enum wire_op op, const char *rule)
{
	const u64 arg[MAX_ARGS] = { 0, HOST, GUEST, 2 * PMD_SIZE };

	EXPECT(!steps_show(&w->s, op, arg));
	EXPECT_TEXT(w->s.verdict.rule, rule);
	machine_restore(w->m, 0);
	w->s.stored = undo_position(&w->m->undo);
}

static void expect_no_rule(struct world *w, enum wire_op op)
{
	const u64 arg[MAX_ARGS] = { 0, HOST, GUEST, 2 * PMD_SIZE };

	if (!steps_show(&w->s, op, arg)) {
		printf("%s: %s\n", w->s.verdict.rule, w->s.verdict.text);
		failures++;
	}
	machine_restore(w->m, 0);
	w->s.stored = undo_position(&w->m->undo);
}

static entry_t *pte_at(const struct world *w, u64 gaddr)
{
	return host_pte(w->m, w->mm, HOST_OF(gaddr));
}

static entry_t *segment_at(const struct world *w, u64 gaddr)
{
	return gmap_find_segment_entry(w->m, w->gmap, gaddr);
}

static void change(struct world *w, entry_t *entry, u64 clear, u64 set)
{
	entry_set(w->m, entry, (entry_get(entry) & ~clear) | set);
}

static void flushed(struct world *w)
{
	event(w->m, EVENT_IDTE, 0, 0, w->gmap->asce);
}

static void order_of_gmaps(struct machine *m)
{
	struct gmap *older = new_gmap(m, m->s.mm[0], 0, 1);
	struct world w;

	begin(&w, m);
	list_del(m, &older->list);
	list_add(m, &older->list, &w.gmap->list);
	expect_no_rule(&w, OP_gmap_free);
	list_del(m, &older->list);
	list_add(m, &older->list, &w.mm->gmap_list);
	expect_rule(&w, OP_gmap_free, "I1");
	/* the new one is not the first */
	list_del(m, &older->list);
	list_add(m, &older->list, &w.mm->gmap_list);
	expect_rule(&w, OP_gmap_alloc, "I1");
}

static void fields_that_never_change(struct machine *m)
{
	struct world w;

	begin(&w, m);
	SET(m, w.gmap->asce_end, PUD_SIZE - 1);
	expect_rule(&w, OP_gmap_map_segment, "I2");
	SET(m, w.gmap->asce, w.gmap->asce);
	expect_rule(&w, OP_gmap_fault, "I2");
	/* a new one whose ASCE is of another type than its table */
	SET(m, w.gmap->asce, w.gmap->asce & ~(u64)ASCE_TYPE_MASK);
	expect_rule(&w, OP_gmap_alloc, "I2");
	SET(m, w.gmap->crst_count, w.gmap->crst_count - 1);
	expect_rule(&w, OP_gmap_unmap_segment, "I3");
}

static void region_tables(struct machine *m)
{
	entry_t *entry;
	struct world w;

	begin(&w, m);
	entry = entry_at(m, w.gmap->table);
	change(&w, entry, REGION_ENTRY_LENGTH, 1);
	expect_rule(&w, OP_gmap_fault, "I4");
	change(&w, entry, UINT64_MAX, REGION1_ENTRY_EMPTY);
	expect_rule(&w, OP_munmap, "I4");
	change(&w, entry, REGION_ENTRY_TYPE_MASK, 0);
	expect_rule(&w, OP_gmap_fault, "I4");
	change(&w, entry + 1, UINT64_MAX, w.mm->table | REGION1_ENTRY);
	expect_rule(&w, OP_gmap_fault, "I3");
	SET(m, frame_at(m, region_below(entry))->index, TASK_MAX_SIZE);
	change(&w, entry, 0, 0);
	expect_rule(&w, OP_gmap_fault, "I3");
	change(&w, entry, 0, 0);
	expect_no_rule(&w, OP_gmap_fault);
}

static void segment_entries(struct machine *m)
{
	struct world w;

	begin(&w, m);
	change(&w, segment_at(&w, GUEST), 0, SEGMENT_ENTRY_PROTECT);
	flushed(&w);
	expect_rule(&w, OP_gmap_fault, "I5");
	change(&w, segment_at(&w, GUEST + 2 * PMD_SIZE), UINT64_MAX, 0);
	expect_rule(&w, OP_gmap_fault, "I5");
	/* an entry without its item, an item without its entry */
	radix_delete(m, &w.gmap->host_to_guest, HOST >> PMD_SHIFT);
	change(&w, segment_at(&w, GUEST), 0, 0);
	flushed(&w);
	expect_rule(&w, OP_gmap_fault, "I6");
	change(&w, segment_at(&w, GUEST), UINT64_MAX, SEGMENT_ENTRY_EMPTY);
	flushed(&w);
	expect_rule(&w, OP_munmap, "I6");
	/* an entry that is another segment's */
	change(&w, segment_at(&w, GUEST + 2 * PMD_SIZE), UINT64_MAX, entry_get(segment_at(&w, GUEST)));
	expect_rule(&w, OP_gmap_fault, "I6");
}

static void host_tables(struct machine *m)
{
	struct world w;
	u64 other;

	begin(&w, m);
	change(&w, host_pmd(m, w.mm, HOST), UINT64_MAX, SEGMENT_ENTRY_EMPTY);
	expect_rule(&w, OP_munmap, "I7");
	/* another page table for the host, not for the guest */
	other = frame_alloc(m, 0, FRAME_PGTABLE);
	SET(m, frame_at(m, other)->index, HOST);
	change(&w, host_pmd(m, w.mm, HOST), UINT64_MAX, other);
	expect_rule(&w, OP_gmap_fault, "I7");
	change(&w, host_pmd(m, w.mm, HOST), 0, SEGMENT_ENTRY_PROTECT);
	expect_rule(&w, OP_mprotect, "host tables");
}

static void mappings(struct machine *m)
{
	struct world w;

	begin(&w, m);
	radix_delete(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT);
	expect_rule(&w, OP_gmap_unmap_segment, "I9");
	radix_delete(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT);
	radix_insert(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT, HOST + 2 * PMD_SIZE);
	expect_rule(&w, OP_gmap_map_segment, "I9");
	radix_delete(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT);
	radix_insert(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT, HOST + PAGE_SIZE);
	expect_rule(&w, OP_gmap_map_segment, "I8");
	radix_delete(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT);
	radix_insert(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT, TASK_MAX_SIZE + PMD_SIZE);
	expect_rule(&w, OP_gmap_map_segment, "I8");
}

static void flags_of_processes(struct machine *m)
{
	struct world w;

	begin(&w, m);
	SET(m, w.mm->has_pgste, 0);
	expect_rule(&w, OP_gmap_fault, "I10");
	s390_enable_skey(m, w.mm);
	expect_no_rule(&w, OP_s390_enable_skey);
	SET(m, w.mm->use_skey, 1);
	SET(m, w.mm->use_skey, 0);
	expect_rule(&w, OP_s390_enable_skey, "I10");
}

static void pages(struct machine *m)
{
	struct world w;
	entry_t *ptep;

	begin(&w, m);
	ptep = pte_at(&w, ARMED);
	change(&w, pgste_of(ptep), 0, PGSTE_PCL);
	expect_rule(&w, OP_mprotect, "I11");
	change(&w, pgste_of(ptep), PGSTE_UC, 0);
	expect_rule(&w, OP_gmap_fault, "I12");
	change(&w, pgste_of(ptep), PGSTE_IN, 0);
	expect_no_rule(&w, OP_gmap_fault);
	change(&w, pgste_of(pte_at(&w, ZERO_PAGE)), 0, PGSTE_IN);
	expect_rule(&w, OP_gmap_ipte_notify, "I13");
	SET(m, w.mm->use_skey, 1);
	change(&w, pte_at(&w, ZERO_PAGE), 0, 0);
	expect_rule(&w, OP_s390_enable_skey, "I14");
	ptep = pte_at(&w, GUEST + 7 * PAGE_SIZE);
	change(&w, ptep, UINT64_MAX, 0);
	expect_rule(&w, OP_munmap, "I17");
	change(&w, ptep, 0, PAGE_UNUSED);
	expect_rule(&w, OP_munmap, "I17");
	change(&w, pgste_of(ptep), 0, 1);
	expect_rule(&w, OP_munmap, "I17");
}

/* Each is taken out of what a call of the port did. */
static void missing_flushes_of_pages(struct machine *m)
{
	struct world w;
	entry_t *ptep;

	begin(&w, m);
	ptep = pte_at(&w, ARMED);
	ptep_xchg_direct(m, w.mm, HOST, ptep, PAGE_INVALID);
	expect_no_rule(&w, OP_madvise);
	ptep_xchg_direct(m, w.mm, HOST, ptep, PAGE_INVALID);
	m->events.count = 0;
	expect_rule(&w, OP_madvise, "I15");
	ptep_xchg_lazy(m, w.mm, HOST, ptep, PAGE_INVALID);
	m->events.count = 0;
	expect_rule(&w, OP_mprotect, "I15");
	/* valid again, and changed again: two flushes */
	ptep_xchg_direct(m, w.mm, HOST, ptep, PAGE_INVALID);
	set_pte_at(m, w.mm, HOST, ptep, entry_get(pte_at(&w, ZERO_PAGE)));
	ptep_xchg_direct(m, w.mm, HOST, ptep, PAGE_INVALID);
	m->events.count--;
	expect_rule(&w, OP_gmap_fault, "I15");
	/* of a page table that is freed then */
	sys_munmap(m, w.mm, HOST, PMD_SIZE);
	expect_no_rule(&w, OP_munmap);
	sys_munmap(m, w.mm, HOST, PMD_SIZE);
	m->events.event[1].kind = EVENT_NOTIFY;
	expect_rule(&w, OP_munmap, "I15");
}

static void what_a_page_keeps(struct machine *m)
{
	struct world w;
	entry_t *ptep, *pgste;
	u64 pte;

	begin(&w, m);
	ptep = pte_at(&w, ARMED);
	pgste = ptep + PGSTE_OFFSET;
	pte = entry_get(ptep);
	/* 4.7 drops no page, whatever the guest says of it */
	ptep_xchg_direct(m, w.mm, HOST, ptep, PAGE_INVALID);
	expect_rule(&w, OP_swap_out, "reclaim drops exactly the pages that the guest does not use");
	/* it was not there before, and is logically zero still */
	ptep_xchg_direct(m, w.mm, HOST, ptep, PAGE_INVALID);
	change(&w, pgste, PGSTE_GPS_ZERO, PGSTE_GPS_ZERO);
	m->events.count = 0;
	steps_begin(&w.s, m, judge, NULL);
	entry_set(m, ptep, pte);
	change(&w, pgste, 0, PGSTE_UC);
	{
		const u64 arg[MAX_ARGS] = { 0, HOST };

		EXPECT(!steps_show(&w.s, OP_load, arg));
		EXPECT_TEXT(w.s.verdict.rule, "a new page is not logically zero");
	}
}

static void locks(struct machine *m)
{
	struct world w;

	begin(&w, m);
	SET(m, m->s.observing, 0);
	m->stack->preempt_count = 1;
	expect_rule(&w, OP_gmap_fault, "I16");
}

static void drop_idte(struct machine *m)
{
	u32 i = 0;

	while (i < m->events.count && m->events.event[i].kind != EVENT_IDTE)
		i++;
	EXPECT(i < m->events.count);
	if (i < m->events.count)
		m->events.event[i].kind = EVENT_NOTIFY;
}

static void missing_flushes_of_links(struct machine *m)
{
	struct world w;

	begin(&w, m);
	gmap_unmap_segment(m, w.gmap, GUEST, 2 * PMD_SIZE);
	expect_no_rule(&w, OP_gmap_unmap_segment);
	gmap_unmap_segment(m, w.gmap, GUEST, 2 * PMD_SIZE);
	drop_idte(m);
	expect_rule(&w, OP_gmap_unmap_segment, "I18");
	gmap_map_segment(m, w.gmap, HOST, GUEST, PMD_SIZE);
	drop_idte(m);
	expect_rule(&w, OP_gmap_map_segment, "I18");
	/* one for each link */
	sys_munmap(m, w.mm, HOST, 2 * PMD_SIZE);
	expect_no_rule(&w, OP_munmap);
	sys_munmap(m, w.mm, HOST, 2 * PMD_SIZE);
	drop_idte(m);
	expect_rule(&w, OP_munmap, "I18");
	gmap_unlink(m, w.mm, NULL, HOST);
	drop_idte(m);
	expect_rule(&w, OP_gmap_unlink, "I18");
	/* here the caller has to */
	__gmap_unlink_by_vmaddr(m, w.gmap, HOST);
	expect_no_rule(&w, OP___gmap_unlink_by_vmaddr);
}

static void owed_flush(struct machine *m)
{
	struct world w;

	begin(&w, m);
	SET(m, w.mm->flush_mm, 1);
	expect_rule(&w, OP_mprotect, "flush owed");
}

static const struct test tests[] = {
	TEST(order_of_gmaps),
	TEST(fields_that_never_change),
	TEST(region_tables),
	TEST(segment_entries),
	TEST(host_tables),
	TEST(mappings),
	TEST(flags_of_processes),
	TEST(pages),
	TEST(missing_flushes_of_pages),
	TEST(what_a_page_keeps),
	TEST(locks),
	TEST(missing_flushes_of_links),
	TEST(owed_flush),
};

int main(int argc, char **argv)
{
	u64 first = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : 300;
	u64 seed;
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		run_test(&tests[i]);
	for (seed = first; seed < first + count && failures < 10; seed++)
		run_random_program(seed, judge, NULL);
	printf("%zu tests, %llu programs, %d failures\n", i, (unsigned long long)count, failures);
	return failures != 0;
}
