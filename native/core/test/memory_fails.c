// SPDX-License-Identifier: GPL-2.0-only
/* The real functions under other names, so that those under theirs can fail. */
#define memory_take real_take
#define memory_grow real_grow
#define memory_free real_free
#define memory_reserve real_reserve
#define memory_release real_release
#include "core/machine/memory.c"
#undef memory_take
#undef memory_grow
#undef memory_free
#undef memory_reserve
#undef memory_release

#include "core/test/memory_fails.h"

void *memory_take(size_t count, size_t size);
void *memory_grow(void *memory, size_t bytes);
void memory_free(void *memory);
void *memory_reserve(size_t bytes);
void memory_release(void *memory, size_t bytes);

static bool fails(void)
{
	if (memory_test.before)
		memory_test.before();
	if (++memory_test.requests != memory_test.fails_at)
		return false;
	memory_test.failed = true;
	return true;
}

static void *counted(void *memory)
{
	memory_test.live += memory != NULL;
	return memory;
}

void *memory_take(size_t count, size_t size)
{
	return fails() ? NULL : counted(real_take(count, size));
}

void *memory_grow(void *memory, size_t bytes)
{
	if (fails())
		return NULL;
	return memory ? real_grow(memory, bytes) : counted(real_grow(NULL, bytes));
}

void memory_free(void *memory)
{
	memory_test.live -= memory != NULL;
	real_free(memory);
}

void *memory_reserve(size_t bytes)
{
	return fails() ? NULL : counted(real_reserve(bytes));
}

void memory_release(void *memory, size_t bytes)
{
	memory_test.live -= memory != NULL;
	real_release(memory, bytes);
}
