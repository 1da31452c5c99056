// SPDX-License-Identifier: GPL-2.0-only
/*
 * An AVL tree: the heights of what is below a VMA on both sides differ by one at most, so n VMAs are never more than
 * 1.44 log2 n deep. Its shape follows from what was inserted and removed, in which order, and from nothing else.
 */
#include "core/linux/mm/vma_tree.h"

#include "core/machine/work.h"

enum side { LOWER, UPPER };

static u64 height(const struct vma *top)
{
	return top ? top->tree_height : 0;
}

static void update_height(struct machine *m, struct vma *top)
{
	u64 lower = height(top->child[LOWER]);
	u64 upper = height(top->child[UPPER]);
	u64 now = 1 + (lower > upper ? lower : upper);

	if (top->tree_height != now)
		SET(m, top->tree_height, now);
}

/* The child on this side comes up in place of *top, which becomes its child on the other side. */
static void raise(struct machine *m, struct vma **top, enum side side)
{
	struct vma *down = *top;
	struct vma *up = down->child[side];

	SET(m, down->child[side], up->child[!side]);
	SET(m, up->child[!side], down);
	SET(m, *top, up);
	update_height(m, down);
	update_height(m, up);
}

/* *top's children are balanced, and one of them has become higher or lower by one. */
static void balance(struct machine *m, struct vma **top)
{
	u64 lower = height((*top)->child[LOWER]);
	u64 upper = height((*top)->child[UPPER]);
	enum side side = lower > upper ? LOWER : UPPER;
	struct vma **higher = &(*top)->child[side];

	if (lower <= upper + 1 && upper <= lower + 1) {
		update_height(m, *top);
		return;
	}
	if (height((*higher)->child[side]) < height((*higher)->child[!side]))
		raise(m, higher, !side);
	raise(m, top, side);
}

static void insert(struct machine *m, struct vma **top, struct vma *vma)
{
	if (!*top) {
		SET(m, *top, vma);
		return;
	}
	insert(m, &(*top)->child[(*top)->start < vma->start ? UPPER : LOWER], vma);
	balance(m, top);
}

static void insert_alone(struct machine *m, struct mm *mm, struct vma *vma)
{
	SET(m, vma->child[LOWER], NULL);
	SET(m, vma->child[UPPER], NULL);
	SET(m, vma->tree_height, 1);
	insert(m, &mm->vma_tree, vma);
}

static struct vma *take_lowest(struct machine *m, struct vma **top)
{
	struct vma *lowest = *top;

	if (!lowest->child[LOWER]) {
		SET(m, *top, lowest->child[UPPER]);
		return lowest;
	}
	lowest = take_lowest(m, &lowest->child[LOWER]);
	balance(m, top);
	return lowest;
}

static void take(struct machine *m, struct vma **top, const struct vma *vma)
{
	struct vma *at = *top;

	if (at != vma) {
		take(m, &at->child[at->start < vma->start ? UPPER : LOWER], vma);
	} else if (!at->child[UPPER]) {
		SET(m, *top, at->child[LOWER]);
		return;
	} else {
		struct vma *next = take_lowest(m, &at->child[UPPER]);

		SET(m, next->child[LOWER], at->child[LOWER]);
		SET(m, next->child[UPPER], at->child[UPPER]);
		SET(m, *top, next);
	}
	balance(m, top);
}

void vma_tree_grow(struct machine *m, struct mm *mm, struct vma *vma)
{
	if (mm->vma_tree) {
		insert_alone(m, mm, vma);
		return;
	}
	for (vma = mm->vmas; vma; vma = vma->next)
		insert_alone(m, mm, vma);
}

void vma_tree_shrink(struct machine *m, struct mm *mm, const struct vma *vma)
{
	if (mm->vma_count < VMA_TREE_TO)
		SET(m, mm->vma_tree, NULL);
	else
		take(m, &mm->vma_tree, vma);
}

struct vma *vma_tree_below(struct machine *m, const struct mm *mm, u64 address)
{
	struct vma *at = mm->vma_tree;
	struct vma *below = NULL;

	(void)m;
	while (at) {
		WORK(m, vmas, 1);
		if (at->start <= address)
			below = at;
		at = at->child[at->start <= address ? UPPER : LOWER];
	}
	return below;
}
