// SPDX-License-Identifier: GPL-2.0-only
/* fork with a child that lives, copy on write, exit, the fourth level of tables, and 1 MiB pages. */
#include "core/linux/mm/hugetlb.h"
#include "core/program/access.h"
#include "test.h"

#define V 0x10000000000ULL
#define HIGH (PGDIR_SIZE + 0x100000000ULL) /* needs a fourth level */

static struct mm *process(struct machine *m)
{
	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	map_memory(m, m->s.mm[0], V, PMD_SIZE, READ_WRITE);
	return m->s.mm[0];
}

static void end_child(struct machine *m, struct mm *child)
{
	mm_exit(m, child);
	mm_free(m, child);
}

static u64 load(struct machine *m, struct mm *mm, u64 address)
{
	u64 value = 0;

	EXPECT_EQ(user_load(m, mm, address, &value), 0);
	return value;
}

static void fork_shares_until_a_write(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm *child;
	u64 page;

	EXPECT_EQ(user_store(m, mm, V, 5), 0);
	page = pte_page(pte_of_page(m, mm, V));
	child = mm_dup(m, mm);
	EXPECT_EQ(pte_of_page(m, mm, V), page | 0x21d);
	EXPECT_EQ(pte_of_page(m, child, V), page | 0x619);
	EXPECT_EQ(frame_at(m, page)->count, 2);
	EXPECT_EQ(load(m, child, V), 5);
	EXPECT_EQ(pte_of_page(m, child, V), page | 0x21d);
	EXPECT_CHECK(m);
	/* the one that writes gets a copy, the other one then owns its page alone */
	EXPECT_EQ(user_store(m, mm, V, 6), 0);
	EXPECT(pte_page(pte_of_page(m, mm, V)) != page);
	EXPECT_EQ(load(m, child, V), 5);
	EXPECT_EQ(frame_at(m, page)->count, 1);
	EXPECT_EQ(user_store(m, child, V, 7), 0);
	EXPECT_EQ(pte_of_page(m, child, V), page | 0x03d);
	EXPECT_EQ(load(m, mm, V), 6);
	EXPECT_CHECK(m);
	end_child(m, child);
}

static void what_a_child_inherits(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm *child;
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x50, false), 0);
	SET(m, m->s.sysctl_allocate_pgste, 0);
	child = mm_dup(m, mm);
	EXPECT_EQ(child->has_pgste | child->use_skey | child->alloc_pgste, 0);
	EXPECT(child->gmap_list.next == &child->gmap_list);
	EXPECT_EQ(child->def_flags, mm->def_flags);
	EXPECT_EQ(child->vma_count, mm->vma_count);
	EXPECT_EQ(child->attach_count, 0);
	EXPECT(link_of(gmap, V) != 0);
	EXPECT_CHECK(m);
	end_child(m, child);
	SET(m, m->s.sysctl_allocate_pgste, 1);
	child = mm_dup(m, mm);
	EXPECT_EQ(child->alloc_pgste, 1);
	EXPECT_EQ(pgste_of_page(m, child, V), 0);
	end_child(m, child);
}

/* Only pages that a fault could not bring back are copied; reading them is no reason to tell anybody. */
static void what_fork_copies(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm *child;

	EXPECT_EQ(load(m, mm, V + 0x1000), 0);
	EXPECT_EQ(sys_mmap(m, mm, V + PUD_SIZE, PMD_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(user_store(m, mm, V + PUD_SIZE, 9), 0);
	m->events.mask = EVENTS_FLUSH;
	child = mm_dup(m, mm);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(pte_of_page(m, child, V + 0x1000), 0);
	EXPECT_EQ(pte_of_page(m, child, V + PUD_SIZE), 0);
	EXPECT_EQ(load(m, child, V + PUD_SIZE), 9);
	EXPECT_EQ(user_store(m, child, V + PUD_SIZE, 10), 0);
	EXPECT_EQ(load(m, mm, V + PUD_SIZE), 10);
	end_child(m, child);
	/* with one written page, the zero pages beside it are copied too */
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	m->events.count = 0;
	child = mm_dup(m, mm);
	EXPECT_EVENTS("lazy 0x10000000000\nidte mm0 local\n");
	EXPECT_EQ(PTE_BITS(m, child, V + 0x1000), 0x651);
	EXPECT_CHECK(m);
	end_child(m, child);
}

static void fork_and_swap(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm *child;
	u64 page;

	EXPECT_EQ(user_store(m, mm, V, 5), 0);
	page = pte_page(pte_of_page(m, mm, V));
	EXPECT_EQ(swap_out(m, mm, V), 0);
	child = mm_dup(m, mm);
	EXPECT_EQ(pte_of_page(m, child, V), swap_pte(page));
	EXPECT_EQ(frame_at(m, page)->count, 2);
	EXPECT_CHECK(m);
	/* not the only owner: a write fault brings the page back and copies it at once */
	EXPECT_EQ(user_store(m, mm, V, 6), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x03d);
	EXPECT(pte_page(pte_of_page(m, mm, V)) != page);
	EXPECT_EQ(load(m, child, V), 5);
	EXPECT_CHECK(m);
	end_child(m, child);
}

/* An armed page tells its notifiers when fork takes the permission to write away. */
static void fork_notifies(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	add_notifier(m, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x1000, 0x1000), 0);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(sys_fork(m, mm), 0);
	/* then the flush of the parent, and that of the child at its end */
	EXPECT_EVENTS("notify n0 g0 0x1000\nlazy 0x10000001000\nflush local\nidte mm0 global\n");
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x1000), 0x21d);
}

