// SPDX-License-Identifier: GPL-2.0-only
/* The life of a process: exec, fork, exit. */
#include "core/linux/mm/mm.h"

#include "core/hardware/instructions.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/free_pgtables.h"
#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/lost.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/shmem.h"
#include "core/linux/mm/tlb.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/vma_tree.h"
#include "core/linux/mm/walk.h"
#include "core/linux/mm/zap.h"
#include "core/machine/list.h"

/* Three, four or five levels of tables. Left out: two levels of host tables. Only 31-bit processes have them. */
struct levels {
	u64 type;
	u64 empty; /* entries of the top table */
};

static struct levels levels_for(u64 limit)
{
	if (limit <= PGDIR_SIZE)
		return (struct levels){ ASCE_TYPE_REGION3, REGION3_ENTRY_EMPTY };
	if (limit <= TASK_MAX_SIZE)
		return (struct levels){ ASCE_TYPE_REGION2, REGION2_ENTRY_EMPTY };
	return (struct levels){ ASCE_TYPE_REGION1, REGION1_ENTRY_EMPTY };
}

static u64 asce_of(u64 table, u64 limit)
{
	return table | ASCE_USER_BITS | ASCE_TABLE_LENGTH | levels_for(limit).type;
}

static struct mm *mm_init(struct machine *m, u64 limit)
{
	struct mm *mm = inject(m, INJECT_mm) ? NULL : pool_alloc(m, POOL_MM);
	u64 table;

	if (!mm)
		return NULL;
	table = inject(m, INJECT_host_table) ? 0 : crst_table_alloc(m, levels_for(limit).empty);
	if (!table) {
		pool_free(m, POOL_MM, mm);
		return NULL;
	}
	m->vma_hint.mm = NULL; /* it may be about an mm that was here before */
	SET(m, mm->handle, 0);
	SET(m, m->s.mm_serial, m->s.mm_serial + 1);
	SET(m, mm->serial, m->s.mm_serial);
	SET(m, mm->vmas, NULL);
	SET(m, mm->vma_tree, NULL);
	SET(m, mm->vma_count, 0);
	SET(m, mm->table, table);
	SET(m, mm->asce, asce_of(table, limit));
	SET(m, mm->asce_limit, limit);
	SET(m, mm->alloc_pgste, m->s.sysctl_allocate_pgste);
	SET(m, mm->has_pgste, 0);
	SET(m, mm->use_skey, 0);
	SET(m, mm->no_zero_pages, 0);
	SET(m, mm->flush_mm, 0);
	SET(m, mm->attach_count, 0);
	SET(m, mm->cpu_attach_mask, 0);
	SET(m, mm->cpu_mask, 0);
	SET(m, mm->def_flags, 0);
	SET(m, mm->exited, 0);
	SET(m, mm->pgtable_list, 0);
	SET(m, mm->old_page_tables, 0);
	list_init(m, &mm->gmap_list);
	return mm;
}

static bool add_stack(struct machine *m, struct mm *mm)
{
	struct vma *vma = vma_alloc(m);

	if (!vma)
		return false;
	SET(m, vma->start, STACK_TOP - STACK_SIZE);
	SET(m, vma->end, STACK_TOP);
	SET(m, vma->flags, VM_READ | VM_WRITE | VM_GROWSDOWN | VM_ACCOUNT);
	SET(m, vma->page_prot, vm_get_page_prot(m, VM_READ | VM_WRITE));
	SET(m, vma->pgoff, vma->start >> PAGE_SHIFT);
	SET(m, vma->file, NULL);
	SET(m, vma->anon_vma, 0);
	down_write(m, mm);
	vma_insert(m, mm, vma);
	up_write(m, mm);
	return true;
}

struct mm *mm_exec(struct machine *m, u32 handle)
{
	struct mm *mm = mm_init(m, PGDIR_SIZE);

	if (!mm)
		return NULL;
	if (!add_stack(m, mm)) {
		crst_table_free(m, mm->table);
		pool_free(m, POOL_MM, mm);
		return NULL;
	}
	SET(m, mm->handle, handle);
	SET(m, m->s.mm[handle], mm);
	if (m->s.mm_count <= handle)
		SET(m, m->s.mm_count, (u64)handle + 1);
	SET(m, m->s.newest_mm, mm);
	mm_attach(m, mm, (u32)current_cpu(m));
	return mm;
}

