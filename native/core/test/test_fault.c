// SPDX-License-Identifier: GPL-2.0-only
/* Page faults (spec 5.1 to 5.4a): private and shared memory, stacks, swap, and the process's own accesses. */
#include "test.h"

#define V 0x10000000000ULL

static struct mm *process(struct machine *m)
{
	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	return m->s.mm[0];
}

static int fault(struct machine *m, struct mm *mm, u64 address, u32 flags)
{
	bool unlocked = false;
	int rc;

	down_read(m, mm);
	rc = fixup_user_fault(m, mm, address, flags, &unlocked);
	up_read(m, mm);
	EXPECT(!unlocked);
	return rc;
}

#define READ 0u
#define WRITE FAULT_FLAG_WRITE

/* Case A: nothing there yet. */
static void first_touch(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + PMD_SIZE, PMD_SIZE, VM_READ);
	EXPECT_EQ(fault(m, mm, V + 0x3abc, READ), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x3000), zero_page(m, V + 0x3000) | 0x255);
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x3000), 0);
	EXPECT_EQ(fault(m, mm, V + 0x4000, WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x4000), 0x03d);
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x4000), PGSTE_UC);
	EXPECT_EQ(fault(m, mm, V + PMD_SIZE, READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE), 0x255);
	EXPECT_EQ(fault(m, mm, V + PMD_SIZE, WRITE), -EFAULT);
	EXPECT_EQ(fault(m, mm, V + 2 * PMD_SIZE, READ), -EFAULT);
	EXPECT_EQ(fault(m, mm, V - 1, READ), -EFAULT);
	/* logically zero no more */
	essa_set_zero(m, mm, V + 0x5000, true);
	EXPECT_EQ(fault(m, mm, V + 0x5000, READ), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x5000), 0);
}

/* With storage keys in use there are no zero pages, and a writable VMA's pages are writable at once. */
static void first_touch_with_keys(struct machine *m)
{
	struct mm *mm = process(m);

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + PMD_SIZE, PMD_SIZE, VM_READ);
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x03d);
	EXPECT_EQ(fault(m, mm, V + PMD_SIZE, READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE), 0x215);
}

/* fixup_user_fault wants VM_READ or VM_WRITE; VM_EXEC helps nobody. */
static void permissions(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PAGE_SIZE, VM_WRITE);
	EXPECT_EQ(fault(m, mm, V, READ), -EFAULT);
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	map_memory(m, mm, V, PAGE_SIZE, VM_EXEC);
	EXPECT_EQ(fault(m, mm, V, READ), -EFAULT);
	map_memory(m, mm, V, PAGE_SIZE, 0);
	EXPECT_EQ(fault(m, mm, V, READ), -EFAULT);
	EXPECT_EQ(fault(m, mm, V, WRITE), -EFAULT);
}

/* Case C: a write to a page that is not writable yet. */
static void write_after_read(struct machine *m)
{
	struct mm *mm = process(m);
	u64 page;

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x03d);
	EXPECT(!is_zero_page(m, pte_of_page(m, mm, V)));
	EXPECT_EVENTS("ipte 0x10000000000 local\n");
	/* the only owner keeps its page */
	page = pte_page(pte_of_page(m, mm, V));
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, READ_WRITE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), page | 0x21d);
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), page | 0x03d);
}

/* Case D: present and allowed. */
static void present_pages(struct machine *m)
{
	struct mm *mm = process(m);
	entry_t *ptep;
	u64 page;

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	ptep = host_pte(m, mm, V);
	page = pte_page(entry_get(ptep));
	m->events.mask = EVENTS_FLUSH;
	/* unchanged: no exchange */
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	EXPECT_NO_EVENTS();
	/* old, writable and dirty: a read alone makes it writable */
	entry_set(m, ptep, page | 0x439);
	entry_set(m, ptep + PGSTE_OFFSET, 0);
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	EXPECT_EQ(entry_get(ptep), page | 0x03d);
	EXPECT_EQ(entry_get(ptep + PGSTE_OFFSET), PGSTE_UC);
	entry_set(m, ptep, page | 0x23d);
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	EXPECT_EQ(entry_get(ptep), page | 0x03d);
	entry_set(m, ptep, page | 0x619);
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	EXPECT_EQ(entry_get(ptep), page | 0x21d);
}

