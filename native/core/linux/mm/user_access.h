/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and stores of a process. */
#ifndef S390_GMAP_USER_ACCESS_H
#define S390_GMAP_USER_ACCESS_H

#include "core/linux/mm/mm.h"

/*
 * Eight bytes (the address is rounded down to eight) read or written by the process; faults are handled as for any
 * process. 0, or -EFAULT.
 */
int user_load(struct machine *m, struct mm *mm, u64 address, u64 *value);
int user_store(struct machine *m, struct mm *mm, u64 address, u64 value);

#endif
