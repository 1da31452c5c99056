/* SPDX-License-Identifier: GPL-2.0-only */
/* What an engine's log shows of a finding: the calls as a trace, which `s390-gmap run` executes, and the verdict. */
#ifndef S390_GMAP_TARGET_PRINT_H
#define S390_GMAP_TARGET_PRINT_H

#include <stdio.h>

#include "fuzz/oracles/judge.h"

/* The lines before the first call. */
void print_header(FILE *out, u32 flavour);
/* A call with its result, or why there is none. */
void print_call(FILE *out, const struct machine *m, enum wire_op op, const struct call *call, struct reply reply);
void print_verdict(FILE *out, const struct verdict *verdict);

#endif
