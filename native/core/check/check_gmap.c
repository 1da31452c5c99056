// SPDX-License-Identifier: GPL-2.0-only
/* I2 to I9: a gmap's tables and trees, and that the hardware sees through them what the process sees. */
#include "core/check/check_gmap.h"

#include "core/check/check_tree.h"
#include "core/check/check_walk.h"
#include "core/check/known.h"
#include "core/hardware/dat_walk.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"

/* A gmap's table in check.uses: listed on crst_list, then reached through the tables. */
#define TABLE_LISTED 0x1u
#define TABLE_REACHED 0x2u
#define TABLE_SEGMENT 0x4u
#define TABLE_OWNER_SHIFT 3

struct gmap_check {
	struct check *c;
	struct gmap *gmap;
	char name[CHECK_NAME_SIZE];
	u32 owner;    /* tells the tables of this gmap from those of others */
	u64 tables;   /* reached */
	u64 segments; /* valid segment entries */
};

static bool check_asce(const struct gmap_check *g)
{
	const struct gmap *gmap = g->gmap;
	u64 levels = (gmap->asce & ASCE_TYPE_MASK) >> 2;
	u64 end = levels == 3 ? UINT64_MAX : ((u64)1 << (PUD_SHIFT + 11 * levels)) - 1;

	if ((gmap->asce & ASCE_ORIGIN) != gmap->table ||
	    (gmap->asce & ~(ASCE_ORIGIN | ASCE_TYPE_MASK)) != (ASCE_USER_BITS | ASCE_TABLE_LENGTH))
		return check_fail(g->c, "I2: %s: ASCE 0x%llx, table 0x%llx", g->name, (unsigned long long)gmap->asce,
				  (unsigned long long)gmap->table);
	if (gmap->asce_end != end)
		return check_fail(g->c, "I2: %s: highest address 0x%llx, its ASCE covers 0x%llx", g->name,
				  (unsigned long long)gmap->asce_end, (unsigned long long)end);
	return true;
}

static bool check_crst_list(struct gmap_check *g)
{
	struct machine *m = g->c->m;
	u64 number = gmap_first_table(m, g->gmap);
	u64 last = 0;
	u64 count = 0;

	for (; number; number = gmap_next_table(m, g->gmap, number)) {
		if (!check_claim(g->c, number << FRAME_SHIFT, CRST_ORDER, FRAME_CRST, g->owner | TABLE_LISTED,
				 "I3: a table on crst_list"))
			return false;
		last = number;
		count++;
	}
	if (last << FRAME_SHIFT != g->gmap->table)
		return check_fail(g->c, "I3: %s: its first table is not at the end of crst_list", g->name);
	if (count != gmap_table_count(m, g->gmap))
		return check_fail(g->c, "I3: %s: %llu tables on crst_list, %llu counted", g->name,
				  (unsigned long long)count, (unsigned long long)gmap_table_count(m, g->gmap));
	return true;
}

static bool check_gmap_table(struct check_walk *walk, u64 table, enum check_level level, u64 gaddr)
{
	struct gmap_check *g = walk->context;
	u32 *use = use_of(g->c, table);

	if (!storage_has_used(g->c->m, table) || *use != (g->owner | TABLE_LISTED))
		return check_fail(g->c, "I3: %s: the table at 0x%llx for 0x%llx is not on crst_list, or there twice",
				  g->name, (unsigned long long)table, (unsigned long long)gaddr);
	/* __gmap_link lets addresses above the highest one wrap */
	if ((frame_at(g->c->m, table)->index & g->gmap->asce_end) != gaddr)
		return check_fail(g->c, "I3: %s: the table at 0x%llx for 0x%llx says 0x%llx", g->name,
				  (unsigned long long)table, (unsigned long long)gaddr,
				  (unsigned long long)frame_at(g->c->m, table)->index);
	*use |= TABLE_REACHED | (level == CHECK_SEGMENT ? TABLE_SEGMENT : 0);
	g->tables++;
	return true;
}