/* The gmaps outlive the process, without links; nothing is told. */
static void exit_before_gmap_free(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	add_notifier(m, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x1000, 0x1000), 0);
	m->events.mask = EVENTS_FLUSH;
	mm_exit(m, mm);
	EXPECT_EVENTS("idte g0 0x%llx\nflush local\n", (unsigned long long)gmap->asce);
	EXPECT_EQ(entries_in_use(m, gmap->table, 0x20), 0);
	EXPECT_EQ(gmap_translate(m, gmap, 0x1000), V + 0x1000);
	EXPECT_EQ(gmap_fault(m, gmap, 0x1000, 0), -EFAULT);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_USER_ASCE)), 0);
	EXPECT_CHECK(m);
	mm_exit(m, mm);
}

/* Links the guest segment to a page table that no VMA covers. */
static void link_uncovered(struct machine *m, struct gmap *gmap, u64 gaddr, u64 vmaddr)
{
	EXPECT_EQ(get_guest_storage_key(m, gmap->mm, vmaddr), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, vmaddr, gaddr, PMD_SIZE), 0);
	down_read(m, gmap->mm);
	EXPECT_EQ(__gmap_link(m, gmap, gaddr, vmaddr), 0);
	up_read(m, gmap->mm);
}

#define SEGMENT_TABLE_FRAMES (CRST_SIZE / FRAME_SIZE)

/*
 * exit finds tables by VMAs. Without a single one it takes none down: they stay, with their links, until the last reference
 * goes with the gmap, and are lost then.
 */
static void exit_without_vmas(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);
	entry_t *ptep;

	EXPECT_EQ(sys_munmap(m, mm, 0, PGDIR_SIZE), 0);
	EXPECT(mm->vmas == NULL);
	link_uncovered(m, gmap, 0, V);
	ptep = host_pte(m, mm, V);
	m->events.mask = EVENTS_FLUSH;
	mm_exit(m, mm);
	EXPECT_NO_EVENTS();
	EXPECT(link_of(gmap, V) != 0);
	EXPECT(ptep && host_pte(m, mm, V) == ptep);
	EXPECT_EQ(m->s.lost_tables, 0);
	EXPECT_CHECK(m);
	/* and one more is made, to be lost too */
	EXPECT_EQ(gmap_map_segment(m, gmap, V + PMD_SIZE, PMD_SIZE, PMD_SIZE), 0);
	down_read(m, mm);
	__gmap_zap(m, gmap, PMD_SIZE);
	up_read(m, mm);
	EXPECT(host_pte(m, mm, V + PMD_SIZE) != NULL);
	drop_gmap(m, gmap);
	SET(m, m->s.mm[0], NULL);
	mm_free(m, mm);
	EXPECT_EQ(m->s.lost_tables, SEGMENT_TABLE_FRAMES + 2);
}

