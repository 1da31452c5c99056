// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE /* mmap's flags, madvise */
#include "core/machine/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

void *memory_take(size_t count, size_t size)
{
	return calloc(count, size);
}

void *memory_grow(void *memory, size_t bytes)
{
	return realloc(memory, bytes);
}

void memory_free(void *memory)
{
	free(memory);
}

void memory_trim(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

/* A test says that there is no mmap, to see the other way too. */
#if (defined(__unix__) || defined(__APPLE__)) && !defined(MEMORY_WITHOUT_MMAP)
#include <sys/mman.h>
#include <unistd.h>
#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

#define RESERVED (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

#if defined(OWN_CODE) && defined(MAP_FIXED_NOREPLACE)
/*
 * Absolute addresses are these, and are shown to people: the first machines of a process get the same ones in each run. Nothing else
 * is put there by systems or sanitizers. That of threads knows only memory of some ranges.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FIRST_PLACE ((uintptr_t)0x7e8000000000)
#endif
#endif
#ifndef FIRST_PLACE
#define FIRST_PLACE ((uintptr_t)1 << 45)
#endif
#define PLACE_SIZE ((uintptr_t)1 << 32)
#define PLACES 64

static void *reserve_at_a_place(size_t bytes)
{
	uintptr_t place;

	for (place = 0; place < PLACES && bytes <= PLACE_SIZE; place++) {
		void *at = (void *)(FIRST_PLACE + place * PLACE_SIZE);
		void *memory = mmap(at, bytes, PROT_READ | PROT_WRITE, RESERVED | MAP_FIXED_NOREPLACE, -1, 0);

		/* systems that do not know the flag put it elsewhere */
		if (memory == at)
			return memory;
		if (memory != MAP_FAILED)
			munmap(memory, bytes);
	}
	return NULL;
}
#else
static void *reserve_at_a_place(size_t bytes)
{
	(void)bytes;
	return NULL;
}
#endif

void *memory_reserve(size_t bytes)
{
	void *memory = reserve_at_a_place(bytes);

	if (!memory)
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, RESERVED, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

void memory_release(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}

void memory_drop(void *memory, size_t bytes)
{
#ifdef __linux__
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)memory + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)memory + bytes) & ~(page - 1);

	if (from < end)
		madvise((void *)from, end - from, MADV_DONTNEED);
#else
	(void)memory;
	(void)bytes;
#endif
}
#else
#define PAGE 4096u

/* The same where calloc leaves untouched memory alone: it keeps where its memory really begins in front of it. */
void *memory_reserve(size_t bytes)
{
	char *begin = memory_take(1, bytes + PAGE + sizeof(begin));
	char *memory;

	if (!begin)
		return NULL;
	memory = begin + sizeof(begin);
	memory += -(uintptr_t)memory & (PAGE - 1);
	memcpy(memory - sizeof(begin), &begin, sizeof(begin));
	return memory;
}

void memory_release(void *memory, size_t bytes)
{
	char *begin;

	(void)bytes;
	if (!memory)
		return;
	memcpy(&begin, (char *)memory - sizeof(begin), sizeof(begin));
	free(begin);
}

void memory_drop(void *memory, size_t bytes)
{
	(void)memory;
	(void)bytes;
}
#endif
