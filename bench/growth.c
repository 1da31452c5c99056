// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the cost of the core grows with the work: each promise at several sizes n. Prints one JSON array:
 *	[{ "promise": …, "bound": of the exponent, "sizes": [n …], "unit": …,
 *	   "counts": [of one operation, at each n], or "rounds": [[ns of one operation, at each n] …] }]
 * Compiled with -DCOUNT_WORK it counts, without it it measures: eleven rounds, in each of which every size has its turn.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/machine.h"
#include "core/program/boot.h"
#include "core/program/interp.h"
#include "core/program/observe.h"
#include "core/program/tracer.h"

#define ROUNDS 11
#define ROUND_NS 2e6
#define MAX_SIZES 4
#define HOST 0x10000000000ULL

struct bench {
	struct machine *m;
	struct mm *mm;
	struct gmap *gmap;
	u64 n;
	u64 at; /* the operation that comes next */
	int snapshot;
	struct words seen;
};

struct promise {
	const char *name;
	double bound;
	u64 sizes[MAX_SIZES]; /* 0 ends them */
	void (*setup)(struct bench *b);
	void (*prepare)(
		struct bench *b); /* before `operations`, which are all there are then; NULL: nothing, and no end */
	void (*operation)(struct bench *b);
	const char *unit; /* of what is counted; NULL: nothing */
	u64 (*count)(const struct bench *b);
};

static struct bench new_bench(u64 n)
{
	struct bench b = { .n = n };
	struct machine_options options;
	const char *error;

	machine_default_options(&options);
	options.debug_vm = false;
	options.check_locks = false;
	options.storage_limit = (u64)4 << 30;
	b.m = machine_create(&options, &error);
	if (!b.m) {
		fprintf(stderr, "bench: %s\n", error);
		exit(1);
	}
	b.mm = b.m->s.mm[0];
	s390_enable_sie(b.m, b.mm);
	return b;
}

/* The same numbers each time, each of 0 to n - 1 once; n has no factor in common with 7919. */
static u64 shuffled(const struct bench *b)
{
	return b->at * 7919 % b->n;
}

static u64 in_order(const struct bench *b)
{
	return b->at % b->n;
}

static u64 from_the_end(const struct bench *b)
{
	return b->n - 1 - b->at % b->n;
}

/* Many mappings: n of them, of a page each. */

static u64 mapping(u64 i)
{
	return HOST + i * 4 * PAGE_SIZE;
}

static void map(struct bench *b, u64 i)
{
	sys_mmap(b->m, b->mm, mapping(i), PAGE_SIZE, VM_READ | VM_WRITE, 0);
}

static void unmap(struct bench *b, u64 i)
{
	sys_munmap(b->m, b->mm, mapping(i), PAGE_SIZE);
}

static void unmap_all(struct bench *b)
{
	sys_munmap(b->m, b->mm, HOST, b->n * 4 * PAGE_SIZE);
}

static void map_all(struct bench *b)
{
	u64 i;

	unmap_all(b);
	for (i = 0; i < b->n; i++)
		map(b, i);
}

static void map_in_order(struct bench *b)
{
	map(b, in_order(b));
}

static void map_from_the_end(struct bench *b)
{
	map(b, from_the_end(b));
}

static void map_shuffled(struct bench *b)
{
	map(b, shuffled(b));
}

static void unmap_in_order(struct bench *b)
{
	unmap(b, in_order(b));
}

static void unmap_from_the_end(struct bench *b)
{
	unmap(b, from_the_end(b));
}

static void unmap_shuffled(struct bench *b)
{
	unmap(b, shuffled(b));
}

static void advise_in_order(struct bench *b)
{
	sys_madvise(b->m, b->mm, mapping(in_order(b)), PAGE_SIZE, MADV_DONTNEED);
}

static void advise_shuffled(struct bench *b)
{
	sys_madvise(b->m, b->mm, mapping(shuffled(b)), PAGE_SIZE, MADV_DONTNEED);
}

