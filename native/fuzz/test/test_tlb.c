// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flush that is taken out of what a call did is missed; what host and guest see differently is found; random programs
 * are without fault. Other seeds: test_tlb FIRST COUNT.
 */
#include "steps.h"

#define GUEST 0x500000ULL
#define SECOND (GUEST + PMD_SIZE)
#define HOST_OF(gaddr) ((gaddr)-GUEST + HOST)

/* A guest with pages in two linked segments, and the oracle that has seen them. */
struct world {
	struct machine *m;
	struct mm *mm;
	struct gmap *gmap;
	struct tlb *tlb;
	struct steps s;
	u32 dropped; /* EVENT_BIT()s that the oracle is not shown */
	bool local;  /* it is shown each flush as if it had been for this CPU only */
};

static bool judge(void *context, const struct step *step, struct verdict *verdict)
{
	struct world *w = context;
	struct event events[64];
	struct step shown = *step;
	u32 i;

	shown.events = events;
	shown.event_count = 0;
	for (i = 0; i < step->event_count && shown.event_count < 64; i++) {
		if (w->dropped & EVENT_BIT(step->events[i].kind))
			continue;
		events[shown.event_count] = step->events[i];
		events[shown.event_count++].a |= w->local;
	}
	return tlb_step(w->tlb, &shown, verdict);
}

static void begin(struct world *w, struct machine *m)
{
	*w = (struct world){ .m = m, .mm = m->s.mm[0], .tlb = tlb_create() };
	s390_enable_sie(m, w->mm);
	map_memory(m, w->mm, HOST, 2 * PMD_SIZE, READ_WRITE);
	steps_begin(&w->s, m, judge, w);
	tlb_begin(w->tlb, m);
	EXPECT(RUN(&w->s, gmap_alloc, 0, UINT64_MAX));
	EXPECT(RUN(&w->s, gmap_map_segment, 0, HOST, GUEST, 2 * PMD_SIZE));
	EXPECT(RUN(&w->s, gmap_fault, 0, GUEST, FAULT_FLAG_WRITE));
	EXPECT(RUN(&w->s, gmap_fault, 0, SECOND, FAULT_FLAG_WRITE));
	w->gmap = m->s.gmap[0];
}

static void end(struct world *w)
{
	tlb_destroy(w->tlb);
}

#define EXPECT_AGREED(w, name, ...)                                                                              \
	do {                                                                                                     \
		if (!RUN(&(w)->s, name, __VA_ARGS__)) {                                                          \
			printf("%s:%d: %s: %s\n", __FILE__, __LINE__, (w)->s.verdict.rule, (w)->s.verdict.text); \
			failures++;                                                                              \
		}                                                                                                \
	} while (0)

#define EXPECT_RULE(w, expected, name, ...)                   \
	do {                                                  \
		EXPECT(!RUN(&(w)->s, name, __VA_ARGS__));     \
		EXPECT_TEXT((w)->s.verdict.rule, (expected)); \
	} while (0)

/* The call is as it should be; it is not when these of its events are missing. */
#define EXPECT_NEEDED(m, events, expected, name, ...)            \
	do {                                                     \
		struct world w_;                                 \
		int snapshot_ = machine_snapshot(m);             \
		begin(&w_, (m));                                 \
		EXPECT_AGREED(&w_, name, __VA_ARGS__);           \
		end(&w_);                                        \
		machine_restore((m), snapshot_);                 \
		begin(&w_, (m));                                 \
		w_.dropped = (events);                           \
		EXPECT_RULE(&w_, (expected), name, __VA_ARGS__); \
		end(&w_);                                        \
		machine_restore((m), snapshot_);                 \
		machine_forget((m), snapshot_);                  \
	} while (0)

#define STALE "stale translation"
#define GONE "translation of an ASCE that is gone"
#define IDTE EVENT_BIT(EVENT_IDTE)
#define IPTE EVENT_BIT(EVENT_IPTE)
#define FLUSH (EVENT_BIT(EVENT_FLUSH_ALL) | EVENT_BIT(EVENT_IDTE_MM))

static void flushes_of_gmaps(struct machine *m)
{
	EXPECT_NEEDED(m, IDTE, STALE, gmap_unmap_segment, 0, GUEST, PMD_SIZE);
	EXPECT_NEEDED(m, IDTE, STALE, gmap_map_segment, 0, HOST, GUEST, PMD_SIZE);
	EXPECT_NEEDED(m, IDTE, STALE, gmap_unlink, 0, 0, HOST);
	EXPECT_NEEDED(m, IDTE, GONE, gmap_free, 0);
	EXPECT_NEEDED(m, IDTE | FLUSH, STALE, munmap, 0, HOST, PMD_SIZE);
	EXPECT_NEEDED(m, IDTE | FLUSH, GONE, exit, 0);
}

