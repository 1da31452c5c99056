// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every operation of ops.def as a JavaScript function under its name. The first argument is the handle of the
 * operation's mm or gmap, or of the machine if the operation's own first argument is neither; the others are
 * as in ops.def: bigints for FORM_HEX, numbers for the rest.
 *
 * Answers: a number (0, a count, a negative errno), undefined for a word that is no error, which is then in
 * addon.word, a handle or 0 for NULL, or an enum outcome.
 */
#include "addon/hot/hot.h"

#include "addon/hot/values.h"
#include "core/machine/memory.h"

struct operation {
	struct addon *addon;
	enum wire_op op;
	enum slot_kind target;
};

/* Events that a machine keeps for JavaScript to take; when there are more, the old ones go. */
#define MAX_KEPT_EVENTS (1u << 20)

static enum slot_kind target_of(const struct op_info *info)
{
	enum wire_form form = wire_form_of(info->kind[0]);

	if (form == FORM_MM)
		return SLOT_MM;
	return form == FORM_GMAP ? SLOT_GMAP : SLOT_MACHINE;
}

/* A word that can be left out: all ones. */
static int argument_optional_word(const struct arguments *args, u32 index, u64 *word)
{
	napi_valuetype type;

	if (napi_typeof(args->env, args->value[index], &type) == napi_ok && type == napi_undefined) {
		*word = WIRE_NO_ARGUMENT;
		return OUTCOME_OK;
	}
	return argument_word(args, index, word);
}

/* Fills in the operation's arguments; those of the target are in place. */
static int read_arguments(const struct arguments *args, const struct operation *operation, struct call *call)
{
	const struct op_info *info = &op_infos[operation->op];
	u32 shift = operation->target == SLOT_MACHINE; /* the machine is not one of the operation's arguments */
	u32 i;

	for (i = 1 - shift; i < info->arity; i++) {
		enum wire_form form = wire_form_of(info->kind[i]);
		int outcome = OUTCOME_OK;

		if (form == FORM_HEX)
			outcome = argument_word(args, i + shift, &call->arg[i]);
		else if (form == FORM_OPT)
			outcome = argument_optional_word(args, i + shift, &call->arg[i]);
		else if (form != FORM_NULL && form != FORM_REST)
			outcome = argument_count(args, i + shift, MAX_WHOLE, &call->arg[i]);
		if (unlikely(outcome))
			return outcome;
	}
	return OUTCOME_OK;
}

static napi_value answer(napi_env env, struct addon_machine *machine, enum wire_op op, struct reply reply)
{
	if (unlikely(reply.status != WIRE_OK))
		return value_int(env, failure_outcome(reply));
	switch (op_infos[op].result) {
	case RESULT_WORD:
		if (!is_error_word(reply.value))
			return leave_word(machine->addon, reply.value);
		break;
	case RESULT_HANDLE_MM:
		if (reply.value == WIRE_NO_HANDLE)
			return value_int(env, 0);
		return value_double(env, mm_handle(machine, machine->core->s.mm[reply.value]));
	case RESULT_HANDLE_GMAP:
		if (reply.value == WIRE_NO_HANDLE)
			return value_int(env, 0);
		return value_double(env, gmap_handle(machine, machine->core->s.gmap[reply.value]));
	case RESULT_HANDLE_SHADOW:
		if (!is_error_word(reply.value))
			return value_double(env, gmap_handle(machine, machine->core->s.gmap[reply.value]));
		break;
	default:
		break;
	}
	return value_int(env, (int)(s64)reply.value);
}

/* The call, after which handles of what it freed are stale. The last gmap of a process that exited takes that along. */
static struct reply call_core(struct target target, enum wire_op op, const struct call *call)
{
	struct machine *m = target.machine->core;
	bool ends = op_infos[op].marks & ENDS_OBJECT;
	bool ends_gmap = ends && target_of(&op_infos[op]) == SLOT_GMAP;
	u64 mm_number = ends_gmap ? m->s.gmap[target.number]->mm->handle : target.number;
	struct reply reply = machine_call(m, op, call);

	if (ends_gmap && !m->s.gmap[target.number])
		gmap_forget(target.machine, target.number);
	if (ends)
		mm_forget(target.machine, mm_number);
	handles_of_freed(target.machine);
	return reply;
}

/* What a call makes must have a handle afterwards. No hook runs in the calls that make something. */
static int handle_ready(struct addon *addon, enum wire_op op)
{
	enum wire_result result = op_infos[op].result;

	return result == RESULT_HANDLE_MM || result == RESULT_HANDLE_GMAP || result == RESULT_HANDLE_SHADOW
		       ? slot_ready(addon)
		       : OUTCOME_OK;
}

static napi_value run(napi_env env, struct target target, enum wire_op op, const struct call *call)
{
	struct addon_machine *machine = target.machine;
	u32 thrown = machine->thrown;
	int outcome = handle_ready(machine->addon, op);
	struct reply reply;

	if (unlikely(outcome))
		return value_int(env, outcome);
	if (unlikely(machine->core->events.count > MAX_KEPT_EVENTS && !machine->callbacks))
		machine->core->events.count = 0;
	reply = call_core(target, op, call);
	if (unlikely(machine->thrown != thrown))
		return value_int(env, thrown_outcome(machine, thrown));
	return answer(env, machine, op, reply);
}

static napi_value call_operation(napi_env env, napi_callback_info info)
{
	struct call call = { .result_handle = WIRE_NO_HANDLE };
	size_t count = MAX_ARGUMENTS;
	const struct operation *operation;
	struct arguments args;
	struct target target;
	void *data;
	int outcome;

	napi_get_cb_info(env, info, &count, args.value, NULL, &data);
	operation = data;
	args.env = env;
	outcome = argument_target(&args, operation->addon, operation->target, &target);
	if (!outcome) {
		call.arg[0] = target.number;
		outcome = read_arguments(&args, operation, &call);
	}
	return outcome ? value_int(env, outcome) : run(env, target, operation->op, &call);
}

/* gmap_translate by the short way, where it can be gone. */
static napi_value call_translate(napi_env env, napi_callback_info info)
{
	const struct operation *operation;
	struct arguments args;
	struct target target;
	size_t count = 2;
	u64 gaddr, vmaddr;
	struct machine *m;
	void *data;
	int outcome;

	napi_get_cb_info(env, info, &count, args.value, NULL, &data);
	operation = data;
	args.env = env;
	outcome = argument_target(&args, operation->addon, SLOT_GMAP, &target);
	if (!outcome)
		outcome = argument_word(&args, 1, &gaddr);
	if (unlikely(outcome))
		return value_int(env, outcome);
	m = target.machine->core;
	if (unlikely(!machine_translate(m, m->s.gmap[target.number], gaddr, &vmaddr))) {
		const struct call call = { .arg = { target.number, gaddr }, .result_handle = WIRE_NO_HANDLE };

		return run(env, target, operation->op, &call);
	}
	return is_error_word(vmaddr) ? value_int(env, (int)(s64)vmaddr) : leave_word(operation->addon, vmaddr);
}

bool operations_define(struct addon *addon, napi_value exports)
{
	int op;

	addon->operations = memory_take(WIRE_OPS, sizeof(*addon->operations));
	if (!addon->operations)
		return false;
	for (op = 0; op < WIRE_OPS; op++) {
		struct operation *operation = &addon->operations[op];

		*operation = (struct operation){ addon, (enum wire_op)op, target_of(&op_infos[op]) };
		if (!define_function(addon->env, exports, op_infos[op].name,
				     op == OP_gmap_translate ? call_translate : call_operation, operation))
			return false;
	}
	return true;
}