/* The same as memory of a guest. */
static void map_for_guest(struct bench *b)
{
	u64 length = (b->n * 4 * PAGE_SIZE + PMD_SIZE - 1) & PMD_MASK;
	u64 i;

	map_all(b);
	b->gmap = gmap_alloc(b->m, b->mm, UINT64_MAX);
	gmap_map_segment(b->m, b->gmap, HOST, 0, length);
	for (i = 0; i < b->n; i++)
		gmap_fault(b->m, b->gmap, i * 4 * PAGE_SIZE, FAULT_FLAG_WRITE);
}

/* The page is thrown away first, so that it has to be made again. */
static void fault_mapping(struct bench *b, u64 i)
{
	sys_madvise(b->m, b->mm, mapping(i), PAGE_SIZE, MADV_DONTNEED);
	gmap_fault(b->m, b->gmap, i * 4 * PAGE_SIZE, FAULT_FLAG_WRITE);
}

static void fault_mapping_in_order(struct bench *b)
{
	fault_mapping(b, in_order(b));
}

static void fault_mapping_shuffled(struct bench *b)
{
	fault_mapping(b, shuffled(b));
}

/* A guest: n segments, mapped and linked. */

static void link_all(struct bench *b)
{
	u64 i;

	sys_mmap(b->m, b->mm, HOST, b->n * PMD_SIZE, VM_READ | VM_WRITE, 0);
	b->gmap = gmap_alloc(b->m, b->mm, UINT64_MAX);
	b->gmap->handle = 0;
	b->m->s.gmap[0] = b->gmap;
	b->m->s.gmap_count = 1;
	gmap_map_segment(b->m, b->gmap, HOST, 0, b->n * PMD_SIZE);
	for (i = 0; i < b->n; i++)
		gmap_fault(b->m, b->gmap, i * PMD_SIZE, FAULT_FLAG_WRITE);
}

static void fault_in_order(struct bench *b)
{
	gmap_fault(b->m, b->gmap, in_order(b) * PMD_SIZE, 0);
}

static void fault_shuffled(struct bench *b)
{
	gmap_fault(b->m, b->gmap, shuffled(b) * PMD_SIZE, 0);
}

static void relink_shuffled(struct bench *b)
{
	u64 offset = shuffled(b) * PMD_SIZE;

	gmap_map_segment(b->m, b->gmap, HOST + offset, offset, PMD_SIZE);
	gmap_fault(b->m, b->gmap, offset, 0);
}

static void link_and_mark(struct bench *b)
{
	link_all(b);
	b->snapshot = machine_snapshot(b->m);
}

static void store_and_restore(struct bench *b)
{
	u64 i;

	for (i = 0; i < 256; i++)
		entry_set(b->m, entry_at(b->m, ZERO_AREA) + i * 64, i + 1);
	machine_restore(b->m, b->snapshot);
}

/* Observing, tracing and snapshots. */

static void observe(struct bench *b)
{
	b->seen.count = 0;
	observe_changes(b->m, &b->seen);
}

static void link_and_observe(struct bench *b)
{
	link_all(b);
	observe(b);
}

static void observed_store(struct bench *b)
{
	gmap_ipte_notify(b->m, b->gmap, shuffled(b) * PMD_SIZE, PAGE_SIZE);
	observe(b);
}

static void observed_link(struct bench *b)
{
	relink_shuffled(b);
	observe(b);
}

static void call(struct bench *b, enum wire_op op, u64 second, u64 third)
{
	struct call made = { .arg = { 0, second, third }, .result_handle = WIRE_NO_HANDLE };

	machine_call(b->m, op, &made);
}

/* n calls about 64 pages. */
static void trace(struct bench *b)
{
	u64 i;

	map_all(&(struct bench){ .m = b->m, .mm = b->mm, .n = 64 });
	tracer_start(b->m);
	for (i = 0; i < b->n; i++)
		call(b, i % 2 ? OP_store : OP_madvise, mapping(i / 2 % 64), i % 2 ? i : PAGE_SIZE);
}

