// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/gmap/gmap_queries.h"

#include "core/linux/mm/mm.h"
#include "core/machine/list.h"

/* By whatever host address. */
static bool has_link_to(const struct machine *m, const struct gmap *gmap, u64 table)
{
	u64 key = 0;
	u64 address;

	for (; radix_next(NULL, &gmap->host_to_guest, key, &key, &address); key++)
		if (entry_get(entry_at(m, address)) == table)
			return true;
	return false;
}

bool gmap_uses_page_table(const struct machine *m, const struct mm *mm, u64 table, u64 vmaddr)
{
	u64 handle;

	for (handle = 0; handle < m->s.gmap_count; handle++) {
		const struct gmap *gmap = m->s.gmap[handle];

		if (!gmap || gmap->mm != mm)
			continue;
		if (radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT) ||
		    (gmap->wrapped_links && has_link_to(m, gmap, table)))
			return true;
	}
	return false;
}

u64 gmap_gaddr_of_entry(const struct machine *m, const entry_t *entry)
{
	u64 address = address_of(m, entry);

	return frame_at(m, address & ~(CRST_SIZE - 1))->index + (address / sizeof(entry_t) & CRST_INDEX) * PMD_SIZE;
}

struct gmap *mm_gmap_at(const struct mm *mm, u64 i)
{
	struct list_link *link;

	list_for_each(NULL, link, &mm->gmap_list)
		if (i-- == 0)
			return container_of(link, struct gmap, list);
	return NULL;
}

const struct gmap *mm_only_gmap(const struct mm *mm)
{
	const struct list_link *first = mm->gmap_list.next;

	if (first == &mm->gmap_list || first->next != &mm->gmap_list)
		return NULL;
	return container_of(first, struct gmap, list);
}
