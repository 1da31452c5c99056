/* SPDX-License-Identifier: GPL-2.0-only */
/* Page faults of a process. */
#ifndef S390_GMAP_FAULT_H
#define S390_GMAP_FAULT_H

#include "core/linux/mm/mm.h"

#define FAULT_FLAG_WRITE 0x01u
#define FAULT_FLAG_RETRY_NOWAIT 0x08u
#define FAULT_FLAG_UNSHARE 0x400u

#define VM_FAULT_OOM 0x0001u
#define VM_FAULT_SIGBUS 0x0002u
#define VM_FAULT_MAJOR 0x0004u
#define VM_FAULT_HWPOISON 0x0010u
#define VM_FAULT_SIGSEGV 0x0040u
#define VM_FAULT_WRITE 0x0008u

/* Makes the page of `address` accessible; mmap_sem held for reading. VM_FAULT_* bits. */
u32 handle_mm_fault(struct machine *m, struct mm *mm, struct vma *vma, u64 address, u32 flags);
/* Gives the page of `address`, which others have too, a frame of its own; as above. */
u32 unshare_page(struct machine *m, struct mm *mm, struct vma *vma, u64 address);
/*
 * The same with a VMA lookup and a permission check, as a driver would have it done for a process.
 * 0, -EFAULT, -ENOMEM or -EHWPOISON; *unlocked is set if mmap_sem was dropped in between.
 */
int fixup_user_fault(struct machine *m, struct mm *mm, u64 address, u32 flags, bool *unlocked);

#endif
