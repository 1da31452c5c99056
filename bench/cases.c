// SPDX-License-Identifier: GPL-2.0-only
/* What is measured: calls of the core, each with the state that it needs. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/linux/mm/fault.h"
#include "core/program/boot.h"
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/pgalloc.h"
#include "core/program/interp.h"

static volatile u64 sink;

struct machine *bench_machine(void)
{
	struct machine_options options;
	const char *error;
	struct machine *m;

	machine_default_options(&options);
	options.profile = profile_find("linux-6.1");
	options.debug_vm = false;
	options.check_locks = false;
	m = machine_create(&options, &error);
	if (!m) {
		fprintf(stderr, "bench: %s\n", error);
		exit(1);
	}
	return m;
}

void bench_open(struct bench *b, u64 limit)
{
	b->m = bench_machine();
	b->mm = b->m->s.mm[0];
	b->i = 0;
	s390_enable_sie(b->m, b->mm);
	sys_mmap(b->m, b->mm, HOST, 2048 * SEGMENT, VM_READ | VM_WRITE, 0);
	b->gmap = gmap_create(b->m, b->mm, limit);
}

void bench_close(struct bench *b)
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
	gmap_register_pte_notifier(b->m, &b->m->s.notifier[0]);
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
	sink = (u64)gmap_mprotect_notify(b->m, b->gmap, 0x1000, 0x1000, PROT_WRITE);
}

static void notify(struct bench *b)
{
	ptep_notify(b->m, b->mm, HOST + 0x1000, host_pte(b->m, b->mm, HOST + 0x1000), PGSTE_IN);
}

static void create_remove(struct bench *b)
{
	gmap_remove(b->m, gmap_create(b->m, b->mm, SEGMENT));
}

static void five_levels(struct bench *b)
{
	struct gmap *gmap = gmap_create(b->m, b->mm, UINT64_MAX);

	gmap_map_segment(b->m, gmap, HOST, 0x40000180500000, SEGMENT);
	sink = (u64)gmap_fault(b->m, gmap, 0x40000180501000, 0);
	gmap_remove(b->m, gmap);
}

static void map_many(struct bench *b)
{
	gmap_map_segment(b->m, b->gmap, HOST, 0, 1024 * SEGMENT);
	gmap_unmap_segment(b->m, b->gmap, 0, 1024 * SEGMENT);
}

void setup_mix(struct bench *b)
{
	static const enum wire_op mix[] = {
		OP_gmap_map_segment,	 OP_gmap_fault,	    OP_gmap_fault,	     OP_gmap_translate,
		OP_gmap_mprotect_notify, OP_gmap_translate, OP_gmap_map_segment,     OP_gmap_fault,
		OP_gmap_discard,	 OP_gmap_fault,	    OP___gmap_zap,	     OP_gmap_translate,
		OP_gmap_unmap_segment,	 OP_gmap_fault,	    OP_gmap_mprotect_notify, OP_gmap_fault,
		OP_gmap_translate,	 OP_gmap_discard,   OP_gmap_unmap_segment,   OP_gmap_translate,
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
		else if (mix[i] == OP_gmap_mprotect_notify)
			call->arg[2] = 0x2000, call->arg[3] = PROT_WRITE;
		else if (mix[i] == OP_gmap_discard)
			call->arg[2] = page + 0x4000;
		b->ops[i] = mix[i];
		b->program[words++] = le64(mix[i]);
		for (j = 0; j < info->arity; j++)
			b->program[words++] = le64(call->arg[j]);
	}
	b->program_bytes = words * sizeof(u64);
}

void mix_from_c(struct bench *b)
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
		case OP_gmap_mprotect_notify:
			sink = (u64)gmap_mprotect_notify(b->m, b->gmap, arg[1], arg[2], arg[3]);
			break;
		case OP_gmap_discard:
			gmap_discard(b->m, b->gmap, arg[1], arg[2]);
			break;
		default:
			__gmap_zap(b->m, b->gmap, arg[1]);
		}
	}
}

void mix_as_program(struct bench *b)
{
	sink = machine_run(b->m, (const u8 *)b->program, b->program_bytes, NULL);
}

const struct bench_case bench_cases[BENCH_CASES] = {
	{ "translate, hit, 1,024 segments", setup_mapped, translate, NULL },
	{ "map + unmap one segment, nothing else mapped", setup_two_levels, map_unmap, NULL },
	{ "map + unmap one segment, 1,024 others mapped", setup_mapped, map_unmap_above, NULL },
	{ "map + first fault + unmap, host table cold", setup_two_levels, fault_cold, unmap_host },
	{ "map + first fault + unmap, host table warm", setup_two_levels, fault_warm, NULL },
	{ "fault, already linked and present", setup_linked, fault_present, NULL },
	{ "mprotect_notify of one page", setup_linked, arm, NULL },
	{ "ptep_notify, 1 gmap, 1 block", setup_notifier, notify, NULL },
	{ "create + remove", setup_two_levels, create_remove, NULL },
	{ "5-level create + map + fault + remove", setup_two_levels, five_levels, NULL },
	{ "map + unmap 1,024 segments, one call each", setup_two_levels, map_many, NULL },
	{ "20 operations, called from C", setup_mix, mix_from_c, NULL },
	{ "20 operations as a program", setup_mix, mix_as_program, NULL },
};
