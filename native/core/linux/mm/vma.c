// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMAs: finding, splitting, merging, growing.
 *
 * Otherwise: a list of VMAs. Kernels have a tree beside it, or one alone; here only a process with many has one.
 */
#include "core/linux/mm/vma.h"

#include "core/linux/mm/mm.h"
#include "core/linux/mm/shmem.h"
#include "core/linux/mm/vma_tree.h"
#include "core/machine/lock.h"

/* The lowest VMA that ends above the address, given a `hint` that does not contain it, or NULL. */
static struct vma *search(struct machine *m, const struct mm *mm, struct vma *hint, u64 address)
{
	struct vma *vma = mm->vmas;

	/* often it is a neighbour */
	if (hint && hint->start <= address) {
		vma = hint->next;
		if (!vma || vma->end > address)
			return vma;
	} else if (hint && (!hint->prev || hint->prev->end <= address)) {
		return hint;
	}
	if (unlikely(mm->vma_tree != NULL)) {
		vma = vma_tree_below(m, mm, address);
		if (!vma)
			return mm->vmas;
		return vma->end > address ? vma : vma->next;
	}
	for (; vma && vma->end <= address; vma = vma->next)
		WORK(m, vmas, 1);
	return vma;
}

struct vma *find_vma(struct machine *m, const struct mm *mm, u64 address)
{
	struct vma *vma = m->vma_hint.mm == mm ? m->vma_hint.vma : NULL;

	WORK(m, vmas, 2);
	if (vma && vma->start <= address && vma->end > address)
		return vma;
	vma = search(m, mm, vma, address);
	m->vma_hint.mm = mm;
	m->vma_hint.vma = vma;
	return vma;
}

struct vma *vma_lookup(struct machine *m, const struct mm *mm, u64 address)
{
	struct vma *vma = find_vma(m, mm, address);

	return vma && vma->start <= address ? vma : NULL;
}

struct vma *vma_alloc(struct machine *m)
{
	return inject(m, INJECT_vma) ? NULL : pool_alloc(m, POOL_VMA);
}

void vma_free(struct machine *m, struct vma *vma)
{
	m->vma_hint.mm = NULL;
	if (vma->file)
		file_put(m, vma->file);
	pool_free(m, POOL_VMA, vma);
}

/* NULL if there is none. */
static struct vma *vma_last(struct machine *m, const struct mm *mm)
{
	struct vma *vma = mm->vma_tree ? vma_tree_below(m, mm, UINT64_MAX) : mm->vmas;

	while (vma && vma->next)
		vma = vma->next;
	return vma;
}

void vma_insert_behind(struct machine *m, struct mm *mm, struct vma *prev, struct vma *vma)
{
	struct vma *next = prev ? prev->next : mm->vmas;

	lock_need(m, LOCK_MMAP_SEM, LOCK_WRITE, mm);
	SET(m, vma->prev, prev);
	SET(m, vma->next, next);
	if (prev)
		SET(m, prev->next, vma);
	else
		SET(m, mm->vmas, vma);
	if (next)
		SET(m, next->prev, vma);
	SET(m, mm->vma_count, mm->vma_count + 1);
	vma_tree_insert(m, mm, vma);
}

void vma_insert(struct machine *m, struct mm *mm, struct vma *vma)
{
	struct vma *next = find_vma(m, mm, vma->start);
	struct vma *prev = next ? next->prev : vma_last(m, mm);

	vma_insert_behind(m, mm, prev, vma);
}

static void vma_remove(struct machine *m, struct mm *mm, struct vma *vma)
{
	lock_need(m, LOCK_MMAP_SEM, LOCK_WRITE, mm);
	if (vma->prev)
		SET(m, vma->prev->next, vma->next);
	else
		SET(m, mm->vmas, vma->next);
	if (vma->next)
		SET(m, vma->next->prev, vma->prev);
	SET(m, mm->vma_count, mm->vma_count - 1);
	vma_tree_remove(m, mm, vma);
}

