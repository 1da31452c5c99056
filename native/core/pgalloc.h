/* SPDX-License-Identifier: GPL-2.0-only */
/* Host tables: allocating, walking, filling in, and taking down. */
#ifndef S390_GMAP_PGALLOC_H
#define S390_GMAP_PGALLOC_H

#include "mm.h"

/* A new region or segment table with all entries `empty`; absolute address, 0 without memory. */
u64 crst_table_alloc(struct machine *m, u64 empty);
void crst_table_free(struct machine *m, u64 table);

/* The host's segment entry for an address; NULL if a table above it is missing, or above the limit. */
entry_t *host_pmd(const struct machine *m, const struct mm *mm, u64 address);
/* The PTE; NULL also if there is no page table, or a large page. */
entry_t *host_pte(const struct machine *m, const struct mm *mm, u64 address);
/* The two above, allocating what is missing; NULL without memory. BUG above the limit. */
entry_t *host_pmd_alloc(struct machine *m, struct mm *mm, u64 address);
entry_t *host_pte_alloc(struct machine *m, struct mm *mm, u64 address);
/* host_pte_alloc() and the pte lock, to be released by pte_unlock(). */
entry_t *get_locked_pte(struct machine *m, struct mm *mm, u64 address);
/* The locks are named by the table that they belong to. */
void pte_lock(struct machine *m, const entry_t *ptep);
void pte_unlock(struct machine *m, const entry_t *ptep);
const void *pmd_lock_of(const entry_t *pmd);

/* The lowest host address that a page table was made for. */
u64 page_table_vmaddr(const struct machine *m, u64 table);
/*
 * The lowest address from `from` on, below `end`, in a segment that has a page table or a large page;
 * `end` if there is none. Skips what is not there without looking at each segment.
 */
u64 host_next_segment(const struct machine *m, const struct mm *mm, u64 from, u64 end);

/* Page tables on their way out: freed when the TLB entries made from them are gone. */
struct mmu_gather {
	struct mm *mm;
	bool fullmm;	 /* the whole process ends: no PGSTE is looked at any more */
	u64 first, last; /* frame numbers, linked by frame.next */
	u64 count;
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm *mm, bool fullmm);
void tlb_finish_mmu(struct machine *m, struct mmu_gather *tlb);
/*
 * Frees the tables for VMAs that are gone: each list of VMAs from `vma` on, linked by next, as the
 * kernel does: `floor` is the end of the VMA below (0: none), `ceiling` the start of the one above (0: none).
 */
void free_pgtables(struct machine *m, struct mmu_gather *tlb, const struct vma *vma, u64 floor, u64 ceiling);
/* Counts the tables that free_pgtables could not find, as lost: nobody frees them, in the kernel neither. */
void count_lost_tables(struct machine *m, struct mm *mm);

#endif
