/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine's whole state, to be held against what it is after a restore. */
#ifndef S390_GMAP_TEST_IMAGE_H
#define S390_GMAP_TEST_IMAGE_H

#include <stdlib.h>

#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/machine.h"

/* A copy of the state: the machine's words, frame descriptors, the bytes of frames in use, kernel structures. */
struct image {
	u8 *bytes;
	size_t size;
	size_t capacity;
};

static inline void image_add(struct image *image, const void *bytes, size_t size)
{
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
static inline struct image take_image(const struct machine *m, bool serials)
{
	struct image image = { 0 };
	u64 number;
	int kind;

	image_add(&image, &m->s, sizeof(m->s));
	image_add(&image, &m->stack->cpu, sizeof(m->stack->cpu));
	for (number = 0; number < m->storage.size >> FRAME_SHIFT; number++)
		image_add_frame(&image, m, frame_at(m, m->storage.origin + (number << FRAME_SHIFT)), serials);
	for (kind = 0; kind < POOL_KINDS; kind++) {
		const struct pool *pool = &m->pool[kind];
		size_t used = m->s.pool[kind].used;

		for (number = 0; number < used; number++)
			image_add(&image,
				  pool->chunk[number / pool->chunk_objects] + number % pool->chunk_objects * pool->size,
				  pool->size);
	}
	return image;
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
