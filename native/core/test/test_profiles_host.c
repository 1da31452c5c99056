// SPDX-License-Identifier: GPL-2.0-only
/* Where kernels differ below gmap.c: the fields of struct profile that concern any process, on a machine of each kernel. */
#include "kernels.h"

#define V 0x10000000000ULL

static u64 frames_in_use(const struct machine *m)
{
	struct machine_counts counts;

	machine_count(m, &counts);
	return counts.frames;
}

static void mprotect_upgrades(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	store(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	load(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x21d, 0x31d, 0x31f, 0x31f));
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0x215, 0x315, 0x315, 0x315));
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, READ_WRITE), 0);
	/* one that was written to, and one that was only read */
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x21d, 0x31d, 0x13f, 0x13f));
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0x215, 0x315, 0x315, 0x335));
	store(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0x13f));
}

/* A page that a child had, and one of shared memory: whether they may be written to is for the fault to find out. */
static void mprotect_upgrades_nothing_shared(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(sys_mmap(m, mm, V + PMD_SIZE, PMD_SIZE, READ_WRITE, VM_SHARED), 0);
	store(m, mm, V);
	store(m, mm, V + PMD_SIZE);
	EXPECT_EQ(sys_fork(m, mm), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V, 2 * PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V, 2 * PMD_SIZE, READ_WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x21d, 0x31d, 0x31f, 0x31f));
	/* the template of shared memory has the write bit */
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0x13f));
}

static void store_checks_first(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(user_store(m, mm, V, 1), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x215, 0, 0, 0));
	load(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(user_store(m, mm, V + PAGE_SIZE, 1), -EFAULT);
}

/* Two pages of shared memory whose file has one: the second is behind its end. */
static u64 memory_behind_the_end(struct machine *m, struct mm *mm, u64 at)
{
	EXPECT_EQ(sys_mmap(m, mm, V + 8 * PMD_SIZE, PAGE_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(sys_mremap(m, mm, V + 8 * PMD_SIZE, PAGE_SIZE, at, 2 * PAGE_SIZE), 0);
	return at + PAGE_SIZE;
}

static void late_page_table(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	u64 written = memory_behind_the_end(m, mm, V + 2 * PMD_SIZE);
	u64 read = memory_behind_the_end(m, mm, V + 3 * PMD_SIZE);
	u64 value;

	EXPECT_EQ(user_store(m, mm, written, 1), -EFAULT);
	EXPECT_EQ(pte_of_page(m, mm, written), BY_KERNEL(m, 0x400, 0, 0, 0));
	EXPECT_EQ(user_load(m, mm, read, &value), -EFAULT);
	EXPECT_EQ(pte_of_page(m, mm, read), BY_KERNEL(m, 0x400, 0, 0, 0));
	/* with a page in front of it to map */
	store(m, mm, read - PAGE_SIZE);
	EXPECT_EQ(sys_mremap(m, mm, read - PAGE_SIZE, 2 * PAGE_SIZE, V + 4 * PMD_SIZE, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(sys_madvise(m, mm, V + 4 * PMD_SIZE, 2 * PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(sys_mremap(m, mm, V + 4 * PMD_SIZE, 2 * PAGE_SIZE, V + 5 * PMD_SIZE, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(user_store(m, mm, V + 5 * PMD_SIZE + PAGE_SIZE, 1), -EFAULT);
	EXPECT_EQ(user_load(m, mm, V + 5 * PMD_SIZE + PAGE_SIZE, &value), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, mm, V + 5 * PMD_SIZE), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0x13f));
}

static void reclaim_drops_unused(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	u64 frames;

	store(m, mm, V);
	store(m, mm, V + PAGE_SIZE);
	essa_set_usage(m, mm, V, 1);
	essa_set_usage(m, mm, V + PAGE_SIZE, 2);
	frames = frames_in_use(m);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(swap_out(m, mm, V + PAGE_SIZE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x600, 0x400, 0x400, 0x400));
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0x600, 0x600, 0xe02, 0xe02));
	EXPECT_EQ(frames - frames_in_use(m), BY_KERNEL(m, 0, 1, 1, 1));
	EXPECT_EQ(pgste_of_page(m, mm, V) & PGSTE_USAGE, PGSTE_USAGE_UNUSED);
}

/* That the page was young is taken away by a change of its own, which forgets that the page is logically zero. */
static void reclaim_of_old_pages(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	u64 page;

	for (page = V; page < V + 2 * PAGE_SIZE; page += PAGE_SIZE) {
		store(m, mm, page);
		essa_set_usage(m, mm, page, 1);
		essa_set_zero(m, mm, page, true);
	}
	EXPECT(clear_young(m, mm, V));
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(swap_out(m, mm, V + PAGE_SIZE), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V) & PGSTE_GPS_ZERO,
		  BY_KERNEL(m, 0, PGSTE_GPS_ZERO, PGSTE_GPS_ZERO, PGSTE_GPS_ZERO));
	EXPECT_EQ(pgste_of_page(m, mm, V + PAGE_SIZE) & PGSTE_GPS_ZERO, 0);
}

/* The mark of an unused page is for reclaim alone: nobody else lets it into a PTE. */
static void unused_mark(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	entry_t *ptep;
	u64 pte;

	store(m, mm, V);
	essa_set_usage(m, mm, V, 1);
	ptep = host_pte(m, mm, V);
	pte = entry_get(ptep);
	pte_lock(m, ptep);
	EXPECT_EQ(ptep_xchg_direct(m, mm, V, ptep, PAGE_INVALID) ^ pte,
		  BY_KERNEL(m, 0, PAGE_UNUSED, PAGE_UNUSED, PAGE_UNUSED));
	set_pte_at(m, mm, V, ptep, pte);
	pte_unlock(m, ptep);
	EXPECT_EQ(sys_mremap(m, mm, V, PAGE_SIZE, V + PMD_SIZE, PAGE_SIZE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0x13f));
	EXPECT_EQ(pgste_of_page(m, mm, V) & PGSTE_USAGE, PGSTE_USAGE_UNUSED);
}

static void swap_in(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	u64 value;

	store(m, mm, V);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x600, 0x600, 0xe02, 0xe02));
	EXPECT_EQ(user_load(m, mm, V, &value), 0);
	EXPECT_EQ(value, 1);
	/* the write bit, but clean: a store is still told */
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x215, 0x315, 0x317, 0x337));
	store(m, mm, V);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x03d, 0x13d, 0x13f, 0x13f));
}

