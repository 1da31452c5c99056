/* SPDX-License-Identifier: GPL-2.0-only */
/* The observer as a function of the state: it collects all facts each time, and compares. What observe.c is held against. */
#ifndef S390_GMAP_FULL_OBSERVER_H
#define S390_GMAP_FULL_OBSERVER_H

#include "abi/facts.h"
#include "abi/table_levels.h"
#include "core/linux/mm/page_table.h"
#include "core/program/words.h"
#include "test.h"

struct full_observer {
	struct wire_facts now;
	struct wire_facts before;
};

static void fact_add(struct full_observer *observer, struct wire_fact fact)
{
	struct wire_facts *facts = &observer->now;

	if (facts->count == facts->capacity) {
		size_t capacity = facts->capacity ? 2 * facts->capacity : 64;
		struct wire_fact *grown = realloc(facts->fact, capacity * sizeof(*grown));

		if (!grown)
			exit(1);
		facts->fact = grown;
		facts->capacity = capacity;
	}
	facts->fact[facts->count++] = fact;
}

static struct gmap *next_gmap(const struct machine *m, u64 *handle)
{
	for (; *handle < m->s.gmap_count; ++*handle)
		if (m->s.gmap[*handle])
			return m->s.gmap[*handle];
	return NULL;
}

#define for_each_gmap(m, handle, gmap) for ((handle) = 0; ((gmap) = next_gmap((m), &(handle))); (handle)++)

static void collect_lowcore(struct machine *m, struct full_observer *observer)
{
	u64 serial = entry_get(lowcore(m, current_cpu(m), LOWCORE_GMAP));
	struct wire_fact fact = { .id = WIRE_FACT_ID(WIRE_FACT_LOWCORE, 0, 0) };
	const struct gmap *gmap;
	u64 handle;

	if (serial) {
		fact.field[0] = WIRE_LOWCORE_DANGLING;
		for_each_gmap(m, handle, gmap) {
			if (gmap->serial == serial) {
				fact.field[0] = WIRE_LOWCORE_GMAP;
				fact.field[1] = handle;
			}
		}
	}
	fact_add(observer, fact);
}

static void collect_tree(struct machine *m, struct full_observer *observer, const struct radix_root *root,
			 enum wire_fact_kind kind, u64 handle)
{
	u64 key = 0;
	u64 item;

	for (; radix_next(NULL, root, key, &key, &item); key++) {
		u64 value = kind == WIRE_FACT_H2G ? __gmap_segment_gaddr(m, entry_at(m, item)) : item;

		fact_add(observer, (struct wire_fact){
					   .id = WIRE_FACT_ID(kind, handle, 0),
					   .key = key << PMD_SHIFT,
					   .field = { value },
				   });
	}
}

/* Facts name the levels as the tables do. */
static_assert((int)WIRE_R1 == (int)LEVEL_REGION1 && (int)WIRE_SEG == (int)LEVEL_SEGMENT, "one order");

/* The host segment whose page table a segment entry shares, unless the process no longer has that table. */
static bool host_of_entry(const struct machine *m, const struct gmap *gmap, u64 entry, u64 *vmaddr)
{
	const entry_t *pmd;

	if (entry & SEGMENT_ENTRY_INVALID)
		return false;
	*vmaddr = page_table_vmaddr(m, entry & SEGMENT_ENTRY_ORIGIN);
	/* a link that wrapped has another address, at which the process has no such table */
	if (gmap->wrapped_links && !radix_lookup(m, &gmap->host_to_guest, *vmaddr >> PMD_SHIFT))
		return false;
	pmd = host_pmd(m, gmap->mm, *vmaddr);
	return pmd && entry_get(pmd) == entry;
}

static void collect_entry(struct machine *m, struct full_observer *observer, const struct gmap *gmap, u64 entry,
			  enum wire_level level, u64 gaddr)
{
	struct wire_fact fact = { .id = WIRE_FACT_ID(WIRE_FACT_ENTRY, gmap->handle, level), .key = gaddr };

	if (level == WIRE_SEG) {
		fact.field[0] = entry & ~SEGMENT_ENTRY_ORIGIN;
		fact.field[2] = !host_of_entry(m, gmap, entry, &fact.field[1]);
		if (fact.field[2])
			fact.field[1] = 0;
	} else {
		fact.field[0] = entry & ~REGION_ENTRY_ORIGIN;
		fact.field[1] = frame_at(m, entry & REGION_ENTRY_ORIGIN)->index;
	}
	fact_add(observer, fact);
}

