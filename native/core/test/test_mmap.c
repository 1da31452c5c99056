// SPDX-License-Identifier: GPL-2.0-only
/* mmap, munmap, mprotect, madvise and mremap (spec 5.4): which tables go, which VMAs become one, which errors come first. */
#include "core/program/access.h"
#include "kernels.h"

#define V 0x10000000000ULL

static struct mm *process(struct machine *m)
{
	EXPECT_EQ(s390_enable_sie(m, m->s.mm[0]), 0);
	return m->s.mm[0];
}

static void touch(struct machine *m, struct mm *mm, u64 address)
{
	EXPECT_EQ(user_store(m, mm, address, 1), 0);
}

static void munmap_errors(struct machine *m)
{
	struct mm *mm = process(m);

	EXPECT_EQ(sys_munmap(m, mm, V + 1, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(sys_munmap(m, mm, V, 0), -EINVAL);
	EXPECT_EQ(sys_munmap(m, mm, PGDIR_SIZE + PAGE_SIZE, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(sys_munmap(m, mm, PGDIR_SIZE - PAGE_SIZE, 2 * PAGE_SIZE), -EINVAL);
	EXPECT_EQ(sys_munmap(m, mm, V, UINT64_MAX), -EINVAL);
	EXPECT_EQ(sys_munmap(m, mm, V, PAGE_SIZE), 0);
	EXPECT_EQ(sys_munmap(m, mm, V, 1), 0);
}

static void mmap_errors(struct machine *m)
{
	struct mm *mm = process(m);

	EXPECT_EQ(sys_mmap(m, mm, V + 1, PAGE_SIZE, READ_WRITE, 0), -EINVAL);
	EXPECT_EQ(sys_mmap(m, mm, V, 0, READ_WRITE, 0), -EINVAL);
	EXPECT_EQ(sys_mmap(m, mm, V, UINT64_MAX, READ_WRITE, 0), -ENOMEM);
	EXPECT_EQ(sys_mmap(m, mm, 0, TASK_MAX_SIZE + PAGE_SIZE, READ_WRITE, 0), -ENOMEM);
	EXPECT_EQ(sys_mmap(m, mm, V, 1, READ_WRITE, 0), 0);
	EXPECT_VMA(mm, V, V, V + PAGE_SIZE);
	/* what lies there goes first */
	touch(m, mm, V);
	map_memory(m, mm, V, PMD_SIZE, VM_READ);
	EXPECT_EQ(pte_of_page(m, mm, V), 0);
}

/* A page table goes if no neighbour can need it: floor and ceiling are the neighbours' ends. */
static void neighbours_keep_tables(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, 4 * PMD_SIZE, READ_WRITE);
	touch(m, mm, V + 0x80000);
	touch(m, mm, V + PMD_SIZE);
	touch(m, mm, V + 2 * PMD_SIZE);
	touch(m, mm, V + 3 * PMD_SIZE);
	/* segment 0 and 3 stay half in use, 1 and 2 go */
	EXPECT_EQ(sys_munmap(m, mm, V + 0x80000, 3 * PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 0x80000), 0x400);
	EXPECT_EQ(pte_of_page(m, mm, V + PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 2 * PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 3 * PMD_SIZE), 0x400);
	/* the last VMA of a segment takes the table with it, although pages outside of it were in it too */
	EXPECT_EQ(sys_munmap(m, mm, V, 0x80000), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), 0);
	EXPECT_CHECK(m);
}

/* The address that gmap_unlink gets is the start of the segment, wherever the VMA begins. */
static void links_go_with_the_table(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);

	map_memory(m, mm, V + 0x80000, 0x1000, READ_WRITE);
	map_memory(m, mm, V + 0xc0000, 0x1000, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0x80000, 0), 0);
	EXPECT_EQ(sys_munmap(m, mm, V + 0x80000, 0x1000), 0);
	EXPECT(link_of(gmap, V) != 0);
	EXPECT_EQ(sys_munmap(m, mm, V + 0xc0000, 0x1000), 0);
	EXPECT_EQ(link_of(gmap, V), 0);
	EXPECT_EQ(mapping_of(gmap, 0), V);
}

