// SPDX-License-Identifier: GPL-2.0-only
/* The oracle of contents is told calls and answers, and says which answers of loads cannot be. No call is made. */
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/user_access.h"
#include "core/test/kernels.h"
#include "core/test/test.h"
#include "fuzz/oracles/oracles.h"

#define HOST 0x10000000000ULL
#define OTHER (HOST + 4 * PMD_SIZE)
#define SHARED 1
#define VALUE 0x390ULL
#define SECOND 0x391ULL
#define UNUSED 1

struct listener {
	struct machine *m;
	struct contents *contents;
	struct verdict verdict;
	bool failed; /* an allocation, in each call */
};

static bool tell(struct listener *t, enum wire_op op, const u64 *arg, u64 answer)
{
	const struct event failure = { .kind = EVENT_FAILURE };
	struct call call = { .result_handle = WIRE_NO_HANDLE };
	struct step step = {
		.m = t->m,
		.op = op,
		.call = &call,
		.reply = { WIRE_OK, answer },
		.events = &failure,
		.event_count = t->failed,
	};

	memcpy(call.arg, arg, sizeof(call.arg));
	return contents_step(t->contents, &step, &t->verdict);
}

#define TELL(t, answer, name, ...) EXPECT(tell((t), OP_##name, (u64[MAX_ARGS]){ __VA_ARGS__ }, (answer)))
/* A load can answer this, or it cannot: then nothing is told any more. */
#define LOADS(t, address, answer) TELL((t), (answer), load, 0, (address))
#define CANNOT_LOAD(t, address, answer, expected)                                       \
	do {                                                                            \
		EXPECT(!tell((t), OP_load, (u64[MAX_ARGS]){ 0, (address) }, (answer))); \
		EXPECT_TEXT((t)->verdict.rule, (expected));                             \
	} while (0)

/* mm0 has a page at HOST, with a word that is VALUE; g0 has it at 0. */
static void begin_on(struct listener *t, struct machine *m, u64 flags)
{
	*t = (struct listener){ .m = m, .contents = contents_create() };
	if (!t->contents) {
		printf("no memory for an oracle\n");
		exit(1);
	}
	contents_begin(t->contents, m);
	TELL(t, 0, mmap, 0, HOST, 4 * PMD_SIZE, READ_WRITE, flags);
	TELL(t, 0, gmap_alloc, 0, UINT64_MAX);
	TELL(t, 0, gmap_map_segment, 0, HOST, 0, 4 * PMD_SIZE);
	TELL(t, 0, store, 0, HOST + 8, VALUE);
}

static void begin(struct listener *t, struct machine *m)
{
	begin_on(t, m, 0);
}

static void end(struct listener *t)
{
	contents_destroy(t->contents);
}

static void what_was_stored_is_there(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	LOADS(&t, HOST + 8, VALUE);
	LOADS(&t, HOST + 15, VALUE); /* the word that has this byte */
	LOADS(&t, HOST + 16, 0);
	LOADS(&t, HOST + 8, ERROR_WORD(EFAULT));
	TELL(&t, ERROR_WORD(EFAULT), store, 0, HOST + 8, SECOND);
	LOADS(&t, HOST + 8, VALUE);
	TELL(&t, 0, store, 0, HOST + 8, SECOND);
	LOADS(&t, HOST + 8, SECOND);
	TELL(&t, 0, fork, 0);
	TELL(&t, 0, gmap_fault, 0, 0, 1);
	TELL(&t, 0, mprotect, 0, HOST, PMD_SIZE, 1);
	LOADS(&t, HOST + 8, SECOND);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
}

static void others_words_are_not_there(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	CANNOT_LOAD(&t, HOST + 8, SECOND, "another's");
	end(&t);
	begin(&t, m);
	CANNOT_LOAD(&t, HOST + PAGE_SIZE + 8, VALUE, "not zero");
	end(&t);
}