/* Case B: the page comes back as it went, with its data and its key. */
static void swap(struct machine *m)
{
	struct mm *mm = process(m);
	u64 value = 0;
	u64 page;

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V + 8, 42), 0);
	page = pte_page(pte_of_page(m, mm, V));
	page_set_storage_key(m, page, 0x70, true);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), swap_pte(page));
	EXPECT_EQ(pte_of_page(m, mm, V) & ~PAGE_MASK, 0x600);
	EXPECT_EQ(swap_out(m, mm, V), -EFAULT);
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), page | 0x215);
	EXPECT_EQ(page_get_storage_key(m, page) & ~6, 0x70);
	EXPECT_EQ(user_load(m, mm, V + 8, &value), 0);
	EXPECT_EQ(value, 42);
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), page | 0x03d);
	/* what cannot be swapped out */
	EXPECT_EQ(swap_out(m, mm, V + 0x1000), -EFAULT);
	EXPECT_EQ(swap_out(m, mm, V + PUD_SIZE), -EFAULT);
	EXPECT_EQ(fault(m, mm, V + 0x1000, READ), 0);
	EXPECT_EQ(swap_out(m, mm, V + 0x1000), -EINVAL);
	/* a swapped page that is thrown away is gone */
	EXPECT_EQ(swap_out(m, mm, V), 0);
	EXPECT_EQ(sys_madvise(m, mm, V, PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), 0x400);
	EXPECT_EQ(frame_kind(frame_at(m, page)), FRAME_FREE);
}

/* Swapping out is an invalidation: it tells the notifiers, and forgets that the page was logically zero. */
static void swap_and_pgste(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	add_notifier(m, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x1000, 0x1000), 0);
	essa_set_usage(m, mm, V + 0x1000, 3);
	essa_set_zero(m, mm, V + 0x1000, true);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(swap_out(m, mm, V + 0x1000), 0);
	EXPECT_EVENTS("notify n0 g0 0x1000\nipte 0x10000001000 local\n");
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x1000), PGSTE_UC | PGSTE_USAGE);
}

static void map_shared(struct machine *m, struct mm *mm, u64 address, u64 length, u64 prot)
{
	EXPECT_EQ(sys_mmap(m, mm, address, length, prot, VM_SHARED), 0);
}

/* 5.3a: reads map what the file has around the address. */
static void shared_memory(struct machine *m)
{
	struct mm *mm = process(m);
	u64 dirty, clean;

	map_shared(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(fault(m, mm, V + 0x1000, READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x1000), 0x235);
	EXPECT_EQ(pgste_of_page(m, mm, V + 0x1000), 0);
	EXPECT_EQ(fault(m, mm, V + 0x2000, WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x2000), 0x03d);
	EXPECT_EQ(fault(m, mm, V + 0xf000, WRITE), 0);
	EXPECT_EQ(fault(m, mm, V + 0x10000, WRITE), 0);
	clean = pte_page(pte_of_page(m, mm, V + 0x1000));
	dirty = pte_page(pte_of_page(m, mm, V + 0x2000));
	/* pages stay in the file, and come back with the window of 64 KiB */
	EXPECT_EQ(sys_madvise(m, mm, V, PMD_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x1000), 0x400);
	EXPECT_EQ(fault(m, mm, V + 0x3000, READ), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), 0x400);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x1000), clean | 0x235);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x2000), dirty | 0x03d);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x3000), 0x235);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x4000), 0x400);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0xf000), 0x03d);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x10000), 0x400);
	EXPECT_EQ(swap_out(m, mm, V + 0x1000), -EINVAL);
	EXPECT_CHECK(m);
}

/* The window ends where the VMA and the page table do. A write maps its own page only. */
static void fault_around_is_clipped(struct machine *m)
{
	const u64 base = V + PMD_SIZE - 0x8000;
	struct mm *mm = process(m);
	u64 i;

	map_shared(m, mm, base, 0x10000, READ_WRITE);
	for (i = 0; i < 16; i++)
		EXPECT_EQ(fault(m, mm, base + i * PAGE_SIZE, WRITE), 0);
	EXPECT_EQ(sys_madvise(m, mm, base, 0x10000, MADV_DONTNEED), 0);
	EXPECT_EQ(fault(m, mm, base + 0x1000, WRITE), 0);
	EXPECT_EQ(pte_of_page(m, mm, base), 0x400);
	EXPECT_EQ(fault(m, mm, base + 0x2000, READ), 0);
	for (i = 0; i < 8; i++)
		EXPECT_EQ(PTE_BITS(m, mm, base + i * PAGE_SIZE), 0x03d);
	for (; i < 16; i++)
		EXPECT_EQ(pte_of_page(m, mm, base + i * PAGE_SIZE), 0x400);
}

