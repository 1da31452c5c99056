// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/pgalloc.h"

#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/tlb.h"

#define HALVES_IN_USE 0x03u
#define HALVES_LEAVING 0x30u

u64 crst_table_alloc(struct machine *m, u64 empty)
{
	u64 table = frame_alloc(m, CRST_ORDER, FRAME_CRST);

	if (table)
		storage_fill(m, table, CRST_ENTRIES, empty);
	return table;
}

void crst_table_free(struct machine *m, u64 table)
{
	frame_free(m, table, CRST_ORDER);
}

static u64 host_crst_alloc(struct machine *m, u64 empty)
{
	return inject(m, INJECT_host_table) ? 0 : crst_table_alloc(m, empty);
}

/* Which halves of a frame with two page tables are not to be had, one bit each. */
static u64 halves_taken(const struct frame *frame)
{
	return (frame->count | frame->count >> 4) & HALVES_IN_USE;
}

/* The list has the frames with a free half, newest first. */
static void list_half_frame(struct machine *m, struct mm *mm, struct frame *frame)
{
	SET(m, frame->next, mm->pgtable_list);
	SET(m, mm->pgtable_list, frame_number(m, frame));
}

static void unlist_half_frame(struct machine *m, struct mm *mm, struct frame *frame)
{
	u64 number = frame_number(m, frame);
	u64 *link = &mm->pgtable_list;

	while (*link && *link != number)
		link = &m->storage.frames[*link].next;
	if (*link)
		SET(m, *link, frame->next);
}

static u64 half_table_alloc(struct machine *m, struct mm *mm, u64 vmaddr)
{
	struct frame *frame;
	u64 address;

	if (mm->pgtable_list) {
		frame = &m->storage.frames[mm->pgtable_list];
		if (halves_taken(frame) != HALVES_IN_USE) {
			bool upper = halves_taken(frame) & 1;

			unlist_half_frame(m, mm, frame);
			SET(m, frame->count, frame->count | (upper ? 2 : 1));
			if (upper)
				SET(m, frame->upper_index, vmaddr);
			else
				SET(m, frame->index, vmaddr);
			address = (frame_number(m, frame) << FRAME_SHIFT) + (upper ? HALF_TABLE : 0);
			storage_fill(m, address, PTRS_PER_PTE, PAGE_INVALID);
			return address;
		}
	}
	address = frame_alloc(m, 0, FRAME_PGTABLE);
	if (!address)
		return 0;
	storage_fill(m, address, 2 * PTRS_PER_PTE, PAGE_INVALID);
	frame = frame_at(m, address);
	SET(m, frame->flags, frame->flags | FRAME_NO_PGSTE);
	SET(m, frame->count, 1);
	SET(m, frame->index, vmaddr);
	list_half_frame(m, mm, frame);
	return address;
}

/* A page table for the segment of `address`; 0 without memory. */
static u64 page_table_alloc(struct machine *m, struct mm *mm, u64 address)
{
	struct frame *frame;
	u64 table;

	if (inject(m, INJECT_host_table))
		return 0;
	if (!mm->alloc_pgste)
		return half_table_alloc(m, mm, address & PMD_MASK);
	table = frame_alloc(m, 0, FRAME_PGTABLE);
	if (!table)
		return 0;
	frame = frame_at(m, table);
	storage_fill(m, table, PTRS_PER_PTE, PAGE_INVALID);
	storage_fill(m, table + PTRS_PER_PTE * sizeof(entry_t), PTRS_PER_PTE, 0);
	SET(m, frame->index, address & PMD_MASK);
	SET(m, frame->count, 3);
	return table;
}

u64 page_table_vmaddr(const struct machine *m, u64 table)
{
	const struct frame *frame = frame_at(m, table);

	return table & HALF_TABLE ? frame->upper_index : frame->index;
}

/* The table below `entry`, allocated if the entry is empty; 0 without memory. */
static u64 region_table_alloc(struct machine *m, struct mm *mm, entry_t *entry, u64 pattern, u64 empty)
{
	u64 value = entry_get(entry);
	u64 table;

	if (!(value & REGION_ENTRY_INVALID))
		return value & REGION_ENTRY_ORIGIN;
	table = host_crst_alloc(m, empty);
	if (!table)
		return 0;
	lock_take(m, LOCK_PAGE_TABLES, LOCK_WRITE, mm);
	entry_set(m, entry, table | pattern);
	lock_drop(m, LOCK_PAGE_TABLES, mm);
	return table;
}

