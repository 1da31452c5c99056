// SPDX-License-Identifier: GPL-2.0-only
/*
 * The defects of 4.7 that the model reproduces (specification, appendix B). B1 and B13 are in the tests of the PTE
 * layer and of keys, B9 too; B7, B8, B11, B12 and B15 belong to callers or cannot be seen by one thread.
 */
#include "core/program/access.h"
#include "kernels.h"

#define V 0x10000000000ULL

static struct gmap *guest(struct machine *m, u64 limit)
{
	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	map_memory(m, m->s.mm[0], V, 2 * PMD_SIZE, READ_WRITE);
	return new_gmap(m, m->s.mm[0], limit, 0);
}

/* B2: the second alias of a segment can never be linked, and the guest's access faults until it is given up. */
static void alias(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);
	struct guest_access access;
	u64 value = 0;

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE, FAULT_FLAG_WRITE), -EEXIST);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, PMD_SIZE, PAGE_SIZE), -EEXIST);
	access = guest_load(m, gmap, PMD_SIZE, true, &value);
	EXPECT_EQ(access.dat.code, PGM_SEGMENT_TRANSLATION);
	EXPECT_EQ(access.fault, -EEXIST);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE, FAULT_FLAG_WRITE), 0);
}

/* B3: a mapping from host address 0 is success without effect, and unmaps what was there; B3's path is lost. */
static void map_from_zero(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0x500000, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0x500000, 0), 0);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(gmap_map_segment(m, gmap, 0, 0x500000, 2 * PMD_SIZE), 0);
	EXPECT_EVENTS("idte g0 0x%llx\n", (unsigned long long)gmap->asce);
	EXPECT_EQ(gmap_translate(m, gmap, 0x500000), ERROR_WORD(EFAULT));
	EXPECT_EQ(gmap_translate(m, gmap, 0x600000), 0x100000);
	EXPECT_EQ(link_of(gmap, V), 0);
}

/* B4: no VMA at or above the address. */
static void discard_above_all_vmas(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, PGDIR_SIZE, 0, PMD_SIZE), 0);
	EXPECT_BUG(BUG_no_vma, (gmap_discard(m, gmap, 0, PAGE_SIZE), 0));
	EXPECT(m->dead);
}

/* B5: tables come into being where there is no VMA, and a failed allocation has no effect here. */
static void zap_without_vma(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);
	struct mm *mm = m->s.mm[0];

	EXPECT_EQ(gmap_map_segment(m, gmap, V + PUD_SIZE, 0, PMD_SIZE), 0);
	down_read(m, mm);
	__gmap_zap(m, gmap, 0);
	up_read(m, mm);
	EXPECT_EQ(pte_of_page(m, mm, V + PUD_SIZE), 0x400);
	/* found by munmap if a VMA covers it at last */
	map_memory(m, mm, V + PUD_SIZE, PUD_SIZE, READ_WRITE);
	EXPECT_EQ(sys_munmap(m, mm, V + PUD_SIZE, PUD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + PUD_SIZE), 0);
}

/* B5: without memory for a page table 4.7 releases a lock that it did not get. */
static void zap_without_memory(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, V + PUD_SIZE, 0, PMD_SIZE), 0);
	SET(m, m->s.inject[INJECT_host_table], 2);
	down_read(m, gmap->mm);
	if (kernel_of(m) == LINUX_4_7) {
		EXPECT_BUG(BUG_zap_unlock, (__gmap_zap(m, gmap, 0), 0));
		return;
	}
	__gmap_zap(m, gmap, 0);
	up_read(m, gmap->mm);
	EXPECT_EQ(pte_of_page(m, gmap->mm, V + PUD_SIZE), 0);
}

static void remap_while_unlocked(void *context)
{
	struct machine *m = context;

	EXPECT_EQ(gmap_map_segment(m, m->s.gmap[0], V + PMD_SIZE, 0, PMD_SIZE), 0);
	m->hooks.mmap_sem_dropped = NULL;
}

/* B6 is not reached: after mmap_sem was dropped gmap_fault translates again. */
static void fault_translates_again(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	m->hooks.context = m;
	m->hooks.mmap_sem_dropped = remap_while_unlocked;
	SET(m, m->s.inject[INJECT_fixup_retry], 1);
	EXPECT_EQ(gmap_fault(m, gmap, 0x1000, FAULT_FLAG_WRITE), 0);
	EXPECT(m->hooks.mmap_sem_dropped == NULL);
	EXPECT_EQ(PTE_BITS(m, m->s.mm[0], V + 0x1000), 0x03d);
	EXPECT_EQ(PTE_BITS(m, m->s.mm[0], V + PMD_SIZE + 0x1000), 0x03d);
	EXPECT_EQ(link_of(gmap, V), 0);
	EXPECT(link_of(gmap, V + PMD_SIZE) != 0);
	EXPECT_CHECK(m);
}

