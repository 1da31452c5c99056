// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core costs, in units of filling one 16 KiB table that is timed in the same round. Prints one JSON
 * object: { "fill_ns": …, "cases": [{ "name": …, "ns": …, "ratio": …, "p10": …, "p90": …, "limit": … }] }, where
 * `limit` is the most that a case may take. Locks and debug checks are off, as they are in the kernel's own numbers.
 * Machines are noisy: each round measures the unit, the case and the unit again, and what is told are the median of the
 * rounds' ratios and the ratios that a tenth of the rounds lie below and above.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/linux/mm/fault.h"
#include "core/linux/gmap/gmap.h"
#include "core/program/interp.h"
#include "core/machine/machine.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/pgalloc.h"
#include "core/program/boot.h"
#include "core/machine/counts.h"

#define ROUNDS 11
#define ROUND_NS 6000000.0
#define HOST 0x200000000ULL
#define SEGMENT ((u64)1 << 20)
/* of a case whose state has to be made anew every few runs, which is not timed */
#define PREPARED_RUNS 8
#define PREPARED_BATCHES 200

struct bench {
	struct machine *m;
	struct mm *mm;
	struct gmap *gmap;
	u64 *table; /* what the fill fills */
	u64 i;
	void (*prepare)(struct bench *b);
	u64 program[20 * 6];
	size_t program_bytes;
	struct call calls[20];
	enum wire_op ops[20];
};

static volatile u64 sink;

static double clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* A machine for measuring: everything that costs more than the kernel's own code is switched off. */
static struct machine *bench_machine(void)
{
	struct machine_options options;
	const char *error;
	struct machine *m;

	machine_default_options(&options);
	options.debug_vm = false;
	options.check_locks = false;
	m = machine_create(&options, &error);
	if (!m) {
		fprintf(stderr, "bench: %s\n", error);
		exit(1);
	}
	return m;
}

static void bench_open(struct bench *b, u64 limit)
{
	b->m = bench_machine();
	b->mm = b->m->s.mm[0];
	b->i = 0;
	s390_enable_sie(b->m, b->mm);
	sys_mmap(b->m, b->mm, HOST, 2048 * SEGMENT, VM_READ | VM_WRITE, 0);
	b->gmap = gmap_alloc(b->m, b->mm, limit);
}

static void bench_close(struct bench *b)
{
	machine_destroy(b->m);
}

static void setup_two_levels(struct bench *b)
{
	bench_open(b, SEGMENT);
}

static void setup_mapped(struct bench *b)
{
	bench_open(b, SEGMENT);
	gmap_map_segment(b->m, b->gmap, HOST, 0, 1024 * SEGMENT);
}

static void setup_linked(struct bench *b)
{
	bench_open(b, SEGMENT);
	gmap_map_segment(b->m, b->gmap, HOST, 0, SEGMENT);
	gmap_fault(b->m, b->gmap, 0x1000, FAULT_FLAG_WRITE);
}

static void notifier_call(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end)
{
	(void)end;
	(void)m;
	(void)nb;
	(void)gmap;
	sink = gaddr;
}

static void setup_notifier(struct bench *b)
{
	setup_linked(b);
	b->m->s.notifier[0].notifier_call = notifier_call;
	gmap_register_ipte_notifier(b->m, &b->m->s.notifier[0]);
}

static void setup_machine(struct bench *b)
{
	b->m = bench_machine();
	b->mm = b->m->s.mm[0];
	b->gmap = NULL;
}

static void fill(struct bench *b)
{
	u64 value = be64(0x20) + (b->i++ & 1);
	size_t i;

	for (i = 0; i < CRST_ENTRIES; i++)
		b->table[i] = value;
	/* keeps the stores from being left out */
	__asm__ volatile("" : : "r"(b->table) : "memory");
}

static void translate(struct bench *b)
{
	sink = gmap_translate(b->m, b->gmap, (b->i++ & 1023) * SEGMENT + 0x123);
}

static void map_unmap(struct bench *b)
{
	gmap_map_segment(b->m, b->gmap, HOST + SEGMENT, 5 * SEGMENT, SEGMENT);
	gmap_unmap_segment(b->m, b->gmap, 5 * SEGMENT, SEGMENT);
}

static void map_unmap_above(struct bench *b)
{
	gmap_map_segment(b->m, b->gmap, HOST + 1500 * SEGMENT, 1500 * SEGMENT, SEGMENT);
	gmap_unmap_segment(b->m, b->gmap, 1500 * SEGMENT, SEGMENT);
}

