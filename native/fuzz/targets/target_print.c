// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/targets/target_print.h"

#include <inttypes.h>

#include "core/check/invariants.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/gmap_queries.h"
#include "fuzz/engine/flavour.h"

static const char *const inject_names[WIRE_INJECTS] = {
#define INJECT(name) #name,
#include "abi/inject.def"
#undef INJECT
};

static const char *errno_name(u64 word)
{
	switch (0 - word) {
#define ERRNO(name, number, text) \
	case number:              \
		return #name;
#include "abi/errno.def"
#undef ERRNO
	default:
		return NULL;
	}
}

static void print_argument(FILE *out, enum wire_form form, u64 value)
{
	switch (form) {
	case FORM_MM:
		fprintf(out, "mm%" PRIu64, value);
		break;
	case FORM_GMAP:
		fprintf(out, "g%" PRIu64, value);
		break;
	case FORM_NOTIFIER:
		fprintf(out, "n%" PRIu64, value);
		break;
	case FORM_DEC:
		fprintf(out, "%" PRIu64, value);
		break;
	case FORM_NULL:
		fputs("NULL", out);
		break;
	case FORM_INJECT:
		if (value < WIRE_INJECTS) {
			fputs(inject_names[value], out);
			break;
		}
		/* fall through */
	default:
		fprintf(out, "0x%" PRIx64, value);
	}
}

static void print_arguments(FILE *out, enum wire_op op, const struct call *call)
{
	u32 i;

	for (i = 0; i < op_args(op); i++) {
		enum wire_form form = wire_form_of(op_kind(op, (int)i));

		if (form == FORM_OPT && call->arg[i] == WIRE_NO_ARGUMENT)
			break;
		fputs(i ? ", " : "", out);
		print_argument(out, form, call->arg[i]);
	}
	for (i = 0; i < call->rest_count; i++)
		fprintf(out, ", 0x%" PRIx64, record_word(call->rest + i * sizeof(u64)));
}

static void print_handle(FILE *out, const char *letters, u64 handle)
{
	if (handle == WIRE_NO_HANDLE)
		fputs(" = NULL", out);
	else
		fprintf(out, " = %s%" PRIu64, letters, handle);
}

static void print_list(FILE *out, const struct mm *mm, u64 count)
{
	u64 i;

	fputs(" = [", out);
	for (i = 0; i < count; i++)
		fprintf(out, "%sg%" PRIu64, i ? ", " : "", mm_gmap_at(mm, i)->handle);
	fputs("]", out);
}

static void print_number(FILE *out, enum wire_result kind, u64 value)
{
	const char *name = errno_name(value);

	if (name)
		fprintf(out, " = -%s", name);
	else if (kind == RESULT_WORD)
		fprintf(out, " = 0x%" PRIx64, value);
	else
		fprintf(out, " = %" PRId64, (s64)value);
}

static void print_result(FILE *out, const struct machine *m, enum wire_result kind, const struct call *call, u64 value)
{
	switch (kind) {
	case RESULT_VOID:
		break;
	case RESULT_HANDLE_MM:
		print_handle(out, "mm", value);
		break;
	case RESULT_HANDLE_GMAP:
	case RESULT_HANDLE_SHADOW:
		print_handle(out, "g", value);
		break;
	case RESULT_LIST_GMAP:
		print_list(out, m->s.mm[call->arg[0]], value);
		break;
	default:
		print_number(out, kind, value);
	}
}

void print_header(FILE *out, u32 flavour)
{
	fprintf(out, "# gmap-trace 1\n# kernel: %s\n# machine: %s\n", profile_at(flavour / FUZZ_MACHINES)->name,
		flavour_machine(flavour));
}

void print_call(FILE *out, const struct machine *m, enum wire_op op, const struct call *call, struct reply reply)
{
	const struct op_info *info = &op_infos[op];

	if (reply.status == WIRE_REFUSED || reply.status == WIRE_UNSUPPORTED)
		fputs("# refused: ", out);
	fprintf(out, "%s(", info->name);
	print_arguments(out, op, call);
	fputs(")", out);
	if (reply.status == WIRE_BUG)
		fputs(" = BUG", out);
	else if (reply.status == WIRE_OK)
		print_result(out, m, info->result, call, reply.value);
	fputs("\n", out);
}

void print_verdict(FILE *out, const struct verdict *verdict)
{
	char rule[256];

	invariant_explain(verdict->rule, rule, sizeof(rule));
	fprintf(out, "%s: %s, after %s (call %" PRIu64 "): %s\n", oracle_name(verdict->oracle), rule,
		op_infos[verdict->op].name, verdict->operation + 1, verdict->text);
}
