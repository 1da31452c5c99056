// SPDX-License-Identifier: GPL-2.0-only
/* I3 to I7, I9 and I18: region and segment tables, and the links between those of a gmap and of its process. */
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/rules/rules.h"

static bool on_crst_list(const struct machine *m, const struct gmap *gmap, u64 table)
{
	u64 number = gmap_first_table(m, gmap);
	u64 count;

	for (count = 0; number && count < m->s.storage.frames_used; count++) {
		if (number == table >> FRAME_SHIFT)
			return true;
		number = gmap_next_table(m, gmap, number);
	}
	return false;
}

/* The gmap that a table belongs to; NULL if it is one of a process. */
static struct gmap *gmap_of_table(struct rules *r, u64 table)
{
	u64 i;

	if (table == r->table)
		return r->owner;
	r->table = table;
	r->owner = NULL;
	for (i = 0; i < r->m->s.gmap_count && !r->owner; i++)
		if (r->m->s.gmap[i] && on_crst_list(r->m, r->m->s.gmap[i], table))
			r->owner = r->m->s.gmap[i];
	return r->owner;
}

static u64 index_of(u64 address)
{
	return address / sizeof(entry_t) & CRST_INDEX;
}

/* A table of a gmap has a new one below it. */
static bool check_new_table(const struct rules *r, const struct gmap *gmap, u64 address, u64 value)
{
	unsigned int shift = PMD_SHIFT + 11 * (unsigned int)((value & REGION_ENTRY_TYPE_MASK) >> 2);
	u64 gaddr = frame_at(r->m, address & ~(CRST_SIZE - 1))->index + (index_of(address) << shift);
	u64 table = value & REGION_ENTRY_ORIGIN;

	/* __gmap_link lets addresses above the highest one wrap */
	if (on_crst_list(r->m, gmap, table) && !((frame_at(r->m, table)->index ^ gaddr) & gmap->asce_end))
		return true;
	return judge_object(r->verdict, ORACLE_RULES, "I3",
			    "g%llu: the table at 0x%llx for 0x%llx says 0x%llx, or is not on crst_list",
			    (unsigned long long)gmap->handle, (unsigned long long)table, (unsigned long long)gaddr,
			    (unsigned long long)frame_at(r->m, table)->index);
}

static bool region_entry_stored(struct rules *r, u64 address, u64 old, u64 value)
{
	u64 type = value & REGION_ENTRY_TYPE_MASK;
	u64 table = value & REGION_ENTRY_ORIGIN;
	bool valid = (value & ~REGION_ENTRY_ORIGIN) == (type | REGION_ENTRY_LENGTH);
	const struct gmap *gmap;

	if (!valid && value != (type | REGION_ENTRY_INVALID))
		return judge_object(r->verdict, ORACLE_RULES, "I4",
				    "the region entry at 0x%llx is 0x%llx, neither empty nor valid",
				    (unsigned long long)address, (unsigned long long)value);
	if (valid && (!storage_has(r->m, table) || frame_kind(frame_at(r->m, table)) != FRAME_CRST))
		return judge_object(r->verdict, ORACLE_RULES, "I4",
				    "the region entry at 0x%llx is 0x%llx, where no table is",
				    (unsigned long long)address, (unsigned long long)value);
	gmap = gmap_of_table(r, address & ~(CRST_SIZE - 1));
	if (!gmap)
		return true;
	if (!(old & REGION_ENTRY_INVALID) && old != value)
		return judge_object(r->verdict, ORACLE_RULES, "I4",
				    "g%llu: the region entry at 0x%llx was 0x%llx, is 0x%llx",
				    (unsigned long long)gmap->handle, (unsigned long long)address,
				    (unsigned long long)old, (unsigned long long)value);
	return !valid || check_new_table(r, gmap, address, value);
}

static bool merges_flushes(enum wire_op op)
{
	return op == OP_gmap_map_segment || op == OP_gmap_unmap_segment;
}

/* Their callers flush. */
static bool leaves_flush_to_caller(enum wire_op op)
{
	return op == OP___gmap_unlink_by_vmaddr || op == OP___gmap_unmap_by_gaddr;
}

/* I18: a flush of the gmap for each link that was dropped; or one for all, where the call's range is one. */
static bool unlink_was_flushed(struct rules *r, const struct gmap *gmap)
{
	u32 i = merges_flushes(r->step->op) ? r->step->event_count : r->unlinks;

	while (i) {
		const struct event *e = &r->step->events[--i];

		if ((e->kind == EVENT_IDTE && e->address == gmap->asce) || (e->kind == EVENT_FLUSH_ALL && !e->a)) {
			r->unlinks = i;
			return true;
		}
	}
	return false;
}

static u64 link_of(const struct gmap *gmap, u64 vmaddr)
{
	return radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);
}

/* The entry that an item of host_to_guest names; 0, which is never one, if it names none. */
static u64 linked_entry(const struct rules *r, u64 link)
{
	return storage_has(r->m, link) && !(link & (sizeof(entry_t) - 1)) ? entry_get(entry_at(r->m, link)) : 0;
}