/* In memory that cannot be written to the write bit is not had back either. */
static void swap_in_read_only(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	u64 value;

	store(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(user_load(m, mm, V, &value), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x215, 0x315, 0x317, 0x317));
}

/* A fork shares pages in swap, too, and those in memory before they go there. */
static void swap_exclusive(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	store(m, mm, V);
	store(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x600, 0x600, 0xe02, 0xe02));
	EXPECT_EQ(sys_fork(m, mm), 0);
	EXPECT_EQ(swap_out(m, mm, V + PAGE_SIZE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x600, 0x600, 0x602, 0x602));
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), BY_KERNEL(m, 0x600, 0x600, 0x602, 0x602));
	/* who brings it back has it alone again */
	store(m, mm, V);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x600, 0x600, 0xe02, 0xe02));
}

static void mprotect_unaccounts(struct machine *m)
{
	const u64 used = V + 8 * PMD_SIZE;
	struct mm *mm = guest_process(m, V);

	map_memory(m, mm, V + PMD_SIZE, PMD_SIZE, VM_READ);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_VMA(mm, V, V, V + BY_KERNEL(m, 1, 1, 1, 2) * PMD_SIZE);
	/* memory that has had a page stays apart */
	map_memory(m, mm, used, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, used + PMD_SIZE, PMD_SIZE, VM_READ);
	store(m, mm, used);
	EXPECT_EQ(sys_mprotect(m, mm, used, PMD_SIZE, VM_READ), 0);
	EXPECT_VMA(mm, used, used, used + PMD_SIZE);
}

/* A hole of one page between two mappings; `below` and `above`: whether they have had pages. */
static void mapping_with_a_hole(struct machine *m, struct mm *mm, u64 at, bool below, bool above)
{
	map_memory(m, mm, at, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, at + 2 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	if (below)
		store(m, mm, at);
	if (above)
		store(m, mm, at + 2 * PAGE_SIZE);
	map_memory(m, mm, at + PAGE_SIZE, PAGE_SIZE, READ_WRITE);
}

static void mmap_expands(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	const u64 second = V + PMD_SIZE;
	const u64 third = V + 2 * PMD_SIZE;

	/* two that do not fit each other */
	mapping_with_a_hole(m, mm, V, true, true);
	EXPECT_VMA(mm, V, V, V + BY_KERNEL(m, 2, 2, 1, 2) * PAGE_SIZE);
	EXPECT_VMA(mm, V + 2 * PAGE_SIZE, V + BY_KERNEL(m, 2, 2, 1, 2) * PAGE_SIZE, V + 3 * PAGE_SIZE);
	/* the one below has had no page, and does not fit the one above for 6.1 */
	mapping_with_a_hole(m, mm, second, false, true);
	EXPECT_VMA(mm, second + PAGE_SIZE, second + BY_KERNEL(m, 0, 0, 1, 0) * PAGE_SIZE, second + 3 * PAGE_SIZE);
	mapping_with_a_hole(m, mm, third, true, false);
	EXPECT_VMA(mm, third, third, third + 3 * PAGE_SIZE);
	EXPECT_EQ(find_vma(m, mm, third)->anon_vma != 0, 1);
	EXPECT_CHECK(m);
}

static void mremap_checks_first(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	store(m, mm, V);
	EXPECT_EQ(sys_mremap(m, mm, V + 8 * PMD_SIZE, PAGE_SIZE, V, PAGE_SIZE), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x400, 0x400, 0x13f, 0x13f));
	EXPECT_VMA(mm, V, BY_KERNEL(m, V + PAGE_SIZE, V + PAGE_SIZE, V, V), V + PMD_SIZE);
}

