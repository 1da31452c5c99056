/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef S390_GMAP_SWAP_H
#define S390_GMAP_SWAP_H

#include "compat.h"

/*
 * What reclaim does to an anonymous page: it goes into the swap cache, and all that map it get a swap entry. For kernels
 * without MADV_PAGEOUT. -EINVAL: this kernel has that; -ENOSYS: the functions that do it were not found. 0 does not say
 * that the page has gone: reclaim may not want it.
 */
int swap_out_page(struct mm_struct *mm, unsigned long vmaddr);

#endif
