/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who wrote this: while a machine is traced, its calls are kept, and each store to storage or to a storage key with the
 * call that made it and the value that was there before; of a VMA that something changed. A restore or reset takes back
 * what was traced since.
 */
#ifndef S390_GMAP_TRACER_H
#define S390_GMAP_TRACER_H

#include "core/machine/machine.h"
#include "core/program/call.h"
#include "core/program/store_index.h"
#include "core/program/words.h"

/* Calls that programs cannot make, beside enum wire_op: accesses of a guest, whose arguments are gmap and guest address. */
enum trace_op { TRACE_GUEST_LOAD = WIRE_OPS, TRACE_GUEST_STORE };

/*
 * A call is a head word and its arguments, in the byte order of programs, and is read from `words`.
 *	head: bits 0..7 the operation, bits 8..15 number of arguments, bit 16 TRACE_NESTED: made inside a callback of the
 *	call before it; bits 32..63 the handle of the result, or WIRE_NO_HANDLE; of a guest's access how often gmap_fault
 *	was asked
 */
#define TRACE_NESTED ((u64)1 << 16)

/*
 * A store is three words: what was stored to, what was there, and by whom.
 *	place:  an absolute address, or with TRACE_KEY that of a frame; TRACE_TABLE: it lies in a table; TRACE_VMA: a VMA
 *		instead, by the host address where it begins before the store
 *	before: undefined for a range; of a VMA where it ends
 *	call:   bits 0..31 the number of the call, bits 32..63 how many words, more than one for a fill or a copy
 */
#define TRACE_STORE_WORDS 3
#define TRACE_KEY ((u64)1)
#define TRACE_TABLE ((u64)2)
#define TRACE_VMA ((u64)4)

/*
 * A call path, of a store or a BUG of a tree's own code (native/own-code), is a head word and return addresses, the innermost first,
 * counted from where the addon was loaded.
 *	head: bits 0..31 how many addresses, bits 32..63 the number of the store, or TRACE_PATH_BUG
 */
#define TRACE_PATH_BUG ((u64)0xffffffff)

struct trace_position {
	size_t calls;
	size_t words;
	size_t stores; /* in words */
	size_t paths;
};

struct tracer {
	struct words calls; /* for each call, where it begins in `words` */
	struct words words;
	struct words stores;
	struct words paths; /* only with_paths */
	bool with_paths;
	struct store_index index; /* of the stores */
	u64 current;		  /* number of the call that makes the stores now */
	bool complete;		  /* the calls lead from the machine's first state to the present one */
	u32 older_marks;	  /* snapshots that were live when tracing began */
	struct trace_position mark[UNDO_MAX_MARKS];
};

/* Begins, or begins anew. False without memory. */
bool tracer_start(struct machine *m);
void tracer_stop(struct machine *m);
/* Whether something was not kept for want of memory: 1 GiB of stores, or what the system gives. */
bool tracer_failed(const struct tracer *tracer);

/* A call begins; answers what tracer_end() must be given when it is over. Calls end in the reverse order. */
u64 tracer_begin(struct machine *m, u32 op, const struct call *call);
/* With a reply that refuses, the call is forgotten. */
void tracer_end(struct machine *m, u64 outer, struct reply reply);

/*
 * The first store to a word in the newest call that changed it, NULL if none did. The word is at an absolute address; with
 * TRACE_KEY it is the key of that frame. `place` must be below the storage limit. Costs what was traced since it was asked
 * before. NULL also without memory for that, see tracer_failed().
 */
const u64 *tracer_last_store(struct machine *m, u64 place);

/* The machine tells of its snapshots. */
void tracer_snapshot(struct machine *m, u32 number);
void tracer_restore(struct machine *m, u32 number);
void tracer_reset(struct machine *m);

#endif
