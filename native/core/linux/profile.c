// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/profile.h"

#include "core/linux/entries.h"

static const struct profile profiles[] = {
	{
		.name = "linux-4.7",
		.functions = FUNCTIONS_4_7,
		.task_size = TASK_MAX_SIZE,
		.map_from_end = TASK_MAX_SIZE,
		.zero_page_with_pgste = true,
		.discard_needs_vma = true,
		.zap_unlocks_always = true,
		.key_lookup = KEY_MAKES_TABLE,
		.fixup_grows_stack = true,
		.page_none = PAGE_PRESENT | PAGE_INVALID,
	},
	{
		.name = "linux-5.10",
		.functions = FUNCTIONS_4_8,
		.locking = LOCKING_5_10,
		.fixup_grows_stack = true,
		.link_wraps = true,
		.task_size = -PAGE_SIZE,
		.map_from_end = -PAGE_SIZE,
		.stack_guard_gap = 256 * PAGE_SIZE,
		.skey_marks_referenced = true,
		.key_lookup = KEY_NEEDS_TABLE,
		.store_checks_first = true,
		.late_page_table = true,
		.reclaim_drops_unused = true,
		.page_none = PAGE_PRESENT | PAGE_INVALID | PAGE_PROTECT,
		.noexec = PAGE_NOEXEC,
	},
	{
		.name = "linux-6.1",
		.functions = FUNCTIONS_4_8,
		.locking = LOCKING_5_10,
		.link_wraps = true,
		.task_size = -PAGE_SIZE,
		.map_from_end = -PAGE_SIZE,
		.stack_guard_gap = 256 * PAGE_SIZE,
		.zap_needs_vma = true,
		.skey_marks_referenced = true,
		.key_lookup = KEY_NEEDS_VMA,
		.mprotect_upgrades = UPGRADE_DIRTY,
		.store_checks_first = true,
		.late_page_table = true,
		.reclaim_drops_unused = true,
		.swap_exclusive = true,
		.mmap_expands = true,
		.mremap_checks_first = true,
		.page_none = PAGE_PRESENT | PAGE_INVALID | PAGE_PROTECT,
		.noexec = PAGE_NOEXEC,
		.soft_dirty = PAGE_SOFT_DIRTY,
	},
	{
		.name = "linux-6.12",
		.functions = FUNCTIONS_4_8,
		.locking = LOCKING_5_10,
		.link_wraps = true,
		.task_size = -PAGE_SIZE,
		.map_from_end = -PAGE_SIZE,
		.stack_guard_gap = 256 * PAGE_SIZE,
		.zero_page_with_pgste = true,
		.skey_unshares = true,
		.discard_one_vma = true,
		.zap_needs_vma = true,
		.skey_marks_referenced = true,
		.key_lookup = KEY_NEEDS_VMA,
		.mprotect_upgrades = UPGRADE_ALL,
		.store_checks_first = true,
		.unlink_needs_sie = true,
		.unshare_fault = true,
		.late_page_table = true,
		.reclaim_drops_unused = true,
		.swap_in_writable = true,
		.swap_exclusive = true,
		.mprotect_unaccounts = true,
		.mremap_checks_first = true,
		.page_none = PAGE_PRESENT | PAGE_INVALID | PAGE_PROTECT,
		.noexec = PAGE_NOEXEC,
		.soft_dirty = PAGE_SOFT_DIRTY,
	},
};

const struct profile *profile_at(size_t i)
{
	return i < sizeof(profiles) / sizeof(profiles[0]) ? &profiles[i] : NULL;
}

const struct profile *profile_find(const char *name)
{
	const struct profile *profile;
	size_t i;

	for (i = 0; (profile = profile_at(i)); i++)
		if (strcmp(profile->name, name) == 0)
			return profile;
	return NULL;
}
