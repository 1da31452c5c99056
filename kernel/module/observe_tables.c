// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of gmaps as facts. Nobody changes them meanwhile: all processes of the program wait for their turn,
 * and hosts change gmaps only in calls.
 */
#include "abi/table_levels.h"
#include "host_table.h"
#include "observe.h"

/* What facts call the levels. */
_Static_assert((int)WIRE_R1 == (int)LEVEL_REGION1 && (int)WIRE_SEG == (int)LEVEL_SEGMENT, "one order");

#define CRST_ENTRIES 2048
#define CRST_BYTES (CRST_ENTRIES * sizeof(unsigned long))

/* The kernel keeps the lowest guest address of a table with the table's first page. */
static u64 table_index(unsigned long table)
{
	return virt_to_page((void *)table)->index;
}

static u64 gaddr_of_entry(unsigned long entry)
{
	unsigned long table = entry & ~(CRST_BYTES - 1);

	return table_index(table) + ((u64)(entry - table) / sizeof(unsigned long) << PMD_SHIFT);
}

static void collect_tree(struct observer *observer, struct radix_tree_root *root, enum wire_fact_kind kind, u32 handle)
{
	struct radix_tree_iter iter;
	void __rcu **slot;

	rcu_read_lock();
	radix_tree_for_each_slot(slot, root, &iter, 0) {
		unsigned long item = (unsigned long)radix_tree_deref_slot(slot);

		observe_fact(observer, WIRE_FACT_ID(kind, handle, 0), (u64)iter.index << PMD_SHIFT)->field[0] =
			kind == WIRE_FACT_H2G ? gaddr_of_entry(item) : item;
	}
	rcu_read_unlock();
}

/* Whether that host segment has the page table that a segment entry names. */
static bool shares_table(struct gmap *gmap, unsigned long entry, u64 vmaddr)
{
	pmd_t *pmd = host_pmd(gmap->mm, vmaddr);

	return pmd && !((pmd_val(*pmd) ^ entry) & _SEGMENT_ENTRY_ORIGIN);
}

/*
 * The host segment whose page table a segment entry shares, unless the process no longer has that table: nearly always the
 * one to which guest_to_host leads. __gmap_link can link another, and leave more than one in host_to_guest.
 */
static bool host_of_entry(struct gmap *gmap, const unsigned long *entry, u64 gaddr, u64 *vmaddr)
{
	struct radix_tree_iter iter;
	void __rcu **slot;
	bool found;

	if (*entry & _SEGMENT_ENTRY_INVALID)
		return false;
	rcu_read_lock();
	*vmaddr = (unsigned long)radix_tree_lookup(&gmap->guest_to_host, gaddr >> PMD_SHIFT);
	found = radix_tree_lookup(&gmap->host_to_guest, *vmaddr >> PMD_SHIFT) == entry &&
		shares_table(gmap, *entry, *vmaddr);
	if (!found) {
		radix_tree_for_each_slot(slot, &gmap->host_to_guest, &iter, 0) {
			*vmaddr = (u64)iter.index << PMD_SHIFT;
			found = radix_tree_deref_slot(slot) == (void *)entry && shares_table(gmap, *entry, *vmaddr);
			if (found)
				break;
		}
	}
	rcu_read_unlock();
	return found;
}

/* The level of a gmap's tables that is collected. */
struct level {
	struct observer *observer;
	struct gmap *gmap;
	enum wire_level number;
	u64 id; /* of the facts */
};

static void collect_segment(const struct level *level, const unsigned long *entry, u64 gaddr)
{
	struct wire_fact *fact = observe_fact(level->observer, level->id, gaddr);
	u64 vmaddr;

	fact->field[0] = *entry & ~_SEGMENT_ENTRY_ORIGIN;
	if (host_of_entry(level->gmap, entry, gaddr, &vmaddr))
		fact->field[1] = vmaddr;
	else
		fact->field[2] = 1;
}

