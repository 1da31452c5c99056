// SPDX-License-Identifier: GPL-2.0-only
/* Rules I10 to I17, of processes and their pages, and the accounts: what is allocated is reachable. */
#include "core/linux/mm/shmem.h"
#include "rules.h"

static void pgstes_that_are_not_there(struct machine *m)
{
	SET(m, mm0(m)->alloc_pgste, 0);
}

static void pgste_locked(struct machine *m)
{
	change(m, pgste(m, V + 0x5000), 0, PGSTE_PCL);
}

static void pgste_unknown_bit(struct machine *m)
{
	change(m, pgste(m, V + 0x5000), 0, 0x100);
}

static void dirty_but_not_marked(struct machine *m)
{
	change(m, pgste(m, V), PGSTE_UC, 0);
}

static void armed_but_invalid(struct machine *m)
{
	change(m, pgste(m, V + 0x2000), 0, PGSTE_IN);
}

static void armed_but_protected(struct machine *m)
{
	change(m, pgste(m, V + 0x1000), 0, PGSTE_IN);
}

static void zero_page_with_keys(struct machine *m)
{
	SET(m, mm0(m)->no_zero_pages, 1);
}

static void pte_zero(struct machine *m)
{
	entry_set(m, pte(m, V + 0x5000), 0);
}

static void pte_half_cleared(struct machine *m)
{
	entry_set(m, pte(m, V + 0x5000), PAGE_INVALID | 0x123000);
}

static void pte_large(struct machine *m)
{
	change(m, pte(m, V), 0, 0x800);
}

static void swap_pte_bits(struct machine *m)
{
	change(m, pte(m, V + 0x2000), 0, 0x100);
}

static void pte_valid_but_old(struct machine *m)
{
	change(m, pte(m, V), PAGE_YOUNG, 0);
}

static void pte_writable_but_clean(struct machine *m)
{
	change(m, pte(m, V), PAGE_DIRTY, 0);
}

static void pte_outside(struct machine *m)
{
	EXPECT_EQ(get_guest_storage_key(m, mm0(m), UNTOUCHED), 0);
	entry_set(m, pte(m, UNTOUCHED), zero_page(m, UNTOUCHED) | 0x255);
}

static void vma_not_writable(struct machine *m)
{
	struct vma *vma = find_vma(m, mm0(m), V);

	SET(m, vma->flags, vma->flags & ~(u64)VM_WRITE);
}

static void zero_page_not_special(struct machine *m)
{
	change(m, pte(m, V + 0x1000), PAGE_SPECIAL, 0);
}

static void shared_page_wrong(struct machine *m)
{
	entry_set(m, pte(m, SHARED), page_alloc_zeroed(m, FRAME_SHARED) | 0x03d);
}

static void copy_on_write_broken(struct machine *m)
{
	entry_set(m, pte(m, V + 0x7000), (entry_get(pte(m, V)) & PAGE_MASK) | 0x21d);
	page_get(m, entry_get(pte(m, V)) & PAGE_MASK);
}

static void reference_too_many(struct machine *m)
{
	SET(m, frame_of(m, V)->count, 2);
	change(m, pte(m, V), PAGE_WRITE_BIT, PAGE_PROTECT);
	change(m, pgste(m, V), PGSTE_IN, 0);
}

static void reference_too_few(struct machine *m)
{
	entry_set(m, pte(m, V + 0x7000), (entry_get(pte(m, V)) & PAGE_MASK) | 0x21d);
}

static void swap_reference(struct machine *m)
{
	SET(m, frame_of(m, V + 0x2000)->count, 3);
}

static void page_freed(struct machine *m)
{
	SET(m, frame_of(m, V)->flags, FRAME_FREE);
}

static void page_leaked(struct machine *m)
{
	EXPECT(page_alloc_zeroed(m, FRAME_ANON) != 0);
}

static void table_leaked(struct machine *m)
{
	EXPECT(crst_table_alloc(m, SEGMENT_ENTRY_EMPTY) != 0);
}

static void page_table_twice(struct machine *m)
{
	entry_set(m, host_pmd(m, mm0(m), V + 9 * PMD_SIZE), entry_get(host_pmd(m, mm0(m), V)));
}

static void page_table_moved(struct machine *m)
{
	SET(m, frame_at(m, entry_get(host_pmd(m, mm0(m), SHARED)))->index, V);
}

