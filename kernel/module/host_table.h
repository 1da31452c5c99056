/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of a process, read, with mmap_sem held, or after the process's end: its top table stays as long as
 * its mm_struct. Huge pages do not occur: no machine that QEMU emulates has them.
 */
#ifndef S390_GMAP_HOST_TABLE_H
#define S390_GMAP_HOST_TABLE_H

#include "compat.h"

/* The segment entry; NULL where no table has one, or above the limit of the process's address space. */
pmd_t *host_pmd(struct mm_struct *mm, unsigned long vmaddr);
/*
 * The one that a walk of the kernel's own finds, which does not look at the limit: above it, the index into the top table
 * begins anew. NULL also where such a walk would leave that table.
 */
pmd_t *host_pmd_of_kernel(struct mm_struct *mm, unsigned long vmaddr);
/* The page's entry; NULL where there is no page table. */
pte_t *host_pte(struct mm_struct *mm, unsigned long vmaddr);
enum wire_pte host_pte_kind(unsigned long pte);

#endif