static void what_is_unmapped_is_zero(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	TELL(&t, 0, munmap, 0, HOST, 1);
	TELL(&t, 0, mmap, 0, HOST, 1, READ_WRITE, 0);
	CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
	begin(&t, m);
	TELL(&t, 0, mmap, 0, HOST, 1, READ_WRITE, 0);
	CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
	begin(&t, m);
	TELL(&t, ERROR_WORD(ENOMEM), madvise, 0, HOST, PMD_SIZE, 4);
	CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
	begin(&t, m);
	TELL(&t, 0, munmap, 0, HOST + PAGE_SIZE, PAGE_SIZE);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
}

static void what_may_have_been_unmapped_is_either(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	TELL(&t, ERROR_WORD(ENOMEM), mmap, 0, HOST, PAGE_SIZE, READ_WRITE, 0);
	LOADS(&t, HOST + 8, VALUE);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost"); /* it was not */
	end(&t);
	begin(&t, m);
	TELL(&t, ERROR_WORD(EFAULT), mremap, 0, OTHER, PAGE_SIZE, HOST, PAGE_SIZE);
	LOADS(&t, HOST + 8, 0);
	CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
}

static void mremap_takes_it_along(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	TELL(&t, 0, store, 0, OTHER + 8, SECOND);
	TELL(&t, 0, mremap, 0, HOST, 2 * PAGE_SIZE, OTHER, PAGE_SIZE);
	LOADS(&t, OTHER + 8, VALUE);
	CANNOT_LOAD(&t, OTHER + 8, SECOND, "another's");
	end(&t);
	begin(&t, m);
	TELL(&t, ERROR_WORD(ENOMEM), mremap, 0, HOST, PAGE_SIZE, OTHER, PAGE_SIZE);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost"); /* moved back */
	end(&t);
	begin(&t, m);
	TELL(&t, 0, mremap, 0, HOST, PAGE_SIZE, OTHER, 2 * PAGE_SIZE);
	TELL(&t, 0, mmap, 0, HOST, PAGE_SIZE, READ_WRITE, 0);
	CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
}

static void files_have_it_too(struct machine *m)
{
	struct listener t;

	begin_on(&t, m, SHARED);
	TELL(&t, 0, mremap, 0, HOST, 0, OTHER, PMD_SIZE); /* once more */
	LOADS(&t, OTHER + 8, VALUE);
	TELL(&t, 0, madvise, 0, HOST, PMD_SIZE, 4);
	TELL(&t, 0, munmap, 0, HOST, PMD_SIZE);
	TELL(&t, 0, store, 0, OTHER + PAGE_SIZE, SECOND);
	TELL(&t, 0, mremap, 0, OTHER, PMD_SIZE, HOST, PMD_SIZE);
	LOADS(&t, HOST + 8, VALUE);
	LOADS(&t, HOST + PAGE_SIZE, SECOND);
	TELL(&t, 0, mmap, 0, OTHER, PMD_SIZE, READ_WRITE, SHARED); /* another file */
	LOADS(&t, OTHER + 8, 0);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
}

/* Without memory mremap may leave the source, and store to one of both and to the other is the same then. */
static void a_file_that_may_be_there_says_nothing(struct machine *m)
{
	struct listener t;

	begin_on(&t, m, SHARED);
	t.failed = true;
	TELL(&t, 0, mremap, 0, HOST, PAGE_SIZE, OTHER, PAGE_SIZE);
	LOADS(&t, OTHER + 8, VALUE);
	LOADS(&t, HOST + 8, 0);
	TELL(&t, 0, store, 0, HOST + 8, SECOND);
	LOADS(&t, OTHER + 8, SECOND);
	end(&t);
}

static void large_pages_say_nothing(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	TELL(&t, 0, mmap_huge, 0, HOST, PMD_SIZE, READ_WRITE);
	LOADS(&t, HOST + 8, SECOND);
	LOADS(&t, HOST + 8, 0);
	end(&t);
}

