// SPDX-License-Identifier: GPL-2.0-only
/* The core's functions that are not operations. */
#include "core/check/check.h"
#include "addon/addon.h"

int core_call(struct addon_machine *machine, void (*call)(struct machine *m, void *context), void *context)
{
	struct machine *m = machine->core;
	u32 thrown = machine->thrown;
	jmp_buf here;
	jmp_buf *outer = m->bug_exit;
	volatile int outcome = OUTCOME_BUG;

	if (m->dead)
		return OUTCOME_REFUSED - WIRE_DEAD;
	if (m->in_callback == CALLBACK_NOTIFY)
		return OUTCOME_REFUSED - WIRE_IN_CALLBACK;
	m->bug_exit = &here;
	if (setjmp(here) == 0) {
		call(m, context);
		if (m->locks.checking && !m->in_callback)
			lock_none_checked(m, __func__);
		if (m->options.check_always && !m->in_callback)
			machine_check_or_bug(m);
		outcome = OUTCOME_OK;
	}
	m->bug_exit = outer;
	return machine->thrown != thrown ? thrown_outcome(machine, thrown) : outcome;
}
