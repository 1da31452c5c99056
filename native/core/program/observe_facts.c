// SPDX-License-Identifier: GPL-2.0-only
/* Each kind of fact, from the state as it is. */
#include "abi/table_levels.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "core/program/observer.h"

/* Of all gmaps, but only if there are others than the last time, or another serial. */
static void lowcore_now(struct machine *m, struct wire_fact *fact)
{
	struct observer *observer = m->observer;
	u64 serial = entry_get(lowcore(m, current_cpu(m), LOWCORE_GMAP));
	u64 handle;

	if (serial != observer->lowcore_serial || (serial && observer->gmaps_changed)) {
		observer->lowcore = (struct wire_fact){ .field = { serial ? WIRE_LOWCORE_DANGLING : 0 } };
		for (handle = 0; serial && handle < m->s.gmap_count; handle++) {
			WORK(m, entries, 1);
			if (m->s.gmap[handle] && m->s.gmap[handle]->serial == serial) {
				observer->lowcore.field[0] = WIRE_LOWCORE_GMAP;
				observer->lowcore.field[1] = handle;
			}
		}
		observer->lowcore_serial = serial;
		observer->gmaps_changed = false;
	}
	memcpy(fact->field, observer->lowcore.field, sizeof(fact->field));
}

static bool tree_item_now(struct machine *m, const struct gmap *gmap, struct wire_fact *fact)
{
	bool reverse = fact_kind(fact->id) == WIRE_FACT_H2G;
	const struct radix_root *root = reverse ? &gmap->host_to_guest : &gmap->guest_to_host;
	u64 item = radix_lookup(NULL, root, fact->key >> PMD_SHIFT);

	WORK(m, entries, 1);
	fact->field[0] = item && reverse ? gmap_gaddr_of_entry(m, entry_at(m, item)) : item;
	return item != 0;
}

/* Facts name the levels as the tables do. */
static_assert((int)WIRE_R1 == (int)LEVEL_REGION1 && (int)WIRE_SEG == (int)LEVEL_SEGMENT, "one order");

enum wire_level gmap_top_level(const struct gmap *gmap)
{
	return (enum wire_level)(WIRE_SEG - ((gmap->asce & ASCE_TYPE_MASK) >> 2));
}

/* Whether the process has the page table of a segment entry at its host address. */
static bool host_has_entry(const struct machine *m, const struct gmap *gmap, u64 entry, u64 vmaddr)
{
	const entry_t *pmd;

	/* a link that wrapped has another address, at which the process has no such table */
	if (gmap->wrapped_links && !radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT))
		return false;
	pmd = host_pmd(m, gmap->mm, vmaddr);
	return pmd && entry_get(pmd) == entry;
}

/* The host segment whose page table it shares, unless the process no longer has that table. */
static void segment_now(struct machine *m, const struct gmap *gmap, u64 entry, struct observed_fact *now)
{
	now->fact.field[0] = entry & ~SEGMENT_ENTRY_ORIGIN;
	now->fact.field[2] = 1;
	if (entry & SEGMENT_ENTRY_INVALID)
		return;
	now->link = page_table_vmaddr(m, entry & SEGMENT_ENTRY_ORIGIN) | LINKED;
	if (!host_has_entry(m, gmap, entry, now->link & ~LINKED))
		return;
	now->fact.field[1] = now->link & ~LINKED;
	now->fact.field[2] = 0;
}

static bool entry_now(struct machine *m, const struct gmap *gmap, struct observed_fact *now)
{
	enum wire_level wanted = (enum wire_level)fact_level(now->fact.id);
	enum wire_level level = gmap_top_level(gmap);
	u64 table = gmap->table;
	u64 value = 0;

	if (wanted < level)
		return false;
	for (; level <= wanted; level++) {
		const struct table_level_info *info = &table_levels[level];

		WORK(m, entries, 1);
		value = entry_get(table_entry(m, table, now->fact.key, info->shift));
		if (value == info->empty)
			return false;
		table = value & REGION_ENTRY_ORIGIN;
	}
#ifdef OWN_CODE
	if (wanted == WIRE_SEG && gmap_is_shadow(gmap)) {
		shadow_segment_now(m, value, &now->fact);
		return true;
	}
#endif
	if (wanted == WIRE_SEG) {
		segment_now(m, gmap, value, now);
	} else {
		now->fact.field[0] = value & ~REGION_ENTRY_ORIGIN;
		now->fact.field[1] = frame_at(m, table)->index;
	}
	return true;
}

static enum wire_pte kind_of_pte(const struct machine *m, u64 pte)
{
	if (pte_none(pte))
		return WIRE_PTE_NONE;
	if (!pte_present(pte))
		return WIRE_PTE_SWAP;
	if (is_zero_page(m, pte_page(pte)))
		return WIRE_PTE_ZERO;
	return frame_kind(frame_at(m, pte_page(pte))) == FRAME_ANON ? WIRE_PTE_ANON : WIRE_PTE_PAGE;
}

#define SWAP_TYPE 0x7cu

static void page_now(struct machine *m, struct wire_fact *fact)
{
	const struct mm *mm = m->s.newest_mm;
	entry_t *ptep = mm && !mm->exited ? host_pte(m, mm, fact->key) : NULL;

	WORK(m, entries, 1);
	fact->field[3] = WIRE_NO_KEY;
	if (ptep) {
		u64 pte = entry_get(ptep);
		enum wire_pte kind = kind_of_pte(m, pte);

		fact->field[0] = kind;
		fact->field[1] = pte & ~PAGE_MASK & ~(u64)(kind == WIRE_PTE_SWAP ? SWAP_TYPE : 0);
		fact->field[1] |= (entry_get(host_pmd(m, mm, fact->key)) & ~SEGMENT_ENTRY_ORIGIN) << 32;
		fact->field[2] = mm->alloc_pgste ? entry_get(ptep + PGSTE_OFFSET) : 0;
		if (pte_present(pte) && frame_at(m, pte_page(pte))->flags & FRAME_KEY_SET)
			fact->field[3] = page_get_storage_key(m, pte_page(pte));
	}
}

static bool gmap_fact_now(struct machine *m, struct observed_fact *now)
{
	const struct gmap *gmap = m->s.gmap[fact_handle(now->fact.id)];

	if (!gmap)
		return false;
	switch (fact_kind(now->fact.id)) {
	case WIRE_FACT_G2H:
	case WIRE_FACT_H2G:
		return tree_item_now(m, gmap, &now->fact);
	case WIRE_FACT_ENTRY:
		return entry_now(m, gmap, now);
#ifdef OWN_CODE
	case WIRE_FACT_SHADOW:
	case WIRE_FACT_SPTE:
	case WIRE_FACT_RMAP:
		return shadow_fact_now(m, gmap, &now->fact);
#endif
	default:
		now->fact.field[0] = gmap->asce & ~ASCE_ORIGIN;
		now->fact.field[1] = gmap->asce_end;
		now->fact.field[2] = gmap_table_count(m, gmap);
		return true;
	}
}

bool fact_now(struct machine *m, struct fact_name name, struct observed_fact *now)
{
	*now = (struct observed_fact){ .fact = { .id = name.id, .key = name.key } };
	switch (fact_kind(name.id)) {
	case WIRE_FACT_LOWCORE:
		lowcore_now(m, &now->fact);
		return true;
	case WIRE_FACT_PTE:
		page_now(m, &now->fact);
		return true;
	default:
		return gmap_fact_now(m, now);
	}
}
