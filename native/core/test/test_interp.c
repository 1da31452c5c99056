// SPDX-License-Identifier: GPL-2.0-only
/* Programs in the format of wire.h: any bytes are one, and what they do is observed as wire.h says. */
#include "programs.h"

#define V 0x10000000000ULL

/* A program that is being written. */
struct program {
	u64 words[256];
	size_t count;
};

#define ADD(p, op, handle, ...)                                                                       \
	add_operation((p), (op), (handle), sizeof((const u64[]){ 0, __VA_ARGS__ }) / sizeof(u64) - 1, \
		      (const u64[]){ 0, __VA_ARGS__ })

static void add_operation(struct program *p, u64 op, u64 handle, size_t count, const u64 *args)
{
	size_t i;

	p->words[p->count++] = le64(op | handle << 32);
	for (i = 1; i <= count; i++)
		p->words[p->count++] = le64(args[i]);
}

static u64 run(struct machine *m, const struct program *p, struct words *out)
{
	return machine_run(m, (const u8 *)p->words, p->count * sizeof(u64), out);
}

#define CALL(m, op, ...) \
	call_operation((m), (op), (const struct call){ .result_handle = WIRE_NO_HANDLE, .arg = { __VA_ARGS__ } })

static struct reply call_operation(struct machine *m, enum wire_op op, struct call call)
{
	return machine_call(m, op, &call);
}

static void expect_reply(int line, struct reply reply, enum wire_status status, u64 value)
{
	if (reply.status == status && reply.value == value)
		return;
	printf("%s:%d: status %d, value 0x%llx, expected %d, 0x%llx\n", __FILE__, line, (int)reply.status,
	       (unsigned long long)reply.value, (int)status, (unsigned long long)value);
	failures++;
}

#define EXPECT_OK(reply, value) expect_reply(__LINE__, (reply), WIRE_OK, (value))
#define EXPECT_REFUSED(reply, reason) expect_reply(__LINE__, (reply), WIRE_REFUSED, (reason))

/* The n-th word of an observation. */
static u64 word(const struct words *out, size_t n)
{
	if (n < out->count)
		return le64(out->word[n]);
	printf("only %zu words\n", out->count);
	failures++;
	return 0;
}

static void expect_record(const struct words *out, size_t at, u64 op, u64 status, u64 events, u64 facts, u64 value)
{
	EXPECT_EQ(word(out, at), op | status << 8);
	EXPECT_EQ(word(out, at + 1), events | facts << 32);
	EXPECT_EQ(word(out, at + 2), value);
}

static void strict(struct machine_options *options)
{
	options->check_always = true;
	options->max_segments = 16;
	options->storage_limit = (u64)8 << 20;
}

static void random_bytes(struct machine *m)
{
	u64 seed = 1, words[64], executed = 0, round, i;

	for (round = 0; round < 1500; round++) {
		struct words out = { 0 };

		/* small numbers here and there, or nothing but refusals would come of it */
		for (i = 0; i < 64; i++)
			words[i] = next_random(&seed) >> PICK(&seed, 0, 16, 32, 56, 56, 61, 62, 63);
		executed += machine_run(m, (const u8 *)words + round % 8, sizeof(words) - round % 16, &out);
		EXPECT(!m->dead || bug_is_the_programs(m->dead));
		words_free(&out);
		if (m->dead)
			machine_reset(m);
	}
	EXPECT(executed > 5000);
	machine_reset(m);
}

static void truncated_records(struct machine *m)
{
	struct program p = { .count = 0 };
	struct words out = { 0 };
	size_t bytes;

	ADD(&p, OP_gmap_alloc, 5, 0, UINT64_MAX);
	ADD(&p, OP_gmap_enable, 0, 5);
	for (bytes = 0; bytes <= 5 * sizeof(u64); bytes++) {
		machine_reset(m);
		out.count = 0;
		EXPECT_EQ(machine_run(m, (const u8 *)p.words, bytes, &out), bytes < 24 ? 0 : bytes < 40 ? 1 : 2);
		EXPECT_EQ(out.count, bytes < 24 ? 0 : bytes < 40 ? 3 : 6);
	}
	words_free(&out);
}

