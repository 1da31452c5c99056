// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots: what comes back is the whole state, byte for byte. Random operations with nested snapshots, restores
 * and resets, held against copies of everything that can be observed.
 */
#include "image.h"
#include "programs.h"

#define STORAGE ((u64)4 << 20)

static void small(struct machine_options *options)
{
	options->storage_limit = STORAGE;
	options->max_segments = 8;
}

static void some_operations(struct machine *m, u64 *seed, u64 count)
{
	u64 words[PROGRAM_WORDS];

	while (count-- && !m->dead)
		machine_run(m, (const u8 *)words, random_operation(seed, words) * sizeof(u64), NULL);
}

static void expect_image(const struct machine *m, const struct image *expected, bool serials, const char *what,
			 u64 step)
{
	size_t size, at = state_difference(m, serials, expected, &size);

	if (at != SIZE_MAX) {
		printf("%s %llu: the state differs at byte %zu of %zu\n", what, (unsigned long long)step, at, size);
		failures++;
	}
}

#define DEPTH 6

struct stack {
	struct image image[DEPTH];
	int count;
};

static void push_snapshot(struct machine *m, struct stack *stack)
{
	EXPECT_EQ(machine_snapshot(m), stack->count);
	stack->image[stack->count++] = take_image(m, true);
}

static void drop_images(struct stack *stack, int from)
{
	while (stack->count > from)
		free(stack->image[--stack->count].bytes);
}

static void nested_snapshots(struct machine *m, u64 seed, bool compacts)
{
	struct stack stack = { .count = 0 };
	u64 step;
	int to;

	begin_program(m, &seed);
	for (step = 0; step < 120; step++) {
		some_operations(m, &seed, next_random(&seed) % 12);
		if (compacts && next_random(&seed) % 4 == 0)
			undo_pin(&m->undo);
		if (compacts)
			undo_compact(m);
		if (!stack.count || (!m->dead && stack.count < DEPTH && next_random(&seed) % 3 == 0)) {
			if (!m->dead)
				push_snapshot(m, &stack);
			else
				break;
		} else if (m->dead || next_random(&seed) % 2) {
			to = (int)(next_random(&seed) % (u64)stack.count);
			EXPECT(machine_restore(m, to));
			EXPECT(!m->dead);
			expect_image(m, &stack.image[to], true, "restore", step);
			EXPECT_CHECK(m);
			drop_images(&stack, to + 1);
		} else if (next_random(&seed) % 4 == 0) {
			to = (int)(next_random(&seed) % (u64)stack.count);
			EXPECT(machine_forget(m, to));
			drop_images(&stack, to);
		}
	}
	drop_images(&stack, 0);
}

/* The first state is a snapshot that is always there. */
static void snapshots_of_random_states(struct machine *m)
{
	struct image first = take_image(m, false);
	u64 seed;

	for (seed = 1; seed <= 24; seed++) {
		nested_snapshots(m, seed, seed > 12);
		machine_reset(m);
		EXPECT(!m->dead);
		expect_image(m, &first, false, "reset", seed);
		EXPECT_CHECK(m);
	}
	free(first.bytes);
}

/* A reset that has no log to go back by builds the first state again: the same one. */
static void reset_by_rebuild(struct machine *m)
{
	struct image first = take_image(m, false);
	u64 seed = 77;
	u64 i;

	begin_program(m, &seed);
	for (i = 0; !m->undo.base_lost; i++) {
		EXPECT_EQ(sys_mprotect(m, m->s.mm[0], HOST, PMD_SIZE, i & 1 ? VM_READ : READ_WRITE), 0);
		EXPECT_EQ(gmap_fault(m, m->s.gmap[0], i % 256 * PAGE_SIZE, 0), 0);
	}
	machine_reset(m);
	EXPECT(!m->undo.base_lost);
	expect_image(m, &first, false, "rebuild", i);
	EXPECT_CHECK(m);
	free(first.bytes);
}

