// SPDX-License-Identifier: GPL-2.0-only
/* Arguments, results and allocation counts of the gmap functions: appendices A.1 to A.3 and C. */
#include "test.h"

#define H 0x200000000ULL

static void limits(struct machine *m)
{
	static const struct {
		u64 limit, end, bits, empty;
	} rows[] = {
		{ 0, 0x7fffffff, 0x1c3, 0x20 },
		{ 1, 0x7fffffff, 0x1c3, 0x20 },
		{ 0x7ffffffe, 0x7fffffff, 0x1c3, 0x20 },
		{ 0x7fffffff, 0x7fffffff, 0x1c3, 0x20 },
		{ 0x80000000, 0x3ffffffffff, 0x1c7, 0x24 },
		{ 0x3ffffffffff, 0x3ffffffffff, 0x1c7, 0x24 },
		{ 0x40000000000, 0x1fffffffffffff, 0x1cb, 0x28 },
		{ 0x1fffffffffffff, 0x1fffffffffffff, 0x1cb, 0x28 },
		{ 0x20000000000000, UINT64_MAX, 0x1cf, 0x2c },
		{ UINT64_MAX, UINT64_MAX, 0x1cf, 0x2c },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gmap *gmap = new_gmap(m, m->s.mm[0], rows[i].limit, i);

		EXPECT_EQ(gmap->asce_end, rows[i].end);
		EXPECT_EQ(gmap->asce, gmap->table | rows[i].bits);
		EXPECT_EQ(entries_in_use(m, gmap->table, rows[i].empty), 0);
		EXPECT_EQ(gmap->private | gmap->pfault_enabled, 0);
		EXPECT(m->s.mm[0]->gmap_list.next == &gmap->list);
	}
}

/* The gmaps that the tables of appendix A speak of. */
static struct gmap *gmap_with_levels(struct machine *m, int levels)
{
	static const u64 limit[] = { [2] = 0, [3] = PUD_SIZE, [4] = PGDIR_SIZE, [5] = UINT64_MAX };

	return new_gmap(m, m->s.mm[0], limit[levels], 0);
}

static void arguments_of_map(struct machine *m)
{
	static const struct {
		int levels;
		u64 from, to, len;
		int result;
	} rows[] = {
		{ 5, H, 0, 0, -EINVAL },
		{ 5, H + 1, 0, 0x100000, -EINVAL },
		{ 5, H, 0x1000, 0x100000, -EINVAL },
		{ 5, H, 0, 0x180000, -EINVAL },
		{ 5, H, 0xffffffffffe00000, 0x100000, 0 },
		{ 5, H, 0xfffffffffff00000, 0x100000, -EINVAL },
		{ 5, H, 0xffffffffffe00000, 0x200000, -EINVAL },
		{ 5, 0xfffffffffff00000, 0, 0x100000, -EINVAL },
		{ 5, 0x1ffffffff00000, 0, 0x100000, 0 },
		{ 5, 0x1ffffffff00000, 0, 0x200000, -EINVAL },
		{ 5, 0x20000000000000, 0, 0x100000, -EINVAL },
		{ 2, H, 0x7ff00000, 0x100000, 0 },
		{ 2, H, 0x80000000, 0x100000, -EINVAL },
		{ 2, H, 0x7fe00000, 0x300000, -EINVAL },
		{ 3, H, 0x3fffff00000, 0x100000, 0 },
		{ 3, H, 0x40000000000, 0x100000, -EINVAL },
		{ 4, H, 0x1ffffffff00000, 0x100000, 0 },
		{ 4, H, 0x20000000000000, 0x100000, -EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gmap *gmap = gmap_with_levels(m, rows[i].levels);

		EXPECT_EQ(gmap_map_is_valid(m, gmap, rows[i].from, rows[i].to, rows[i].len), rows[i].result == 0);
		EXPECT_EQ(gmap_map_segment(m, gmap, rows[i].from, rows[i].to, rows[i].len), rows[i].result);
		EXPECT_EQ(gmap_translate(m, gmap, rows[i].to + 0xfffff),
			  rows[i].result == 0 ? rows[i].from + 0xfffff : ERROR_WORD(EFAULT));
		drop_gmap(m, gmap);
	}
}

static void arguments_of_unmap(struct machine *m)
{
	struct gmap *gmap = gmap_with_levels(m, 2);

	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, 0), -EINVAL);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0x1000, 0x100000), -EINVAL);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, 0x101000), -EINVAL);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0x80000000, 0x100000), 0);
	drop_gmap(m, gmap);
	gmap = gmap_with_levels(m, 5);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0xfffffffffff00000, 0x100000), -EINVAL);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0xffffffffffe00000, 0x100000), 0);
}

static struct gmap *segment_5(struct machine *m, u64 prot)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], 0, 0);

	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	map_memory(m, m->s.mm[0], H, PMD_SIZE, prot);
	EXPECT_EQ(gmap_map_segment(m, gmap, H, 0x500000, PMD_SIZE), 0);
	m->events.mask = EVENTS_FLUSH;
	return gmap;
}

