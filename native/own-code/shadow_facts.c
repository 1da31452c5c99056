// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shadow gmaps as facts: what they shadow, their pages, and the host pages on which they depend. What there is of them is gone through
 * after each call; shadows are few, and small.
 */
#include "core/linux/mm/pgalloc.h"
#include "core/machine/list.h"
#include "core/program/observer.h"
#include "own-code/shadows.h"

u64 shadow_place(const struct gmap *sg)
{
	const struct list_link *link;
	u64 place = 0;

	list_for_each(NULL, link, &sg->parent->children) {
		if (link == &sg->list)
			return place;
		place++;
	}
	return NOT_A_CHILD;
}

static u64 page_table_count(const struct gmap *sg)
{
	const struct frame_list *link = sg->page_tables.next;
	u64 count = 0;

	for (; link != &sg->page_tables; link = link->next)
		count++;
	return count;
}

#define REMOVED_BIT 32
#define INITIALIZED_BIT 33
#define PLACE_SHIFT 40
#define REFERENCES_SHIFT 32

static void shadow_now(const struct gmap *sg, struct wire_fact *fact)
{
	fact->field[0] = sg->orig_asce;
	fact->field[1] = (u64)(u32)sg->edat_level | (u64)sg->removed << REMOVED_BIT |
			 (u64)sg->initialized << INITIALIZED_BIT | (shadow_place(sg) + 1) << PLACE_SHIFT;
	fact->field[2] = sg->parent->handle;
	fact->field[3] = page_table_count(sg) | sg->ref_count << REFERENCES_SHIFT;
}

#define TAG_PAGE ((u64)1)

/* The host page whose frame a shadow's PTE has, by the reverse mappings for it. False: none has. */
static bool find_host(const struct machine *m, const struct gmap *sg, u64 saddr, u64 pte, u64 *vmaddr)
{
	const struct gmap_rmap *rmap;
	bool found = false;
	u64 key = 0;
	u64 item;

	for (; radix_next(NULL, &sg->host_to_rmap, key, &key, &item); key++)
		for (rmap = (const void *)(uintptr_t)item; rmap; rmap = rmap->next) {
			const entry_t *ptep = rmap->raddr == (saddr | TAG_PAGE) ? host_pte(m, sg->mm, key << PAGE_SHIFT)
										: NULL;

			if (!ptep || !pte_present(entry_get(ptep)) || (entry_get(ptep) ^ pte) & PAGE_MASK)
				continue;
			*vmaddr = key << PAGE_SHIFT;
			found = true;
		}
	return found;
}

static bool spte_now(struct machine *m, struct gmap *sg, struct wire_fact *fact)
{
	const entry_t *segment = gmap_find_segment_entry(m, sg, fact->key);
	const entry_t *ptep;

	if (!segment || entry_get(segment) & SEGMENT_ENTRY_INVALID)
		return false;
	ptep = pte_of(m, entry_get(segment), fact->key);
	if (entry_get(ptep) == PAGE_INVALID)
		return false;
	fact->field[0] = entry_get(ptep) & ~PAGE_MASK;
	fact->field[2] = entry_get(ptep + PGSTE_OFFSET);
	fact->field[3] = sg->mm->exited || !find_host(m, sg, fact->key, entry_get(ptep), &fact->field[1]);
	return true;
}

static bool rmap_now(const struct gmap *sg, struct wire_fact *fact)
{
	const struct gmap_rmap *rmap = (const void *)(uintptr_t)radix_lookup(NULL, &sg->host_to_rmap,
									     fact->key >> PAGE_SHIFT);
	u64 place = fact_level(fact->id);

	for (; rmap && place; place--)
		rmap = rmap->next;
	if (rmap)
		fact->field[0] = rmap->raddr;
	return rmap != NULL;
}

bool shadow_fact_now(struct machine *m, const struct gmap *sg, struct wire_fact *fact)
{
	if (!gmap_is_shadow(sg))
		return false;
	switch (fact_kind(fact->id)) {
	case WIRE_FACT_SPTE:
		return spte_now(m, (struct gmap *)(uintptr_t)sg, fact);
	case WIRE_FACT_RMAP:
		return rmap_now(sg, fact);
	default:
		shadow_now(sg, fact);
		return true;
	}
}

void shadow_segment_now(const struct machine *m, u64 entry, struct wire_fact *fact)
{
	fact->field[0] = entry & ~SEGMENT_ENTRY_ORIGIN;
	fact->field[1] = frame_at(m, entry & SEGMENT_ENTRY_ORIGIN)->index;
	fact->field[2] = 2;
}

static void suspect_page_table(struct machine *m, const struct gmap *sg, u64 table, u64 saddr)
{
	const entry_t *ptep = entry_at(m, table);
	u64 i = 0;

	for (; (i = next_used_entry(ptep, i, PTRS_PER_PTE, PAGE_INVALID)) < PTRS_PER_PTE; i++)
		suspect(m, WIRE_FACT_ID(WIRE_FACT_SPTE, sg->handle, 0), saddr + i * PAGE_SIZE);
}

static void suspect_below(struct machine *m, const struct gmap *sg, u64 table, unsigned int levels, u64 saddr)
{
	const entry_t *entry = entry_at(m, table);
	unsigned int shift = PMD_SHIFT + 11 * levels;
	u64 i;

	for (i = 0; i < CRST_ENTRIES; i++) {
		u64 value = entry_get(entry + i);

		if (value & REGION_ENTRY_INVALID)
			continue;
		if (levels)
			suspect_below(m, sg, value & REGION_ENTRY_ORIGIN, levels - 1, saddr + (i << shift));
		else
			suspect_page_table(m, sg, value & SEGMENT_ENTRY_ORIGIN, saddr + (i << shift));
	}
}

/* So many of a chain have a place in a fact's name. */
#define MOST_PLACES 256

static void suspect_rmaps(struct machine *m, const struct gmap *sg)
{
	const struct gmap_rmap *rmap;
	u64 key = 0;
	u64 place, item;

	for (; radix_next(NULL, &sg->host_to_rmap, key, &key, &item); key++) {
		rmap = (const void *)(uintptr_t)item;
		for (place = 0; rmap && place < MOST_PLACES; place++, rmap = rmap->next)
			suspect(m, WIRE_FACT_ID(WIRE_FACT_RMAP, sg->handle, place), key << PAGE_SHIFT);
	}
}

void suspect_shadows(struct machine *m)
{
	const struct ordered_map *facts = &m->observer->facts;
	const struct ordered_node *node = ordered_from(facts, WIRE_FACT_ID(WIRE_FACT_SHADOW, 0, 0), 0);
	u64 handle;

	for (; node; node = ordered_behind(facts, node))
		suspect(m, node->major, node->minor);
	for (handle = 0; handle < m->s.gmap_count; handle++) {
		const struct gmap *gmap = m->s.gmap[handle];

		if (!gmap || !gmap_is_shadow(gmap))
			continue;
		suspect(m, WIRE_FACT_ID(WIRE_FACT_SHADOW, handle, 0), 0);
		suspect_below(m, gmap, gmap->table, (unsigned int)((gmap->asce & ASCE_TYPE_MASK) >> 2), 0);
		suspect_rmaps(m, gmap);
	}
}
