/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats of dynamic address translation: z/Architecture Principles of Operation, chapter 3, and the
 * software bits that Linux keeps beside them. All masks are for entries in host byte order.
 */
#ifndef S390_GMAP_DAT_H
#define S390_GMAP_DAT_H

#include "abi/table_levels.h"
#include "core/machine/machine.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE ((u64)1 << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PMD_SHIFT 20
#define PMD_SIZE ((u64)1 << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT 31
#define PUD_SIZE ((u64)1 << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
#define PGDIR_SHIFT 42
#define PGDIR_SIZE ((u64)1 << PGDIR_SHIFT)
#define REGION1_SHIFT 53
#define TASK_MAX_SIZE ((u64)1 << 53)

#define CRST_ORDER 2
#define CRST_SIZE ((u64)16384)
#define CRST_ENTRIES 2048
#define CRST_INDEX 0x7ffu
#define PTRS_PER_PTE 256
#define PTE_INDEX 0xffu
/* a page table with PGSTEs fills a frame: 256 PTEs, then 256 PGSTEs */
#define PGSTE_OFFSET PTRS_PER_PTE

#define ASCE_ORIGIN PAGE_MASK
#define ASCE_USER_BITS 0x1c0u /* private space, storage-alteration event, space-switch event */
#define ASCE_REAL_SPACE 0x20u
#define ASCE_TYPE_MASK 0x0cu
#define ASCE_TYPE_REGION1 0x0cu
#define ASCE_TYPE_REGION2 0x08u
#define ASCE_TYPE_REGION3 0x04u
#define ASCE_TYPE_SEGMENT 0x00u
#define ASCE_TABLE_LENGTH 0x03u

#define REGION_ENTRY_ORIGIN PAGE_MASK
#define REGION_ENTRY_PROTECT 0x200u
#define REGION_ENTRY_INVALID 0x20u
#define REGION_ENTRY_TYPE_MASK 0x0cu
#define REGION_ENTRY_LENGTH 0x03u
#define REGION1_ENTRY 0x0fu
#define REGION1_ENTRY_EMPTY 0x2cu
#define REGION2_ENTRY 0x0bu
#define REGION2_ENTRY_EMPTY 0x28u
#define REGION3_ENTRY 0x07u
#define REGION3_ENTRY_EMPTY 0x24u

#define SEGMENT_ENTRY_ORIGIN (~(u64)0x7ff)
#define SEGMENT_ENTRY_LARGE_FRAME PMD_MASK
#define SEGMENT_ENTRY_DIRTY 0x2000u
#define SEGMENT_ENTRY_YOUNG 0x1000u
#define SEGMENT_ENTRY_LARGE 0x400u
#define SEGMENT_ENTRY_PROTECT 0x200u
#define SEGMENT_ENTRY_INVALID 0x20u
#define SEGMENT_ENTRY_WRITE 0x02u
#define SEGMENT_ENTRY_READ 0x01u
#define SEGMENT_ENTRY_EMPTY SEGMENT_ENTRY_INVALID

#define PAGE_INVALID 0x400u
#define PAGE_PROTECT 0x200u
#define PAGE_NOEXEC 0x100u /* instructions are not to be fetched: machines with the NX facility */
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

#define PGSTE_ACC 0xf000000000000000ULL
#define PGSTE_FP 0x0800000000000000ULL
#define PGSTE_PCL 0x0080000000000000ULL
#define PGSTE_HR 0x0040000000000000ULL
#define PGSTE_HC 0x0020000000000000ULL
#define PGSTE_GR 0x0004000000000000ULL
#define PGSTE_GC 0x0002000000000000ULL
#define PGSTE_UC 0x0000800000000000ULL
#define PGSTE_IN 0x0000400000000000ULL
#define PGSTE_GPS_ZERO 0x0000000080000000ULL
#define PGSTE_USAGE 0x0000000003000000ULL
#define PGSTE_USAGE_UNUSED 0x0000000001000000ULL
#define PGSTE_USAGE_SHIFT 24

#define KEY_ACC 0xf0u
#define KEY_FP 0x08u
#define KEY_REFERENCED 0x04u
#define KEY_CHANGED 0x02u
#define KEY_MASK 0xfeu

/* Offsets in a CPU's lowcore. */
#define LOWCORE_USER_ASCE 0x360u
#define LOWCORE_MACHINE_FLAGS 0x388u
#define LOWCORE_GMAP 0x398u

#define MACHINE_FLAG_ESOP 0x10u
#define MACHINE_FLAG_IDTE 0x20u
#define MACHINE_FLAG_TLB_LC 0x1000u

static inline entry_t *lowcore(const struct machine *m, u64 cpu, u64 offset)
{
	return entry_at(m, cpu * LOWCORE_SIZE + offset);
}

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
