// SPDX-License-Identifier: GPL-2.0-only
/* Arguments from JavaScript and results to it. */
#include "addon.h"

static int wrong_type(u32 index)
{
	return OUTCOME_ARGUMENT - 2 * (int)index;
}

static int out_of_range(u32 index)
{
	return wrong_type(index) - 1;
}

int argument_word(const struct arguments *args, u32 index, u64 *word)
{
	bool lossless;

	if (napi_get_value_bigint_uint64(args->env, args->value[index], word, &lossless) != napi_ok)
		return wrong_type(index);
	return lossless ? OUTCOME_OK : out_of_range(index);
}

int argument_count(const struct arguments *args, u32 index, u64 max, u64 *count)
{
	double number;

	if (napi_get_value_double(args->env, args->value[index], &number) != napi_ok)
		return wrong_type(index);
	/* the comparison is false for NaN too */
	if (!(number >= 0 && number <= (double)max) || number != (double)(u64)number)
		return out_of_range(index);
	*count = (u64)number;
	return OUTCOME_OK;
}

int argument_bytes(const struct arguments *args, u32 index, bool words, u8 **bytes, size_t *length)
{
	napi_typedarray_type type;
	void *data;

	if (napi_get_typedarray_info(args->env, args->value[index], &type, length, &data, NULL, NULL) != napi_ok ||
	    type != (words ? napi_biguint64_array : napi_uint8_array))
		return wrong_type(index);
	if (words)
		*length *= sizeof(u64);
	*bytes = data;
	return OUTCOME_OK;
}

int argument_target(const struct arguments *args, enum slot_kind kind, struct target *target)
{
	const struct slot *slot;
	double handle;

	if (napi_get_value_double(args->env, args->value[0], &handle) != napi_ok)
		return wrong_type(0);
	slot = slot_find(args->addon, handle, kind);
	if (!slot)
		return OUTCOME_CLOSED;
	*target = (struct target){ slot->machine, slot->number };
	return OUTCOME_OK;
}

/* The napi_create functions fail only for arguments that are never given here; NULL is undefined. */
napi_value value_int(napi_env env, int value)
{
	napi_value result = NULL;

	napi_create_int32(env, value, &result);
	return result;
}

napi_value value_double(napi_env env, double value)
{
	napi_value result = NULL;

	napi_create_double(env, value, &result);
	return result;
}

napi_value value_word(napi_env env, u64 word)
{
	napi_value result = NULL;

	napi_create_bigint_uint64(env, word, &result);
	return result;
}

napi_value value_text(napi_env env, const char *text)
{
	napi_value result = NULL;

	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &result);
	return result;
}

napi_value value_list(napi_env env, const napi_value *values, size_t count)
{
	napi_value result = NULL;
	size_t i;

	if (napi_create_array_with_length(env, count, &result) != napi_ok)
		return NULL;
	for (i = 0; i < count; i++)
		napi_set_element(env, result, (uint32_t)i, values[i]);
	return result;
}