static void fault_warm(struct bench *b)
{
	gmap_map_segment(b->m, b->gmap, HOST, 0, SEGMENT);
	sink = (u64)gmap_fault(b->m, b->gmap, 0x1000, 0);
	gmap_unmap_segment(b->m, b->gmap, 0, SEGMENT);
}

/* The host's page table is made anew each time, in a segment that has none yet; prepare takes them away. */
static void unmap_host(struct bench *b)
{
	sys_munmap(b->m, b->mm, HOST, PREPARED_RUNS * SEGMENT);
	sys_mmap(b->m, b->mm, HOST, PREPARED_RUNS * SEGMENT, VM_READ | VM_WRITE, 0);
	b->i = 0;
}

static void fault_cold(struct bench *b)
{
	u64 offset = b->i++ * SEGMENT;

	gmap_map_segment(b->m, b->gmap, HOST + offset, 0, SEGMENT);
	sink = (u64)gmap_fault(b->m, b->gmap, 0x1000, 0);
	gmap_unmap_segment(b->m, b->gmap, 0, SEGMENT);
}

static void fault_present(struct bench *b)
{
	sink = (u64)gmap_fault(b->m, b->gmap, 0x1000, FAULT_FLAG_WRITE);
}

static void arm(struct bench *b)
{
	sink = (u64)gmap_ipte_notify(b->m, b->gmap, 0x1000, 0x1000);
}

static void notify(struct bench *b)
{
	ptep_notify(b->m, b->mm, HOST + 0x1000, host_pte(b->m, b->mm, HOST + 0x1000), PGSTE_IN);
}

static void alloc_free(struct bench *b)
{
	gmap_free(b->m, gmap_alloc(b->m, b->mm, SEGMENT));
}

static void five_levels(struct bench *b)
{
	struct gmap *gmap = gmap_alloc(b->m, b->mm, UINT64_MAX);

	gmap_map_segment(b->m, gmap, HOST, 0x40000180500000, SEGMENT);
	sink = (u64)gmap_fault(b->m, gmap, 0x40000180501000, 0);
	gmap_free(b->m, gmap);
}

static void map_many(struct bench *b)
{
	gmap_map_segment(b->m, b->gmap, HOST, 0, 1024 * SEGMENT);
	gmap_unmap_segment(b->m, b->gmap, 0, 1024 * SEGMENT);
}

/* A fixed mix of operations on one gmap; the same calls, made from C and from a program. */
static void setup_mix(struct bench *b)
{
	static const enum wire_op mix[] = {
		OP_gmap_map_segment,   OP_gmap_fault,	  OP_gmap_fault,	 OP_gmap_translate,
		OP_gmap_ipte_notify,   OP_gmap_translate, OP_gmap_map_segment,	 OP_gmap_fault,
		OP_gmap_discard,       OP_gmap_fault,	  OP___gmap_zap,	 OP_gmap_translate,
		OP_gmap_unmap_segment, OP_gmap_fault,	  OP_gmap_ipte_notify,	 OP_gmap_fault,
		OP_gmap_translate,     OP_gmap_discard,	  OP_gmap_unmap_segment, OP_gmap_translate,
	};
	size_t i, j, words = 0;

	bench_open(b, SEGMENT);
	b->gmap->handle = 0;
	b->m->s.gmap[0] = b->gmap;
	b->m->s.gmap_count = 1;
	for (i = 0; i < 20; i++) {
		u64 gaddr = (i % 3) * SEGMENT;
		u64 page = gaddr + (1 + i % 5) * 0x1000;
		struct call *call = &b->calls[i];
		const struct op_info *info = &op_infos[mix[i]];

		*call = (struct call){ .arg = { 0, page, 0 } };
		if (mix[i] == OP_gmap_map_segment)
			*call = (struct call){ .arg = { 0, HOST, gaddr, 3 * SEGMENT } };
		else if (mix[i] == OP_gmap_unmap_segment)
			*call = (struct call){ .arg = { 0, gaddr, SEGMENT } };
		else if (mix[i] == OP_gmap_fault)
			call->arg[2] = i & 1;
		else if (mix[i] == OP_gmap_ipte_notify)
			call->arg[2] = 0x2000;
		else if (mix[i] == OP_gmap_discard)
			call->arg[2] = page + 0x4000;
		b->ops[i] = mix[i];
		b->program[words++] = le64(mix[i]);
		for (j = 0; j < info->arity; j++)
			b->program[words++] = le64(call->arg[j]);
	}
	b->program_bytes = words * sizeof(u64);
}

