// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/snapshot.h"

#include "core/machine/machine.h"

static bool is_live(const struct machine *m, int snapshot)
{
	return snapshot >= 0 && (u32)snapshot < m->undo.marks;
}

u32 snapshot_count(const struct machine *m)
{
	return m->undo.marks;
}

int snapshot_take(struct machine *m)
{
	struct undo_log *log = &m->undo;

	if (log->marks == UNDO_MAX_MARKS)
		return -1;
	log->serial = ++log->last_serial;
	if (log->oldest == UINT64_MAX)
		log->oldest = log->serial;
	m->mark[log->marks] = (struct undo_mark){ undo_position(log), log->serial };
	log->marks++;
	undo_refresh(log);
	return (int)log->marks - 1;
}

bool snapshot_restore(struct machine *m, int snapshot)
{
	struct undo_log *log = &m->undo;

	if (!is_live(m, snapshot))
		return false;
	machine_forget_call(m);
	undo_rewind(log, m->mark[snapshot].position);
	log->marks = (u32)snapshot + 1;
	log->serial = m->mark[snapshot].serial;
	return true;
}

bool snapshot_forget(struct machine *m, int snapshot)
{
	struct undo_log *log = &m->undo;

	if (!is_live(m, snapshot))
		return false;
	log->marks = (u32)snapshot;
	if (log->marks == 0 && log->base_lost)
		log->oldest = UINT64_MAX;
	undo_refresh(log);
	return true;
}

bool snapshot_restore_first(struct machine *m)
{
	machine_forget_call(m);
	if (m->undo.base_lost)
		return false;
	undo_rewind(&m->undo, 0);
	m->undo.marks = 0;
	m->undo.serial = m->undo.oldest;
	undo_shrink(&m->undo);
	undo_refresh(&m->undo);
	return true;
}
