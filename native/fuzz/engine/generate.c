// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/generate.h"

#include "core/linux/mm/mm.h"
#include "core/program/operations.h"
#include "fuzz/engine/random.h"

/* How often each operation comes, in 1000: what ends or stops much is rare. */
struct weight {
	u8 op;
	u8 weight;
	u8 instead; /* on kernels that have nothing in its place */
};

#define COMES(op, weight)                \
	{                                \
		OP_##op, weight, OP_##op \
	}
#define COMES_OR(op, weight, instead)         \
	{                                     \
		OP_##op, weight, OP_##instead \
	}
static const struct weight weights[] = {
	COMES(gmap_alloc, 10),
	COMES(gmap_free, 8),
	COMES(gmap_enable, 6),
	COMES(gmap_disable, 4),
	COMES(gmap_map_segment, 60),
	COMES(gmap_unmap_segment, 30),
	COMES(gmap_translate, 26),
	COMES(__gmap_translate, 6),
	COMES(__gmap_segment_gaddr, 6),
	COMES(__gmap_unlink_by_vmaddr, 8),
	COMES(__gmap_unmap_by_gaddr, 8),
	COMES(gmap_unlink, 6),
	COMES(__gmap_link, 6),
	COMES(gmap_fault, 155),
	COMES(gmap_discard, 25),
	COMES(__gmap_zap, 25),
	COMES(gmap_register_ipte_notifier, 8),
	COMES(gmap_unregister_ipte_notifier, 3),
	COMES(gmap_ipte_notify, 90),
	COMES(ptep_notify, 10),
	COMES(s390_enable_sie, 6),
	COMES(s390_enable_skey, 4),
	COMES(s390_reset_cmma, 5),
	COMES(set_guest_storage_key, 20),
	COMES(get_guest_storage_key, 12),
	COMES(test_and_clear_guest_dirty, 20),
	COMES_OR(cond_set_guest_storage_key, 4, gmap_enable),
	COMES_OR(reset_guest_reference_bit, 4, gmap_disable),
	COMES_OR(gmap_get, 4, gmaps),
	COMES_OR(gmap_put, 4, gmaps),
	COMES(mmap, 40),
	COMES(munmap, 30),
	COMES(mprotect, 45),
	COMES(madvise, 30),
	COMES(mremap, 14),
	COMES(load, 40),
	COMES(store, 80),
	COMES(fork, 8),
	COMES(swap_out, 35),
	COMES(essa_set_usage, 20),
	COMES(essa_set_zero, 10),
	COMES(exit, 2),
	COMES(exec, 2),
	COMES(sysctl_allocate_pgste, 3),
	COMES(gmaps, 4),
	COMES(inject, 16),
	COMES(mmap_huge, 5),
	COMES(set_cpu, 6),
	COMES(attach, 5),
	COMES(detach, 5),
	COMES(thp_split_mm, 2),
	COMES(clear_young, 15),
};
#define WEIGHTS (sizeof(weights) / sizeof(weights[0]))

static enum wire_op random_op(u64 *random, enum profile_functions functions)
{
	u32 at = random_below(random, 1000);
	enum wire_op op;
	size_t i;

	for (i = 0; i < WEIGHTS - 1 && at >= weights[i].weight; i++)
		at -= weights[i].weight;
	op = op_in((enum wire_op)weights[i].op, functions);
	return op_is_in(op_infos[op].kernels, functions) ? op : (enum wire_op)weights[i].instead;
}

/* Four segments of the host and of the guest, and now and then places beside the borders of table levels. */
#define HOST ((u64)1 << 40)
#define NEAR(border) (border) - PMD_SIZE, (border)

static u64 host_base(u64 *random)
{
	if (one_in(random, 16))
		return PICK(random, 0x200000, NEAR(HOST + PUD_SIZE), NEAR(PGDIR_SIZE), PGDIR_SIZE + PUD_SIZE,
			    NEAR(TASK_MAX_SIZE), STACK_TOP - STACK_SIZE, 0);
	return HOST;
}

