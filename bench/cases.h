/* SPDX-License-Identifier: GPL-2.0-only */
/* What is measured, and the state that it works on. */
#ifndef S390_GMAP_BENCH_CASES_H
#define S390_GMAP_BENCH_CASES_H

#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "core/machine/machine.h"
#include "core/program/call.h"

#define HOST 0x200000000ULL
#define SEGMENT ((u64)1 << 20)
/* of a case whose state has to be made anew every few runs */
#define PREPARED_RUNS 8
#define MIX 20 /* operations of setup_mix() */

struct bench {
	struct machine *m;
	struct mm *mm;
	struct gmap *gmap;
	u64 i;
	u64 program[MIX * 6];
	size_t program_bytes;
	struct call calls[MIX];
	enum wire_op ops[MIX];
};

struct bench_case {
	const char *name;
	void (*setup)(struct bench *b);
	void (*run)(struct bench *b);
	void (*prepare)(struct bench *b); /* not measured; for the next PREPARED_RUNS runs */
};

#define BENCH_CASES 13
extern const struct bench_case bench_cases[BENCH_CASES];

/* A machine for measuring: everything that costs more than the kernel's own code is switched off. */
struct machine *bench_machine(void);
/* With a process that has memory, and a gmap of that limit. */
void bench_open(struct bench *b, u64 limit);
void bench_close(struct bench *b);

/* A fixed mix of operations on one gmap; the same calls, made from C and from a program. */
void setup_mix(struct bench *b);
void mix_from_c(struct bench *b);
void mix_as_program(struct bench *b);

#endif
