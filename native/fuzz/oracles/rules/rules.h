/* SPDX-License-Identifier: GPL-2.0-only */
/* One run of rules_step(): the stores of one operation, from the last to the first, against the state after it. */
#ifndef S390_GMAP_RULES_H
#define S390_GMAP_RULES_H

#include "core/check/known.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "fuzz/oracles/oracles.h"

#define MAX_LIVES 32

/* A frame that became a table, or stopped being one, while the operation ran. */
struct life {
	u64 number;
	u64 flags; /* before the stores that were looked at so far */
};

struct rules {
	const struct step *step;
	struct machine *m;
	struct verdict *verdict;
	u32 flushes; /* events that no store of a PTE has been matched with */
	u32 unlinks; /* events that no dropped link has been matched with */
	u64 page;    /* the PTE that was looked at last, as it is now; */
	u64 pgste;   /* and its PGSTE */
	u64 ptep;    /* the PTE that was stored to last */
	u64 found;   /* what was there before */
	u64 table;   /* the table whose owner was looked up last */
	struct gmap *owner;
	u32 lives;
	bool lost; /* there were more of them: older stores cannot be understood */
	struct life life[MAX_LIVES];
};

/* rules_page.c: a PTE was stored to; was there a flush, if it was valid? */
bool rules_pte_changed(struct rules *r, u64 address, u64 old);
/* A PTE or a PGSTE was stored to; `old` is what it was. */
bool rules_page_stored(struct rules *r, const struct frame *frame, u64 address, u64 old);
/* The same in a page table that has been freed since. */
bool rules_freed_page_stored(struct rules *r, u64 flags, u64 address, u64 old);

/* rules_key.c: whether rules_key() has something to say of an operation. */
bool rules_moves_pages(enum wire_op op);
/* The PTE was stored to, and `old` is what was there; its page table has PGSTEs and belongs to mm. */
bool rules_key(const struct rules *r, const struct mm *mm, u64 address, u64 old);
/* After reset_guest_reference_bit. */
bool rules_reference_bit(const struct rules *r);

/* rules_table.c: the same for an entry of a region or segment table. */
bool rules_entry_stored(struct rules *r, u64 address, u64 old);
bool rules_freed_entry_stored(struct rules *r, u64 old);
/* A segment of a gmap, whether something was stored there or not. */
bool rules_segment(struct rules *r, const struct gmap *gmap, u64 gaddr);
/* All links of a gmap, up to a number that no small program has. */
bool rules_links(struct rules *r, const struct gmap *gmap);

#endif
