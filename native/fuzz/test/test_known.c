// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each known defect is provoked on each kernel: those that have it say so and object to nothing; for the others it is
 * nothing special, or is not there at all.
 */
#include "core/check/known.h"
#include "core/test/programs.h"
#include "fuzz/oracles/judge.h"

#define LIMIT_OF_PROCESS PGDIR_SIZE
#define LOW 0x200000ULL

struct program {
	u64 word[128];
	size_t count;
	bool is_4_7;
	bool debug_vm;
};

static void add(struct program *p, enum wire_op op, u64 result, const u64 *arg, size_t args)
{
	size_t i;

	p->word[p->count++] = le64((u64)op | result << 32);
	for (i = 0; i < args; i++)
		p->word[p->count++] = le64(arg[i]);
}

#define ADD(p, op, ...) \
	add((p), (op), WIRE_NO_HANDLE, (const u64[]){ __VA_ARGS__ }, sizeof((const u64[]){ __VA_ARGS__ }) / sizeof(u64))

static void new_guest(struct program *p, u64 mm)
{
	ADD(p, p->is_4_7 ? OP_gmap_alloc : OP_gmap_create, mm, 0);
}

/* Memory of the process at HOST, and a guest that has it at 0. */
static void guest_with_memory(struct program *p, u64 mm)
{
	new_guest(p, mm);
	ADD(p, OP_mmap, mm, HOST, 2 * PMD_SIZE, PROT_READ | PROT_WRITE, 0);
	ADD(p, OP_gmap_map_segment, 0, HOST, 0, PMD_SIZE);
}

static void table_without_pgstes(struct program *p)
{
	ADD(p, OP_sysctl_allocate_pgste, 0);
	add(p, OP_exec, 1, NULL, 0);
	guest_with_memory(p, 1);
	ADD(p, OP_gmap_fault, 0, 0, 1);
	ADD(p, OP_munmap, 1, HOST, 2 * PMD_SIZE);
}

static void table_of_removed_gmap(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_gmap_fault, 0, 0, 1);
	ADD(p, OP_gmap_get, 0);
	ADD(p, OP_gmap_remove, 0);
	ADD(p, OP_munmap, 0, HOST, 2 * PMD_SIZE);
}

static void table_before_sie(struct program *p)
{
	guest_with_memory(p, 0);
	ADD(p, OP_gmap_fault, 0, 0, 1);
	ADD(p, OP_munmap, 0, HOST, 2 * PMD_SIZE);
}

static void table_outside_vmas(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	new_guest(p, 0);
	ADD(p, OP_gmap_map_segment, 0, HOST, 0, PMD_SIZE);
	ADD(p, OP___gmap_zap, 0, 0);
}

static void former_top_table(struct program *p)
{
	ADD(p, OP_munmap, 0, 0, LIMIT_OF_PROCESS);
	ADD(p, OP_mmap, 0, LIMIT_OF_PROCESS, PAGE_SIZE, PROT_READ, 0);
}

static void path_to_zero(struct program *p)
{
	new_guest(p, 0);
	ADD(p, OP_gmap_map_segment, 0, 0, PMD_SIZE, PMD_SIZE);
}

static void older_pages(struct program *p)
{
	ADD(p, OP_mmap, 0, HOST, PMD_SIZE, PROT_READ | PROT_WRITE, 0);
	ADD(p, OP_store, 0, HOST, 1);
	ADD(p, OP_s390_enable_sie, 0);
}

static void unrelated_link(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_store, 0, HOST + PMD_SIZE, 1);
	ADD(p, OP___gmap_link, 0, 0, HOST + PMD_SIZE);
}

static void wrapped_link(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	new_guest(p, 0);
	ADD(p, OP_mmap, 0, LOW, PMD_SIZE, PROT_READ | PROT_WRITE, 0);
	ADD(p, OP_store, 0, LOW, 1);
	ADD(p, OP_gmap_map_segment, 0, LIMIT_OF_PROCESS + LOW, 0, PMD_SIZE);
	ADD(p, OP___gmap_link, 0, 0, LIMIT_OF_PROCESS + LOW);
}

