/* SPDX-License-Identifier: GPL-2.0-only */
/* A page table of a process. */
#ifndef S390_GMAP_CHECK_PAGE_TABLE_H
#define S390_GMAP_CHECK_PAGE_TABLE_H

#include "core/check/check_found.h"

/* `vma`: where to begin to look for the VMA of the lowest address; that of the highest one afterwards. */
bool check_page_table(struct check *c, const struct mm *mm, const char *name, u64 table, u64 vmaddr,
		      const struct vma **vma);

#endif
