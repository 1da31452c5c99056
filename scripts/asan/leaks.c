// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the tests under AddressSanitizer: asks LeakSanitizer from JavaScript, while the process runs. At the exit
 * of a test process it would be too late, since vitest ends its processes by a signal.
 */
#include <node_api.h>
#include <sanitizer/lsan_interface.h>
#include <stdlib.h>

static napi_value has_leaks(napi_env env, napi_callback_info info)
{
	napi_value answer;

	(void)info;
	napi_get_boolean(env, __lsan_do_recoverable_leak_check() != 0, &answer);
	return answer;
}

/* Proves that a leak is found. */
static napi_value plant_leak(napi_env env, napi_callback_info info)
{
	void *volatile lost = malloc(1234);

	(void)env;
	(void)info;
	lost = NULL;
	(void)lost;
	return NULL;
}

NAPI_MODULE_INIT()
{
	napi_value function;

	napi_create_function(env, "hasLeaks", NAPI_AUTO_LENGTH, has_leaks, NULL, &function);
	napi_set_named_property(env, exports, "hasLeaks", function);
	napi_create_function(env, "plantLeak", NAPI_AUTO_LENGTH, plant_leak, NULL, &function);
	napi_set_named_property(env, exports, "plantLeak", function);
	return exports;
}