static void who_wrote(struct bench *b)
{
	tracer_last_store(b->m, address_of(b->m, host_pte(b->m, b->mm, mapping(b->at % 64))));
}

static void mark(struct bench *b)
{
	b->m->undo.compacts = true;
	b->snapshot = machine_snapshot(b->m);
}

static void store_again(struct bench *b)
{
	entry_set(b->m, entry_at(b->m, ZERO_AREA) + b->at % 64, b->at);
}

static void go_back(struct bench *b)
{
	machine_restore(b->m, b->snapshot);
}

static u64 bytes_of_log(const struct bench *b)
{
	return (u64)((u8 *)b->m->undo.end - (u8 *)b->m->undo.base);
}

#ifdef COUNT_WORK
#define COUNTED(b, what) ((b)->m->work.what)
#else
#define COUNTED(b, what) ((void)(b), (u64)0)
#endif

static u64 mappings_looked_at(const struct bench *b)
{
	return COUNTED(b, vmas);
}

static u64 entries_looked_at(const struct bench *b)
{
	return COUNTED(b, entries);
}

static u64 stores_looked_at(const struct bench *b)
{
	return COUNTED(b, stores);
}

#define MAPPINGS                        \
	{                               \
		100, 1000, 10000, 60000 \
	}
#define SEGMENTS               \
	{                      \
		10, 1000, 8000 \
	}
#define IN_ORDER 0.15
#define AT_RANDOM 0.35

#define LOOKS_AT_MAPPINGS .unit = "mappings looked at", .count = mappings_looked_at
#define LOOKS_AT_ENTRIES .unit = "entries looked at", .count = entries_looked_at

static const struct promise promises[] = {
	{ "mmap, ascending", IN_ORDER, MAPPINGS, NULL, unmap_all, map_in_order, LOOKS_AT_MAPPINGS },
	{ "mmap, descending", IN_ORDER, MAPPINGS, NULL, unmap_all, map_from_the_end, LOOKS_AT_MAPPINGS },
	{ "mmap, at random", AT_RANDOM, MAPPINGS, NULL, unmap_all, map_shuffled, LOOKS_AT_MAPPINGS },
	{ "munmap, ascending", IN_ORDER, MAPPINGS, NULL, map_all, unmap_in_order, LOOKS_AT_MAPPINGS },
	{ "munmap, descending", IN_ORDER, MAPPINGS, NULL, map_all, unmap_from_the_end, LOOKS_AT_MAPPINGS },
	{ "munmap, at random", AT_RANDOM, MAPPINGS, NULL, map_all, unmap_shuffled, LOOKS_AT_MAPPINGS },
	{ "madvise, in order", IN_ORDER, MAPPINGS, map_all, NULL, advise_in_order, LOOKS_AT_MAPPINGS },
	{ "madvise, at random", AT_RANDOM, MAPPINGS, map_all, NULL, advise_shuffled, LOOKS_AT_MAPPINGS },
	{ "madvise + gmap_fault, in order", IN_ORDER, MAPPINGS, map_for_guest, NULL, fault_mapping_in_order,
	  LOOKS_AT_MAPPINGS },
	{ "madvise + gmap_fault, at random", AT_RANDOM, MAPPINGS, map_for_guest, NULL, fault_mapping_shuffled,
	  LOOKS_AT_MAPPINGS },
	{ "gmap_fault, linked, in order", IN_ORDER, SEGMENTS, link_all, NULL, fault_in_order, NULL, NULL },
	{ "gmap_fault, linked, at random", AT_RANDOM, SEGMENTS, link_all, NULL, fault_shuffled, NULL, NULL },
	{ "map and link, at random", AT_RANDOM, SEGMENTS, link_all, NULL, relink_shuffled, NULL, NULL },
	{ "restore of 256 stores", IN_ORDER, SEGMENTS, link_and_mark, NULL, store_and_restore, NULL, NULL },
	{ "observed: arm a page", AT_RANDOM, SEGMENTS, link_and_observe, NULL, observed_store, LOOKS_AT_ENTRIES },
	{ "observed: map and link", AT_RANDOM, SEGMENTS, link_and_observe, NULL, observed_link, LOOKS_AT_ENTRIES },
	{ "who wrote, of n traced calls",
	  IN_ORDER,
	  { 1000, 10000, 100000 },
	  trace,
	  NULL,
	  who_wrote,
	  "stores looked at",
	  stores_looked_at },
	{ "n stores to 64 words, with a snapshot",
	  IN_ORDER,
	  { 100000, 1000000, 4000000 },
	  mark,
	  go_back,
	  store_again,
	  "bytes of log",
	  bytes_of_log },
};

