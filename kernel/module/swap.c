// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/swap.h>

#include "host_table.h"
#include "lookup.h"
#include "swap.h"

/* MADV_PAGEOUT came with 5.4. Also built for the kernels up to 5.10: this is tried there, in its place. */
#if KERNEL_BEFORE(5, 11)

#if KERNEL_BEFORE(4, 13)
typedef int (*add_to_swap_fn)(struct page *page, struct list_head *list);
#else
typedef int (*add_to_swap_fn)(struct page *page);
#endif
/* What it answers differs; whether the page has gone can be seen. */
typedef int (*try_to_unmap_fn)(struct page *page, enum ttu_flags flags);

static bool has_swap_space(add_to_swap_fn add, struct page *page)
{
	if (PageSwapCache(page))
		return true;
#if KERNEL_BEFORE(4, 13)
	return add(page, NULL);
#else
	return add(page);
#endif
}

/* Whatever the page's reference bit says. From 5.10 on it is never looked at. */
static enum ttu_flags unmap_flags(void)
{
#if KERNEL_BEFORE(4, 12)
	return TTU_UNMAP | TTU_IGNORE_ACCESS;
#elif KERNEL_BEFORE(5, 4)
	return TTU_IGNORE_ACCESS;
#else
	return 0;
#endif
}

/* A reference to the page that is mapped there, if it is anonymous memory. */
static struct page *get_anonymous_page(struct mm_struct *mm, unsigned long vmaddr)
{
	struct page *page = NULL;
	spinlock_t *lock;
	pte_t *ptep;

	ptep = host_pte(mm, vmaddr);
	if (!ptep)
		return NULL;
	lock = pte_lockptr(mm, host_pmd(mm, vmaddr));
	spin_lock(lock);
	if (host_pte_kind(pte_val(*ptep)) == WIRE_PTE_ANON) {
		page = pte_page(*ptep);
		get_page(page);
	}
	spin_unlock(lock);
	return page;
}

int swap_out_page(struct mm_struct *mm, unsigned long vmaddr)
{
	add_to_swap_fn add = lookup_function("add_to_swap");
	try_to_unmap_fn unmap = lookup_function("try_to_unmap");
	struct page *page;

	if (!add || !unmap)
		return -ENOSYS;
	compat_mm_lock(mm);
	page = get_anonymous_page(mm, vmaddr);
	if (page) {
		lock_page(page);
		if (has_swap_space(add, page))
			unmap(page, unmap_flags());
		unlock_page(page);
		put_page(page);
	}
	compat_mm_unlock(mm);
	return 0;
}

#else

int swap_out_page(struct mm_struct *mm, unsigned long vmaddr)
{
	return -EINVAL;
}

#endif
