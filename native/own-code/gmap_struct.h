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
		OWN_AT(OWN_GMAP_host_to_rmap, struct radix_root host_to_rmap);
		OWN_AT(OWN_GMAP_children, struct list_link children);
		OWN_AT(OWN_GMAP_pt_list, struct frame_list page_tables);
		OWN_AT(OWN_GMAP_parent, struct gmap *parent);
		OWN_AT(OWN_GMAP_orig_asce, u64 orig_asce);
		OWN_AT(OWN_GMAP_edat_level, int edat_level);
		OWN_AT(OWN_GMAP_removed, bool removed);
		OWN_AT(OWN_GMAP_initialized, bool initialized);
		u8 tree_bytes[OWN_GMAP_SIZE];
	};
	u64 handle;
	u64 serial;
	u64 listed;
	u64 wrapped_links;
	u64 unrelated_links;
};

/* A host page on which an entry of a shadow depends: a chain of a page's. */
struct gmap_rmap {
	union {
		OWN_AT(OWN_RMAP_next, struct gmap_rmap *next);
		OWN_AT(OWN_RMAP_raddr, u64 raddr);
	};
};

static inline bool gmap_is_shadow(const struct gmap *gmap)
{
	return gmap->parent != NULL;
}

/* References that are no caller's: of a gmap's shadows, and of the list that a shadow is on. See adapter_shadow.c. */
u64 gmap_references_of_others(const struct machine *m, const struct gmap *gmap);

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
