/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree's struct gmap, as far as the rest of the machine looks at it. own_layout.h, made with each build, says where its members
 * are. Behind it lies what is ours.
 */
#ifndef S390_GMAP_OWN_GMAP_STRUCT_H
#define S390_GMAP_OWN_GMAP_STRUCT_H

#include "own_layout.h"

#define OWN_AT(offset, declaration)         \
	struct {                            \
		u8 before_##offset[offset]; \
		declaration;                \
	}

struct gmap {
	union {
		OWN_AT(OWN_GMAP_list, struct list_link list);
		OWN_AT(OWN_GMAP_crst_list, struct frame_list tables);
		OWN_AT(OWN_GMAP_mm, struct mm *mm);
		OWN_AT(OWN_GMAP_guest_to_host, struct radix_root guest_to_host);
		OWN_AT(OWN_GMAP_host_to_guest, struct radix_root host_to_guest);
		OWN_AT(OWN_GMAP_table, u64 table);
		OWN_AT(OWN_GMAP_asce, u64 asce);
		OWN_AT(OWN_GMAP_asce_end, u64 asce_end);
		OWN_AT(OWN_GMAP_private, u64 private);
		OWN_AT(OWN_GMAP_ref_count, u64 ref_count);
		u8 tree_bytes[OWN_GMAP_SIZE];
	};
	u64 handle;
	u64 serial;
	u64 listed;
	u64 wrapped_links;
	u64 unrelated_links;
};

static inline u64 gmap_table_behind(const struct machine *m, const struct gmap *gmap, const struct frame_list *link)
{
	return link == &gmap->tables ? 0 : frame_number(m, container_of(link, const struct frame, lru));
}

static inline u64 gmap_first_table(const struct machine *m, const struct gmap *gmap)
{
	return gmap_table_behind(m, gmap, gmap->tables.next);
}

static inline u64 gmap_next_table(const struct machine *m, const struct gmap *gmap, u64 number)
{
	return gmap_table_behind(m, gmap, m->storage.frames[number].lru.next);
}

static inline u64 gmap_table_count(const struct machine *m, const struct gmap *gmap)
{
	u64 number = gmap_first_table(m, gmap);
	u64 count = 0;

	for (; number; number = gmap_next_table(m, gmap, number))
		count++;
	return count;
}

static inline const u64 *gmap_word_of_tables(const struct gmap *gmap)
{
	return (const u64 *)&gmap->tables.next;
}

#endif
