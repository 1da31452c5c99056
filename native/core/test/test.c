// SPDX-License-Identifier: GPL-2.0-only
/* What all programs of tests share: compiled once. */
#include "test.h"

#if defined(__has_include) && defined(__linux__)
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define HAS_BACKTRACE
#endif
#endif

int failures;
_Thread_local struct memory_test memory_test;

static int event_text(const struct event *e, char *text, size_t size)
{
	const char *local = e->a ? " local" : " global";
	unsigned long long address = e->address;

	switch (e->kind) {
	case EVENT_NOTIFY:
		return snprintf(text, size, "notify n%u g%u 0x%llx\n", e->a, e->b, address);
	case EVENT_IDTE:
		return snprintf(text, size, "idte g%u 0x%llx\n", e->b, address);
	case EVENT_IDTE_MM:
		return snprintf(text, size, "idte mm%u%s\n", e->b, local);
	case EVENT_IPTE:
		return snprintf(text, size, "ipte 0x%llx%s\n", address, local);
	case EVENT_LAZY:
		return snprintf(text, size, "lazy 0x%llx\n", address);
	case EVENT_FLUSH_ALL:
		return snprintf(text, size, "flush%s\n", local);
	case EVENT_KEY:
		return snprintf(text, size, "key 0x%x%s\n", e->a, e->b ? " quiescing" : "");
	case EVENT_FAILURE:
		return snprintf(text, size, "failure %u\n", e->a);
	case EVENT_ALLOC_FRAMES:
		return snprintf(text, size, "alloc %u\n", e->a);
	default:
		return snprintf(text, size, "free %u\n", e->a);
	}
}

void expect_events(struct machine *m, const char *file, int line, const char *format, ...)
{
	char expected[4096], actual[4096] = "";
	size_t length = 0;
	va_list args;
	u32 i;

	va_start(args, format);
	vsnprintf(expected, sizeof(expected), format, args);
	va_end(args);
	for (i = 0; i < m->events.count && length < sizeof(actual); i++)
		length += (size_t)event_text(&m->events.event[i], actual + length, sizeof(actual) - length);
	m->events.count = 0;
	if (strcmp(actual, expected) == 0)
		return;
	printf("%s:%d: events\n%sexpected\n%s", file, line, actual, expected);
	failures++;
}

u64 count_events(const struct machine *m, enum event_kind kind, u32 a)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < m->events.count; i++)
		count += m->events.event[i].kind == kind && m->events.event[i].a == a;
	return count;
}

void map_memory(struct machine *m, struct mm *mm, u64 address, u64 length, u64 prot)
{
	EXPECT_EQ(sys_mmap(m, mm, address, length, prot, 0), 0);
}

struct gmap *new_gmap(struct machine *m, struct mm *mm, u64 limit, u64 handle)
{
	struct gmap *gmap = gmap_alloc(m, mm, limit);

	if (!gmap) {
		printf("no memory for a gmap\n");
		exit(1);
	}
	SET(m, gmap->handle, handle);
	SET(m, m->s.gmap[handle], gmap);
	if (m->s.gmap_count <= handle)
		SET(m, m->s.gmap_count, handle + 1);
	return gmap;
}

void drop_gmap(struct machine *m, struct gmap *gmap)
{
	if (gmap->handle < MAX_GMAPS)
		SET(m, m->s.gmap[gmap->handle], NULL);
	gmap_free(m, gmap);
}

void record_notify(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end)
{
	event_range(m, EVENT_NOTIFY, (u32)(nb - m->s.notifier), (u32)gmap->handle, gaddr, end);
}

void add_notifier(struct machine *m, u64 handle)
{
	struct gmap_notifier *nb = &m->s.notifier[handle];

	SET(m, nb->notifier_call, record_notify);
	gmap_register_ipte_notifier(m, nb);
}

u64 pte_of_page(struct machine *m, const struct mm *mm, u64 vmaddr)
{
	const entry_t *ptep = host_pte(m, mm, vmaddr);

	return ptep ? entry_get(ptep) : 0;
}