/* B10: behind the last MiB comes the first one again. */
static void discard_wraps(struct machine *m)
{
	struct gmap *gmap = guest(m, UINT64_MAX);

	gmap_discard(m, gmap, 0, 0xfffffffffff00000);
	EXPECT_BUG(BUG_endless, (gmap_discard(m, gmap, 0xfffffffffff00000, UINT64_MAX), 0));
}

/* A length that is no whole number of pages ends in a walk that never meets its end. */
static void discard_of_half_a_page(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	/* no page table, nothing to walk */
	gmap_discard(m, gmap, 0, 0x1800);
	EXPECT_EQ(gmap_fault(m, gmap, 0x1000, FAULT_FLAG_WRITE), 0);
	/* ends with equal offsets in their pages are harmless: the pages that they lie in are discarded */
	gmap_discard(m, gmap, 0x1800, 0x2800);
	EXPECT_EQ(pte_of_page(m, m->s.mm[0], V + 0x1000), 0x400);
	EXPECT_BUG(BUG_subpage, (gmap_discard(m, gmap, 0, 0x1800), 0));
}

/* B14: above the process's limit only __gmap_zap is known to do nothing. */
static void above_the_limit(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, PGDIR_SIZE, 0, PMD_SIZE), 0);
	down_read(m, gmap->mm);
	__gmap_zap(m, gmap, 0);
	up_read(m, gmap->mm);
	EXPECT_CHECK(m);
	EXPECT_BUG(BUG_above_limit, get_guest_storage_key(m, gmap->mm, PGDIR_SIZE));
}

/* From 5.10 on __gmap_link wraps there: the link is to the page table of another segment, and munmap of that does not find it. */
static void link_above_the_limit(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);
	struct mm *mm = m->s.mm[0];
	u64 table;

	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	table = entry_get(host_pmd(m, mm, V));
	EXPECT_EQ(gmap_map_segment(m, gmap, PGDIR_SIZE + V, 0, PMD_SIZE), 0);
	down_read(m, mm);
	if (kernel_of(m) == LINUX_4_7) {
		EXPECT_BUG(BUG_pmd_none, __gmap_link(m, gmap, 0, PGDIR_SIZE + V));
		return;
	}
	EXPECT_EQ(__gmap_link(m, gmap, 0, PGDIR_SIZE + V), 0);
	EXPECT_EQ(link_of(gmap, PGDIR_SIZE + V), gmap->table);
	EXPECT_EQ(link_of(gmap, V), 0);
	EXPECT_EQ(entry_of(m, gmap->table, 0), table);
	up_read(m, mm);
	EXPECT_CHECK(m);
	/* with a fourth level the address has tables of its own, which the link does not know */
	map_memory(m, mm, PGDIR_SIZE + V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, PGDIR_SIZE + V, 1), 0);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT_EQ(entry_of(m, gmap->table, 0), table);
	EXPECT_EQ(m->s.lost_tables, 1);
	EXPECT_CHECK(m);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, PMD_SIZE), 0);
	EXPECT_EQ(entry_of(m, gmap->table, 0), SEGMENT_ENTRY_EMPTY);
	/* an empty entry is found there, or none */
	map_memory(m, mm, TASK_MAX_SIZE - PMD_SIZE, PMD_SIZE, READ_WRITE);
	down_read(m, mm);
	EXPECT_BUG(BUG_pmd_none, __gmap_link(m, gmap, 0, TASK_MAX_SIZE + V + PMD_SIZE));
}

static void notifier_twice(struct machine *m)
{
	add_notifier(m, 3);
	EXPECT_BUG(BUG_notifier_twice, (gmap_register_ipte_notifier(m, &m->s.notifier[3]), 0));
}

static void notifier_never(struct machine *m)
{
	add_notifier(m, 3);
	gmap_unregister_ipte_notifier(m, &m->s.notifier[3]);
	/* harmless a second time */
	gmap_unregister_ipte_notifier(m, &m->s.notifier[3]);
	add_notifier(m, 3);
	EXPECT_BUG(BUG_notifier_never, (gmap_unregister_ipte_notifier(m, &m->s.notifier[4]), 0));
}

