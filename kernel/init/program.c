// SPDX-License-Identifier: GPL-2.0-only
#include "program.h"

#include <errno.h>
#include <sys/mman.h>

/*
 * Where a process would rather have it: far from everything that programs map, which begins at 1 TiB. Only a wish: a
 * kernel may put the heap there (4.7 does so with randomised addresses, in every other boot).
 */
#define WANTED_ADDRESS ((void *)0x20000000ul)

static unsigned char *program;

bool program_map(int fd)
{
	void *address = mmap(WANTED_ADDRESS, PROGRAM_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (address == MAP_FAILED)
		return false;
	program = address;
	return true;
}

unsigned char *program_at(uint64_t offset)
{
	return program + offset;
}

int program_run(int device, uint64_t *at, uint64_t end, const struct result *did)
{
	struct gmap_trace_run run = { .program = (uintptr_t)program_at(*at), .bytes = end - *at };

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
	return call_read(program_at(at), end - at, call);
}