/* Of the processor, for this process: others run meanwhile. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds of an operation. */
static double measure(const struct promise *promise, struct bench *b)
{
	double spent = 0;
	u64 done = 0;

	while (spent < ROUND_NS) {
		u64 operations = b->n < 1000 || promise->prepare ? b->n : 1000;
		double start;
		u64 i;

		if (promise->prepare) {
			promise->prepare(b);
			b->at = 0;
		}
		start = now();
		for (i = 0; i < operations; i++, b->at++)
			promise->operation(b);
		spent += now() - start;
		done += operations;
	}
	return spent / (double)done;
}

static u64 count_of(const struct promise *promise, struct bench *b)
{
	return promise->count ? promise->count(b) : 0;
}

/* What an operation counts; the first one of some, which makes something once, left out. */
static double count(const struct promise *promise, struct bench *b)
{
	u64 operations = promise->prepare ? b->n : 1000;
	u64 before, i;

	if (promise->prepare)
		promise->prepare(b);
	else
		promise->operation(b);
	before = count_of(promise, b);
	for (i = 0; i < operations; i++, b->at++)
		promise->operation(b);
	return (double)(count_of(promise, b) - before) / (double)operations;
}

static void print_numbers(const double *numbers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		printf("%s%.2f", i ? ", " : "[", numbers[i]);
	printf("]");
}

static void print_promise(const struct promise *promise, bool first)
{
	struct bench benches[MAX_SIZES];
	double of_sizes[MAX_SIZES];
	size_t sizes, i;
	int round;

	printf("%s{\"promise\": \"%s\", \"bound\": %.2f, ", first ? "[" : ",\n", promise->name, promise->bound);
	printf("\"unit\": \"%s\", \"sizes\": ", promise->unit ? promise->unit : "");
	for (sizes = 0; sizes < MAX_SIZES && promise->sizes[sizes]; sizes++) {
		benches[sizes] = new_bench(promise->sizes[sizes]);
		if (promise->setup)
			promise->setup(&benches[sizes]);
		of_sizes[sizes] = (double)promise->sizes[sizes];
	}
	print_numbers(of_sizes, sizes);
#ifdef COUNT_WORK
	(void)round;
	(void)measure;
	for (i = 0; i < sizes; i++)
		of_sizes[i] = count(promise, &benches[i]);
	printf(", \"counts\": ");
	print_numbers(of_sizes, sizes);
#else
	(void)count;
	printf(", \"rounds\": ");
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < sizes; i++)
			of_sizes[i] = measure(promise, &benches[i]);
		printf(round ? ", " : "[");
		print_numbers(of_sizes, sizes);
	}
	printf("]");
#endif
	printf("}");
	for (i = 0; i < sizes; i++) {
		words_free(&benches[i].seen);
		machine_destroy(benches[i].m);
	}
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(promises) / sizeof(promises[0]); i++)
		print_promise(&promises[i], i == 0);
	printf("]\n");
	return 0;
}
