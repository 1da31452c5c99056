/* SPDX-License-Identifier: GPL-2.0-only */
/* Arguments and results of hot functions. Those that return int answer OUTCOME_OK, or why the argument will not do. */
#ifndef S390_GMAP_ADDON_VALUES_H
#define S390_GMAP_ADDON_VALUES_H

#include "addon/model/machines.h"

/* More than any function has. */
#define MAX_ARGUMENTS 7

struct arguments {
	napi_env env;
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

/* A whole number from 0 to max, which is at most MAX_WHOLE. */
static inline int argument_count(const struct arguments *args, u32 index, u64 max, u64 *count)
{
	double number;

	if (unlikely(napi_get_value_double(args->env, args->value[index], &number) != napi_ok))
		return WRONG_TYPE(index);
	/* the comparison is false for NaN too */
	if (unlikely(!(number >= 0 && number <= (double)max) || number != (double)(u64)number))
		return OUT_OF_RANGE(index);
	*count = (u64)number;
	return OUTCOME_OK;
}

/* What argument 0, a handle of that kind, names. */
static inline int argument_target(const struct arguments *args, const struct addon *addon, enum slot_kind kind,
				  struct target *target)
{
	const struct slot *slot;
	double handle;

	if (unlikely(napi_get_value_double(args->env, args->value[0], &handle) != napi_ok))
		return WRONG_TYPE(0);
	slot = slot_find(addon, handle, kind);
	if (unlikely(!slot))
		return OUTCOME_CLOSED;
	target->machine = slot->machine;
	target->number = slot->number;
	return OUTCOME_OK;
}

/* The napi_create functions fail only for arguments that are never given here; NULL is undefined. */
static inline napi_value value_int(napi_env env, int value)
{
	napi_value result = NULL;

	napi_create_int32(env, value, &result);
	return result;
}

static inline napi_value value_double(napi_env env, double value)
{
	napi_value result = NULL;

	napi_create_double(env, value, &result);
	return result;
}

static inline napi_value value_word(napi_env env, u64 word)
{
	napi_value result = NULL;

	napi_create_bigint_uint64(env, word, &result);
	return result;
}

/* A word as a result: JavaScript sees undefined, and reads it from the array that it shares with the addon. */
static inline napi_value leave_word(struct addon *addon, u64 word)
{
	*addon->word = word;
	return NULL;
}

static inline bool define_function(napi_env env, napi_value exports, const char *name, napi_callback call, void *data)
{
	napi_value function;

	return napi_create_function(env, name, NAPI_AUTO_LENGTH, call, data, &function) == napi_ok &&
	       napi_set_named_property(env, exports, name, function) == napi_ok;
}

#endif
