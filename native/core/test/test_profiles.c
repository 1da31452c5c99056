// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where kernels differ: the fields of struct profile that concern guests, on a machine of each kernel. Those of the
 * process around them are in test_profiles_host.c.
 */
#include "kernels.h"

#define V 0x10000000000ULL
#define HALF 0x80000ULL /* of a segment */

/* And a guest that has it at 0. */
static struct gmap *guest(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, guest_process(m, V), 0, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	return gmap;
}

static void names(struct machine *m)
{
	size_t i;

	(void)m;
	for (i = 0; i < KERNELS; i++) {
		EXPECT(profile_at(i) != NULL);
		EXPECT_TEXT(profile_at(i)->name, kernel_names[i]);
		EXPECT(profile_find(kernel_names[i]) == profile_at(i));
	}
	for (i = 0; i < PROFILES; i++)
		EXPECT(profile_find(profile_at(i)->name) == profile_at(i));
	EXPECT(profile_at(PROFILES) == NULL);
	EXPECT(profile_find("linux-6") == NULL);
	EXPECT(profile_find("") == NULL);
	EXPECT_TEXT(m->options.profile->name, PROFILE_DEFAULT);
}

static bool is_first(enum wire_op op)
{
	switch (op) {
	case OP_gmap_alloc:
	case OP_gmap_free:
	case OP_gmap_register_ipte_notifier:
	case OP_gmap_unregister_ipte_notifier:
	case OP_gmap_ipte_notify:
	case OP_test_and_clear_guest_dirty:
		return true;
	default:
		return false;
	}
}

static bool is_later(enum wire_op op)
{
	switch (op) {
	case OP_gmap_create:
	case OP_gmap_remove:
	case OP_gmap_get:
	case OP_gmap_put:
	case OP_gmap_register_pte_notifier:
	case OP_gmap_unregister_pte_notifier:
	case OP_gmap_mprotect_notify:
	case OP_ptep_test_and_clear_uc:
	case OP_cond_set_guest_storage_key:
	case OP_reset_guest_reference_bit:
		return true;
	default:
		return false;
	}
}

/* A function that the kernel does not have is not called, whatever its arguments are. */
static void functions(struct machine *m)
{
	enum wire_op op;

	for (op = 0; op < WIRE_OPS; op++) {
		bool missing = kernel_of(m) == LINUX_4_7 ? is_later(op) || op_infos[op].kernels == ONLY_BUILT
							 : is_first(op);
		/* no object has that handle */
		struct reply reply = CALL(m, op, UINT64_MAX, 0, WIRE_NO_ARGUMENT);

		if ((reply.status == WIRE_UNSUPPORTED) != missing) {
			printf("%s: %s: status %d\n", m->options.profile->name, op_infos[op].name, (int)reply.status);
			failures++;
		}
	}
	for (op = 0; kernel_of(m) != LINUX_4_7 && op < WIRE_OPS; op++)
		if (op_infos[op].kernels == ONLY_BUILT)
			EXPECT_REFUSED(CALL(m, op, 0, 0, 0, 0), WIRE_NEEDS_CODE);
	machine_reset(m);
	guest(m);
	EXPECT_CHECK(m);
	for (op = 0; op < WIRE_OPS; op++)
		if (kernel_of(m) == LINUX_4_7 ? is_later(op) : is_first(op))
			EXPECT_UNSUPPORTED(CALL(m, op, 0, V, PAGE_SIZE));
	EXPECT_EQ(m->s.gmap_count, 1);
	EXPECT_EQ(m->s.gmap[0]->ref_count, 1);
	EXPECT_EQ(m->s.notifier_list.next == &m->s.notifier_list, 1);
}

/* 4.7's ptep_notify does not know of bits. */
static void bits_of_ptep_notify(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	struct reply reply;

	store(m, mm, V);
	EXPECT_OK(CALL(m, OP_ptep_notify, 0, V, WIRE_NO_ARGUMENT), 0);
	reply = CALL(m, OP_ptep_notify, 0, V, PGSTE_IN);
	EXPECT_EQ(reply.status, BY_KERNEL(m, WIRE_UNSUPPORTED, WIRE_OK, WIRE_OK, WIRE_OK));
}