/* The operation is taken modulo their number; bits that nobody reads do not matter. */
static void heads_of_records(struct machine *m)
{
	struct program p = { .count = 0 };
	struct words out = { 0 };

	ADD(&p, OP_sysctl_allocate_pgste + WIRE_OPS, 0, 0);
	ADD(&p, OP_sysctl_allocate_pgste | 0xffffff00, 0, 1);
	ADD(&p, OP_watch | 3 << 8, 0, 0, V + 0x1001, V, V + 0x1000);
	EXPECT_EQ(run(m, &p, &out), 3);
	expect_record(&out, 0, OP_sysctl_allocate_pgste, WIRE_OK, 0, 0, 0);
	expect_record(&out, 3, OP_sysctl_allocate_pgste, WIRE_OK, 0, 0, 0);
	expect_record(&out, 6, OP_watch, WIRE_OK, 0, 0, 0);
	EXPECT_EQ(m->s.sysctl_allocate_pgste, 1);
	EXPECT_EQ(m->s.watch_count, 2);
	EXPECT_EQ(m->s.watch[0], V);
	EXPECT_EQ(m->s.watch[1], V + 0x1000);
	words_free(&out);
}

/* One guest, from its making to its end, with all that is observed. */
static void observations(struct machine *m)
{
	struct program p = { .count = 0 };
	struct words out = { 0 };

	ADD(&p, OP_s390_enable_sie, 0, 0);
	ADD(&p, OP_observe, 0, 1);
	ADD(&p, OP_gmap_alloc, 2, 0, 0);
	ADD(&p, OP_mmap, 0, 0, V, PMD_SIZE, 3, 0);
	ADD(&p, OP_gmap_map_segment, 0, 2, V, 0x300000, PMD_SIZE);
	ADD(&p, OP_gmap_fault, 0, 2, 0x300000, 0);
	ADD(&p, OP_gmaps, 0, 0);
	ADD(&p, OP_gmap_unmap_segment, 0, 2, 0x300000, PMD_SIZE);
	ADD(&p, OP_gmap_fault, 0, 2, 0x300000, 0);
	EXPECT_EQ(run(m, &p, &out), 9);

	expect_record(&out, 0, OP_s390_enable_sie, WIRE_OK, 0, 0, 0);
	expect_record(&out, 3, OP_observe, WIRE_OK, 0, 1, 0);
	EXPECT_EQ(word(&out, 6), WIRE_FACT_ID(WIRE_FACT_LOWCORE, 0, 0) | 1);
	EXPECT_EQ(word(&out, 8), WIRE_LOWCORE_NONE);
	expect_record(&out, 12, OP_gmap_alloc, WIRE_OK, 0, 1, 2);
	EXPECT_EQ(word(&out, 15), WIRE_FACT_ID(WIRE_FACT_GMAP, 2, 0) | 1);
	EXPECT_EQ(word(&out, 17), 0x1c3);
	EXPECT_EQ(word(&out, 18), 0x7fffffff);
	EXPECT_EQ(word(&out, 19), 1);
	expect_record(&out, 21, OP_mmap, WIRE_OK, 0, 0, 0);
	expect_record(&out, 24, OP_gmap_map_segment, WIRE_OK, 0, 1, 0);
	EXPECT_EQ(word(&out, 27), WIRE_FACT_ID(WIRE_FACT_G2H, 2, 0) | 1);
	EXPECT_EQ(word(&out, 28), 0x300000);
	EXPECT_EQ(word(&out, 29), V);
	expect_record(&out, 33, OP_gmap_fault, WIRE_OK, 0, 2, 0);
	EXPECT_EQ(word(&out, 36), WIRE_FACT_ID(WIRE_FACT_H2G, 2, 0) | 1);
	EXPECT_EQ(word(&out, 37), V);
	EXPECT_EQ(word(&out, 38), 0x300000);
	EXPECT_EQ(word(&out, 42), WIRE_FACT_ID(WIRE_FACT_ENTRY, 2, WIRE_SEG) | 1);
	EXPECT_EQ(word(&out, 43), 0x300000);
	EXPECT_EQ(word(&out, 45), V);
	/* a list: its items stand behind the three words */
	EXPECT_EQ(word(&out, 48), OP_gmaps | 1ULL << 32);
	EXPECT_EQ(word(&out, 50), 1);
	EXPECT_EQ(word(&out, 51), 2);
	expect_record(&out, 52, OP_gmap_unmap_segment, WIRE_OK, 1, 3, 0);
	EXPECT_EQ(word(&out, 55), WIRE_EVENT_IDTE | 2ULL << 32);
	EXPECT_EQ(word(&out, 56), m->s.gmap[2]->asce);
	EXPECT_EQ(word(&out, 57), 0);
	EXPECT_EQ(word(&out, 58), WIRE_FACT_ID(WIRE_FACT_G2H, 2, 0));
	EXPECT_EQ(word(&out, 64), WIRE_FACT_ID(WIRE_FACT_H2G, 2, 0));
	EXPECT_EQ(word(&out, 70), WIRE_FACT_ID(WIRE_FACT_ENTRY, 2, WIRE_SEG));
	expect_record(&out, 76, OP_gmap_fault, WIRE_OK, 0, 0, ERROR_WORD(EFAULT));
	EXPECT_EQ(out.count, 79);
	words_free(&out);
}

