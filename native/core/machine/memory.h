/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the process that runs the model, and the only place in native/ where it is taken: scripts/lint-memory.mjs holds
 * all other files to that.
 *
 * Three kinds of "no memory" are told apart. A failure that a program orders (inject.h) and storage that is used up
 * (storage.h, pool.h) are the kernel's, and calls answer its errnos. That the process has none is nobody's finding: these
 * functions answer NULL, and who needed the memory in a call on a machine ends it by BUG_host_memory. The machine is dead
 * then, and resets and restores as after any BUG.
 *
 * C and C++ may include this header.
 */
#ifndef S390_GMAP_MEMORY_H
#define S390_GMAP_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All zero. */
void *memory_take(size_t count, size_t size);
/* With what was there; the rest is undefined. On NULL `memory` is what it was. */
void *memory_grow(void *memory, size_t bytes);
/* NULL is none. */
void memory_free(void *memory);
/* After much was freed: gives it back to the system, where that does not happen by itself. */
void memory_trim(void);

/* All zero, begins at a page, and costs nothing until it is touched. */
void *memory_reserve(size_t bytes);
void memory_release(void *memory, size_t bytes);
/* Gives the pages of a part of it back to the system, where that can be: what they held is lost, or is not. */
void memory_drop(void *memory, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