static void map_from_end(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], UINT64_MAX, 0);
	const u64 last = UINT64_MAX - 2 * PMD_SIZE + 1;

	EXPECT_EQ(gmap_map_segment(m, gmap, TASK_MAX_SIZE - PMD_SIZE, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, TASK_MAX_SIZE, PMD_SIZE, PMD_SIZE), BY_KERNEL(m, -EINVAL, 0, 0, 0));
	EXPECT_EQ(gmap_map_segment(m, gmap, last, 2 * PMD_SIZE, PMD_SIZE), BY_KERNEL(m, -EINVAL, 0, 0, 0));
	EXPECT_EQ(gmap_map_segment(m, gmap, last, 2 * PMD_SIZE, 2 * PMD_SIZE), -EINVAL);
	EXPECT_EQ(gmap_translate(m, gmap, 2 * PMD_SIZE + 0x123),
		  BY_KERNEL(m, ERROR_WORD(EFAULT), last + 0x123, last + 0x123, last + 0x123));
}

/* Before the process runs guests zero pages are the same everywhere. */
static void zero_page_with_pgste(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	load(m, mm, V);
	EXPECT_EQ(pte_of_page(m, mm, V), zero_page(m, V) | BY_KERNEL(m, 0x255, 0x355, 0x355, 0x355));
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x255, 0x400, 0x400, 0x355));
	EXPECT_EVENTS("%s",
		      kernel_of(m) == LINUX_5_10 || kernel_of(m) == LINUX_6_1 ? "ipte 0x10000000000 local\n" : "");
	load(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0x255, 0x13d, 0x13f, 0x355));
	EXPECT_EQ(is_zero_page(m, pte_of_page(m, mm, V + PAGE_SIZE)), BY_KERNEL(m, 1, 0, 0, 1));
	/* with storage keys there are none anywhere */
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	load(m, mm, V + 2 * PAGE_SIZE);
	EXPECT_EQ(PTE_BITS(m, mm, V + 2 * PAGE_SIZE), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0x13f));
}

/* A gmap that is used before the process may run guests: of a page table that goes 6.12 does not tell it. */
static void unlink_needs_sie(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), 0);
	m->events.mask = EVENT_BIT(EVENT_IDTE);
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	/* one more where the flush of the process reaches its only gmap */
	EXPECT_EQ(m->events.count, BY_KERNEL(m, 1, 2, 2, 1));
	EXPECT_EQ(link_of(gmap, V) != 0, BY_KERNEL(m, 0, 0, 0, 1));
	EXPECT_CHECK(m);
	/* afterwards it does, as they all do */
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, PMD_SIZE), 0);
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT_EQ(link_of(gmap, V), 0);
}

static void discard_needs_vma(struct machine *m)
{
	struct gmap *gmap = guest(m);

	/* above the stack there is nothing */
	EXPECT_EQ(gmap_map_segment(m, gmap, PGDIR_SIZE, PMD_SIZE, PMD_SIZE), 0);
	store(m, gmap->mm, V);
	gmap_discard(m, gmap, 0, PMD_SIZE);
	EXPECT_EQ(pte_of_page(m, gmap->mm, V), 0x400);
	if (kernel_of(m) == LINUX_4_7)
		EXPECT_BUG(BUG_no_vma, (gmap_discard(m, gmap, PMD_SIZE, 2 * PMD_SIZE), 0));
	else
		gmap_discard(m, gmap, PMD_SIZE, 2 * PMD_SIZE);
}

/* Those that look for the VMA leave large pages alone, so that parts of one are not fatal. */
static void discard_of_large_pages(struct machine *m)
{
	struct gmap *gmap = guest(m);

	EXPECT_EQ(sys_mmap(m, gmap->mm, V, PMD_SIZE, READ_WRITE, VM_HUGETLB), 0);
	store(m, gmap->mm, V);
	gmap_discard(m, gmap, 0, PMD_SIZE);
	EXPECT_EQ(entry_get(host_pmd(m, gmap->mm, V)) == SEGMENT_ENTRY_EMPTY, BY_KERNEL(m, 1, 0, 0, 0));
	store(m, gmap->mm, V);
	if (kernel_of(m) == LINUX_4_7)
		EXPECT_BUG(BUG_huge_unaligned, (gmap_discard(m, gmap, 0, PAGE_SIZE), 0));
	else
		gmap_discard(m, gmap, 0, PAGE_SIZE);
}

