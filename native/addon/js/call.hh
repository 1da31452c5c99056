/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A call from JavaScript: its arguments and its answer. An argument that will not do is remembered, and reads as zero:
 *
 *	uint64_t absolute = call.word(1);
 *	Copy program(call, 2);
 *
 *	if (call.wrong())
 *		return call.outcome(call.wrong());
 */
#ifndef S390_GMAP_ADDON_CALL_HH
#define S390_GMAP_ADDON_CALL_HH

#include "addon/js/napi.hh"

#include "addon/model/model.h"

struct bytes {
	uint8_t *data;
	size_t length;
};

struct words {
	uint64_t *data;
	size_t count;
};

class Call
{
public:
	explicit Call(const Napi::CallbackInfo &from)
	    : info(from), env(from.Env()), addon(from.Env().GetInstanceData<struct addon>())
	{
	}

	/* A bigint from 0 to 2^64 - 1. */
	uint64_t word(size_t index);
	/* A whole number from 0 to max, which is at most MAX_WHOLE. */
	uint64_t count(size_t index, uint64_t max = MAX_WHOLE);
	/* 0 or 1. */
	bool flag(size_t index);
	/* A text of less than `size` bytes. */
	void text(size_t index, char *buffer, size_t size);
	/* A Uint8Array, or a BigUint64Array, that lib/ made to be filled. What a caller wrote: class Copy. */
	struct bytes room(size_t index);
	struct words words(size_t index);
	/* What tag_functions() of any addon of this package has put into an object; nullptr of undefined. */
	const void *functions(size_t index);
	/* The fields of an object, as options.def has them. */
	struct machine_setup machine_setup(size_t index);
	struct fuzzer_setup fuzzer_setup(size_t index);

	/* The outcome for the first argument that will not do; OUTCOME_OK: all will. */
	int wrong() const
	{
		return first_wrong;
	}

	Napi::Value outcome(int value) const
	{
		return Napi::Number::New(env, value);
	}

	Napi::Value number(double value) const
	{
		return Napi::Number::New(env, value);
	}

	/* The answer as an object, as answers.def has it. */
	template <typename Answer>
	Napi::Value object(const Answer &answer) const
	{
		Napi::Object result = Napi::Object::New(env);

		set_fields(result, answer);
		return result;
	}

	/* Two answers as one object. */
	template <typename Answer, typename More>
	Napi::Value object(const Answer &answer, const More &more) const
	{
		Napi::Object result = Napi::Object::New(env);

		set_fields(result, answer);
		set_fields(result, more);
		return result;
	}

	const Napi::CallbackInfo &info;
	const Napi::Env env;
	struct addon *const addon;
	/* What the first argument names, if the function has a handle there. */
	struct target target = {};

private:
	friend class Copy;

	void refuse(int outcome)
	{
		if (!first_wrong)
			first_wrong = outcome;
	}

	uint64_t word_of(Napi::Value value, size_t index);
	uint64_t count_of(Napi::Value value, size_t index, uint64_t max);
	bool flag_of(Napi::Value value, size_t index);

	int first_wrong = OUTCOME_OK;

#define ANSWER(name) static void set_fields(Napi::Object object, const struct name &from);
#define WORD(field, js)
#define COUNT(field, js)
#define FLAG(field, js)
#define TEXT(field, js)
#define END(name)
#include "abi/answers.def"
#undef ANSWER
#undef WORD
#undef COUNT
#undef FLAG
#undef TEXT
#undef END
};

/*
 * What a caller's Uint8Array holds, in memory of our own: the only way to what callers wrote. Theirs is read once, here. It may
 * be shared with a worker that writes to it, and a callback may take it away.
 */
class Copy
{
public:
	Copy(Call &call, size_t index);
	~Copy();
	Copy(const Copy &) = delete;
	Copy &operator=(const Copy &) = delete;

	const size_t length;
	uint8_t *const data;

private:
	Copy(Call &call, struct bytes bytes);
};

/* Puts the functions of this addon into an object, for Call::functions() of another. */
bool tag_functions(Napi::Object object, const void *functions);

#endif
