/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory areas of a process: finding, splitting, merging, growing. */
#ifndef S390_GMAP_VMA_H
#define S390_GMAP_VMA_H

#include "core/linux/mm/mm.h"

/* The lowest VMA that ends above the address, NULL if there is none. */
struct vma *find_vma(struct machine *m, const struct mm *mm, u64 address);
/* The one that contains the address. */
struct vma *vma_lookup(struct machine *m, const struct mm *mm, u64 address);
/* As above; grows a stack downwards for it. */
struct vma *find_extend_vma(struct machine *m, struct mm *mm, u64 address);
/* False: the stack may not grow so far. */
bool expand_downwards(struct machine *m, struct vma *vma, u64 address);
/* NULL without memory. */
struct vma *vma_alloc(struct machine *m);
void vma_free(struct machine *m, struct vma *vma);
void vma_insert(struct machine *m, struct mm *mm, struct vma *vma);
/* The same where the VMA below is known; NULL if it is the first one. */
void vma_insert_behind(struct machine *m, struct mm *mm, struct vma *prev, struct vma *vma);
/* Makes `address` a border between two VMAs; false without memory. */
bool vma_split(struct machine *m, struct mm *mm, struct vma *vma, u64 address);
/*
 * Looks whether [start, end), which has or shall get these attributes, can be one VMA with its
 * neighbours. `old` is the VMA that it is part of now, or NULL. Returns the VMA that then covers it.
 */
struct vma *vma_merge(struct machine *m, struct mm *mm, struct vma *old, u64 start, u64 end,
		      const struct vma *attributes);
/* The same for a mapping that mmap makes: not all kernels decide alike there. */
struct vma *vma_merge_new(struct machine *m, struct mm *mm, u64 start, u64 end, const struct vma *attributes);
/* Before the first private page; neighbours share one if they can. */
void anon_vma_prepare(struct machine *m, struct vma *vma);
/* The PTE template of memory with these flags. */
u64 vm_get_page_prot(const struct machine *m, u64 flags);

#endif
