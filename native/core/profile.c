// SPDX-License-Identifier: GPL-2.0-only
#include "profile.h"

static const struct profile profiles[] = {
	{
		.name = "linux-4.7",
		.map_from_end = (u64)1 << 53,
		.read_fault_maps_zero_page = true,
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
