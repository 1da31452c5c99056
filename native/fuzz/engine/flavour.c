// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/flavour.h"

#include "core/linux/profile.h"
#include "core/program/boot.h"

/* One row for each machine: what it has otherwise than a machine with all facilities. Small, so that memory runs out. */
#define SEGMENTS WITH(max_segments, max_segments, 16)
#define SMALL WITH(storage, storage_limit, 0x800000) SEGMENTS
#define MACHINES                                                      \
	MACHINE(0, SMALL)                                             \
	MACHINE(1, WITH(esop, esop, 0) WITH(nx, nx, 0) SMALL)         \
	MACHINE(2, WITH(idte, idte, 0) WITH(tlb_lc, tlb_lc, 0) SMALL) \
	MACHINE(3, WITH(cpus, cpus, 3) SMALL)                         \
	MACHINE(4, WITH(debug_vm, debug_vm, 0) SMALL)                 \
	MACHINE(5, WITH(storage, storage_limit, 0x200000) SEGMENTS)

u32 input_flavour(const u8 *input, size_t bytes)
{
	u32 kernel = bytes > 0 ? input[0] % PROFILES : 0;
	u32 machine = bytes > 1 ? input[1] % FUZZ_MACHINES : 0;

	return kernel * FUZZ_MACHINES + machine;
}

u64 flavour_word(u32 flavour)
{
	return flavour / FUZZ_MACHINES | (flavour % FUZZ_MACHINES) << 8;
}

const char *flavour_machine(u32 flavour)
{
	/* the first of the spaces that each setting has before it is left out */
	static const char *const machines[FUZZ_MACHINES] = {
#define WITH(name, field, value) " " #name "=" #value
#define MACHINE(number, sets) [number] = sets,
		MACHINES
#undef MACHINE
	};

	return machines[flavour % FUZZ_MACHINES] + 1;
}

void flavour_options(u32 flavour, struct machine_options *options)
{
	machine_default_options(options);
	options->profile = profile_at(flavour / FUZZ_MACHINES);
	switch (flavour % FUZZ_MACHINES) {
#undef WITH
#define WITH(name, field, value) options->field = (value);
#define MACHINE(number, sets) \
	case number:          \
		sets break;
		MACHINES
#undef MACHINE
	default:
		break;
	}
}