void mm_attach(struct machine *m, struct mm *mm, u32 cpu)
{
	struct mm *before = m->s.cpu[cpu].active_mm;

	if (before == mm)
		return;
	if (before)
		mm_detach(m, before, cpu);
	SET(m, m->s.cpu[cpu].active_mm, mm);
	SET(m, mm->attach_count, mm->attach_count + 1);
	SET(m, mm->cpu_attach_mask, mm->cpu_attach_mask | (u64)1 << cpu);
	SET(m, mm->cpu_mask, mm->cpu_mask | (u64)1 << cpu);
	entry_set(m, lowcore(m, cpu, LOWCORE_USER_ASCE), mm->asce);
	/* the CPU must not run with translations that a lazy flush still owes */
	flush_mm_lazy(m, mm);
}

void mm_detach(struct machine *m, struct mm *mm, u32 cpu)
{
	if (m->s.cpu[cpu].active_mm != mm)
		return;
	SET(m, m->s.cpu[cpu].active_mm, NULL);
	SET(m, mm->attach_count, mm->attach_count - 1);
	SET(m, mm->cpu_attach_mask, mm->cpu_attach_mask & ~((u64)1 << cpu));
	entry_set(m, lowcore(m, cpu, LOWCORE_USER_ASCE), 0);
}

static u64 top_table_alloc(struct machine *m, u64 limit)
{
	return inject(m, INJECT_host_table) ? 0 : crst_table_alloc(m, levels_for(limit).empty);
}

/* One more level on top. */
static void add_level(struct machine *m, struct mm *mm, u64 table, u64 limit, u64 pattern)
{
	lock_take(m, LOCK_PAGE_TABLES, LOCK_WRITE, mm);
	entry_set(m, entry_at(m, table), mm->table | pattern);
	SET(m, frame_at(m, mm->table)->flags, frame_at(m, mm->table)->flags | FRAME_WAS_TOP);
	SET(m, mm->table, table);
	SET(m, mm->asce_limit, limit);
	SET(m, mm->asce, asce_of(table, limit));
	lock_drop(m, LOCK_PAGE_TABLES, LOCK_WRITE, mm);
}

int crst_table_upgrade(struct machine *m, struct mm *mm, u64 end)
{
	u64 task_size = m->options.profile->task_size;
	bool four = mm->asce_limit == PGDIR_SIZE;
	bool five = task_size > TASK_MAX_SIZE && end > TASK_MAX_SIZE;
	u64 region2 = 0, region1 = 0;
	u32 cpu;

	if (mm->asce_limit >= task_size)
		machine_bug(m, BUG_asce_limit, "limit 0x%llx", (unsigned long long)mm->asce_limit);
	/* all tables that it takes, or none */
	if (four && !(region2 = top_table_alloc(m, TASK_MAX_SIZE)))
		return -ENOMEM;
	if (five && !(region1 = top_table_alloc(m, task_size))) {
		if (four)
			crst_table_free(m, region2);
		return -ENOMEM;
	}
	if (four)
		add_level(m, mm, region2, TASK_MAX_SIZE, REGION2_ENTRY);
	if (five)
		add_level(m, mm, region1, task_size, REGION1_ENTRY);
	for (cpu = 0; cpu < m->options.cpus; cpu++) {
		if (m->s.cpu[cpu].active_mm == mm)
			entry_set(m, lowcore(m, cpu, LOWCORE_USER_ASCE), mm->asce);
		ptlb(m);
	}
	return 0;
}

static void free_vmas(struct machine *m, struct mm *mm)
{
	struct vma *vma;

	vma_tree_drop(m, mm);
	while ((vma = mm->vmas)) {
		SET(m, mm->vmas, vma->next);
		vma_free(m, vma);
	}
	SET(m, mm->vma_count, 0);
}

void mm_exit(struct machine *m, struct mm *mm)
{
	struct mmu_gather tlb;
	u32 cpu;

	if (mm->exited)
		return;
	if (mm->vmas) {
		tlb_gather_mmu(&tlb, mm, true);
		unmap_vmas(m, &tlb, mm->vmas, 0, UINT64_MAX);
		free_pgtables(m, &tlb, mm->vmas, 0, 0);
		tlb_finish_mmu(m, &tlb);
		free_vmas(m, mm);
	}
	for (cpu = 0; cpu < m->options.cpus; cpu++)
		mm_detach(m, mm, cpu);
	SET(m, mm->exited, 1);
}

