/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats of dynamic address translation and storage keys: z/Architecture Principles of Operation, chapter 3, and of
 * what a machine in SIE keeps for a guest's pages. All masks are for entries in host byte order.
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
#define SEGMENT_ENTRY_LARGE 0x400u
#define SEGMENT_ENTRY_PROTECT 0x200u
#define SEGMENT_ENTRY_INVALID 0x20u
#define SEGMENT_ENTRY_EMPTY SEGMENT_ENTRY_INVALID

#define PAGE_INVALID 0x400u
#define PAGE_PROTECT 0x200u
#define PAGE_NOEXEC 0x100u /* instructions are not to be fetched: machines with the NX facility */

#define PGSTE_ACC 0xf000000000000000ULL
#define PGSTE_FP 0x0800000000000000ULL
#define PGSTE_PCL 0x0080000000000000ULL
#define PGSTE_HR 0x0040000000000000ULL
#define PGSTE_HC 0x0020000000000000ULL
#define PGSTE_GR 0x0004000000000000ULL
#define PGSTE_GC 0x0002000000000000ULL
#define PGSTE_GPS_ZERO 0x0000000080000000ULL
#define PGSTE_USAGE 0x0000000003000000ULL
#define PGSTE_USAGE_UNUSED 0x0000000001000000ULL
#define PGSTE_USAGE_SHIFT 24

#define KEY_ACC 0xf0u
#define KEY_FP 0x08u
#define KEY_REFERENCED 0x04u
#define KEY_CHANGED 0x02u
#define KEY_MASK 0xfeu

#endif
