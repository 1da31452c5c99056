// SPDX-License-Identifier: GPL-2.0-only
/*
 * gmap.h by a tree's gmap.c. No check is put before the tree's code, but where the process would hang or there is no memory to work
 * on. What is ours (handles, serials, marks for checks) is set here.
 */
#include "core/linux/gmap/pgtable.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/walk.h"
#include "core/machine/list.h"
#include "own-code/own.h"

struct gmap *gmap_alloc(struct machine *m, struct mm *mm, u64 limit)
{
	return gmap_create(m, mm, limit);
}

struct gmap *gmap_create(struct machine *m, struct mm *mm, u64 limit)
{
	struct gmap *gmap;

	own_enter(m, mm);
	own->handle = WIRE_NO_HANDLE;
	gmap = linux_gmap_create(mm, limit);
	if (gmap)
		SET(m, gmap->listed, 1);
	return gmap;
}

/* Trees that have reference counts do not have it: a machine that frees its gmaps all the same. */
void gmap_free(struct machine *m, struct gmap *gmap)
{
	SET(m, gmap->ref_count, 1);
	if (gmap->listed)
		gmap_remove(m, gmap);
	else
		gmap_put(m, gmap);
}

void gmap_get(struct machine *m, struct gmap *gmap)
{
	own_enter(m, gmap->mm);
	linux_gmap_get(gmap);
}

/* What is freed has no handle any more, see runtime/memory.c. */
static bool has_handle(const struct machine *m, u64 handle, const struct gmap *gmap)
{
	return handle < MAX_GMAPS && m->s.gmap[handle] == gmap;
}

bool gmap_put(struct machine *m, struct gmap *gmap)
{
	bool last = gmap->ref_count - gmap_references_of_others(m, gmap) == 1;
	u64 handle = gmap->handle;

	/* a tree goes on with a gmap that was freed until something breaks */
	if (last && gmap->listed)
		machine_bug(m, BUG_put_listed, "g%llu", (unsigned long long)gmap->handle);
	own_enter(m, gmap->mm);
	linux_gmap_put(gmap);
	return !has_handle(m, handle, gmap);
}

bool gmap_remove(struct machine *m, struct gmap *gmap)
{
	u64 handle = gmap->handle;

	if (!gmap->listed)
		machine_bug(m, BUG_removed_twice, "g%llu", (unsigned long long)gmap->handle);
	own_enter(m, gmap->mm);
	SET(m, gmap->listed, 0);
	linux_gmap_remove(gmap);
	return !has_handle(m, handle, gmap);
}

/* The code has its own lowcore, in which it leaves the gmap; ours has the serial, which is never used again. */
void gmap_enable(struct machine *m, struct gmap *gmap)
{
	own_enter(m, gmap->mm);
	own->lowcore[OWN_LOWCORE_GMAP] = 0;
	linux_gmap_enable(gmap);
	if (own->lowcore[OWN_LOWCORE_GMAP] == (uintptr_t)gmap)
		entry_set(m, lowcore(m, current_cpu(m), LOWCORE_GMAP), gmap->serial);
}

void gmap_disable(struct machine *m, struct gmap *gmap)
{
	own_enter(m, gmap->mm);
	own->lowcore[OWN_LOWCORE_GMAP] = (uintptr_t)gmap;
	linux_gmap_disable(gmap);
	if (!own->lowcore[OWN_LOWCORE_GMAP])
		entry_set(m, lowcore(m, current_cpu(m), LOWCORE_GMAP), 0);
}

u64 __gmap_segment_gaddr(struct machine *m, entry_t *entry)
{
	own_enter(m, NULL);
	return linux_x_segment_gaddr(entry);
}

int __gmap_unlink_by_vmaddr(struct machine *m, struct gmap *gmap, u64 vmaddr)
{
	own_enter(m, gmap->mm);
	return linux_x_unlink_by_vmaddr(gmap, vmaddr);
}

int __gmap_unmap_by_gaddr(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	own_enter(m, gmap->mm);
	return linux_x_unmap_by_gaddr(gmap, gaddr);
}

#define MANY_SEGMENTS 64
#define MOST_SEGMENTS ((u64)1 << 20)