u64 vm_get_page_prot(const struct machine *m, u64 flags)
{
	const struct profile *profile = m->options.profile;
	u64 noexec = m->options.nx && !(flags & VM_EXEC) ? profile->noexec : 0;

	if (!(flags & VM_ACCESS))
		return profile->page_none;
	return noexec | ((flags & (VM_SHARED | VM_WRITE)) == (VM_SHARED | VM_WRITE) ? PAGE_WRITE : PAGE_READ);
}

bool vma_split(struct machine *m, struct mm *mm, struct vma *vma, u64 address)
{
	struct vma *upper = vma_alloc(m);

	if (!upper)
		return false;
	SET(m, upper->start, address);
	SET(m, upper->end, vma->end);
	SET(m, upper->flags, vma->flags);
	SET(m, upper->page_prot, vma->page_prot);
	SET(m, upper->pgoff, vma->pgoff + ((address - vma->start) >> PAGE_SHIFT));
	SET(m, upper->file, vma->file);
	SET(m, upper->anon_vma, vma->anon_vma);
	if (vma->file)
		file_get(m, vma->file);
	SET(m, vma->end, address);
	vma_insert_behind(m, mm, vma, upper);
	return true;
}

static u64 pages(u64 start, u64 end)
{
	return (end - start) >> PAGE_SHIFT;
}

/* One that has no anon_vma yet can take its neighbour's. */
static bool anon_vma_fits(u64 new_one, u64 neighbour)
{
	return new_one == neighbour || new_one == 0;
}

static bool same_kind(const struct vma *vma, const struct vma *attributes)
{
	return vma->flags == attributes->flags && !(vma->flags & VM_HUGETLB) && vma->file == attributes->file &&
	       anon_vma_fits(attributes->anon_vma, vma->anon_vma);
}

/* The neighbours that the region can be one with, or NULL. */
struct neighbours {
	struct vma *prev;
	struct vma *next;
};

static struct neighbours mergeable(struct machine *m, const struct mm *mm, u64 start, u64 end,
				   const struct vma *attributes)
{
	struct vma *prev = start ? find_vma(m, mm, start - 1) : mm->vmas;
	struct vma *next = prev;

	/* the region is free, or a part of one VMA */
	while (next && next->start < end)
		next = next->next;
	if (prev && prev->end != start)
		prev = NULL;
	if (next && next->start != end)
		next = NULL;
	if (prev && !(same_kind(prev, attributes) && prev->pgoff + pages(prev->start, start) == attributes->pgoff))
		prev = NULL;
	if (next && !(same_kind(next, attributes) && next->pgoff == attributes->pgoff + pages(start, end)))
		next = NULL;
	return (struct neighbours){ prev, next };
}

static struct vma *merge(struct machine *m, struct mm *mm, struct vma *old, u64 start, u64 end, u64 anon_vma,
			 struct neighbours neighbours)
{
	struct vma *prev = neighbours.prev;
	struct vma *next = neighbours.next;

	if (!prev && !next)
		return NULL;
	if (!anon_vma)
		anon_vma = prev && prev->anon_vma ? prev->anon_vma : next ? next->anon_vma : 0;

	/* what the region was part of so far gives it up */
	if (old) {
		if (old->start == start && old->end == end) {
			vma_remove(m, mm, old);
			vma_free(m, old);
		} else if (old->start == start) {
			SET(m, old->pgoff, old->pgoff + pages(start, end));
			SET(m, old->start, end);
		} else {
			SET(m, old->end, start);
		}
	}
	if (prev) {
		SET(m, prev->end, next ? next->end : end);
		SET(m, prev->anon_vma, anon_vma);
		if (next) {
			vma_remove(m, mm, next);
			vma_free(m, next);
		}
		return prev;
	}
	SET(m, next->pgoff, next->pgoff - pages(start, next->start));
	SET(m, next->start, start);
	SET(m, next->anon_vma, anon_vma);
	return next;
}

