// SPDX-License-Identifier: GPL-2.0-only
/* A process: its VMAs, its tables down to the page tables, and its list of gmaps. */
#include "core/check/check_mm.h"

#include "core/check/check_gmap.h"
#include "core/check/check_page_table.h"
#include "core/check/check_walk.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/vma_tree.h"

struct mm_check {
	struct check *c;
	const struct mm *mm;
	char name[CHECK_NAME_SIZE];
	const struct vma *vma; /* where the walk through the tables is */
};

static bool check_vma(struct check *c, const struct mm *mm, const char *name, const struct vma *vma)
{
	if (vma->start >= vma->end || (vma->start | vma->end) & ~PAGE_MASK || vma->end > mm->asce_limit)
		return check_fail(c, "VMA: %s: [0x%llx, 0x%llx)", name, (unsigned long long)vma->start,
				  (unsigned long long)vma->end);
	if (vma->next && (vma->next->start < vma->end || vma->next->prev != vma))
		return check_fail(c, "VMA: %s: the one at 0x%llx and the next one at 0x%llx", name,
				  (unsigned long long)vma->start, (unsigned long long)vma->next->start);
	if (vma->page_prot != vm_get_page_prot(c->m, vma->flags) || !(vma->flags & VM_SHARED) != !vma->file)
		return check_fail(c, "VMA: %s: flags 0x%llx of the one at 0x%llx, protection 0x%llx", name,
				  (unsigned long long)vma->flags, (unsigned long long)vma->start,
				  (unsigned long long)vma->page_prot);
	return true;
}

#define MAX_TREE_HEIGHT 24 /* of 65,530 VMAs: 1.44 times their logarithm */

/*
 * Goes through the index of VMAs in the order of addresses, along the list. Answers how high it is; MAX_TREE_HEIGHT if it is
 * not like the list, not balanced, or has another height.
 */
static u64 tree_height(const struct vma *top, const struct vma **list, u64 most)
{
	u64 lower, upper, height;

	if (!top)
		return 0;
	if (!most)
		return MAX_TREE_HEIGHT;
	lower = tree_height(top->child[0], list, most - 1);
	if (lower == MAX_TREE_HEIGHT || top != *list)
		return MAX_TREE_HEIGHT;
	*list = top->next;
	upper = tree_height(top->child[1], list, most - 1);
	height = 1 + (lower > upper ? lower : upper);
	return lower <= upper + 1 && upper <= lower + 1 && height == top->tree_height ? height : MAX_TREE_HEIGHT;
}

/* A short list has no index, a long one has. */
static bool check_vma_tree(struct check *c, const struct mm *mm, const char *name)
{
	const struct vma *list = mm->vmas;

	if (mm->vma_tree ? mm->vma_count < VMA_TREE_TO : mm->vma_count > VMA_TREE_FROM)
		return check_fail(c, "VMA: %s: %llu are%s in a tree", name, (unsigned long long)mm->vma_count,
				  mm->vma_tree ? "" : " not");
	if (mm->vma_tree && (tree_height(mm->vma_tree, &list, MAX_TREE_HEIGHT - 1) == MAX_TREE_HEIGHT || list))
		return check_fail(c, "VMA: %s: the tree and the list are not the same", name);
	return true;
}

static bool check_vmas(struct check *c, const struct mm *mm, const char *name)
{
	const struct vma *vma;
	u64 count = 0;

	if (mm->vmas && mm->vmas->prev)
		return check_fail(c, "VMA: %s: there is one before the first", name);
	for (vma = mm->vmas; vma; vma = vma->next, count++) {
		if (++c->vmas_found > c->m->s.pool[POOL_VMA].live)
			return check_fail(c, "VMA: %s: more than are allocated", name);
		if (!check_vma(c, mm, name, vma))
			return false;
		if (vma->file)
			c->files[c->file_vmas++] = vma->file;
	}
	if (count != mm->vma_count)
		return check_fail(c, "VMA: %s: %llu counted, %llu found", name, (unsigned long long)mm->vma_count,
				  (unsigned long long)count);
	return check_vma_tree(c, mm, name);
}

static bool check_host_table(struct check_walk *walk, u64 table, enum check_level level, u64 vmaddr)
{
	(void)level;
	(void)vmaddr;
	return check_claim(walk->c, table, CRST_ORDER, FRAME_CRST, 1, "host tables: a table");
}