static void mremap_of_no_bytes(struct machine *m)
{
	const u64 to = V + 4 * PMD_SIZE;
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(sys_mremap(m, mm, V, 0, to, PAGE_SIZE), BY_KERNEL(m, 0, -EINVAL, -EINVAL, -EINVAL));
	EXPECT_EQ(vma_lookup(m, mm, to) != NULL, BY_KERNEL(m, 1, 0, 0, 0));
	/* shared memory is mapped a second time everywhere */
	EXPECT_EQ(sys_mmap(m, mm, V, PMD_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(sys_mremap(m, mm, V, 0, to, PAGE_SIZE), 0);
	EXPECT_EQ(vma_lookup(m, mm, to)->file == vma_lookup(m, mm, V)->file, 1);
}

static void page_none(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(vm_get_page_prot(m, 0), BY_KERNEL(m, 0x401, 0x601, 0x601, 0x601));
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED), BY_KERNEL(m, 0x401, 0x601, 0x601, 0x601));
	store(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, 0), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x40d, 0x60d, 0x60f, 0x60f));
}

static void noexec(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(vm_get_page_prot(m, VM_READ), BY_KERNEL(m, 0x611, 0x711, 0x711, 0x711));
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED | READ_WRITE), BY_KERNEL(m, 0x631, 0x731, 0x731, 0x731));
	EXPECT_EQ(vm_get_page_prot(m, VM_EXEC), 0x611);
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED | VM_ACCESS), 0x631);
	store(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ | VM_EXEC), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x21d, 0x21d, 0x21f, 0x21f));
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x21d, 0x31d, 0x31f, 0x31f));
}

static void linux_6_1_without_nx(struct machine_options *options)
{
	linux_6_1(options);
	options->nx = false;
}

static void machine_without_nx(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(vm_get_page_prot(m, VM_READ), 0x611);
	store(m, mm, V);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x03f);
}

/* A page that was only read gets the bit when it is moved, and keeps it. */
static void soft_dirty(struct machine *m)
{
	struct mm *mm = guest_process(m, V);

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	load(m, mm, V);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x215, 0x315, 0x315, 0x315));
	EXPECT_EQ(sys_mremap(m, mm, V, PAGE_SIZE, V + PMD_SIZE, PAGE_SIZE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE), BY_KERNEL(m, 0x215, 0x315, 0x317, 0x317));
	EXPECT_EQ(swap_out(m, mm, V + PMD_SIZE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE) & PAGE_SOFT_DIRTY, BY_KERNEL(m, 0, 0, 2, 2));
	EXPECT_EQ(sys_mremap(m, mm, V + PMD_SIZE, PAGE_SIZE, V, PAGE_SIZE), 0);
	load(m, mm, V);
	EXPECT_EQ(PTE_BITS(m, mm, V), BY_KERNEL(m, 0x215, 0x315, 0x317, 0x317));
}

/* Memory above 2^53 takes two more levels of tables: both, or none if the second one cannot be had. */
static void two_levels_or_none(struct machine *m)
{
	struct mm *mm = guest_process(m, V);
	u64 before = mm->asce;

	SET(m, m->s.inject[INJECT_host_table], 2);
	EXPECT_EQ(sys_mmap(m, mm, TASK_MAX_SIZE, PMD_SIZE, READ_WRITE, 0), -ENOMEM);
	EXPECT_EQ(mm->asce, before);
	EXPECT_EQ(mm->asce_limit, PGDIR_SIZE);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_mmap(m, mm, TASK_MAX_SIZE, PMD_SIZE, READ_WRITE, 0), 0);
	EXPECT_EQ(mm->asce & ASCE_TYPE_MASK, ASCE_TYPE_REGION1);
}