static u64 segment_table(struct machine *m, const struct mm *mm, u64 address)
{
	u64 entry = entry_of(m, mm->table, address >> PUD_SHIFT & CRST_INDEX);

	return entry & REGION_ENTRY_INVALID ? 0 : entry & PAGE_MASK;
}

/* The same rule for segment tables, in granules of 2 GiB. */
static void neighbours_keep_segment_tables(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + 64 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	touch(m, mm, V);
	touch(m, mm, V + 64 * PMD_SIZE);
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT(segment_table(m, mm, V) != 0);
	EXPECT_EQ(pte_of_page(m, mm, V), 0);
	EXPECT_EQ(sys_munmap(m, mm, V + 64 * PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(segment_table(m, mm, V), 0);
}

/* A neighbour in the first MiB of the address space above: a ceiling that rounds to 0 frees nothing. */
static void ceiling_of_zero(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, 0, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, 0x80000, PAGE_SIZE, VM_READ);
	touch(m, mm, 0);
	EXPECT_EQ(sys_munmap(m, mm, 0, PAGE_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, 0), 0x400);
	EXPECT_EQ(sys_munmap(m, mm, 0x80000, PAGE_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, 0), 0);
}

/* Pieces at most 1 MiB apart are one group, whose hull is freed: also the table that only lies between them. */
static void groups_of_pieces(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + 2 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + 5 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	map_memory(m, mm, V + 8 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(get_guest_storage_key(m, mm, V + PMD_SIZE), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, V + 4 * PMD_SIZE), 0);
	EXPECT_EQ(sys_munmap(m, mm, V, 6 * PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 4 * PMD_SIZE), 0x400);
	/* now it is inside of one */
	map_memory(m, mm, V + 4 * PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(sys_munmap(m, mm, V + 4 * PMD_SIZE, PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V + 4 * PMD_SIZE), 0);
}

/* Neighbours become one if their attributes agree, and so do their page offsets once pages are there. */
static void merging(struct machine *m)
{
	struct mm *mm = process(m);
	u64 before = mm->vma_count;

	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_VMA(mm, V, V, V + 2 * PAGE_SIZE);
	map_memory(m, mm, V + 3 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + 2 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_VMA(mm, V, V, V + 4 * PAGE_SIZE);
	EXPECT_EQ(mm->vma_count, before + 1);
	/* another protection divides, the same one joins again */
	EXPECT_EQ(sys_mprotect(m, mm, V + PAGE_SIZE, PAGE_SIZE, VM_READ), 0);
	EXPECT_EQ(mm->vma_count, before + 3);
	EXPECT_EQ(sys_mprotect(m, mm, V + PAGE_SIZE, PAGE_SIZE, READ_WRITE), 0);
	EXPECT_EQ(mm->vma_count, before + 1);
	/* shared mappings are files of their own */
	EXPECT_EQ(sys_mmap(m, mm, V + PUD_SIZE, PAGE_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(sys_mmap(m, mm, V + PUD_SIZE + PAGE_SIZE, PAGE_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(mm->vma_count, before + 3);
	/* the two halves of one file are not */
	EXPECT_EQ(sys_mmap(m, mm, V + 2 * PUD_SIZE, 4 * PAGE_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V + 2 * PUD_SIZE, PAGE_SIZE, VM_READ), 0);
	EXPECT_EQ(mm->vma_count, before + 5);
	EXPECT_EQ(sys_mprotect(m, mm, V + 2 * PUD_SIZE, PAGE_SIZE, READ_WRITE), 0);
	EXPECT_EQ(mm->vma_count, before + 4);
	EXPECT_EQ(sys_mprotect(m, mm, V + 2 * PUD_SIZE + 2 * PAGE_SIZE, PAGE_SIZE, VM_READ), 0);
	/* the page between them joins the one above, then all join */
	EXPECT_EQ(sys_mprotect(m, mm, V + 2 * PUD_SIZE + PAGE_SIZE, PAGE_SIZE, VM_READ), 0);
	EXPECT_VMA(mm, V + 2 * PUD_SIZE + PAGE_SIZE, V + 2 * PUD_SIZE + PAGE_SIZE, V + 2 * PUD_SIZE + 3 * PAGE_SIZE);
	EXPECT_EQ(sys_mprotect(m, mm, V + 2 * PUD_SIZE, 4 * PAGE_SIZE, READ_WRITE), 0);
	EXPECT_VMA(mm, V + 2 * PUD_SIZE, V + 2 * PUD_SIZE, V + 2 * PUD_SIZE + 4 * PAGE_SIZE);
	EXPECT_EQ(find_vma(m, mm, V + 2 * PUD_SIZE)->pgoff, 0);
	EXPECT_EQ(mm->vma_count, before + 4);
	EXPECT_CHECK(m);
}

/* Two mappings that were both written to have page lists of their own and stay apart. */
static void merging_after_faults(struct machine *m)
{
	struct mm *mm = process(m);
	u64 before = mm->vma_count;
	u64 list;

	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + 2 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	touch(m, mm, V);
	touch(m, mm, V + 2 * PAGE_SIZE);
	map_memory(m, mm, V + PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_VMA(mm, V, V, V + 2 * PAGE_SIZE);
	EXPECT_EQ(mm->vma_count, before + 2);
	/* next to one that has a list already, the new one takes it over */
	EXPECT_EQ(sys_munmap(m, mm, V, 4 * PAGE_SIZE), 0);
	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	touch(m, mm, V);
	map_memory(m, mm, V + PAGE_SIZE, PAGE_SIZE, VM_READ);
	EXPECT_EQ(sys_mprotect(m, mm, V + PAGE_SIZE, PAGE_SIZE, READ_WRITE), 0);
	EXPECT_VMA(mm, V, V, V + 2 * PAGE_SIZE);
	/* also when the one below has none yet and the one above has */
	EXPECT_EQ(sys_munmap(m, mm, V, 4 * PAGE_SIZE), 0);
	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + 2 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	touch(m, mm, V + 2 * PAGE_SIZE);
	list = find_vma(m, mm, V + 2 * PAGE_SIZE)->anon_vma;
	map_memory(m, mm, V + PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_VMA(mm, V, V, V + 3 * PAGE_SIZE);
	EXPECT_EQ(find_vma(m, mm, V)->anon_vma, list);
}

static void map_noreserve(struct machine *m, struct mm *mm, u64 address, u64 prot)
{
	EXPECT_EQ(sys_mmap(m, mm, address, PAGE_SIZE, prot, VM_NORESERVE), 0);
}

/* Memory that was writable once is accounted, and stays a VMA of its own; MAP_NORESERVE is never accounted. */
static void accounting(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + PAGE_SIZE, PAGE_SIZE, VM_READ);
	touch(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PAGE_SIZE, VM_READ), 0);
	EXPECT_VMA(mm, V, V, V + PAGE_SIZE);
	EXPECT_EQ(sys_munmap(m, mm, V, 2 * PAGE_SIZE), 0);

	map_noreserve(m, mm, V, READ_WRITE);
	map_noreserve(m, mm, V + PAGE_SIZE, VM_READ);
	EXPECT_VMA(mm, V, V, V + PAGE_SIZE);
	touch(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PAGE_SIZE, VM_READ), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V + PAGE_SIZE, PAGE_SIZE, READ_WRITE), 0);
	touch(m, mm, V + PAGE_SIZE);
	EXPECT_EQ(find_vma(m, mm, V)->anon_vma, find_vma(m, mm, V + PAGE_SIZE)->anon_vma);
	EXPECT_EQ(sys_mprotect(m, mm, V + PAGE_SIZE, PAGE_SIZE, VM_READ), 0);
	EXPECT_VMA(mm, V, V, V + 2 * PAGE_SIZE);
	EXPECT_EQ(find_vma(m, mm, V)->flags & (VM_ACCOUNT | VM_NORESERVE), VM_NORESERVE);
	/* mremap keeps it */
	EXPECT_EQ(sys_mremap(m, mm, V, 2 * PAGE_SIZE, V + PMD_SIZE, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(find_vma(m, mm, V + PMD_SIZE)->flags & (VM_ACCOUNT | VM_NORESERVE), VM_NORESERVE);
	/* and it stays apart from memory that is accounted, or could be */
	map_memory(m, mm, V + PMD_SIZE + 2 * PAGE_SIZE, PAGE_SIZE, VM_READ);
	map_memory(m, mm, V + PMD_SIZE - PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	EXPECT_VMA(mm, V + PMD_SIZE, V + PMD_SIZE, V + PMD_SIZE + 2 * PAGE_SIZE);
	EXPECT_CHECK(m);
}

static u64 flags_of_mmap(struct machine *m, u64 flags)
{
	EXPECT_OK(CALL(m, OP_mmap, 0, V, PAGE_SIZE, READ_WRITE, flags), 0);
	return find_vma(m, m->s.mm[0], V)->flags & (VM_SHARED | VM_NORESERVE | VM_ACCOUNT);
}

/* Of programs: bit 1 is shared, bit 2 MAP_NORESERVE. */
static void mmap_flags(struct machine *m)
{
	EXPECT_EQ(flags_of_mmap(m, 0), VM_ACCOUNT);
	EXPECT_EQ(flags_of_mmap(m, WIRE_MAP_SHARED), VM_SHARED);
	EXPECT_EQ(flags_of_mmap(m, WIRE_MAP_NORESERVE), VM_NORESERVE);
	EXPECT_EQ(flags_of_mmap(m, WIRE_MAP_SHARED | WIRE_MAP_NORESERVE), VM_SHARED | VM_NORESERVE);
	EXPECT_EQ(flags_of_mmap(m, UINT64_MAX), VM_SHARED | VM_NORESERVE);
	EXPECT_EQ(flags_of_mmap(m, 100), VM_ACCOUNT);
}

static void mprotect_errors(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, 2 * PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + 3 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	touch(m, mm, V + PAGE_SIZE);
	touch(m, mm, V + 3 * PAGE_SIZE);
	EXPECT_EQ(sys_mprotect(m, mm, V + 1, PAGE_SIZE, VM_READ), -EINVAL);
	EXPECT_EQ(sys_mprotect(m, mm, V, 0, VM_READ), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V, UINT64_MAX - PAGE_SIZE, VM_READ), -ENOMEM);
	EXPECT_EQ(sys_mprotect(m, mm, V, PAGE_SIZE, 0x10), -EINVAL);
	EXPECT_EQ(sys_mprotect(m, mm, V + 3 * PAGE_SIZE, PAGE_SIZE, 8 | READ_WRITE), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V - PAGE_SIZE, 2 * PAGE_SIZE, VM_READ), -ENOMEM);
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), 0x03d);
	/* up to the hole it is done */
	EXPECT_EQ(sys_mprotect(m, mm, V, 4 * PAGE_SIZE, VM_READ), -ENOMEM);
	EXPECT_EQ(PTE_BITS(m, mm, V + PAGE_SIZE), 0x21d);
	EXPECT_EQ(PTE_BITS(m, mm, V + 3 * PAGE_SIZE), 0x03d);
}

/* Every present PTE is exchanged, changed or not; where the VMA has the protection already, none is. */
static void mprotect_values(struct machine *m)
{
	struct mm *mm = process(m);
	u64 value;

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	touch(m, mm, V);
	EXPECT_EQ(user_load(m, mm, V + 0x1000, &value), 0);
	touch(m, mm, V + 0x2000);
	EXPECT_EQ(swap_out(m, mm, V + 0x2000), 0);
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_EVENTS("lazy 0x10000000000\nlazy 0x10000001000\nidte mm0 local\n");
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x21d);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x1000), 0x255);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x2000), 0x600);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, READ_WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x21d);
	touch(m, mm, V);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, 0), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x40d);
	EXPECT_EQ(PTE_BITS(m, mm, V + 0x1000), 0x445);
	EXPECT_EQ(user_load(m, mm, V, &value), -EFAULT);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, READ_WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x21d);
	EXPECT_EQ(user_load(m, mm, V, &value), 0);
	EXPECT_EQ(value, 1);
}

