// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/inject.h"

#include "core/machine/machine.h"

bool inject_slow(struct machine *m, enum wire_inject kind)
{
	SET(m, m->s.inject[kind], m->s.inject[kind] - 1);
	if (m->s.inject[kind])
		return false;
	event(m, EVENT_FAILURE, kind, 0, 0);
	return true;
}
