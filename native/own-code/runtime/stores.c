// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hooks that compilers put before each store: clang's (trace-stores), or those of the thread sanitizer (gcc), whose reads come
 * along. What is stored to is noted, or refused if it is none of the machine's memory.
 */
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

static bool is_object(const struct machine *m, const void *address)
{
	return pool_object(m, POOL_GMAP, address) || pool_object(m, POOL_MM, address) ||
	       pool_object(m, POOL_VMA, address) || pool_object(m, POOL_OBJECT, address);
}

#ifdef OWN_COUNTED
extern char __data_start[], _end[];

/* The only data that such a program's code has of its own are the counters of its lines. */
static bool is_counter(const void *address)
{
	return (const char *)address >= __data_start && (const char *)address < _end;
}
#else
static bool is_counter(const void *address)
{
	(void)address;
	return false;
}
#endif

/* Not in storage: a local of the tree's code, a descriptor of a frame, an object, or the machine itself. False: a local. */
static noinline bool is_noted(struct machine *m, const void *address)
{
	/* between here and where the tree's code was entered */
	if ((const char *)address >= (const char *)__builtin_frame_address(0) && (const char *)address < own->stack)
		return false;
	if ((const char *)address >= (const char *)own && (const char *)address < (const char *)(own + 1))
		return false;
	if (is_counter(address))
		return false;
	if (frame_of_word(m, address) || (uintptr_t)address - (uintptr_t)m < sizeof(*m) || is_object(m, address))
		return true;
	machine_bug(m, BUG_own_access, "a store to %p, which is not the machine's", address);
}

static inline void note(void *address)
{
	struct machine *m = own_machine();

	if (likely((uintptr_t)address - m->storage.origin < m->storage.size) || is_noted(m, address))
		undo_note(m, (void *)((uintptr_t)address & ~(uintptr_t)7));
}

void own_note_range(void *address, size_t bytes)
{
	struct machine *m = own_machine();
	uintptr_t first = (uintptr_t)address & ~(uintptr_t)7;
	uintptr_t end = ((uintptr_t)address + bytes + 7) & ~(uintptr_t)7;

	if (bytes && (storage_has_range(m, first, end - first) || is_noted(m, address)))
		undo_note_range(m, (void *)first, (end - first) / 8);
}

#define HOOK(name)                        \
	void linux_##name(void *address); \
	void linux_##name(void *address)  \
	{                                 \
		note(address);            \
	}
#define HOOK16(name)                      \
	void linux_##name(char *address); \
	void linux_##name(char *address)  \
	{                                 \
		note(address);            \
		note(address + 8);        \
	}
#define NOTHING(name)                     \
	void linux_##name(void *address); \
	void linux_##name(void *address)  \
	{                                 \
		(void)address;            \
	}

HOOK(__sanitizer_cov_store1)
HOOK(__sanitizer_cov_store2)
HOOK(__sanitizer_cov_store4)
HOOK(__sanitizer_cov_store8)
HOOK16(__sanitizer_cov_store16)

HOOK(__tsan_write1)
HOOK(__tsan_write2)
HOOK(__tsan_write4)
HOOK(__tsan_write8)
HOOK(__tsan_unaligned_write2)
HOOK(__tsan_unaligned_write4)
HOOK(__tsan_unaligned_write8)
HOOK16(__tsan_write16)
HOOK16(__tsan_unaligned_write16)
HOOK(__tsan_read_write1)
HOOK(__tsan_read_write2)
HOOK(__tsan_read_write4)
HOOK(__tsan_read_write8)
NOTHING(__tsan_read1)
NOTHING(__tsan_read2)
NOTHING(__tsan_read4)
NOTHING(__tsan_read8)
NOTHING(__tsan_read16)
NOTHING(__tsan_unaligned_read2)
NOTHING(__tsan_unaligned_read4)
NOTHING(__tsan_unaligned_read8)
NOTHING(__tsan_unaligned_read16)
NOTHING(__tsan_func_entry)

/* clang tells of stores only where it tells of functions too */
void linux___sanitizer_cov_trace_pc(void)
{
}

void linux___tsan_func_exit(void)
{
}

void linux___tsan_init(void)
{
}

void linux___tsan_write_range(void *address, size_t bytes)
{
	own_note_range(address, bytes);
}

void linux___tsan_read_range(void *address, size_t bytes)
{
	(void)address;
	(void)bytes;
}

/* What fills and copies, called by the tree or put in by the compiler. */
void *linux_memset(void *to, int byte, size_t bytes)
{
	own_note_range(to, bytes);
	return memset(to, byte, bytes);
}

void *linux_memcpy(void *to, const void *from, size_t bytes)
{
	own_note_range(to, bytes);
	return memcpy(to, from, bytes);
}

void *linux_own_memset(void *to, int byte, size_t bytes)
{
	return linux_memset(to, byte, bytes);
}

void *linux_own_memcpy(void *to, const void *from, size_t bytes)
{
	return linux_memcpy(to, from, bytes);
}

void linux_own_copy(void *to, const void *from, u64 bytes)
{
	linux_memcpy(to, from, bytes);
}

void linux_own_fill(void *to, int byte, u64 bytes)
{
	linux_memset(to, byte, bytes);
}

/* Tables are filled so, which the log need not keep if they are new. */
void linux_own_memset64(u64 *to, u64 value, size_t words)
{
	struct machine *m = own_machine();

	if (storage_has_range(m, (uintptr_t)to, words * sizeof(u64)))
		storage_fill(m, (uintptr_t)to, words, value);
	else
		machine_bug(m, BUG_own_access, "%zu words at %p are filled, which are not the machine's", words,
			    (void *)to);
}