static void mix_from_c(struct bench *b)
{
	size_t i;

	for (i = 0; i < 20; i++) {
		const u64 *arg = b->calls[i].arg;

		switch (b->ops[i]) {
		case OP_gmap_map_segment:
			sink = (u64)gmap_map_segment(b->m, b->gmap, arg[1], arg[2], arg[3]);
			break;
		case OP_gmap_unmap_segment:
			sink = (u64)gmap_unmap_segment(b->m, b->gmap, arg[1], arg[2]);
			break;
		case OP_gmap_fault:
			sink = (u64)gmap_fault(b->m, b->gmap, arg[1], (u32)arg[2]);
			break;
		case OP_gmap_translate:
			sink = gmap_translate(b->m, b->gmap, arg[1]);
			break;
		case OP_gmap_ipte_notify:
			sink = (u64)gmap_ipte_notify(b->m, b->gmap, arg[1], arg[2]);
			break;
		case OP_gmap_discard:
			gmap_discard(b->m, b->gmap, arg[1], arg[2]);
			break;
		default:
			__gmap_zap(b->m, b->gmap, arg[1]);
		}
	}
}

static void mix_as_program(struct bench *b)
{
	sink = machine_run(b->m, (const u8 *)b->program, b->program_bytes, NULL);
}

static void reset_and_alloc(struct bench *b)
{
	machine_reset(b->m);
	gmap_alloc(b->m, b->m->s.mm[0], SEGMENT);
}

#define BIG ((size_t)4 << 20)

static void setup_stores(struct bench *b)
{
	bench_open(b, SEGMENT);
	b->i = (u64)machine_snapshot(b->m);
}

static void stores_and_restore(struct bench *b)
{
	entry_t *entry = entry_at(b->m, ZERO_AREA);
	u64 i;

	for (i = 0; i < 32; i++)
		entry_set(b->m, entry + i * 512, i + 1);
	machine_restore(b->m, (int)b->i);
}

static u8 *big_from, *big_to;

static void copy_4mib(struct bench *b)
{
	(void)b;
	memcpy(big_to, big_from, BIG);
	__asm__ volatile("" : : "r"(big_to) : "memory");
}

struct benchmark {
	const char *name;
	void (*setup)(struct bench *b);
	void (*run)(struct bench *b);
	double kernel;			  /* what the kernel's own code took, in fills */
	void (*prepare)(struct bench *b); /* not timed; for the next PREPARED_RUNS runs */
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/*
 * Of a case that has to be prepared every few runs: the median of the batches, by the clock on the wall. The processor's
 * clock is a system call, which would be a part of so short a time; and whoever else ran made only some batches longer.
 */
static double prepared_time_of(void (*run)(struct bench *b), struct bench *b)
{
	double ns[PREPARED_BATCHES];
	int batch, i;

	for (batch = 0; batch < PREPARED_BATCHES; batch++) {
		double start;

		b->prepare(b);
		start = clock_ns(CLOCK_MONOTONIC);
		for (i = 0; i < PREPARED_RUNS; i++)
			run(b);
		ns[batch] = (clock_ns(CLOCK_MONOTONIC) - start) / PREPARED_RUNS;
	}
	qsort(ns, PREPARED_BATCHES, sizeof(*ns), by_value);
	return ns[PREPARED_BATCHES / 2];
}

/* Of the processor, for this process: others run meanwhile. */
static double time_of(void (*run)(struct bench *b), struct bench *b, long count)
{
	double start;
	long i;

	if (b->prepare)
		return prepared_time_of(run, b);
	start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < count; i++)
		run(b);
	return (clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start) / (double)count;
}

static long calibrate(void (*run)(struct bench *b), struct bench *b)
{
	double one = time_of(run, b, 16);

	return one > ROUND_NS ? 1 : (long)(ROUND_NS / (one > 1 ? one : 1)) + 1;
}

struct measured {
	double ns;
	double ratio;
	double p10;
	double p90;
};

/* Measures a against b, round by round. */
static struct measured measure(struct bench *bench_a, void (*a)(struct bench *), struct bench *bench_b,
			       void (*b)(struct bench *))
{
	double ns[ROUNDS], ratios[ROUNDS];
	long count_a = calibrate(a, bench_a);
	long count_b = calibrate(b, bench_b);
	int round;

	for (round = 0; round < ROUNDS; round++) {
		double before = time_of(b, bench_b, count_b);
		double after;

		ns[round] = time_of(a, bench_a, count_a);
		after = time_of(b, bench_b, count_b);
		ratios[round] = ns[round] / ((before + after) / 2);
	}
	qsort(ns, ROUNDS, sizeof(*ns), by_value);
	qsort(ratios, ROUNDS, sizeof(*ratios), by_value);
	return (struct measured){ ns[ROUNDS / 2], ratios[ROUNDS / 2], ratios[ROUNDS / 10],
				  ratios[ROUNDS - 1 - ROUNDS / 10] };
}

