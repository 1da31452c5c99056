// SPDX-License-Identifier: GPL-2.0-only
/*
 * init's and the processes' way to the program, where something already lies at the address that they would like to have.
 * Prints what came of it, a word a line.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "program.h"

#define WANTED ((unsigned char *)0x20000000ul)
#define OCCUPIED 0x10000ul

/* What a heap there would hold. */
static unsigned char *occupy(void)
{
	unsigned char *memory = mmap(WANTED, OCCUPIED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
				     -1, 0);

	if (memory == WANTED)
		memset(memory, 0xa5, OCCUPIED);
	return memory;
}

static bool is_whole(const unsigned char *memory)
{
	size_t i;

	for (i = 0; i < OCCUPIED; i++)
		if (memory[i] != 0xa5)
			return false;
	return true;
}

/* gmap_enable(g3), written as a file and read as a program. */
static bool reads_a_record(int fd)
{
	const unsigned char record[16] = { OP_gmap_enable, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 3 };
	struct call call;

	return pwrite(fd, record, sizeof(record), 0) == sizeof(record) &&
	       program_record(0, sizeof(record), &call) == sizeof(record) && call.op == OP_gmap_enable &&
	       call.arg[0] == 3;
}

int main(int argc, char **argv)
{
	bool taken = argc > 1 && strcmp(argv[1], "taken") == 0;
	unsigned char *memory = taken ? occupy() : NULL;
	int fd = memfd_create("program", 0);

	if (ftruncate(fd, 4096) || !program_map(fd))
		return 1;
	puts(program_at(0) == WANTED ? "wanted" : "elsewhere");
	puts(reads_a_record(fd) ? "read" : "lost");
	if (memory)
		puts(is_whole(memory) ? "whole" : "overwritten");
	return 0;
}