/* An address above the highest one of the gmap wraps onto a low entry, as the index masks have it. */
static void link_wraps(struct machine *m)
{
	struct gmap *gmap = guest(m, PUD_SIZE);

	EXPECT_EQ(user_store(m, m->s.mm[0], V, 1), 0);
	SET(m, gmap->unrelated_links, 1);
	down_read(m, gmap->mm);
	EXPECT_EQ(__gmap_link(m, gmap, PGDIR_SIZE + 0x300000, V), 0);
	up_read(m, gmap->mm);
	EXPECT_EQ(entry_get(gmap_find_segment_entry(m, gmap, 0x300000)), entry_get(host_pmd(m, m->s.mm[0], V)));
}

static void link_without_host_table(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	down_read(m, gmap->mm);
	EXPECT_BUG(BUG_pmd_none, __gmap_link(m, gmap, 0, V));
}

static void no_debug_vm(struct machine_options *options)
{
	options->debug_vm = false;
}

/* Without debugging an empty host entry is "linked" where there is a table for it. */
static void link_of_empty_entry(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);

	EXPECT_EQ(user_store(m, m->s.mm[0], V, 1), 0);
	down_read(m, gmap->mm);
	SET(m, gmap->unrelated_links, 1);
	EXPECT_EQ(__gmap_link(m, gmap, 0, V + 5 * PMD_SIZE), 0);
	EXPECT_EQ(link_of(gmap, V + 5 * PMD_SIZE), gmap->table);
	EXPECT_EQ(entry_of(m, gmap->table, 0), 0x20);
	/* so the next link takes the same entry */
	EXPECT_EQ(__gmap_link(m, gmap, 0, V), 0);
	EXPECT_EQ(link_of(gmap, V), gmap->table);
	EXPECT_EQ(__gmap_unlink_by_vmaddr(m, gmap, V + 5 * PMD_SIZE), 1);
	EXPECT_EQ(__gmap_unlink_by_vmaddr(m, gmap, V), 0);
	EXPECT_BUG(BUG_pmd_none, __gmap_link(m, gmap, 0, V + PUD_SIZE));
}

/* munmap of the segment table's range loses page tables that no VMA covers, with the links to them (spec 5.4). */
static void lost_page_table(struct machine *m)
{
	struct gmap *gmap = guest(m, 0);
	struct mm *mm = m->s.mm[0];
	u64 lost;

	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, V + 16 * PMD_SIZE), 0);
	lost = entry_get(host_pmd(m, mm, V + 16 * PMD_SIZE));
	SET(m, gmap->unrelated_links, 1);
	down_read(m, mm);
	EXPECT_EQ(__gmap_link(m, gmap, 0x300000, V + 16 * PMD_SIZE), 0);
	up_read(m, mm);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(sys_munmap(m, mm, V, 2 * PMD_SIZE), 0);
	EXPECT_EVENTS("lazy 0x10000000000\nflush local\n");
	EXPECT_EQ(pte_of_page(m, mm, V + 16 * PMD_SIZE), 0);
	EXPECT_EQ(entry_of(m, gmap->table, 3), lost);
	EXPECT_EQ(link_of(gmap, V + 16 * PMD_SIZE), gmap->table + 24);
	EXPECT_EQ(m->s.lost_tables, 1);
	EXPECT_CHECK(m);
	/* the next page table there is another one; the link goes when that is freed */
	map_memory(m, mm, V + 16 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V + 16 * PMD_SIZE, 1), 0);
	EXPECT_EQ(entry_of(m, gmap->table, 3), lost);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_munmap(m, mm, V + 16 * PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(entry_of(m, gmap->table, 3), 0x20);
}

RUN_TESTS(TEST(alias), TEST(map_from_zero, .loses = true), TEST(discard_above_all_vmas), TEST(zap_without_vma),
	  ON(linux_4_7, zap_without_memory), ON(linux_5_10, zap_without_memory, .loses = true),
	  ON(linux_6_1, zap_without_memory), ON(linux_6_12, zap_without_memory), ALL(link_above_the_limit),
	  TEST(fault_translates_again), TEST(discard_wraps), TEST(discard_of_half_a_page), TEST(above_the_limit),
	  TEST(notifier_twice), TEST(notifier_never), TEST(link_wraps), TEST(link_without_host_table),
	  TEST(link_of_empty_entry, .options = no_debug_vm), TEST(lost_page_table, .loses = true))