static void flushes_of_pages(struct machine *m)
{
	EXPECT_NEEDED(m, IPTE, STALE, swap_out, 0, HOST);
	EXPECT_NEEDED(m, IPTE, STALE, clear_young, 0, HOST);
	EXPECT_NEEDED(m, IPTE, STALE, test_and_clear_guest_dirty, 0, HOST);
	EXPECT_NEEDED(m, FLUSH, STALE, mprotect, 0, HOST, PAGE_SIZE, PROT_READ);
	EXPECT_NEEDED(m, FLUSH, STALE, madvise, 0, HOST, PAGE_SIZE, MADV_DONTNEED);
	EXPECT_NEEDED(m, FLUSH, STALE, gmap_discard, 0, GUEST, GUEST + PAGE_SIZE);
	EXPECT_NEEDED(m, FLUSH, STALE, munmap, 0, HOST, PAGE_SIZE);
	EXPECT_NEEDED(m, FLUSH, STALE, mremap, 0, HOST, PAGE_SIZE, HOST + 4 * PMD_SIZE, PAGE_SIZE);
	EXPECT_NEEDED(m, FLUSH, STALE, fork, 0);
	/* more levels of tables */
	EXPECT_NEEDED(m, FLUSH, GONE, mmap, 0, HOST_HIGH, PMD_SIZE, READ_WRITE, 0);
}

static void a_6_1(struct machine_options *options)
{
	options->profile = profile_find("linux-6.1");
}

static void flushes_of_later_kernels(struct machine *m)
{
	EXPECT_NEEDED(m, IPTE, STALE, gmap_mprotect_notify, 0, GUEST, PAGE_SIZE, 0);
	EXPECT_NEEDED(m, IPTE, STALE, gmap_mprotect_notify, 0, GUEST, PAGE_SIZE, PROT_READ);
	EXPECT_NEEDED(m, IPTE, STALE, ptep_test_and_clear_uc, 0, HOST);
	EXPECT_NEEDED(m, IDTE, GONE, gmap_remove, 0);
}

static void zero_pages_are_unmapped(struct machine *m)
{
	struct world w;

	begin(&w, m);
	EXPECT_AGREED(&w, gmap_fault, 0, GUEST + PAGE_SIZE, 0);
	w.dropped = IPTE;
	EXPECT_RULE(&w, STALE, s390_enable_skey, 0);
	end(&w);
}

static void pages_that_are_copied(struct machine *m)
{
	struct world w;

	begin(&w, m);
	EXPECT_AGREED(&w, gmap_fault, 0, GUEST + PAGE_SIZE, 0);
	w.dropped = IPTE;
	EXPECT_RULE(&w, STALE, store, 0, HOST + PAGE_SIZE, 1);
	end(&w);
}

