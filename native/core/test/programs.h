/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random operations that get somewhere: few handles, and addresses that meet each other. What they answer is not
 * known beforehand; tests hold them against rules that any program must keep.
 */
#ifndef S390_GMAP_TEST_PROGRAMS_H
#define S390_GMAP_TEST_PROGRAMS_H

#include "core/program/interp.h"
#include "test.h"

#define PROGRAM_WORDS 8 /* that one operation takes at most */

static inline u64 pick(u64 *seed, const u64 *from, size_t count)
{
	return from[next_random(seed) % count];
}

#define PICK(seed, ...) pick((seed), (const u64[]){ __VA_ARGS__ }, sizeof((const u64[]){ __VA_ARGS__ }) / sizeof(u64))

#define HOST 0x10000000000ULL
#define HOST_HIGH (PGDIR_SIZE + PUD_SIZE) /* needs a fourth level of tables */

/* Most addresses are those of a page; some are not aligned. */
static inline u64 random_page(u64 *seed)
{
	u64 page = PICK(seed, 0, 0, 0, 1, 2, 3, 0x10, 0xfe, 0xff) * PAGE_SIZE;

	return next_random(seed) % 32 ? page : page + next_random(seed) % PAGE_SIZE;
}

static inline u64 random_vmaddr(u64 *seed)
{
	const u64 low = 0x200000;
	u64 base = PICK(seed, low, HOST, HOST, HOST, HOST, HOST, HOST, HOST + PUD_SIZE, HOST_HIGH);

	if (next_random(seed) % 256 == 0)
		return PICK(seed, 0, PGDIR_SIZE, TASK_MAX_SIZE, STACK_TOP - STACK_SIZE, UINT64_MAX);
	return base + next_random(seed) % 4 * PMD_SIZE + random_page(seed);
}

static inline u64 random_gaddr(u64 *seed)
{
	u64 base = PICK(seed, 0, 0, 0, 0, 0, 0, 0, 0, 0, PUD_SIZE, PGDIR_SIZE, TASK_MAX_SIZE);

	if (next_random(seed) % 256 == 0)
		return PICK(seed, PUD_SIZE - PMD_SIZE, UINT64_MAX, 0xfffffffffff00000);
	return base + next_random(seed) % 4 * PMD_SIZE + random_page(seed);
}

static inline u64 random_length(u64 *seed)
{
	if (next_random(seed) % 64 == 0)
		return PICK(seed, 0, 1, PAGE_SIZE + 1, PUD_SIZE, PGDIR_SIZE, UINT64_MAX);
	return PICK(seed, PAGE_SIZE, PAGE_SIZE, 2 * PAGE_SIZE, 0x80000, PMD_SIZE, PMD_SIZE, 2 * PMD_SIZE, 4 * PMD_SIZE);
}

/* Mostly the first one. */
static inline u64 random_handle(u64 *seed)
{
	return PICK(seed, 0, 0, 0, 0, 0, 0, 1, 2);
}

static inline u64 random_argument(u64 *seed, enum wire_arg kind)
{
	switch (kind) {
	case ARG_LIMIT:
		return PICK(seed, 0, PUD_SIZE, PGDIR_SIZE, UINT64_MAX);
	case ARG_GADDR:
		return random_gaddr(seed);
	case ARG_GPAGE:
	case ARG_GEND:
		return random_gaddr(seed) & PAGE_MASK;
	case ARG_GSEGMENT:
		return random_gaddr(seed) & PMD_MASK;
	case ARG_VMADDR:
	case ARG_WATCHED:
		return random_vmaddr(seed);
	case ARG_VPAGE:
		return random_vmaddr(seed) & PAGE_MASK;
	case ARG_VPTE:
		/* above the limit the kernel does not survive it */
		return random_vmaddr(seed) & (next_random(seed) % 64 ? PGDIR_SIZE - 1 : UINT64_MAX);
	case ARG_VSEGMENT:
		return random_vmaddr(seed) & PMD_MASK;
	case ARG_PAGES:
		return random_length(seed);
	case ARG_PRESENT_PAGES:
		return random_length(seed) & PAGE_MASK;
	case ARG_SEGMENTS:
		return next_random(seed) % 8 ? PICK(seed, 1, 1, 2, 4) * PMD_SIZE : random_length(seed) & PMD_MASK;
	case ARG_PROTECTION:
		return PICK(seed, 3, 3, 3, 1, 0, 2, 7);
	case ARG_NOTIFY_PROTECTION:
		return PICK(seed, 0, PROT_READ, PROT_WRITE, PROT_WRITE);
	case ARG_FAULT_FLAGS:
		return next_random(seed) & 1;
	case ARG_KEY:
		return next_random(seed) & 0xff;
	case ARG_BITS:
		return next_random(seed) % 2 ? WIRE_NO_ARGUMENT : PGSTE_IN;
	case ARG_VALUE:
		return next_random(seed);
	case ARG_FLAG:
	case ARG_MAP_FLAGS:
	case ARG_USAGE:
	case ARG_CPU:
	case ARG_COUNT_DOWN:
		return next_random(seed) % 3;
	case ARG_ADVICE:
		return MADV_DONTNEED;
	case ARG_FAILURE:
		return next_random(seed) % WIRE_INJECTS;
	default:
		return random_handle(seed);
	}
}

