/* SPDX-License-Identifier: GPL-2.0-only */
/* Words, errors and the few compiler helpers that the core uses. */
#ifndef S390_GMAP_TYPES_H
#define S390_GMAP_TYPES_H

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

static_assert(sizeof(void *) == 8, "the model needs a 64-bit host: every word of its state is 64 bits");

/*
 * Linux's numbers on s390, which need not be this system's. Whoever includes <errno.h> later finds it included, and a new
 * row of errno.def does not compile until it is here.
 */
#undef EPERM
#undef ENOENT
#undef EAGAIN
#undef ENOMEM
#undef EACCES
#undef EFAULT
#undef EBUSY
#undef EEXIST
#undef EINVAL
#undef EOVERFLOW
#undef EHWPOISON
enum {
#define ERRNO(name, number, text) name = number,
#include "abi/errno.def"

#undef ERRNO
	MAX_ERRNO = 4095
};

/* an error as an unsigned word: 2^64-4095 to 2^64-1 */
#define ERROR_WORD(errno_value) ((u64) - (s64)(errno_value))

static inline bool is_error_word(u64 word)
{
	return word >= ERROR_WORD(MAX_ERRNO);
}

#if defined(__GNUC__) || defined(__clang__)
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define noinline __attribute__((noinline))
#define noreturn_fn __attribute__((noreturn))
#define format_fn(at, first) __attribute__((format(printf, at, first)))
#else
#define likely(x) (x)
#define unlikely(x) (x)
#define noinline
#define noreturn_fn
#define format_fn(at, first)
#endif

#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* Storage is big-endian, programs and observations are little-endian. */
static inline u64 swap64(u64 v)
{
#if defined(__GNUC__) || defined(__clang__)
	return __builtin_bswap64(v);
#else
	v = (v & 0x00ff00ff00ff00ffULL) << 8 | (v >> 8 & 0x00ff00ff00ff00ffULL);
	v = (v & 0x0000ffff0000ffffULL) << 16 | (v >> 16 & 0x0000ffff0000ffffULL);
	return v << 32 | v >> 32;
#endif
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HOST_BIG_ENDIAN 1
#else
#define HOST_BIG_ENDIAN 0
#endif

/* A tree's own code (OWN_CODE) stores entries as its host does: it knows of no other order. */
static inline u64 be64(u64 v)
{
#ifdef OWN_CODE
	return v;
#else
	return HOST_BIG_ENDIAN ? v : swap64(v);
#endif
}

static inline u64 le64(u64 v)
{
	return HOST_BIG_ENDIAN ? swap64(v) : v;
}

#endif