void mm_free(struct machine *m, struct mm *mm)
{
	/* the top table is the last to go: a gmap can use what exit did not find below it */
	lose_tables_below(m, mm->table, host_top_level(mm));
	crst_table_free(m, mm->table);
	if (m->s.newest_mm == mm)
		SET(m, m->s.newest_mm, NULL);
	pool_free(m, POOL_MM, mm);
}

static bool dup_vmas(struct machine *m, struct mm *child, const struct mm *parent)
{
	const struct vma *vma;
	struct vma *last = NULL;

	for (vma = parent->vmas; vma; vma = vma->next) {
		struct vma *copy = vma_alloc(m);

		if (!copy)
			return false;
		SET(m, copy->start, vma->start);
		SET(m, copy->end, vma->end);
		SET(m, copy->flags, vma->flags);
		SET(m, copy->page_prot, vma->page_prot);
		SET(m, copy->pgoff, vma->pgoff);
		SET(m, copy->file, vma->file);
		SET(m, copy->anon_vma, vma->anon_vma);
		if (copy->file)
			file_get(m, copy->file);
		vma_insert_behind(m, child, last, copy);
		last = copy;
	}
	return true;
}

static void copy_pte(struct machine *m, struct mm *child, struct mm *parent, u64 address, entry_t *from, entry_t *to)
{
	u64 pte = entry_get(from);

	if (!pte_present(pte)) {
		page_get(m, swap_pte_page(pte));
		if (pte & SWAP_EXCLUSIVE)
			set_pte_at(m, parent, address, from, pte & ~(u64)SWAP_EXCLUSIVE);
		set_pte_at(m, child, address, to, pte & ~(u64)SWAP_EXCLUSIVE);
		return;
	}
	if (!(pte & PAGE_SPECIAL))
		page_set_exclusive(m, pte_page(pte), false);
	ptep_set_wrprotect(m, parent, address, from);
	pte = pte_mkold(pte_wrprotect(pte));
	if (!(pte & PAGE_SPECIAL))
		page_get(m, pte_page(pte));
	set_pte_at(m, child, address, to, pte);
}

static bool copy_segment(struct machine *m, struct mm *child, struct mm *parent, u64 start, u64 end)
{
	entry_t *from = host_pte(m, parent, start);
	entry_t *to = host_pte_alloc(m, child, start);
	u64 address;

	if (!to)
		return false;
	pte_lock(m, to);
	pte_lock(m, from);
	for (address = start; address < end; address += PAGE_SIZE, from++, to++)
		if (!pte_none(entry_get(from)))
			copy_pte(m, child, parent, address, from, to);
	pte_unlock(m, from - 1);
	pte_unlock(m, to - 1);
	return true;
}

static bool copy_page_range(struct machine *m, struct mm *child, struct mm *parent, const struct vma *vma)
{
	u64 at = vma->start;

	if (vma->flags & VM_HUGETLB)
		return hugetlb_copy(m, child, parent, vma) == 0;
	/* without an anon_vma there is nothing that a fault could not bring back */
	if (!vma->anon_vma)
		return true;
	while ((at = host_next_segment(m, parent, at, vma->end)) < vma->end) {
		u64 end = (at + PMD_SIZE) & PMD_MASK;

		if (end - 1 >= vma->end) /* 0: the end of all addresses */
			end = vma->end;
		if (!copy_segment(m, child, parent, at, end))
			return false;
		at = end;
	}
	return true;
}

struct mm *mm_dup(struct machine *m, struct mm *parent)
{
	struct mm *child = mm_init(m, parent->asce_limit);
	const struct vma *vma;
	bool copied;

	if (!child)
		return NULL;
	SET(m, child->def_flags, parent->def_flags);
	down_write(m, parent);
	down_write(m, child);
	copied = dup_vmas(m, child, parent);
	for (vma = parent->vmas; copied && vma; vma = vma->next)
		copied = copy_page_range(m, child, parent, vma);
	flush_mm_lazy(m, parent);
	up_write(m, child);
	up_write(m, parent);
	if (copied)
		return child;
	mm_exit(m, child);
	mm_free(m, child);
	return NULL;
}

int sys_fork(struct machine *m, struct mm *mm)
{
	struct mm *child = mm_dup(m, mm);

	if (!child)
		return -ENOMEM;
	/* Otherwise: children. They exit at once. */
	mm_exit(m, child);
	mm_free(m, child);
	return 0;
}
