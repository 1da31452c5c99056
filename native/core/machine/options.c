// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/options.h"

#include "core/machine/storage.h"

const char *machine_options_error(const struct machine_options *options)
{
	if (!options->profile)
		return "there is no profile of that name";
	if (options->cpus < 1 || options->cpus > MAX_CPUS)
		return "cpus must be 1 to 32";
	if (options->storage_limit < MIN_STORAGE || options->storage_limit > MAX_STORAGE)
		return "the storage limit must be 2 MiB to 1 TiB";
	if (options->storage_limit & (4 * FRAME_SIZE - 1))
		return "the storage limit must be a multiple of 16 KiB";
	return NULL;
}