static bool check_large_page(struct mm_check *p, u64 value, u64 vmaddr)
{
	while (p->vma && p->vma->end <= vmaddr)
		p->vma = p->vma->next;
	if (!p->vma || p->vma->start > vmaddr || !(p->vma->flags & VM_HUGETLB))
		return check_fail(p->c, "host tables: %s: large page at 0x%llx outside of a VMA for it", p->name,
				  (unsigned long long)vmaddr);
	return check_page_use(p->c, value & SEGMENT_ENTRY_LARGE_FRAME, FRAME_HUGE, "a large page");
}

static bool check_host_segment(struct check_walk *walk, entry_t *entry, u64 value, u64 vmaddr)
{
	struct mm_check *p = walk->context;

	(void)entry;
	if (value & SEGMENT_ENTRY_LARGE)
		return check_large_page(p, value, vmaddr);
	if (value & ~SEGMENT_ENTRY_ORIGIN)
		return check_fail(p->c, "host tables: %s: segment entry 0x%llx for 0x%llx", p->name,
				  (unsigned long long)value, (unsigned long long)vmaddr);
	return check_page_table(p->c, p->mm, p->name, value, vmaddr, &p->vma);
}

static bool check_host_tables(struct mm_check *p)
{
	struct check_walk walk = {
		.c = p->c,
		.name = p->name,
		.table = check_host_table,
		.segment = check_host_segment,
		.context = p,
	};
	u64 limit = p->mm->asce_limit;
	u64 type = limit > TASK_MAX_SIZE ? ASCE_TYPE_REGION1
		   : limit > PGDIR_SIZE	 ? ASCE_TYPE_REGION2
					 : ASCE_TYPE_REGION3;

	if (p->mm->asce != (p->mm->table | ASCE_USER_BITS | ASCE_TABLE_LENGTH | type))
		return check_fail(p->c, "host tables: %s: ASCE 0x%llx, table 0x%llx", p->name,
				  (unsigned long long)p->mm->asce, (unsigned long long)p->mm->table);
	return check_tables(&walk, p->mm->asce);
}

static bool check_attached(struct mm_check *p)
{
	const struct machine *m = p->c->m;
	u64 count = 0;
	u64 mask = 0;
	u32 cpu;

	for (cpu = 0; cpu < m->options.cpus; cpu++)
		if (m->s.cpu[cpu].active_mm == p->mm) {
			count++;
			mask |= (u64)1 << cpu;
		}
	/* this also says that no flush is in progress */
	if (p->mm->attach_count != count || mask != p->mm->cpu_attach_mask || mask & ~p->mm->cpu_mask)
		return check_fail(p->c, "cpu: %s runs on %llu, attach_count 0x%llx", p->name, (unsigned long long)count,
				  (unsigned long long)p->mm->attach_count);
	return true;
}

/* I1, as seen from the process: its list goes from the newest to the oldest, each gmap once. */
static bool check_gmap_list(struct mm_check *p)
{
	const struct list_link *head = &p->mm->gmap_list;
	const struct list_link *link;
	u64 serial = UINT64_MAX;

	for (link = head->next; link != head; link = link->next) {
		struct gmap *gmap = container_of(link, struct gmap, list);

		WORK(p->c->m, gmaps, 1);
		if (link->next->prev != link || gmap->mm != p->mm || gmap->serial >= serial)
			return check_fail(p->c, "I1: %s: its list of gmaps is out of order", p->name);
		serial = gmap->serial;
		if (gmap->handle < MAX_GMAPS && p->c->m->s.gmap[gmap->handle] == gmap)
			p->c->on_list[gmap->handle / 64] |= (u64)1 << gmap->handle % 64;
		if (!check_gmap(p->c, gmap))
			return false;
	}
	return true;
}

bool check_mm(struct check *c, struct mm *mm)
{
	struct mm_check p = { .c = c, .mm = mm, .vma = mm->vmas };

	check_mm_name(c->m, mm, p.name);
	if (mm->has_pgste && !mm->alloc_pgste)
		return check_fail(c, "I10: %s: PGSTEs in tables without them", p.name);
	if (mm->exited && mm->vmas)
		return check_fail(c, "exit: %s left memory behind", p.name);
	return check_attached(&p) && check_vmas(c, mm, p.name) && check_host_tables(&p) && check_gmap_list(&p);
}
