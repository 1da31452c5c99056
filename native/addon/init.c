// SPDX-License-Identifier: GPL-2.0-only
/* What an environment (the main thread, a worker) has of its own, from its first import to its end. */
#include <stdlib.h>

#include "addon/addon.h"

static napi_value call_function(napi_env env, napi_callback_info info)
{
	size_t count = MAX_ARGUMENTS;
	const struct bound_function *bound;
	struct target target = { 0 };
	struct arguments args = { .env = env };
	void *data;

	napi_get_cb_info(env, info, &count, args.value, NULL, &data);
	bound = data;
	args.addon = bound->addon;
	if (bound->function->target != SLOT_FREE) {
		int outcome = argument_target(&args, bound->function->target, &target);

		if (outcome)
			return value_int(env, outcome);
		if (target.machine && target.machine->callbacks && !bound->function->in_callback)
			return value_int(env, OUTCOME_REFUSED - WIRE_IN_CALLBACK);
	}
	return bound->function->call(&args, target);
}

napi_status define_function(napi_env env, napi_value exports, const char *name, napi_callback call, void *data)
{
	napi_value function;
	napi_status status = napi_create_function(env, name, NAPI_AUTO_LENGTH, call, data, &function);

	return status == napi_ok ? napi_set_named_property(env, exports, name, function) : status;
}

napi_status define_functions(napi_env env, napi_value exports, struct addon *addon, const struct function *functions,
			     size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct bound_function *bound = &addon->functions[addon->function_count++];
		napi_status status;

		assert(addon->function_count <= MAX_FUNCTIONS);
		*bound = (struct bound_function){ addon, &functions[i] };
		status = define_function(env, exports, functions[i].name, call_function, bound);
		if (status != napi_ok)
			return status;
	}
	return napi_ok;
}

/* Runs before the environment ends, also when a worker is terminated. Finds nothing to do the second time. */
static void close_everything(void *data)
{
	struct addon *addon = data;

	fuzzers_close(addon);
	while (addon->machines)
		machine_close(addon->machines);
}

static void addon_free(napi_env env, void *data, void *hint)
{
	struct addon *addon = data;

	(void)env;
	(void)hint;
	close_everything(addon);
	free(addon->slots);
	free(addon);
}

static napi_status fill_exports(napi_env env, napi_value exports, struct addon *addon)
{
	napi_status (*const parts[])(napi_env, napi_value, struct addon *) = {
		handle_functions,  machine_functions,  operation_functions, program_functions, access_functions,
		inspect_functions, callback_functions, fuzzer_functions,    space_functions,   tracing_functions,
	};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		napi_status status = parts[i](env, exports, addon);

		if (status != napi_ok)
			return status;
	}
	return napi_ok;
}

NAPI_MODULE_INIT()
{
	struct addon *addon = calloc(1, sizeof(*addon));

	if (!addon || napi_set_instance_data(env, addon, addon_free, NULL) != napi_ok) {
		free(addon);
		napi_throw_error(env, "ERR_GMAP_MEMORY", "s390-gmap: no memory to load the addon");
		return NULL;
	}
	addon->env = env;
	if (napi_add_env_cleanup_hook(env, close_everything, addon) != napi_ok ||
	    fill_exports(env, exports, addon) != napi_ok) {
		napi_throw_error(env, "ERR_GMAP_MEMORY", "s390-gmap: the addon cannot be initialised");
		return NULL;
	}
	return exports;
}
