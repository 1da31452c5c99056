// SPDX-License-Identifier: GPL-2.0-only
#include "core/check/known.h"

#include <string.h>

#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "core/linux/profile.h"

static_assert(KNOWN_DEFECTS <= 64, "a set of them is one word");

const struct known_info known_infos[KNOWN_DEFECTS] = {
#define KNOWN(id, first, last, oracle, rule, text) { #id, first, last, rule, text },
#include "abi/known.def"
#undef KNOWN
};

/* A profile's name ends in its version: "linux-4.7". */
static bool has_version(const struct profile *profile, const char *version)
{
	const char *dash = strrchr(profile->name, '-');

	return dash && strcmp(dash + 1, version) == 0;
}

/* Profiles are in the order of their kernels. */
bool known_of_kernel(enum known_defect defect, const struct profile *wanted)
{
	const struct known_info *info = &known_infos[defect];
	const struct profile *profile;
	bool has = false;
	size_t i;

	for (i = 0; (profile = profile_at(i)); i++) {
		has = has || has_version(profile, info->first);
		if (profile == wanted)
			return has;
		if (has_version(profile, info->last))
			break;
	}
	return false;
}

bool known_defect(const struct machine *m, enum known_defect defect, u64 *met)
{
	if (!known_of_kernel(defect, m->options.profile))
		return false;
	*met |= KNOWN_BIT(defect);
	return true;
}

bool known_lost_table(const struct machine *m, const struct gmap *gmap, u64 page_table, u64 *met)
{
	if (!(frame_at(m, page_table)->flags & FRAME_LOST))
		return false;
	if (!gmap->mm->alloc_pgste)
		return known_defect(m, KNOWN_table_without_pgstes, met);
	if (!gmap->listed)
		return known_defect(m, KNOWN_table_of_removed_gmap, met);
	return known_defect(m, KNOWN_table_outside_vmas, met) || known_defect(m, KNOWN_table_before_sie, met);
}

bool known_older_page(const struct machine *m, const struct mm *mm, u64 *met)
{
	return mm->old_page_tables && known_defect(m, KNOWN_older_pages, met);
}

bool known_unrelated_link(const struct machine *m, const struct gmap *gmap, u64 *met)
{
	return gmap->unrelated_links && known_defect(m, KNOWN_unrelated_link, met);
}

bool known_wrapped_link(const struct machine *m, const struct gmap *gmap, u64 *met)
{
	return gmap->wrapped_links && known_defect(m, KNOWN_wrapped_link, met);
}

bool known_link_to_nothing(const struct machine *m, u64 *met)
{
	return !m->options.debug_vm && known_defect(m, KNOWN_link_to_nothing, met);
}

bool known_kept_lock(const struct machine *m, u64 *met)
{
	return m->stack->locks.again && known_defect(m, KNOWN_nowait_keeps_lock, met);
}