/* A VMA takes the segment table of its region along, and what others have in there. */
static void exit_with_a_vma_in_the_region(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	link_uncovered(m, gmap, 0, V + 4 * PMD_SIZE);
	link_uncovered(m, gmap, PMD_SIZE, V + 4 * PUD_SIZE);
	mm_exit(m, mm);
	EXPECT(!host_pte(m, mm, V + 4 * PMD_SIZE));
	EXPECT(host_pte(m, mm, V + 4 * PUD_SIZE) != NULL);
	EXPECT(link_of(gmap, V + 4 * PMD_SIZE) != 0);
	EXPECT(link_of(gmap, V + 4 * PUD_SIZE) != 0);
	EXPECT_EQ(m->s.lost_tables, 1);
	EXPECT_CHECK(m);
}

/* With four levels that goes for region-3 tables too. */
static void exit_with_four_levels(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	map_memory(m, mm, HIGH, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, HIGH, 1), 0);
	link_uncovered(m, gmap, 0, HIGH + 4 * PUD_SIZE);
	link_uncovered(m, gmap, PMD_SIZE, HIGH + PGDIR_SIZE);
	mm_exit(m, mm);
	EXPECT(!host_pte(m, mm, HIGH + 4 * PUD_SIZE));
	EXPECT(host_pte(m, mm, HIGH + PGDIR_SIZE) != NULL);
	EXPECT_EQ(m->s.lost_tables, SEGMENT_TABLE_FRAMES + 1);
	EXPECT_CHECK(m);
}

/* What lies in a hole of at most a segment goes with the VMAs around it, and the link is dropped. */
static void exit_across_a_hole(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	map_memory(m, mm, V + 2 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + 5 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	link_uncovered(m, gmap, 0, V + PMD_SIZE);
	link_uncovered(m, gmap, PMD_SIZE, V + 4 * PMD_SIZE);
	mm_exit(m, mm);
	EXPECT_EQ(link_of(gmap, V + PMD_SIZE), 0);
	EXPECT(link_of(gmap, V + 4 * PMD_SIZE) != 0);
	EXPECT_CHECK(m);
}

/* A process gets its structure from one that is gone, and nothing else. */
static void nothing_is_inherited_by_chance(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm fresh, again;

	mm = mm_exec(m, 1);
	fresh = *mm;
	EXPECT_EQ(user_store(m, mm, STACK_TOP - 8, 1), 0);
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	map_memory(m, mm, HIGH, PMD_SIZE, READ_WRITE);
	SET(m, mm->flush_mm, 1);
	SET(m, m->s.mm[1], NULL);
	mm_exit(m, mm);
	mm_free(m, mm);
	EXPECT(mm_exec(m, 1) == mm);
	again = *mm;
	/* what has an address or a serial of its own */
	again.vmas = fresh.vmas;
	again.table = fresh.table;
	again.asce = fresh.asce;
	EXPECT_EQ(mm->asce, mm->table | 0x1c7);
	EXPECT(mm->serial > fresh.serial);
	again.serial = fresh.serial;
	EXPECT(memcmp(&again, &fresh, sizeof(fresh)) == 0);
}

static void fourth_level(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);
	u64 old_table = mm->table, link, pmd;

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), 0);
	link = link_of(gmap, V);
	pmd = entry_get(host_pmd(m, mm, V));
	/* nothing but an mmap up there makes the process larger */
	EXPECT_EQ(sys_munmap(m, mm, HIGH, PMD_SIZE), -EINVAL);
	EXPECT_EQ(user_store(m, mm, HIGH, 1), -EFAULT);
	EXPECT_EQ(mm->asce_limit, PGDIR_SIZE);
	map_memory(m, mm, HIGH, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(mm->asce_limit, TASK_MAX_SIZE);
	EXPECT_EQ(mm->asce, mm->table | 0x1cb);
	EXPECT_EQ(entry_of(m, mm->table, 0), old_table | 0x0b);
	EXPECT_EQ(entries_in_use(m, mm->table, 0x28), 1);
	/* what was there is where it was */
	EXPECT_EQ(entry_get(host_pmd(m, mm, V)), pmd);
	EXPECT_EQ(link_of(gmap, V), link);
	EXPECT_EQ(user_store(m, mm, HIGH, 1), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, HIGH, PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE, 0), 0);
	EXPECT_CHECK(m);
	/* the region-3 table up there goes with the last mapping in it */
	EXPECT_EQ(entries_in_use(m, mm->table, 0x28), 2);
	EXPECT_EQ(sys_munmap(m, mm, HIGH, PMD_SIZE), 0);
	EXPECT_EQ(entries_in_use(m, mm->table, 0x28), 1);
	EXPECT_EQ(link_of(gmap, HIGH), 0);
}

