// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/pool.h"

#include "core/machine/machine.h"
#include "core/machine/memory.h"

#define CHUNK_BYTES ((size_t)16 * 1024)

void pools_init(struct machine *m, const size_t object_size[POOL_KINDS])
{
	int kind;

	for (kind = 0; kind < POOL_KINDS; kind++) {
		m->pool[kind].size = object_size[kind];
		m->pool[kind].chunk_objects = CHUNK_BYTES / object_size[kind];
	}
}

void pools_destroy(struct machine *m)
{
	int kind;

	for (kind = 0; kind < POOL_KINDS; kind++) {
		struct pool *pool = &m->pool[kind];

		while (pool->chunks > 0)
			memory_free(pool->chunk[--pool->chunks]);
		memory_free(pool->chunk);
	}
}

/* 1 MiB of each kind is kept. */
#define MOST_KEPT ((size_t)64)

static bool pool_trim(struct pool *pool, const struct pool_state *state)
{
	size_t used = (size_t)state->used / pool->chunk_objects + 1;
	size_t before = pool->chunks;

	while (pool->chunks > used && pool->chunks > MOST_KEPT)
		memory_free(pool->chunk[--pool->chunks]);
	return pool->chunks < before;
}

void pools_trim(struct machine *m)
{
	bool freed = false;
	int kind;

	for (kind = 0; kind < POOL_KINDS; kind++)
		freed |= pool_trim(&m->pool[kind], &m->s.pool[kind]);
	if (freed)
		memory_trim();
}

void pools_boot(struct machine *m)
{
	int kind;

	for (kind = 0; kind < POOL_KINDS; kind++) {
		struct pool *pool = &m->pool[kind];
		size_t used = m->s.pool[kind].used;
		size_t i;

		for (i = 0; i * pool->chunk_objects < used; i++)
			memset(pool->chunk[i], 0, pool->chunk_objects * pool->size);
		m->s.pool[kind] = (struct pool_state){ 0 };
	}
}

static bool add_chunk(struct pool *pool)
{
	u8 *chunk;

	if (pool->chunks == pool->chunk_capacity) {
		size_t capacity = pool->chunk_capacity ? 2 * pool->chunk_capacity : 4;
		u8 **grown = memory_grow(pool->chunk, capacity * sizeof(*grown));

		if (!grown)
			return false;
		pool->chunk = grown;
		pool->chunk_capacity = capacity;
	}
	chunk = memory_take(pool->chunk_objects, pool->size);
	if (!chunk)
		return false;
	pool->chunk[pool->chunks++] = chunk;
	return true;
}

static u64 bytes_of_objects(const struct machine *m)
{
	u64 bytes = 0;
	int kind;

	for (kind = 0; kind < POOL_KINDS; kind++)
		bytes += m->s.pool[kind].live * m->pool[kind].size;
	return bytes;
}

void *pool_alloc(struct machine *m, enum pool_kind kind)
{
	struct pool *pool = &m->pool[kind];
	struct pool_state *state = &m->s.pool[kind];
	void *object = state->free;

	if (object) {
		/* the first word of a free object links to the next one; its new owner overwrites it */
		SET(m, state->free, *(void **)object);
	} else {
		/* looked at for each new chunk's worth only: a sum over pools is not for every call */
		if (state->used % pool->chunk_objects == 0 &&
		    bytes_of_objects(m) + m->s.storage.frames_used * FRAME_SIZE > m->storage.size) {
			event(m, EVENT_FAILURE, INJECT_none, 0, 0);
			return NULL;
		}
		if (state->used == pool->chunks * pool->chunk_objects && !add_chunk(pool))
			machine_bug(m, BUG_host_memory, "%llu objects of a kind", (unsigned long long)state->used);
		object = pool_at(pool, state->used);
		SET(m, state->used, state->used + 1);
	}
	SET(m, state->live, state->live + 1);
	return object;
}

void pool_free(struct machine *m, enum pool_kind kind, void *object)
{
	struct pool_state *state = &m->s.pool[kind];

	SET(m, *(void **)object, state->free);
	SET(m, state->free, object);
	SET(m, state->live, state->live - 1);
}

size_t pool_index(const struct pool *pool, const void *word)
{
	uintptr_t bytes = pool->chunk_objects * pool->size;
	size_t i = pool->chunks;

	/* the newest first: that is where a program works which has made many */
	while (i--) {
		uintptr_t offset = (uintptr_t)word - (uintptr_t)pool->chunk[i];

		if (offset < bytes)
			return i * pool->chunk_objects + offset / pool->size;
	}
	return SIZE_MAX;
}

const void *pool_object(const struct machine *m, enum pool_kind kind, const void *word)
{
	size_t i = pool_index(&m->pool[kind], word);

	return i == SIZE_MAX ? NULL : pool_at(&m->pool[kind], i);
}
