// SPDX-License-Identifier: GPL-2.0-only
#include "program.h"

#include <errno.h>
#include <sys/mman.h>

bool program_map(int fd)
{
	void *address = (void *)PROGRAM_ADDRESS;

	return mmap(address, PROGRAM_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == address;
}

int program_run(int device, uint64_t *at, uint64_t end, const struct result *did)
{
	struct gmap_trace_run run = { .program = PROGRAM_ADDRESS + *at, .bytes = end - *at };

	if (did) {
		run.did = 1;
		run.status = did->status;
		run.value = did->value;
	}
	if (ioctl(device, GMAP_TRACE_RUN, &run))
		return -errno;
	*at += run.consumed;
	return 0;
}

size_t program_record(uint64_t at, uint64_t end, struct call *call)
{
	return record_read((const unsigned char *)PROGRAM_ADDRESS + at, end - at, call);
}
