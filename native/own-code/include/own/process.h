/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes: a tree's structures lie over native/core's, word by word. tree/layout.c says where, and the runtime asserts that it fits. */
#ifndef OWN_PROCESS_H
#define OWN_PROCESS_H

#include <asm/page.h>

typedef struct {
	unsigned long before_asce[6];
	unsigned long asce, asce_limit, alloc_pgste, has_pgste, uses_skeys, no_zero_pages, flush_mm, attach_count;
	cpumask_t cpu_attach_mask, cpu_mask;
	unsigned long def_flags_, exited_, pgtable_list_, old_page_tables_;
	struct list_head gmap_list;
	/* own_words of struct mm */
	spinlock_t lock, list_lock;
	unsigned long gmap_asce;
	atomic_t flush_count, protected_count, is_protected;
	unsigned long uses_cmm, allow_gmap_hpage_1m, allow_cow_sharing;
} mm_context_t;

struct mm_struct {
	union {
		struct {
			unsigned long handle, serial;
			struct vm_area_struct *mmap;
			unsigned long vma_tree, map_count;
			pgd_t *pgd;
		};
		struct {
			unsigned long before_def_flags[16];
			unsigned long def_flags;
		};
		mm_context_t context;
	};
	spinlock_t page_table_lock;
	struct rw_semaphore mmap_sem;
	pgtable_t pmd_huge_pte_;
};

struct vm_area_struct {
	struct vm_area_struct *vm_next, *vm_prev;
	unsigned long vm_start, vm_end;
	unsigned long tree_[3];
	unsigned long vm_flags, vm_page_prot, vm_pgoff;
	void *vm_file;
	unsigned long anon_vma;
	struct mm_struct *vm_mm; /* only in what tree/pgtable.c hands out */
};

struct task_struct {
	struct mm_struct *mm;
};
#define current ((struct task_struct *)(void *)&own->mm)
extern struct mm_struct init_mm;
#define fatal_signal_pending(t) 0
#define mmget_not_zero(mm) 1
#define mmput(mm) ((void)0)

struct lowcore {
	unsigned long gmap, user_asce, machine_flags;
};
#define get_lowcore() ((struct lowcore *)(void *)own->lowcore)
#define S390_lowcore (*get_lowcore())

void own_mmap_lock(struct mm_struct *mm, int write, const char *place);
void own_mmap_unlock(struct mm_struct *mm, int write, const char *place);
#define OWN_MMAP_LOCK(mm, write)                            \
	do {                                                \
		if (unlikely(own->checking))                \
			own_mmap_lock(mm, write, __func__); \
	} while (0)
#define OWN_MMAP_UNLOCK(mm, write)                            \
	do {                                                  \
		if (unlikely(own->checking))                  \
			own_mmap_unlock(mm, write, __func__); \
	} while (0)
#define mmap_read_lock(mm) OWN_MMAP_LOCK(mm, 0)
#define mmap_write_lock(mm) OWN_MMAP_LOCK(mm, 1)
#define mmap_read_unlock(mm) OWN_MMAP_UNLOCK(mm, 0)
#define mmap_write_unlock(mm) OWN_MMAP_UNLOCK(mm, 1)
#define mmap_assert_write_locked(mm) ((void)0)
#define mmap_assert_locked(mm) ((void)0)

#define VM_READ 0x1UL
#define VM_WRITE 0x2UL
#define VM_SHARED 0x8UL
#define VM_MAYWRITE 0x20UL
#define VM_PFNMAP 0x400UL
#define VM_HUGETLB 0x400000UL
#define VM_HUGEPAGE 0x20000000UL
#define VM_NOHUGEPAGE 0x40000000UL
#define VM_MERGEABLE 0x80000000UL
#define VM_DATA_FLAGS_NON_EXEC 0
#define vm_flags_mod(vma, set, clear) ((vma)->vm_flags = ((vma)->vm_flags | (set)) & ~(unsigned long)(clear))
#define vm_flags_set(vma, f) ((vma)->vm_flags |= (f))
#define vm_flags_clear(vma, f) ((vma)->vm_flags &= ~(unsigned long)(f))
#define is_vm_hugetlb_page(vma) (((vma)->vm_flags & VM_HUGETLB) != 0)
/* what the process may do with mprotect is all that it may */
#define is_cow_mapping(flags) (!((flags)&VM_SHARED))
#define FAULT_FLAG_WRITE 0x01
#define FAULT_FLAG_RETRY_NOWAIT 0x08
#define FAULT_FLAG_REMOTE 0x80
#define FAULT_FLAG_UNSHARE 0x400
#define VM_FAULT_OOM 1u
#define VM_FAULT_ERROR 0x73u
#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define MADV_UNMERGEABLE 13
#define TASK_SIZE_MAX (-PAGE_SIZE)
#define TASK_SIZE TASK_SIZE_MAX

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long address);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long address);
struct vma_iterator {
	struct vm_area_struct *next;
};
#define VMA_ITERATOR(name, mm, start) struct vma_iterator name = { (mm)->mmap }
#define for_each_vma(vmi, vma) for (; ((vma) = (vmi).next) && ((vmi).next = (vma)->vm_next, true);)

struct pt_regs;
int fixup_user_fault(struct mm_struct *mm, unsigned long address, unsigned int flags, bool *unlocked);
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags, struct pt_regs *regs);
void zap_page_range(struct vm_area_struct *vma, unsigned long address, unsigned long size);
struct zap_details;
void zap_page_range_single(struct vm_area_struct *vma, unsigned long address, unsigned long size,
			   struct zap_details *details);
#define ksm_madvise(vma, start, end, advice, flags) 0
#define ksm_disable(mm) 0
/* transparent huge pages: none, so there is nothing to split */
#define split_huge_pmd(vma, pmd, addr) ((void)0)
#define walk_page_vma(vma, ops, private) 0

struct mm_walk_ops;
struct mm_walk {
	const struct mm_walk_ops *ops;
	struct mm_struct *mm;
	struct vm_area_struct *vma;
	void *private;
};
struct mm_walk_ops {
	int (*pmd_entry)(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*pte_entry)(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*hugetlb_entry)(pte_t *pte, unsigned long hmask, unsigned long addr, unsigned long next,
			     struct mm_walk *walk);
	int walk_lock;
};
#define PGWALK_RDLOCK 0
#define PGWALK_WRLOCK 1
#define PGWALK_WRLOCK_VERIFY 2
int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end, const struct mm_walk_ops *ops,
		    void *private);
int walk_page_range_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			const struct mm_walk_ops *ops, void *private);

#endif
