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

NAPI_MODULE_INIT()
{
	napi_value function;

	napi_create_function(env, NULL, 0, bigint_to_bigint, NULL, &function);
	napi_set_named_property(env, exports, "bigintToBigint", function);
	return exports;
}
