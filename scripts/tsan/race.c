// SPDX-License-Identifier: GPL-2.0-only
/* For the addon under ThreadSanitizer: a race between workers, which must be found. */
#include <node_api.h>

static int raced;

static napi_value race(napi_env env, napi_callback_info info)
{
	int i;

	(void)env;
	(void)info;
	for (i = 0; i < 10000000; i++)
		raced++;
	return NULL;
}

NAPI_MODULE_INIT()
{
	napi_value function;

	napi_create_function(env, "race", NAPI_AUTO_LENGTH, race, NULL, &function);
	napi_set_named_property(env, exports, "race", function);
	return exports;
}