static void host_segment_entry(struct machine *m)
{
	change(m, host_pmd(m, mm0(m), SHARED), 0, SEGMENT_ENTRY_PROTECT);
}

static void host_region_entry(struct machine *m)
{
	change(m, entry_at(m, mm0(m)->table) + (V >> PUD_SHIFT & CRST_INDEX), 0, 0x400);
}

static void host_asce(struct machine *m)
{
	SET(m, mm0(m)->asce, mm0(m)->asce ^ ASCE_TYPE_SEGMENT ^ 0x100);
}

static void large_page_in_small_vma(struct machine *m)
{
	struct vma *vma = find_vma(m, mm0(m), HUGE_AT);

	SET(m, vma->flags, vma->flags & ~(u64)VM_HUGETLB);
}

static void vma_overlaps(struct machine *m)
{
	SET(m, find_vma(m, mm0(m), V)->end, SHARED + PAGE_SIZE);
}

static void vma_empty(struct machine *m)
{
	SET(m, find_vma(m, mm0(m), V)->end, V);
}

static void vma_count(struct machine *m)
{
	SET(m, mm0(m)->vma_count, 2);
}

static void vma_protection(struct machine *m)
{
	SET(m, find_vma(m, mm0(m), SHARED)->page_prot, vm_get_page_prot(m, 0));
}

static void vma_leaked(struct machine *m)
{
	EXPECT(vma_alloc(m) != NULL);
}

static void file_references(struct machine *m)
{
	file_get(m, find_vma(m, mm0(m), SHARED)->file);
}

static void file_leaked(struct machine *m)
{
	EXPECT(file_alloc(m, 1) != NULL);
}

static void file_page_number(struct machine *m)
{
	SET(m, frame_of(m, SHARED)->index, 5);
}

static void node_leaked(struct machine *m)
{
	EXPECT(pool_alloc(m, POOL_RADIX_NODE) != NULL);
}

static void node_count(struct machine *m)
{
	SET(m, g0(m)->guest_to_host.node->count, 0);
}

static void node_parent(struct machine *m)
{
	SET(m, g0(m)->guest_to_host.node->parent, g0(m)->guest_to_host.node);
}

static void gmap_leaked(struct machine *m)
{
	EXPECT(pool_alloc(m, POOL_GMAP) != NULL);
}

static void lock_held(struct machine *m)
{
	down_read(m, mm0(m));
}

static void attach_count(struct machine *m)
{
	SET(m, mm0(m)->attach_count, 0x10001);
}

static void user_asce(struct machine *m)
{
	entry_set(m, lowcore(m, 0, LOWCORE_USER_ASCE), 0);
}

static void lowcore_gmap(struct machine *m)
{
	entry_set(m, lowcore(m, 0, LOWCORE_GMAP), 77);
}