/* I6, I7 and I9 of a segment that is linked. */
static bool check_link(const struct rules *r, const struct gmap *gmap, u64 address, u64 value)
{
	u64 table = address & ~(CRST_SIZE - 1);
	u64 gaddr = (frame_at(r->m, table)->index + index_of(address) * PMD_SIZE) & gmap->asce_end;
	u64 vmaddr = radix_lookup(NULL, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
	u64 *met = &r->verdict->known;
	const entry_t *pmd;

	if (gmap->mm->alloc_pgste && link_of(gmap, page_table_vmaddr(r->m, value)) != address &&
	    !known_wrapped_link(r->m, gmap, met))
		return judge_object(
			r->verdict, ORACLE_RULES, "I6",
			"g%llu: segment 0x%llx uses the page table of 0x%llx, host_to_guest does not say so",
			(unsigned long long)gmap->handle, (unsigned long long)gaddr,
			(unsigned long long)page_table_vmaddr(r->m, value));
	if ((!vmaddr || link_of(gmap, vmaddr) != address) && known_unrelated_link(r->m, gmap, met))
		return true;
	if (!vmaddr)
		return judge_object(r->verdict, ORACLE_RULES, "I9", "g%llu: segment 0x%llx is linked but not mapped",
				    (unsigned long long)gmap->handle, (unsigned long long)gaddr);
	if (link_of(gmap, vmaddr) != address)
		return judge_object(r->verdict, ORACLE_RULES, "I9",
				    "g%llu: segment 0x%llx is mapped to 0x%llx but linked to another one",
				    (unsigned long long)gmap->handle, (unsigned long long)gaddr,
				    (unsigned long long)vmaddr);
	pmd = host_pmd(r->m, gmap->mm, vmaddr);
	if ((pmd && entry_get(pmd) == value) || known_lost_table(r->m, gmap, value, met) ||
	    known_wrapped_link(r->m, gmap, met) || known_link_to_nothing(r->m, met))
		return true;
	return judge_object(r->verdict, ORACLE_RULES, "I7",
			    "g%llu: guest segment 0x%llx has entry 0x%llx, host segment 0x%llx has 0x%llx",
			    (unsigned long long)gmap->handle, (unsigned long long)gaddr, (unsigned long long)value,
			    (unsigned long long)vmaddr,
			    (unsigned long long)(pmd ? entry_get(pmd) : SEGMENT_ENTRY_EMPTY));
}

/* Small, and what it names is a page table. */
static bool is_page_table_entry(const struct rules *r, u64 value)
{
	return value && !(value & ~SEGMENT_ENTRY_ORIGIN) && storage_has(r->m, value) &&
	       frame_kind(frame_at(r->m, value)) == FRAME_PGTABLE;
}

/* What there is now; `address` is that of the entry. */
static bool check_guest_segment(const struct rules *r, const struct gmap *gmap, u64 address)
{
	u64 value = entry_get(entry_at(r->m, address));

	if (value == SEGMENT_ENTRY_EMPTY)
		return true;
	if (is_page_table_entry(r, value))
		return check_link(r, gmap, address, value);
	return judge_object(r->verdict, ORACLE_RULES, "I5", "g%llu: the segment entry at 0x%llx is 0x%llx",
			    (unsigned long long)gmap->handle, (unsigned long long)address, (unsigned long long)value);
}

bool rules_segment(struct rules *r, const struct gmap *gmap, u64 gaddr)
{
	const entry_t *entry = gaddr > gmap->asce_end ? NULL : gmap_find_segment_entry(r->m, gmap, gaddr);

	return !entry || check_guest_segment(r, gmap, address_of(r->m, entry));
}

static bool guest_segment_stored(struct rules *r, const struct gmap *gmap, u64 address, u64 old, u64 value)
{
	if (old != SEGMENT_ENTRY_EMPTY && !leaves_flush_to_caller(r->step->op) && !unlink_was_flushed(r, gmap))
		return judge_object(r->verdict, ORACLE_RULES, "I18",
				    "g%llu: the segment entry at 0x%llx was 0x%llx, is 0x%llx, without a flush",
				    (unsigned long long)gmap->handle, (unsigned long long)address,
				    (unsigned long long)old, (unsigned long long)value);
	if (value != SEGMENT_ENTRY_EMPTY)
		return check_guest_segment(r, gmap, address);
	if (old == SEGMENT_ENTRY_EMPTY || !storage_has(r->m, old) ||
	    link_of(gmap, page_table_vmaddr(r->m, old)) != address || known_link_to_nothing(r->m, &r->verdict->known))
		return true;
	return judge_object(r->verdict, ORACLE_RULES, "I6",
			    "g%llu: host segment 0x%llx is linked to the entry at 0x%llx, which is empty",
			    (unsigned long long)gmap->handle, (unsigned long long)page_table_vmaddr(r->m, old),
			    (unsigned long long)address);
}

static bool is_host_entry(const struct rules *r, const struct gmap *gmap, u64 vmaddr, u64 value)
{
	const entry_t *pmd = host_pmd(r->m, gmap->mm, vmaddr);

	return pmd && entry_get(pmd) == value;
}

/* I7: no guest uses a page table that its process freed. */
static bool check_unused(const struct rules *r, u64 page_table)
{
	u64 vmaddr = page_table_vmaddr(r->m, page_table);
	u64 i;

	for (i = 0; i < r->m->s.gmap_count; i++) {
		const struct gmap *gmap = r->m->s.gmap[i];
		u64 link = gmap ? link_of(gmap, vmaddr) : 0;

		if (link && linked_entry(r, link) == page_table && !is_host_entry(r, gmap, vmaddr, page_table) &&
		    !known_lost_table(r->m, gmap, page_table, &r->verdict->known))
			return judge_object(
				r->verdict, ORACLE_RULES, "I7",
				"g%llu: the entry at 0x%llx is the page table of host segment 0x%llx, which is gone",
				(unsigned long long)gmap->handle, (unsigned long long)link, (unsigned long long)vmaddr);
	}
	return true;
}

/* I7: a host segment has a page table; who is linked to it uses that one. */
static bool check_links_to(const struct rules *r, u64 address, u64 page_table)
{
	u64 vmaddr = page_table_vmaddr(r->m, page_table);
	u64 *met = &r->verdict->known;
	u64 i;

	for (i = 0; i < r->m->s.gmap_count; i++) {
		const struct gmap *gmap = r->m->s.gmap[i];
		u64 link = gmap ? link_of(gmap, vmaddr) : 0;
		u64 value = link ? linked_entry(r, link) : page_table;

		if (value == page_table || host_pmd(r->m, gmap->mm, vmaddr) != entry_at(r->m, address) ||
		    known_link_to_nothing(r->m, met) || known_wrapped_link(r->m, gmap, met))
			continue;
		if (!is_page_table_entry(r, value) || !known_lost_table(r->m, gmap, value, met))
			return judge_object(r->verdict, ORACLE_RULES, "I7",
					    "g%llu: the entry at 0x%llx is 0x%llx, but host segment 0x%llx has 0x%llx",
					    (unsigned long long)gmap->handle, (unsigned long long)link,
					    (unsigned long long)value, (unsigned long long)vmaddr,
					    (unsigned long long)page_table);
	}
	return true;
}

static bool is_small(u64 value)
{
	return !(value & (SEGMENT_ENTRY_INVALID | SEGMENT_ENTRY_LARGE | REGION_ENTRY_TYPE_MASK));
}

/* Names a page table that was in storage. */
static bool named_page_table(const struct rules *r, u64 old)
{
	return is_small(old) && storage_has(r->m, old);
}

static bool host_segment_stored(const struct rules *r, u64 address, u64 old, u64 value)
{
	if (is_small(value) && !is_page_table_entry(r, value))
		return judge_object(r->verdict, ORACLE_RULES, "host tables", "the segment entry at 0x%llx is 0x%llx",
				    (unsigned long long)address, (unsigned long long)value);
	if (is_small(value) && !check_links_to(r, address, value))
		return false;
	return old == value || !named_page_table(r, old) || check_unused(r, old & SEGMENT_ENTRY_ORIGIN);
}

bool rules_entry_stored(struct rules *r, u64 address, u64 old)
{
	u64 value = entry_get(entry_at(r->m, address));
	const struct gmap *gmap;

	if ((value ^ old) & REGION_ENTRY_TYPE_MASK)
		return judge_object(r->verdict, ORACLE_RULES, "I4",
				    "the entry at 0x%llx was 0x%llx, is 0x%llx: of another type",
				    (unsigned long long)address, (unsigned long long)old, (unsigned long long)value);
	if (value & REGION_ENTRY_TYPE_MASK)
		return region_entry_stored(r, address, old, value);
	gmap = gmap_of_table(r, address & ~(CRST_SIZE - 1));
	return gmap ? guest_segment_stored(r, gmap, address, old, value) : host_segment_stored(r, address, old, value);
}

bool rules_freed_entry_stored(struct rules *r, u64 old)
{
	return !named_page_table(r, old) || check_unused(r, old & SEGMENT_ENTRY_ORIGIN);
}

#define MAX_LINKS 64

bool rules_links(struct rules *r, const struct gmap *gmap)
{
	u64 key = 0;
	u64 links = 0;
	u64 address;

	for (; links < MAX_LINKS && radix_next(NULL, &gmap->host_to_guest, key, &key, &address); key++, links++) {
		u64 value = linked_entry(r, address);

		if (is_page_table_entry(r, value)) {
			if (!check_link(r, gmap, address, value))
				return false;
		} else if (value != SEGMENT_ENTRY_EMPTY || !known_link_to_nothing(r->m, &r->verdict->known)) {
			return judge_object(
				r->verdict, ORACLE_RULES, "I6",
				"g%llu: host segment 0x%llx is linked to the entry at 0x%llx, which is 0x%llx",
				(unsigned long long)gmap->handle, (unsigned long long)key << PMD_SHIFT,
				(unsigned long long)address, (unsigned long long)value);
		}
	}
	return true;
}
