// SPDX-License-Identifier: GPL-2.0-only
#include "addon/js/call.hh"

#include <cstring>

#include "core/machine/memory.h"

uint64_t Call::word_of(Napi::Value value, size_t index)
{
	bool lossless = false;
	uint64_t word;

	if (!value.IsBigInt()) {
		refuse(WRONG_TYPE(index));
		return 0;
	}
	word = value.As<Napi::BigInt>().Uint64Value(&lossless);
	if (!lossless)
		refuse(OUT_OF_RANGE(index));
	return lossless ? word : 0;
}

uint64_t Call::count_of(Napi::Value value, size_t index, uint64_t max)
{
	double number;

	if (!value.IsNumber()) {
		refuse(WRONG_TYPE(index));
		return 0;
	}
	number = value.As<Napi::Number>().DoubleValue();
	/* the comparison is false for NaN too */
	if (!(number >= 0 && number <= static_cast<double>(max)) ||
	    number != static_cast<double>(static_cast<uint64_t>(number))) {
		refuse(OUT_OF_RANGE(index));
		return 0;
	}
	return static_cast<uint64_t>(number);
}

bool Call::flag_of(Napi::Value value, size_t index)
{
	if (!value.IsBoolean()) {
		refuse(WRONG_TYPE(index));
		return false;
	}
	return value.As<Napi::Boolean>();
}

uint64_t Call::word(size_t index)
{
	return word_of(info[index], index);
}

uint64_t Call::count(size_t index, uint64_t max)
{
	return count_of(info[index], index, max);
}

bool Call::flag(size_t index)
{
	return count(index, 1) != 0;
}

void Call::text(size_t index, char *buffer, size_t size)
{
	size_t length = 0;

	/* a text that is longer comes out cut off, which is no name that anybody knows */
	if (napi_get_value_string_utf8(env, info[index], buffer, size, &length) != napi_ok) {
		buffer[0] = '\0';
		refuse(WRONG_TYPE(index));
	}
}

/* Whoever has this has the functions of core/program/other.h, of some version. */
static const napi_type_tag functions_tag = { 0x6b1f0c2d9a774e53, 0xb5e0d2f48c1a3967 };

bool tag_functions(Napi::Object object, const void *functions)
{
	napi_env env = object.Env();

	return napi_type_tag_object(env, object, &functions_tag) == napi_ok &&
	       napi_wrap(env, object, const_cast<void *>(functions), nullptr, nullptr, nullptr) == napi_ok;
}

const void *Call::functions(size_t index)
{
	Napi::Value value = info[index];
	bool is_tagged = false;
	void *found = nullptr;

	if (value.IsUndefined())
		return nullptr;
	if (!value.IsObject() || napi_check_object_type_tag(env, value, &functions_tag, &is_tagged) != napi_ok ||
	    !is_tagged || napi_unwrap(env, value, &found) != napi_ok)
		refuse(WRONG_TYPE(index));
	return found;
}

struct bytes Call::room(size_t index)
{
	Napi::Value value = info[index];

	if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
		refuse(WRONG_TYPE(index));
		return {};
	}
	Napi::Uint8Array array = value.As<Napi::Uint8Array>();
	return { array.Data(), array.ByteLength() };
}

struct words Call::words(size_t index)
{
	Napi::Value value = info[index];

	if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_biguint64_array) {
		refuse(WRONG_TYPE(index));
		return {};
	}
	Napi::BigUint64Array array = value.As<Napi::BigUint64Array>();
	return { array.Data(), array.ElementLength() };
}

static uint8_t *copy_of(struct bytes bytes)
{
	void *copy = memory_grow(nullptr, bytes.length ? bytes.length : 1);

	if (copy && bytes.length)
		std::memcpy(copy, bytes.data, bytes.length);
	return static_cast<uint8_t *>(copy);
}

Copy::Copy(Call &call, size_t index) : Copy(call, call.room(index))
{
}

Copy::Copy(Call &call, struct bytes bytes) : length(bytes.length), data(copy_of(bytes))
{
	if (!data)
		call.refuse(OUTCOME_NO_MEMORY);
}

Copy::~Copy()
{
	memory_free(data);
}

/* From objects to the structs of options.def. */
#define OPTIONS(name)                              \
	struct name Call::name(size_t index)       \
	{                                          \
		Napi::Value value = info[index];   \
		struct name options = {};          \
                                                   \
		if (!value.IsObject()) {           \
			refuse(WRONG_TYPE(index)); \
			return options;            \
		}                                  \
		Napi::Object object = value.As<Napi::Object>();
#define WORD(field, js) options.field = word_of(object.Get(#js), index);
#define COUNT(field, js) options.field = count_of(object.Get(#js), index, MAX_WHOLE);
#define FLAG(field, js) options.field = flag_of(object.Get(#js), index);
#define END(name)       \
	return options; \
	}
#include "abi/options.def"
#undef OPTIONS
#undef WORD
#undef COUNT
#undef FLAG
#undef END

/* From the structs of answers.def to objects. */
#define ANSWER(name)                                                        \
	void Call::set_fields(Napi::Object object, const struct name &from) \
	{
#define WORD(field, js) object.Set(#js, Napi::BigInt::New(object.Env(), from.field));
#define COUNT(field, js) object.Set(#js, static_cast<double>(from.field));
#define FLAG(field, js) object.Set(#js, from.field);
#define TEXT(field, js) object.Set(#js, from.field);
#define END(name) }
#include "abi/answers.def"
#undef ANSWER
#undef WORD
#undef COUNT
#undef FLAG
#undef TEXT
#undef END