static void collect_region(const struct level *level, const unsigned long *entry, u64 gaddr)
{
	struct wire_fact *fact = observe_fact(level->observer, level->id, gaddr);
	struct tables *below = &level->observer->below;
	unsigned long table;

	fact->field[0] = *entry & ~_REGION_ENTRY_ORIGIN;
	if (*entry & _REGION_ENTRY_INVALID)
		return;
	table = (unsigned long)__va(*entry & _REGION_ENTRY_ORIGIN);
	fact->field[1] = table_index(table);
	if (below->count == below->capacity)
		level->observer->full = true;
	else
		below->table[below->count++] = (struct table){ (const unsigned long *)table, gaddr };
}

#define GROUP 8

/*
 * The next group of entries that are not all empty. Nearly all are, and nearly all the time of an observation goes
 * into seeing that. Under emulation, what counts is few instructions between loads: all of a group, then one look at
 * the bits that any or all of them have.
 */
static noinline const unsigned long *skip_empty(const unsigned long *e, const unsigned long *end, unsigned long empty)
{
	for (; e < end; e += GROUP) {
		unsigned long any = e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7];
		unsigned long all = e[0] & e[1] & e[2] & e[3] & e[4] & e[5] & e[6] & e[7];

		if (any != empty || all != empty)
			break;
	}
	return e;
}

static void collect_table(const struct level *level, const struct table *table)
{
	const unsigned long *end = table->entry + CRST_ENTRIES;
	unsigned long empty = table_levels[level->number].empty;
	const unsigned long *entry = table->entry;

	while ((entry = skip_empty(entry, end, empty)) < end) {
		const unsigned long *behind = entry + GROUP;

		for (; entry < behind; entry++) {
			u64 gaddr = table->gaddr + ((u64)(entry - table->entry) << table_levels[level->number].shift);

			if (*entry == empty)
				continue;
			if (level->number == WIRE_SEG)
				collect_segment(level, entry, gaddr);
			else
				collect_region(level, entry, gaddr);
		}
	}
}

/*
 * Level by level, each in ascending order of guest addresses. The host's tables are looked at after the process's end
 * too: its top table, and what hangs on it, stays until the last reference to the mm goes.
 */
static void collect_entries(struct observer *observer, struct gmap *gmap, u32 handle)
{
	unsigned int levels = (gmap->asce & _ASCE_TYPE_MASK) >> 2;
	struct level level = { .observer = observer, .gmap = gmap };
	size_t i;

	compat_mm_lock(gmap->mm);
	observer->below.table[0] = (struct table){ gmap->table, 0 };
	observer->below.count = 1;
	for (level.number = WIRE_SEG - levels; level.number <= WIRE_SEG; level.number++) {
		level.id = WIRE_FACT_ID(WIRE_FACT_ENTRY, handle, level.number);
		swap(observer->level, observer->below);
		observer->below.count = 0;
		for (i = 0; i < observer->level.count; i++)
			collect_table(&level, &observer->level.table[i]);
	}
	compat_mm_unlock(gmap->mm);
}

static u64 table_count(const struct gmap *gmap)
{
	const struct list_head *at;
	u64 count = 0;

	list_for_each(at, &gmap->crst_list)
		count++;
	return count;
}

static void collect_gmap(struct observer *observer, const struct gmap *gmap, u32 handle)
{
	struct wire_fact *fact = observe_fact(observer, WIRE_FACT_ID(WIRE_FACT_GMAP, handle, 0), 0);

	fact->field[0] = gmap->asce & ~PAGE_MASK;
	fact->field[1] = gmap->asce_end;
	fact->field[2] = table_count(gmap);
}

void observe_gmaps(struct observer *observer, const struct session *session)
{
	struct gmap *gmap;
	u32 handle;

#define for_each_gmap()                                          \
	for (handle = 0; handle < session->gmap_count; handle++) \
		if ((gmap = session->gmap[handle].gmap))

	for_each_gmap()
		collect_gmap(observer, gmap, handle);
	for_each_gmap()
		collect_tree(observer, &gmap->guest_to_host, WIRE_FACT_G2H, handle);
	for_each_gmap()
		collect_tree(observer, &gmap->host_to_guest, WIRE_FACT_H2G, handle);
	for_each_gmap()
		collect_entries(observer, gmap, handle);
#undef for_each_gmap
}
