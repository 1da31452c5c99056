/* SPDX-License-Identifier: GPL-2.0-only */
/* Changing the protection of memory. */
#ifndef S390_GMAP_MPROTECT_H
#define S390_GMAP_MPROTECT_H

#include "core/linux/mm/mm.h"

/* Addresses and lengths in bytes; 0 or a negative errno. */
int sys_mprotect(struct machine *m, struct mm *mm, u64 start, u64 length, u64 prot);

#endif