static void only_what_was_given_up_is_thrown_away(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	TELL(&t, 0, swap_out, 0, HOST);
	TELL(&t, 0, __gmap_zap, 0, 0);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
	begin(&t, m);
	TELL(&t, 0, essa_set_usage, 0, HOST, UNUSED);
	TELL(&t, 0, swap_out, 0, HOST);
	TELL(&t, 0, __gmap_zap, 0, 0);
	LOADS(&t, HOST + 8, 0);
	TELL(&t, 0, essa_set_usage, 0, HOST, 0);
	TELL(&t, 0, store, 0, HOST + 8, VALUE);
	TELL(&t, 0, __gmap_zap, 0, 0);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
	/* logically zero no more, once there is a page again */
	begin(&t, m);
	TELL(&t, 0, swap_out, 0, HOST);
	TELL(&t, 0, essa_set_zero, 0, HOST, 1);
	TELL(&t, 0, store, 0, HOST + 8, SECOND);
	TELL(&t, 0, swap_out, 0, HOST);
	TELL(&t, 0, __gmap_zap, 0, 0);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
}

static void what_a_guest_discards_is_zero(struct machine *m)
{
	bool one_vma = m->options.profile->discard_one_vma;
	struct listener t;

	begin(&t, m);
	TELL(&t, 0, gmap_unmap_segment, 0, PMD_SIZE, 3 * PMD_SIZE);
	TELL(&t, 0, store, 0, HOST + PMD_SIZE, SECOND);
	TELL(&t, 0, gmap_discard, 0, 0, UINT64_MAX);
	LOADS(&t, HOST + PMD_SIZE, SECOND);
	if (one_vma)
		LOADS(&t, HOST + 8, VALUE); /* which VMAs there are is not known */
	else
		CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
}

static void a_process_ends_with_all_it_had(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	TELL(&t, 0, exit, 0);
	TELL(&t, 0, exec, 0);
	CANNOT_LOAD(&t, HOST + 8, VALUE, "not zero");
	end(&t);
}

/* At the end everything is loaded, from a machine that was told nothing. */
static void in_the_end_all_is_loaded(struct machine *m)
{
	struct listener t;

	begin(&t, m);
	sys_mmap(m, m->s.mm[0], HOST, 4 * PMD_SIZE, READ_WRITE, 0);
	contents_load_all(t.contents, m, &t.verdict);
	EXPECT_TEXT(t.verdict.rule, "lost");
	end(&t);
	t.verdict = (struct verdict){ 0 };
	begin_on(&t, m, SHARED);
	contents_load_all(t.contents, m, &t.verdict);
	EXPECT_TEXT(t.verdict.rule, "lost");
	end(&t);
	begin(&t, m);
	user_store(m, m->s.mm[0], HOST + 8, VALUE);
	contents_load_all(t.contents, m, &t.verdict);
	EXPECT_EQ(t.verdict.oracle, ORACLE_NONE);
	end(&t);
}

/* More than there is room for: nothing is said any more. Words that are zero need no room. */
static void too_much(struct machine *m)
{
	struct listener t;
	u64 i;

	begin(&t, m);
	for (i = 0; i < 2000; i++)
		TELL(&t, 0, store, 0, HOST + 16 + 8 * i, 0);
	CANNOT_LOAD(&t, HOST + 8, 0, "lost");
	end(&t);
	begin(&t, m);
	for (i = 0; i < 2000; i++)
		TELL(&t, 0, store, 0, HOST + 16 + 8 * i, VALUE);
	LOADS(&t, HOST + 8, 0);
	end(&t);
}

RUN_TESTS(ALL(what_was_stored_is_there), ALL(others_words_are_not_there), ALL(what_is_unmapped_is_zero),
	  ALL(what_may_have_been_unmapped_is_either), ALL(mremap_takes_it_along), ALL(files_have_it_too),
	  ALL(a_file_that_may_be_there_says_nothing), ALL(large_pages_say_nothing),
	  ALL(only_what_was_given_up_is_thrown_away), ALL(what_a_guest_discards_is_zero),
	  ALL(a_process_ends_with_all_it_had), ALL(in_the_end_all_is_loaded), ALL(too_much))
