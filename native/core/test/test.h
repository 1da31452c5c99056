/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The harness of the core's tests: one program for each file, linked with test.c. Each test gets a machine of its own that has one
 * process, mm0; at its end all invariants must hold, everything is freed, and nothing may be left over.
 */
#ifndef S390_GMAP_TEST_H
#define S390_GMAP_TEST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/check/check.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/gmap/guest_page.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/mprotect.h"
#include "core/linux/mm/mremap.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/tlb.h"
#include "core/linux/mm/user_access.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/zap.h"
#include "core/machine/counts.h"
#include "core/machine/list.h"
#include "core/machine/lock.h"
#include "core/machine/way_out.h"
#include "core/program/boot.h"
#include "core/program/interp.h"
#include "core/test/memory_fails.h"

/* On which kernels a test is run. */
enum on_kernels { ON_ONE /* 4.7, or what the options say */, ON_ALL, ON_LATER };

struct test {
	const char *name;
	void (*run)(struct machine *m);
	void (*options)(struct machine_options *options); /* NULL: a machine with all facilities */
	enum on_kernels kernels;
	bool loses; /* the kernel leaks tables or radix-tree nodes here */
	/* not run with --memory: it holds memory or machines of its own, asks a check itself, or takes long */
	bool needs_memory;
};

/* Of this program, so far. */
extern int failures;

#define EXPECT(condition)                                                                \
	do {                                                                             \
		if (!(condition)) {                                                      \
			printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
			failures++;                                                      \
		}                                                                        \
	} while (0)

/* Both sides as unsigned 64-bit numbers; a negative errno is sign-extended. */
#define EXPECT_EQ(actual, expected)                                                                   \
	do {                                                                                          \
		u64 actual_ = (u64)(actual);                                                          \
		u64 expected_ = (u64)(expected);                                                      \
		if (actual_ != expected_) {                                                           \
			printf("%s:%d: %s is 0x%llx, expected 0x%llx\n", __FILE__, __LINE__, #actual, \
			       (unsigned long long)actual_, (unsigned long long)expected_);           \
			failures++;                                                                   \
		}                                                                                     \
	} while (0)

#define EXPECT_TEXT(actual, expected)                                                                     \
	do {                                                                                              \
		const char *actual_ = (actual);                                                           \
		const char *expected_ = (expected);                                                       \
		if (strcmp(actual_, expected_) != 0) {                                                    \
			printf("%s:%d: got\n%s\nexpected\n%s\n", __FILE__, __LINE__, actual_, expected_); \
			failures++;                                                                       \
		}                                                                                         \
	} while (0)

/*
 * With --memory a program runs each test again and again, and each way to a request of memory fails once. A call that
 * died of that ends the test, wherever it came in: nothing more is expected of it.
 */
void end_if_short(const struct machine *m);

static inline struct reply go_on(const struct machine *m, struct reply reply)
{
	end_if_short(m);
	return reply;
}

static inline u64 go_on_with(const struct machine *m, u64 value)
{
	end_if_short(m);
	return value;
}

#define machine_call(m, op, call) go_on((m), machine_call((m), (op), (call)))
#define machine_enter(m, deepest, call, context) go_on((m), machine_enter((m), (deepest), (call), (context)))
#define machine_run(m, program, bytes, out) go_on_with((m), machine_run((m), (program), (bytes), (out)))

/* The call must end in this BUG. The machine `m` is dead afterwards, until reset or restored. */
#define EXPECT_BUG(place, call)                                                                            \
	do {                                                                                               \
		WITH_WAY_OUT(m, (void)(call));                                                             \
		end_if_short(m);                                                                           \
		if (m->dead != (place)) {                                                                  \
			printf("%s:%d: %s ended in BUG %s (%s), expected %s\n", __FILE__, __LINE__, #call, \
			       bug_place_name(m->dead), m->bug_text, bug_place_name(place));               \
			failures++;                                                                        \
		}                                                                                          \
	} while (0)

struct guarded {
	void (*call)(struct machine *m);
};

static inline void guarded_call(struct machine *m, void *context)
{
	((const struct guarded *)context)->call(m);
}

/* Calls; false if it ended in a BUG. */
static inline bool bug_guard(struct machine *m, void (*call)(struct machine *m))
{
	return machine_enter(m, CALLBACK_NONE, guarded_call, &(struct guarded){ call }).status == WIRE_OK;
}

/* The VMA that contains the address must be this one. */
#define EXPECT_VMA(mm, address, first, behind)                         \
	do {                                                           \
		const struct vma *vma_ = find_vma(m, (mm), (address)); \
		EXPECT_EQ(vma_ ? vma_->start : 0, (first));            \
		EXPECT_EQ(vma_ ? vma_->end : 0, (behind));             \
	} while (0)

