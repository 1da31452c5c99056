// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the core costs beside what the kernel has. Prints one JSON object: { "memory": …, "cases": [{ "name": …, "ns": …, "unit": …,
 * "ratio": …, "p10": …, "p90": …, "limit": … }] }, where `limit` is the most that a case may take. Machines are noisy: each round
 * measures the unit, the case and the unit again, and what is told are the median of the rounds' ratios and the ratios that a tenth
 * of the rounds lie below and above.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cases.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/counts.h"
#include "core/program/boot.h"
#include "core/program/interp.h"
#include "stopwatch.h"

#define ROUNDS 11

static volatile u64 sink;

static void setup_machine(struct bench *b)
{
	b->m = bench_machine();
	b->mm = b->m->s.mm[0];
}

static void create_remove(struct bench *b)
{
	gmap_remove(b->m, gmap_create(b->m, b->mm, SEGMENT));
}

static void reset_and_create(struct bench *b)
{
	machine_reset(b->m);
	gmap_create(b->m, b->m->s.mm[0], SEGMENT);
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
	long count_a = runs_of_round(a, NULL, bench_a);
	long count_b = runs_of_round(b, NULL, bench_b);
	int round;

	for (round = 0; round < ROUNDS; round++) {
		double before = time_of(b, NULL, bench_b, count_b);
		double after;

		ns[round] = time_of(a, NULL, bench_a, count_a);
		after = time_of(b, NULL, bench_b, count_b);
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

	bench_open(&b, SEGMENT);
	gmap_remove(b.m, b.gmap);
	machine_count(b.m, &before);
	b.gmap = gmap_create(b.m, b.mm, SEGMENT);
	gmap_map_segment(b.m, b.gmap, HOST, 0, 1024 * SEGMENT);
	for (i = 0; i < 1024; i++)
		gmap_fault(b.m, b.gmap, i * SEGMENT, 0);
	machine_count(b.m, &after);
	printf("  \"memory\": {\"segments\": 1024, \"bytes\": %llu, \"kernel_bytes\": %llu, \"limit\": 1.1},\n",
	       (unsigned long long)(after.bytes - before.bytes), (unsigned long long)kernel);
	bench_close(&b);
}

static void compare(const char *name, struct bench *a, void (*run_a)(struct bench *), struct bench *b,
		    void (*run_b)(struct bench *), const char *unit, double limit, bool last)
{
	print_case(name, measure(a, run_a, b, run_b), unit, limit, last);
	bench_close(a);
	if (b->m)
		bench_close(b);
}

int main(void)
{
	struct bench a = { 0 }, b = { 0 };

	big_from = calloc(1, BIG);
	big_to = malloc(BIG);
	if (!big_from || !big_to)
		return 1;
	printf("{\n");
	print_memory();
	printf("  \"cases\": [\n");
	setup_machine(&a);
	bench_open(&b, SEGMENT);
	compare("reset + one new gmap", &a, reset_and_create, &b, create_remove, "create + remove", 5, false);
	a = b = (struct bench){ 0 };
	setup_stores(&a);
	compare("32 stores + restore of a snapshot", &a, stores_and_restore, &b, copy_4mib, "memcpy of 4 MiB", 0.01,
		false);
	setup_mix(&a);
	setup_mix(&b);
	compare("20 operations as a program", &a, mix_as_program, &b, mix_from_c, "the same calls from C", 1.3, true);
	printf("  ]\n}\n");
	free(big_from);
	free(big_to);
	return 0;
}
