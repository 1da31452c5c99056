/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Node-API addon. It holds no logic: it finds the machine that a handle names, turns arguments into
 * words, calls the core, and turns the answer into a JavaScript value. It throws nothing: what is not a
 * result is an enum outcome, from which lib/native/context.ts makes a typed error.
 *
 * Nothing here is global: everything hangs off a struct addon, one for each environment (main thread, worker).
 */
#ifndef S390_GMAP_ADDON_H
#define S390_GMAP_ADDON_H

#include <node_api.h>

#include "core/linux/gmap/gmap.h"
#include "core/program/interp.h"
#include "core/machine/machine.h"
#include "core/linux/mm/mm.h"
#include "fuzz/engine/fuzz.h"

/* Numbers below every errno; lib/native/binding.ts has the same. */
enum outcome {
	OUTCOME_OK = 0,
	OUTCOME_BUG = -5000,
	OUTCOME_REFUSED = -5100,     /* minus enum wire_refusal */
	OUTCOME_CLOSED = -5200,	     /* the handle is stale, or of another kind */
	OUTCOME_THREW = -5201,	     /* a JavaScript callback threw */
	OUTCOME_NO_MEMORY = -5202,   /* in the process that runs the model */
	OUTCOME_UNSUPPORTED = -5203, /* the kernel that the machine behaves like does not have the function */
	OUTCOME_ARGUMENT = -6000,    /* minus 2 * index: wrong type; one less: out of range */
	OUTCOME_PROGRAM = -0x10000   /* minus program-interruption code, minus 256 * errno of the fault */
};

/* What a handle names. */
enum slot_kind { SLOT_FREE, SLOT_MACHINE, SLOT_MM, SLOT_GMAP, SLOT_FUZZER };

/*
 * A handle is an integer below 2^53 that JavaScript keeps: the index of a slot, and above it the slot's
 * generation, which grows when the slot is released. So a handle that outlived its object is detected.
 */
#define SLOT_INDEX_BITS 20
#define MAX_SLOTS (1u << SLOT_INDEX_BITS)
#define MAX_GENERATION (((u64)1 << (53 - SLOT_INDEX_BITS)) - 1)

struct slot {
	u64 generation;
	enum slot_kind kind;
	u32 number; /* of the mm or gmap in the core */
	struct addon_machine *machine;
	struct fuzz *fuzz; /* of a SLOT_FUZZER, which has no machine */
	u64 serial;	   /* of the mm or gmap */
	u32 next_free;
};

struct addon_machine {
	struct machine *core;
	struct addon *addon;
	struct addon_machine *next, *prev;
	u32 slot;			   /* its own */
	u32 mm_slots;			   /* one more than the highest number that has a slot */
	u32 gmap_slots;			   /* the same */
	napi_ref dispatcher;		   /* weak: the JavaScript object that owns the machine holds the function */
	u64 listening[MAX_NOTIFIERS / 64]; /* blocks whose calls JavaScript wants */
	bool executing;			   /* a program */
	u32 callbacks;			   /* JavaScript callbacks that are running now */
	u32 thrown;			   /* how many exceptions wait for the calls that they belong to */
	struct words observations;	   /* of the last program, until JavaScript fetches them */
	u32 mm_slot[MAX_MMS];		   /* by number; 0 is none */
	u32 gmap_slot[MAX_GMAPS];
};

/* What a handle argument names: a machine, and the number of one of its mms or gmaps; or a fuzzer. */
struct target {
	struct addon_machine *machine;
	u32 number;
	struct fuzz *fuzz;
};

struct arguments;

/* A function that JavaScript sees; its first argument is a handle, unless the target is SLOT_FREE. */
struct function {
	const char *name;
	enum slot_kind target;
	bool in_callback; /* allowed while a JavaScript callback of the machine runs */
	napi_value (*call)(const struct arguments *args, struct target target);
};

struct bound_function {
	struct addon *addon;
	const struct function *function;
};

struct operation {
	struct addon *addon;
	enum wire_op op;
	enum slot_kind target;
};

#define MAX_FUNCTIONS 96

struct addon {
	napi_env env;
	struct slot *slots; /* 0 is not used */
	u32 slot_count;
	u32 slot_capacity;
	u32 free_slot;
	u32 function_count;
	struct addon_machine *machines;
	struct bound_function functions[MAX_FUNCTIONS];
	struct operation operations[WIRE_OPS];
};

/* init.c */
napi_status define_function(napi_env env, napi_value exports, const char *name, napi_callback call, void *data);
napi_status define_functions(napi_env env, napi_value exports, struct addon *addon, const struct function *functions,
			     size_t count);
#define DEFINE_FUNCTIONS(env, exports, addon, functions) \
	define_functions(env, exports, addon, functions, sizeof(functions) / sizeof((functions)[0]))

