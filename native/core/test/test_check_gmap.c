// SPDX-License-Identifier: GPL-2.0-only
/* Rules I1 to I9, of gmaps: their lists, tables and trees. */
#include "rules.h"

static void list_order(struct machine *m)
{
	SET(m, m->s.gmap[1]->serial, g0(m)->serial);
}

static void list_owner(struct machine *m)
{
	SET(m, g0(m)->mm, NULL);
}

static void list_lost(struct machine *m)
{
	list_del(m, &g0(m)->list);
}

static void handle_changed(struct machine *m)
{
	SET(m, g0(m)->handle, 1);
}

static void asce_changed(struct machine *m)
{
	SET(m, g0(m)->asce, g0(m)->asce | ASCE_REAL_SPACE);
}

static void table_changed(struct machine *m)
{
	SET(m, g0(m)->table, g0(m)->table + CRST_SIZE);
}

static void end_changed(struct machine *m)
{
	SET(m, g0(m)->asce_end, PUD_SIZE - 1);
}

static void list_count(struct machine *m)
{
	SET(m, g0(m)->crst_count, 1);
}

static void list_shortened(struct machine *m)
{
	SET(m, m->storage.frames[g0(m)->crst_list].next, 0);
}

static void list_of_two_gmaps(struct machine *m)
{
	SET(m, frame_at(m, m->s.gmap[1]->table)->next, g0(m)->crst_list);
}

static void list_has_a_stranger(struct machine *m)
{
	u64 table = frame_alloc(m, 2, FRAME_CRST);

	SET(m, frame_at(m, table)->next, g0(m)->crst_list);
	SET(m, g0(m)->crst_list, table >> FRAME_SHIFT);
	SET(m, g0(m)->crst_count, g0(m)->crst_count + 1);
}

static void table_index(struct machine *m)
{
	SET(m, m->storage.frames[g0(m)->crst_list].index, PUD_SIZE);
}

static void region_entry_bits(struct machine *m)
{
	change(m, entry_at(m, g0(m)->table), 0, REGION_ENTRY_PROTECT);
}

static void region_entry_half_empty(struct machine *m)
{
	entry_set(m, entry_at(m, g0(m)->table) + 7, REGION3_ENTRY_EMPTY | 0x1000);
}

static void region_entry_elsewhere(struct machine *m)
{
	entry_set(m, entry_at(m, g0(m)->table) + 7, entry_of(m, g0(m)->table, 0));
}

static void region_entry_to_host(struct machine *m)
{
	entry_set(m, entry_at(m, g0(m)->table) + 7, mm0(m)->table | REGION3_ENTRY);
}

static void segment_entry_bits(struct machine *m)
{
	change(m, guest_entry(m, GADDR), 0, SEGMENT_ENTRY_PROTECT);
}

static void segment_entry_zero(struct machine *m)
{
	entry_set(m, guest_entry(m, GADDR + 7 * PMD_SIZE), 0);
}

static void segment_entry_without_link(struct machine *m)
{
	radix_delete(m, &g0(m)->host_to_guest, V >> PMD_SHIFT);
}

static void segment_entry_twice(struct machine *m)
{
	entry_set(m, guest_entry(m, GADDR + 7 * PMD_SIZE), entry_get(guest_entry(m, GADDR)));
}

static void link_to_empty_entry(struct machine *m)
{
	entry_set(m, guest_entry(m, GADDR), SEGMENT_ENTRY_EMPTY);
}

static void link_to_nowhere(struct machine *m)
{
	radix_delete(m, &g0(m)->host_to_guest, V >> PMD_SHIFT);
	radix_insert(m, &g0(m)->host_to_guest, V >> PMD_SHIFT, g0(m)->table);
	entry_set(m, guest_entry(m, GADDR), SEGMENT_ENTRY_EMPTY);
}

static void links_crossed(struct machine *m)
{
	u64 a = radix_delete(m, &g0(m)->host_to_guest, V >> PMD_SHIFT);
	u64 b = radix_delete(m, &g0(m)->host_to_guest, (V >> PMD_SHIFT) + 1);

	radix_insert(m, &g0(m)->host_to_guest, V >> PMD_SHIFT, b);
	radix_insert(m, &g0(m)->host_to_guest, (V >> PMD_SHIFT) + 1, a);
}

static void two_keys_for_an_entry(struct machine *m)
{
	u64 entry = radix_lookup(NULL, &g0(m)->host_to_guest, V >> PMD_SHIFT);

	entry_set(m, host_pmd(m, mm0(m), V + 9 * PMD_SIZE), entry_get(host_pmd(m, mm0(m), V)));
	radix_insert(m, &g0(m)->host_to_guest, (V >> PMD_SHIFT) + 9, entry);
}