static void print_case(const char *name, struct measured measured, const char *unit, double limit, bool last)
{
	printf("  {\"name\": \"%s\", \"ns\": %.1f, \"unit\": \"%s\", \"ratio\": %.4f, ", name, measured.ns, unit,
	       measured.ratio);
	printf("\"p10\": %.4f, \"p90\": %.4f, \"limit\": %.4f}%s\n", measured.p10, measured.p90, limit,
	       last ? "" : ",");
}

static void print_memory(void)
{
	/* the tables of the kernel: page tables, the gmap's and the host's, and nodes of 576 bytes of two trees */
	u64 nodes = 2 * (1024 / 64 + 1);
	u64 kernel = 1024 * 4096 + 16384 + nodes * 576;
	struct machine_counts before, after;
	struct bench b = { 0 };
	u64 i;

	setup_two_levels(&b);
	gmap_free(b.m, b.gmap);
	machine_count(b.m, &before);
	b.gmap = gmap_alloc(b.m, b.mm, SEGMENT);
	gmap_map_segment(b.m, b.gmap, HOST, 0, 1024 * SEGMENT);
	for (i = 0; i < 1024; i++)
		gmap_fault(b.m, b.gmap, i * SEGMENT, 0);
	machine_count(b.m, &after);
	printf("  \"memory\": {\"segments\": 1024, \"bytes\": %llu, \"kernel_bytes\": %llu, \"limit\": 1.1},\n",
	       (unsigned long long)(after.bytes - before.bytes), (unsigned long long)kernel);
	bench_close(&b);
}

int main(void)
{
	static const struct benchmark cases[] = {
		{ "translate, hit, 1,024 segments", setup_mapped, translate, 0.013, NULL },
		{ "map + unmap one segment, nothing else mapped", setup_two_levels, map_unmap, 0.09, NULL },
		{ "map + unmap one segment, 1,024 others mapped", setup_mapped, map_unmap_above, 0.10, NULL },
		{ "map + first fault + unmap, host table cold", setup_two_levels, fault_cold, 0.41, unmap_host },
		{ "map + first fault + unmap, host table warm", setup_two_levels, fault_warm, 0.25, NULL },
		{ "fault, already linked and present", setup_linked, fault_present, 0.039, NULL },
		{ "ipte_notify of one page", setup_linked, arm, 0.053, NULL },
		{ "ptep_notify, 1 gmap, 1 block", setup_notifier, notify, 0.026, NULL },
		{ "alloc + free", setup_two_levels, alloc_free, 1.1, NULL },
		{ "5-level alloc + map + fault + free", setup_two_levels, five_levels, 6.4, NULL },
		{ "map + unmap 1,024 segments, one call each", setup_two_levels, map_many, 44 + 52, NULL },
	};
	const size_t count = sizeof(cases) / sizeof(cases[0]);
	u64 *table = aligned_alloc(CRST_SIZE, CRST_SIZE);
	struct bench fill_bench = { .table = table };
	struct bench b, c;
	struct measured measured;
	size_t i;

	big_from = calloc(1, BIG);
	big_to = malloc(BIG);
	if (!table || !big_from || !big_to)
		return 1;
	printf("{\n  \"fill_ns\": %.1f,\n", time_of(fill, &fill_bench, 20000));
	print_memory();
	printf("  \"cases\": [\n");
	for (i = 0; i < count; i++) {
		b = (struct bench){ 0 };
		cases[i].setup(&b);
		b.prepare = cases[i].prepare;
		measured = measure(&b, cases[i].run, &fill_bench, fill);
		print_case(cases[i].name, measured, "16 KiB fill", cases[i].kernel * 1.5, false);
		bench_close(&b);
	}
	b = (struct bench){ 0 };
	setup_machine(&b);
	measured = measure(&b, reset_and_alloc, &fill_bench, fill);
	print_case("reset + one new gmap", measured, "16 KiB fill", 5, false);
	bench_close(&b);

	b = (struct bench){ 0 };
	setup_stores(&b);
	measured = measure(&b, stores_and_restore, &b, copy_4mib);
	print_case("32 stores + restore of a snapshot", measured, "memcpy of 4 MiB", 0.01, false);
	bench_close(&b);

	b = (struct bench){ 0 };
	c = (struct bench){ 0 };
	setup_mix(&b);
	setup_mix(&c);
	measured = measure(&b, mix_as_program, &c, mix_from_c);
	print_case("20 operations as a program", measured, "the same calls from C", 1.3, true);
	bench_close(&b);
	bench_close(&c);
	printf("  ]\n}\n");
	free(table);
	free(big_from);
	free(big_to);
	return 0;
}