static void huge_pages(struct machine *m)
{
	struct world w;

	begin(&w, m);
	EXPECT_AGREED(&w, mmap_huge, 0, HOST + 4 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_AGREED(&w, store, 0, HOST + 4 * PMD_SIZE, 1);
	w.dropped = FLUSH;
	EXPECT_RULE(&w, STALE, mprotect, 0, HOST + 4 * PMD_SIZE, PMD_SIZE, PROT_READ);
	w.dropped = 0;
	EXPECT_AGREED(&w, munmap, 0, HOST + 4 * PMD_SIZE, PMD_SIZE);
	end(&w);
}

static void a_flush_can_wait(struct machine *m)
{
	struct world w;

	begin(&w, m);
	ptep_xchg_lazy(m, w.mm, HOST, host_pte(m, w.mm, HOST), PAGE_INVALID);
	EXPECT_EQ(w.mm->flush_mm, 1);
	EXPECT_AGREED(&w, gmap_translate, 0, SECOND);
	/* but nobody may forget it */
	SET(m, w.mm->flush_mm, 0);
	EXPECT_RULE(&w, STALE, gmap_translate, 0, SECOND);
	end(&w);
	machine_restore(m, 0);
}

static void two_cpus(struct machine_options *options)
{
	options->cpus = 2;
}

static void other_cpus(struct machine *m)
{
	struct world w;

	begin(&w, m);
	EXPECT_AGREED(&w, attach, 0, 1);
	EXPECT_AGREED(&w, load, 0, HOST);
	EXPECT_AGREED(&w, load, 0, HOST_OF(SECOND));
	EXPECT_AGREED(&w, swap_out, 0, HOST_OF(SECOND));
	w.local = true;
	EXPECT_RULE(&w, STALE, swap_out, 0, HOST);
	end(&w);
	machine_restore(m, 0);
	/* a CPU that the process has left keeps what it had */
	begin(&w, m);
	EXPECT_AGREED(&w, attach, 0, 1);
	EXPECT_AGREED(&w, load, 0, HOST);
	EXPECT_AGREED(&w, detach, 0, 1);
	w.local = true;
	EXPECT_RULE(&w, STALE, madvise, 0, HOST, PAGE_SIZE, MADV_DONTNEED);
	end(&w);
}

static void links_by_callers_of_the_port(struct machine *m)
{
	struct world w;

	begin(&w, m);
	EXPECT_AGREED(&w, __gmap_unlink_by_vmaddr, 0, HOST);
	EXPECT_AGREED(&w, __gmap_unmap_by_gaddr, 0, SECOND);
	EXPECT_AGREED(&w, __gmap_link, 0, GUEST, HOST);
	end(&w);
}

static void walks_that_differ(struct machine *m)
{
	entry_t *entry;
	struct world w;
	u64 other;

	begin(&w, m);
	/* the guest's entry is that of another segment; nothing was translated before */
	entry = gmap_find_segment_entry(m, w.gmap, GUEST);
	other = entry_get(gmap_find_segment_entry(m, w.gmap, SECOND));
	entry_set(m, entry, other);
	tlb_begin(w.tlb, m);
	EXPECT_RULE(&w, "guest and host walk differ", gmap_translate, 0, GUEST);
	machine_restore(m, 0);
	end(&w);
	begin(&w, m);
	radix_delete(m, &w.gmap->guest_to_host, GUEST >> PMD_SHIFT);
	EXPECT_RULE(&w, "walk without mapping", gmap_translate, 0, GUEST);
	machine_restore(m, 0);
	end(&w);
	begin(&w, m);
	radix_delete(m, &w.gmap->host_to_guest, HOST >> PMD_SHIFT);
	EXPECT_RULE(&w, "walk without link", gmap_translate, 0, GUEST);
	machine_restore(m, 0);
	end(&w);
	begin(&w, m);
	entry_set(m, host_pte(m, w.mm, HOST + PAGE_SIZE), w.mm->table | PTE_BITS(m, w.mm, HOST));
	EXPECT_RULE(&w, "translation to what is no page", gmap_translate, 0, GUEST + PAGE_SIZE);
	machine_restore(m, 0);
	end(&w);
}

/* What exit did not find is what guest and host still see alike. */
static void links_that_exit_leaves(struct machine *m)
{
	struct world w;

	begin(&w, m);
	EXPECT_AGREED(&w, gmap_map_segment, 0, HOST + PUD_SIZE, SECOND + PMD_SIZE, PMD_SIZE);
	EXPECT_AGREED(&w, get_guest_storage_key, 0, HOST + PUD_SIZE);
	EXPECT_AGREED(&w, __gmap_link, 0, SECOND + PMD_SIZE, HOST + PUD_SIZE);
	EXPECT_AGREED(&w, exit, 0);
	EXPECT_AGREED(&w, gmap_translate, 0, SECOND + PMD_SIZE);
	EXPECT_AGREED(&w, gmap_fault, 0, GUEST, 0);
	end(&w);
}

static const struct test tests[] = {
	TEST(flushes_of_gmaps),
	TEST(flushes_of_pages),
	TEST(flushes_of_later_kernels, .options = a_6_1),
	TEST(zero_pages_are_unmapped),
	TEST(pages_that_are_copied),
	TEST(huge_pages),
	TEST(a_flush_can_wait),
	TEST(other_cpus, .options = two_cpus),
	TEST(links_by_callers_of_the_port),
	TEST(walks_that_differ),
	TEST(links_that_exit_leaves, .loses = true),
};

static bool judge_random(void *context, const struct step *step, struct verdict *verdict)
{
	return tlb_step(context, step, verdict);
}

int main(int argc, char **argv)
{
	u64 first = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : 300;
	struct tlb *tlb = tlb_create();
	u64 seed;
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		run_test(&tests[i]);
	for (seed = first; seed < first + count && failures < 10; seed++) {
		tlb_begin(tlb, NULL);
		run_random_program(seed, judge_random, tlb);
	}
	tlb_destroy(tlb);
	printf("%zu tests, %llu programs, %d failures\n", i, (unsigned long long)count, failures);
	return failures != 0;
}
