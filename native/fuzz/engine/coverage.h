/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Edges of the code, when the core was compiled with clang's -fsanitize-coverage=inline-8bit-counters (npm run
 * build:coverage). The counters belong to the process: one fuzzer in a process.
 */
#ifndef S390_GMAP_COVERAGE_H
#define S390_GMAP_COVERAGE_H

#include "core/machine/types.h"

struct coverage {
	u8 *counters; /* NULL without */
	u8 *reached;  /* for each counter, which of eight ranges of counts were ever seen */
	size_t size;
	u32 edges; /* counters that were ever not zero */
};

bool coverage_init(struct coverage *coverage);
void coverage_destroy(struct coverage *coverage);
void coverage_begin(struct coverage *coverage);
/* True if the program reached something new since coverage_begin(). */
bool coverage_end(struct coverage *coverage);

#endif