static void faults_writable(struct machine *m)
{
	struct gmap *gmap = segment_5(m, READ_WRITE);

	EXPECT_EQ(gmap_fault(m, gmap, 0x80000000, 0), -EFAULT);
	EXPECT_EQ(gmap_fault(m, gmap, 0x500fff, 0), 0);
	EXPECT_EQ(PTE_BITS(m, m->s.mm[0], H), 0x255);
	EXPECT_EQ(gmap_translate(m, gmap, 0x5fffff), 0x2000fffff);
	EXPECT_EQ(gmap_translate(m, gmap, 0x600000), ERROR_WORD(EFAULT));
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x500001, 0x1000), -EINVAL);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x500000, 0x800), -EINVAL);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x700000, 0), 0);
	/* only bit 0 of the flags counts */
	EXPECT_EQ(gmap_fault(m, gmap, 0x501000, 0x3e), 0);
	EXPECT_EQ(PTE_BITS(m, m->s.mm[0], H + 0x1000), 0x255);
	/* a guest segment that is linked already is taken for right, whatever it is linked to */
	down_read(m, gmap->mm);
	EXPECT_EQ(__gmap_link(m, gmap, 0x500000, H), 0);
	up_read(m, gmap->mm);
}

static void faults_read_only(struct machine *m)
{
	struct gmap *gmap = segment_5(m, VM_READ);
	const struct mm *mm = m->s.mm[0];

	EXPECT_EQ(gmap_fault(m, gmap, 0x501000, 0), 0);
	EXPECT_EQ(pte_of_page(m, mm, H + 0x1000), zero_page(m, H + 0x1000) | 0x255);
	EXPECT_EQ(gmap_fault(m, gmap, 0x501000, FAULT_FLAG_WRITE), -EFAULT);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x501000, 0x1000), -EFAULT);
	EXPECT_EQ(pgste_of_page(m, mm, H + 0x1000), 0);
	EXPECT_NO_EVENTS();
}

/* A walk for a guest address stops at the first table that is missing. */
static void segment_gaddr(struct machine *m)
{
	struct gmap *gmap = gmap_with_levels(m, 5);
	const u64 gaddr = 0x0040000180500000;
	entry_t *entry;

	map_memory(m, m->s.mm[0], H, PMD_SIZE, READ_WRITE);
	EXPECT(gmap_find_segment_entry(m, gmap, gaddr) == NULL);
	EXPECT_EQ(gmap_map_segment(m, gmap, H, gaddr, PMD_SIZE), 0);
	EXPECT(gmap_find_segment_entry(m, gmap, gaddr) == NULL);
	EXPECT_EQ(gmap_fault(m, gmap, gaddr, 0), 0);
	entry = gmap_find_segment_entry(m, gmap, gaddr);
	EXPECT(entry != NULL);
	EXPECT_EQ(__gmap_segment_gaddr(m, entry), gaddr);
	EXPECT_EQ(__gmap_segment_gaddr(m, entry + 3), gaddr + 3 * PMD_SIZE);
	EXPECT(gmap_find_segment_entry(m, gmap, gaddr + PUD_SIZE) == NULL);
}

static void enable_and_disable(struct machine *m)
{
	struct gmap *a = new_gmap(m, m->s.mm[0], 0, 0);
	struct gmap *b = new_gmap(m, m->s.mm[0], 0, 1);

	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_GMAP)), 0);
	gmap_enable(m, a);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_GMAP)), a->serial);
	/* whichever gmap is given */
	gmap_disable(m, b);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_GMAP)), 0);
	gmap_enable(m, b);
	drop_gmap(m, b);
	/* freed but still enabled: the word stays and never names another gmap */
	EXPECT(entry_get(lowcore(m, 0, LOWCORE_GMAP)) != 0);
	b = new_gmap(m, m->s.mm[0], 0, 1);
	EXPECT(entry_get(lowcore(m, 0, LOWCORE_GMAP)) != b->serial);
}

/* Appendix C: what the first touch of a page allocates, and what the following ones do not. */
static void allocations_of_a_fault(struct machine *m)
{
	static const u64 guest_tables[] = { [2] = 0, [3] = 1, [4] = 2, [5] = 3 };
	struct mm *mm = m->s.mm[0];
	int levels;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	for (levels = 2; levels <= 5; levels++) {
		struct gmap *gmap = gmap_with_levels(m, levels);

		map_memory(m, mm, H, 2 * PMD_SIZE, READ_WRITE);
		EXPECT_EQ(gmap_map_segment(m, gmap, H, 0, 2 * PMD_SIZE), 0);
		m->events.mask = EVENTS_ALL;
		m->events.count = 0;
		EXPECT_EQ(gmap_fault(m, gmap, 0, 0), 0);
		EXPECT_EQ(count_events(m, EVENT_ALLOC_FRAMES, 2), guest_tables[levels] + 1);
		EXPECT_EQ(count_events(m, EVENT_ALLOC_FRAMES, 0), 1);
		EXPECT_EQ(m->events.count, guest_tables[levels] + 2);
		m->events.count = 0;
		EXPECT_EQ(gmap_fault(m, gmap, 0x1000, 0), 0);
		EXPECT_NO_EVENTS();
		EXPECT_EQ(gmap_fault(m, gmap, 0x2000, FAULT_FLAG_WRITE), 0);
		EXPECT_EVENTS("alloc 0\n");
		EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE, 0), 0);
		EXPECT_EVENTS("alloc 0\n");
		m->events.mask = 0;
		drop_gmap(m, gmap);
		EXPECT_EQ(sys_munmap(m, mm, H, 2 * PMD_SIZE), 0);
	}
}

