/* SPDX-License-Identifier: GPL-2.0-only */
/* For the tests of the check itself: each rule is broken by hand, and must be named with the object and the address. */
#ifndef S390_GMAP_TEST_RULES_H
#define S390_GMAP_TEST_RULES_H

#include "state.h"
#include "test.h"

#define V 0x10000000000ULL
#define SHARED (V + PUD_SIZE)
#define HUGE_AT (V + 2 * PUD_SIZE)
#define UNTOUCHED (V + 5 * PUD_SIZE)
#define GADDR 0x300000ULL

/* A guest with pages of all kinds; g0 has three levels, g1 two. */
static inline void busy_machine(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap;
	u64 value;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	gmap = new_gmap(m, mm, PUD_SIZE, 0);
	new_gmap(m, mm, 0, 1);
	map_memory(m, mm, V, 2 * PMD_SIZE, READ_WRITE);
	EXPECT_EQ(sys_mmap(m, mm, SHARED, PMD_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(sys_mmap(m, mm, HUGE_AT, PMD_SIZE, READ_WRITE, VM_HUGETLB), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, GADDR, 2 * PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, GADDR, PAGE_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, GADDR + PMD_SIZE, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(user_load(m, mm, V + 0x1000, &value), 0);
	EXPECT_EQ(user_store(m, mm, V + 0x2000, 1), 0);
	EXPECT_EQ(swap_out(m, mm, V + 0x2000), 0);
	EXPECT_EQ(user_store(m, mm, SHARED, 1), 0);
	EXPECT_EQ(user_store(m, mm, HUGE_AT, 1), 0);
}

static inline struct mm *mm0(const struct machine *m)
{
	return m->s.mm[0];
}

static inline struct gmap *g0(const struct machine *m)
{
	return m->s.gmap[0];
}

static inline entry_t *pte(const struct machine *m, u64 vmaddr)
{
	return host_pte(m, mm0(m), vmaddr);
}

static inline entry_t *pgste(const struct machine *m, u64 vmaddr)
{
	return pte(m, vmaddr) + PGSTE_OFFSET;
}

static inline entry_t *guest_entry(const struct machine *m, u64 gaddr)
{
	return gmap_find_segment_entry(m, g0(m), gaddr);
}

static inline void change(struct machine *m, entry_t *entry, u64 clear, u64 set)
{
	entry_set(m, entry, (entry_get(entry) & ~clear) | set);
}

static inline struct frame *frame_of(const struct machine *m, u64 vmaddr)
{
	return frame_at(m, entry_get(pte(m, vmaddr)));
}

struct rule {
	void (*break_it)(struct machine *m);
	const char *report; /* what the text begins with */
};

/* `states`: gets the broken state too, for a check that is not this one; NULL: nobody asked. */
static inline void expect_rule(struct machine *m, const struct rule *rule, FILE *states)
{
	char text[256] = "";

	rule->break_it(m);
	if (machine_check(m, text, sizeof(text)) || strstr(text, rule->report) != text) {
		printf("expected \"%s\", got \"%s\"\n", rule->report, text);
		failures++;
	}
	/* nobody comes to an end in a radix tree that is broken */
	if (states && strncmp(text, "radix tree", strlen("radix tree")) != 0)
		print_state(states, m, rule->report, text, 0);
}

/* The file that S390_GMAP_STATES names. */
static inline FILE *file_for_states(void)
{
	const char *path = getenv("S390_GMAP_STATES");
	FILE *file = path ? fopen(path, "w") : NULL;

	EXPECT(file || !path);
	return file;
}

static inline void expect_rules(struct machine *m, const struct rule *rules, size_t count)
{
	FILE *states = file_for_states();
	size_t i;

	busy_machine(m);
	EXPECT_CHECK(m);
	EXPECT_EQ(machine_snapshot(m), 0);
	if (states)
		print_state(states, m, "nothing is broken", "", 0);
	for (i = 0; i < count; i++) {
		expect_rule(m, &rules[i], states);
		EXPECT(machine_restore(m, 0));
		EXPECT_CHECK(m);
	}
	if (states)
		fclose(states);
}

#endif