/* The entries of one level that are not empty, in ascending order of guest addresses. */
static void collect_level(struct machine *m, struct full_observer *observer, const struct gmap *gmap, u64 table,
			  enum wire_level level, enum wire_level wanted, u64 gaddr)
{
	const entry_t *entry = entry_at(m, table);
	u64 empty = be64(table_levels[level].empty);
	u64 i;

	for (i = 0; i < CRST_ENTRIES; i++) {
		u64 at = gaddr + (i << table_levels[level].shift);
		u64 value;

		/* nearly all are: not even their bytes are swapped */
		if (entry[i].big_endian == empty)
			continue;
		value = entry_get(entry + i);
		if (level == wanted)
			collect_entry(m, observer, gmap, value, level, at);
		else
			collect_level(m, observer, gmap, value & REGION_ENTRY_ORIGIN, level + 1, wanted, at);
	}
}

static void collect_tables(struct machine *m, struct full_observer *observer, const struct gmap *gmap)
{
	enum wire_level top = (enum wire_level)(WIRE_SEG - ((gmap->asce & ASCE_TYPE_MASK) >> 2));
	enum wire_level level;

	for (level = top; level <= WIRE_SEG; level++)
		collect_level(m, observer, gmap, gmap->table, top, level, 0);
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

static void collect_page(struct machine *m, struct full_observer *observer, u64 vmaddr)
{
	const struct mm *mm = m->s.newest_mm;
	entry_t *ptep = mm && !mm->exited ? host_pte(m, mm, vmaddr) : NULL;
	struct wire_fact fact = { .id = WIRE_FACT_ID(WIRE_FACT_PTE, 0, 0), .key = vmaddr };

	fact.field[3] = WIRE_NO_KEY;
	if (ptep) {
		u64 pte = entry_get(ptep);
		enum wire_pte kind = kind_of_pte(m, pte);

		fact.field[0] = kind;
		fact.field[1] = pte & ~PAGE_MASK & ~(u64)(kind == WIRE_PTE_SWAP ? SWAP_TYPE : 0);
		fact.field[1] |= (entry_get(host_pmd(m, mm, vmaddr)) & ~SEGMENT_ENTRY_ORIGIN) << 32;
		fact.field[2] = mm->alloc_pgste ? entry_get(ptep + PGSTE_OFFSET) : 0;
		if (pte_present(pte) && frame_at(m, pte_page(pte))->flags & FRAME_KEY_SET)
			fact.field[3] = page_get_storage_key(m, pte_page(pte));
	}
	fact_add(observer, fact);
}

static void collect(struct machine *m, struct full_observer *observer)
{
	const struct gmap *gmap;
	u64 handle;
	u64 i;

	observer->now.count = 0;
	collect_lowcore(m, observer);
	for_each_gmap(m, handle, gmap)
		fact_add(observer, (struct wire_fact){
					   .id = WIRE_FACT_ID(WIRE_FACT_GMAP, handle, 0),
					   .field = { gmap->asce & ~ASCE_ORIGIN, gmap->asce_end, gmap->crst_count },
				   });
	for_each_gmap(m, handle, gmap)
		collect_tree(m, observer, &gmap->guest_to_host, WIRE_FACT_G2H, handle);
	for_each_gmap(m, handle, gmap)
		collect_tree(m, observer, &gmap->host_to_guest, WIRE_FACT_H2G, handle);
	for_each_gmap(m, handle, gmap)
		collect_tables(m, observer, gmap);
	for (i = 0; i < m->s.watch_count; i++)
		collect_page(m, observer, m->s.watch[i]);
}

static void emit_fact(void *out, const struct wire_fact *fact, u64 sign)
{
	size_t i;

	words_add(out, fact->id | sign);
	words_add(out, fact->key);
	for (i = 0; i < WIRE_FACT_FIELDS; i++)
		words_add(out, fact->field[i]);
}

/* As observe_changes(), but that it looks also when nothing was stored. */
static u32 full_changes(struct machine *m, struct full_observer *observer, struct words *out)
{
	struct wire_facts swap;
	u32 emitted;

	collect(m, observer);
	emitted = wire_facts_changed(&observer->before, &observer->now, emit_fact, out);
	swap = observer->before;
	observer->before = observer->now;
	observer->now = swap;
	return emitted;
}

static void full_free(struct full_observer *observer)
{
	free(observer->now.fact);
	free(observer->before.fact);
}

#endif
