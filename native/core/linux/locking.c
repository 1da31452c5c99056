// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/locking.h"

#define MMAP_SEM LOCK_BIT(LOCK_MMAP_SEM)
#define PMD LOCK_BIT(LOCK_PMD)
#define PTE LOCK_BIT(LOCK_PTE)
#define PAGE_TABLES LOCK_BIT(LOCK_PAGE_TABLES)
#define GUEST_TABLE LOCK_BIT(LOCK_GUEST_TABLE)
#define PGSTE LOCK_BIT(LOCK_PGSTE)
#define RCU LOCK_BIT(LOCK_RCU)
#define SHADOW LOCK_BIT(LOCK_SHADOW)
#define SHADOW_TABLE LOCK_BIT(LOCK_SHADOW_TABLE)

const struct lock_rules lock_rules[PROFILE_LOCKINGS] = {
	/* one order for all */
	[LOCKING_4_7] = { .inside = {
		[LOCK_MMAP_SEM] = MMAP_SEM,
		[LOCK_PMD] = MMAP_SEM,
		[LOCK_PTE] = MMAP_SEM | PMD | PTE,
		[LOCK_PAGE_TABLES] = MMAP_SEM | PMD | PTE,
		[LOCK_GUEST_TABLE] = MMAP_SEM | PMD | PTE | PAGE_TABLES,
		[LOCK_PGSTE] = MMAP_SEM | PMD | PTE | PAGE_TABLES | GUEST_TABLE,
		[LOCK_NOTIFIER] = MMAP_SEM | PMD | PTE | PAGE_TABLES | GUEST_TABLE | PGSTE,
	} },
	/*
	 * guest_table_lock comes after PCL in ptep_notify, and that of a shadow before PCL when a page is shadowed; shadow
	 * gmaps themselves are not ported. Nothing is held where a notifier is registered.
	 */
	[LOCKING_5_10] = { .inside = {
		[LOCK_MMAP_SEM] = MMAP_SEM,
		[LOCK_PMD] = MMAP_SEM,
		[LOCK_PTE] = MMAP_SEM | PMD | PTE,
		[LOCK_PAGE_TABLES] = MMAP_SEM,
		[LOCK_PGSTE] = MMAP_SEM | PTE | SHADOW_TABLE,
		[LOCK_RCU] = MMAP_SEM | PTE | PGSTE,
		[LOCK_GUEST_TABLE] = MMAP_SEM | PMD | PTE | PGSTE | RCU,
		[LOCK_SHADOW] = MMAP_SEM | PTE | PGSTE | RCU,
		[LOCK_SHADOW_TABLE] = MMAP_SEM | PTE | PGSTE | RCU | SHADOW,
		[LOCK_CONTEXT] = MMAP_SEM | PMD | PTE,
		[LOCK_NOTIFIER] = 0,
	} },
};
