/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes of the program: mm0, mm1, … Each is a `runner` that waits for its turn. */
#ifndef S390_GMAP_PROCESSES_H
#define S390_GMAP_PROCESSES_H

#include "abi/limits.h"
#include "program.h"

struct processes {
	int device;
	int program;
	struct process {
		int pid; /* 0: none */
		int turn;
		int done;
	} process[MAX_MMS];
	uint32_t count;		/* one more than the highest number that was ever used */
	struct process *newest; /* NULL after it has exited */
	char error[256];	/* of the harness */
};

/* All of these: false, and a text in ->error, when something failed that never should. */
bool process_start(struct processes *all, uint32_t mm);
bool process_exit(struct processes *all, uint32_t mm);
bool process_turn(struct processes *all, struct process *process, uint64_t *at, uint64_t end);
/* At once, whatever they do. */
void processes_kill(struct processes *all);
bool processes_failed(struct processes *all, const char *what, int error);

#endif