static const struct rule rules[] = {
	{ pgstes_that_are_not_there, "I10: mm0: PGSTEs in tables without them" },
	{ pgste_locked, "I11: mm0: 0x10000005000: PTE 0x400, PGSTE 0x80000000000000" },
	{ dirty_but_not_marked, "I12: mm0: 0x10000000000: PTE 0x" },
	{ armed_but_invalid, "I13: mm0: 0x10000002000: PTE 0x" },
	{ armed_but_protected, "I13: mm0: 0x10000001000: PTE 0x" },
	{ zero_page_with_keys, "I14: mm0: 0x10000001000: PTE 0x" },
	{ lock_held, "I16: 1 locks are held, preemption count 0" },
	{ pgste_unknown_bit, "I17: mm0: 0x10000005000: PTE 0x400, PGSTE 0x100" },
	{ pte_zero, "I17: mm0: 0x10000005000: PTE 0x0" },
	{ pte_half_cleared, "I17: mm0: 0x10000005000: PTE 0x123400" },
	{ pte_large, "I17: mm0: 0x10000000000: PTE 0x" },
	{ swap_pte_bits, "I17: mm0: 0x10000002000: PTE 0x" },
	{ pte_valid_but_old, "a valid PTE of a page that is old or not readable: mm0: 0x10000000000" },
	{ pte_writable_but_clean, "a store can reach a page that is clean or not writable: mm0: 0x10000000000" },
	{ pte_outside, "a page outside of all VMAs: mm0: 0x10280000000" },
	{ vma_not_writable, "a page is writable, its VMA is not: mm0: 0x10000000000" },
	{ zero_page_not_special, "a zero page: mm0: 0x10000001000" },
	{ shared_page_wrong, "not the page that the file has there: mm0: 0x10080000000" },
	{ copy_on_write_broken, "copy on write: a shared page is writable: mm0: 0x10000000000" },
	{ reference_too_many, "references: the frame at 0x" },
	{ reference_too_few, "references: private memory: the page at 0x" },
	{ swap_reference, "references: the frame at 0x" },
	{ page_freed, "references: private memory: the frame at 0x" },
	{ page_leaked, "leak: nothing leads to the frame at 0x" },
	{ table_leaked, "leak: nothing leads to the frame at 0x" },
	{ page_table_twice, "host tables: a page table at 0x" },
	{ page_table_moved, "host tables: mm0: the page table of 0x10080000000 says 0x10000000000" },
	{ host_segment_entry, "host tables: mm0: segment entry 0x" },
	{ host_region_entry, "I4: mm0: region-3 entry 0x" },
	{ host_asce, "cpu 0: the user ASCE in its lowcore is not that of its process" },
	{ large_page_in_small_vma, "host tables: mm0: large page at 0x10100000000 outside of a VMA for it" },
	{ vma_overlaps, "VMA: mm0: the one at 0x10000000000 and the next one at 0x10080000000" },
	{ vma_empty, "VMA: mm0: [0x10000000000, 0x10000000000)" },
	{ vma_count, "VMA: mm0: 2 counted, 4 found" },
	{ vma_protection, "VMA: mm0: flags 0x" },
	{ vma_leaked, "leak: 5 VMAs live, 4 found" },
	{ file_references, "file: 2 references, 1 VMAs" },
	{ file_leaked, "leak: 2 files live, 1 found" },
	{ file_page_number, "file: the page at 0x" },
	{ node_leaked, "leak: 6 radix-tree nodes live, 5 found" },
	{ node_count, "radix tree: g0 guest_to_host: a node counts 0 slots, 2 are in use" },
	{ node_parent, "radix tree: g0 guest_to_host: a node does not know the one above it" },
	{ gmap_leaked, "leak: 3 gmaps live, 2 found" },
	{ attach_count, "cpu: mm0 runs on 1, attach_count 0x10001" },
	{ user_asce, "cpu 0: the user ASCE in its lowcore is not that of its process" },
	{ lowcore_gmap, "cpu 0: its lowcore names a gmap that never was" },
};

static void each_rule(struct machine *m)
{
	expect_rules(m, rules, sizeof(rules) / sizeof(rules[0]));
}

/* PTEs from before s390_enable_sie did not tell their PGSTEs. */
static void old_page_tables(struct machine *m)
{
	busy_machine(m);
	SET(m, mm0(m)->old_page_tables, 1);
	EXPECT_EQ(machine_snapshot(m), 0);
	dirty_but_not_marked(m);
	armed_but_invalid(m);
	EXPECT_CHECK(m);
	pgste_locked(m);
	EXPECT(!machine_check(m, (char[256]){ 0 }, 256));
	EXPECT(machine_restore(m, 0));
}

static void check_always(struct machine_options *options)
{
	options->check_always = true;
}

/* As a BUG, and not at all once the machine is dead. */
static void as_a_bug(struct machine *m)
{
	char text[16];

	busy_machine(m);
	list_del(m, &g0(m)->list);
	EXPECT_BUG(BUG_check, (machine_check_or_bug(m), 0));
	EXPECT(strncmp(m->bug_text, "I1 (a gmap is on the list of its process exactly once, ", 55) == 0);
	EXPECT(strstr(m->bug_text, "): g0 is not on the list of its process"));
	EXPECT(machine_check(m, text, sizeof(text)));
	m->dead = BUG_none;
	/* a short buffer is cut off */
	EXPECT(!machine_check(m, text, sizeof(text)));
	EXPECT_TEXT(text, "I1: g0 is not o");
	m->dead = BUG_check;
}

RUN_TESTS(TEST(each_rule, .needs_memory = true), TEST(old_page_tables),
	  TEST(as_a_bug, .needs_memory = true, .options = check_always))
