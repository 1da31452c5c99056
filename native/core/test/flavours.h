/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines of all kinds for random programs: each kernel, with and without something. */
#ifndef S390_GMAP_TEST_FLAVOURS_H
#define S390_GMAP_TEST_FLAVOURS_H

#include "core/linux/profile.h"
#include "core/test/test.h"

struct flavour {
	const char *name;
	u32 cpus; /* 0: one */
	bool no_facilities;
	bool no_debug_vm;
	u64 storage; /* 0: as much as by default */
};

static const struct flavour flavours[] = {
	{ .name = "all facilities" },
	{ .name = "no facilities", .no_facilities = true },
	{ .name = "three CPUs", .cpus = 3 },
	{ .name = "no debug_vm", .no_debug_vm = true },
	{ .name = "2 MiB", .storage = MIN_STORAGE },
	{ .name = "three CPUs, no facilities", .cpus = 3, .no_facilities = true },
};
#define FLAVOURS_OF_TEST (sizeof(flavours) / sizeof(flavours[0]))

static inline const char *flavour_name(u64 seed)
{
	return flavours[seed % FLAVOURS_OF_TEST].name;
}

/* Consecutive seeds are all flavours of the first kernel, then those of the second, and so on. */
static inline struct machine *flavoured_machine(u64 seed, bool check_always)
{
	const struct flavour *flavour = &flavours[seed % FLAVOURS_OF_TEST];
	struct machine_options options;
	struct machine *m;
	const char *error;

	machine_default_options(&options);
	options.check_always = check_always;
	options.max_segments = 8;
	options.profile = profile_at(seed / FLAVOURS_OF_TEST % PROFILES);
	if (flavour->no_facilities)
		options.esop = options.idte = options.tlb_lc = false;
	if (flavour->cpus)
		options.cpus = flavour->cpus;
	if (flavour->storage)
		options.storage_limit = flavour->storage;
	options.debug_vm = !flavour->no_debug_vm;
	m = machine_create(&options, &error);
	if (!m) {
		printf("no machine: %s\n", error);
		exit(1);
	}
	return m;
}

#endif
