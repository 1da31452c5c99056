// SPDX-License-Identifier: GPL-2.0-only
/* Operations on the machine as a whole, and what a program observes. */
#include "core/program/operations.h"

#include "core/program/observe.h"

struct reply op_sysctl_allocate_pgste(struct machine *m, const struct call *call)
{
	if (call->arg[0] > 1)
		return answer_rc(-EINVAL);
	SET(m, m->s.sysctl_allocate_pgste, call->arg[0]);
	return answer(0);
}

struct reply op_inject(struct machine *m, const struct call *call)
{
	u64 kind = call->arg[0];

	if (kind >= WIRE_INJECTS)
		return refuse(WIRE_BAD_VALUE);
	if (kind == INJECT_none) {
		for (kind = 0; kind < WIRE_INJECTS; kind++)
			SET(m, m->s.inject[kind], 0);
	} else {
		SET(m, m->s.inject[kind], call->arg[1]);
	}
	return answer(0);
}

struct reply op_observe(struct machine *m, const struct call *call)
{
	SET(m, m->s.observing, call->arg[0] != 0);
	if (!call->arg[0])
		observer_forget(m);
	return answer(0);
}

/* Watched pages are kept in ascending order, each once. */
static bool watch_add(struct machine *m, u64 vmaddr)
{
	u64 i = m->s.watch_count;
	u64 at = 0;

	while (at < m->s.watch_count && m->s.watch[at] < vmaddr)
		at++;
	if (at < m->s.watch_count && m->s.watch[at] == vmaddr)
		return true;
	if (m->s.watch_count == MAX_WATCHES)
		return false;
	for (; i > at; i--)
		SET(m, m->s.watch[i], m->s.watch[i - 1]);
	SET(m, m->s.watch[at], vmaddr);
	SET(m, m->s.watch_count, m->s.watch_count + 1);
	return true;
}

struct reply op_watch(struct machine *m, struct mm *mm, const struct call *call)
{
	u32 i;

	(void)mm;
	if (m->s.watch_count + call->rest_count > MAX_WATCHES)
		return refuse(WIRE_BUDGET);
	for (i = 0; i < call->rest_count; i++)
		watch_add(m, record_word(call->rest + i * sizeof(u64)) & PAGE_MASK);
	return answer(0);
}

struct reply op_set_cpu(struct machine *m, const struct call *call)
{
	if (call->arg[0] >= m->options.cpus)
		return refuse(WIRE_BAD_VALUE);
	SET(m, m->stack->cpu, call->arg[0]);
	return answer(0);
}
