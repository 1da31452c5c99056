// SPDX-License-Identifier: GPL-2.0-only
/* The observed state, fact by fact: what each field of struct wire_fact holds, and what changes are told. */
#include "core/program/observe.h"
#include "kernels.h"

#define V 0x10000000000ULL
#define G 0x0040000180500000ULL

#define MAX_FACTS 64

struct observation {
	struct wire_fact fact[MAX_FACTS];
	u32 count;
};

static struct observation observe(struct machine *m)
{
	struct observation seen = { .count = 0 };
	struct words out = { 0 };
	size_t i, j;

	seen.count = observe_changes(m, &out);
	EXPECT_EQ(out.count, seen.count * WIRE_FACT_WORDS);
	EXPECT(seen.count <= MAX_FACTS);
	for (i = 0; i < seen.count && i < MAX_FACTS; i++) {
		const u64 *word = out.word + i * WIRE_FACT_WORDS;

		seen.fact[i].id = le64(word[0]);
		seen.fact[i].key = le64(word[1]);
		for (j = 0; j < 4; j++)
			seen.fact[i].field[j] = le64(word[2 + j]);
	}
	words_free(&out);
	return seen;
}

#define GONE 0
#define CAME 1

/* The i-th fact must be this one. */
#define EXPECT_FACT(seen, i, sign, kind, handle, level, ...) \
	expect_fact(__LINE__, (seen), (i), WIRE_FACT_ID(kind, handle, level) | (sign), (const u64[5]){ __VA_ARGS__ })

static void expect_fact(int line, const struct observation *seen, u32 i, u64 id, const u64 *key_and_fields)
{
	const struct wire_fact *fact = &seen->fact[i];

	if (i < seen->count && fact->id == id && fact->key == key_and_fields[0] &&
	    memcmp(fact->field, key_and_fields + 1, sizeof(fact->field)) == 0)
		return;
	printf("%s:%d: fact %u of %u: id 0x%llx key 0x%llx fields 0x%llx 0x%llx 0x%llx 0x%llx\n", __FILE__, line, i,
	       seen->count, (unsigned long long)fact->id, (unsigned long long)fact->key,
	       (unsigned long long)fact->field[0], (unsigned long long)fact->field[1],
	       (unsigned long long)fact->field[2], (unsigned long long)fact->field[3]);
	failures++;
}

static void watch_page(struct machine *m, u64 vmaddr)
{
	SET(m, m->s.watch[m->s.watch_count], vmaddr);
	SET(m, m->s.watch_count, m->s.watch_count + 1);
}

static void enabled_gmap(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], 0, 3);
	struct observation seen = observe(m);

	EXPECT_EQ(seen.count, 2);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_LOWCORE, 0, 0, 0, WIRE_LOWCORE_NONE);
	EXPECT_FACT(&seen, 1, CAME, WIRE_FACT_GMAP, 3, 0, 0, 0x1c3, 0x7fffffff, 1);
	gmap_enable(m, gmap);
	seen = observe(m);
	EXPECT_EQ(seen.count, 1);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_LOWCORE, 0, 0, 0, WIRE_LOWCORE_GMAP, 3);
	/* freed while enabled; a new one under the same handle is not the enabled one */
	drop_gmap(m, gmap);
	new_gmap(m, m->s.mm[0], 0, 3);
	seen = observe(m);
	EXPECT_EQ(seen.count, 1);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_LOWCORE, 0, 0, 0, WIRE_LOWCORE_DANGLING);
	gmap_disable(m, NULL);
	drop_gmap(m, m->s.gmap[3]);
	seen = observe(m);
	EXPECT_EQ(seen.count, 2);
	EXPECT_FACT(&seen, 0, GONE, WIRE_FACT_GMAP, 3, 0, 0, 0x1c3, 0x7fffffff, 1);
	EXPECT_FACT(&seen, 1, CAME, WIRE_FACT_LOWCORE, 0, 0, 0, WIRE_LOWCORE_NONE);
	EXPECT_EQ(observe(m).count, 0);
}

