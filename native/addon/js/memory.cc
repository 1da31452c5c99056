// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the addon needs of a C++ runtime. It is linked without one: a shared libstdc++ would have to be there, and a static
 * one asks for a newer glibc than everything else here does.
 *
 * Nothing of ours is made by `new`: memory comes from core/machine/memory.h, and its lack is an outcome: OUTCOME_NO_MEMORY,
 * ERR_GMAP_MEMORY for the user. That leaves node-addon-api, which takes some bytes for a call with more than six arguments,
 * which lib/ never makes. There nothing can be answered any more.
 */
#include <new>

#include <node_api.h>

#include "core/machine/memory.h"

/* With MSVC its library is a part of each program. */
#ifndef _MSC_VER
static void *allocate(std::size_t size)
{
	void *memory = memory_grow(nullptr, size ? size : 1);

	if (!memory)
		napi_fatal_error("s390-gmap", NAPI_AUTO_LENGTH, "no memory for the arguments of a call",
				 NAPI_AUTO_LENGTH);
	return memory;
}

void *operator new(std::size_t size)
{
	return allocate(size);
}

void *operator new[](std::size_t size)
{
	return allocate(size);
}

void operator delete(void *memory) noexcept
{
	memory_free(memory);
}

void operator delete[](void *memory) noexcept
{
	memory_free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
	memory_free(memory);
}

void operator delete[](void *memory, std::size_t) noexcept
{
	memory_free(memory);
}
#endif
