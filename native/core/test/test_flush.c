// SPDX-License-Identifier: GPL-2.0-only
/* Which flush instruction is chosen (spec 3.5, 4.2): by facilities, attached CPUs, and gmaps. */
#include "test.h"

#define V 0x10000000000ULL

static entry_t *writable_page(struct machine *m, struct mm *mm)
{
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	m->events.mask = EVENTS_FLUSH;
	return host_pte(m, mm, V);
}

static void expect_direct_and_lazy(struct machine *m, struct mm *mm, const char *direct, const char *lazy)
{
	entry_t *ptep = host_pte(m, mm, V);
	u64 page = pte_page(entry_get(ptep));

	entry_set(m, ptep, page | 0x03d);
	m->events.count = 0;
	pte_lock(m, ptep);
	ptep_xchg_direct(m, mm, V, ptep, page | 0x03d);
	EXPECT_EVENTS("%s 0x10000000000%s\n", "ipte", direct);
	ptep_xchg_lazy(m, mm, V, ptep, page | 0x03d);
	EXPECT_EVENTS("%s\n", lazy);
	/* nothing to flush */
	entry_set(m, ptep, page | 0x439);
	ptep_xchg_direct(m, mm, V, ptep, page | 0x619);
	ptep_xchg_lazy(m, mm, V, ptep, page | 0x03d);
	EXPECT_NO_EVENTS();
	pte_unlock(m, ptep);
}

#define LAZY "lazy 0x10000000000"
#define IPTE_GLOBAL "ipte 0x10000000000 global"

/* What a lazy invalidation owes. */
static void expect_mm_flush(struct machine *m, struct mm *mm, const char *events)
{
	SET(m, mm->flush_mm, 1);
	m->events.count = 0;
	flush_mm_lazy(m, mm);
	EXPECT_EVENTS("%s\n", events);
}

static void one_cpu(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap;

	writable_page(m, mm);
	expect_direct_and_lazy(m, mm, " local", LAZY);
	expect_mm_flush(m, mm, "idte mm0 local");
	gmap = new_gmap(m, mm, 0, 0);
	expect_mm_flush(m, mm, "flush local");
	drop_gmap(m, gmap);
	m->events.count = 0;
	expect_mm_flush(m, mm, "idte mm0 local");
}

static void no_tlb_lc(struct machine_options *options)
{
	options->tlb_lc = false;
}

static void without_tlb_lc(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	writable_page(m, mm);
	expect_direct_and_lazy(m, mm, " global", LAZY);
	expect_mm_flush(m, mm, "idte mm0 global");
}

static void no_idte(struct machine_options *options)
{
	options->idte = false;
}

static void without_idte(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap;

	writable_page(m, mm);
	expect_mm_flush(m, mm, "flush local");
	gmap = new_gmap(m, mm, 0, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), 0);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, PMD_SIZE), 0);
	EXPECT_EVENTS("flush global\n");
	/* nothing was linked, nothing to flush */
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, PMD_SIZE), 0);
	EXPECT_NO_EVENTS();
	drop_gmap(m, gmap);
	EXPECT_EVENTS("flush global\n");
}

static void three_cpus(struct machine_options *options)
{
	options->cpus = 3;
}

static void several_cpus(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	writable_page(m, mm);
	expect_direct_and_lazy(m, mm, " local", LAZY);
	mm_attach(m, mm, 1);
	EXPECT_EQ(mm->attach_count, 2);
	expect_direct_and_lazy(m, mm, " global", IPTE_GLOBAL);
	expect_mm_flush(m, mm, "idte mm0 global");
	/* gone from the other CPU, which may still have entries: not local, but lazy again */
	mm_detach(m, mm, 1);
	EXPECT_EQ(mm->attach_count, 1);
	expect_direct_and_lazy(m, mm, " global", LAZY);
	expect_mm_flush(m, mm, "idte mm0 global");
	new_gmap(m, mm, 0, 0);
	expect_mm_flush(m, mm, "flush global");
	/* seen from a CPU that runs something else */
	SET(m, m->stack->cpu, 2);
	expect_direct_and_lazy(m, mm, " global", IPTE_GLOBAL);
}

