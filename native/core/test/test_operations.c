// SPDX-License-Identifier: GPL-2.0-only
/* What ops.def says of each operation, held against what the operations do. */
#include "core/program/interp.h"
#include "programs.h"

#define SEEDS 1000
#define OPERATIONS 250

static void table(struct machine *m)
{
	enum wire_op op;
	u32 i;

	(void)m;
	for (op = 0; op < WIRE_OPS; op++) {
		const struct op_info *info = &op_infos[op];
		bool has_rest = false;

		EXPECT(info->arity <= MAX_ARGS);
		for (i = 0; i < MAX_ARGS; i++) {
			enum wire_form form = wire_form_of(info->kind[i]);

			EXPECT_EQ(form != FORM_NONE, i < info->arity);
			has_rest |= form == FORM_REST;
			/* they can only be the last ones */
			EXPECT((form != FORM_REST && form != FORM_OPT) || i == info->arity - 1);
			EXPECT_EQ(form == FORM_OPT, i == info->arity - 1 && info->kernels == LAST_SINCE_4_8);
		}
		EXPECT_EQ(op_has_rest(op), has_rest);
		if (info->is_renamed) {
			EXPECT_EQ(op_infos[info->renamed].renamed, op);
			EXPECT(op_is_in(info->kernels, FUNCTIONS_4_7) !=
			       op_is_in(op_infos[info->renamed].kernels, FUNCTIONS_4_7));
		}
	}
	EXPECT_EQ(op_in(OP_gmap_alloc, FUNCTIONS_4_7), OP_gmap_alloc);
	EXPECT_EQ(op_in(OP_gmap_alloc, FUNCTIONS_4_8), OP_gmap_create);
	EXPECT_EQ(op_in(OP_gmap_create, FUNCTIONS_4_7), OP_gmap_alloc);
	EXPECT_EQ(op_in(OP_gmap_get, FUNCTIONS_4_7), OP_gmap_get);
	EXPECT(!op_is_in(op_infos[OP_gmap_get].kernels, FUNCTIONS_4_7));
}

static bool has_error(const struct op_info *info, u64 error)
{
	u32 i;

	for (i = 0; i < MAX_ERRORS && info->errors[i]; i++)
		if (info->errors[i] == error)
			return true;
	return false;
}

/* The error that an operation answered, 0 if it was none. */
static u64 error_of(const struct op_info *info, struct reply reply)
{
	if (reply.status == WIRE_BUG)
		return OP_BUG;
	if (reply.status != WIRE_OK)
		return 0;
	switch (info->result) {
	case RESULT_HANDLE_MM:
	case RESULT_HANDLE_GMAP:
		return reply.value == WIRE_NO_HANDLE ? ENOMEM : 0;
	case RESULT_VOID:
	case RESULT_LIST_GMAP:
		return 0;
	default:
		return is_error_word(reply.value) ? 0 - reply.value : 0;
	}
}

static bool answer_is_listed(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	const struct op_info *info = &op_infos[op];
	u64 error = error_of(info, reply);

	(void)context;
	(void)call;
	/* what a process loads may look like an error */
	if (!error || op == OP_load)
		return true;
	if (has_error(info, error))
		return true;
	printf("%s answers %d, which is not in its row\n", info->name, (int)error);
	failures++;
	return false;
}

/* No random program gets an error that is not in the operation's row. */
static void answers(struct machine *m)
{
	u64 seed;

	(void)m;
	for (seed = 0; seed < SEEDS; seed++) {
		struct machine_options options;
		const char *error;
		struct machine *other;
		u64 words[PROGRAM_WORDS];
		u64 state = seed;
		int i;

		machine_default_options(&options);
		options.profile = profile_at(seed % PROFILES);
		options.max_segments = 8;
		if (seed & 4)
			options.storage_limit = MIN_STORAGE;
		if (seed & 8)
			options.debug_vm = false;
		other = machine_create(&options, &error);
		begin_program(other, &state);
		for (i = 0; i < OPERATIONS && !other->dead; i++) {
			size_t count = random_operation(&state, words);

			machine_run_each(other, (const u8 *)words, count * sizeof(u64), answer_is_listed, NULL);
		}
		machine_destroy(other);
	}
}

RUN_TESTS(TEST(table), TEST(answers, .needs_memory = true))
