// SPDX-License-Identifier: GPL-2.0-only
/* Two machines that make the same calls: what differs is found, whatever it is, and what need not be the same is not. */
#include "core/test/programs.h"
#include "core/test/test.h"
#include "fuzz/engine/fuzz.h"
#include "planted.h"

#define RUNS 2000

static struct other_side side_of(const struct other_functions *functions, const char *kernel)
{
	struct other_side side = { .functions = functions, .name = "there", .own_name = "here" };

	snprintf(side.kernel, sizeof(side.kernel), "%s", kernel);
	return side;
}

static struct fuzz *new_fuzz(u32 kernel, u32 oracles, const struct other_functions *functions, const char *other_kernel)
{
	struct fuzz_options options;
	struct fuzz *fuzz;
	const char *error;

	fuzz_default_options(&options);
	options.kernel = kernel;
	options.oracles = oracles;
	options.against = side_of(functions, other_kernel);
	fuzz = fuzz_create(&options, &error);
	if (!fuzz) {
		printf("%s\n", error);
		exit(1);
	}
	return fuzz;
}

static void two_ports_do_the_same(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(ANY_KERNEL, ORACLE_BIT(ORACLE_OTHER), other_functions(), "");
	const struct finding *finding;
	const char *error;

	(void)m;
	EXPECT_EQ(fuzz_run(fuzz, RUNS, &error), RUNS);
	finding = fuzz_finding(fuzz, 0);
	EXPECT(!finding);
	if (finding)
		printf("%s: %s: %s\n", op_infos[finding->verdict.op].name, finding->verdict.rule,
		       finding->verdict.text);
	fuzz_destroy(fuzz);
}

/* What is left: memory, a guest with PGSTEs that has it, a notifier, a page, and who changes it. */
#define OPERATIONS_NEEDED 7

static void what_one_does_otherwise_is_found_and_made_small(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(0, ORACLE_BIT(ORACLE_OTHER), other_functions(), "");
	static struct draft draft;
	const struct finding *finding;
	struct verdict verdict;
	const char *error;
	u8 input[MAX_INPUT];
	size_t bytes;
	u64 tries;

	(void)m;
	plant_fault(fuzz);
	fuzz_run(fuzz, 20 * RUNS, &error);
	finding = fuzz_finding(fuzz, 0);
	EXPECT(finding);
	if (!finding)
		exit(1);
	memcpy(input, finding->input, finding->bytes);
	bytes = fuzz_minimize(fuzz, input, finding->bytes, &verdict, &tries);
	draft_read(&draft, input, bytes);
	EXPECT(draft.count <= OPERATIONS_NEEDED);
	EXPECT_EQ(verdict.oracle, ORACLE_OTHER);
	EXPECT_TEXT(verdict.rule, "facts");
	fuzz_destroy(fuzz);
}

/* Machines of the port that tell something else of every gmap_fault, as `wrong` says. */
static struct told wrong_told;
static void (*make_wrong)(struct told *told);

static const struct told *wrong_call(void *machine, enum wire_op op, const struct call *call)
{
	const struct told *told = other_functions()->call(machine, op, call);

	if (op != OP_gmap_fault)
		return told;
	wrong_told = *told;
	make_wrong(&wrong_told);
	return &wrong_told;
}

static void wrong_result(struct told *told)
{
	told->reply.value = (u64)-EFAULT;
}

static void it_dies(struct told *told)
{
	told->reply = (struct reply){ WIRE_BUG, BUG_pmd_none };
	told->bug = "why";
}

static void it_keeps_a_lock(struct told *told)
{
	told->reply = (struct reply){ WIRE_BUG, BUG_left_held };
	told->bug = "a lock";
}

static struct event extra[8];

static void with_event(struct told *told, enum event_kind kind)
{
	EXPECT(told->event_count < 8);
	memcpy(extra, told->events, told->event_count * sizeof(extra[0]));
	extra[told->event_count++] = (struct event){ .kind = kind, .address = 0x1000 };
	told->events = extra;
}

static void one_flush_more(struct told *told)
{
	with_event(told, EVENT_IPTE);
}

static void one_call_more(struct told *told)
{
	with_event(told, EVENT_NOTIFY);
}

static void one_key_more(struct told *told)
{
	with_event(told, EVENT_KEY);
}

static void one_frame_more(struct told *told)
{
	with_event(told, EVENT_ALLOC_FRAMES);
}

static void no_facts(struct told *told)
{
	told->fact_count = 0;
}

static void nothing_wrong(struct told *told)
{
	(void)told;
}

/* It has another word than it should where anything is stored to. */
static struct told_value wrong_value(const void *machine, const struct told_word *word)
{
	struct told_value value = other_functions()->value(machine, word);