/* Behind the end of the memory there is nothing, but what lies before it is mapped all the same. */
static void fault_behind_the_end(struct machine *m)
{
	const u64 to = V + 4 * PMD_SIZE;
	struct mm *mm = process(m);

	map_shared(m, mm, V, PAGE_SIZE, READ_WRITE);
	EXPECT_EQ(fault(m, mm, V, WRITE), 0);
	EXPECT_EQ(sys_madvise(m, mm, V, PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(sys_mremap(m, mm, V, PAGE_SIZE, to, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(fault(m, mm, to + PAGE_SIZE, READ), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, mm, to), 0x03d);
	EXPECT_EQ(pte_of_page(m, mm, to + PAGE_SIZE), 0x400);
}

static void shared_read_only(struct machine *m)
{
	struct mm *mm = process(m);

	map_shared(m, mm, V, PMD_SIZE, VM_READ);
	EXPECT_EQ(fault(m, mm, V, READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x215);
	EXPECT_EQ(fault(m, mm, V, WRITE), -EFAULT);
	/* with keys in use it is no different: shared memory never has zero pages */
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(fault(m, mm, V + 0x1000, READ), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x1000), 0x215);
}

/* 5.4a: a store faults twice where a page is missing and again where it may not be written. */
static void accesses_of_the_process(struct machine *m)
{
	struct mm *mm = process(m);
	u64 value = 1;

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + PMD_SIZE, PMD_SIZE, VM_READ);
	map_shared(m, mm, V + 2 * PMD_SIZE, PMD_SIZE, VM_READ);
	map_memory(m, mm, V + 3 * PMD_SIZE, PMD_SIZE, VM_EXEC);
	map_memory(m, mm, V + 4 * PMD_SIZE, PMD_SIZE, 0);
	EXPECT_EQ(user_load(m, mm, V, &value), 0);
	EXPECT_EQ(value, 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x255);
	EXPECT_EQ(user_store(m, mm, V, 7), 0);
	EXPECT_EQ(user_load(m, mm, V, &value), 0);
	EXPECT_EQ(value, 7);
	EXPECT_EQ(page_get_storage_key(m, pte_page(pte_of_page(m, mm, V))) & 6, 6);
	/* the first fault leaves its page behind although the store fails */
	EXPECT_EQ(user_store(m, mm, V + PMD_SIZE, 1), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, mm, V + PMD_SIZE), 0x215);
	EXPECT_EQ(user_store(m, mm, V + 2 * PMD_SIZE, 1), -EFAULT);
	EXPECT_EQ(PTE_BITS(m, mm, V + 2 * PMD_SIZE), 0x21d);
	EXPECT_EQ(user_load(m, mm, V + 3 * PMD_SIZE, &value), 0);
	EXPECT_EQ(user_load(m, mm, V + 4 * PMD_SIZE, &value), -EFAULT);
	EXPECT_EQ(user_load(m, mm, V + 5 * PMD_SIZE, &value), -EFAULT);
	EXPECT_EQ(user_load(m, mm, PGDIR_SIZE, &value), -EFAULT);
	EXPECT_EQ(user_load(m, mm, UINT64_MAX, &value), -EFAULT);
}

/* The stack grows down to what is asked for, up to its limit, and keeps a page free below it. */
static void stack(struct machine *m)
{
	struct mm *mm = process(m);
	struct vma *vma = find_vma(m, mm, STACK_TOP - 1);
	u64 start = vma->start;

	EXPECT_EQ(fault(m, mm, start - 3 * PAGE_SIZE, WRITE), 0);
	/* one page more: a fault at the first page asks for the guard page */
	EXPECT_EQ(vma->start, start - 4 * PAGE_SIZE);
	EXPECT_EQ(fault(m, mm, STACK_TOP - STACK_RLIMIT - PAGE_SIZE, WRITE), -EFAULT);
	/* room for the page itself but not for the one below it */
	EXPECT_EQ(fault(m, mm, STACK_TOP - STACK_RLIMIT, WRITE), 0);
	EXPECT_EQ(vma->start, STACK_TOP - STACK_RLIMIT - PAGE_SIZE);
	EXPECT_EQ(fault(m, mm, vma->start, WRITE), -EFAULT);
}

static void stack_meets_a_mapping(struct machine *m)
{
	struct mm *mm = process(m);
	struct vma *vma = find_vma(m, mm, STACK_TOP - 1);
	const u64 start = vma->start;

	map_memory(m, mm, start - 4 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_EQ(fault(m, mm, start - 2 * PAGE_SIZE, WRITE), 0);
	EXPECT_EQ(vma->start, start - 3 * PAGE_SIZE);
	/* the page above the mapping is the guard page */
	EXPECT_EQ(fault(m, mm, start - 3 * PAGE_SIZE, WRITE), -EFAULT);
	EXPECT_CHECK(m);
}

RUN_TESTS(TEST(first_touch), TEST(first_touch_with_keys), TEST(permissions), TEST(write_after_read),
	  TEST(present_pages), TEST(swap), TEST(swap_and_pgste), TEST(shared_memory), TEST(fault_around_is_clipped),
	  TEST(fault_behind_the_end), TEST(shared_read_only), TEST(accesses_of_the_process), TEST(stack),
	  TEST(stack_meets_a_mapping))
