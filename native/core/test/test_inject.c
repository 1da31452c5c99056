// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failed allocations. Whatever fails in whatever operation, the state is consistent afterwards and nothing is lost but
 * what the kernel loses; and the residues of specification A.4, one by one.
 */
#include "core/program/interp.h"
#include "test.h"

#define V 0x10000000000ULL
#define SHARED (V + PUD_SIZE)
#define HUGE_AT (V + 2 * PUD_SIZE)
#define HIGH (PGDIR_SIZE + PUD_SIZE)
#define G5 0x0040000180500000ULL

static struct reply call(struct machine *m, enum wire_op op, u64 a, u64 b, u64 c, u64 d, u64 e)
{
	const struct call arguments = { .result_handle = WIRE_NO_HANDLE, .arg = { a, b, c, d, e } };

	return machine_call(m, op, &arguments);
}

static void must(struct machine *m, enum wire_op op, u64 a, u64 b, u64 c, u64 d, u64 e)
{
	struct reply reply = call(m, op, a, b, c, d, e);

	if (reply.status == WIRE_OK && !is_error_word(reply.value))
		return;
	printf("%s: status %d, 0x%llx\n", op_infos[op].name, (int)reply.status, (unsigned long long)reply.value);
	failures++;
}

/* Something of everything: private, shared and large memory, pages in every state, two gmaps. */
static void busy_machine(struct machine *m)
{
	must(m, OP_s390_enable_sie, 0, 0, 0, 0, 0);
	must(m, OP_mmap, 0, V, 4 * PMD_SIZE, 3, 0);
	must(m, OP_mmap, 0, V + 4 * PMD_SIZE, PMD_SIZE, 1, 0);
	must(m, OP_mmap, 0, SHARED, PMD_SIZE, 3, 1);
	must(m, OP_mmap_huge, 0, HUGE_AT, 2 * PMD_SIZE, 3, 0);
	must(m, OP_store, 0, V, 1, 0, 0);
	must(m, OP_store, 0, V + 0x1000, 1, 0, 0);
	must(m, OP_load, 0, V + 0x2000, 0, 0, 0);
	must(m, OP_swap_out, 0, V + 0x1000, 0, 0, 0);
	must(m, OP_store, 0, SHARED + 0x1000, 1, 0, 0);
	must(m, OP_store, 0, HUGE_AT, 1, 0, 0);
	must(m, OP_gmap_alloc, 0, 0, 0, 0, 0);
	must(m, OP_gmap_alloc, 0, UINT64_MAX, 0, 0, 0);
	must(m, OP_gmap_map_segment, 0, V, 0, 2 * PMD_SIZE, 0);
	must(m, OP_gmap_map_segment, 1, V, G5, 4 * PMD_SIZE, 0);
	must(m, OP_gmap_register_ipte_notifier, 0, 0, 0, 0, 0);
	must(m, OP_gmap_ipte_notify, 0, 0, 0x1000, 0, 0);
}