/* The batch of tables that are freed together: one flush for 509 of them. */
static void flushes_of_a_large_munmap(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	u64 i;

	map_memory(m, mm, H, 600 * PMD_SIZE, READ_WRITE);
	new_gmap(m, mm, 0, 0);
	for (i = 0; i < 600; i++)
		EXPECT_EQ(user_store(m, mm, H + i * PMD_SIZE, 1), 0);
	m->events.mask = EVENT_BIT(EVENT_FLUSH_ALL) | EVENT_BIT(EVENT_FREE_FRAMES);
	EXPECT_EQ(sys_munmap(m, mm, H, 600 * PMD_SIZE), 0);
	EXPECT_EQ(count_events(m, EVENT_FLUSH_ALL, 1), 2);
	EXPECT_EQ(count_events(m, EVENT_FREE_FRAMES, 0), 1200);
}

/* Zero levels of trust: the functions take unaligned and too large addresses as they come. */
static void discard_holes(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, H + 0x80000, 0x40000, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, H, PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE + 0x80000, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE + 0xbf000, FAULT_FLAG_WRITE), 0);
	/* guest holes below and above, host holes inside */
	gmap_discard(m, gmap, 0, PMD_SIZE + 0x81000);
	EXPECT_EQ(pte_of_page(m, mm, H + 0x80000), 0x400);
	EXPECT_EQ(PTE_BITS(m, mm, H + 0xbf000), 0x03d);
	gmap_discard(m, gmap, PMD_SIZE + 0xbf000, PMD_SIZE + 0xbf000);
	EXPECT_EQ(PTE_BITS(m, mm, H + 0xbf000), 0x03d);
	gmap_discard(m, gmap, PMD_SIZE, 8 * PMD_SIZE);
	EXPECT_EQ(pte_of_page(m, mm, H + 0xbf000), 0x400);
	/* the link stays, and the page reads as zero again */
	EXPECT(link_of(gmap, H) != 0);
	EXPECT_EQ(gmap_fault(m, gmap, PMD_SIZE + 0xbf000, 0), 0);
	EXPECT_EQ(PTE_BITS(m, mm, H + 0xbf000), 0x255);
}

static void zap_frees_swap(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = segment_5(m, READ_WRITE);

	EXPECT_EQ(gmap_fault(m, gmap, 0x501000, FAULT_FLAG_WRITE), 0);
	essa_set_usage(m, mm, H + 0x1000, 1);
	down_read(m, mm);
	/* a resident page is left alone, as is an address without a mapping */
	__gmap_zap(m, gmap, 0x501000);
	__gmap_zap(m, gmap, 0x700000);
	EXPECT_EQ(PTE_BITS(m, mm, H + 0x1000), 0x03d);
	up_read(m, mm);
	EXPECT_EQ(swap_out(m, mm, H + 0x1000), 0);
	EXPECT_EQ(PTE_BITS(m, mm, H + 0x1000), 0x600);
	EXPECT_EQ(pgste_of_page(m, mm, H + 0x1000), PGSTE_UC | PGSTE_USAGE_UNUSED);
	down_read(m, mm);
	__gmap_zap(m, gmap, 0x501abc);
	up_read(m, mm);
	EXPECT_EQ(pte_of_page(m, mm, H + 0x1000), 0x400);
}

static void thp_split(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	const struct vma *vma;

	map_memory(m, mm, H, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	for (vma = mm->vmas; vma; vma = vma->next)
		EXPECT_EQ(vma->flags & (VM_HUGEPAGE | VM_NOHUGEPAGE), VM_NOHUGEPAGE);
	EXPECT_EQ(mm->def_flags, VM_NOHUGEPAGE);
	/* new ones too */
	map_memory(m, mm, H + 4 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(find_vma(m, mm, H + 4 * PMD_SIZE)->flags & VM_NOHUGEPAGE, VM_NOHUGEPAGE);
}

RUN_TESTS(TEST(limits), TEST(arguments_of_map), TEST(arguments_of_unmap), TEST(faults_writable), TEST(faults_read_only),
	  TEST(segment_gaddr), TEST(enable_and_disable), TEST(allocations_of_a_fault), TEST(flushes_of_a_large_munmap),
	  TEST(discard_holes), TEST(zap_frees_swap), TEST(thp_split))
