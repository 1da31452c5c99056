// SPDX-License-Identifier: GPL-2.0-only
/* What an environment (the main thread, a worker) has of its own, from its first import to its end. */
#include "addon/hot/hot.h"
#include "addon/js/functions.hh"
#include "core/machine/memory.h"

/* Counts the frames of C++ that are running, for core/machine/door.h. */
class Frame
{
public:
	explicit Frame(struct addon *addon) : frames(addon->cpp_frames)
	{
		frames++;
	}

	~Frame()
	{
		frames--;
	}

	Frame(const Frame &) = delete;
	Frame &operator=(const Frame &) = delete;

private:
	uint64_t &frames;
};

static int find_target(Call &call, const Function &function)
{
	double handle = 0;
	int outcome;

	if (!call.info[0].IsNumber())
		return WRONG_TYPE(0);
	handle = call.info[0].As<Napi::Number>().DoubleValue();
	outcome = target_find(call.addon, handle, function.target, &call.target);
	if (!outcome && !function.in_callback && target_in_callback(&call.target))
		return (int)OUTCOME_REFUSED - (int)WIRE_IN_CALLBACK;
	return outcome;
}

static Napi::Value call_function(const Napi::CallbackInfo &info)
{
	const Function &function = *static_cast<const Function *>(info.Data());
	Call call(info);
	Frame frame(call.addon);

	if (function.target != SLOT_FREE) {
		int outcome = find_target(call, function);

		if (outcome)
			return call.outcome(outcome);
	}
	return function.call(call);
}

static bool define_functions(Napi::Env env, Napi::Object exports, Functions functions)
{
	for (size_t i = 0; i < functions.count; i++) {
		const Function &function = functions.first[i];
		Napi::Function value = Napi::Function::New<call_function>(env, function.name,
									  const_cast<Function *>(&function));

		if (!exports.Set(function.name, value))
			return false;
	}
	return true;
}

/* The array of one word that functions answer words in: it lives as long as the environment. */
static bool define_word(struct addon *addon, Napi::Env env, Napi::Object exports)
{
	Napi::BigUint64Array array = Napi::BigUint64Array::New(env, 1);

	if (array.IsEmpty() || napi_create_reference(env, array, 1, &addon->word_array) != napi_ok)
		return false;
	addon->word = array.Data();
	return exports.Set("word", array);
}

/* For fuzzers of other addons. */
static bool define_functions_here(Napi::Env env, Napi::Object exports)
{
	Napi::Object functions = Napi::Object::New(env);

	return tag_functions(functions, fuzzer_functions_here()) && exports.Set("other", functions);
}

static bool fill_exports(struct addon *addon, Napi::Env env, Napi::Object exports)
{
	return define_word(addon, env, exports) && define_functions_here(env, exports) &&
	       operations_define(addon, exports) && accesses_define(addon, exports) &&
	       define_functions(env, exports, machine_functions()) &&
	       define_functions(env, exports, callback_functions()) &&
	       define_functions(env, exports, inspect_functions()) &&
	       define_functions(env, exports, tracing_functions()) &&
	       define_functions(env, exports, fuzzer_functions());
}

/* Runs before the environment ends, also when a worker is terminated. Finds nothing to do the second time. */
static void close_all(void *data)
{
	struct addon *addon = static_cast<struct addon *>(data);
	Frame frame(addon);

	addon_close_all(addon);
}

static void addon_free(Napi::Env env, struct addon *addon)
{
	close_all(addon);
	if (addon->word_array)
		napi_delete_reference(env, addon->word_array);
	memory_free(addon->slots);
	memory_free(addon->operations);
	memory_free(addon);
}

static Napi::Object init(Napi::Env env, Napi::Object exports)
{
	struct addon *addon = static_cast<struct addon *>(memory_take(1, sizeof(*addon)));

	if (addon) {
		addon->env = env;
		env.SetInstanceData<struct addon, addon_free>(addon);
	}
	if (!addon || napi_add_env_cleanup_hook(env, close_all, addon) != napi_ok || !fill_exports(addon, env, exports))
		Napi::Error::New(env, "s390-gmap: no memory to load the addon").ThrowAsJavaScriptException();
	return exports;
}

NODE_API_MODULE(NODE_GYP_MODULE_NAME, init)
