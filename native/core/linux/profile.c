// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/profile.h"

#include "core/linux/entries.h"

static const struct profile profiles[PROFILES] = {
#define PROFILE(name_, ...) { .name = name_, __VA_ARGS__ },
#include "core/linux/profiles.def"
#undef PROFILE
};

const struct profile *profile_at(size_t i)
{
	return i < PROFILES ? &profiles[i] : NULL;
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
