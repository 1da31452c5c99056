/* SPDX-License-Identifier: GPL-2.0-only */
/* What Linux keeps in table entries beside what the machine looks at: its software bits, and what is no mapping at all. */
#ifndef S390_GMAP_ENTRIES_H
#define S390_GMAP_ENTRIES_H

#include "core/hardware/dat.h"

#define TASK_MAX_SIZE ((u64)1 << 53)

#define SEGMENT_ENTRY_DIRTY 0x2000u
#define SEGMENT_ENTRY_YOUNG 0x1000u
#define SEGMENT_ENTRY_WRITE 0x02u
#define SEGMENT_ENTRY_READ 0x01u

#define PAGE_UNUSED 0x080u /* never in storage: see ptep_xchg_commit() */
#define PAGE_SPECIAL 0x040u
#define PAGE_WRITE_BIT 0x020u
#define PAGE_READ_BIT 0x010u
#define PAGE_DIRTY 0x008u
#define PAGE_YOUNG 0x004u
#define PAGE_SOFT_DIRTY 0x002u
#define PAGE_PRESENT 0x001u

#define PAGE_READ (PAGE_PRESENT | PAGE_READ_BIT | PAGE_INVALID | PAGE_PROTECT)
#define PAGE_WRITE (PAGE_READ | PAGE_WRITE_BIT)

#define SWAP_EXCLUSIVE 0x800u /* of a swap PTE */

#define PGSTE_UC 0x0000800000000000ULL
#define PGSTE_IN 0x0000400000000000ULL
#define PGSTE_VSIE 0x0000200000000000ULL /* a shadow gmap depends on the page; built codes only */

/* Entries of a PTE's kind in the order in which the kernel tells them apart. */
static inline bool pte_none(u64 pte)
{
	return pte == PAGE_INVALID;
}

static inline bool pte_swap(u64 pte)
{
	return (pte & (PAGE_PROTECT | PAGE_PRESENT)) == PAGE_PROTECT;
}

static inline bool pte_present(u64 pte)
{
	return pte & PAGE_PRESENT;
}

#endif
