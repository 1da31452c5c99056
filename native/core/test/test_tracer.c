// SPDX-License-Identifier: GPL-2.0-only
/* Which call wrote a word, and what was there before; what a restore takes back. */
#include "core/hardware/dat_walk.h"
#include "core/machine/snapshot.h"
#include "core/program/tracer.h"
#include "programs.h"

#define HOST 0x10000000000ULL

static u64 call_of(const u64 *store)
{
	return store ? le64(store[2]) & UINT32_MAX : UINT64_MAX;
}

static u64 before_of(const u64 *store)
{
	return store ? le64(store[1]) : UINT64_MAX;
}

static struct reply call(struct machine *m, enum wire_op op, u64 a, u64 b, u64 c, u64 d, u64 e)
{
	const struct call made = { .arg = { a, b, c, d, e }, .result_handle = WIRE_NO_HANDLE };
	struct reply reply = machine_call(m, op, &made);

	EXPECT_EQ(reply.status, WIRE_OK);
	return reply;
}

/* mmap, gmap_alloc, gmap_map_segment, gmap_fault: calls 0 to 3. */
static void linked_guest(struct machine *m)
{
	call(m, OP_mmap, 0, HOST, 0x100000, 3, 0);
	EXPECT_EQ(call(m, OP_gmap_alloc, 0, 0x7fffffff, 0, 0, 0).value, 0);
	call(m, OP_gmap_map_segment, 0, HOST, 0, 0x100000, 0);
	call(m, OP_gmap_fault, 0, 0x1000, 1, 0, 0);
}

static u64 guest_pte(const struct machine *m)
{
	return dat_walk(m, m->s.gmap[0]->asce, 0x1000, false).entry;
}

static void names_the_call_that_wrote(struct machine *m)
{
	u64 pte;

	EXPECT(tracer_start(m));
	EXPECT(m->tracer->complete);
	linked_guest(m);
	pte = guest_pte(m);
	EXPECT_EQ(call_of(tracer_last_store(m, pte)), 3);
	/* the page table is new: nothing was there before */
	EXPECT_EQ(le64(tracer_last_store(m, pte)[2]) >> 32, PTRS_PER_PTE);
	call(m, OP_gmap_fault, 0, 0x2000, 1, 0, 0);
	EXPECT_EQ(before_of(tracer_last_store(m, pte + sizeof(u64))), PAGE_INVALID);
	call(m, OP_mprotect, 0, HOST, 0x100000, 1, 0);
	EXPECT_EQ(call_of(tracer_last_store(m, pte)), 5);
	EXPECT(before_of(tracer_last_store(m, pte)) & PAGE_PRESENT);
	EXPECT_EQ(m->tracer->calls.count, 6);
	EXPECT(!tracer_failed(m->tracer));
}

/* A table that was filled as a whole, and the segment entry that was then stored into it. */
static void tells_fills_from_stores(struct machine *m)
{
	u64 table;

	EXPECT(tracer_start(m));
	linked_guest(m);
	table = m->s.gmap[0]->table;
	EXPECT_EQ(le64(tracer_last_store(m, table + 8)[2]) >> 32, CRST_ENTRIES);
	EXPECT_EQ(call_of(tracer_last_store(m, table + 8)), 1);
	EXPECT(le64(tracer_last_store(m, table)[0]) & TRACE_TABLE);
	EXPECT(tracer_last_store(m, m->storage.size - sizeof(u64)) == NULL);
}

static void names_the_call_that_set_a_key(struct machine *m)
{
	u64 frame;

	EXPECT(tracer_start(m));
	linked_guest(m);
	frame = dat_walk(m, m->s.gmap[0]->asce, 0x1000, false).absolute & PAGE_MASK;
	call(m, OP_s390_enable_skey, 0, 0, 0, 0, 0);
	call(m, OP_set_guest_storage_key, 0, HOST + 0x1000, 0x30, 0, 0);
	EXPECT_EQ(call_of(tracer_last_store(m, frame | TRACE_KEY)), 5);
}

static void keeps_the_handle_of_the_result(struct machine *m)
{
	u64 at;

	EXPECT(tracer_start(m));
	linked_guest(m);
	at = le64(m->tracer->calls.word[1]);
	EXPECT_EQ(le64(m->tracer->words.word[at]), OP_gmap_alloc | 2 << 8);
	EXPECT_EQ(le64(m->tracer->words.word[at + 2]), 0x7fffffff);
}

