/* SPDX-License-Identifier: GPL-2.0-only */
/* Ours: questions about gmaps. Linux never asks them. */
#ifndef S390_GMAP_GMAP_QUERIES_H
#define S390_GMAP_GMAP_QUERIES_H

#include "core/linux/gmap/gmap.h"

/*
 * Whether some gmap of the process uses the page table of a host segment: one that was not told, or is not on the list of its
 * process any more.
 */
bool gmap_uses_page_table(const struct machine *m, const struct mm *mm, u64 table, u64 vmaddr);

/* The guest address of a segment entry, as its table says. */
u64 gmap_gaddr_of_entry(const struct machine *m, const entry_t *entry);

/* The i-th gmap of the process, newest first; NULL past the end. */
struct gmap *mm_gmap_at(const struct mm *mm, u64 i);

/* The one gmap on the list of a process; NULL if there is none, or several. (Later kernels keep its ASCE in the process.) */
const struct gmap *mm_only_gmap(const struct mm *mm);

#endif