static void discard_one_vma(struct machine *m)
{
	struct gmap *gmap = guest(m);
	struct mm *mm = gmap->mm;

	store(m, mm, V);
	store(m, mm, V + HALF);
	EXPECT_EQ(sys_mprotect(m, mm, V + HALF, HALF, VM_READ), 0);
	gmap_discard(m, gmap, 0, PMD_SIZE);
	EXPECT_EQ(pte_of_page(m, mm, V), 0x400);
	EXPECT_EQ(PTE_BITS(m, mm, V + HALF), BY_KERNEL(m, 0x400, 0x400, 0x400, 0x31f));
	gmap_discard(m, gmap, HALF, PMD_SIZE);
	EXPECT_EQ(pte_of_page(m, mm, V + HALF), 0x400);
}

/* A flag of faults that does not go with a write; alone it is a read. */
static void unshare_fault(struct machine *m)
{
	struct gmap *gmap = guest(m);

	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_UNSHARE | FAULT_FLAG_WRITE), BY_KERNEL(m, 0, 0, 0, -EFAULT));
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0));
	EXPECT_EQ(gmap_fault(m, gmap, PAGE_SIZE, FAULT_FLAG_UNSHARE), 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V + PAGE_SIZE), BY_KERNEL(m, 0x255, 0x13d, 0x13f, 0x355));
}

/* Half a segment has a VMA, none of it a page table. */
static void zap_needs_vma(struct machine *m)
{
	struct gmap *gmap = guest(m);
	struct mm *mm = gmap->mm;

	EXPECT_EQ(sys_munmap(m, mm, V, HALF), 0);
	down_read(m, mm);
	__gmap_zap(m, gmap, 0);
	EXPECT_EQ(pte_of_page(m, mm, V), BY_KERNEL(m, 0x400, 0x400, 0, 0));
	__gmap_zap(m, gmap, HALF);
	EXPECT_EQ(pte_of_page(m, mm, V + HALF), 0x400);
	up_read(m, mm);
}

/* A process that runs no guests has zero pages when it begins to use keys; 5.10 and 6.1 leave them where they are. */
static void skey_unshares(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	load(m, mm, V);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x400, 0x355, 0x355, 0x315));
	EXPECT_EQ(is_zero_page(m, pte_of_page(m, mm, V)), BY_KERNEL(m, 0, 1, 1, 0));
	/* where it is the guests that forbid zero pages, there can be new ones too */
	load(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(is_zero_page(m, pte_of_page(m, mm, V + PAGE_SIZE)), BY_KERNEL(m, 0, 1, 1, 0));
	EXPECT_CHECK(m);
	load(m, mm, V);
	store(m, mm, V);
}

static void no_memory_to_unshare(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	load(m, mm, V);
	load(m, mm, V + PAGE_SIZE);
	SET(m, m->s.inject[INJECT_host_page], 2);
	EXPECT_EQ(s390_enable_skey(m, mm), BY_KERNEL(m, 0, 0, 0, -ENOMEM));
	SET(m, m->s.inject[INJECT_host_page], 0);
	EXPECT_EQ(mm->use_skey, BY_KERNEL(m, 1, 1, 1, 0));
	EXPECT_EQ(is_zero_page(m, pte_of_page(m, mm, V)), BY_KERNEL(m, 0, 1, 1, 0));
	EXPECT_EQ(is_zero_page(m, pte_of_page(m, mm, V + PAGE_SIZE)), BY_KERNEL(m, 0, 1, 1, 1));
	EXPECT_CHECK(m);
}

