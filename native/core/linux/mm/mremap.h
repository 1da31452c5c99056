/* SPDX-License-Identifier: GPL-2.0-only */
/* Moving memory. */
#ifndef S390_GMAP_MREMAP_H
#define S390_GMAP_MREMAP_H

#include "core/linux/mm/mm.h"

/* Addresses and lengths in bytes; 0 or a negative errno. */
int sys_mremap(struct machine *m, struct mm *mm, u64 address, u64 old_length, u64 new_address, u64 new_length);

#endif