static void host_entry_gone(struct machine *m)
{
	entry_set(m, host_pmd(m, mm0(m), V), SEGMENT_ENTRY_EMPTY);
}

static void mapping_unaligned(struct machine *m)
{
	radix_insert(m, &g0(m)->guest_to_host, 0x70, V + 0x1000);
}

static void mapping_too_high(struct machine *m)
{
	radix_insert(m, &g0(m)->guest_to_host, 0x70, TASK_MAX_SIZE);
}

static void mapping_above_the_end(struct machine *m)
{
	radix_insert(m, &g0(m)->guest_to_host, (g0(m)->asce_end >> PMD_SHIFT) + 1, V);
}

static void mapping_gone(struct machine *m)
{
	radix_delete(m, &g0(m)->guest_to_host, GADDR >> PMD_SHIFT);
}

static void mapping_to_another(struct machine *m)
{
	radix_delete(m, &g0(m)->guest_to_host, GADDR >> PMD_SHIFT);
	radix_insert(m, &g0(m)->guest_to_host, GADDR >> PMD_SHIFT, V + PMD_SIZE);
}

static const struct rule rules[] = {
	{ list_order, "I1: mm0: its list of gmaps is out of order" },
	{ list_owner, "I1: mm0: its list of gmaps is out of order" },
	{ list_lost, "I1: g0 is not on the list of its process" },
	{ handle_changed, "I1: g0 has the handle of another gmap" },
	{ asce_changed, "I2: g0: ASCE" },
	{ table_changed, "I2: g0: ASCE" },
	{ end_changed, "I2: g0: highest address 0x7fffffff, its ASCE covers 0x3ffffffffff" },
	{ list_count, "I3: g0: 2 tables on crst_list, 1 counted" },
	{ list_shortened, "I3: g0: its first table is not at the end of crst_list" },
	{ list_of_two_gmaps, "I3: " },
	{ list_has_a_stranger, "I3: g0: 3 tables on crst_list, 2 reached" },
	{ table_index, "I3: g0: the table at 0x" },
	{ region_entry_bits, "I4: g0: region-3 entry 0x" },
	{ region_entry_half_empty, "I4: g0: region-3 entry 0x1024 for 0x380000000" },
	{ region_entry_elsewhere, "I3: g0: the table at 0x" },
	{ region_entry_to_host, "I3: g0: the table at 0x" },
	{ segment_entry_bits, "I5: g0: segment entry 0x" },
	{ segment_entry_zero, "I5: g0: segment entry 0x0 for 0xa00000" },
	{ segment_entry_without_link, "I6: g0: segment 0x300000 uses the page table of 0x10000000000" },
	{ segment_entry_twice, "I6: g0: segment 0xa00000 uses the page table of 0x10000000000" },
	{ link_to_empty_entry, "I6: g0: host segment 0x10000000000 is linked to 0x300000, whose entry is empty" },
	{ link_to_nowhere, "I6: g0: host segment 0x10000000000 is linked to 0x" },
	{ links_crossed, "I6: g0: segment 0x300000 uses the page table of 0x10000000000" },
	{ host_entry_gone, "I7: g0: guest segment 0x300000 has entry 0x" },
	{ mapping_unaligned, "I8: g0: guest segment 0x7000000 is mapped to 0x10000001000" },
	{ mapping_too_high, "I8: g0: guest segment 0x7000000 is mapped to 0x20000000000000" },
	{ mapping_above_the_end, "I8: g0: guest segment 0x40000000000 is mapped to 0x10000000000" },
	{ mapping_gone, "I9: g0: segment 0x300000 is linked but not mapped" },
	{ mapping_to_another, "I9: g0: segment 0x300000 is mapped to 0x10000100000 but linked to another one" },
	{ two_keys_for_an_entry, "host tables: a page table at 0x" },
};

static void each_rule(struct machine *m)
{
	expect_rules(m, rules, sizeof(rules) / sizeof(rules[0]));
}

/* __gmap_link believes its caller: I9 is not looked at any more, everything else is. */
static void unrelated_links(struct machine *m)
{
	busy_machine(m);
	EXPECT_EQ(machine_snapshot(m), 0);
	SET(m, g0(m)->unrelated_links, 1);
	mapping_gone(m);
	EXPECT_CHECK(m);
	link_to_empty_entry(m);
	EXPECT(!machine_check(m, (char[256]){ 0 }, 256));
	EXPECT(machine_restore(m, 0));
}

RUN_TESTS(TEST(each_rule, .needs_memory = true), TEST(unrelated_links))