/* Calls that allocate, or give up what others allocated. */
static const struct {
	enum wire_op op;
	u64 arg[5];
} calls[] = {
	{ OP_gmap_alloc, { 0, UINT64_MAX } },
	{ OP_gmap_free, { 1 } },
	{ OP_gmap_map_segment, { 0, V, 0x5500000, 8 * PMD_SIZE } },
	{ OP_gmap_map_segment, { 0, V + PMD_SIZE, 0, 4 * PMD_SIZE } },
	{ OP_gmap_map_segment, { 1, V, 0xff00000000000000, 2 * PMD_SIZE } },
	{ OP_gmap_map_segment, { 1, 0, G5, 2 * PMD_SIZE } },
	{ OP_gmap_unmap_segment, { 0, 0, 2 * PMD_SIZE } },
	{ OP___gmap_link, { 1, G5, V } },
	{ OP___gmap_link, { 1, G5 + 0x5000000000000, V } },
	{ OP_gmap_fault, { 1, G5 + 0x1000, 1 } },
	{ OP_gmap_fault, { 1, G5 + PMD_SIZE, 0 } },
	{ OP_gmap_fault, { 1, G5 + PMD_SIZE, 1 } },
	{ OP_gmap_fault, { 0, 0x2000, 1 } },
	{ OP_gmap_ipte_notify, { 1, G5 + PMD_SIZE - 0x1000, 0x2000 } },
	{ OP_gmap_discard, { 0, 0, PMD_SIZE } },
	{ OP___gmap_zap, { 1, G5 + 3 * PMD_SIZE } },
	{ OP_s390_enable_skey, { 0 } },
	{ OP_set_guest_storage_key, { 0, V + PUD_SIZE / 2, 0x30, 0 } },
	{ OP_get_guest_storage_key, { 0, V + PUD_SIZE * 7 } },
	{ OP_test_and_clear_guest_dirty, { 0, V + PUD_SIZE * 7 } },
	{ OP_mmap, { 0, V + PMD_SIZE / 2, PMD_SIZE, 1, 0 } },
	{ OP_mmap, { 0, SHARED + 0x1000, 0x1000, 3, 1 } },
	{ OP_mmap, { 0, HIGH, PMD_SIZE, 3, 0 } },
	{ OP_mmap_huge, { 0, V, PMD_SIZE, 3 } },
	{ OP_munmap, { 0, V + 0x1000, 0x1000 } },
	{ OP_munmap, { 0, V, 4 * PUD_SIZE } },
	{ OP_mprotect, { 0, V + 0x1000, 0x1000, 1 } },
	{ OP_mprotect, { 0, V, 5 * PMD_SIZE, 0 } },
	{ OP_madvise, { 0, V, PMD_SIZE, MADV_DONTNEED } },
	{ OP_mremap, { 0, V, PMD_SIZE, HUGE_AT + PUD_SIZE, PMD_SIZE } },
	{ OP_mremap, { 0, V + 0x1000, 2 * PMD_SIZE, SHARED + 0x80000, 3 * PMD_SIZE } },
	{ OP_mremap, { 0, SHARED + 0x1000, 0x2000, V + PMD_SIZE, 0x1000 } },
	{ OP_load, { 0, V + 3 * PMD_SIZE } },
	{ OP_store, { 0, V + 3 * PMD_SIZE, 1 } },
	{ OP_store, { 0, V + 0x1000, 1 } },
	{ OP_store, { 0, V + 0x2000, 1 } },
	{ OP_load, { 0, SHARED + 0x3000 } },
	{ OP_store, { 0, SHARED + 0x3000, 1 } },
	{ OP_store, { 0, HUGE_AT + PMD_SIZE, 1 } },
	{ OP_store, { 0, STACK_TOP - STACK_SIZE - 0x4000, 1 } },
	{ OP_fork, { 0 } },
	{ OP_swap_out, { 0, V } },
	{ OP_exit, { 0 } },
	{ OP_exec, { 0 } },
	{ OP_attach, { 0, 0 } },
	{ OP_clear_young, { 0, V } },
};

/* Does the call with the n-th allocation of that kind failing; false if it has no n-th one. */
static bool fail_one(struct machine *m, size_t i, enum wire_inject kind, u64 n)
{
	struct machine_counts counts;
	struct reply reply;
	bool reached;

	SET(m, m->s.inject[kind], n);
	reply = call(m, calls[i].op, calls[i].arg[0], calls[i].arg[1], calls[i].arg[2], calls[i].arg[3],
		     calls[i].arg[4]);
	reached = m->s.inject[kind] == 0;
	SET(m, m->s.inject[kind], 0);
	/* B5: the one call that 4.7 does not survive */
	if (calls[i].op == OP___gmap_zap && reached) {
		EXPECT_EQ(reply.status, WIRE_BUG);
		EXPECT_EQ(reply.value, BUG_zap_unlock);
		EXPECT(machine_restore(m, 0));
		return true;
	}
	EXPECT_EQ(reply.status, WIRE_OK);
	EXPECT_CHECK(m);
	if (!bug_guard(m, free_everything)) {
		printf("BUG %s: %s\n", bug_place_name(m->dead), m->bug_text);
		failures++;
	}
	EXPECT_CHECK(m);
	machine_count(m, &counts);
	EXPECT_EQ(counts.frames, counts.lost_tables);
	EXPECT_EQ(counts.radix_nodes, counts.lost_nodes);
	EXPECT_EQ(counts.mms + counts.gmaps + counts.vmas + counts.files, 0);
	EXPECT(machine_restore(m, 0));
	return reached;
}

