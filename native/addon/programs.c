// SPDX-License-Identifier: GPL-2.0-only
/* Whole programs in the format of wire.h. */
#include "addon/addon.h"

/*
 * (machine, Uint8Array) → bytes of observations, which stay here until JavaScript has made room for them: that
 * can fail in JavaScript with an exception, but here only by ending the process.
 */
static napi_value execute(const struct arguments *args, struct target target)
{
	struct addon_machine *machine = target.machine;
	u32 thrown = machine->thrown;
	size_t length;
	u8 *program;
	int outcome = argument_bytes(args, 1, false, &program, &length);

	if (outcome)
		return value_int(args->env, outcome);
	if (machine->core->dead)
		return value_int(args->env, OUTCOME_REFUSED - WIRE_DEAD);
	words_free(&machine->observations);
	machine->executing = true;
	machine_run(machine->core, program, length, &machine->observations);
	machine->executing = false;
	handles_sweep(machine);
	outcome = thrown_outcome(machine, thrown);
	if (!outcome && machine->observations.failed)
		outcome = OUTCOME_NO_MEMORY;
	if (outcome) {
		words_free(&machine->observations);
		return value_int(args->env, outcome);
	}
	return value_double(args->env, (double)(machine->observations.count * sizeof(u64)));
}

/* (machine, Uint8Array of the length that execute answered) */
static napi_value take_observations(const struct arguments *args, struct target target)
{
	struct words *observations = &target.machine->observations;
	size_t length;
	u8 *bytes;
	int outcome = argument_bytes(args, 1, false, &bytes, &length);

	if (!outcome && length != observations->count * sizeof(u64))
		outcome = OUTCOME_ARGUMENT - 2 - 1;
	if (!outcome && length)
		memcpy(bytes, observations->word, length);
	words_free(observations);
	return value_int(args->env, outcome);
}

napi_status program_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "execute", SLOT_MACHINE, false, execute },
		{ "takeObservations", SLOT_MACHINE, false, take_observations },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
