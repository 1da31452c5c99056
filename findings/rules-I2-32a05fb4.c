// SPDX-License-Identifier: GPL-2.0-only
/*
 * Found by the fuzzer, seed 7: I2 (rules)
 * I2: the top table, ASCE and highest address of a gmap fit each other and never change
 * a gmap s field at offset 224 was 0x1, is 0x0
 * It needs the built code linux-6.1: this program runs the port, where it need not fail.
 * This program need not fail: perhaps only the fuzzer's oracle "rules" sees what is wrong.
 */
#include "core/program/interp.h"
#include "test.h"

static void change(struct machine_options *options)
{
	options->profile = profile_find("linux-6.1");
	options->storage_limit = 0x800000;
	options->max_segments = 16;
	options->check_always = true;
}

/* An operation as programs make it, with what its callers do: locks, for example. */
#define OPERATION(name, ...) \
	operation(m, OP_##name, (const struct call){ .result_handle = WIRE_NO_HANDLE, .arg = { __VA_ARGS__ } })

static u64 operation(struct machine *m, enum wire_op op, struct call call)
{
	struct reply reply = machine_call(m, op, &call);

	if (reply.status == WIRE_BUG)
		machine_unwind(m);
	EXPECT_EQ(reply.status, WIRE_OK);
	return reply.value;
}

/* Makes a gmap or a process, which gets that handle. */
static void make(struct machine *m, enum wire_op op, u64 mm, u64 limit, u64 handle)
{
	if (operation(m, op, (const struct call){ .arg = { mm, limit }, .result_handle = handle }) == handle)
		return;
	printf("%s made nothing\n", op_infos[op].name);
	exit(1);
}

static void finding(struct machine *m)
{
	struct mm *mm0 = m->s.mm[0];
	struct gmap *g0;

	make(m, OP_gmap_create, mm0->handle, 0x0, 0);
	g0 = m->s.gmap[0];
	/* a gmap s field at offset 224 was 0x1, is 0x0 */
	OPERATION(gmap_remove, g0->handle);
	EXPECT_CHECK(m);
}

int main(void)
{
	struct machine *m = test_machine(change);

	if (!bug_guard(m, finding)) {
		printf("BUG %s: %s\n", bug_place_name(m->dead), m->bug_text);
		failures++;
	}
	EXPECT_CHECK(m);
	machine_destroy(m);
	return failures != 0;
}
