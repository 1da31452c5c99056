// SPDX-License-Identifier: GPL-2.0-only
/* The least that a native call can cost: what the addon's calls are measured against. */
#include <node_api.h>

static napi_value bigint_to_bigint(napi_env env, napi_callback_info info)
{
	size_t argc = 1;
	napi_value arg, result;
	uint64_t value = 0;
	bool lossless;

	napi_get_cb_info(env, info, &argc, &arg, NULL, NULL);
	napi_get_value_bigint_uint64(env, arg, &value, &lossless);
	napi_create_bigint_uint64(env, value, &result);
	return result;
}

static napi_value three_bigints_to_int(napi_env env, napi_callback_info info)
{
	size_t argc = 3;
	napi_value arg[3], result;
	uint64_t value = 0, sum = 0;
	bool lossless;
	size_t i;

	napi_get_cb_info(env, info, &argc, arg, NULL, NULL);
	for (i = 0; i < 3; i++) {
		napi_get_value_bigint_uint64(env, arg[i], &value, &lossless);
		sum += value;
	}
	napi_create_int32(env, (int32_t)sum, &result);
	return result;
}

NAPI_MODULE_INIT()
{
	napi_value function;

	napi_create_function(env, NULL, 0, bigint_to_bigint, NULL, &function);
	napi_set_named_property(env, exports, "bigintToBigint", function);
	napi_create_function(env, NULL, 0, three_bigints_to_int, NULL, &function);
	napi_set_named_property(env, exports, "threeBigintsToInt", function);
	return exports;
}