/*
 * A tree looks at each segment of a range, 2^44 of them if it is told to. Those before the first mapped one and behind the last make
 * no difference to it: they are left out. False: nothing is mapped there.
 */
static bool clamp(const struct machine *m, const struct gmap *gmap, u64 *from, u64 *end)
{
	u64 behind = (*end - 1) >> PMD_SHIFT;
	u64 first, key, item;
	u64 last;

	if (!radix_next(m, &gmap->guest_to_host, *from >> PMD_SHIFT, &first, &item) || first > behind)
		return false;
	for (last = key = first; radix_next(m, &gmap->guest_to_host, key, &key, &item) && key <= behind; key++)
		last = key;
	if (first << PMD_SHIFT > *from)
		*from = first << PMD_SHIFT;
	if (last < behind)
		*end = (last + 1) << PMD_SHIFT;
	return true;
}

int gmap_unmap_segment(struct machine *m, struct gmap *gmap, u64 to, u64 len)
{
	u64 end = to + len;

	if (len >> PMD_SHIFT > MANY_SEGMENTS && end >= to && !((to | len) & ~PMD_MASK)) {
		if (!clamp(m, gmap, &to, &end))
			end = to + PMD_SIZE;
		len = end - to;
		/* it flushes once for all of them: they cannot be told to it one after the other */
		if (len >> PMD_SHIFT > MOST_SEGMENTS)
			machine_bug(m, BUG_budget, "%llu segments from the first mapped one to the last",
				    (unsigned long long)(len >> PMD_SHIFT));
	}
	own_enter(m, gmap->mm);
	return linux_gmap_unmap_segment(gmap, to, len);
}

bool gmap_map_is_valid(const struct machine *m, const struct gmap *gmap, u64 from, u64 to, u64 len)
{
	return !((from | to | len) & ~PMD_MASK) && len && from + len >= from && to + len >= to &&
	       from + len - 1 <= m->options.profile->map_from_end && to + len - 1 <= gmap->asce_end;
}

int gmap_map_segment(struct machine *m, struct gmap *gmap, u64 from, u64 to, u64 len)
{
	own_enter(m, gmap->mm);
	return linux_gmap_map_segment(gmap, from, to, len);
}

u64 __gmap_translate(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	own_enter(m, gmap->mm);
	return linux___gmap_translate(gmap, gaddr);
}

u64 gmap_translate(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	own_enter(m, gmap->mm);
	return linux_gmap_translate(gmap, gaddr);
}

void gmap_unlink(struct machine *m, struct mm *mm, entry_t *table, u64 vmaddr)
{
	own_enter(m, mm);
	linux_gmap_unlink(mm, table, vmaddr);
}

/* Whether a call of __gmap_link() with a host address above the limit has made a link. */
static void mark_wrapped_link(struct machine *m, struct gmap *gmap, u64 vmaddr, u64 before)
{
	if ((host_wrap(gmap->mm, vmaddr) ^ vmaddr) & PMD_MASK && !before &&
	    radix_lookup(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT))
		SET(m, gmap->wrapped_links, 1);
}

int __gmap_link(struct machine *m, struct gmap *gmap, u64 gaddr, u64 vmaddr)
{
	u64 before = radix_lookup(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);
	int rc;

	own_enter(m, gmap->mm);
	rc = linux___gmap_link(gmap, gaddr, vmaddr);
	mark_wrapped_link(m, gmap, vmaddr, before);
	return rc;
}

int gmap_fault(struct machine *m, struct gmap *gmap, u64 gaddr, u32 fault_flags)
{
	own_enter(m, gmap->mm);
	return linux_gmap_fault(gmap, gaddr, fault_flags);
}

void __gmap_zap(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	own_enter(m, gmap->mm);
	linux___gmap_zap(gmap, gaddr);
}