static void every_allocation(struct machine *m)
{
	u64 reached[WIRE_INJECTS] = { 0 };
	enum wire_inject kind;
	size_t i;
	u64 n;

	busy_machine(m);
	EXPECT_CHECK(m);
	EXPECT_EQ(machine_snapshot(m), 0);
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (kind = INJECT_none + 1; kind < WIRE_INJECTS; kind++) {
			int before = failures;

			for (n = 1; fail_one(m, i, kind, n) && n < 1000; n++)
				reached[kind]++;
			if (failures != before)
				printf("call %zu (%s), inject kind %d, up to %llu\n", i, op_infos[calls[i].op].name,
				       (int)kind, (unsigned long long)n);
		}
	/* each kind was met, or the list above says nothing about it; the port has no shadows, and no page tables of theirs */
	for (kind = INJECT_none + 1; kind < WIRE_INJECTS; kind++)
		EXPECT_EQ(reached[kind] > 0, kind != INJECT_page_table);
}

static struct gmap *guest(struct machine *m, u64 limit)
{
	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	map_memory(m, m->s.mm[0], V, 4 * PMD_SIZE, READ_WRITE);
	m->events.mask = EVENTS_FLUSH;
	return new_gmap(m, m->s.mm[0], limit, 0);
}

static void fail_next(struct machine *m, enum wire_inject kind, u64 n)
{
	SET(m, m->s.inject[kind], n);
}

static void gmap_alloc_fails(struct machine *m)
{
	struct machine_counts before, after;

	machine_count(m, &before);
	fail_next(m, INJECT_kzalloc, 1);
	EXPECT(gmap_alloc(m, m->s.mm[0], 0) == NULL);
	fail_next(m, INJECT_alloc_pages, 1);
	EXPECT(gmap_alloc(m, m->s.mm[0], 0) == NULL);
	machine_count(m, &after);
	EXPECT(memcmp(&before, &after, sizeof(before)) == 0);
	EXPECT(m->s.mm[0]->gmap_list.next == &m->s.mm[0]->gmap_list);
}

/* The whole range ends unmapped, what was mapped in it before included; two flushes where the clean-up drops links. */
static void map_fails(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);
	unsigned long long asce = gmap->asce;
	u64 i;

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, 4 * PMD_SIZE), 0);
	for (i = 0; i < 4; i++)
		EXPECT_EQ(gmap_fault(m, gmap, i * PMD_SIZE, 0), 0);
	fail_next(m, INJECT_radix_insert, 2);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, 3 * PMD_SIZE), -ENOMEM);
	EXPECT_EVENTS("failure %d\nidte g0 0x%llx\nidte g0 0x%llx\n", INJECT_radix_insert, asce, asce);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(mapping_of(gmap, i * PMD_SIZE), 0);
		EXPECT_EQ(link_of(gmap, V + i * PMD_SIZE), 0);
	}
	EXPECT_EQ(mapping_of(gmap, 3 * PMD_SIZE), V + 3 * PMD_SIZE);
	/* nothing was linked: no flush */
	fail_next(m, INJECT_radix_insert, 1);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, 3 * PMD_SIZE), -ENOMEM);
	EXPECT_EVENTS("failure %d\n", INJECT_radix_insert);
	/* a node of the tree itself */
	fail_next(m, INJECT_radix_node, 1);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 64 * PMD_SIZE, PMD_SIZE), -ENOMEM);
	EXPECT_EQ(mapping_of(gmap, 64 * PMD_SIZE), 0);
}