/* A call that the kernel does not survive is the last one; its events are kept, its changes are not told. */
static void bug_ends_a_program(struct machine *m)
{
	struct program p = { .count = 0 };
	struct words out = { 0 };

	ADD(&p, OP_observe, 0, 1);
	ADD(&p, OP_gmap_alloc, 0, 0, 0);
	ADD(&p, OP_gmap_map_segment, 0, 0, PGDIR_SIZE, 0, PMD_SIZE);
	ADD(&p, OP_gmap_discard, 0, 0, 0, PAGE_SIZE);
	ADD(&p, OP_gmap_free, 0, 0);
	EXPECT_EQ(run(m, &p, &out), 4);
	expect_record(&out, 27, OP_gmap_discard, WIRE_BUG, 0, 0, BUG_no_vma);
	EXPECT_EQ(out.count, 30);
	EXPECT_EQ(m->dead, BUG_no_vma);
	EXPECT_TEXT(m->bug_text, "host address 0x40000000000");
	/* dead: nothing runs until it is reset */
	EXPECT_EQ(run(m, &p, &out), 0);
	EXPECT_EQ(out.count, 30);
	EXPECT_REFUSED(CALL(m, OP_gmap_free, 0), WIRE_DEAD);
	machine_reset(m);
	EXPECT_EQ(m->dead, BUG_none);
	EXPECT_EQ(run(m, &p, NULL), 4);
	words_free(&out);
}

static void refused_handles(struct machine *m)
{
	enum wire_op op;

	/* every operation on an object that is not there */
	for (op = 0; op < WIRE_OPS; op++) {
		enum wire_form form = wire_form_of(op_infos[op].kind[0]);

		if (CALL(m, op, UINT64_MAX, 0, WIRE_NO_ARGUMENT).status == WIRE_UNSUPPORTED)
			continue;
		if (form == FORM_MM)
			EXPECT_REFUSED(CALL(m, op, 7, 0, WIRE_NO_ARGUMENT), WIRE_BAD_HANDLE);
		if (form == FORM_GMAP)
			EXPECT_REFUSED(CALL(m, op, 0), WIRE_BAD_HANDLE);
		if (form == FORM_MM || form == FORM_GMAP || form == FORM_NOTIFIER)
			EXPECT_REFUSED(CALL(m, op, UINT64_MAX, 0, WIRE_NO_ARGUMENT), WIRE_BAD_HANDLE);
	}
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 0);
	EXPECT_REFUSED(call_operation(m, OP_gmap_alloc, (struct call){ .result_handle = 0 }), WIRE_HANDLE_TAKEN);
	EXPECT_REFUSED(call_operation(m, OP_exec, (struct call){ .result_handle = 0 }), WIRE_HANDLE_TAKEN);
	EXPECT_REFUSED(call_operation(m, OP_gmap_alloc, (struct call){ .result_handle = MAX_GMAPS }), WIRE_BUDGET);
	EXPECT_REFUSED(call_operation(m, OP_exec, (struct call){ .result_handle = MAX_MMS }), WIRE_BUDGET);
	EXPECT_OK(call_operation(m, OP_gmap_alloc, (struct call){ .result_handle = MAX_GMAPS - 1 }), MAX_GMAPS - 1);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 1);
	EXPECT_OK(CALL(m, OP_gmap_free, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 0);
}