/* All invariants hold. */
#define EXPECT_CHECK(m)                                                                               \
	do {                                                                                          \
		char text_[256];                                                                      \
		u64 known_ = 0;                                                                       \
		enum check_result result_;                                                            \
		result_ = machine_check_known((m), text_, sizeof(text_), &known_);                    \
		if (result_ == CHECK_BROKEN || (result_ == CHECK_NO_MEMORY && !memory_test.failed)) { \
			printf("%s:%d: machine_check: %s\n", __FILE__, __LINE__, text_);              \
			failures++;                                                                   \
		}                                                                                     \
	} while (0)

#define EVENTS_ALL (EVENT_BIT(EVENT_KINDS) - 1)
/* Everything but the allocator and storage keys: what a table of the specification has. */
#define EVENTS_FLUSH \
	(EVENTS_ALL & ~(EVENT_BIT(EVENT_ALLOC_FRAMES) | EVENT_BIT(EVENT_FREE_FRAMES) | EVENT_BIT(EVENT_KEY)))

/* The events since the last time, one a line, must be these; printf-like. */
#define EXPECT_EVENTS(...) expect_events(m, __FILE__, __LINE__, __VA_ARGS__)
#define EXPECT_NO_EVENTS() expect_events(m, __FILE__, __LINE__, "%s", "")

format_fn(4, 5) void expect_events(struct machine *m, const char *file, int line, const char *format, ...);

/* How many events of a kind there are in the log. */
u64 count_events(const struct machine *m, enum event_kind kind, u32 a);

#define READ_WRITE (VM_READ | VM_WRITE)

void map_memory(struct machine *m, struct mm *mm, u64 address, u64 length, u64 prot);

/* A gmap that programs and events know as g<handle>. */
struct gmap *new_gmap(struct machine *m, struct mm *mm, u64 limit, u64 handle);

void drop_gmap(struct machine *m, struct gmap *gmap);

/* A notifier_call that writes an event. */
void record_notify(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end);

void add_notifier(struct machine *m, u64 handle);

/* The PTE of an address; 0, which no PTE ever is, if there is no page table. */
u64 pte_of_page(struct machine *m, const struct mm *mm, u64 vmaddr);

u64 pgste_of_page(struct machine *m, const struct mm *mm, u64 vmaddr);

#define PTE_BITS(m, mm, vmaddr) (pte_of_page((m), (mm), (vmaddr)) & ~PAGE_MASK)

u64 entry_of(const struct machine *m, u64 table, u64 index);

/* How many entries of a region or segment table are not `empty`. */
u64 entries_in_use(const struct machine *m, u64 table, u64 empty);

/* Inline, since the abstract model has a function of the same name. */
static inline u64 link_of(const struct gmap *gmap, u64 vmaddr)
{
	return radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);
}

u64 mapping_of(const struct gmap *gmap, u64 gaddr);

/* FNV-1a, by words. */
#define HASH_OF_NOTHING 0xcbf29ce484222325ULL
static inline u64 hash_word(u64 hash, u64 word)
{
	return (hash ^ word) * 0x100000001b3ULL;
}

u64 hash_words(u64 hash, const struct words *words);

/* The same numbers on every machine: splitmix64. */
u64 next_random(u64 *state);

/* Ends all processes and gmaps. */
void free_everything(struct machine *m);

void expect_nothing_left(const struct machine *m, bool loses);

struct machine *test_machine(void (*change)(struct machine_options *options));

/* Answers on how many machines. */
size_t run_test(const struct test *test);
/* The main() of a test of random programs, PROGRAM [FIRST [COUNT]]: seeds 0 to `usual` - 1 unless others are asked for. */
int run_seeds(int argc, char **argv, u64 usual, void (*run_seed)(u64 seed));
/* Answers the exit status of the program. */
int run_tests(const struct test *tests, size_t count);
/* The same; with --memory in place of it: each way to a request of memory fails once. */
int test_main(int argc, char **argv, const struct test *tests, size_t count);

#define TEST(function, ...)                                     \
	{                                                       \
		.name = #function, .run = function, __VA_ARGS__ \
	}

/* Whether this build counts what is looked at, as cmake's do, and says so if it does not. */
bool counts_work(void);

#ifdef COUNT_WORK
#define LOOKED_AT(m, what) ((m)->work.what)
#else
#define LOOKED_AT(m, what) ((void)(m), (u64)0)
#endif

#define RUN_TESTS(...)                                                                 \
	int main(int argc, char **argv)                                                \
	{                                                                              \
		static const struct test tests[] = { __VA_ARGS__ };                    \
		return test_main(argc, argv, tests, sizeof(tests) / sizeof(tests[0])); \
	}

/* For those that need their memory: not run with --memory. */
#define RUN_TESTS_WITH_MEMORY(...)                                                        \
	int main(int argc, char **argv)                                                   \
	{                                                                                 \
		static const struct test tests[] = { __VA_ARGS__ };                       \
		if (argc > 1)                                                             \
			printf("%s: not run, all tests need their memory\n", argv[0]);    \
		return argc > 1 ? 0 : run_tests(tests, sizeof(tests) / sizeof(tests[0])); \
	}

#endif