/* I9: the segment is linked to the host segment that it is mapped to. */
static bool check_mapped(const struct gmap_check *g, u64 entry, u64 gaddr)
{
	u64 vmaddr = radix_lookup(NULL, &g->gmap->guest_to_host, gaddr >> PMD_SHIFT);

	if (vmaddr && radix_lookup(NULL, &g->gmap->host_to_guest, vmaddr >> PMD_SHIFT) == entry)
		return true;
	if (known_unrelated_link(g->c->m, g->gmap, &g->c->known))
		return true;
	if (!vmaddr)
		return check_fail(g->c, "I9: %s: segment 0x%llx is linked but not mapped", g->name,
				  (unsigned long long)gaddr);
	return check_fail(g->c, "I9: %s: segment 0x%llx is mapped to 0x%llx but linked to another one", g->name,
			  (unsigned long long)gaddr, (unsigned long long)vmaddr);
}

static bool check_segment_entry(struct check_walk *walk, entry_t *entry, u64 value, u64 gaddr)
{
	struct gmap_check *g = walk->context;
	u64 vmaddr;

	if (!value || value & ~SEGMENT_ENTRY_ORIGIN)
		return check_fail(g->c, "I5: %s: segment entry 0x%llx for 0x%llx", g->name, (unsigned long long)value,
				  (unsigned long long)gaddr);
	g->segments++;
	if (g->gmap->mm->alloc_pgste) {
		vmaddr = page_table_vmaddr(g->c->m, value);
		if (radix_lookup(NULL, &g->gmap->host_to_guest, vmaddr >> PMD_SHIFT) != address_of(g->c->m, entry) &&
		    !known_wrapped_link(g->c->m, g->gmap, &g->c->known))
			return check_fail(g->c,
					  "I6: %s: segment 0x%llx uses the page table of 0x%llx, host_to_guest "
					  "does not say so",
					  g->name, (unsigned long long)gaddr, (unsigned long long)vmaddr);
	}
	return check_mapped(g, address_of(g->c->m, entry), gaddr);
}

static bool check_gmap_tables(struct gmap_check *g)
{
	struct check_walk walk = {
		.c = g->c,
		.name = g->name,
		.table = check_gmap_table,
		.segment = check_segment_entry,
		.context = g,
	};

	if (!check_tables(&walk, g->gmap->asce))
		return false;
	return g->tables == gmap_table_count(g->c->m, g->gmap) ||
	       check_fail(g->c, "I3: %s: %llu tables on crst_list, %llu reached", g->name,
			  (unsigned long long)gmap_table_count(g->c->m, g->gmap), (unsigned long long)g->tables);
}

static bool check_guest_to_host(const struct gmap_check *g)
{
	const struct radix_root *root = &g->gmap->guest_to_host;
	u64 highest = g->c->m->options.profile->map_from_end;
	u64 key = 0;
	u64 vmaddr;

	for (; radix_next(NULL, root, key, &key, &vmaddr); key++)
		if (key > g->gmap->asce_end >> PMD_SHIFT || vmaddr & ~PMD_MASK || vmaddr + PMD_SIZE - 1 > highest)
			return check_fail(g->c, "I8: %s: guest segment 0x%llx is mapped to 0x%llx", g->name,
					  (unsigned long long)key << PMD_SHIFT, (unsigned long long)vmaddr);
	return true;
}

/* Also for stores: they differ from loads where a walk says "protected", and nowhere else. */
static bool same_walk(struct machine *m, u64 guest_asce, u64 gaddr, u64 host_asce, u64 vmaddr)
{
	struct dat_result guest = dat_walk(m, guest_asce, gaddr, false);
	struct dat_result host = dat_walk(m, host_asce, vmaddr, false);

	return guest.code == host.code && guest.absolute == host.absolute && guest.entry == host.entry &&
	       guest.protected == host.protected;
}