struct vma *vma_merge(struct machine *m, struct mm *mm, struct vma *old, u64 start, u64 end,
		      const struct vma *attributes)
{
	struct neighbours n = mergeable(m, mm, start, end, attributes);

	/* the one below wins when the two above and below cannot be one */
	if (n.prev && n.next && n.prev->anon_vma != n.next->anon_vma && n.prev->anon_vma && n.next->anon_vma)
		n.next = NULL;
	return merge(m, mm, old, start, end, attributes->anon_vma, n);
}

struct vma *vma_merge_new(struct machine *m, struct mm *mm, u64 start, u64 end, const struct vma *attributes)
{
	struct neighbours n = mergeable(m, mm, start, end, attributes);

	if (!m->options.profile->mmap_expands)
		return vma_merge(m, mm, NULL, start, end, attributes);
	/* the one above wins, and the one below must fit it */
	if (n.prev && n.next && !anon_vma_fits(n.next->anon_vma, n.prev->anon_vma))
		n.prev = NULL;
	return merge(m, mm, NULL, start, end, attributes->anon_vma, n);
}

/* A neighbour's anon_vma can be shared if the two could be one but for their protection. */
static bool shares_anon_vma(const struct vma *lower, const struct vma *upper)
{
	return lower->end == upper->start && lower->file == upper->file &&
	       !((lower->flags ^ upper->flags) & ~(u64)VM_ACCESS) &&
	       lower->pgoff + pages(lower->start, lower->end) == upper->pgoff;
}

void anon_vma_prepare(struct machine *m, struct vma *vma)
{
	u64 anon_vma = 0;

	if (vma->anon_vma)
		return;
	if (vma->next && shares_anon_vma(vma, vma->next))
		anon_vma = vma->next->anon_vma;
	if (!anon_vma && vma->prev && shares_anon_vma(vma->prev, vma))
		anon_vma = vma->prev->anon_vma;
	if (!anon_vma) {
		anon_vma = m->s.anon_vma_serial + 1;
		SET(m, m->s.anon_vma_serial, anon_vma);
	}
	SET(m, vma->anon_vma, anon_vma);
}

/* Later kernels: accessible memory that is not a stack must be far enough below. */
static bool gap_is_free(const struct machine *m, const struct vma *vma, u64 address)
{
	const struct vma *prev = vma->prev;

	return !prev || prev->flags & VM_GROWSDOWN || !(prev->flags & VM_ACCESS) ||
	       address - prev->end >= m->options.profile->stack_guard_gap;
}

bool expand_downwards(struct machine *m, struct vma *vma, u64 address)
{
	bool has_gap = m->options.profile->stack_guard_gap;
	u64 grow, size;

	address &= PAGE_MASK;
	if (address >= vma->start)
		return true;
	if (has_gap && !gap_is_free(m, vma, address))
		return false;
	anon_vma_prepare(m, vma);
	grow = pages(address, vma->start);
	/* without the gap, one page is the guard page and does not count */
	size = vma->end - address - (has_gap ? 0 : PAGE_SIZE);
	if (grow > vma->pgoff || size > STACK_RLIMIT)
		return false;
	SET(m, vma->start, address);
	SET(m, vma->pgoff, vma->pgoff - grow);
	return true;
}

struct vma *find_extend_vma(struct machine *m, struct mm *mm, u64 address)
{
	struct vma *vma = find_vma(m, mm, address &= PAGE_MASK);

	if (!vma || vma->start <= address)
		return vma;
	if (!(vma->flags & VM_GROWSDOWN))
		return NULL;
	if (!m->options.profile->stack_guard_gap && vma->prev && vma->prev->end == address &&
	    !(vma->prev->flags & VM_GROWSDOWN))
		return NULL;
	return expand_downwards(m, vma, address) ? vma : NULL;
}