static void fourth_level_and_fork(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm *child;

	map_memory(m, mm, TASK_MAX_SIZE - PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, TASK_MAX_SIZE - 8, 1), 0);
	EXPECT_EQ(sys_mmap(m, mm, TASK_MAX_SIZE, PMD_SIZE, READ_WRITE, 0), -ENOMEM);
	child = mm_dup(m, mm);
	EXPECT_EQ(child->asce_limit, TASK_MAX_SIZE);
	EXPECT_EQ(child->asce & 0xfff, 0x1cb);
	EXPECT_EQ(load(m, child, TASK_MAX_SIZE - 8), 1);
	EXPECT_CHECK(m);
	end_child(m, child);
}

/* Up to the very end of three levels is enough to ask for a fourth. */
static void end_of_three_levels(struct machine *m)
{
	struct mm *mm = process(m);

	EXPECT_EQ(sys_munmap(m, mm, V + PMD_SIZE, PGDIR_SIZE - V - PMD_SIZE), 0);
	map_memory(m, mm, PGDIR_SIZE - 2 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_EQ(mm->asce_limit, PGDIR_SIZE);
	map_memory(m, mm, PGDIR_SIZE - PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_EQ(mm->asce_limit, TASK_MAX_SIZE);
}

static void no_memory_for_a_fourth_level(struct machine *m)
{
	struct mm *mm = process(m);
	u64 asce = mm->asce;

	SET(m, m->s.inject[INJECT_host_table], 1);
	EXPECT_EQ(sys_mmap(m, mm, HIGH, PMD_SIZE, READ_WRITE, 0), -ENOMEM);
	EXPECT_EQ(mm->asce, asce);
	EXPECT_EQ(mm->asce_limit, PGDIR_SIZE);
	EXPECT(find_vma(m, mm, HIGH) == NULL);
}

static void map_huge(struct machine *m, struct mm *mm, u64 address, u64 length)
{
	EXPECT_EQ(sys_mmap(m, mm, address, length, READ_WRITE, VM_HUGETLB), 0);
}

#define HUGE_AT (V + PUD_SIZE)

/* A guest cannot use a large page: there is no page table to share. */
static void huge_page_in_a_guest(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, PGDIR_SIZE - 1, 0);
	u64 pmd;

	EXPECT_EQ(sys_mmap(m, mm, HUGE_AT + PAGE_SIZE, PMD_SIZE, READ_WRITE, VM_HUGETLB), -EINVAL);
	map_huge(m, mm, HUGE_AT, 2 * PMD_SIZE);
	EXPECT_EQ(gmap_map_segment(m, gmap, HUGE_AT, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), -EFAULT);
	pmd = entry_get(host_pmd(m, mm, HUGE_AT));
	EXPECT_EQ(pmd & ~PMD_MASK, 0x3403);
	EXPECT_EQ(frame_kind(frame_at(m, pmd & PMD_MASK)), FRAME_HUGE);
	/* the tables that the link made on its way stay */
	EXPECT_EQ(gmap->crst_count, 2);
	EXPECT_EQ(link_of(gmap, HUGE_AT), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0, PAGE_SIZE), -EFAULT);
	EXPECT_CHECK(m);
	EXPECT_BUG(BUG_large_pmd, get_guest_storage_key(m, mm, HUGE_AT));
}