static void refused_arguments(struct machine *m)
{
	u64 watches[255], i;
	struct call watch = { .rest = (const u8 *)watches, .rest_count = 255 };

	EXPECT_REFUSED(CALL(m, OP_inject, WIRE_INJECTS, 1), WIRE_BAD_VALUE);
	EXPECT_REFUSED(CALL(m, OP_set_cpu, 1), WIRE_BAD_VALUE);
	EXPECT_REFUSED(CALL(m, OP_attach, 0, 1), WIRE_BAD_VALUE);
	EXPECT_REFUSED(CALL(m, OP_detach, 0, 1), WIRE_BAD_VALUE);
	EXPECT_REFUSED(CALL(m, OP_ptep_notify, 0, V, WIRE_NO_ARGUMENT), WIRE_NO_PAGE_TABLE);
	EXPECT_REFUSED(CALL(m, OP_essa_set_zero, 0, V, 1), WIRE_NO_PAGE_TABLE);
	EXPECT_REFUSED(CALL(m, OP_essa_set_usage, 0, V, 3), WIRE_NO_PAGE_TABLE);
	EXPECT_OK(CALL(m, OP_mmap, 0, V, PMD_SIZE, 3, 0), 0);
	EXPECT_OK(CALL(m, OP_store, 0, V, 1), 0);
	EXPECT_REFUSED(CALL(m, OP_essa_set_usage, 0, V, 4), WIRE_BAD_VALUE);
	EXPECT_OK(CALL(m, OP_essa_set_usage, 0, V, 3), 0);
	EXPECT_OK(CALL(m, OP_sysctl_allocate_pgste, 2), (u64)-EINVAL);
	for (i = 0; i < MAX_WATCHES / 255 * 255; i++) {
		watches[i % 255] = le64(i << PAGE_SHIFT);
		if (i % 255 == 254)
			EXPECT_OK(call_operation(m, OP_watch, watch), 0);
	}
	EXPECT_REFUSED(call_operation(m, OP_watch, watch), WIRE_BUDGET);
}

/* A mapping larger than the machine's budget is not begun; one that the kernel refuses is the kernel's to refuse. */
static void budget(struct machine *m)
{
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, UINT64_MAX), 0);
	EXPECT_REFUSED(CALL(m, OP_gmap_map_segment, 0, 0, 0, (u64)1 << 53), WIRE_BUDGET);
	EXPECT_REFUSED(CALL(m, OP_gmap_map_segment, 0, V, 0, 17 * PMD_SIZE), WIRE_BUDGET);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, 16 * PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, PAGE_SIZE, (u64)1 << 53), (u64)-EINVAL);
	/* unmapping and discarding costs what is there, however long the range */
	EXPECT_OK(CALL(m, OP_gmap_discard, 0, 16 * PMD_SIZE, (u64)1 << 63), 0);
	EXPECT_OK(CALL(m, OP_gmap_unmap_segment, 0, 0, (u64)1 << 63), 0);
	EXPECT_OK(CALL(m, OP_gmap_translate, 0, 0), ERROR_WORD(EFAULT));
}

