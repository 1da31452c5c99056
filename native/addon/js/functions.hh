/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions that JavaScript sees, but for those of hot/, in tables by part. */
#ifndef S390_GMAP_ADDON_FUNCTIONS_HH
#define S390_GMAP_ADDON_FUNCTIONS_HH

#include "addon/js/call.hh"

struct Function {
	const char *name;
	enum slot_kind target; /* what its first argument, a handle, names; SLOT_FREE: it has none */
	bool in_callback;      /* allowed while a JavaScript callback of the machine runs */
	Napi::Value (*call)(Call &call);
};

struct Functions {
	const Function *first;
	size_t count;
};

Functions machine_functions();
Functions callback_functions();
Functions inspect_functions();
Functions tracing_functions();
Functions fuzzer_functions();

template <size_t N>
Functions functions_of(const Function (&functions)[N])
{
	return { functions, N };
}

#endif
