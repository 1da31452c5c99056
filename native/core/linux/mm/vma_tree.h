/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ours: an index of VMAs. A balanced tree, by address, beside the list of a process. One with few VMAs has none: a walk
 * through a short list costs no more, and nothing has to be kept up to date.
 */
#ifndef S390_GMAP_VMA_TREE_H
#define S390_GMAP_VMA_TREE_H

#include "core/linux/mm/mm.h"

/* With more than VMA_TREE_FROM there is a tree, with fewer than VMA_TREE_TO none; between them what was before. */
#define VMA_TREE_FROM 32
#define VMA_TREE_TO 16

/* The last VMA that begins at or below the address, NULL if there is none. Only where there is a tree. */
struct vma *vma_tree_below(struct machine *m, const struct mm *mm, u64 address);

/* Called by those below. */
void vma_tree_grow(struct machine *m, struct mm *mm, struct vma *vma);
void vma_tree_shrink(struct machine *m, struct mm *mm, const struct vma *vma);

/* The VMA is in the list, and counted. */
static inline void vma_tree_insert(struct machine *m, struct mm *mm, struct vma *vma)
{
	if (unlikely(mm->vma_count > VMA_TREE_FROM || mm->vma_tree))
		vma_tree_grow(m, mm, vma);
}

/* The VMA is not counted any more. */
static inline void vma_tree_remove(struct machine *m, struct mm *mm, const struct vma *vma)
{
	if (unlikely(mm->vma_tree != NULL))
		vma_tree_shrink(m, mm, vma);
}

/* All of them go. */
static inline void vma_tree_drop(struct machine *m, struct mm *mm)
{
	if (mm->vma_tree)
		SET(m, mm->vma_tree, NULL);
}

#endif
