/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for the kernel structures that live outside of storage. Objects have fixed addresses; a freed
 * object is the next one to be handed out, as its owner left it but for the first word, which the new owner
 * must set; one that was never used is all zero.
 */
#ifndef S390_GMAP_POOL_H
#define S390_GMAP_POOL_H

#include "core/machine/types.h"

struct machine;

enum pool_kind {
	POOL_MM,
	POOL_GMAP,
	POOL_VMA,
	POOL_RADIX_NODE,
	POOL_FILE,
#ifdef OWN_CODE
	POOL_OBJECT, /* what else a tree's own code allocates */
#endif
	POOL_KINDS
};

#ifdef OWN_CODE
#define OWN_OBJECT_SIZE 64
#endif

struct pool {
	size_t size; /* of one object, bytes */
	size_t chunk_objects;
	size_t chunks;
	size_t chunk_capacity;
	u8 **chunk;
};

struct pool_state {
	u64 used; /* objects that were ever handed out */
	void *free;
	u64 live;
};

void pools_init(struct machine *m, const size_t object_size[POOL_KINDS]);
void pools_destroy(struct machine *m);
/* Gives the chunks back that no object lies in, if they are many. Nothing can be undone any more. */
void pools_trim(struct machine *m);
/* All objects become free and zero. */
void pools_boot(struct machine *m);
/*
 * Returns NULL when the machine's storage limit, which pools count against, is reached. Without memory of the process the
 * call ends, see memory.h.
 */
void *pool_alloc(struct machine *m, enum pool_kind kind);
void pool_free(struct machine *m, enum pool_kind kind, void *object);
/* The i-th object of a pool. */
static inline u8 *pool_at(const struct pool *pool, size_t i)
{
	return pool->chunk[i / pool->chunk_objects] + i % pool->chunk_objects * pool->size;
}
/* Which object, used or free, a word lies in; SIZE_MAX if it lies in none. */
size_t pool_index(const struct pool *pool, const void *word);
/* The same: the object; NULL if it lies in none of this kind. */
const void *pool_object(const struct machine *m, enum pool_kind kind, const void *word);

#endif