/* Tables that were built stay, whichever step fails. */
static void link_fails(struct machine *m)
{
	struct gmap *gmap = guest(m, UINT64_MAX);

	EXPECT_EQ(gmap_map_segment(m, gmap, V, G5, PMD_SIZE), 0);
	fail_next(m, INJECT_alloc_pages, 1);
	EXPECT_EQ(gmap_fault(m, gmap, G5, FAULT_FLAG_WRITE), -ENOMEM);
	EXPECT_EQ(gmap->crst_count, 1);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), 0x03d);
	fail_next(m, INJECT_alloc_pages, 3);
	EXPECT_EQ(gmap_fault(m, gmap, G5, FAULT_FLAG_WRITE), -ENOMEM);
	EXPECT_EQ(gmap->crst_count, 3);
	fail_next(m, INJECT_radix_preload, 1);
	EXPECT_EQ(gmap_fault(m, gmap, G5, FAULT_FLAG_WRITE), -ENOMEM);
	EXPECT_EQ(gmap->crst_count, 4);
	EXPECT_EQ(link_of(gmap, V), 0);
	EXPECT_EQ(entry_get(gmap_find_segment_entry(m, gmap, G5)), SEGMENT_ENTRY_EMPTY);
	EXPECT_CHECK(m);
	EXPECT_EQ(gmap_fault(m, gmap, G5, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(gmap->crst_count, 4);
	/* preload is counted for a linked segment too */
	fail_next(m, INJECT_radix_preload, 1);
	EXPECT_EQ(gmap_fault(m, gmap, G5, 0), -ENOMEM);
}

/* The host's lack of memory reaches the caller as -EFAULT. */
static void host_faults_fail(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);
	struct mm *mm = gmap->mm;

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	fail_next(m, INJECT_host_table, 1);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), -EFAULT);
	EXPECT(host_pmd(m, mm, V) == NULL);
	fail_next(m, INJECT_host_table, 2);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), -EFAULT);
	EXPECT(host_pmd(m, mm, V) != NULL);
	fail_next(m, INJECT_host_page, 1);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0, PAGE_SIZE), -EFAULT);
	EXPECT_EQ(pte_of_page(m, mm, V), 0x400);
	fail_next(m, INJECT_fixup_enomem, 1);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), -EFAULT);
	/* the second page: the first one stays armed */
	fail_next(m, INJECT_fixup_enomem, 2);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0, 2 * PAGE_SIZE), -EFAULT);
	EXPECT_EQ(pgste_of_page(m, mm, V), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(pgste_of_page(m, mm, V + PAGE_SIZE), 0);
	/* keys and the dirty log */
	fail_next(m, INJECT_host_table, 1);
	EXPECT(!test_and_clear_guest_dirty(m, mm, V + PMD_SIZE));
	fail_next(m, INJECT_host_table, 1);
	EXPECT_EQ(set_guest_storage_key(m, mm, V + PMD_SIZE, 0x10, false), -EFAULT);
	fail_next(m, INJECT_host_table, 1);
	EXPECT_EQ(get_guest_storage_key(m, mm, V + PMD_SIZE), ERROR_WORD(EFAULT));
	EXPECT_EQ(pte_of_page(m, mm, V + PMD_SIZE), 0);
}

/* A retry is asked for as often as it is ordered: the repeated call counts again. */
static void retries(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	fail_next(m, INJECT_fixup_retry, 1);
	fail_next(m, INJECT_fixup_enomem, 2);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), 0x03d);
	EXPECT_EQ(link_of(gmap, V), 0);
	fail_next(m, INJECT_fixup_retry, 1);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0, PAGE_SIZE), 0);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	/* a fault that fails is not one that succeeded: the order stands */
	fail_next(m, INJECT_fixup_retry, 1);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE, 0), -EFAULT);
	EXPECT_EQ(m->s.inject[INJECT_fixup_retry], 1);
	fail_next(m, INJECT_fixup_retry, 0);
}

