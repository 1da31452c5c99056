// SPDX-License-Identifier: GPL-2.0-only
/* A process of the program, mmN: `runner N`. Waits for its turns and makes the calls that are its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "process_calls.h"

/*
 * Later kernels put the vDSO above the stack, where VMAs of programs are to be the only ones. Nothing here
 * needs it.
 */
static void unmap_vdso(void)
{
	static char maps[8192];
	char *line, *next;
	ssize_t bytes;
	int fd = open("/proc/self/maps", O_RDONLY);

	bytes = fd < 0 ? 0 : read(fd, maps, sizeof(maps) - 1);
	close(fd);
	maps[bytes > 0 ? bytes : 0] = '\0';
	for (line = maps; line && *line; line = next) {
		char *end;
		unsigned long start = strtoul(line, &end, 16);
		unsigned long stop = strtoul(end + 1, NULL, 16);

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (strstr(line, "[vdso]") || strstr(line, "[vvar"))
			munmap((void *)start, stop - start);
	}
}

/* The turn ends where a call is not this process's. */
static struct done take_turn(struct turn turn, uint64_t mm)
{
	struct done done = { .at = turn.at };
	struct result result;
	struct call call;
	bool made = false;

	do {
		done.error = program_run(DEVICE_FD, &done.at, turn.end, made ? &result : NULL);
		made = !done.error && program_record(done.at, turn.end, &call) && record_maker(call.op) == BY_PROCESS &&
		       call.arg[0] == mm;
		if (made)
			result = process_call(DEVICE_FD, &call);
	} while (made);
	return done;
}

static bool answer(struct done done)
{
	return write(DONE_FD, &done, sizeof(done)) == sizeof(done);
}

int main(int argc, char **argv)
{
	unsigned long mm = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	struct done ready = { 0 };
	struct turn turn;

	unmap_vdso();
	process_catch_faults();
	if (!program_map(PROGRAM_FD) || ioctl(DEVICE_FD, GMAP_TRACE_ATTACH, mm))
		ready.error = -errno;
	if (!answer(ready) || ready.error)
		_exit(1);
	while (read(TURN_FD, &turn, sizeof(turn)) == sizeof(turn))
		if (!answer(take_turn(turn, mm)))
			_exit(1);
	_exit(0);
}
