/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file behind one shared anonymous mapping: its pages stay in it when they are unmapped.
 *
 * Left out: other files.
 */
#ifndef S390_GMAP_SHMEM_H
#define S390_GMAP_SHMEM_H

#include "core/linux/mm/mm.h"

/* size: in pages. NULL without memory. */
struct file *file_alloc(struct machine *m, u64 size);
void file_get(struct machine *m, struct file *file);
/* Frees the file and its pages with the last reference. */
void file_put(struct machine *m, struct file *file);
/* The page with that number; 0 if the file does not have it. */
u64 file_page(const struct machine *m, const struct file *file, u64 number);
/* The same, adding a new clean page; 0 without memory. */
u64 file_page_alloc(struct machine *m, struct file *file, u64 number);

#endif
