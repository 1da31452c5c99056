// SPDX-License-Identifier: GPL-2.0-only
/* The core's functions that are not operations. */
#include "addon/addon.h"

int core_call(struct addon_machine *machine, void (*call)(struct machine *m, void *context), void *context)
{
	u32 thrown = machine->thrown;
	struct reply reply = machine_call_function(machine->core, call, context);

	if (machine->thrown != thrown)
		return thrown_outcome(machine, thrown);
	if (reply.status == WIRE_BUG)
		return OUTCOME_BUG;
	return reply.status == WIRE_REFUSED ? OUTCOME_REFUSED - (int)reply.value : OUTCOME_OK;
}
