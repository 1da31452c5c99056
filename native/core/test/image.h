/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine's whole state, to be held against what it is after a restore. */
#ifndef S390_GMAP_TEST_IMAGE_H
#define S390_GMAP_TEST_IMAGE_H

#include <stdlib.h>

#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/machine.h"

/*
 * A copy of the state: the machine's words, frame descriptors, the bytes of frames in use, kernel structures. Or, without a copy,
 * the place where the state is not what `held` has.
 */
struct image {
	u8 *bytes;
	size_t size;
	size_t capacity;
	const struct image *held;
	size_t difference;
};

static inline void image_hold(struct image *image, const u8 *bytes, size_t size)
{
	const struct image *held = image->held;
	size_t i;

	if (image->difference != SIZE_MAX)
		return;
	if (image->size + size <= held->size && memcmp(held->bytes + image->size, bytes, size) == 0)
		return;
	for (i = 0; image->size + i < held->size && held->bytes[image->size + i] == bytes[i]; i++)
		;
	image->difference = image->size + i;
}

static inline void image_add(struct image *image, const void *bytes, size_t size)
{
	if (image->held) {
		image_hold(image, bytes, size);
		image->size += size;
		return;
	}
	if (image->size + size > image->capacity) {
		image->capacity = 2 * (image->size + size);
		image->bytes = realloc(image->bytes, image->capacity);
		if (!image->bytes)
			exit(1);
	}
	memcpy(image->bytes + image->size, bytes, size);
	image->size += size;
}

static inline void image_add_frame(struct image *image, const struct machine *m, const struct frame *frame,
				   bool serials)
{
	u64 address = frame_number(m, frame) << FRAME_SHIFT;
	u64 size = FRAME_SIZE, i;
	struct frame copy = *frame;

	if (!serials)
		copy.freed = copy.fresh = 0;
	image_add(image, &copy, sizeof(copy));
	switch (frame_kind(frame)) {
	case FRAME_FREE:
		/* its bytes are nobody's; those of tails belong to the first frame of their block */
		return;
	case FRAME_HUGE:
		for (i = 0; i < PTRS_PER_PTE; i++)
			if (!(frame[i].flags & FRAME_BLANK))
				image_add(image, entry_at(m, address + i * FRAME_SIZE), FRAME_SIZE);
		return;
	case FRAME_CRST:
		size = CRST_SIZE;
		break;
	default:
		break;
	}
	if (!(frame->flags & FRAME_BLANK))
		image_add(image, entry_at(m, address), size);
}

/*
 * Serials of snapshots say what the undo log need not keep. A restore brings them back; a reset that builds the
 * machine anew does not, for they are never used twice.
 */
static inline void image_add_all(struct image *image, const struct machine *m, bool serials)
{
	u64 number;
	int kind;

	image_add(image, &m->s, sizeof(m->s));
	image_add(image, &m->stack->cpu, sizeof(m->stack->cpu));
	for (number = 0; number < m->storage.size >> FRAME_SHIFT; number++)
		image_add_frame(image, m, frame_at(m, m->storage.origin + (number << FRAME_SHIFT)), serials);
	for (kind = 0; kind < POOL_KINDS; kind++) {
		const struct pool *pool = &m->pool[kind];
		size_t used = m->s.pool[kind].used;

		for (number = 0; number < used; number++)
			image_add(image,
				  pool->chunk[number / pool->chunk_objects] + number % pool->chunk_objects * pool->size,
				  pool->size);
	}
}

static inline struct image take_image(const struct machine *m, bool serials)
{
	struct image image = { 0 };

	image_add_all(&image, m, serials);
	return image;
}

/* Where the state differs first from an image, and how large it is; SIZE_MAX if nowhere. */
static inline size_t state_difference(const struct machine *m, bool serials, const struct image *held, size_t *size)
{
	struct image now = { .held = held, .difference = SIZE_MAX };

	image_add_all(&now, m, serials);
	*size = now.size;
	return now.difference == SIZE_MAX && now.size < held->size ? now.size : now.difference;
}

/* Where they differ first; SIZE_MAX if nowhere. */
static inline size_t image_difference(const struct image *a, const struct image *b)
{
	size_t i;

	if (a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0)
		return SIZE_MAX;
	for (i = 0; i < a->size && i < b->size; i++)
		if (a->bytes[i] != b->bytes[i])
			return i;
	return i;
}

#endif