static u64 guest_base(u64 *random)
{
	if (one_in(random, 12))
		return PICK(random, NEAR(PUD_SIZE), NEAR(PGDIR_SIZE), NEAR(TASK_MAX_SIZE), (u64)1 << 63,
			    0 - 2 * PMD_SIZE);
	return 0;
}

static u64 segment_at(u64 *random, u64 base)
{
	return base + random_below(random, 4) * PMD_SIZE;
}

static u64 page_at(u64 *random, u64 base)
{
	static const u64 pages[] = { 0, 0, 0, 1, 1, 2, 3, 16, 254, 255 };

	u64 segment = segment_at(random, base);

	return segment + pick_from(random, pages, sizeof(pages) / sizeof(pages[0])) * PAGE_SIZE;
}

/* Now and then one that is not aligned. */
static u64 unalign(u64 *random, u64 address)
{
	return one_in(random, 40) ? address + PICK(random, 1, 8, 0x800, PAGE_SIZE, PMD_SIZE / 2) : address;
}

static u64 byte_at(u64 *random, u64 base)
{
	u64 page = page_at(random, base);

	return one_in(random, 4) ? page + (random_below(random, 512) << 3) : page;
}

/* Of memory: also much at once. */
static u64 pages(u64 *random)
{
	if (one_in(random, 64))
		return PICK(random, 0, 1, PUD_SIZE, PGDIR_SIZE, UINT64_MAX, 0 - PAGE_SIZE);
	return PICK(random, PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, 2 * PAGE_SIZE, 2 * PAGE_SIZE, 0x10000,
		    PMD_SIZE - PAGE_SIZE, PMD_SIZE, 2 * PMD_SIZE, 4 * PMD_SIZE);
}

/* Of pages that are each made present: few. */
static u64 few_pages(u64 *random)
{
	if (one_in(random, 64))
		return PICK(random, 0, 1, 0x10000, PMD_SIZE, 0 - PAGE_SIZE);
	return PICK(random, 1, 1, 1, 1, 2, 2, 3, 4) * PAGE_SIZE;
}

static u64 segments(u64 *random)
{
	if (one_in(random, 40))
		return PICK(random, 0, PAGE_SIZE, PUD_SIZE, UINT64_MAX & PMD_MASK, PGDIR_SIZE);
	return PICK(random, 1, 1, 1, 2, 3, 4) * PMD_SIZE;
}