/* From the first mapped segment on as far as there is one among the next few. False: nothing is mapped there. */
static bool next_run(const struct machine *m, const struct gmap *gmap, u64 *from, u64 to, u64 *end)
{
	u64 behind = (to - 1) >> PMD_SHIFT;
	u64 first, key, item;
	u64 last;

	if (!radix_next(m, &gmap->guest_to_host, *from >> PMD_SHIFT, &first, &item) || first > behind)
		return false;
	for (last = key = first; radix_next(m, &gmap->guest_to_host, key, &key, &item); last = key++)
		if (key > behind || key - last > MANY_SEGMENTS)
			break;
	if (first << PMD_SHIFT > *from)
		*from = first << PMD_SHIFT;
	*end = last < behind ? (last + 1) << PMD_SHIFT : to;
	return true;
}

/* Segments have nothing to do with each other here: those that are not mapped are left out. */
static void discard(struct machine *m, struct gmap *gmap, u64 from, u64 to)
{
	bool many = from < to && (to - from) >> PMD_SHIFT > MANY_SEGMENTS;
	u64 end = to;

	while (!many || (from < to && next_run(m, gmap, &from, to, &end))) {
		own_enter(m, gmap->mm);
		linux_gmap_discard(gmap, from, end);
		if (!many)
			return;
		from = end;
	}
}

void gmap_discard(struct machine *m, struct gmap *gmap, u64 from, u64 to)
{
	/* the last MiB never has a mapping, and behind it the tree's loop would begin again at 0 */
	bool endless = from < to && to > PMD_MASK;

	discard(m, gmap, from, endless ? PMD_MASK : to);
	if (endless)
		machine_bug(m, BUG_endless, "discard up to 0x%llx", (unsigned long long)to);
}

int gmap_ipte_notify(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len)
{
	return gmap_mprotect_notify(m, gmap, gaddr, len, PROT_WRITE);
}

int gmap_mprotect_notify(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len, u64 prot)
{
	own_enter(m, gmap->mm);
	return linux_gmap_mprotect_notify(gmap, gaddr, len, (int)prot);
}

void ptep_notify(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep, u64 bits)
{
	own_enter(m, mm);
	linux_ptep_notify(mm, vmaddr, ptep, bits);
}

void thp_split_mm(struct machine *m, struct mm *mm)
{
	own_enter(m, mm);
	linux_x_thp_split_mm(mm);
}

int s390_enable_sie(struct machine *m, struct mm *mm)
{
	int rc;

	if (!mm->has_pgste && mm->alloc_pgste)
		SET(m, mm->old_page_tables, host_next_segment(m, mm, 0, mm->asce_limit) < mm->asce_limit);
	own_enter(m, mm);
	rc = linux_s390_enable_sie();
	/* what mm_forbids_zeropage() of such a tree says */
	if (!rc && !m->options.profile->zero_page_with_pgste && !mm->no_zero_pages)
		SET(m, mm->no_zero_pages, 1);
	return rc;
}

/* A tree's word says the opposite: that pages may be shared. */
#define ALLOW_COW_SHARING(mm) (*(u64 *)((u8 *)(mm) + OWN_MM_allow_cow_sharing))

int s390_enable_skey(struct machine *m, struct mm *mm)
{
	int rc;

	own_enter(m, mm);
	SET(m, ALLOW_COW_SHARING(mm), !mm->no_zero_pages);
	rc = linux_s390_enable_skey();
	if (m->options.profile->skey_unshares)
		SET(m, mm->no_zero_pages, !ALLOW_COW_SHARING(mm));
	return rc;
}

void s390_reset_cmma(struct machine *m, struct mm *mm)
{
	own_enter(m, mm);
	linux_s390_reset_cmma(mm);
}

/* Ours: finding entries. */
entry_t *gmap_find_segment_entry(const struct machine *m, const struct gmap *gmap, u64 gaddr)
{
	unsigned int shift = PMD_SHIFT + 11 * (unsigned int)((gmap->asce & ASCE_TYPE_MASK) >> 2);
	u64 table = gmap->table;

	for (; shift > PMD_SHIFT; shift -= 11) {
		u64 value = entry_get(table_entry(m, table, gaddr, shift));

		if (value & REGION_ENTRY_INVALID)
			return NULL;
		table = value & REGION_ENTRY_ORIGIN;
	}
	return table_entry(m, table, gaddr, PMD_SHIFT);
}