/* One in how many tries is kept: operations that end much, or stop much, come less often. */
static inline u64 rarity(enum wire_op op)
{
	switch (op) {
	case OP_gmap_register_ipte_notifier:
	case OP_gmap_unregister_ipte_notifier:
	case OP_gmap_register_pte_notifier:
	case OP_gmap_unregister_pte_notifier:
	case OP_gmap_put:
	case OP_exit:
	case OP_exec:
		return 64;
	case OP_gmap_free:
	case OP_gmap_remove:
	case OP_gmap_get:
	case OP_sysctl_allocate_pgste:
	case OP_inject:
	case OP_mmap_huge:
	case OP_watch:
	case OP_observe:
	case OP___gmap_link:
	case OP___gmap_unmap_by_gaddr:
	case OP_s390_enable_skey:
	case OP_mmap:
	case OP_mremap:
	case OP_munmap:
	case OP_gmap_unmap_segment:
	case OP_attach:
		return 8;
	default:
		return 1;
	}
}

static inline enum wire_op random_op(u64 *seed)
{
	enum wire_op op = (enum wire_op)(next_random(seed) % WIRE_OPS);

	if (next_random(seed) % rarity(op))
		return (enum wire_op)PICK(seed, OP_mmap, OP_gmap_map_segment, OP_gmap_fault, OP_gmap_fault,
					  OP_gmap_fault, OP_store, OP_store, OP_store, OP_gmap_ipte_notify,
					  OP_gmap_mprotect_notify, OP_gmap_alloc, OP_gmap_create, OP_swap_out);
	return op;
}

/* Writes one operation in the format of wire.h; returns its words. */
static inline size_t random_operation(u64 *seed, u64 *words)
{
	enum wire_op op = random_op(seed);
	const struct op_info *info = &op_infos[op];
	u64 rest = op_has_rest(op) ? next_random(seed) % 4 : 0;
	u64 handle = next_random(seed) % 4 ? WIRE_NO_HANDLE : next_random(seed) % 4;
	size_t count = 0;
	u32 i;

	words[count++] = le64((u64)op | rest << 8 | handle << 32);
	for (i = 0; i < op_args(op); i++)
		words[count++] = le64(random_argument(seed, info->kind[i]));
	while (rest--)
		words[count++] = le64(random_argument(seed, ARG_WATCHED));
	return count;
}

/* What most programs begin with: a process with memory, and a guest in it. */
static inline void begin_program(struct machine *m, u64 *seed)
{
	struct mm *mm = m->s.mm[0];

	if (next_random(seed) % 8)
		s390_enable_sie(m, mm);
	sys_mmap(m, mm, HOST, 4 * PMD_SIZE, READ_WRITE, 0);
	gmap_map_segment(m, new_gmap(m, mm, PICK(seed, 0, PUD_SIZE, PGDIR_SIZE, UINT64_MAX), 0), HOST, 0, 4 * PMD_SIZE);
	add_notifier(m, 0);
}

#endif