static u64 argument_of(u64 *random, enum wire_arg kind, u64 before)
{
	switch (kind) {
	case ARG_MM:
	case ARG_ANY_MM:
	case ARG_PAST_MM:
	case ARG_GMAP:
	case ARG_NOTIFIER:
		return PICK(random, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3, UINT64_MAX);
	case ARG_LIMIT:
		/* mostly two levels: each more is a table to fill */
		return one_in(random, 2)
			       ? PUD_SIZE - 1
			       : PICK(random, 0, PUD_SIZE, PGDIR_SIZE - 1, PGDIR_SIZE, TASK_MAX_SIZE, UINT64_MAX);
	case ARG_GADDR:
		return byte_at(random, guest_base(random));
	case ARG_GPAGE:
		return unalign(random, page_at(random, guest_base(random)));
	case ARG_GSEGMENT:
		return unalign(random, segment_at(random, guest_base(random)));
	case ARG_GEND:
		return before + pages(random);
	case ARG_VMADDR:
		return byte_at(random, host_base(random));
	case ARG_VPAGE:
	case ARG_VPTE:
		return unalign(random, page_at(random, host_base(random)));
	case ARG_VSEGMENT:
		return unalign(random, segment_at(random, host_base(random)));
	case ARG_PAGES:
		return pages(random);
	case ARG_PRESENT_PAGES:
		return few_pages(random);
	case ARG_SEGMENTS:
		return segments(random);
	case ARG_PROTECTION:
		return PICK(random, 3, 3, 3, 3, 1, 1, 0, 2, 4, 5, 7);
	case ARG_MAP_FLAGS:
		/* 100: bits that mean nothing */
		return PICK(random, 0, 0, 0, WIRE_MAP_SHARED, WIRE_MAP_SHARED, WIRE_MAP_NORESERVE,
			    WIRE_MAP_SHARED | WIRE_MAP_NORESERVE, 100);
	case ARG_NOTIFY_PROTECTION:
		return PICK(random, PROT_WRITE, PROT_WRITE, PROT_WRITE, PROT_READ, 0, 3);
	case ARG_FAULT_FLAGS:
		/* 8: FAULT_FLAG_RETRY_NOWAIT */
		return PICK(random, 0, 0, 1, 1, 1, 2, 8, 9, 0x400, UINT64_MAX);
	case ARG_KEY:
		return random_below(random, 256);
	case ARG_FLAG:
	case ARG_USAGE:
	case ARG_CPU:
		return PICK(random, 0, 0, 0, 1, 1, 2, 3, 100);
	case ARG_ADVICE:
		return one_in(random, 32) ? 0 : MADV_DONTNEED;
	case ARG_FAILURE:
		return random_below(random, FUZZ_INJECTS);
	case ARG_COUNT_DOWN:
		return 1 + random_below(random, 4);
	case ARG_BITS:
		return one_in(random, 2) ? WIRE_NO_ARGUMENT : PGSTE_IN;
	case ARG_VALUE:
		return random_next(random);
	default:
		return 0;
	}
}

u64 generate_argument(u64 *random, enum wire_op op, u32 i, const u64 *earlier)
{
	return argument_of(random, op_infos[op].kind[i], i ? earlier[i - 1] : 0);
}

static u64 head_word(u64 *random, enum wire_op op, u64 rest)
{
	bool makes = op_infos[op].result == RESULT_HANDLE_MM || op_infos[op].result == RESULT_HANDLE_GMAP;
	u64 handle = makes && one_in(random, 8) ? random_below(random, 4) : WIRE_NO_HANDLE;

	return (u64)op | rest << 8 | handle << 32;
}

u32 generate_operation(u64 *random, enum profile_functions functions, u64 *words)
{
	enum wire_op op = random_op(random, functions);
	u64 arg[MAX_ARGS];
	u32 i;

	words[0] = le64(head_word(random, op, 0));
	for (i = 0; i < op_args(op); i++) {
		arg[i] = generate_argument(random, op, i, arg);
		words[1 + i] = le64(arg[i]);
	}
	return 1 + i;
}

static u64 *start_operation(u64 *at, enum wire_op op, const u64 *args)
{
	u32 i;

	*at++ = le64((u64)op | (u64)WIRE_NO_HANDLE << 32);
	for (i = 0; i < op_infos[op].arity; i++)
		*at++ = le64(args[i]);
	return at;
}

#define START(op, ...) at = start_operation(at, (op), (const u64[]){ __VA_ARGS__ })

u32 generate_start(u64 *random, enum profile_functions functions, u64 *words)
{
	u64 *at = words;

	if (!one_in(random, 8))
		START(OP_s390_enable_sie, 0);
	START(OP_mmap, 0, HOST, 4 * PMD_SIZE, PROT_READ | PROT_WRITE, one_in(random, 8));
	START(op_in(OP_gmap_alloc, functions), 0, argument_of(random, ARG_LIMIT, 0));
	START(OP_gmap_map_segment, 0, HOST, 0, PICK(random, 1, 2, 4) * PMD_SIZE);
	if (!one_in(random, 4))
		START(op_in(OP_gmap_register_ipte_notifier, functions), 0);
	return (u32)(at - words);
}
