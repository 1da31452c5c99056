// SPDX-License-Identifier: GPL-2.0-only
/* Which flush later kernels choose: by the CPUs that run the process, and those where it ran since it was flushed last. */
#include "kernels.h"

#include "core/linux/mm/tlb.h"

#define V 0x10000000000ULL
#define LAZY "lazy 0x10000000000\n"
#define IPTE_LOCAL "ipte 0x10000000000 local\n"
#define IPTE_GLOBAL "ipte 0x10000000000 global\n"

static struct mm *with_a_page(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	m->events.mask = EVENTS_FLUSH;
	return mm;
}

/* A direct flush and a lazy one of a valid PTE. */
static void expect_flushes(struct machine *m, struct mm *mm, const char *direct, const char *lazy)
{
	entry_t *ptep = host_pte(m, mm, V);
	u64 pte = pte_page(entry_get(ptep)) | 0x03d;

	entry_set(m, ptep, pte);
	m->events.count = 0;
	pte_lock(m, ptep);
	ptep_xchg_direct(m, mm, V, ptep, pte);
	EXPECT_EVENTS("%s", direct);
	ptep_xchg_lazy(m, mm, V, ptep, pte);
	EXPECT_EVENTS("%s", lazy);
	pte_unlock(m, ptep);
}

static void flush_what_is_owed(struct machine *m, struct mm *mm)
{
	SET(m, mm->flush_mm, 1);
	m->events.count = 0;
	flush_mm_lazy(m, mm);
	EXPECT_EQ(mm->flush_mm, 0);
}

static void three_cpus(struct machine_options *options)
{
	options->cpus = 3;
}

/* Where it ran counts until it is flushed as a whole; where it runs, for flushes that can wait. */
static void masks_of_cpus(struct machine *m)
{
	struct mm *mm = with_a_page(m);

	expect_flushes(m, mm, IPTE_LOCAL, LAZY);
	mm_attach(m, mm, 1);
	expect_flushes(m, mm, IPTE_GLOBAL, IPTE_GLOBAL);
	mm_detach(m, mm, 1);
	expect_flushes(m, mm, IPTE_GLOBAL, LAZY);
	flush_what_is_owed(m, mm);
	expect_flushes(m, mm, IPTE_LOCAL, LAZY);
	/* from a CPU that does not run it, and with no CPU that does */
	SET(m, m->stack->cpu, 2);
	expect_flushes(m, mm, IPTE_GLOBAL, IPTE_GLOBAL);
	mm_detach(m, mm, 0);
	expect_flushes(m, mm, IPTE_GLOBAL, IPTE_GLOBAL);
	EXPECT_CHECK(m);
}

/* A CPU that takes the process up is one of both masks before it pays what is owed. */
static void attaching_pays(struct machine *m)
{
	struct mm *mm = with_a_page(m);

	SET(m, mm->flush_mm, 1);
	mm_attach(m, mm, 1);
	EXPECT_EVENTS("idte mm0 global\n");
	EXPECT_EQ(mm->cpu_mask, 3);
	EXPECT_EQ(mm->cpu_attach_mask, 3);
	mm_exec(m, 1);
	EXPECT_EQ(mm->cpu_mask, 3);
	EXPECT_EQ(mm->cpu_attach_mask, 2);
	EXPECT_CHECK(m);
}

static void no_tlb_lc(struct machine_options *options)
{
	options->tlb_lc = false;
}

static void without_tlb_lc(struct machine *m)
{
	expect_flushes(m, with_a_page(m), IPTE_GLOBAL, LAZY);
}

/* Always on all CPUs, though it ran on this one alone. */
static void whole_process(struct machine *m)
{
	struct mm *mm = with_a_page(m);
	struct gmap *older, *newer;

	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("idte mm0 global\n");
	older = new_gmap(m, mm, 0, 0);
	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("idte g0 0x%llx\nidte mm0 global\n", (unsigned long long)older->asce);
	newer = new_gmap(m, mm, 0, 1);
	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("flush global\n");
	drop_gmap(m, older);
	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("idte g1 0x%llx\nidte mm0 global\n", (unsigned long long)newer->asce);
	/* one that was removed is none of its process's, though it is still there */
	gmap_get(m, newer);
	EXPECT(!gmap_remove(m, newer));
	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("idte mm0 global\n");
	EXPECT(gmap_put(m, newer));
	SET(m, m->s.gmap[1], NULL);
}

static void no_idte(struct machine_options *options)
{
	options->idte = false;
}

static void without_idte(struct machine *m)
{
	struct mm *mm = with_a_page(m);

	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("flush global\n");
	new_gmap(m, mm, 0, 0);
	flush_what_is_owed(m, mm);
	EXPECT_EVENTS("flush global\n");
}

RUN_TESTS(TEST(masks_of_cpus, .kernels = ON_LATER, .options = three_cpus),
	  TEST(attaching_pays, .kernels = ON_LATER, .options = three_cpus),
	  TEST(without_tlb_lc, .kernels = ON_LATER, .options = no_tlb_lc), LATER(whole_process),
	  TEST(without_idte, .kernels = ON_LATER, .options = no_idte))