static void processes(struct machine *m)
{
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 0);
	EXPECT_OK(CALL(m, OP_exec), 1);
	EXPECT_OK(CALL(m, OP_exit, 0), 0);
	/* the process is gone, its gmap is not */
	EXPECT_REFUSED(CALL(m, OP_exit, 0), WIRE_BAD_HANDLE);
	EXPECT_OK(CALL(m, OP_gmaps, 0), 1);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_fault, 0, 0, 0), (u64)-EFAULT);
	EXPECT_OK(CALL(m, OP_gmap_free, 0), 0);
	EXPECT(m->s.mm[0] == NULL);
	EXPECT_OK(CALL(m, OP_gmaps, 0), 0);
	EXPECT_REFUSED(CALL(m, OP_gmaps, 2), WIRE_BAD_HANDLE);
	EXPECT_OK(CALL(m, OP_exit, 1), 0);
	EXPECT(m->s.newest_mm == NULL);
	EXPECT_OK(CALL(m, OP_exec), 2);
	EXPECT_EQ(m->s.newest_mm->handle, 2);
}

/* Handles of processes go up; when the last one was used they are taken from the beginning. */
static void all_handles_of_processes(struct machine *m)
{
	u64 i;

	for (i = 1; i < MAX_MMS; i++)
		EXPECT_OK(CALL(m, OP_exec), i);
	EXPECT_REFUSED(CALL(m, OP_exec), WIRE_BUDGET);
	EXPECT_OK(CALL(m, OP_exit, 7), 0);
	EXPECT_OK(CALL(m, OP_exit, 0), 0);
	EXPECT_OK(CALL(m, OP_exec), 0);
	EXPECT_OK(CALL(m, OP_exec), 7);
	EXPECT_REFUSED(CALL(m, OP_exec), WIRE_BUDGET);
}

struct hook {
	struct machine *m;
	u64 calls;
};

/* The kernel holds its locks: what would take one is refused, and nothing changes. */
static void in_notify(void *context, u32 notifier, u32 gmap, u64 gaddr, u64 end)
{
	struct hook *hook = context;
	enum wire_op op;
	u64 program = le64(OP_exec);

	hook->calls++;
	EXPECT_EQ(end, 0x1fff);
	EXPECT_EQ(notifier, 1);
	EXPECT_EQ(gmap, 0);
	EXPECT_EQ(gaddr, 0x1000);
	for (op = 0; op < WIRE_OPS; op++)
		if (op != OP_gmap_enable && op != OP_gmap_disable && op != OP___gmap_segment_gaddr && op != OP_gmaps)
			EXPECT_REFUSED(CALL(hook->m, op, 0, 0, 0), WIRE_IN_CALLBACK);
	EXPECT_OK(CALL(hook->m, OP_gmap_enable, 0), 0);
	EXPECT_OK(CALL(hook->m, OP_gmaps, 0), 1);
	EXPECT_EQ(machine_run(hook->m, (const u8 *)&program, sizeof(program), NULL), 0);
}

/* While mmap_sem is dropped another thread may do as it likes, but not free what the call still uses. */
static void while_unlocked(void *context)
{
	struct hook *hook = context;

	hook->calls++;
	EXPECT_REFUSED(CALL(hook->m, OP_gmap_free, 0), WIRE_IN_CALLBACK);
	EXPECT_REFUSED(CALL(hook->m, OP_exit, 0), WIRE_IN_CALLBACK);
	EXPECT_OK(CALL(hook->m, OP_gmap_unmap_segment, 0, 0, PMD_SIZE), 0);
}

/* An operation in a hook that the kernel does not survive ends the call around it too. */
static void bug_while_unlocked(void *context)
{
	struct hook *hook = context;

	EXPECT_EQ(CALL(hook->m, OP_gmap_discard, 0, PMD_SIZE, PMD_SIZE + PAGE_SIZE).status, WIRE_BUG);
}

