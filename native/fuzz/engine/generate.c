// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/generate.h"

#include "core/linux/mm/mm.h"
#include "core/program/operations.h"
#include "fuzz/engine/random.h"

/* What an argument is like; ops.def only says how it is printed. */
enum shape {
	NOTHING,
	HANDLE,
	LIMIT,
	GADDR, /* any byte */
	GPAGE, /* mostly the start of a page */
	GSEGMENT,
	GEND, /* behind the address before it */
	VMADDR,
	VPAGE,
	VSEGMENT,
	PAGES, /* a length */
	FEW_PAGES,
	SEGMENTS,
	PROTECTION,
	MAP_FLAGS,
	NOTIFY_PROTECTION,
	FAULT_FLAGS,
	KEY,
	SMALL,
	ADVICE,
	KIND_OF_FAILURE,
	COUNT_DOWN,
	BITS,
	VALUE
};

static const unsigned char shapes[WIRE_OPS][MAX_ARGS] = {
	[OP_gmap_alloc] = { HANDLE, LIMIT },
	[OP_gmap_free] = { HANDLE },
	[OP_gmap_enable] = { HANDLE },
	[OP_gmap_disable] = { HANDLE },
	[OP_gmap_map_segment] = { HANDLE, VSEGMENT, GSEGMENT, SEGMENTS },
	[OP_gmap_unmap_segment] = { HANDLE, GSEGMENT, SEGMENTS },
	[OP_gmap_translate] = { HANDLE, GADDR },
	[OP___gmap_translate] = { HANDLE, GADDR },
	[OP___gmap_segment_gaddr] = { HANDLE, GADDR },
	[OP___gmap_unlink_by_vmaddr] = { HANDLE, VMADDR },
	[OP___gmap_unmap_by_gaddr] = { HANDLE, GADDR },
	[OP_gmap_unlink] = { HANDLE, NOTHING, VMADDR },
	[OP___gmap_link] = { HANDLE, GADDR, VMADDR },
	[OP_gmap_fault] = { HANDLE, GADDR, FAULT_FLAGS },
	[OP_gmap_discard] = { HANDLE, GPAGE, GEND },
	[OP___gmap_zap] = { HANDLE, GPAGE },
	[OP_gmap_register_ipte_notifier] = { HANDLE },
	[OP_gmap_unregister_ipte_notifier] = { HANDLE },
	[OP_gmap_ipte_notify] = { HANDLE, GPAGE, FEW_PAGES },
	[OP_ptep_notify] = { HANDLE, VPAGE, BITS },
	[OP_s390_enable_sie] = { HANDLE },
	[OP_s390_enable_skey] = { HANDLE },
	[OP_s390_reset_cmma] = { HANDLE },
	[OP_set_guest_storage_key] = { HANDLE, VPAGE, KEY, SMALL },
	[OP_get_guest_storage_key] = { HANDLE, VPAGE },
	[OP_test_and_clear_guest_dirty] = { HANDLE, VPAGE },
	[OP_mmap] = { HANDLE, VPAGE, PAGES, PROTECTION, MAP_FLAGS },
	[OP_munmap] = { HANDLE, VPAGE, PAGES },
	[OP_mprotect] = { HANDLE, VPAGE, PAGES, PROTECTION },
	[OP_madvise] = { HANDLE, VPAGE, PAGES, ADVICE },
	[OP_mremap] = { HANDLE, VPAGE, PAGES, VPAGE, PAGES },
	[OP_load] = { HANDLE, VMADDR },
	[OP_store] = { HANDLE, VMADDR, VALUE },
	[OP_fork] = { HANDLE },
	[OP_swap_out] = { HANDLE, VPAGE },
	[OP_essa_set_usage] = { HANDLE, VPAGE, SMALL },
	[OP_essa_set_zero] = { HANDLE, VPAGE, SMALL },
	[OP_exit] = { HANDLE },
	[OP_sysctl_allocate_pgste] = { SMALL },
	[OP_gmaps] = { HANDLE },
	[OP_inject] = { KIND_OF_FAILURE, COUNT_DOWN },
	[OP_observe] = { SMALL },
	[OP_watch] = { HANDLE },
	[OP_mmap_huge] = { HANDLE, VSEGMENT, SEGMENTS, PROTECTION },
	[OP_set_cpu] = { SMALL },
	[OP_attach] = { HANDLE, SMALL },
	[OP_detach] = { HANDLE, SMALL },
	[OP_thp_split_mm] = { HANDLE },
	[OP_clear_young] = { HANDLE, VPAGE },
	[OP_gmap_create] = { HANDLE, LIMIT },
	[OP_gmap_remove] = { HANDLE },
	[OP_gmap_get] = { HANDLE },
	[OP_gmap_put] = { HANDLE },
	[OP_gmap_register_pte_notifier] = { HANDLE },
	[OP_gmap_unregister_pte_notifier] = { HANDLE },
	[OP_gmap_mprotect_notify] = { HANDLE, GPAGE, FEW_PAGES, NOTIFY_PROTECTION },
	[OP_ptep_test_and_clear_uc] = { HANDLE, VPAGE },
	[OP_cond_set_guest_storage_key] = { HANDLE, VPAGE, KEY, SMALL, SMALL, SMALL },
	[OP_reset_guest_reference_bit] = { HANDLE, VPAGE },
};

