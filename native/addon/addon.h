/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Node-API addon. It holds no logic: it finds the machine that a handle names, turns arguments into
 * words, calls the core, and turns the answer into a JavaScript value. It throws nothing: what is not a
 * result is an enum outcome, from which lib/native/context.ts makes a typed error.
 *
 *	js/	C++ on node-addon-api: start-up, and all functions that are not hot. Includes nothing of the core.
 *	hot/	C on node_api.h: operations, accesses and callbacks, where each nanosecond is a part of the call.
 *	model/	C that calls no Node-API: handles, machines, fuzzers, and what can be asked of them.
 *
 * A BUG leaves the core by longjmp, from C frames to the C frame of core/machine/door.c. No frame of C++ may lie
 * between the two. None does: js/ calls only model/, and what hot/callbacks.c calls in JavaScript has returned
 * before the core goes on. In builds with assertions the door looks at `cpp_frames`, see there.
 *
 * Nothing here is global: everything hangs off a struct addon, one for each environment (main thread, worker).
 */
#ifndef S390_GMAP_ADDON_H
#define S390_GMAP_ADDON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <node_api.h>

#include "abi/wire.h"

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

/* Numbers below every errno. */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_BUG = -5000,
	OUTCOME_REFUSED = -5100,     /* minus enum wire_refusal */
	OUTCOME_CLOSED = -5200,	     /* the handle is stale, or of another kind */
	OUTCOME_THREW = -5201,	     /* a JavaScript callback threw */
	OUTCOME_NO_MEMORY = -5202,   /* in the process that runs the model */
	OUTCOME_UNSUPPORTED = -5203, /* the kernel that the machine behaves like does not have the function */
	OUTCOME_NO_HANDLE = -5204,   /* all MAX_SLOTS handles of the environment are in use; nothing was changed */
	OUTCOME_BUDGET = -5205,	     /* a call was too much work, and ended half-way: the machine is dead */
	OUTCOME_ARGUMENT = -6000,    /* minus 2 * index: wrong type; one less: out of range */
	OUTCOME_PROGRAM = -0x10000   /* minus program-interruption code, minus 256 * errno of the fault */
};
#define WRONG_TYPE(index) (OUTCOME_ARGUMENT - 2 * (int)(index))
#define OUT_OF_RANGE(index) (WRONG_TYPE(index) - 1)

/* What a handle names. */
enum slot_kind { SLOT_FREE, SLOT_MACHINE, SLOT_MM, SLOT_GMAP, SLOT_FUZZER };

struct addon_machine;
struct fuzz;

/*
 * A handle is an integer below 2^53 that JavaScript keeps: the index of a slot, and above it the slot's
 * generation, which grows when the slot is released. So a handle that outlived its object is detected.
 */
#define SLOT_INDEX_BITS 20
#define MAX_SLOTS (1u << SLOT_INDEX_BITS)
#define MAX_GENERATION (((u64)1 << (53 - SLOT_INDEX_BITS)) - 1)
/* The largest whole number that a JavaScript number holds without doubt. */
#define MAX_WHOLE (((u64)1 << 53) - 1)

struct slot {
	u64 generation;
	enum slot_kind kind;
	u32 number; /* of the mm or gmap in the core */
	struct addon_machine *machine;
	struct fuzz *fuzz; /* of a SLOT_FUZZER, which has no machine */
	u64 serial;	   /* of the mm or gmap */
	u32 newer, older;  /* slots of the machine's mms or gmaps in the order of their serials; 0: none */
	u32 next_free;
};

/* What a handle argument names: a machine, and the number of one of its mms or gmaps; or a fuzzer. */
struct target {
	struct addon_machine *machine;
	u32 number;
	struct fuzz *fuzz;
	u32 slot;
};

struct addon {
	napi_env env;
	struct slot *slots; /* 0 is not used */
	u32 slot_count;
	u32 slot_capacity;
	u32 free_slot;
	struct addon_machine *machines;
	struct operation *operations; /* hot/operations.c */
	u64 *word;		      /* of a BigUint64Array: where a function leaves a word that it answers */
	napi_ref word_array;	      /* keeps it alive */
	u64 cpp_frames;		      /* functions of js/ that are running */
};

#endif