u64 pgste_of_page(struct machine *m, const struct mm *mm, u64 vmaddr)
{
	const entry_t *ptep = host_pte(m, mm, vmaddr);

	return ptep ? entry_get(ptep + PGSTE_OFFSET) : UINT64_MAX;
}

u64 entry_of(const struct machine *m, u64 table, u64 index)
{
	return entry_get(entry_at(m, table) + index);
}

u64 entries_in_use(const struct machine *m, u64 table, u64 empty)
{
	u64 used = 0;
	u64 i;

	for (i = 0; i < CRST_ENTRIES; i++)
		used += entry_of(m, table, i) != empty;
	return used;
}

u64 mapping_of(const struct gmap *gmap, u64 gaddr)
{
	return radix_lookup(NULL, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
}

u64 next_random(u64 *state)
{
	u64 x = *state += 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

void free_everything(struct machine *m)
{
	u64 i, j;

	m->events.mask = 0;
	for (i = 0; i < m->s.mm_count; i++) {
		struct mm *mm = m->s.mm[i];

		if (!mm)
			continue;
		mm_exit(m, mm);
		while (mm->gmap_list.next != &mm->gmap_list)
			drop_gmap(m, container_of(mm->gmap_list.next, struct gmap, list));
		/* later kernels: removed ones that somebody has a reference to */
		for (j = 0; j < m->s.gmap_count; j++)
			if (m->s.gmap[j] && m->s.gmap[j]->mm == mm)
				drop_gmap(m, m->s.gmap[j]);
		SET(m, m->s.mm[i], NULL);
		mm_free(m, mm);
	}
}

void expect_nothing_left(const struct machine *m, bool loses)
{
	struct machine_counts counts;

	machine_count(m, &counts);
	EXPECT_EQ(counts.mms, 0);
	EXPECT_EQ(counts.gmaps, 0);
	EXPECT_EQ(counts.vmas, 0);
	EXPECT_EQ(counts.files, 0);
	EXPECT_EQ(counts.frames, counts.lost_tables);
	EXPECT_EQ(counts.radix_nodes, counts.lost_nodes);
	EXPECT_EQ(counts.lost_tables + counts.lost_nodes > 0, loses);
}

static struct machine *test_machine_of(const struct profile *profile, void (*change)(struct machine_options *options))
{
	struct machine_options options;
	struct machine *m;
	const char *error;

	machine_default_options(&options);
	options.profile = profile;
	if (change)
		change(&options);
	m = machine_create(&options, &error);
	if (!m && !memory_test.failed) {
		printf("no machine: %s\n", error);
		exit(1);
	}
	return m;
}

/* The machine that the test was begun with; its way out leads to run_on(). */
static struct machine *under_test;

void end_if_short(const struct machine *m)
{
	if (memory_test.failed && m->dead == BUG_host_memory && under_test && under_test->stack->way_out)
		machine_unwind(under_test);
}

struct machine *test_machine(void (*change)(struct machine_options *options))
{
	struct machine *m = test_machine_of(profile_find(PROFILE_DEFAULT), change);

	if (!m)
		machine_unwind(under_test);
	return m;
}

static bool ran_to_its_end(struct machine *m, const struct test *test)
{
	under_test = m;
	if (bug_guard(m, test->run))
		return true;
	if (memory_test.failed && (!m->dead || m->dead == BUG_host_memory))
		return false;
	printf("BUG %s: %s\n", bug_place_name(m->dead), m->bug_text);
	failures++;
	return false;
}

static void run_on(const struct test *test, const struct profile *profile)
{
	struct machine *m = test_machine_of(profile, test->options);
	int before = failures;
	bool ended;

	if (!m)
		return;
	ended = ran_to_its_end(m, test);
	EXPECT_CHECK(m);
	/* a machine that died on purpose, or in the middle of its test */
	if (m->dead || !ended)
		machine_reset(m);
	if (!bug_guard(m, free_everything)) {
		printf("BUG %s while everything is freed: %s\n", bug_place_name(m->dead), m->bug_text);
		failures++;
	}
	EXPECT_CHECK(m);
	expect_nothing_left(m, ended && test->loses);
	if (failures != before)
		printf("FAILED %s on %s\n", test->name, m->options.profile->name);
	machine_destroy(m);
}

size_t run_test(const struct test *test)
{
	const struct profile *profile;
	size_t i, count = 0;

	for (i = 0; (profile = profile_at(i)); i++) {
		if (test->kernels == ON_ONE && i > 0)
			break;
		if (test->kernels == ON_LATER && profile->functions == FUNCTIONS_4_7)
			continue;
		run_on(test, profile);
		count++;
	}
	return count;
}

bool counts_work(void)
{
#ifdef COUNT_WORK
	return true;
#else
	puts("not run: only builds with -DCOUNT_WORK count what is looked at");
	return false;
#endif
}

int run_tests(const struct test *tests, size_t count)
{
	size_t i, run = 0;

	for (i = 0; i < count; i++)
		run += run_test(&tests[i]);
	printf("%zu tests, %d failures\n", run, failures);
	return failures != 0;
}

/* Ways to a request of memory, as hashes of what called what. */
#define MAX_WAYS 4096

static struct {
	u64 way[MAX_WAYS];
	u64 request[MAX_WAYS]; /* of the test that is looked at, the first one by that way */
	size_t known;
	size_t fresh; /* those from here on are new */
} ways;

static u64 hash_of_callers(void)
{
	u64 hash = HASH_OF_NOTHING;
#ifdef HAS_BACKTRACE
	void *callers[64];
	int i, depth = backtrace(callers, 64);

	for (i = 0; i < depth; i++)
		hash = hash_word(hash, (u64)(uintptr_t)callers[i]);
#else
	/* nobody can say: each is another one */
	hash ^= memory_test.requests;
#endif
	return hash;
}

static void note_way(void)
{
	u64 way = hash_of_callers();
	size_t i;

	for (i = 0; i < ways.known; i++)
		if (ways.way[i] == way)
			return;
	if (ways.known == MAX_WAYS)
		return;
	ways.way[ways.known] = way;
	ways.request[ways.known++] = memory_test.requests + 1;
}

static const struct profile *profile_for(const struct test *test)
{
	size_t i = 0;

	while (test->kernels == ON_LATER && profile_at(i)->functions == FUNCTIONS_4_7)
		i++;
	return profile_at(i);
}

/* What a test asks for by ways that no test before it went fails, one request at a time. */
static void run_short(const struct test *test)
{
	const struct profile *profile = profile_for(test);
	size_t i;

	ways.fresh = ways.known;
	memory_fail_at(0);
	memory_test.before = note_way;
	run_on(test, profile);
	memory_test.before = NULL;
	for (i = ways.fresh; i < ways.known; i++) {
		s64 live = memory_test.live;

		memory_fail_at(ways.request[i]);
		run_on(test, profile);
		if (!memory_test.failed || memory_test.live != live) {
			printf("%s: request %llu failed: %d, not given back: %lld\n", test->name,
			       (unsigned long long)ways.request[i], memory_test.failed,
			       (long long)(memory_test.live - live));
			failures++;
		}
	}
}

u64 hash_words(u64 hash, const struct words *words)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		hash = hash_word(hash, words->word[i]);
	return hash;
}

int run_seeds(int argc, char **argv, u64 usual, void (*run_seed)(u64 seed))
{
	u64 first = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	u64 count = argc > 2 ? strtoull(argv[2], NULL, 0) : usual;
	u64 seed;

	for (seed = first; seed < first + count && failures < 10; seed++)
		run_seed(seed);
	printf("%llu programs, %d failures\n", (unsigned long long)count, failures);
	return failures != 0;
}

int test_main(int argc, char **argv, const struct test *tests, size_t count)
{
	size_t i;

	if (argc < 2 || strcmp(argv[1], "--memory") != 0)
		return run_tests(tests, count);
	for (i = 0; i < count; i++) {
		if (tests[i].needs_memory)
			printf("not run: %s, which needs its memory\n", tests[i].name);
		else
			run_short(&tests[i]);
	}
	if (!ways.known) {
		printf("no request of memory was seen: memory_fails.c is not linked\n");
		failures++;
	}
	printf("%zu ways to a request of memory, %d failures\n", ways.known, failures);
	return failures != 0;
}