/* A fault through a guest, or by any other caller of fixup_user_fault, does not grow a stack any more. */
static void fault_below_a_stack(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = new_gmap(m, mm, 0, 0);
	const u64 segment = STACK_TOP - PMD_SIZE;
	const u64 start = STACK_TOP - STACK_SIZE;
	bool grows = kernel_of(m) <= LINUX_5_10;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, segment, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, start - 4 * PAGE_SIZE - segment, FAULT_FLAG_WRITE), grows ? 0 : -EFAULT);
	EXPECT_VMA(mm, STACK_TOP - 1, BY_KERNEL(m, start - 5 * PAGE_SIZE, start - 4 * PAGE_SIZE, start, start),
		   STACK_TOP);
	EXPECT_EQ(gmap_fault(m, gmap, start - segment, FAULT_FLAG_WRITE), 0);
	if (kernel_of(m) != LINUX_4_7)
		EXPECT_EQ(gmap_mprotect_notify(m, gmap, start - 6 * PAGE_SIZE - segment, PAGE_SIZE, PROT_WRITE),
			  grows ? 0 : -EFAULT);
	/* the process itself has what it needs */
	store(m, mm, start - 8 * PAGE_SIZE);
	EXPECT_VMA(mm, STACK_TOP - 1, start - (kernel_of(m) == LINUX_4_7 ? 9 : 8) * PAGE_SIZE, STACK_TOP);
	EXPECT_EQ(gmap_fault(m, gmap, start - 8 * PAGE_SIZE - segment, FAULT_FLAG_WRITE), 0);
	EXPECT_CHECK(m);
}

/* One page below a stack is kept free by 4.7, whatever is there; later kernels stay 256 pages away from accessible memory. */
static void stack_guard_gap(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	const u64 start = STACK_TOP - STACK_SIZE;
	const u64 below = start - 300 * PAGE_SIZE; /* end of what lies there */
	bool is_4_7 = kernel_of(m) == LINUX_4_7;

	map_memory(m, mm, below - PAGE_SIZE, PAGE_SIZE, VM_READ);
	store(m, mm, below + 256 * PAGE_SIZE);
	EXPECT_VMA(mm, STACK_TOP - 1, below + (is_4_7 ? 255 : 256) * PAGE_SIZE, STACK_TOP);
	EXPECT_EQ(user_store(m, mm, below + 250 * PAGE_SIZE, 1), is_4_7 ? 0 : -EFAULT);
	EXPECT_VMA(mm, STACK_TOP - 1, below + (is_4_7 ? 249 : 256) * PAGE_SIZE, STACK_TOP);
	/* memory that nobody can access does not count */
	EXPECT_EQ(sys_mprotect(m, mm, below - PAGE_SIZE, PAGE_SIZE, 0), 0);
	EXPECT_EQ(user_store(m, mm, below, 1), is_4_7 ? -EFAULT : 0);
	EXPECT_VMA(mm, STACK_TOP - 1, is_4_7 ? below + 249 * PAGE_SIZE : below, STACK_TOP);
	EXPECT_CHECK(m);
}

/* The whole stack counts against its limit; 4.7 did not count the guard page. */
static void stack_limit(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	bool is_4_7 = kernel_of(m) == LINUX_4_7;

	EXPECT_EQ(user_store(m, mm, STACK_TOP - STACK_RLIMIT - PAGE_SIZE, 1), -EFAULT);
	store(m, mm, STACK_TOP - STACK_RLIMIT);
	EXPECT_VMA(mm, STACK_TOP - 1, STACK_TOP - STACK_RLIMIT - (is_4_7 ? PAGE_SIZE : 0), STACK_TOP);
	store(m, mm, STACK_TOP - STACK_RLIMIT + 8);
	EXPECT_CHECK(m);
}

RUN_TESTS(ALL(mprotect_upgrades), ALL(mprotect_upgrades_nothing_shared), ALL(store_checks_first), ALL(late_page_table),
	  ALL(reclaim_drops_unused), ALL(reclaim_of_old_pages), ALL(unused_mark), ALL(swap_in), ALL(swap_in_read_only),
	  ALL(swap_exclusive), ALL(mprotect_unaccounts), ALL(mmap_expands), ALL(mremap_checks_first),
	  ALL(mremap_of_no_bytes), ALL(page_none), ALL(noexec), ON(linux_6_1_without_nx, machine_without_nx),
	  ALL(soft_dirty), LATER(two_levels_or_none), ALL(fault_below_a_stack), ALL(stack_guard_gap), ALL(stack_limit))