static void processes_fail(struct machine *m)
{
	struct mm *mm = guest(m, 0)->mm;
	struct machine_counts before, after;
	u64 n;

	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	EXPECT_EQ(user_store(m, mm, V + PMD_SIZE, 1), 0);
	machine_count(m, &before);
	fail_next(m, INJECT_host_table, 1);
	EXPECT(mm_exec(m, 1) == NULL);
	fail_next(m, INJECT_vma, 1);
	EXPECT(mm_exec(m, 1) == NULL);
	/* the child's top table, its segment table, two page tables; its VMAs */
	for (n = 1; n <= 4; n++) {
		fail_next(m, INJECT_host_table, n);
		EXPECT_EQ(sys_fork(m, mm), -ENOMEM);
	}
	for (n = 1; n <= 2; n++) {
		fail_next(m, INJECT_vma, n);
		EXPECT_EQ(sys_fork(m, mm), -ENOMEM);
	}
	/* cutting a VMA in two */
	fail_next(m, INJECT_vma, 1);
	EXPECT_EQ(sys_munmap(m, mm, V + PAGE_SIZE, PAGE_SIZE), -ENOMEM);
	fail_next(m, INJECT_vma, 1);
	EXPECT_EQ(sys_mprotect(m, mm, V + PAGE_SIZE, PAGE_SIZE, VM_READ), -ENOMEM);
	fail_next(m, INJECT_vma, 1);
	EXPECT_EQ(sys_mmap(m, mm, V + PUD_SIZE, PAGE_SIZE, READ_WRITE, 0), -ENOMEM);
	EXPECT_EQ(before.vmas, mm->vma_count);
	machine_count(m, &after);
	EXPECT(memcmp(&before, &after, sizeof(before)) == 0);
	EXPECT_EQ(sys_fork(m, mm), 0);
}

/* mremap that runs out of memory half-way brings back what it had moved. */
static void mremap_fails(struct machine *m)
{
	struct mm *mm = guest(m, 0)->mm;
	u64 i, value;

	for (i = 0; i < 4; i++)
		EXPECT_EQ(user_store(m, mm, V + i * PMD_SIZE, i + 1), 0);
	fail_next(m, INJECT_host_table, 4);
	EXPECT_EQ(sys_mremap(m, mm, V, 4 * PMD_SIZE, V + PUD_SIZE, 4 * PMD_SIZE), -ENOMEM);
	EXPECT(find_vma(m, mm, V + PUD_SIZE)->start > V + 2 * PUD_SIZE);
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(user_load(m, mm, V + i * PMD_SIZE, &value), 0);
		EXPECT_EQ(value, i + 1);
	}
	EXPECT_CHECK(m);
}

static void smallest(struct machine_options *options)
{
	options->storage_limit = MIN_STORAGE;
}

/* Real exhaustion: every page that can be had, then errors, then life goes on. */
static void storage_runs_out(struct machine *m)
{
	struct gmap *gmap = guest(m, UINT64_MAX);
	struct mm *mm = gmap->mm;
	u64 pages = 0;

	EXPECT_EQ(gmap_map_segment(m, gmap, V, G5, 4 * PMD_SIZE), 0);
	while (gmap_fault(m, gmap, G5 + pages * PAGE_SIZE, FAULT_FLAG_WRITE) == 0)
		pages++;
	EXPECT(pages > 150 && pages < 256);
	EXPECT_EQ(gmap_fault(m, gmap, G5 + pages * PAGE_SIZE, FAULT_FLAG_WRITE), -EFAULT);
	EXPECT_EQ(gmap_fault(m, gmap, G5 + PMD_SIZE, 0), -EFAULT);
	EXPECT_EQ(sys_fork(m, mm), -ENOMEM);
	EXPECT(gmap_alloc(m, mm, 0) == NULL);
	EXPECT(mm_exec(m, 1) == NULL);
	EXPECT_CHECK(m);
	gmap_discard(m, gmap, G5, G5 + PMD_SIZE);
	EXPECT_EQ(gmap_fault(m, gmap, G5 + PMD_SIZE, FAULT_FLAG_WRITE), 0);
	/* single frames never become tables again */
	EXPECT_EQ(gmap_fault(m, gmap, G5, FAULT_FLAG_WRITE), 0);
}

RUN_TESTS(TEST(every_allocation), TEST(gmap_alloc_fails), TEST(map_fails), TEST(link_fails), TEST(host_faults_fail),
	  TEST(retries), TEST(processes_fail), TEST(mremap_fails), TEST(storage_runs_out, .options = smallest))