static void bug_in_a_hook(struct machine *m)
{
	struct hook hook = { .m = m };

	m->hooks.context = &hook;
	m->hooks.mmap_sem_dropped = bug_while_unlocked;
	EXPECT_OK(CALL(m, OP_mmap, 0, V, PMD_SIZE, 3, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, PGDIR_SIZE, PMD_SIZE, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_inject, INJECT_fixup_retry, 1), 0);
	expect_reply(__LINE__, CALL(m, OP_gmap_fault, 0, 0, 0), WIRE_BUG, BUG_no_vma);
	EXPECT_TEXT(m->bug_text, "host address 0x40000000000");
	EXPECT_TEXT(bug_place_name(m->dead), "no_vma");
	EXPECT(bug_place_text(m->dead)[0] != '\0');
	EXPECT_TEXT(bug_place_name(BUG_none), "");
	EXPECT_TEXT(bug_place_text(BUG_PLACES), "");
}

static void callbacks(struct machine *m)
{
	struct hook hook = { .m = m };

	m->hooks.context = &hook;
	m->hooks.notify = in_notify;
	m->hooks.mmap_sem_dropped = while_unlocked;
	EXPECT_OK(CALL(m, OP_s390_enable_sie, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_register_ipte_notifier, 1), 0);
	EXPECT_OK(CALL(m, OP_mmap, 0, V, PMD_SIZE, 3, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_ipte_notify, 0, 0x1000, 0x1000), 0);
	EXPECT_OK(CALL(m, OP_swap_out, 0, V + 0x1000), 0);
	EXPECT_EQ(hook.calls, 1);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_GMAP)), m->s.gmap[0]->serial);
	EXPECT_OK(CALL(m, OP_inject, INJECT_fixup_retry, 1), 0);
	EXPECT_OK(CALL(m, OP_gmap_fault, 0, 0, 0), (u64)-EFAULT);
	EXPECT_EQ(hook.calls, 2);
	EXPECT_OK(CALL(m, OP_exec), 1);
}

/* The two ways to execute an operation answer the same, and leave the same storage behind. */
static void calls_and_programs(struct machine *m)
{
	struct machine *other = test_machine(strict);
	u64 seed, i;

	for (seed = 0; seed < 12; seed++) {
		u64 state = seed, words[PROGRAM_WORDS];
		struct words out = { 0 };

		begin_program(m, &state);
		state = seed;
		begin_program(other, &state);
		for (i = 0; i < 200 && !m->dead; i++) {
			size_t count = random_operation(&state, words), j;
			enum wire_op op = (enum wire_op)(le64(words[0]) & 0xff);
			struct call call = { .result_handle = le64(words[0]) >> 32 };
			struct reply reply;

			out.count = 0;
			machine_run(m, (const u8 *)words, count * sizeof(u64), &out);
			for (j = 0; j < op_args(op); j++)
				call.arg[j] = le64(words[1 + j]);
			call.rest = (const u8 *)&words[1 + j];
			call.rest_count = (u32)(count - 1 - j);
			reply = machine_call(other, op, &call);
			EXPECT_EQ(word(&out, 0) >> 8 & 0xff, reply.status);
			EXPECT_EQ(word(&out, 2), reply.value);
		}
		EXPECT_EQ(m->dead, other->dead);
		EXPECT(memcmp(entry_at(m, 0), entry_at(other, 0), m->storage.size) == 0);
		words_free(&out);
		machine_reset(m);
		machine_reset(other);
	}
	machine_destroy(other);
}

RUN_TESTS(TEST(random_bytes, .needs_memory = true, .options = strict), TEST(truncated_records, .needs_memory = true),
	  TEST(heads_of_records), TEST(observations, .needs_memory = true),
	  TEST(bug_ends_a_program, .needs_memory = true), TEST(refused_handles), TEST(refused_arguments),
	  TEST(budget, .options = strict), TEST(processes), TEST(all_handles_of_processes), TEST(bug_in_a_hook),
	  TEST(callbacks, .options = strict), TEST(calls_and_programs, .needs_memory = true, .options = strict))