/* Entries of all levels: region entries with the index of the table below, segment entries with their host segment. */
static void tables(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], UINT64_MAX, 0);
	struct observation seen;

	map_memory(m, m->s.mm[0], V, 2 * PMD_SIZE, READ_WRITE);
	EXPECT_EQ(observe(m).count, 2);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, G, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, G, 0), 0);
	seen = observe(m);
	EXPECT_EQ(seen.count, 7);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_GMAP, 0, 0, 0, 0x1cf, UINT64_MAX, 4);
	EXPECT_FACT(&seen, 1, CAME, WIRE_FACT_G2H, 0, 0, G, V);
	EXPECT_FACT(&seen, 2, CAME, WIRE_FACT_H2G, 0, 0, V, G);
	EXPECT_FACT(&seen, 3, CAME, WIRE_FACT_ENTRY, 0, WIRE_R1, 0x40000000000000, 0x0f, 0x40000000000000);
	EXPECT_FACT(&seen, 4, CAME, WIRE_FACT_ENTRY, 0, WIRE_R2, 0x40000000000000, 0x0b, 0x40000000000000);
	EXPECT_FACT(&seen, 5, CAME, WIRE_FACT_ENTRY, 0, WIRE_R3, 0x40000180000000, 0x07, 0x40000180000000);
	EXPECT_FACT(&seen, 6, CAME, WIRE_FACT_ENTRY, 0, WIRE_SEG, G, 0, V);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, G, PMD_SIZE), 0);
	seen = observe(m);
	EXPECT_EQ(seen.count, 3);
	EXPECT_FACT(&seen, 2, GONE, WIRE_FACT_ENTRY, 0, WIRE_SEG, G, 0, V);
}

/* Ascending by handle, level and address, not in the order in which things happened. */
static void order(struct machine *m)
{
	struct gmap *second = new_gmap(m, m->s.mm[0], 0, 5);
	struct gmap *first = new_gmap(m, m->s.mm[0], 0, 2);
	struct observation seen;

	map_memory(m, m->s.mm[0], V, 2 * PMD_SIZE, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, second, V, 0x700000, PMD_SIZE), 0);
	EXPECT_EQ(gmap_map_segment(m, second, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_map_segment(m, first, V, 0x300000, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, second, 0x700000, 0), 0);
	seen = observe(m);
	EXPECT_EQ(seen.count, 8);
	EXPECT_FACT(&seen, 1, CAME, WIRE_FACT_GMAP, 2, 0, 0, 0x1c3, 0x7fffffff, 1);
	EXPECT_FACT(&seen, 2, CAME, WIRE_FACT_GMAP, 5, 0, 0, 0x1c3, 0x7fffffff, 1);
	EXPECT_FACT(&seen, 3, CAME, WIRE_FACT_G2H, 2, 0, 0x300000, V);
	EXPECT_FACT(&seen, 4, CAME, WIRE_FACT_G2H, 5, 0, 0, V);
	EXPECT_FACT(&seen, 5, CAME, WIRE_FACT_G2H, 5, 0, 0x700000, V);
	EXPECT_FACT(&seen, 6, CAME, WIRE_FACT_H2G, 5, 0, V, 0x700000);
	EXPECT_FACT(&seen, 7, CAME, WIRE_FACT_ENTRY, 5, WIRE_SEG, 0x700000, 0, V);
}

#define PTE_FACT(kind, pte, pgste, key) (kind), (pte), (pgste), (key)

/* A gmap with a link to a page table that no VMA covers; all of it was observed. */
static void link_uncovered(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], 0, 0);
	struct observation seen;

	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	EXPECT_EQ(get_guest_storage_key(m, m->s.mm[0], V), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	down_read(m, gmap->mm);
	EXPECT_EQ(__gmap_link(m, gmap, 0, V), 0);
	up_read(m, gmap->mm);
	watch_page(m, V);
	seen = observe(m);
	EXPECT_FACT(&seen, 4, CAME, WIRE_FACT_ENTRY, 0, WIRE_SEG, 0, 0, V);
	EXPECT_FACT(&seen, 5, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_NONE, 0x400, 0, WIRE_NO_KEY));
}

/* A page table that the process lost: the entry's host segment cannot be told any more. */
static void entry_without_host(struct machine *m)
{
	struct observation seen;

	/* that of a VMA takes the segment table along */
	map_memory(m, m->s.mm[0], V + 3 * PMD_SIZE, PAGE_SIZE, READ_WRITE);
	link_uncovered(m);
	mm_exit(m, m->s.mm[0]);
	seen = observe(m);
	EXPECT_EQ(seen.count, 2);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_ENTRY, 0, WIRE_SEG, 0, 0, 0, 1);
	EXPECT_FACT(&seen, 1, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_NOTABLE, 0, 0, WIRE_NO_KEY));
}