static void skey_marks_referenced(struct machine *m)
{
	const u64 key = PGSTE_GR | PGSTE_GC;
	struct mm *mm = guest_process(m, V);

	store(m, mm, V);
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x76, false), 0);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V) & (PGSTE_ACC | PGSTE_FP | key), BY_KERNEL(m, 0, key, key, key));
	EXPECT_EQ(pgste_of_page(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0, key, key, key));
	EXPECT_EQ(get_guest_storage_key(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0, 6, 6, 6));
}

/* 4.7 makes the table. The others read a key of 0; to set it to what it is already, is an error of 5.10 only. */
static void keys_without_a_page_table(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(get_guest_storage_key(m, mm, V), 0);
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0, false), BY_KERNEL(m, 0, -EFAULT, 0, 0));
	EXPECT_EQ(pte_of_page(m, mm, V), BY_KERNEL(m, 0x400, 0, 0, 0));
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x30, false), BY_KERNEL(m, 0, -EFAULT, -EFAULT, -EFAULT));
	EXPECT_EQ(get_guest_storage_key(m, mm, V), BY_KERNEL(m, 0x30, 0, 0, 0));
}

/* The VMA begins in the middle of a segment whose page table is there. */
static void keys_without_a_vma(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(sys_munmap(m, mm, V, HALF), 0);
	store(m, mm, V + HALF);
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x30, false), BY_KERNEL(m, 0, 0, -EFAULT, -EFAULT));
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0, false), BY_KERNEL(m, 0, 0, -EFAULT, -EFAULT));
	EXPECT_EQ(get_guest_storage_key(m, mm, V), BY_KERNEL(m, 0, 0, ERROR_WORD(EFAULT), ERROR_WORD(EFAULT)));
	EXPECT_EQ(set_guest_storage_key(m, mm, V + HALF, 0x30, false), 0);
}

/* Where 4.7 makes a table it does not survive that there can be none. */
static void keys_above_the_limit(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	if (kernel_of(m) == LINUX_4_7) {
		EXPECT_BUG(BUG_above_limit, get_guest_storage_key(m, mm, PGDIR_SIZE));
		return;
	}
	EXPECT_EQ(get_guest_storage_key(m, mm, PGDIR_SIZE), BY_KERNEL(m, 0, 0, ERROR_WORD(EFAULT), ERROR_WORD(EFAULT)));
	EXPECT_EQ(set_guest_storage_key(m, mm, UINT64_MAX, 0x30, false), -EFAULT);
}

/* 5.10 asks for no VMA, makes what is above the page table, and does not know the limit: the index wraps. */
static void keys_make_tables(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	const bool makes = kernel_of(m) == LINUX_4_7 || kernel_of(m) == LINUX_5_10;
	const entry_t *pmd;

	CALL(m, OP_get_guest_storage_key, 0, V + PUD_SIZE);
	pmd = host_pmd(m, mm, V + PUD_SIZE);
	EXPECT_EQ(pmd != NULL, makes);
	EXPECT_EQ(makes && entry_get(pmd) != SEGMENT_ENTRY_EMPTY, kernel_of(m) == LINUX_4_7);
	if (kernel_of(m) != LINUX_5_10)
		return;
	store(m, mm, V);
	EXPECT_EQ(set_guest_storage_key(m, mm, V + PGDIR_SIZE, 0x30, false), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, V), 0x30);
}

static void keys_without_memory(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	const bool makes = kernel_of(m) == LINUX_4_7 || kernel_of(m) == LINUX_5_10;

	m->s.inject[INJECT_host_table] = 1;
	EXPECT_EQ(get_guest_storage_key(m, mm, V), makes ? ERROR_WORD(EFAULT) : 0);
	EXPECT_EQ(host_pmd(m, mm, V) != NULL, false);
	m->s.inject[INJECT_host_table] = 0;
}

