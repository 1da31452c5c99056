// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/fault.h"

#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/shmem.h"
#include "core/linux/mm/vma.h"

#define FAULT_AROUND_PAGES 16

/* One fault while it is being handled. */
struct fault {
	struct machine *m;
	struct mm *mm;
	struct vma *vma;
	u64 address; /* of the page */
	entry_t *ptep;
	bool write;
};

static u64 maybe_mkwrite(const struct vma *vma, u64 pte)
{
	return vma->flags & VM_WRITE ? pte_mkwrite(pte) : pte;
}

/* The first page of a stack needs room below it, in kernels that have no gap there. */
static bool stack_guard_page_fits(const struct fault *f)
{
	const struct vma *prev = f->vma->prev;

	if (f->m->options.profile->stack_guard_gap || !(f->vma->flags & VM_GROWSDOWN) || f->address != f->vma->start)
		return true;
	if (prev && prev->end == f->address)
		return prev->flags & VM_GROWSDOWN;
	return expand_downwards(f->m, f->vma, f->address - PAGE_SIZE);
}

static u32 do_anonymous_page(struct fault *f)
{
	struct machine *m = f->m;
	u64 page;
	u64 pte;

	if (!stack_guard_page_fits(f))
		return VM_FAULT_SIGSEGV;
	if (!f->write && !f->mm->no_zero_pages) {
		pte = pte_mkspecial(pte_mkyoung(zero_page(m, f->address) | f->vma->page_prot));
	} else {
		anon_vma_prepare(m, f->vma);
		page = page_alloc_zeroed(m, FRAME_ANON);
		if (!page)
			return VM_FAULT_OOM;
		pte = mk_pte(m, page, f->vma->page_prot);
		if (f->vma->flags & VM_WRITE)
			pte = pte_mkwrite(pte_mkdirty(m, pte));
	}
	pte_lock(m, f->ptep);
	set_pte_at(m, f->mm, f->address, f->ptep, pte);
	pte_unlock(m, f->ptep);
	return 0;
}

static u64 file_page_number(const struct vma *vma, u64 address)
{
	return vma->pgoff + ((address - vma->start) >> PAGE_SHIFT);
}

static void map_file_page(struct fault *f, u64 address, entry_t *ptep, u64 page)
{
	struct machine *m = f->m;
	u64 pte = mk_pte(m, page, f->vma->page_prot);

	if (f->write)
		pte = maybe_mkwrite(f->vma, pte_mkdirty(m, pte));
	page_get(m, page);
	set_pte_at(m, f->mm, address, ptep, pte);
}

struct window {
	u64 start;
	u64 end;
};

/* The pages around a read of a file that are mapped too: within the VMA and the page table. */
static struct window fault_around_window(const struct vma *vma, u64 address)
{
	u64 size = FAULT_AROUND_PAGES * PAGE_SIZE;
	struct window window = { .start = address & ~(size - 1) };

	if (window.start < vma->start)
		window.start = vma->start;
	if (window.start < (address & PMD_MASK))
		window.start = address & PMD_MASK;
	window.end = window.start + size;
	if (window.end > vma->end)
		window.end = vma->end;
	if (window.end > (address & PMD_MASK) + PMD_SIZE)
		window.end = (address & PMD_MASK) + PMD_SIZE;
	return window;
}

/* As far as the file has them. */
static void do_fault_around(struct fault *f)
{
	struct window window = fault_around_window(f->vma, f->address);
	u64 address;

	for (address = window.start; address < window.end; address += PAGE_SIZE) {
		entry_t *ptep = f->ptep + ((s64)(address - f->address) >> PAGE_SHIFT);
		u64 page = file_page(f->m, f->vma->file, file_page_number(f->vma, address));

		if (page && pte_none(entry_get(ptep)))
			map_file_page(f, address, ptep, page);
	}
}

/* Whether a fault that has no page table yet ends without having made one: behind the end of the file. */
static bool needs_no_page_table(struct machine *m, const struct mm *mm, const struct vma *vma, u64 address, bool write)
{
	struct window window;

	if (!m->options.profile->late_page_table || !vma->file || host_pte(m, mm, address) ||
	    file_page_number(vma, address) < vma->file->size)
		return false;
	window = fault_around_window(vma, address);
	for (address = window.start; !write && address < window.end; address += PAGE_SIZE)
		if (file_page(m, vma->file, file_page_number(vma, address)))
			return false;
	return true;
}

