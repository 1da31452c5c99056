/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of machine_check(): what it has seen so far, and the first thing that is wrong. */
#ifndef S390_GMAP_CHECK_FOUND_H
#define S390_GMAP_CHECK_FOUND_H

#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"

struct check {
	struct machine *m;
	char *text; /* of the first rule that does not hold */
	size_t size;
	u64 known;	/* defects of the kernel that were met, known.h */
	bool no_memory; /* of the process: what holds is not known */
	/*
	 * use_of(): for each frame below the allocator's bump pointer how it was reached, 0 if not at all. Data pages:
	 * how often. Frames of two half page tables: one bit for each half. Other tables: not 0.
	 */
	u32 *uses;
	u64 frames_found;
	u64 lost_found;	  /* of those: frames that count as lost too (half of a page-table frame is) */
	u64 uses_found;	  /* references to pages and halves of page-table frames */
	u64 uses_counted; /* the same as the frames' descriptors say */
	u64 gmaps_found;
	u64 on_list[MAX_GMAPS / 64]; /* handles of gmaps that are on the list of their process, a bit each */
	u64 vmas_found;
	u64 files_found;
	u64 nodes_found;
	struct file **files; /* of all VMAs that have one */
	size_t file_vmas;
};

static inline u32 *use_of(const struct check *c, u64 address)
{
	return &c->uses[(address - c->m->storage.origin) >> FRAME_SHIFT];
}

/* Says what is wrong; returns false. */
bool check_fail(struct check *c, const char *format, ...) format_fn(2, 3);

/* There is no memory for the check; returns false. */
bool check_no_memory(struct check *c);

/* A frame may have one owner only: the first frame of a block of 2^order. `what` is for the message. */
bool check_claim(struct check *c, u64 address, unsigned int order, enum frame_kind kind, u32 use, const char *what);
/* One more reference to a data page. */
bool check_page_use(struct check *c, u64 page, enum frame_kind kind, const char *what);

/* "mm0", "g3"; of objects without a handle: "mm?", "g?". */
#define CHECK_NAME_SIZE 32
void check_mm_name(const struct machine *m, const struct mm *mm, char name[CHECK_NAME_SIZE]);
void check_gmap_name(const struct gmap *gmap, char name[CHECK_NAME_SIZE]);

#endif