/* Reading a key locks the PGSTE and unlocks it: that changes nothing. */
static void passes_over_calls_that_changed_nothing(struct machine *m)
{
	u64 pgste;

	EXPECT(tracer_start(m));
	linked_guest(m);
	pgste = guest_pte(m) + PGSTE_OFFSET * sizeof(u64);
	call(m, OP_gmap_ipte_notify, 0, 0x1000, 0x1000, 0, 0);
	call(m, OP_get_guest_storage_key, 0, HOST + 0x1000, 0, 0, 0);
	EXPECT_EQ(call_of(tracer_last_store(m, pgste)), 4);
	EXPECT_EQ(before_of(tracer_last_store(m, pgste)), 0);
}

static void forgets_what_was_refused(struct machine *m)
{
	const struct call wrong = { .arg = { 77 }, .result_handle = WIRE_NO_HANDLE };

	EXPECT(tracer_start(m));
	EXPECT_EQ(machine_call(m, OP_gmap_enable, &wrong).status, WIRE_REFUSED);
	EXPECT_EQ(m->tracer->calls.count, 0);
	EXPECT_EQ(m->tracer->words.count, 0);
}

static void a_restore_takes_back_what_was_traced(struct machine *m)
{
	u64 pte;
	int snapshot;

	EXPECT(tracer_start(m));
	linked_guest(m);
	pte = guest_pte(m);
	snapshot = machine_snapshot(m);
	call(m, OP_mprotect, 0, HOST, 0x100000, 1, 0);
	EXPECT_EQ(call_of(tracer_last_store(m, pte)), 4);
	EXPECT(machine_restore(m, snapshot));
	EXPECT_EQ(m->tracer->calls.count, 4);
	EXPECT_EQ(call_of(tracer_last_store(m, pte)), 3);
	EXPECT(m->tracer->complete);
	machine_reset(m);
	EXPECT_EQ(m->tracer->calls.count, 0);
	EXPECT(m->tracer->complete);
}

/* What led to a state before the trace began is not known, except to the machine's first one. */
static void knows_when_it_is_not_complete(struct machine *m)
{
	int first = machine_snapshot(m), second;

	linked_guest(m);
	second = machine_snapshot(m);
	EXPECT(tracer_start(m));
	EXPECT(!m->tracer->complete);
	call(m, OP_mprotect, 0, HOST, 0x100000, 1, 0);
	EXPECT(machine_restore(m, second));
	EXPECT_EQ(m->tracer->calls.count, 0);
	EXPECT(!m->tracer->complete);
	EXPECT(machine_restore(m, first));
	EXPECT(m->tracer->complete);
}

static bool has_vma(const struct tracer *tracer, u64 start, u64 end, u64 number)
{
	size_t i;

	for (i = 0; i < tracer->stores.count; i += TRACE_STORE_WORDS) {
		const u64 *store = tracer->stores.word + i;

		if (le64(store[0]) == (start | TRACE_VMA) && before_of(store) == end && call_of(store) == number)
			return true;
	}
	return false;
}

/* A VMA that begins at the address which the page table has in storage is not that page table. */
static void tells_of_vmas(struct machine *m)
{
	u64 pte, page;

	EXPECT(tracer_start(m));
	linked_guest(m);
	pte = guest_pte(m);
	page = pte & PAGE_MASK;
	call(m, OP_mmap, 0, page, PAGE_SIZE, 3, 0);
	EXPECT(has_vma(m->tracer, page, page + PAGE_SIZE, 4));
	call(m, OP_mprotect, 0, page, PAGE_SIZE, 1, 0);
	EXPECT(has_vma(m->tracer, page, page + PAGE_SIZE, 5));
	call(m, OP_munmap, 0, page, PAGE_SIZE, 0, 0);
	EXPECT(has_vma(m->tracer, page, page + PAGE_SIZE, 6));
	EXPECT_EQ(call_of(tracer_last_store(m, pte)), 3);
}

static void stops(struct machine *m)
{
	EXPECT(tracer_start(m));
	linked_guest(m);
	tracer_stop(m);
	EXPECT(m->tracer == NULL);
	EXPECT(m->undo.watch == NULL);
	call(m, OP_mprotect, 0, HOST, 0x100000, 1, 0);
	tracer_stop(m);
}