static u32 map_shared_page(struct fault *f)
{
	struct machine *m = f->m;
	u64 number = file_page_number(f->vma, f->address);
	u64 page;

	if (!f->write)
		do_fault_around(f);
	if (!pte_none(entry_get(f->ptep)))
		return 0;
	if (number >= f->vma->file->size)
		return VM_FAULT_SIGBUS;
	page = file_page_alloc(m, f->vma->file, number);
	if (!page)
		return VM_FAULT_OOM;
	map_file_page(f, f->address, f->ptep, page);
	if (f->write)
		SET(m, frame_at(m, page)->flags, frame_at(m, page)->flags | FRAME_DIRTY);
	return 0;
}

static u32 do_shared_fault(struct fault *f)
{
	u32 result;

	pte_lock(f->m, f->ptep);
	result = map_shared_page(f);
	pte_unlock(f->m, f->ptep);
	return result;
}

/* The page gets a copy of its own; `writable`: to be written to. The PTE is none for a moment. */
static u32 wp_page_copy(struct fault *f, u64 old, bool writable)
{
	struct machine *m = f->m;
	u64 page;
	u64 pte;

	anon_vma_prepare(m, f->vma);
	page = page_alloc_zeroed(m, FRAME_ANON);
	if (!page)
		return VM_FAULT_OOM;
	if (!(old & PAGE_SPECIAL))
		frame_copy(m, page, pte_page(old));
	pte = mk_pte(m, page, f->vma->page_prot);
	pte = writable ? maybe_mkwrite(f->vma, pte_mkdirty(m, pte)) : pte | (old & PAGE_SOFT_DIRTY);
	pte_lock(m, f->ptep);
	ptep_xchg_direct(m, f->mm, f->address, f->ptep, PAGE_INVALID);
	set_pte_at(m, f->mm, f->address, f->ptep, pte);
	pte_unlock(m, f->ptep);
	if (!(old & PAGE_SPECIAL))
		page_put(m, pte_page(old));
	return VM_FAULT_WRITE;
}

static u32 wp_page_reuse(struct fault *f, u64 old)
{
	struct machine *m = f->m;
	u64 pte = maybe_mkwrite(f->vma, pte_mkdirty(m, pte_mkyoung(old)));

	if (!f->vma->file)
		page_set_exclusive(m, pte_page(old), true);
	pte_lock(m, f->ptep);
	ptep_set_access_flags(m, f->mm, f->address, f->ptep, pte);
	pte_unlock(m, f->ptep);
	return VM_FAULT_WRITE;
}

/* A write to a page whose PTE does not have the write bit. */
static u32 do_wp_page(struct fault *f, u64 old)
{
	const struct frame *frame;

	if (old & PAGE_SPECIAL)
		return wp_page_copy(f, old, true);
	frame = frame_at(f->m, pte_page(old));
	if (frame_kind(frame) == FRAME_ANON)
		return frame->count == 1 ? wp_page_reuse(f, old) : wp_page_copy(f, old, true);
	return f->vma->flags & VM_SHARED ? wp_page_reuse(f, old) : wp_page_copy(f, old, true);
}

/* The page's place in swap is kept, so only the PTE has to be made again. */
static u32 do_swap_page(struct fault *f, u64 old)
{
	struct machine *m = f->m;
	u64 page = swap_pte_page(old);
	bool sole_owner = frame_at(m, page)->count == 1;
	u64 pte = mk_pte(m, page, f->vma->page_prot) | (old & PAGE_SOFT_DIRTY);
	bool write = f->write;

	if (sole_owner) {
		page_set_exclusive(m, page, true);
		if (m->options.profile->swap_in_writable)
			pte = maybe_mkwrite(f->vma, pte);
	}
	if (write && sole_owner) {
		pte = maybe_mkwrite(f->vma, pte_mkdirty(m, pte));
		write = false;
	}
	pte_lock(m, f->ptep);
	set_pte_at(m, f->mm, f->address, f->ptep, pte);
	pte_unlock(m, f->ptep);
	return VM_FAULT_MAJOR | (write ? do_wp_page(f, pte) : 0);
}

static u32 handle_pte_fault(struct fault *f)
{
	struct machine *m = f->m;
	u64 pte;

	if (!f->ptep)
		return VM_FAULT_OOM;
	pte = entry_get(f->ptep);
	if (pte_none(pte))
		return f->vma->file ? do_shared_fault(f) : do_anonymous_page(f);
	if (!pte_present(pte))
		return do_swap_page(f, pte);
	if (f->write && !(pte & PAGE_WRITE_BIT))
		return do_wp_page(f, pte);
	if (f->write)
		pte = pte_mkdirty(m, pte);
	pte_lock(m, f->ptep);
	ptep_set_access_flags(m, f->mm, f->address, f->ptep, pte_mkyoung(pte));
	pte_unlock(m, f->ptep);
	return 0;
}