entry_t *host_pmd_alloc(struct machine *m, struct mm *mm, u64 address)
{
	u64 table = mm->table;

	if (address >= mm->asce_limit)
		machine_bug(m, BUG_above_limit, "address 0x%llx, limit 0x%llx", (unsigned long long)address,
			    (unsigned long long)mm->asce_limit);
	if (mm->asce_limit > TASK_MAX_SIZE) {
		table = region_table_alloc(m, mm, table_entry(m, table, address, REGION1_SHIFT), REGION1_ENTRY,
					   REGION2_ENTRY_EMPTY);
		if (!table)
			return NULL;
	}
	if (mm->asce_limit > PGDIR_SIZE) {
		table = region_table_alloc(m, mm, table_entry(m, table, address, PGDIR_SHIFT), REGION2_ENTRY,
					   REGION3_ENTRY_EMPTY);
		if (!table)
			return NULL;
	}
	table = region_table_alloc(m, mm, table_entry(m, table, address, PUD_SHIFT), REGION3_ENTRY,
				   SEGMENT_ENTRY_EMPTY);
	return table ? table_entry(m, table, address, PMD_SHIFT) : NULL;
}

entry_t *host_pte_alloc_slow(struct machine *m, struct mm *mm, u64 address)
{
	entry_t *pmd = host_pmd_alloc(m, mm, address);
	u64 value;

	if (!pmd)
		return NULL;
	value = entry_get(pmd);
	if (value & SEGMENT_ENTRY_INVALID) {
		value = page_table_alloc(m, mm, address);
		if (!value)
			return NULL;
		lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
		entry_set(m, pmd, value);
		lock_drop(m, LOCK_PMD, pmd_lock_of(pmd));
	} else if (value & SEGMENT_ENTRY_LARGE) {
		machine_bug(m, BUG_large_pmd, "address 0x%llx", (unsigned long long)address);
	}
	return pte_of(m, value, address);
}

/* The first address behind the granule of size `size` that `address` lies in, at most `end`. */
static u64 granule_end(u64 address, u64 size, u64 end)
{
	u64 next = (address + size) & ~(size - 1);

	return next - 1 < end - 1 ? next : end;
}

/*
 * Moves *at up to the lowest address whose entry in the table is used, and returns true. If there is none below `end` or the
 * end of the table, moves *at to whichever of these two comes first, and returns false.
 */
static bool next_used(const struct machine *m, u64 table, unsigned int shift, u64 *at, u64 end, u64 empty)
{
	u64 table_end = granule_end(*at, (u64)CRST_ENTRIES << shift, end);
	u64 first = *at >> shift & CRST_INDEX;
	u64 behind = ((table_end - 1) >> shift & CRST_INDEX) + 1;
	u64 used = next_used_entry(entry_at(m, table), first, behind, empty);

	if (used == behind)
		*at = table_end;
	else if (used != first)
		*at = (*at >> shift << shift) + ((used - first) << shift);
	return used != behind;
}

u64 host_next_segment(const struct machine *m, const struct mm *mm, u64 from, u64 end)
{
	u64 limit = end < mm->asce_limit ? end : mm->asce_limit;
	u64 at = from;

	while (at < limit) {
		u64 table = host_region3_table(m, mm, at);

		if (!table) {
			bool no_region2 = mm->asce_limit > TASK_MAX_SIZE && !host_region2_table(m, mm, at);

			at = granule_end(at, no_region2 ? TASK_MAX_SIZE : PGDIR_SIZE, limit);
			continue;
		}
		if (!next_used(m, table, PUD_SHIFT, &at, limit, REGION3_ENTRY_EMPTY))
			continue;
		table = region_below(table_entry(m, table, at, PUD_SHIFT));
		if (next_used(m, table, PMD_SHIFT, &at, limit, SEGMENT_ENTRY_EMPTY))
			return at;
	}
	return end;
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm *mm, bool fullmm)
{
	*tlb = (struct mmu_gather){ .mm = mm, .fullmm = fullmm };
}

