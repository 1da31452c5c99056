// SPDX-License-Identifier: GPL-2.0-only
/* What observing a call costs: as much as the call stored, however much there is. */
#include "core/program/observe.h"
#include "core/program/observer.h"
#include "test.h"

#define HOST 0x10000000000ULL
#define MANY 8000
#define LATER_HOST (HOST + (u64)MANY * 2 * PMD_SIZE)

/* Looked at for each word that was stored, at most; and for lowcore and such, if anything was. */
#define FOR_EACH_WORD 4
#define FOR_EACH_CALL 4

static struct gmap *linked_guest(struct machine *m, u64 segments)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap;
	u64 i;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, HOST, segments * PMD_SIZE, READ_WRITE);
	gmap = new_gmap(m, mm, UINT64_MAX, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, HOST, 0, segments * PMD_SIZE), 0);
	for (i = 0; i < segments; i++)
		EXPECT_EQ(gmap_fault(m, gmap, i * PMD_SIZE, FAULT_FLAG_WRITE), 0);
	return gmap;
}

static void observe(struct machine *m)
{
	struct words out = { 0 };

	observe_changes(m, &out);
	words_free(&out);
}

struct seen {
	u64 stored;
	u64 looked_at;
};

/* What the calls of `function` stored, and what was looked at for them. */
static struct seen observed(struct machine *m, struct gmap *gmap,
			    void (*function)(struct machine *m, struct gmap *gmap))
{
	struct seen seen;

	observe(m);
	seen.stored = undo_position(&m->undo);
	seen.looked_at = LOOKED_AT(m, entries);
	function(m, gmap);
	seen.stored = undo_position(&m->undo) - seen.stored;
	observe(m);
	seen.looked_at = LOOKED_AT(m, entries) - seen.looked_at;
	return seen;
}

static void arm(struct machine *m, struct gmap *gmap)
{
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 5 * PMD_SIZE, PAGE_SIZE), 0);
}

static void write_page(struct machine *m, struct gmap *gmap)
{
	EXPECT_EQ(gmap_fault(m, gmap, 5 * PMD_SIZE + 0x7000, FAULT_FLAG_WRITE), 0);
}

static void unmap_guest(struct machine *m, struct gmap *gmap)
{
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 7 * PMD_SIZE, PMD_SIZE), 0);
}

static void map_guest(struct machine *m, struct gmap *gmap)
{
	EXPECT_EQ(gmap_map_segment(m, gmap, HOST + 7 * PMD_SIZE, 7 * PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 7 * PMD_SIZE, 0), 0);
}

static void unmap_host(struct machine *m, struct gmap *gmap)
{
	EXPECT_EQ(sys_munmap(m, gmap->mm, HOST + 9 * PMD_SIZE, PMD_SIZE), 0);
}

static void enable(struct machine *m, struct gmap *gmap)
{
	gmap_enable(m, gmap);
}

static void (*const functions[])(struct machine *m, struct gmap *gmap) = { arm,	      write_page, unmap_guest,
									   map_guest, unmap_host, enable };

static void costs_what_was_stored(struct machine *m)
{
	struct gmap *gmap = linked_guest(m, MANY);
	size_t i;

	if (!counts_work())
		return;
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		struct seen seen = observed(m, gmap, functions[i]);

		EXPECT(seen.stored > 0);
		EXPECT(seen.looked_at <= FOR_EACH_WORD * seen.stored + FOR_EACH_CALL);
	}
}

/* A node of a tree has 64 slots, and a table 2,048 entries, that were filled when it was made. */
#define NEW_PLACES (4 * CRST_ENTRIES + 16 * RADIX_SLOTS)

static void map_far(struct machine *m, struct gmap *gmap)
{
	map_memory(m, gmap->mm, LATER_HOST, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, LATER_HOST, (u64)1 << 60, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, (u64)1 << 60, 0), 0);
}

static void unmap_far(struct machine *m, struct gmap *gmap)
{
	EXPECT_EQ(gmap_unmap_segment(m, gmap, (u64)1 << 60, PMD_SIZE), 0);
}

/* Trees grow on top of what is there, and shrink. */
static void tables_that_are_new(struct machine *m)
{
	struct gmap *gmap = linked_guest(m, MANY);

	if (!counts_work())
		return;
	EXPECT(observed(m, gmap, map_far).looked_at <= NEW_PLACES);
	EXPECT(observed(m, gmap, unmap_far).looked_at <= NEW_PLACES);
}

/* Without a snapshot the log is a ring; what an observer has seen is thrown away. */
static void keeps_no_log(struct machine *m)
{
	struct gmap *gmap = linked_guest(m, 100);
	u64 i;

	observe(m);
	for (i = 0; i < 20000; i++) {
		EXPECT_EQ(gmap_ipte_notify(m, gmap, i % 100 * PMD_SIZE, PAGE_SIZE), 0);
		gmap_unmap_segment(m, gmap, i % 100 * PMD_SIZE, PMD_SIZE);
		gmap_map_segment(m, gmap, HOST + i % 100 * PMD_SIZE, i % 100 * PMD_SIZE, PMD_SIZE);
		observe(m);
	}
	EXPECT(m->undo.base_lost);
	EXPECT((size_t)(m->undo.end - m->undo.base) <= 32 * 1024);
}

/* What was kept of a large state goes with it. */
static void gives_memory_back(struct machine *m)
{
	linked_guest(m, MANY);
	observe(m);
	EXPECT(m->observer->facts.capacity > 2 * MANY);
	machine_reset(m);
	EXPECT_EQ(m->observer->facts.capacity, 0);
	EXPECT_EQ(m->observer->links.capacity, 0);
}

RUN_TESTS_WITH_MEMORY(TEST(costs_what_was_stored), TEST(tables_that_are_new), TEST(keeps_no_log),
		      TEST(gives_memory_back))
