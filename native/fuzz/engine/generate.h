/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random operations that get somewhere: few handles, and addresses that meet each other, near the borders of pages,
 * segments and table levels. `words` is in the format of wire.h.
 */
#ifndef S390_GMAP_GENERATE_H
#define S390_GMAP_GENERATE_H

#include "core/linux/profile.h"
#include "core/program/interp.h"

#define MAX_RECORD_WORDS 8 /* that one generated operation takes at most */
#define START_WORDS 32	   /* that generate_start() takes at most */
/* Kinds of failures that the calls of fuzzers can meet: page tables of shadows, which come last, are for nobody's oracle. */
#define FUZZ_INJECTS INJECT_page_table

/* Writes one operation; returns its words. */
u32 generate_operation(u64 *random, enum profile_functions functions, u64 *words);
/* What most programs begin with: a process with memory, a guest in it, and somebody who wants to be told. */
u32 generate_start(u64 *random, enum profile_functions functions, u64 *words);
/* Another argument of the kind that the i-th one of the operation is. */
u64 generate_argument(u64 *random, enum wire_op op, u32 i, const u64 *earlier);

#endif
