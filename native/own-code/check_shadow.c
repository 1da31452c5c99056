// SPDX-License-Identifier: GPL-2.0-only
/*
 * A shadow's tables are those of its lists, and each is pointed at by one entry; one that was removed has the top table only; its two
 * other trees are empty.
 */
#include "core/check/check_gmap.h"
#include "core/check/check_tree.h"
#include "core/linux/mm/pgalloc.h"

struct found {
	u64 tables;
	u64 page_tables;
};

static void count_below(const struct machine *m, u64 table, unsigned int levels, struct found *found)
{
	const entry_t *entry = entry_at(m, table);
	u64 i;

	found->tables++;
	for (i = 0; i < CRST_ENTRIES; i++) {
		u64 value = entry_get(entry + i);

		if (value & REGION_ENTRY_INVALID)
			continue;
		if (levels)
			count_below(m, value & REGION_ENTRY_ORIGIN, levels - 1, found);
		else
			found->page_tables++;
	}
}

static bool claim(struct check *c, const struct frame_list *head, unsigned int order, enum frame_kind kind,
		  const char *what, u64 *count)
{
	const struct frame_list *link = head->next;

	for (*count = 0; link != head; link = link->next, ++*count) {
		u64 number = frame_number(c->m, container_of(link, const struct frame, lru));

		if (!check_claim(c, number << FRAME_SHIFT, order, kind, 1, what))
			return false;
	}
	return true;
}

bool check_shadow(struct check *c, struct gmap *sg)
{
	struct found found = { 0 };
	struct found listed;
	char name[CHECK_NAME_SIZE];

	c->gmaps_found++;
	check_gmap_name(sg, name);
	count_below(c->m, sg->table, (unsigned int)((sg->asce & ASCE_TYPE_MASK) >> 2), &found);
	if (!claim(c, &sg->tables, CRST_ORDER, FRAME_CRST, "a table of a shadow", &listed.tables) ||
	    !claim(c, &sg->page_tables, 0, FRAME_PGTABLE, "a page table of a shadow", &listed.page_tables) ||
	    !check_radix_tree(c, &sg->host_to_rmap, name, "host_to_rmap"))
		return false;
	if (found.tables != listed.tables || found.page_tables != listed.page_tables)
		return check_fail(c, "shadow: %s: %llu tables and %llu page tables reached, %llu and %llu on its lists",
				  name, (unsigned long long)found.tables, (unsigned long long)found.page_tables,
				  (unsigned long long)listed.tables, (unsigned long long)listed.page_tables);
	if (sg->removed && (found.tables != 1 || found.page_tables))
		return check_fail(c, "shadow: %s: was removed, and has tables", name);
	return (!sg->guest_to_host.node && !sg->host_to_guest.node) ||
	       check_fail(c, "shadow: %s: has mappings of its own", name);
}