/* handles.c */
/* Takes a slot; 0 if there is none. */
u32 slot_take(struct addon *addon, enum slot_kind kind, struct addon_machine *machine, u32 number, u64 serial);
void slot_release(struct addon *addon, u32 index);
double slot_handle(const struct addon *addon, u32 index);
/* The handle of an mm or gmap, a new one if it has none yet; 0 without memory. */
double mm_handle(struct addon_machine *machine, const struct mm *mm);
double gmap_handle(struct addon_machine *machine, const struct gmap *gmap);
/* Releases the handle of an mm or gmap if that is gone. */
void mm_forget(struct addon_machine *machine, u64 number);
void gmap_forget(struct addon_machine *machine, u64 number);
/* The same for all of a machine. */
void handles_sweep(struct addon_machine *machine);
void handles_release(struct addon_machine *machine);
napi_status handle_functions(napi_env env, napi_value exports, struct addon *addon);

/* The slot that a handle names, NULL if that is gone or of another kind. */
static inline const struct slot *slot_find(const struct addon *addon, double handle, enum slot_kind kind)
{
	const struct slot *slot;
	u64 bits;

	if (unlikely(!(handle >= 1 && handle < 9007199254740992.0)))
		return NULL;
	bits = (u64)handle;
	if (unlikely((bits & (MAX_SLOTS - 1)) >= addon->slot_count))
		return NULL;
	slot = &addon->slots[bits & (MAX_SLOTS - 1)];
	return likely(slot->generation == bits >> SLOT_INDEX_BITS && slot->kind == kind) ? slot : NULL;
}

/* values.c: arguments and results. Functions that return int answer OUTCOME_OK or why the argument will not do. */
#define MAX_ARGUMENTS 7
#define WRONG_TYPE(index) (OUTCOME_ARGUMENT - 2 * (int)(index))
#define OUT_OF_RANGE(index) (WRONG_TYPE(index) - 1)

struct arguments {
	napi_env env;
	struct addon *addon;
	napi_value value[MAX_ARGUMENTS]; /* undefined where the caller gave less */
};

/* A bigint from 0 to 2^64 - 1. */
static inline int argument_word(const struct arguments *args, u32 index, u64 *word)
{
	bool lossless;

	if (unlikely(napi_get_value_bigint_uint64(args->env, args->value[index], word, &lossless) != napi_ok))
		return WRONG_TYPE(index);
	return likely(lossless) ? OUTCOME_OK : OUT_OF_RANGE(index);
}
/* The same, or undefined: all ones. */
int argument_optional_word(const struct arguments *args, u32 index, u64 *word);
/* A whole number from 0 to max, which is at most MAX_WHOLE. */
#define MAX_WHOLE (((u64)1 << 53) - 1)
int argument_count(const struct arguments *args, u32 index, u64 max, u64 *count);
/* The bytes of a Uint8Array; with `words`, of a BigUint64Array. They belong to JavaScript. */
int argument_bytes(const struct arguments *args, u32 index, bool words, u8 **bytes, size_t *length);
/* What argument 0, a handle of that kind, names. */
static inline int argument_target(const struct arguments *args, enum slot_kind kind, struct target *target)
{
	const struct slot *slot;
	double handle;

	if (unlikely(napi_get_value_double(args->env, args->value[0], &handle) != napi_ok))
		return WRONG_TYPE(0);
	slot = slot_find(args->addon, handle, kind);
	if (unlikely(!slot))
		return OUTCOME_CLOSED;
	*target = (struct target){ slot->machine, slot->number, slot->fuzz };
	return OUTCOME_OK;
}

napi_value value_int(napi_env env, int value);
napi_value value_double(napi_env env, double value);
napi_value value_word(napi_env env, u64 word);
napi_value value_text(napi_env env, const char *text);
napi_value value_list(napi_env env, const napi_value *values, size_t count);

/* guard.c */
/*
 * Calls into the core outside of machine_call(), under the same rules: not on a dead machine, not inside a
 * callback, a BUG is an answer, no lock is left held.
 */
int core_call(struct addon_machine *machine, void (*call)(struct machine *m, void *context), void *context);

/* callbacks.c */
/*
 * Whether exceptions were thrown in callbacks since the count stood at `before`. They belong to the call that asks:
 * afterwards the count is what it was, and JavaScript throws those above it.
 */
int thrown_outcome(struct addon_machine *machine, u32 before);
napi_status callback_functions(napi_env env, napi_value exports, struct addon *addon);

/* machines.c */
void machine_close(struct addon_machine *machine);
napi_status machine_functions(napi_env env, napi_value exports, struct addon *addon);

/* operations.c, programs.c, access.c, inspect.c, spaces.c, tracing.c */
napi_status operation_functions(napi_env env, napi_value exports, struct addon *addon);
napi_status program_functions(napi_env env, napi_value exports, struct addon *addon);
napi_status access_functions(napi_env env, napi_value exports, struct addon *addon);
napi_status inspect_functions(napi_env env, napi_value exports, struct addon *addon);
napi_status space_functions(napi_env env, napi_value exports, struct addon *addon);
napi_status tracing_functions(napi_env env, napi_value exports, struct addon *addon);

/* fuzzers.c */
void fuzzers_close(struct addon *addon);
napi_status fuzzer_functions(napi_env env, napi_value exports, struct addon *addon);

#endif
