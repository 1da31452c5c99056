// SPDX-License-Identifier: GPL-2.0-only
/* Arguments from JavaScript and results to it. */
#include "addon/addon.h"

int argument_optional_word(const struct arguments *args, u32 index, u64 *word)
{
	napi_valuetype type;

	if (napi_typeof(args->env, args->value[index], &type) == napi_ok && type == napi_undefined) {
		*word = WIRE_NO_ARGUMENT;
		return OUTCOME_OK;
	}
	return argument_word(args, index, word);
}

int argument_count(const struct arguments *args, u32 index, u64 max, u64 *count)
{
	double number;

	if (napi_get_value_double(args->env, args->value[index], &number) != napi_ok)
		return WRONG_TYPE(index);
	/* the comparison is false for NaN too */
	if (!(number >= 0 && number <= (double)max) || number != (double)(u64)number)
		return OUT_OF_RANGE(index);
	*count = (u64)number;
	return OUTCOME_OK;
}

int argument_bytes(const struct arguments *args, u32 index, bool words, u8 **bytes, size_t *length)
{
	napi_typedarray_type type;
	void *data;

	if (napi_get_typedarray_info(args->env, args->value[index], &type, length, &data, NULL, NULL) != napi_ok ||
	    type != (words ? napi_biguint64_array : napi_uint8_array))
		return WRONG_TYPE(index);
	if (words)
		*length *= sizeof(u64);
	*bytes = data;
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
