/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers that are the same on every machine for the same seed: splitmix64. */
#ifndef S390_GMAP_RANDOM_H
#define S390_GMAP_RANDOM_H

#include "core/machine/types.h"

static inline u64 random_next(u64 *state)
{
	u64 x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* A number from 0 to end - 1. `end` is at most 2^32: no division. */
static inline u32 random_below(u64 *state, u32 end)
{
	return (u32)((random_next(state) >> 32) * end >> 32);
}

static inline bool one_in(u64 *state, u32 n)
{
	return random_below(state, n) == 0;
}

static inline u64 pick_from(u64 *state, const u64 *from, size_t count)
{
	return from[random_below(state, (u32)count)];
}

#define PICK(state, ...) \
	pick_from((state), (const u64[]){ __VA_ARGS__ }, sizeof((const u64[]){ __VA_ARGS__ }) / sizeof(u64))

#endif
