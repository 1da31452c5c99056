// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/flavour.h"
#include "core/linux/profile.h"
#include "core/program/boot.h"

#define STORAGE ((u64)8 << 20)
#define MAX_SEGMENTS 16
#define SIZES "storage=0x800000 max_segments=16"

static const char *const machines[FUZZ_MACHINES] = {
	SIZES,		 "esop=0 nx=0 " SIZES, "idte=0 tlb_lc=0 " SIZES,
	"cpus=3 " SIZES, "debug_vm=0 " SIZES,  "storage=0x200000 max_segments=16",
};

u32 input_flavour(const u8 *input, size_t bytes)
{
	u32 kernel = bytes > 0 ? input[0] % FUZZ_KERNELS : 0;
	u32 machine = bytes > 1 ? input[1] % FUZZ_MACHINES : 0;

	return kernel * FUZZ_MACHINES + machine;
}

u64 flavour_word(u32 flavour)
{
	return flavour / FUZZ_MACHINES | (flavour % FUZZ_MACHINES) << 8;
}

const char *flavour_machine(u32 flavour)
{
	return machines[flavour % FUZZ_MACHINES];
}

void flavour_options(u32 flavour, struct machine_options *options)
{
	machine_default_options(options);
	options->profile = profile_at(flavour / FUZZ_MACHINES);
	options->storage_limit = STORAGE;
	options->max_segments = MAX_SEGMENTS;
	switch (flavour % FUZZ_MACHINES) {
	case 1:
		options->esop = options->nx = false;
		break;
	case 2:
		options->idte = options->tlb_lc = false;
		break;
	case 3:
		options->cpus = 3;
		break;
	case 4:
		options->debug_vm = false;
		break;
	case 5:
		options->storage_limit = MIN_STORAGE;
		break;
	default:
		break;
	}
}