/* Snapshots that are taken when the log no longer reaches back to the beginning. */
static void snapshots_after_the_base_is_lost(struct machine *m)
{
	u64 seed = 78, round;
	struct image image;
	u64 i;

	begin_program(m, &seed);
	for (i = 0; !m->undo.base_lost; i++)
		EXPECT_EQ(sys_mprotect(m, m->s.mm[0], HOST, PMD_SIZE, i & 1 ? VM_READ : READ_WRITE), 0);
	for (round = 0; round < 20; round++) {
		image = take_image(m, true);
		EXPECT_EQ(machine_snapshot(m), 0);
		some_operations(m, &seed, 40);
		EXPECT(machine_restore(m, 0));
		expect_image(m, &image, true, "round", round);
		EXPECT(machine_forget(m, 0));
		free(image.bytes);
		some_operations(m, &seed, 10);
		if (m->dead)
			break;
	}
	machine_reset(m);
}

static void numbers_of_snapshots(struct machine *m)
{
	int i;

	EXPECT(!machine_restore(m, 0));
	EXPECT(!machine_forget(m, 0));
	for (i = 0; i < UNDO_MAX_MARKS; i++)
		EXPECT_EQ(machine_snapshot(m), i);
	EXPECT_EQ(machine_snapshot(m), -1);
	EXPECT(!machine_restore(m, -1));
	EXPECT(!machine_restore(m, UNDO_MAX_MARKS));
	EXPECT(machine_restore(m, 3));
	EXPECT(!machine_restore(m, 4));
	EXPECT_EQ(machine_snapshot(m), 4);
	EXPECT(machine_forget(m, 2));
	EXPECT(!machine_restore(m, 2));
	EXPECT(machine_restore(m, 1));
	machine_reset(m);
	EXPECT(!machine_restore(m, 0));
}

/* The log grows while a snapshot needs it, over table fills too. */
static void long_snapshot(struct machine *m)
{
	struct image before = take_image(m, true);
	u64 i;

	EXPECT_EQ(machine_snapshot(m), 0);
	for (i = 0; i < 200; i++) {
		struct gmap *gmap = new_gmap(m, m->s.mm[0], i % 2 ? UINT64_MAX : 0, 0);

		map_memory(m, m->s.mm[0], HOST, PMD_SIZE, READ_WRITE);
		EXPECT_EQ(gmap_map_segment(m, gmap, HOST, 0, PMD_SIZE), 0);
		EXPECT_EQ(gmap_fault(m, gmap, 0, FAULT_FLAG_WRITE), 0);
		drop_gmap(m, gmap);
	}
	while (m->undo.next - m->undo.base < 100000)
		SET(m, m->s.anon_vma_serial, m->s.anon_vma_serial + 1);
	EXPECT(machine_restore(m, 0));
	expect_image(m, &before, true, "long snapshot", 0);
	free(before.bytes);
}

static size_t log_size(const struct machine *m)
{
	return (size_t)(m->undo.end - m->undo.base);
}

/* A log that compacts keeps one entry of each word since the newest snapshot, and of each table that is filled again. */
static void stores_to_the_same_words(struct machine *m)
{
	const entry_t *entry = entry_at(m, ZERO_AREA);
	size_t size = log_size(m);
	struct image before;
	u64 i;

	m->undo.compacts = true;
	map_memory(m, m->s.mm[0], HOST, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, m->s.mm[0], HOST, 1), 0);
	before = take_image(m, true);
	EXPECT_EQ(machine_snapshot(m), 0);
	for (i = 0; i < 2000000; i++)
		entry_set(m, entry_at(m, ZERO_AREA) + i % 500, i);
	for (i = 0; i < 2000; i++) {
		map_memory(m, m->s.mm[0], HOST, PMD_SIZE, READ_WRITE);
		EXPECT_EQ(user_store(m, m->s.mm[0], HOST, i), 0);
	}
	EXPECT(log_size(m) <= 2 * size);
	EXPECT(machine_restore(m, 0));
	EXPECT_EQ(entry_get(entry + 7), 0);
	expect_image(m, &before, true, "the same words", 0);
	EXPECT(machine_forget(m, 0));
	m->undo.compacts = false;
	free(before.bytes);
	/* and a reset gives the memory back */
	EXPECT_EQ(machine_snapshot(m), 0);
	for (i = 0; i < 4 * size; i++)
		entry_set(m, entry_at(m, ZERO_AREA), i);
	EXPECT(log_size(m) > size);
	machine_reset(m);
	EXPECT_EQ(log_size(m), size);
}

