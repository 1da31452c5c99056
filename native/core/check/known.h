/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known defects of real kernels, native/abi/known.def: the conditions under which an oracle does not object. Each oracle
 * keeps a set of those that it met, KNOWN_BIT()s.
 */
#ifndef S390_GMAP_KNOWN_H
#define S390_GMAP_KNOWN_H

#include "core/machine/types.h"

struct gmap;
struct machine;
struct mm;
struct profile;

enum known_defect {
#define KNOWN(id, first, last, oracle, rule, text) KNOWN_##id,
#include "abi/known.def"
#undef KNOWN
	KNOWN_DEFECTS
};

#define KNOWN_BIT(defect) ((u64)1 << (defect))

struct known_info {
	const char *id;
	const char *first; /* the oldest kernel that has it, "4.7" */
	const char *last;  /* the newest; "": the newest there is */
	const char *rule;
	const char *text;
};
extern const struct known_info known_infos[KNOWN_DEFECTS];

/* Whether that kernel has the defect. */
bool known_of_kernel(enum known_defect defect, const struct profile *profile);
/* The same for the machine's kernel; if so, the defect is noted in *met. */
bool known_defect(const struct machine *m, enum known_defect defect, u64 *met);

/* I7: the gmap uses a page table that its process has no more. */
bool known_lost_table(const struct machine *m, const struct gmap *gmap, u64 page_table, u64 *met);
/* I12, I13: a page of the process does not have the PGSTE that it should have. */
bool known_older_page(const struct machine *m, const struct mm *mm, u64 *met);
/* I9: a segment of the gmap is linked that is not mapped to that host segment. */
bool known_unrelated_link(const struct machine *m, const struct gmap *gmap, u64 *met);
/* I6, I7: a segment of the gmap has the page table of another one than its link says. */
bool known_wrapped_link(const struct machine *m, const struct gmap *gmap, u64 *met);
/* left_held: a fault that must not wait took mmap_lock a second time. */
bool known_kept_lock(const struct machine *m, u64 *met);
/* I6, I7: a host segment is linked, and had no page table when it was. */
bool known_link_to_nothing(const struct machine *m, u64 *met);

#endif
