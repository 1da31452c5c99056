/* SPDX-License-Identifier: GPL-2.0-only */
/* Mapping and unmapping memory, and madvise. */
#ifndef S390_GMAP_MMAP_H
#define S390_GMAP_MMAP_H

#include "core/linux/mm/mm.h"

/* Addresses and lengths in bytes; 0 or a negative errno. `flags`: VM_SHARED, VM_NORESERVE, VM_HUGETLB. */
int sys_mmap(struct machine *m, struct mm *mm, u64 address, u64 length, u64 prot, u64 flags);
int sys_munmap(struct machine *m, struct mm *mm, u64 address, u64 length);
int do_munmap(struct machine *m, struct mm *mm, u64 start, u64 length);
int sys_madvise(struct machine *m, struct mm *mm, u64 start, u64 length, u64 advice);
/* What the process may map at most: from 2^53 on in later kernels. */
u64 task_size(const struct machine *m, const struct mm *mm);
/* Where a mapping at this address goes, for which the process may need more levels of tables; or an errno as a word. */
u64 get_unmapped_area(struct machine *m, struct mm *mm, u64 address, u64 length);

#endif