static void link_to_nothing(struct program *p)
{
	p->debug_vm = false;
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_store, 0, HOST + PMD_SIZE, 1);
	ADD(p, OP___gmap_link, 0, 0, HOST);
}

static void discard_without_vma(struct program *p)
{
	new_guest(p, 0);
	ADD(p, OP_gmap_map_segment, 0, LIMIT_OF_PROCESS, 0, PMD_SIZE);
	ADD(p, OP_gmap_discard, 0, 0, PAGE_SIZE);
}

static void discard_part_of_page(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_gmap_fault, 0, 0, 1);
	ADD(p, OP_gmap_discard, 0, 0, PAGE_SIZE / 2);
}

static void discard_wraps(struct program *p)
{
	new_guest(p, 0);
	ADD(p, OP_gmap_discard, 0, PMD_SIZE, UINT64_MAX & PAGE_MASK);
}

static void zap_unlocks(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_inject, INJECT_host_table, 1);
	ADD(p, OP___gmap_zap, 0, 0);
}

static void arm_with_a_read(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_mprotect, 0, HOST, PMD_SIZE, PROT_READ);
	ADD(p, OP_gmap_mprotect_notify, 0, 0, PAGE_SIZE, PROT_READ | PROT_WRITE);
}

static void arm_elsewhere(struct program *p)
{
	unrelated_link(p);
	ADD(p, OP_gmap_mprotect_notify, 0, PAGE_SIZE, PAGE_SIZE, PROT_WRITE);
}

static void nowait_keeps_lock(struct program *p)
{
	ADD(p, OP_s390_enable_sie, 0);
	guest_with_memory(p, 0);
	ADD(p, OP_inject, INJECT_fixup_retry, 1);
	ADD(p, OP_gmap_fault, 0, 0, 9);
}

/* One for each row of known.def: a row without one does not compile. */
static void (*const provoke[KNOWN_DEFECTS])(struct program *p) = {
#define KNOWN(id, first, last, oracle, rule, text) [KNOWN_##id] = id,
#include "abi/known.def"
#undef KNOWN
};

static void run(struct judge *judge, enum known_defect defect, const struct profile *profile)
{
	struct program p = { .is_4_7 = profile == profile_at(0), .debug_vm = true };
	bool expected = known_of_kernel(defect, profile);
	struct machine_options options;
	struct verdict verdict;
	struct machine *m;
	const char *error;
	bool agreed;

	provoke[defect](&p);
	machine_default_options(&options);
	options.profile = profile;
	options.debug_vm = p.debug_vm;
	m = machine_create(&options, &error);
	if (!m) {
		printf("no machine: %s\n", error);
		failures++;
		return;
	}
	agreed = judge_run(judge, m, (const u8 *)p.word, p.count * sizeof(u64), true, &verdict);
	if (!agreed || !(verdict.known & KNOWN_BIT(defect)) != !expected) {
		printf("FAILED %s on %s: %s, %s%s%s\n", known_infos[defect].id, profile->name,
		       verdict.known & KNOWN_BIT(defect) ? "met" : "not met", expected ? "expected" : "not expected",
		       agreed ? "" : ", objected: ", agreed ? "" : verdict.text);
		failures++;
	}
	machine_destroy(m);
}

int main(void)
{
	struct judge *judge = judge_create(ORACLES_ALL);
	const struct profile *profile;
	int tests = 0;
	u32 defect;
	size_t i;

	if (!judge)
		return 1;
	for (defect = 0; defect < KNOWN_DEFECTS; defect++)
		for (i = 0; (profile = profile_at(i)); i++, tests++)
			run(judge, (enum known_defect)defect, profile);
	judge_destroy(judge);
	printf("%d tests, %d failures\n", tests, failures);
	return failures > 0;
}