/* The same by a search through all stores. */
static const u64 *slow_last_store(struct machine *m, u64 place)
{
	const struct words *stores = &m->tracer->stores;
	const u64 *first = NULL;
	size_t i = stores->count;
	u64 after = place & TRACE_KEY ? frame_at(m, place & ~TRACE_KEY)->key : entry_get(entry_at(m, place));

	while (i) {
		const u64 *store = stores->word + (i -= TRACE_STORE_WORDS);
		u64 words = le64(store[2]) >> 32;
		u64 at = le64(store[0]);

		if (at & TRACE_VMA || (at ^ place) & TRACE_KEY ||
		    (place & ~TRACE_KEY) - (at & ~(TRACE_KEY | TRACE_TABLE)) >= words * sizeof(u64))
			continue;
		if (first && call_of(store) != call_of(first)) {
			if (before_of(first) != after)
				return first;
			after = before_of(first);
		}
		if (words > 1)
			return store;
		first = store;
	}
	return first && before_of(first) != after ? first : NULL;
}

/* Of what some of the stores were to. */
static void expect_same_as_slow(struct machine *m, u64 *state)
{
	const struct words *stores = &m->tracer->stores;
	int i;

	for (i = 0; i < 20 && stores->count; i++) {
		u64 number = next_random(state) % (stores->count / TRACE_STORE_WORDS);
		const u64 *store = stores->word + number * TRACE_STORE_WORDS;
		u64 place = le64(store[0]) & ~TRACE_TABLE;

		if (place & TRACE_VMA)
			continue;
		place += next_random(state) % (le64(store[2]) >> 32) * sizeof(u64);
		EXPECT(tracer_last_store(m, place) == slow_last_store(m, place));
	}
}

static void is_what_a_search_finds(struct machine *m)
{
	u64 words[PROGRAM_WORDS];
	u64 state = 1;
	int i, round, snapshot = -1;

	m->options.check_always = false;
	for (round = 0; round < 40; round++) {
		machine_reset(m);
		EXPECT(tracer_start(m));
		begin_program(m, &state);
		for (i = 0; i < 150; i++) {
			size_t count = random_operation(&state, words);

			if (i == 50)
				snapshot = machine_snapshot(m);
			if (i > 50 && (m->dead || next_random(&state) % 40 == 0))
				EXPECT(machine_restore(m, snapshot));
			machine_run(m, (const u8 *)words, count * sizeof(u64), NULL);
			expect_same_as_slow(m, &state);
		}
	}
	tracer_stop(m);
	machine_reset(m);
}

/* A block that is called inside of a call: the stores of the two lie between each other. */
static void tells_calls_inside_of_calls_apart(struct machine *m)
{
	u64 place;

	EXPECT(tracer_start(m));
	linked_guest(m);
	place = address_of(m, lowcore(m, 0, LOWCORE_GMAP));
	m->tracer->current = 0;
	undo_note_range(m, entry_at(m, place & PAGE_MASK), PTRS_PER_PTE);
	m->tracer->current = 1;
	entry_set(m, entry_at(m, place), 1);
	m->tracer->current = 0;
	entry_set(m, entry_at(m, place), 2);
	EXPECT(tracer_last_store(m, place) == slow_last_store(m, place));
	entry_set(m, entry_at(m, place), 1);
	EXPECT(tracer_last_store(m, place) == slow_last_store(m, place));
	undo_note_range(m, entry_at(m, place & PAGE_MASK), PTRS_PER_PTE);
	entry_set(m, entry_at(m, place), 0);
	EXPECT(tracer_last_store(m, place) == slow_last_store(m, place));
}

/* However long the trace is, and however often one asks. */
static void looks_at_each_store_once(struct machine *m)
{
	u64 pte, i;

	if (!counts_work())
		return;
	EXPECT(tracer_start(m));
	linked_guest(m);
	pte = guest_pte(m);
	for (i = 0; i < 2000; i++) {
		call(m, OP_mprotect, 0, HOST, 0x100000, i & 1, 0);
		EXPECT_EQ(call_of(tracer_last_store(m, pte)), 4 + i);
		EXPECT(tracer_last_store(m, pte + sizeof(u64)) != NULL);
	}
	EXPECT_EQ(LOOKED_AT(m, stores), m->tracer->stores.count / TRACE_STORE_WORDS);
}

RUN_TESTS_WITH_MEMORY(TEST(names_the_call_that_wrote), TEST(tells_fills_from_stores),
		      TEST(names_the_call_that_set_a_key), TEST(keeps_the_handle_of_the_result),
		      TEST(passes_over_calls_that_changed_nothing), TEST(forgets_what_was_refused),
		      TEST(a_restore_takes_back_what_was_traced), TEST(knows_when_it_is_not_complete),
		      TEST(tells_of_vmas), TEST(stops), TEST(is_what_a_search_finds),
		      TEST(tells_calls_inside_of_calls_apart), TEST(looks_at_each_store_once))