static void huge_page_of_a_process(struct machine *m)
{
	struct mm *mm = process(m);
	struct machine_counts before, after;

	map_huge(m, mm, HUGE_AT, PMD_SIZE);
	EXPECT_EQ(load(m, mm, HUGE_AT + 0x12340), 0);
	EXPECT_EQ(entry_get(host_pmd(m, mm, HUGE_AT)) & ~PMD_MASK, 0x1601);
	machine_count(m, &before);
	EXPECT_EQ(user_store(m, mm, HUGE_AT + 0xff008, 8), 0);
	EXPECT_EQ(load(m, mm, HUGE_AT + 0xff008), 8);
	machine_count(m, &after);
	EXPECT_EQ(after.frames, before.frames);
	EXPECT_EQ(sys_mprotect(m, mm, HUGE_AT, PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(entry_get(host_pmd(m, mm, HUGE_AT)) & (SEGMENT_ENTRY_PROTECT | SEGMENT_ENTRY_WRITE),
		  SEGMENT_ENTRY_PROTECT);
	EXPECT_EQ(user_store(m, mm, HUGE_AT, 1), -EFAULT);
	EXPECT_EQ(sys_mprotect(m, mm, HUGE_AT, PAGE_SIZE, READ_WRITE), -EINVAL);
	EXPECT_EQ(sys_madvise(m, mm, HUGE_AT, PMD_SIZE, MADV_DONTNEED), -EINVAL);
	EXPECT_EQ(sys_mremap(m, mm, HUGE_AT, PMD_SIZE, HUGE_AT + PUD_SIZE, PMD_SIZE), -EINVAL);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_munmap(m, mm, HUGE_AT, PMD_SIZE), 0);
	machine_count(m, &after);
	EXPECT_EQ(after.frames, before.frames - 256 - 4);
}

static void huge_page_and_fork(struct machine *m)
{
	struct mm *mm = process(m);
	struct mm *child;
	u64 page;

	map_huge(m, mm, HUGE_AT, PMD_SIZE);
	EXPECT_EQ(user_store(m, mm, HUGE_AT + 0x5000, 5), 0);
	EXPECT_EQ(user_store(m, mm, HUGE_AT + 0xff000, 8), 0);
	page = entry_get(host_pmd(m, mm, HUGE_AT)) & PMD_MASK;
	child = mm_dup(m, mm);
	EXPECT_EQ(entry_get(host_pmd(m, child, HUGE_AT)), entry_get(host_pmd(m, mm, HUGE_AT)));
	EXPECT_CHECK(m);
	EXPECT_EQ(user_store(m, mm, HUGE_AT + 0x5000, 6), 0);
	EXPECT((entry_get(host_pmd(m, mm, HUGE_AT)) & PMD_MASK) != page);
	EXPECT_EQ(load(m, mm, HUGE_AT + 0xff000), 8);
	EXPECT_EQ(load(m, mm, HUGE_AT + 0xfe000), 0);
	EXPECT_EQ(load(m, child, HUGE_AT + 0x5000), 5);
	EXPECT_EQ(user_store(m, child, HUGE_AT + 0x5000, 7), 0);
	EXPECT_EQ(entry_get(host_pmd(m, child, HUGE_AT)) & PMD_MASK, page);
	EXPECT_EQ(load(m, mm, HUGE_AT + 0x5000), 6);
	end_child(m, child);
}

/* It cannot be cut in two: system calls say so, gmap_discard does not look. */
static void part_of_a_huge_page(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	map_huge(m, mm, HUGE_AT, 2 * PMD_SIZE);
	EXPECT_EQ(user_store(m, mm, HUGE_AT, 1), 0);
	EXPECT_EQ(sys_munmap(m, mm, HUGE_AT + PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(sys_munmap(m, mm, HUGE_AT, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(sys_munmap(m, mm, HUGE_AT + PAGE_SIZE, PMD_SIZE), -EINVAL);
	EXPECT_EQ(sys_mmap(m, mm, HUGE_AT + PAGE_SIZE, PAGE_SIZE, READ_WRITE, 0), -ENOMEM);
	EXPECT_EQ(sys_mremap(m, mm, V, PAGE_SIZE, HUGE_AT, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(load(m, mm, HUGE_AT), 1);
	EXPECT_CHECK(m);
	EXPECT_EQ(gmap_map_segment(m, gmap, HUGE_AT, 0, PMD_SIZE), 0);
	gmap_discard(m, gmap, 0, PMD_SIZE);
	EXPECT_EQ(load(m, mm, HUGE_AT), 0);
	EXPECT_BUG(BUG_huge_unaligned, (gmap_discard(m, gmap, 0, PAGE_SIZE), 0));
}

RUN_TESTS(TEST(fork_shares_until_a_write), TEST(what_a_child_inherits), TEST(what_fork_copies), TEST(fork_and_swap),
	  TEST(fork_notifies), TEST(exit_before_gmap_free), TEST(exit_without_vmas, .loses = true),
	  TEST(exit_with_a_vma_in_the_region, .loses = true), TEST(exit_with_four_levels, .loses = true),
	  TEST(exit_across_a_hole, .loses = true), TEST(nothing_is_inherited_by_chance), TEST(fourth_level),
	  TEST(fourth_level_and_fork), TEST(end_of_three_levels), TEST(no_memory_for_a_fourth_level),
	  TEST(huge_page_in_a_guest), TEST(huge_page_of_a_process), TEST(huge_page_and_fork), TEST(part_of_a_huge_page))