/* Tables that one page of pointers holds; then the batch is flushed and freed. */
#define MAX_TABLE_BATCH 509

static void half_table_release(struct machine *m, struct frame *frame)
{
	/* both halves are released when the last one is */
	SET(m, frame->count, frame->count & ~(u64)HALVES_LEAVING);
	if (frame->count == 0)
		frame_free(m, frame_number(m, frame) << FRAME_SHIFT, 0);
}

static void tlb_flush_mmu(struct machine *m, struct mmu_gather *tlb)
{
	u64 number = tlb->first;

	flush_mm_lazy(m, tlb->mm);
	while (number) {
		struct frame *frame = &m->storage.frames[number];
		u64 next = frame->next;

		if (frame->flags & FRAME_NO_PGSTE)
			half_table_release(m, frame);
		else
			frame_free(m, number << FRAME_SHIFT, frame_kind(frame) == FRAME_CRST ? CRST_ORDER : 0);
		number = next;
	}
	tlb->first = tlb->last = tlb->count = 0;
}

void tlb_finish_mmu(struct machine *m, struct mmu_gather *tlb)
{
	tlb_flush_mmu(m, tlb);
}

static void tlb_remove_table(struct machine *m, struct mmu_gather *tlb, u64 table)
{
	u64 number = table >> FRAME_SHIFT;

	SET(m, tlb->mm->flush_mm, 1);
	SET(m, frame_at(m, table)->next, 0);
	if (tlb->last)
		SET(m, m->storage.frames[tlb->last].next, number);
	else
		tlb->first = number;
	tlb->last = number;
	if (++tlb->count == MAX_TABLE_BATCH)
		tlb_flush_mmu(m, tlb);
}

static void lose_table(struct machine *m, u64 table, u64 frames)
{
	struct frame *frame = frame_at(m, table);

	if (frame->flags & FRAME_LOST)
		return;
	SET(m, frame->flags, frame->flags | FRAME_LOST);
	SET(m, m->s.lost_tables, m->s.lost_tables + frames);
}

/* By whatever host address. */
static bool has_link_to(const struct machine *m, const struct gmap *gmap, u64 table)
{
	u64 key = 0;
	u64 address;

	for (; radix_next(&gmap->host_to_guest, key, &key, &address); key++)
		if (entry_get(entry_at(m, address)) == table)
			return true;
	return false;
}

/* A gmap that was not told, or is not on the list of its process any more, still uses the page table. */
static bool page_table_is_linked(const struct machine *m, const struct mm *mm, u64 table, u64 vmaddr)
{
	u64 handle;

	for (handle = 0; handle < m->s.gmap_count; handle++) {
		const struct gmap *gmap = m->s.gmap[handle];

		if (!gmap || gmap->mm != mm)
			continue;
		if (radix_lookup(&gmap->host_to_guest, vmaddr >> PMD_SHIFT) ||
		    (gmap->wrapped_links && has_link_to(m, gmap, table)))
			return true;
	}
	return false;
}

static void pgste_table_free(struct machine *m, struct mmu_gather *tlb, u64 table, u64 vmaddr)
{
	struct mm *mm = tlb->mm;

	if (mm->has_pgste || !m->options.profile->unlink_needs_sie)
		gmap_unlink(m, mm, entry_at(m, table), vmaddr);
	/* a kernel frees it all the same; what the gmap then uses must not become something else here */
	if (page_table_is_linked(m, mm, table, vmaddr))
		lose_table(m, table, 1);
	else
		tlb_remove_table(m, tlb, table);
}

static void page_table_free_rcu(struct machine *m, struct mmu_gather *tlb, u64 table, u64 vmaddr)
{
	struct mm *mm = tlb->mm;
	struct frame *frame = frame_at(m, table);
	u64 half;

	if (mm->alloc_pgste) {
		pgste_table_free(m, tlb, table, vmaddr);
		return;
	}
	if (page_table_is_linked(m, mm, table, vmaddr)) {
		unlist_half_frame(m, mm, frame);
		SET(m, mm->flush_mm, 1);
		lose_table(m, table & FRAME_MASK, 1);
		return;
	}
	half = table & HALF_TABLE ? 2 : 1;
	unlist_half_frame(m, mm, frame);
	SET(m, frame->count, (frame->count & ~half) | half << 4);
	if (frame->count & HALVES_IN_USE) {
		/* the other half lives on and this one can be had again after the flush */
		list_half_frame(m, mm, frame);
		SET(m, mm->flush_mm, 1);
		flush_mm_lazy(m, mm);
		SET(m, frame->count, frame->count & ~(u64)HALVES_LEAVING);
	} else {
		tlb_remove_table(m, tlb, table & FRAME_MASK);
	}
}

