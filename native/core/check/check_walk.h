/* SPDX-License-Identifier: GPL-2.0-only */
/* Going through region and segment tables. */
#ifndef S390_GMAP_CHECK_WALK_H
#define S390_GMAP_CHECK_WALK_H

#include "core/check/check_found.h"

enum check_level { CHECK_SEGMENT, CHECK_REGION3, CHECK_REGION2, CHECK_REGION1 };

/* A walk through region and segment tables, from low to high addresses. */
struct check_walk {
	struct check *c;
	const char *name; /* whose tables */
	/* each table, before its entries; `address` is the lowest one that it covers */
	bool (*table)(struct check_walk *walk, u64 table, enum check_level level, u64 address);
	/* each segment entry that is not empty */
	bool (*segment)(struct check_walk *walk, entry_t *entry, u64 value, u64 address);
	void *context;
};

/* Entries that are compared at once: most of a table is empty. */
#define CHECK_BLOCK 32

/* The first one is, and each is like the one before it: nothing is faster than memcmp(). */
static inline bool check_entries_are(const entry_t *entry, size_t count, u64 value)
{
	return entry_get(entry) == value && !memcmp(entry, entry + 1, (count - 1) * sizeof(*entry));
}

/* Region entries must be empty or valid to the last bit (I4); then visits what is below. */
bool check_tables(struct check_walk *walk, u64 asce);

#endif
