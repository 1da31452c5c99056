/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest knows of its pages beside their content: storage keys, and the page states of ESSA. */
#ifndef S390_GMAP_GUEST_PAGE_H
#define S390_GMAP_GUEST_PAGE_H

#include "core/linux/mm/mm.h"

/*
 * Storage keys of a guest page, by its host address; they take mmap_sem. key: bits 0xf8 and 0x06; nq: non-quiescing.
 * -EFAULT: no memory for tables (4.7), no page table and a key other than 0 (later), no VMA (6.1 and later).
 */
int set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq);
/* 0 to 0xff, or -EFAULT as an error-valued word. */
u64 get_guest_storage_key(struct machine *m, struct mm *mm, u64 address);
/*
 * The same as setting it, but not if only reference (mr: need not change) or change (mc) differ, or nothing does.
 * 0: left alone, 1: set, -EFAULT.
 */
int cond_set_guest_storage_key(struct machine *m, struct mm *mm, u64 address, u64 key, bool nq, bool mr, bool mc);
/* Clears the guest's reference bit. What it and the change bit were: 2 and 1; -EFAULT. */
int reset_guest_reference_bit(struct machine *m, struct mm *mm, u64 address);

/* What the machine does to the PGSTE when a guest executes ESSA. BUG without a page table. */
void essa_set_usage(struct machine *m, struct mm *mm, u64 address, u64 usage);
void essa_set_zero(struct machine *m, struct mm *mm, u64 address, bool zero);

#endif