/*
 * What may go of a granule of tables: it must lie at or above `floor`, and end at or below `ceiling`
 * (rounded down to the granule; 0 is the top of the address space).
 */
static bool granule_is_free(u64 start, u64 size, u64 floor, u64 ceiling)
{
	u64 first = start & ~(size - 1);

	if (first < floor)
		return false;
	if (ceiling) {
		ceiling &= ~(size - 1);
		if (!ceiling)
			return false;
	}
	return first + size - 1 <= ceiling - 1;
}

static void free_page_tables(struct machine *m, struct mmu_gather *tlb, u64 start, u64 end)
{
	u64 at = start;

	while ((at = host_next_segment(m, tlb->mm, at, end)) < end) {
		entry_t *pmd = host_pmd(m, tlb->mm, at);
		u64 value = entry_get(pmd);

		if (!(value & SEGMENT_ENTRY_LARGE)) {
			entry_set(m, pmd, SEGMENT_ENTRY_EMPTY);
			page_table_free_rcu(m, tlb, value & SEGMENT_ENTRY_ORIGIN, at & PMD_MASK);
		}
		at = granule_end(at, PMD_SIZE, end);
	}
}

/* Page tables that are still in a segment table when it goes are lost, with the links to them. */
static void lose_page_tables(struct machine *m, u64 segment_table)
{
	const entry_t *pmd = entry_at(m, segment_table);
	u64 i;

	for (i = 0; (i = next_used_entry(pmd, i, CRST_ENTRIES, SEGMENT_ENTRY_EMPTY)) < CRST_ENTRIES; i++)
		lose_table(m, entry_get(pmd + i) & SEGMENT_ENTRY_ORIGIN, 1);
}

static void free_segment_table(struct machine *m, struct mmu_gather *tlb, u64 at)
{
	u64 table = host_region3_table(m, tlb->mm, at);
	entry_t *pud = table ? table_entry(m, table, at, PUD_SHIFT) : NULL;
	u64 value = pud ? entry_get(pud) : REGION3_ENTRY_EMPTY;

	if (value & REGION_ENTRY_INVALID)
		return;
	entry_set(m, pud, REGION3_ENTRY_EMPTY);
	lose_page_tables(m, value & REGION_ENTRY_ORIGIN);
	tlb_remove_table(m, tlb, value & REGION_ENTRY_ORIGIN);
}

/* Segment tables that other VMAs' tables do not need are lost with the region-3 table too. */
static void lose_segment_tables(struct machine *m, u64 region3_table)
{
	const entry_t *pud = entry_at(m, region3_table);
	u64 i;

	for (i = 0; (i = next_used_entry(pud, i, CRST_ENTRIES, REGION3_ENTRY_EMPTY)) < CRST_ENTRIES; i++) {
		u64 value = entry_get(pud + i);

		lose_page_tables(m, value & REGION_ENTRY_ORIGIN);
		lose_table(m, value & REGION_ENTRY_ORIGIN, CRST_SIZE / FRAME_SIZE);
	}
}

static void free_region3_table(struct machine *m, struct mmu_gather *tlb, u64 at)
{
	u64 region2_table, table;
	entry_t *entry;

	if (tlb->mm->asce_limit == PGDIR_SIZE)
		return; /* the top table goes with the mm */
	region2_table = host_region2_table(m, tlb->mm, at);
	if (!region2_table)
		return;
	entry = table_entry(m, region2_table, at, PGDIR_SHIFT);
	table = region_below(entry);
	if (!table)
		return;
	entry_set(m, entry, REGION2_ENTRY_EMPTY);
	lose_segment_tables(m, table);
	tlb_remove_table(m, tlb, table);
}