/*
 * Ours: an early answer. The most common fault by far is that the page is there, and may be accessed as asked. Answered
 * before anything is set up, it takes a quarter less time.
 */
static bool nothing_to_do(const struct machine *m, const struct mm *mm, u64 address, bool write)
{
	const entry_t *ptep = host_pte(m, mm, address);
	u64 pte = ptep ? entry_get(ptep) : PAGE_INVALID;

	if (!pte_present(pte) || (write && !(pte & PAGE_WRITE_BIT)))
		return false;
	return pte_mkyoung(write ? pte_mkdirty(m, pte) : pte) == pte;
}

u32 unshare_page(struct machine *m, struct mm *mm, struct vma *vma, u64 address)
{
	struct fault f = {
		.m = m,
		.mm = mm,
		.vma = vma,
		.address = address & PAGE_MASK,
		.ptep = host_pte(m, mm, address),
	};

	return wp_page_copy(&f, entry_get(f.ptep), false);
}

u32 handle_mm_fault(struct machine *m, struct mm *mm, struct vma *vma, u64 address, u32 flags)
{
	bool write = flags & FAULT_FLAG_WRITE;

	if (unlikely(write && flags & FAULT_FLAG_UNSHARE) && m->options.profile->unshare_fault)
		return VM_FAULT_SIGSEGV;
	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, mm);
	if (vma->flags & VM_HUGETLB)
		return hugetlb_fault(m, mm, vma, address, write);
	if (nothing_to_do(m, mm, address, write))
		return 0;
	if (unlikely(needs_no_page_table(m, mm, vma, address & PAGE_MASK, write)))
		return host_pmd_alloc(m, mm, address) ? VM_FAULT_SIGBUS : VM_FAULT_OOM;
	return handle_pte_fault(&(struct fault){
		.m = m,
		.mm = mm,
		.vma = vma,
		.address = address & PAGE_MASK,
		.ptep = host_pte_alloc(m, mm, address),
		.write = write,
	});
}

static int fault_error(struct machine *m, u32 result)
{
	if (result & VM_FAULT_OOM)
		return -ENOMEM;
	if (result & VM_FAULT_HWPOISON)
		return -EHWPOISON;
	if (result & (VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV))
		return -EFAULT;
	machine_bug(m, BUG_fixup_bits, "fault result 0x%x", result);
}

#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON)

/*
 * What an injected retry stands for: mmap_sem was dropped and taken again, and others had their chance.
 *
 * Otherwise: retries of faults. Nothing but an ordered failure causes one.
 */
static void drop_mmap_sem(struct machine *m, struct mm *mm)
{
	up_read(m, mm);
	if (m->hooks.mmap_sem_dropped) {
		enum callback outer = machine_hook_begin(m, CALLBACK_UNLOCKED);

		m->hooks.mmap_sem_dropped(m->hooks.context);
		machine_hook_end(m, outer);
	}
	down_read(m, mm);
}

int fixup_user_fault(struct machine *m, struct mm *mm, u64 address, u32 flags, bool *unlocked)
{
	u64 wanted = flags & FAULT_FLAG_WRITE ? VM_WRITE : VM_READ;
	struct vma *vma;
	u32 result;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, mm);
	if (inject(m, INJECT_fixup_enomem))
		return -ENOMEM;
	vma = m->options.profile->fixup_grows_stack ? find_extend_vma(m, mm, address) : vma_lookup(m, mm, address);
	if (!vma || !(vma->flags & wanted))
		return -EFAULT;
	result = handle_mm_fault(m, mm, vma, address, flags);
	if (result & VM_FAULT_ERROR)
		return fault_error(m, result);
	if (inject(m, INJECT_fixup_retry)) {
		/* a fault that must not wait has kept mmap_lock; the kernel takes it all the same, once more */
		if (flags & FAULT_FLAG_RETRY_NOWAIT && m->options.profile->nowait_keeps_lock)
			lock_again(m, LOCK_MMAP_SEM, LOCK_READ, mm);
		else
			drop_mmap_sem(m, mm);
		*unlocked = true;
	}
	return 0;
}