/* In a program's observations: 4.7 does not tell its notifiers where the page ends. */
static void events_have_a_range(struct machine *m)
{
	const bool later = kernel_of(m) != LINUX_4_7;
	const enum wire_op op = later ? OP_gmap_register_pte_notifier : OP_gmap_register_ipte_notifier;
	const u64 program[] = { le64(OP_ptep_notify), 0, le64(V + PAGE_SIZE), le64(WIRE_NO_ARGUMENT) };
	struct gmap *gmap = guest(m);
	struct words out = { 0 };

	EXPECT_OK(CALL(m, op, 3), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), 0);
	EXPECT_EQ(machine_run(m, (const u8 *)program, sizeof(program), &out), 1);
	EXPECT_EQ(out.count, 6);
	EXPECT_EQ(le64(out.word[1]), 1);
	EXPECT_EQ(le64(out.word[3]), (later ? WIRE_EVENT_NOTIFY_RANGE : WIRE_EVENT_NOTIFY) | 3 << 16);
	EXPECT_EQ(le64(out.word[4]), PAGE_SIZE);
	EXPECT_EQ(le64(out.word[5]), later ? 2 * PAGE_SIZE - 1 : 0);
	words_free(&out);
}

/* 4.7 makes a block that is unregistered a list of its own; later kernels leave poison in it. */
static void unregistered_twice(struct machine *m)
{
	struct gmap_notifier *nb = &m->s.notifier[0];

	add_notifier(m, 0);
	gmap_unregister_ipte_notifier(m, nb);
	EXPECT(m->s.notifier_list.next == &m->s.notifier_list);
	gmap_register_ipte_notifier(m, nb);
	gmap_unregister_ipte_notifier(m, nb);
	if (kernel_of(m) == LINUX_4_7)
		gmap_unregister_ipte_notifier(m, nb);
	else
		EXPECT_BUG(BUG_notifier_never, (gmap_unregister_ipte_notifier(m, nb), 0));
}

/* With CONFIG_DEBUG_LIST a change that makes no sense is left out, if it is seen before: 4.7 links first. */
static void debug_list(struct machine *m)
{
	struct gmap_notifier *nb = m->s.notifier;

	m->options.debug_list = true;
	gmap_unregister_ipte_notifier(m, &nb[0]);
	gmap_unregister_ipte_notifier(m, &nb[0]);
	EXPECT(m->s.notifier_list.next == &m->s.notifier_list);
	add_notifier(m, 0);
	gmap_unregister_ipte_notifier(m, &nb[0]);
	gmap_unregister_ipte_notifier(m, &nb[0]);
	add_notifier(m, 0);
	add_notifier(m, 1);
	EXPECT(m->s.notifier_list.next == &nb[1].list);
	if (kernel_of(m) == LINUX_4_7) {
		EXPECT_BUG(BUG_notifier_twice, (gmap_register_ipte_notifier(m, &nb[1]), 0));
	} else {
		gmap_register_ipte_notifier(m, &nb[1]);
		EXPECT(nb[1].list.next == &nb[0].list);
		/* only its place beside the list's head is looked at */
		EXPECT_BUG(BUG_notifier_twice, (gmap_register_ipte_notifier(m, &nb[0]), 0));
	}
}

RUN_TESTS(TEST(names), ALL(functions), ALL(bits_of_ptep_notify), ALL(map_from_end), ALL(zero_page_with_pgste),
	  ON(linux_4_7, unlink_needs_sie), ON(linux_5_10, unlink_needs_sie), ON(linux_6_1, unlink_needs_sie),
	  ON(linux_6_12, unlink_needs_sie, .loses = true), ALL(discard_needs_vma), ALL(discard_of_large_pages),
	  ALL(discard_one_vma), ALL(zap_needs_vma), ALL(unshare_fault), ALL(skey_unshares), ALL(no_memory_to_unshare),
	  ALL(skey_marks_referenced), ALL(keys_without_a_page_table), ALL(keys_without_a_vma),
	  ON(linux_4_7, keys_above_the_limit), ON(linux_5_10, keys_above_the_limit, .loses = true),
	  ON(linux_6_1, keys_above_the_limit), ON(linux_6_12, keys_above_the_limit),
	  ON(linux_4_7, keys_make_tables, .loses = true), ON(linux_5_10, keys_make_tables, .loses = true),
	  ON(linux_6_1, keys_make_tables), ON(linux_6_12, keys_make_tables), ALL(keys_without_memory),
	  TEST(events_have_a_range, .kernels = ON_ALL, .needs_memory = true), ALL(unregistered_twice), ALL(debug_list))