/* How often each operation comes, in 1000: what ends or stops much is rare. The later kernels' names in brackets. */
struct weight {
	unsigned char op;
	unsigned char later;
	unsigned char weight;
};

#define BOTH(op, weight)                 \
	{                                \
		OP_##op, OP_##op, weight \
	}
static const struct weight weights[] = {
	{ OP_gmap_alloc, OP_gmap_create, 10 },
	{ OP_gmap_free, OP_gmap_remove, 8 },
	BOTH(gmap_enable, 6),
	BOTH(gmap_disable, 4),
	BOTH(gmap_map_segment, 60),
	BOTH(gmap_unmap_segment, 30),
	BOTH(gmap_translate, 26),
	BOTH(__gmap_translate, 6),
	BOTH(__gmap_segment_gaddr, 6),
	BOTH(__gmap_unlink_by_vmaddr, 8),
	BOTH(__gmap_unmap_by_gaddr, 8),
	BOTH(gmap_unlink, 6),
	BOTH(__gmap_link, 6),
	BOTH(gmap_fault, 155),
	BOTH(gmap_discard, 25),
	BOTH(__gmap_zap, 25),
	{ OP_gmap_register_ipte_notifier, OP_gmap_register_pte_notifier, 8 },
	{ OP_gmap_unregister_ipte_notifier, OP_gmap_unregister_pte_notifier, 3 },
	{ OP_gmap_ipte_notify, OP_gmap_mprotect_notify, 90 },
	BOTH(ptep_notify, 10),
	BOTH(s390_enable_sie, 6),
	BOTH(s390_enable_skey, 4),
	BOTH(s390_reset_cmma, 5),
	BOTH(set_guest_storage_key, 20),
	BOTH(get_guest_storage_key, 12),
	{ OP_test_and_clear_guest_dirty, OP_ptep_test_and_clear_uc, 20 },
	{ OP_gmap_enable, OP_cond_set_guest_storage_key, 4 },
	{ OP_gmap_disable, OP_reset_guest_reference_bit, 4 },
	{ OP_gmaps, OP_gmap_get, 4 },
	{ OP_gmaps, OP_gmap_put, 4 },
	BOTH(mmap, 40),
	BOTH(munmap, 30),
	BOTH(mprotect, 45),
	BOTH(madvise, 30),
	BOTH(mremap, 14),
	BOTH(load, 40),
	BOTH(store, 80),
	BOTH(fork, 8),
	BOTH(swap_out, 35),
	BOTH(essa_set_usage, 20),
	BOTH(essa_set_zero, 10),
	BOTH(exit, 2),
	BOTH(exec, 2),
	BOTH(sysctl_allocate_pgste, 3),
	BOTH(gmaps, 4),
	BOTH(inject, 16),
	BOTH(mmap_huge, 5),
	BOTH(set_cpu, 6),
	BOTH(attach, 5),
	BOTH(detach, 5),
	BOTH(thp_split_mm, 2),
	BOTH(clear_young, 15),
};
#define WEIGHTS (sizeof(weights) / sizeof(weights[0]))

