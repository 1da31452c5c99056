// SPDX-License-Identifier: GPL-2.0-only
#define _DEFAULT_SOURCE /* mmap's flags, madvise */
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

void *memory_reserve(size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

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