/* Where the process had no memory at all its tables stay. Pages are told of living processes only. */
static void entry_after_exit(struct machine *m)
{
	struct observation seen;

	link_uncovered(m);
	mm_exit(m, m->s.mm[0]);
	seen = observe(m);
	EXPECT_EQ(seen.count, 1);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_NOTABLE, 0, 0, WIRE_NO_KEY));
}

/* B14: a link that wrapped does not say whose page table it is to. */
static void entry_above_the_limit(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], 0, 0);
	struct observation seen;

	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	map_memory(m, m->s.mm[0], V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, m->s.mm[0], V, 1), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, PGDIR_SIZE + V, 0, PMD_SIZE), 0);
	down_read(m, gmap->mm);
	EXPECT_EQ(__gmap_link(m, gmap, 0, PGDIR_SIZE + V), 0);
	up_read(m, gmap->mm);
	seen = observe(m);
	EXPECT_FACT(&seen, 3, CAME, WIRE_FACT_H2G, 0, 0, PGDIR_SIZE + V, 0);
	EXPECT_FACT(&seen, 4, CAME, WIRE_FACT_ENTRY, 0, WIRE_SEG, 0, 0, 0, 1);
	EXPECT_EQ(gmap_unmap_segment(m, gmap, 0, PMD_SIZE), 0);
}

static void watched_pages(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct observation seen;
	u64 value;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	watch_page(m, V);
	seen = observe(m);
	EXPECT_FACT(&seen, 1, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_NOTABLE, 0, 0, WIRE_NO_KEY));
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V + PAGE_SIZE, 1), 0);
	seen = observe(m);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_NONE, 0x400, 0, WIRE_NO_KEY));
	EXPECT_EQ(user_load(m, mm, V, &value), 0);
	seen = observe(m);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_ZERO, 0x255, 0, WIRE_NO_KEY));
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	seen = observe(m);
	EXPECT_EQ(seen.count, 1);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_ANON, 0x03d, PGSTE_UC, WIRE_NO_KEY));
	/* a key is told once somebody set it */
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x50, false), 0);
	seen = observe(m);
	EXPECT_EQ(seen.fact[0].field[3], 0x50);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	seen = observe(m);
	EXPECT_EQ(seen.fact[0].field[0], WIRE_PTE_SWAP);
	EXPECT_EQ(seen.fact[0].field[1], 0x600);
	EXPECT_EQ(seen.fact[0].field[3], WIRE_NO_KEY);
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT_EQ(sys_mmap(m, mm, V, PMD_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	seen = observe(m);
	EXPECT_EQ(seen.fact[0].field[0], WIRE_PTE_PAGE);
	EXPECT_EQ(observe(m).count, 0);
	/* of a process that has gone, or of the next one */
	mm_exit(m, mm);
	seen = observe(m);
	EXPECT_FACT(&seen, 0, CAME, WIRE_FACT_PTE, 0, 0, V, PTE_FACT(WIRE_PTE_NOTABLE, 0, 0, WIRE_NO_KEY));
}

/* After a restore everything is told again: the observer does not know what came back. */
static void forgetting(struct machine *m)
{
	struct observation all, again;

	new_gmap(m, m->s.mm[0], 0, 0);
	EXPECT_EQ(machine_snapshot(m), 0);
	all = observe(m);
	EXPECT_EQ(observe(m).count, 0);
	new_gmap(m, m->s.mm[0], 0, 1);
	EXPECT_EQ(observe(m).count, 1);
	EXPECT(machine_restore(m, 0));
	again = observe(m);
	EXPECT_EQ(again.count, all.count);
	EXPECT(memcmp(again.fact, all.fact, all.count * sizeof(struct wire_fact)) == 0);
}

RUN_TESTS_WITH_MEMORY(TEST(enabled_gmap), TEST(tables), TEST(order), TEST(entry_without_host, .loses = true),
		      TEST(entry_after_exit, .loses = true), TEST(entry_above_the_limit, .kernels = ON_LATER),
		      TEST(watched_pages), TEST(forgetting))