static void madvise(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + 2 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	touch(m, mm, V);
	touch(m, mm, V + 2 * PAGE_SIZE);
	EXPECT_EQ(sys_madvise(m, mm, V + 1, PAGE_SIZE, MADV_DONTNEED), -EINVAL);
	EXPECT_EQ(sys_madvise(m, mm, V, PAGE_SIZE, 99), -EINVAL);
	EXPECT_EQ(sys_madvise(m, mm, V, UINT64_MAX - PAGE_SIZE, MADV_DONTNEED), -EINVAL);
	EXPECT_EQ(sys_madvise(m, mm, V, 0, MADV_DONTNEED), 0);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x03d);
	/* holes are skipped, and then reported */
	EXPECT_EQ(sys_madvise(m, mm, V - PAGE_SIZE, 5 * PAGE_SIZE, MADV_DONTNEED), -ENOMEM);
	EXPECT_EQ(pte_of_page(m, mm, V), 0x400);
	EXPECT_EQ(pte_of_page(m, mm, V + 2 * PAGE_SIZE), 0x400);
	EXPECT_EQ(sys_madvise(m, mm, V, PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(sys_madvise(m, mm, V + PUD_SIZE, PAGE_SIZE, MADV_DONTNEED), -ENOMEM);
}

#define NEW (V + PUD_SIZE)

static int remap(struct machine *m, u64 old, u64 length, u64 new, u64 new_length)
{
	return sys_mremap(m, m->s.mm[0], old, length, new, new_length);
}

/* Step 1: refused before anything changes. */
static void mremap_refused(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, 4 * PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, NEW, PAGE_SIZE, READ_WRITE);
	touch(m, mm, NEW);
	EXPECT_EQ(remap(m, V + 1, PAGE_SIZE, NEW, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(remap(m, V, PAGE_SIZE, NEW + 1, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(remap(m, V, PAGE_SIZE, NEW, 0), -EINVAL);
	EXPECT_EQ(remap(m, V, PAGE_SIZE, PGDIR_SIZE, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(remap(m, V, 4 * PAGE_SIZE, V + PAGE_SIZE, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(remap(m, V, PAGE_SIZE, V, PAGE_SIZE), -EINVAL);
	EXPECT_EQ(PTE_BITS(m, mm, NEW), 0x03d);
}

/* Steps 2 and 3 are done before step 4 finds that the source is not one VMA. */
static void mremap_fails_late(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, 2 * PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, V + 2 * PAGE_SIZE, PAGE_SIZE, VM_READ);
	map_memory(m, mm, V + 3 * PAGE_SIZE, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, NEW, PAGE_SIZE, READ_WRITE);
	touch(m, mm, NEW);
	touch(m, mm, V);
	EXPECT_EQ(remap(m, V, 4 * PAGE_SIZE, NEW, 3 * PAGE_SIZE), -EFAULT);
	EXPECT_EQ(pte_of_page(m, mm, NEW), 0);
	EXPECT_VMA(mm, V + 2 * PAGE_SIZE, V + 2 * PAGE_SIZE, V + 3 * PAGE_SIZE);
	EXPECT_VMA(mm, V + 3 * PAGE_SIZE, STACK_TOP - STACK_SIZE, STACK_TOP);
	EXPECT_EQ(PTE_BITS(m, mm, V), 0x03d);
	EXPECT_EQ(remap(m, V - PAGE_SIZE, PAGE_SIZE, NEW, PAGE_SIZE), -EFAULT);
}

/* Steps 5 and 6: PTEs move, PGSTEs stay; target tables are made also for source tables that are empty. */
static void mremap_moves(struct machine *m)
{
	struct mm *mm = process(m);
	struct gmap *gmap = new_gmap(m, mm, 0, 0);
	u64 page;

	map_memory(m, mm, V, 2 * PMD_SIZE, READ_WRITE);
	add_notifier(m, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, 2 * PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x1000, 0x1000), 0);
	touch(m, mm, V + 0x2000);
	EXPECT_EQ(swap_out(m, mm, V + 0x2000), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, V + PMD_SIZE), 0);
	map_memory(m, mm, V + 4 * PMD_SIZE, PAGE_SIZE, VM_READ);
	touch(m, mm, V);
	page = pte_page(pte_of_page(m, mm, V + 0x1000));
	m->events.mask = EVENTS_FLUSH;
	EXPECT_EQ(remap(m, V, 2 * PMD_SIZE, NEW, 3 * PMD_SIZE), 0);
	EXPECT_EVENTS("lazy 0x10000000000\nnotify n0 g0 0x1000\nlazy 0x10000001000\nflush local\n"
		      "idte g0 0x%llx\nflush local\n",
		      (unsigned long long)gmap->asce);
	EXPECT_EQ(pte_of_page(m, mm, NEW + 0x1000), page | 0x03d);
	EXPECT_EQ(pgste_of_page(m, mm, NEW + 0x1000), PGSTE_UC);
	EXPECT_EQ(PTE_BITS(m, mm, NEW + 0x2000), 0x600);
	EXPECT_EQ(pte_of_page(m, mm, NEW + PMD_SIZE), 0x400);
	EXPECT_EQ(pte_of_page(m, mm, NEW + 2 * PMD_SIZE), 0);
	EXPECT_EQ(pte_of_page(m, mm, V), 0);
	EXPECT_VMA(mm, NEW, NEW, NEW + 3 * PMD_SIZE);
	EXPECT_CHECK(m);
}

/* Within one page table, upwards and downwards. */
static void mremap_near(struct machine *m)
{
	struct mm *mm = process(m);
	u64 value = 0;

	map_memory(m, mm, V + 0x10000, 2 * PAGE_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V + 0x11000, 11), 0);
	EXPECT_EQ(remap(m, V + 0x10000, 2 * PAGE_SIZE, V + 0x12000, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(user_load(m, mm, V + 0x13000, &value), 0);
	EXPECT_EQ(value, 11);
	EXPECT_EQ(remap(m, V + 0x12000, 2 * PAGE_SIZE, V, 2 * PAGE_SIZE), 0);
	EXPECT_EQ(user_load(m, mm, V + 0x1000, &value), 0);
	EXPECT_EQ(value, 11);
	/* shrinking cuts the tail off first */
	EXPECT_EQ(remap(m, V, 2 * PAGE_SIZE, NEW, PAGE_SIZE), 0);
	EXPECT_VMA(mm, NEW, NEW, NEW + PAGE_SIZE);
	EXPECT_VMA(mm, V, NEW, NEW + PAGE_SIZE);
}

/* Ranges that straddle page tables at different offsets. */
static void mremap_across_tables(struct machine *m)
{
	const u64 from = V + 0x30000, to = NEW + 0xf0000;
	struct mm *mm = process(m);
	u64 i, value;

	map_memory(m, mm, from, PMD_SIZE, READ_WRITE);
	for (i = 0; i < 256; i++)
		EXPECT_EQ(user_store(m, mm, from + i * PAGE_SIZE, i), 0);
	EXPECT_EQ(remap(m, from, PMD_SIZE, to, PMD_SIZE), 0);
	for (i = 0; i < 256; i++) {
		EXPECT_EQ(user_load(m, mm, to + i * PAGE_SIZE, &value), 0);
		EXPECT_EQ(value, i);
	}
	EXPECT_EQ(pte_of_page(m, mm, from), 0);
}

/* What never had a page belongs where it lies; once it had one it keeps its offset and merges there only. */
static void mremap_and_merging(struct machine *m)
{
	struct mm *mm = process(m);

	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	map_memory(m, mm, NEW, PAGE_SIZE, READ_WRITE);
	EXPECT_EQ(remap(m, V, PAGE_SIZE, NEW + PAGE_SIZE, PAGE_SIZE), 0);
	EXPECT_VMA(mm, NEW, NEW, NEW + 2 * PAGE_SIZE);
	map_memory(m, mm, V, PAGE_SIZE, READ_WRITE);
	touch(m, mm, V);
	EXPECT_EQ(remap(m, V, PAGE_SIZE, NEW + 2 * PAGE_SIZE, PAGE_SIZE), 0);
	EXPECT_VMA(mm, NEW, NEW, NEW + 2 * PAGE_SIZE);
	EXPECT_VMA(mm, NEW + 2 * PAGE_SIZE, NEW + 2 * PAGE_SIZE, NEW + 3 * PAGE_SIZE);
}

static void mremap_shared(struct machine *m)
{
	struct mm *mm = process(m);
	u64 value = 0;

	EXPECT_EQ(sys_mmap(m, mm, V, 4 * PAGE_SIZE, READ_WRITE, VM_SHARED), 0);
	EXPECT_EQ(user_store(m, mm, V + 3 * PAGE_SIZE, 33), 0);
	EXPECT_EQ(remap(m, V + 2 * PAGE_SIZE, 2 * PAGE_SIZE, NEW, 2 * PAGE_SIZE), 0);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_madvise(m, mm, NEW, 2 * PAGE_SIZE, MADV_DONTNEED), 0);
	EXPECT_EQ(user_load(m, mm, NEW + PAGE_SIZE, &value), 0);
	EXPECT_EQ(value, 33);
}

/* Page tables without PGSTEs come in pairs; munmap does not tell gmaps about them. */
static void half_tables(struct machine *m)
{
	struct machine_counts before, after;
	struct mm *mm;

	SET(m, m->s.sysctl_allocate_pgste, 0);
	mm = mm_exec(m, 1);
	map_memory(m, mm, V, 4 * PMD_SIZE, READ_WRITE);
	touch(m, mm, V);
	machine_count(m, &before);
	touch(m, mm, V + PMD_SIZE);
	machine_count(m, &after);
	EXPECT_EQ(after.frames, before.frames + 1);
	touch(m, mm, V + 2 * PMD_SIZE);
	EXPECT_EQ(entry_get(host_pmd(m, mm, V + PMD_SIZE)), entry_get(host_pmd(m, mm, V)) + 2048);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT_CHECK(m);
	/* the free half is the next one to be used */
	touch(m, mm, V + 3 * PMD_SIZE);
	EXPECT_EQ(entry_get(host_pmd(m, mm, V + 3 * PMD_SIZE)) + 2048, entry_get(host_pmd(m, mm, V + PMD_SIZE)));
	EXPECT_CHECK(m);
	/* both halves of a frame in one go; a frame with a free half when the process ends; the next process */
	EXPECT_EQ(sys_munmap(m, mm, V, 2 * PMD_SIZE), 0);
	mm_exit(m, mm);
	SET(m, m->s.mm[1], NULL);
	mm_free(m, mm);
	machine_count(m, &after);
	EXPECT_EQ(after.frames, 4);
	EXPECT(mm_exec(m, 1) == mm);
	EXPECT_EQ(mm->pgtable_list, 0);
	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	touch(m, mm, V);
}

/* Page tables without PGSTEs go without gmap_unlink: a gmap goes on using them, so they become nothing else. */
static void linked_half_table(struct machine *m)
{
	struct mm *mm;
	struct gmap *gmap;
	u64 table;

	SET(m, m->s.sysctl_allocate_pgste, 0);
	mm = mm_exec(m, 1);
	map_memory(m, mm, V, 2 * PMD_SIZE, READ_WRITE);
	gmap = new_gmap(m, mm, 0, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), 0);
	table = entry_get(host_pmd(m, mm, V));
	EXPECT_EQ(sys_munmap(m, mm, V, PMD_SIZE), 0);
	EXPECT(link_of(gmap, V) != 0);
	EXPECT_CHECK(m);
	touch(m, mm, V + PMD_SIZE);
	EXPECT(entry_get(host_pmd(m, mm, V + PMD_SIZE)) != table);
	EXPECT_EQ(guest_load(m, gmap, 0, false, &table).dat.code, PGM_PAGE_TRANSLATION);
	EXPECT_CHECK(m);
}

RUN_TESTS(TEST(munmap_errors), TEST(mmap_errors), TEST(neighbours_keep_tables), TEST(links_go_with_the_table),
	  TEST(neighbours_keep_segment_tables), TEST(ceiling_of_zero), TEST(groups_of_pieces), TEST(merging),
	  TEST(merging_after_faults), ALL(accounting), ALL(mmap_flags), TEST(mprotect_errors), TEST(mprotect_values),
	  TEST(madvise), TEST(mremap_refused), TEST(mremap_fails_late), TEST(mremap_moves), TEST(mremap_near),
	  TEST(mremap_across_tables), TEST(mremap_and_merging), TEST(mremap_shared), TEST(half_tables),
	  TEST(linked_half_table, .loses = true))