/* The words of a lowcore follow what the CPU runs. */
static void attach_and_lowcore(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct mm *other = mm_exec(m, 1);

	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_USER_ASCE)), other->asce);
	EXPECT_EQ(mm->attach_count, 0);
	EXPECT_EQ(other->attach_count, 1);
	/* a CPU that takes a process up again does what a lazy flush owes */
	SET(m, mm->flush_mm, 1);
	mm_attach(m, mm, 0);
	EXPECT_EVENTS("idte mm0 local\n");
	EXPECT_EQ(mm->flush_mm, 0);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_USER_ASCE)), mm->asce);
	mm_attach(m, mm, 1);
	EXPECT_CHECK(m);
	mm_detach(m, mm, 0);
	mm_detach(m, mm, 0);
	EXPECT_EQ(mm->attach_count, 1);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_USER_ASCE)), 0);
}

static void upgrade_flushes_every_cpu(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	mm_attach(m, mm, 1);
	m->events.mask = EVENTS_FLUSH;
	down_write(m, mm);
	EXPECT_EQ(crst_table_upgrade(m, mm, PGDIR_SIZE), 0);
	up_write(m, mm);
	EXPECT_EVENTS("flush local\nflush local\nflush local\n");
	EXPECT_EQ(mm->asce & 0xfff, 0x1cb);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_USER_ASCE)), mm->asce);
	EXPECT_EQ(entry_get(lowcore(m, 1, LOWCORE_USER_ASCE)), mm->asce);
	EXPECT_EQ(entry_get(lowcore(m, 2, LOWCORE_USER_ASCE)), 0);
	EXPECT_BUG(BUG_asce_limit, crst_table_upgrade(m, mm, PGDIR_SIZE));
}

/* gmap_unlink flushes for each gmap, unmap once for many segments (I18). */
static void flushes_of_unlinking(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *old, *new;
	u64 i;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, V, 4 * PMD_SIZE, READ_WRITE);
	old = new_gmap(m, mm, 0, 0);
	new = new_gmap(m, mm, 0, 1);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(gmap_map_segment(m, old, V, 0, 4 * PMD_SIZE), 0);
	EXPECT_EQ(gmap_map_segment(m, new, V, 0, 4 * PMD_SIZE), 0);
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(gmap_fault(m, old, i * PMD_SIZE, 0), 0);
		EXPECT_EQ(gmap_fault(m, new, i * PMD_SIZE, 0), 0);
	}
	EXPECT_NO_EVENTS();
	EXPECT_EQ(gmap_unmap_segment(m, old, 0, 2 * PMD_SIZE), 0);
	EXPECT_EVENTS("idte g0 0x%llx\n", (unsigned long long)old->asce);
	EXPECT_EQ(gmap_map_segment(m, old, V, PMD_SIZE, 3 * PMD_SIZE), 0);
	EXPECT_EVENTS("idte g0 0x%llx\n", (unsigned long long)old->asce);
	EXPECT_EQ(gmap_fault(m, old, 2 * PMD_SIZE, 0), 0);
	/* munmap: for each table each gmap that uses it, newest first, then once for the process */
	EXPECT_EQ(sys_munmap(m, mm, V, 2 * PMD_SIZE), 0);
	EXPECT_EVENTS("lazy 0x10000000000\nlazy 0x10000100000\n"
		      "idte g1 0x%llx\nidte g1 0x%llx\nidte g0 0x%llx\nflush local\n",
		      (unsigned long long)new->asce, (unsigned long long)new->asce, (unsigned long long)old->asce);
}

RUN_TESTS(TEST(one_cpu), TEST(without_tlb_lc, .options = no_tlb_lc), TEST(without_idte, .options = no_idte),
	  TEST(several_cpus, .options = three_cpus), TEST(attach_and_lowcore, .options = three_cpus),
	  TEST(upgrade_flushes_every_cpu, .options = three_cpus), TEST(flushes_of_unlinking))
