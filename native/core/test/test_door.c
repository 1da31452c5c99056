// SPDX-License-Identifier: GPL-2.0-only
/* The door: what a call answers, hooks, and what belongs to one stack of calls. */
#include <sys/wait.h>
#include <unistd.h>

#include "core/program/interp.h"
#include "test.h"

struct seen {
	u32 calls;
	struct reply inner;
};

static void count(struct machine *m, void *context)
{
	struct seen *seen = context;

	(void)m;
	seen->calls++;
}

static void die(struct machine *m, void *context)
{
	count(m, context);
	down_read(m, m->s.mm[0]);
	machine_bug(m, BUG_check, "on purpose");
}

static void expect_reply(struct reply reply, enum wire_status status, u64 value)
{
	EXPECT_EQ(reply.status, status);
	EXPECT_EQ(reply.value, value);
}

static void answers(struct machine *m)
{
	struct seen seen = { 0 };

	expect_reply(machine_enter(m, CALLBACK_NONE, count, &seen), WIRE_OK, 0);
	EXPECT_EQ(seen.calls, 1);
	expect_reply(machine_enter(m, CALLBACK_NONE, die, &seen), WIRE_BUG, BUG_check);
	EXPECT_TEXT(m->bug_text, "on purpose");
	EXPECT_EQ(m->stack->locks.count, 1);
	expect_reply(machine_enter(m, CALLBACK_NOTIFY, count, &seen), WIRE_REFUSED, WIRE_DEAD);
	EXPECT_EQ(seen.calls, 2);
	machine_reset(m);
	EXPECT_EQ(m->stack->locks.count, 0);
	expect_reply(machine_enter(m, CALLBACK_NONE, count, &seen), WIRE_OK, 0);
}

static void only_from_unlocked(struct machine *m, void *context)
{
	struct seen *seen = context;
	enum callback outer = machine_hook_begin(m, CALLBACK_UNLOCKED);

	expect_reply(machine_enter(m, CALLBACK_NONE, count, seen), WIRE_REFUSED, WIRE_IN_CALLBACK);
	expect_reply(machine_enter(m, CALLBACK_UNLOCKED, count, seen), WIRE_OK, 0);
	expect_reply(machine_enter(m, CALLBACK_NOTIFY, count, seen), WIRE_OK, 0);
	machine_hook_end(m, outer);
	outer = machine_hook_begin(m, CALLBACK_NOTIFY);
	expect_reply(machine_enter(m, CALLBACK_UNLOCKED, count, seen), WIRE_REFUSED, WIRE_IN_CALLBACK);
	expect_reply(machine_enter(m, CALLBACK_NOTIFY, count, seen), WIRE_OK, 0);
	machine_hook_end(m, outer);
}

static void deeper_hooks_may_less(struct machine *m)
{
	struct seen seen = { 0 };

	expect_reply(machine_enter(m, CALLBACK_NONE, only_from_unlocked, &seen), WIRE_OK, 0);
	EXPECT_EQ(seen.calls, 3);
	EXPECT_EQ(m->stack->in_callback, CALLBACK_NONE);
}

/* The inner call dies; the hook returns; the outer call ends there. */
static void hook_dies(struct machine *m, void *context)
{
	struct seen *seen = context;
	enum callback outer = machine_hook_begin(m, CALLBACK_NOTIFY);

	seen->inner = machine_enter(m, CALLBACK_NOTIFY, die, seen);
	machine_hook_end(m, outer);
	seen->calls = 100;
}

static void a_bug_in_a_hook_ends_both(struct machine *m)
{
	struct seen seen = { 0 };

	expect_reply(machine_enter(m, CALLBACK_NONE, hook_dies, &seen), WIRE_BUG, BUG_check);
	expect_reply(seen.inner, WIRE_BUG, BUG_check);
	EXPECT_EQ(seen.calls, 1);
	EXPECT_EQ(m->stack->in_callback, CALLBACK_NONE);
	machine_reset(m);
}

static void leave_held(struct machine *m, void *context)
{
	(void)context;
	down_write(m, m->s.mm[0]);
}

static void functions_under_the_rules_of_operations(struct machine *m)
{
	struct seen seen = { 0 };

	expect_reply(machine_call_function(m, count, &seen), WIRE_OK, 0);
	expect_reply(machine_call_function(m, leave_held, NULL), WIRE_BUG, BUG_left_held);
	EXPECT(strstr(m->bug_text, "mmap_sem is left held") != NULL);
	machine_reset(m);
}

/* In the middle of a call on one CPU another one calls: each has its locks, its preemption, its way out. */
static void on_another_stack(struct machine *m, void *context)
{
	struct call_stack other = { .cpu = 1 };
	struct call_stack *mine = m->stack;
	struct mm *mm = m->s.mm[0];
	struct seen *seen = context;

	down_read(m, mm);
	preempt_disable(m);
	machine_use_stack(m, &other);
	EXPECT_EQ(current_cpu(m), 1);
	expect_reply(machine_enter(m, CALLBACK_NONE, count, seen), WIRE_OK, 0);
	down_read(m, mm);
	EXPECT_EQ(other.locks.count, 1);
	up_read(m, mm);
	lock_none_checked(m, __func__);
	expect_reply(machine_enter(m, CALLBACK_NONE, die, seen), WIRE_BUG, BUG_check);
	machine_use_stack(m, mine);
	EXPECT_EQ(current_cpu(m), 0);
	EXPECT_EQ(m->stack->locks.count, 1);
	EXPECT_EQ(m->stack->preempt_count, 1);
	machine_unwind(m);
}

static void two_stacks(struct machine *m)
{
	struct seen seen = { 0 };

	expect_reply(machine_enter(m, CALLBACK_NONE, on_another_stack, &seen), WIRE_BUG, BUG_check);
	EXPECT_EQ(seen.calls, 2);
	machine_reset(m);
}

static void two_cpus(struct machine_options *options)
{
	options->cpus = 2;
}

static u64 frames;

static void die_below_a_frame(struct machine *m, void *context)
{
	frames++;
	die(m, context);
}

static void die_after_a_frame(struct machine *m, void *context)
{
	frames++;
	frames--;
	die(m, context);
}

/* The process that jumps over a frame that somebody counts does not live to tell. */
static void jumps_over_no_counted_frame(struct machine *m)
{
	struct seen seen = { 0 };
	int status = 0;
	pid_t child;

	frames = 1; /* one above the door */
	door_count_frames(m, &frames);
	expect_reply(machine_enter(m, CALLBACK_NONE, die_after_a_frame, &seen), WIRE_BUG, BUG_check);
	machine_reset(m);
	child = fork();
	if (child == 0) {
		freopen("/dev/null", "w", stderr);
		machine_enter(m, CALLBACK_NONE, die_below_a_frame, &seen);
		_exit(0);
	}
	EXPECT(child > 0 && waitpid(child, &status, 0) == child);
	EXPECT(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

RUN_TESTS(TEST(answers), TEST(deeper_hooks_may_less), TEST(a_bug_in_a_hook_ends_both),
	  TEST(functions_under_the_rules_of_operations), TEST(two_stacks, .options = two_cpus),
	  TEST(jumps_over_no_counted_frame))
