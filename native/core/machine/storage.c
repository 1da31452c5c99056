// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/storage.h"

#include "core/machine/machine.h"
#include "core/machine/memory.h"

/* A table is found from the address of one of its entries. */
static bool begins_at_frame(const void *memory)
{
	return memory && ((uintptr_t)memory & (FRAME_SIZE - 1)) == 0;
}

static size_t frames_bytes(const struct storage *st)
{
	return (size_t)(st->size >> FRAME_SHIFT) * sizeof(struct frame);
}

/*
 * Absolute addresses: from 0 on, or those of the host for code that takes the one for the other. These begin at a multiple of the
 * largest block, so that the allocator does the same wherever storage lies.
 */
#ifdef OWN_CODE
#define ALIGNMENT (FRAME_SIZE << MAX_ORDER)
static u64 choose_origin(const void *reserved)
{
	return ((uintptr_t)reserved + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}
#else
#define ALIGNMENT 0
static u64 choose_origin(const void *reserved)
{
	(void)reserved;
	return 0;
}
#endif

bool storage_init(struct storage *st, u64 size)
{
	struct frame *frames;

	st->size = size;
	st->reserved = memory_reserve((size_t)(size + ALIGNMENT));
	frames = memory_reserve(frames_bytes(st));
	if (!begins_at_frame(st->reserved) || !frames) {
		memory_release(st->reserved, (size_t)(size + ALIGNMENT));
		memory_release(frames, frames_bytes(st));
		return false;
	}
	st->origin = choose_origin(st->reserved);
	st->bytes = ALIGNMENT ? 0 : (uintptr_t)st->reserved;
	st->frames = frames - (st->origin >> FRAME_SHIFT);
	return true;
}

void storage_destroy(struct storage *st)
{
	if (!st->frames)
		return;
	memory_release(st->reserved, (size_t)(st->size + ALIGNMENT));
	memory_release(st->frames + (st->origin >> FRAME_SHIFT), frames_bytes(st));
	st->frames = NULL;
}

u64 storage_system_end(const struct machine *m)
{
	return m->storage.origin + ZERO_AREA + ZERO_AREA_SIZE;
}

void storage_boot(struct machine *m)
{
	u64 origin = m->storage.origin;
	u64 system_end = storage_system_end(m);
	u64 used_end = m->s.storage.bump ? m->s.storage.bump : system_end;
	u64 address;

	memset(frame_at(m, origin), 0, (size_t)((used_end - origin) >> FRAME_SHIFT) * sizeof(struct frame));
	/* nobody writes to the zero pages, nor to what lies between them and the lowcores */
	memset(entry_at(m, origin), 0, (size_t)m->options.cpus * LOWCORE_SIZE);
	m->s.storage = (struct storage_state){ .bump = system_end };
	for (address = origin; address < system_end; address += FRAME_SIZE)
		frame_at(m, address)->flags = FRAME_SYSTEM;
}

/* So much is kept: who resets often touches it again. */
#define MOST_KEPT ((u64)8 << 20)

void storage_trim(struct machine *m)
{
	struct storage *st = &m->storage;
	u64 from = m->s.storage.bump;

	if (st->high <= from + MOST_KEPT)
		return;
	memory_drop(entry_at(m, from), (size_t)(st->high - from));
	/* descriptors of frames that were never allocated are zero, and these are so again */
	memory_drop(frame_at(m, from), (size_t)((st->high - from) >> FRAME_SHIFT) * sizeof(struct frame));
	st->high = from;
}

static void push_free(struct machine *m, unsigned int order, u64 number)
{
	struct frame *frame = &m->storage.frames[number];

	SET(m, frame->flags, FRAME_FREE | (order ? 0 : FRAME_SINGLE));
	SET(m, frame->next, m->s.storage.free[order]);
	SET(m, m->s.storage.free[order], number);
}

/* Frames that alignment skips go to the free lists in the largest blocks that fit. */
static void skip_to(struct machine *m, u64 aligned)
{
	u64 bump = m->s.storage.bump;

	while (bump < aligned) {
		unsigned int order = (bump & (4 * FRAME_SIZE - 1)) == 0 && aligned - bump >= 4 * FRAME_SIZE ? 2 : 0;

		push_free(m, order, bump >> FRAME_SHIFT);
		bump += FRAME_SIZE << order;
	}
}

static u64 bump_alloc(struct machine *m, unsigned int order)
{
	u64 size = FRAME_SIZE << order;
	u64 address = (m->s.storage.bump + size - 1) & ~(size - 1);

	if (address + size > m->storage.origin + m->storage.size)
		return 0;
	skip_to(m, address);
	SET(m, m->s.storage.bump, address + size);
	if (m->storage.high < address + size)
		m->storage.high = address + size;
	return address;
}

/* Takes a free order-2 block apart when nothing else is left for a single frame. */
static u64 split_alloc(struct machine *m)
{
	u64 number = m->s.storage.free[2];
	u64 i;

	if (!number)
		return 0;
	SET(m, m->s.storage.free[2], m->storage.frames[number].next);
	for (i = 3; i > 0; i--) {
		SET(m, m->storage.frames[number + i].freed, m->storage.frames[number].freed);
		push_free(m, 0, number + i);
	}
	return number << FRAME_SHIFT;
}

static bool is_free_block(const struct machine *m, u64 number)
{
	const struct frame *frame = &m->storage.frames[number];

	return frame[0].flags & frame[1].flags & frame[2].flags & frame[3].flags & FRAME_SINGLE;
}

/* Makes one block of four single frames. */
static void join_frames(struct machine *m, u64 number)
{
	struct frame *frame = &m->storage.frames[number];
	u64 freed = 0;
	u64 i;

	for (i = 0; i < 4; i++) {
		if (freed < frame[i].freed)
			freed = frame[i].freed;
		SET(m, frame[i].flags, FRAME_FREE);
	}
	SET(m, frame->freed, freed);
	SET(m, frame->fresh, 0);
	push_free(m, 2, number);
}

/* When only single frames are left: joins those that are neighbours, and lists the others anew, lowest first. */
static void join_all(struct machine *m)
{
	u64 number = m->s.storage.bump >> FRAME_SHIFT & ~(u64)3;
	u64 i;

	SET(m, m->s.storage.free[0], 0);
	for (i = m->s.storage.bump >> FRAME_SHIFT; i-- > number;)
		if (m->storage.frames[i].flags & FRAME_SINGLE)
			push_free(m, 0, i);
	while (number > storage_system_end(m) >> FRAME_SHIFT) {
		number -= 4;
		if (is_free_block(m, number)) {
			join_frames(m, number);
			continue;
		}
		for (i = 4; i-- > 0;)
			if (m->storage.frames[number + i].flags & FRAME_SINGLE)
				push_free(m, 0, number + i);
	}
}

static u64 take_free(struct machine *m, unsigned int order)
{
	u64 number = m->s.storage.free[order];

	if (number)
		SET(m, m->s.storage.free[order], m->storage.frames[number].next);
	return number << FRAME_SHIFT;
}

static u64 take_block(struct machine *m, unsigned int order)
{
	u64 address = take_free(m, order);

	if (!address)
		address = bump_alloc(m, order);
	if (!address && order == 0)
		address = split_alloc(m);
	if (!address && order == 2) {
		join_all(m);
		address = take_free(m, order);
	}
	return address;
}

/* Whether the old content is to be kept for a snapshot; later fills look at `fresh`. */
static void mark_fresh(struct machine *m, struct frame *frame)
{
	u64 serial = m->undo.serial;

	if (frame->fresh == serial)
		return;
	SET(m, frame->fresh, frame->freed < m->undo.oldest ? serial : 0);
}

u64 frame_alloc(struct machine *m, unsigned int order, enum frame_kind kind)
{
	u64 address = take_block(m, order);
	struct frame *frame;

	if (!address) {
		event(m, EVENT_FAILURE, INJECT_none, 0, 0);
		return 0;
	}
	frame = frame_at(m, address);
	SET(m, frame->flags, kind);
	mark_fresh(m, frame);
	SET(m, m->s.storage.frames_used, m->s.storage.frames_used + ((u64)1 << order));
	event(m, EVENT_ALLOC_FRAMES, order, 0, address);
	return address;
}

void frame_free(struct machine *m, u64 address, unsigned int order)
{
	SET(m, frame_at(m, address)->freed, m->undo.serial);
	push_free(m, order, address >> FRAME_SHIFT);
	SET(m, m->s.storage.frames_used, m->s.storage.frames_used - ((u64)1 << order));
	event(m, EVENT_FREE_FRAMES, order, 0, address);
}

/* True if the bytes of the frame can be overwritten without noting what they were. */
static bool content_is_free(const struct machine *m, u64 address)
{
	return frame_at(m, address)->fresh == m->undo.serial && !m->undo.watch;
}

#define FILL_SEED 32

void storage_fill(struct machine *m, u64 address, size_t words, u64 value)
{
	entry_t *entry = entry_at(m, address);
	u64 big_endian = be64(value);
	size_t done, more;

	if (!content_is_free(m, address))
		undo_note_range(m, entry, words);
	if (value == 0) {
		memset(entry, 0, words * sizeof(*entry));
		return;
	}
	for (done = 0; done < words && done < FILL_SEED; done++)
		entry[done].big_endian = big_endian;
	/* copying what is there already beats storing word by word */
	for (; done < words; done += more) {
		more = done < words - done ? done : words - done;
		memcpy(entry + done, entry, more * sizeof(*entry));
	}
}

/* Data pages are blank until somebody writes to them: most are never looked into. */
void frame_touch(struct machine *m, u64 address)
{
	struct frame *frame = frame_at(m, address);

	if (!(frame->flags & FRAME_BLANK))
		return;
	storage_fill(m, address & FRAME_MASK, FRAME_SIZE / sizeof(u64), 0);
	SET(m, frame->flags, frame->flags & ~(u64)FRAME_BLANK);
}

void frame_copy(struct machine *m, u64 to, u64 from)
{
	struct frame *frame = frame_at(m, to);

	if (frame_at(m, from)->flags & FRAME_BLANK)
		return;
	if (!content_is_free(m, to))
		undo_note_range(m, entry_at(m, to), FRAME_SIZE / sizeof(u64));
	memcpy(entry_at(m, to), entry_at(m, from), FRAME_SIZE);
	SET(m, frame->flags, frame->flags & ~(u64)FRAME_BLANK);
}

u64 data_load(struct machine *m, u64 address)
{
	if (frame_at(m, address)->flags & FRAME_BLANK)
		return 0;
	return entry_get(entry_at(m, address & ~(u64)7));
}

void data_store(struct machine *m, u64 address, u64 value)
{
	frame_touch(m, address);
	entry_set(m, entry_at(m, address & ~(u64)7), value);
}

/* Of a frame that is not blank. */
static void copy_bytes(const struct machine *m, u64 address, u8 *bytes, size_t length)
{
#ifdef OWN_CODE
	for (; length; address++, length--)
		*bytes++ = (u8)(entry_get(entry_at(m, address & ~(u64)7)) >> (56 - (address & 7) * 8));
#else
	memcpy(bytes, entry_at(m, address), length);
#endif
}

void storage_read(const struct machine *m, u64 address, u8 *bytes, size_t length)
{
	while (length) {
		size_t rest_of_frame = (size_t)(FRAME_SIZE - (address & ~FRAME_MASK));
		size_t part = length < rest_of_frame ? length : rest_of_frame;

		if (frame_at(m, address)->flags & FRAME_BLANK)
			memset(bytes, 0, part);
		else
			copy_bytes(m, address, bytes, part);
		address += part;
		bytes += part;
		length -= part;
	}
}