	value.value ^= value.is_there && value.is_pgste;
	return value;
}

#define CALL(name) (u64) OP_##name | (u64)WIRE_NO_HANDLE << 32

/* A guest with a segment of memory, into which it faults. */
static size_t a_fault(u64 *word)
{
	const u64 program[] = {
		flavour_word(1 * FUZZ_MACHINES),
		CALL(s390_enable_sie),
		0,
		CALL(gmap_create),
		0,
		0,
		CALL(mmap),
		0,
		HOST,
		PMD_SIZE,
		PROT_READ | PROT_WRITE,
		0,
		CALL(gmap_map_segment),
		0,
		HOST,
		0,
		PMD_SIZE,
		CALL(gmap_fault),
		0,
		0,
		1,
	};
	size_t i;

	for (i = 0; i < sizeof(program) / sizeof(u64); i++)
		word[i] = le64(program[i]);
	return sizeof(program);
}

static void expect_rule(struct other_functions *functions, void (*wrong)(struct told *told), const char *rule,
			const char *text)
{
	struct fuzz *fuzz = new_fuzz(1, ORACLE_BIT(ORACLE_OTHER), functions, "");
	struct verdict verdict;
	u64 word[64];
	size_t bytes = a_fault(word);

	make_wrong = wrong;
	EXPECT(!fuzz_judge(fuzz, (const u8 *)word, bytes, &verdict));
	EXPECT_EQ(verdict.oracle, ORACLE_OTHER);
	EXPECT_EQ(verdict.op, OP_gmap_fault);
	EXPECT_EQ(verdict.operation, 4);
	EXPECT_TEXT(verdict.rule, rule);
	if (!strstr(verdict.text, text)) {
		printf("%s has no \"%s\"\n", verdict.text, text);
		failures++;
	}
	fuzz_destroy(fuzz);
}

static void each_part_is_compared(struct machine *m)
{
	struct other_functions functions = *other_functions();

	(void)m;
	functions.call = wrong_call;
	expect_rule(&functions, wrong_result, "result", "here: 0; there: -EFAULT");
	expect_rule(&functions, it_dies, "BUG", "here: 0; there: BUG pmd_none: why");
	expect_rule(&functions, one_flush_more, "flushes", "here: nothing; there: ipte(0x1000)");
	expect_rule(&functions, one_call_more, "notifications", "there: notify(n0, g0, 0x1000, 0x0)");
	expect_rule(&functions, one_key_more, "storage keys set", "there: key 0x0 of 0x1000");
	expect_rule(&functions, one_frame_more, "frames", "there: takes frames at 0x1000, order 0");
	expect_rule(&functions, no_facts, "facts", "there: nothing");
	functions.value = wrong_value;
	expect_rule(&functions, nothing_wrong, "PGSTEs",
		    "PGSTE of 0x10000000000: here: 0x800000000000; there: 0x800000000001");
}

static void another_version_is_refused(struct machine *m)
{
	struct other_functions functions = *other_functions();
	struct fuzz_options options;
	const char *error;

	(void)m;
	functions.layout.told++;
	fuzz_default_options(&options);
	options.against = side_of(&functions, "");
	EXPECT(!fuzz_create(&options, &error));
	EXPECT_TEXT(error, "what it is compared with is of another version");
}

/* A kernel that lacks what the program calls says nothing about it; nor does a defect that only one of them has. */
static void what_a_kernel_does_not_have_is_nothing(struct machine *m)
{
	struct fuzz *fuzz = new_fuzz(1, ORACLE_BIT(ORACLE_OTHER), other_functions(), "linux-4.7");
	struct verdict verdict;
	u64 word[64];

	(void)m;
	EXPECT(fuzz_judge(fuzz, (const u8 *)word, a_fault(word), &verdict));
	fuzz_destroy(fuzz);
}

/* The other machine's checks of locks are off: what those of the judge's say is another oracle's. */
static void locks_of_one_are_no_difference(struct machine *m)
{
	struct other_functions functions = *other_functions();
	struct verdict verdict;
	struct fuzz *fuzz;
	u64 word[64];

	(void)m;
	functions.call = wrong_call;
	make_wrong = it_keeps_a_lock;
	fuzz = new_fuzz(1, ORACLE_BIT(ORACLE_OTHER), &functions, "");
	EXPECT(fuzz_judge(fuzz, (const u8 *)word, a_fault(word), &verdict));
	fuzz_destroy(fuzz);
}

RUN_TESTS(TEST(two_ports_do_the_same), TEST(what_one_does_otherwise_is_found_and_made_small),
	  TEST(each_part_is_compared), TEST(another_version_is_refused), TEST(what_a_kernel_does_not_have_is_nothing),
	  TEST(locks_of_one_are_no_difference))