static enum wire_op random_op(u64 *random, enum profile_functions functions)
{
	u32 at = random_below(random, 1000);
	size_t i;

	for (i = 0; i < WEIGHTS - 1 && at >= weights[i].weight; i++)
		at -= weights[i].weight;
	return (enum wire_op)(functions == FUNCTIONS_4_7 ? weights[i].op : weights[i].later);
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

static u64 argument_of(u64 *random, enum shape shape, u64 before)
{
	switch (shape) {
	case HANDLE:
		return PICK(random, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3, UINT64_MAX);
	case LIMIT:
		/* mostly two levels: each more is a table to fill */
		return one_in(random, 2)
			       ? PUD_SIZE - 1
			       : PICK(random, 0, PUD_SIZE, PGDIR_SIZE - 1, PGDIR_SIZE, TASK_MAX_SIZE, UINT64_MAX);
	case GADDR:
		return byte_at(random, guest_base(random));
	case GPAGE:
		return unalign(random, page_at(random, guest_base(random)));
	case GSEGMENT:
		return unalign(random, segment_at(random, guest_base(random)));
	case GEND:
		return before + pages(random);
	case VMADDR:
		return byte_at(random, host_base(random));
	case VPAGE:
		return unalign(random, page_at(random, host_base(random)));
	case VSEGMENT:
		return unalign(random, segment_at(random, host_base(random)));
	case PAGES:
		return pages(random);
	case FEW_PAGES:
		return few_pages(random);
	case SEGMENTS:
		return segments(random);
	case PROTECTION:
		return PICK(random, 3, 3, 3, 3, 1, 1, 0, 2, 4, 5, 7);
	case MAP_FLAGS:
		/* 100: bits that mean nothing */
		return PICK(random, 0, 0, 0, WIRE_MAP_SHARED, WIRE_MAP_SHARED, WIRE_MAP_NORESERVE,
			    WIRE_MAP_SHARED | WIRE_MAP_NORESERVE, 100);
	case NOTIFY_PROTECTION:
		return PICK(random, PROT_WRITE, PROT_WRITE, PROT_WRITE, PROT_READ, 0, 3);
	case FAULT_FLAGS:
		return PICK(random, 0, 0, 1, 1, 1, 2, 0x400, UINT64_MAX);
	case KEY:
		return random_below(random, 256);
	case SMALL:
		return PICK(random, 0, 0, 0, 1, 1, 2, 3, 100);
	case ADVICE:
		return one_in(random, 32) ? 0 : MADV_DONTNEED;
	case KIND_OF_FAILURE:
		return random_below(random, WIRE_INJECTS);
	case COUNT_DOWN:
		return 1 + random_below(random, 4);
	case BITS:
		return one_in(random, 2) ? WIRE_NO_ARGUMENT : PGSTE_IN;
	case VALUE:
		return random_next(random);
	default:
		return 0;
	}
}

u64 generate_argument(u64 *random, enum wire_op op, u32 i, const u64 *earlier)
{
	return argument_of(random, (enum shape)shapes[op][i], i ? earlier[i - 1] : 0);
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
	const struct op_info *info = &op_infos[op];
	u64 arg[MAX_ARGS];
	u32 i;

	words[0] = le64(head_word(random, op, 0));
	for (i = 0; i < info->arity && info->kind[i] != ARG_REST; i++) {
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
	bool old = functions == FUNCTIONS_4_7;
	u64 *at = words;

	if (!one_in(random, 8))
		START(OP_s390_enable_sie, 0);
	START(OP_mmap, 0, HOST, 4 * PMD_SIZE, PROT_READ | PROT_WRITE, one_in(random, 8));
	START(old ? OP_gmap_alloc : OP_gmap_create, 0, argument_of(random, LIMIT, 0));
	START(OP_gmap_map_segment, 0, HOST, 0, PICK(random, 1, 2, 4) * PMD_SIZE);
	if (!one_in(random, 4))
		START(old ? OP_gmap_register_ipte_notifier : OP_gmap_register_pte_notifier, 0);
	return (u32)(at - words);
}
