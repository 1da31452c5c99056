/* SPDX-License-Identifier: GPL-2.0-only */
/* The program that runs: in one file, which init and all processes map. */
#ifndef S390_GMAP_PROGRAM_H
#define S390_GMAP_PROGRAM_H

#include <stdbool.h>

#include "protocol.h"
#include "call.h"

#define PROGRAM_ROOM 0x20000000ul

/* What a process finds open when it starts. */
enum process_fd {
	TURN_FD = 3, /* read: struct turn. At the end of it, the process ends */
	DONE_FD,     /* written: struct done, one when it is ready and one for each turn */
	DEVICE_FD,   /* /dev/gmap-trace */
	PROGRAM_FD
};

/* Offsets into the program. */
struct turn {
	uint64_t at;
	uint64_t end;
};

struct done {
	uint64_t at;   /* of the first record that was not executed */
	int64_t error; /* of the harness: a negative errno */
};

/* What came of a call. */
struct result {
	enum wire_status status;
	uint64_t value;
};

/* At any address that is free. */
bool program_map(int fd);
unsigned char *program_at(uint64_t offset);
/*
 * Lets the module make calls from *at on, until it stops. With `did`, the first one has been made already.
 * 0 or a negative errno.
 */
int program_run(int device, uint64_t *at, uint64_t end, const struct result *did);
/* The bytes of the record, 0 when there is none. */
size_t program_record(uint64_t at, uint64_t end, struct call *call);

#endif