/* Beyond the segment entry both walks use one page table: its ends and its first page stand for all. */
static bool check_hardware(const struct gmap_check *g, u64 gaddr, u64 vmaddr, u64 page_table)
{
	struct machine *m = g->c->m;
	u64 page[3] = { 0, PTRS_PER_PTE - 1, 0 };
	size_t i;

	while (page[2] < PTRS_PER_PTE - 1 && entry_get(entry_at(m, page_table) + page[2]) & PAGE_INVALID)
		page[2]++;
	for (i = 0; i < 3; i++) {
		u64 offset = page[i] * PAGE_SIZE;

		if (!same_walk(m, g->gmap->asce, gaddr + offset, g->gmap->mm->asce, vmaddr + offset))
			return check_fail(g->c, "hardware: %s: guest 0x%llx is not what host 0x%llx is", g->name,
					  (unsigned long long)(gaddr + offset), (unsigned long long)(vmaddr + offset));
	}
	return true;
}

static bool is_segment_entry_of(const struct gmap_check *g, u64 address)
{
	u32 use = g->owner | TABLE_LISTED | TABLE_REACHED | TABLE_SEGMENT;

	return !(address & (sizeof(entry_t) - 1)) && storage_has_used(g->c->m, address) &&
	       *use_of(g->c, address & ~(CRST_SIZE - 1)) == use;
}

/* I6 and I7 for one item of host_to_guest. */
static bool check_link(const struct gmap_check *g, u64 vmaddr, u64 address)
{
	struct machine *m = g->c->m;
	const entry_t *pmd = host_pmd(m, g->gmap->mm, vmaddr);
	u64 gaddr, value;

	if (!is_segment_entry_of(g, address))
		return check_fail(g->c, "I6: %s: host segment 0x%llx is linked to 0x%llx, which is no segment entry",
				  g->name, (unsigned long long)vmaddr, (unsigned long long)address);
	gaddr = __gmap_segment_gaddr(m, entry_at(m, address)) & g->gmap->asce_end;
	value = entry_get(entry_at(m, address));
	if (pmd && entry_get(pmd) == value && value != SEGMENT_ENTRY_EMPTY)
		return check_hardware(g, gaddr, vmaddr, value & SEGMENT_ENTRY_ORIGIN);
	if (known_link_to_nothing(m, &g->c->known))
		return true;
	if (value == SEGMENT_ENTRY_EMPTY)
		return check_fail(g->c, "I6: %s: host segment 0x%llx is linked to 0x%llx, whose entry is empty",
				  g->name, (unsigned long long)vmaddr, (unsigned long long)gaddr);
	if (frame_kind(frame_at(m, value)) == FRAME_PGTABLE &&
	    (known_lost_table(m, g->gmap, value, &g->c->known) || known_wrapped_link(m, g->gmap, &g->c->known)))
		return true;
	return check_fail(g->c, "I7: %s: guest segment 0x%llx has entry 0x%llx, host segment 0x%llx has 0x%llx",
			  g->name, (unsigned long long)gaddr, (unsigned long long)value, (unsigned long long)vmaddr,
			  (unsigned long long)(pmd ? entry_get(pmd) : SEGMENT_ENTRY_EMPTY));
}

static bool check_host_to_guest(const struct gmap_check *g)
{
	u64 links = 0;
	u64 key = 0;
	u64 address;

	for (; radix_next(NULL, &g->gmap->host_to_guest, key, &key, &address); key++, links++)
		if (!check_link(g, key << PMD_SHIFT, address))
			return false;
	/* with I6 above: no two host segments share an entry */
	if (links < g->segments || (links > g->segments && !known_link_to_nothing(g->c->m, &g->c->known)))
		return check_fail(g->c, "I6: %s: %llu valid segment entries, %llu links", g->name,
				  (unsigned long long)g->segments, (unsigned long long)links);
	return true;
}

bool check_gmap(struct check *c, struct gmap *gmap)
{
	struct gmap_check g = { .c = c, .gmap = gmap };

#ifdef OWN_CODE
	if (gmap_is_shadow(gmap))
		return check_shadow(c, gmap);
#endif
	g.owner = (u32)++c->gmaps_found << TABLE_OWNER_SHIFT;
	check_gmap_name(gmap, g.name);
	return check_asce(&g) && check_crst_list(&g) &&
	       check_radix_tree(c, &gmap->guest_to_host, g.name, "guest_to_host") &&
	       check_radix_tree(c, &gmap->host_to_guest, g.name, "host_to_guest") && check_gmap_tables(&g) &&
	       check_guest_to_host(&g) && check_host_to_guest(&g);
}