/* What was stored before the newest snapshot stays for the older one; what an observer has not seen stays too. */
static void what_is_needed_is_kept(struct machine *m)
{
	const u64 *word = &m->s.anon_vma_serial;
	u64 first = *word;
	size_t pin;

	EXPECT_EQ(machine_snapshot(m), 0);
	SET(m, m->s.anon_vma_serial, first + 1);
	EXPECT_EQ(machine_snapshot(m), 1);
	SET(m, m->s.anon_vma_serial, first + 2);
	SET(m, m->s.anon_vma_serial, first + 3);
	undo_pin(&m->undo);
	SET(m, m->s.anon_vma_serial, first + 4);
	SET(m, m->s.anon_vma_serial, first + 5);
	pin = m->undo.pin;
	undo_compact(m);
	EXPECT_EQ(m->undo.pin, pin - 1);
	EXPECT_EQ(undo_position(&m->undo), m->undo.pin + 2);
	EXPECT(machine_restore(m, 1));
	EXPECT_EQ(*word, first + 1);
	EXPECT(machine_restore(m, 0));
	EXPECT_EQ(*word, first);
}

struct watched {
	const void *word;
	u64 stores;
};

static void watch(void *context, const void *word, size_t words)
{
	struct watched *watched = context;

	if ((const u64 *)watched->word >= (const u64 *)word && (const u64 *)watched->word < (const u64 *)word + words)
		watched->stores++;
}

/* Every store is told, that of a single word and that of a table. */
static void watching(struct machine *m)
{
	struct watched watched = { .word = entry_at(m, m->s.mm[0]->table) + 7 };
	u64 i;

	undo_watch(m, watch, &watched);
	entry_set(m, entry_at(m, m->s.mm[0]->table) + 6, REGION3_ENTRY_EMPTY);
	EXPECT_EQ(watched.stores, 0);
	entry_set(m, entry_at(m, m->s.mm[0]->table) + 7, REGION3_ENTRY_EMPTY);
	entry_set(m, entry_at(m, m->s.mm[0]->table) + 7, REGION3_ENTRY_EMPTY);
	EXPECT_EQ(watched.stores, 2);
	storage_fill(m, m->s.mm[0]->table, CRST_ENTRIES, REGION3_ENTRY_EMPTY);
	EXPECT_EQ(watched.stores, 3);
	/* through a log that is thrown away several times */
	for (i = 0; i < 100000; i++)
		entry_set(m, entry_at(m, m->s.mm[0]->table) + 7, REGION3_ENTRY_EMPTY);
	EXPECT_EQ(watched.stores, 100003);
	undo_watch(m, NULL, NULL);
	entry_set(m, entry_at(m, m->s.mm[0]->table) + 7, REGION3_ENTRY_EMPTY);
	EXPECT_EQ(watched.stores, 100003);
}

/* The same program gives the same bytes on every machine, whatever else lives beside it. */
static void two_machines(struct machine *m)
{
	struct machine *other = test_machine(small);
	u64 seed, program;

	for (program = 1; program <= 10; program++) {
		struct image a, b;

		seed = program;
		begin_program(m, &seed);
		some_operations(m, &seed, 200);
		seed = program;
		begin_program(other, &seed);
		some_operations(other, &seed, 200);
		EXPECT_EQ(m->dead, other->dead);
		/* only pointers differ: compare what lies in storage and in descriptors */
		a = take_image(m, true);
		b = take_image(other, true);
		EXPECT_EQ(a.size, b.size);
		EXPECT(memcmp(m->storage.frames, other->storage.frames,
			      (STORAGE >> FRAME_SHIFT) * sizeof(struct frame)) == 0);
		EXPECT(memcmp(entry_at(m, 0), entry_at(other, 0), STORAGE) == 0);
		free(a.bytes);
		free(b.bytes);
		machine_reset(m);
		machine_reset(other);
	}
	machine_destroy(other);
}

RUN_TESTS(TEST(snapshots_of_random_states, .needs_memory = true, .options = small),
	  TEST(reset_by_rebuild, .needs_memory = true, .options = small),
	  TEST(snapshots_after_the_base_is_lost, .needs_memory = true, .options = small), TEST(numbers_of_snapshots),
	  TEST(long_snapshot, .needs_memory = true, .options = small),
	  TEST(stores_to_the_same_words, .needs_memory = true), TEST(what_is_needed_is_kept, .needs_memory = true),
	  TEST(watching), TEST(two_machines, .needs_memory = true, .options = small))
