/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process as far as programs can change it: VMAs, host page tables, and the calls that change them.
 * The kernel's mm/ and arch/s390/mm/ without files, locking against others, and accounting.
 *
 * Left out: reverse mapping, LRU, NUMA balancing, cgroups, overcommit, and limits but the stack's. Nothing of them reaches a
 * page table here.
 */
#ifndef S390_GMAP_MM_H
#define S390_GMAP_MM_H

#include "core/linux/entries.h"
#include "core/linux/mm/radix_tree.h"
#include "core/linux/profile.h"

#define VM_READ 0x1u
#define VM_WRITE 0x2u
#define VM_EXEC 0x4u
#define VM_SHARED 0x8u
#define VM_GROWSDOWN 0x100u
#define VM_ACCOUNT 0x100000u
#define VM_NORESERVE 0x200000u /* never accounted */
#define VM_HUGETLB 0x400000u
#define VM_HUGEPAGE 0x20000000u
#define VM_NOHUGEPAGE 0x40000000u
#define VM_MERGEABLE 0x80000000u
#define VM_ACCESS (VM_READ | VM_WRITE | VM_EXEC)

#define MAX_MAP_COUNT 65530
#define STACK_TOP PGDIR_SIZE
#define STACK_SIZE 0x21000u
#define STACK_RLIMIT ((u64)8 << 20)

#define MADV_DONTNEED 4

#define PROT_READ 1
#define PROT_WRITE 2

/* Pages of one shared anonymous mapping, by their number in it. */
struct file {
	struct radix_root pages; /* items: absolute address of the page */
	u64 size;		 /* in pages, as it was mapped first; what mremap maps behind it is not there */
	u64 references;		 /* VMAs */
};

struct vma {
	struct vma *next;
	struct vma *prev;
	u64 start;
	u64 end;
	/* of vma_tree.c: in the tree, those below this one and those above it; beside `start`, since a search reads only these */
	struct vma *child[2];
	u64 tree_height;
	u64 flags;
	u64 page_prot;
	u64 pgoff; /* page number of `start` in the file; for private memory a number that tells neighbours apart */
	struct file *file;
	u64 anon_vma; /* 0 until the first private page */
};

struct mm {
	/* Ours: handles and serials. Programs name processes by handles; a serial is never used again. */
	u64 handle;
	u64 serial;
	struct vma *vmas;     /* ascending */
	struct vma *vma_tree; /* the top of their index; NULL where the list is short enough */
	u64 vma_count;
	u64 table; /* absolute address of the top table */
	u64 asce;
	u64 asce_limit;	   /* 2^42 (three levels), 2^53 (four), 2^64 - 2^12 (five) */
	u64 alloc_pgste;   /* page tables have PGSTEs */
	u64 has_pgste;	   /* s390_enable_sie was called */
	u64 use_skey;	   /* storage keys are in use */
	u64 no_zero_pages; /* read faults get pages of their own */
	u64 flush_mm;	   /* a TLB flush is owed */
	u64 attach_count;
	u64 cpu_attach_mask; /* the CPUs that run it */
	u64 cpu_mask;	     /* those where it ran since it was last flushed as a whole; in 4.7 ever */
	u64 def_flags;
	u64 exited;
	u64 pgtable_list; /* first frame with a free half page table */
	/* Ours: marks for checks. s390_enable_sie came after the first page table: their PGSTEs know less, see check.h. */
	u64 old_page_tables;
	struct list_link gmap_list;
#ifdef OWN_CODE
	u64 own_words[12]; /* what else a tree has of a process, see native/own-code/include/own/process.h */
#endif
};

/* mm.c: the life of a process. These return NULL or -ENOMEM when the machine is out of memory. */
struct mm *mm_exec(struct machine *m, u32 handle);
struct mm *mm_dup(struct machine *m, struct mm *parent); /* fork's child; its handle is not registered */
void mm_exit(struct machine *m, struct mm *mm);
/* After mm_exit, when no gmap is left: the last reference goes, and with it the top table. */
void mm_free(struct machine *m, struct mm *mm);
int sys_fork(struct machine *m, struct mm *mm); /* the child exits at once */
/* As many levels of tables as addresses up to `end` need; 0 or -ENOMEM. BUG: there are no more. */
int crst_table_upgrade(struct machine *m, struct mm *mm, u64 end);
void mm_attach(struct machine *m, struct mm *mm, u32 cpu);
void mm_detach(struct machine *m, struct mm *mm, u32 cpu);

#endif