/* Region-3 tables, and what is below them. */
static void lose_region3_tables(struct machine *m, u64 region2_table)
{
	const entry_t *p4d = entry_at(m, region2_table);
	u64 i;

	for (i = 0; (i = next_used_entry(p4d, i, CRST_ENTRIES, REGION2_ENTRY_EMPTY)) < CRST_ENTRIES; i++) {
		u64 table = region_below(p4d + i);

		lose_segment_tables(m, table);
		lose_table(m, table, CRST_SIZE / FRAME_SIZE);
	}
}

static void free_region2_table(struct machine *m, struct mmu_gather *tlb, u64 at)
{
	entry_t *entry;
	u64 table;

	if (tlb->mm->asce_limit <= TASK_MAX_SIZE)
		return;
	entry = table_entry(m, tlb->mm->table, at, REGION1_SHIFT);
	table = region_below(entry);
	if (!table)
		return;
	entry_set(m, entry, REGION1_ENTRY_EMPTY);
	lose_region3_tables(m, table);
	tlb_remove_table(m, tlb, table);
}

/* The tables for [at, end), which lie in one granule of a region-2 table. */
static void free_region2_range(struct machine *m, struct mmu_gather *tlb, u64 at, u64 end, u64 floor, u64 ceiling)
{
	while (at < end) {
		u64 region_end = granule_end(at, PGDIR_SIZE, end);
		u64 region = at;

		if (!host_region3_table(m, tlb->mm, at))
			at = region_end; /* nothing there */
		while (at < region_end) {
			u64 segment_end = granule_end(at, PUD_SIZE, region_end);

			free_page_tables(m, tlb, at, segment_end);
			if (granule_is_free(at, PUD_SIZE, floor, ceiling))
				free_segment_table(m, tlb, at);
			at = segment_end;
		}
		if (granule_is_free(region, PGDIR_SIZE, floor, ceiling))
			free_region3_table(m, tlb, region);
	}
}

/* One group of VMAs, [start, end): its page tables, then what is above them, from low to high addresses. */
static void free_pgd_range(struct machine *m, struct mmu_gather *tlb, u64 start, u64 end, u64 floor, u64 ceiling)
{
	u64 at = start & PMD_MASK;

	if (at < floor)
		at += PMD_SIZE;
	if (!granule_is_free((end - 1) & PMD_MASK, PMD_SIZE, 0, ceiling))
		end = (end - 1) & PMD_MASK;
	else
		end = granule_end(end - 1, PMD_SIZE, tlb->mm->asce_limit);
	while (at < end) {
		u64 next = granule_end(at, TASK_MAX_SIZE, end);

		if (tlb->mm->asce_limit <= TASK_MAX_SIZE || host_region2_table(m, tlb->mm, at))
			free_region2_range(m, tlb, at, next, floor, ceiling);
		if (granule_is_free(at, TASK_MAX_SIZE, floor, ceiling))
			free_region2_table(m, tlb, at);
		at = next;
	}
}

void free_pgtables(struct machine *m, struct mmu_gather *tlb, const struct vma *vma, u64 floor, u64 ceiling)
{
	while (vma) {
		u64 start = vma->start;
		u64 end = vma->end;
		const struct vma *next = vma->next;

		if (!(vma->flags & VM_HUGETLB))
			while (next && next->start <= end + PMD_SIZE && !(next->flags & VM_HUGETLB)) {
				end = next->end;
				next = next->next;
			}
		free_pgd_range(m, tlb, start, end, floor, next ? next->start : ceiling);
		vma = next;
	}
}

void count_lost_tables(struct machine *m, struct mm *mm)
{
	u64 i;

	if (mm->asce_limit == PGDIR_SIZE) {
		lose_segment_tables(m, mm->table);
		return;
	}
	if (mm->asce_limit == TASK_MAX_SIZE) {
		lose_region3_tables(m, mm->table);
		return;
	}
	for (i = 0; i < CRST_ENTRIES; i++) {
		u64 table = region_below(entry_at(m, mm->table) + i);

		if (!table)
			continue;
		lose_region3_tables(m, table);
		lose_table(m, table, CRST_SIZE / FRAME_SIZE);
	}
}
