// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/interp.h"

#include "core/check/check.h"
#include "core/linux/gmap/gmap.h"
#include "core/machine/lock.h"
#include "core/program/operations.h"
#include "core/program/tracer.h"

/*
 * What a hook may do. A notifier block: nothing that takes a lock, for the kernel holds most of them. While
 * mmap_sem is dropped: what another thread could, but not take the objects of the interrupted call away.
 */
static bool allowed_in_callback(const struct machine *m, enum wire_op op)
{
	if (m->in_callback == CALLBACK_UNLOCKED)
		return op != OP_gmap_free && op != OP_gmap_remove && op != OP_gmap_put && op != OP_exit;
	return op == OP_gmap_enable || op == OP_gmap_disable || op == OP___gmap_segment_gaddr || op == OP_gmaps;
}

static struct reply dispatch(struct machine *m, enum wire_op op, const struct call *call)
{
	struct reply reply;
	u64 outer = 0;

	if (unlikely(m->in_callback) && !allowed_in_callback(m, op))
		return (struct reply){ WIRE_REFUSED, WIRE_IN_CALLBACK };
	if (unlikely(m->tracer != NULL))
		outer = tracer_begin(m, op, call);
	reply = op_functions[op](m, call);
	if (unlikely(m->tracer != NULL))
		tracer_end(m, outer, reply);
	if (m->locks.checking && !m->in_callback)
		lock_none_checked(m, op_infos[op].name);
	if (unlikely(m->options.check_always) && !m->in_callback)
		machine_check_or_bug(m);
	return reply;
}

struct reply machine_call(struct machine *m, enum wire_op op, const struct call *call)
{
	jmp_buf here;
	jmp_buf *outer = m->bug_exit;
	struct reply reply;

	if (m->dead)
		return (struct reply){ WIRE_REFUSED, WIRE_DEAD };
	m->bug_exit = &here;
	if (setjmp(here) == 0)
		reply = dispatch(m, op, call);
	else
		reply = (struct reply){ WIRE_BUG, m->dead };
	m->bug_exit = outer;
	return reply;
}

/* One record at a time, without a setjmp for each: a BUG ends the run anyway. */
struct run {
	struct machine *m;
	const u8 *at;
	const u8 *end;
	struct words *out;
	after_fn after;
	void *context;
	u64 executed;
	enum wire_op op;
	struct call call;
	size_t record; /* where the current operation's observation begins */
	u32 first_event;
};

static bool next_call(struct run *run, struct call *call)
{
	u64 head;
	size_t words, i;
	const struct op_info *info;

	if (run->end - run->at < (ptrdiff_t)sizeof(u64))
		return false;
	head = load_word(run->at);
	run->op = (enum wire_op)((head & 0xff) % WIRE_OPS);
	info = &op_infos[run->op];
	words = info->arity;
	call->rest_count = 0;
	if (words && info->kind[words - 1] == ARG_REST) {
		call->rest_count = (u32)(head >> 8 & 0xff);
		words--;
	}
	if ((size_t)(run->end - run->at) / sizeof(u64) < 1 + words + call->rest_count)
		return false;
	run->at += sizeof(u64);
	for (i = 0; i < words; i++, run->at += sizeof(u64))
		call->arg[i] = load_word(run->at);
	call->rest = run->at;
	run->at += call->rest_count * sizeof(u64);
	call->result_handle = head >> 32;
	return true;
}

/* Three words, filled in when the call is over. */
static void begin_observation(struct run *run)
{
	run->record = run->out->count;
	words_add(run->out, run->op);
	words_add(run->out, 0);
	words_add(run->out, 0);
}

static u32 emit_items(struct run *run, const struct call *call, struct reply reply)
{
	const struct mm *mm = run->m->s.mm[call->arg[0]];
	u64 i;

	for (i = 0; i < reply.value; i++)
		words_add(run->out, mm_gmap_at(mm, i)->handle);
	return (u32)reply.value;
}

static enum wire_event wire_event_of(const struct event *e)
{
	if (e->kind == EVENT_IDTE)
		return WIRE_EVENT_IDTE;
	return e->end ? WIRE_EVENT_NOTIFY_RANGE : WIRE_EVENT_NOTIFY;
}

static u32 emit_events(struct run *run)
{
	const struct event_log *log = &run->m->events;
	u32 emitted = 0;
	u32 i;

	for (i = run->first_event; i < log->count; i++) {
		const struct event *e = &log->event[i];

		if (!(EVENTS_OF_TRACE & EVENT_BIT(e->kind)))
			continue;
		words_add(run->out, (u64)wire_event_of(e) | (u64)(e->a & 0xffff) << 16 | (u64)e->b << 32);
		words_add(run->out, e->address);
		words_add(run->out, e->end);
		emitted++;
	}
	return emitted;
}

static void end_observation(struct run *run, const struct call *call, struct reply reply)
{
	struct words *out = run->out;
	u32 items = 0, events, facts = 0;

	if (op_infos[run->op].result == RESULT_LIST_GMAP && reply.status == WIRE_OK)
		items = emit_items(run, call, reply);
	events = emit_events(run);
	if (run->m->s.observing && reply.status == WIRE_OK)
		facts = observe_changes(run->m, out);
	if (out->failed)
		return;
	out->word[run->record] = le64((u64)run->op | (u64)reply.status << 8 | (u64)items << 32);
	out->word[run->record + 1] = le64((u64)events | (u64)facts << 32);
	out->word[run->record + 2] = le64(reply.value);
}

static void run_program(struct run *run)
{
	struct machine *m = run->m;
	bool more = true;

	while (more && next_call(run, &run->call)) {
		struct reply reply;

		if (run->out)
			begin_observation(run);
		run->first_event = m->events.count;
		reply = dispatch(m, run->op, &run->call);
		run->executed++;
		if (run->out)
			end_observation(run, &run->call, reply);
		else if (run->after)
			more = run->after(run->context, run->op, &run->call, reply);
		m->events.count = run->first_event;
	}
}

static void run_or_bug(struct run *run)
{
	struct machine *m = run->m;
	jmp_buf here;
	jmp_buf *outer = m->bug_exit;

	m->bug_exit = &here;
	if (setjmp(here) == 0) {
		run_program(run);
	} else {
		const struct reply reply = { WIRE_BUG, m->dead };

		run->executed++;
		if (run->out) {
			/* what it had appended so far is not what it would have observed */
			run->out->count = run->record + 3;
			end_observation(run, &run->call, reply);
		} else if (run->after) {
			run->after(run->context, run->op, &run->call, reply);
		}
		m->events.count = run->first_event;
	}
	m->bug_exit = outer;
}

u64 machine_run_each(struct machine *m, const u8 *program, size_t bytes, after_fn after, void *context)
{
	struct run run = { .m = m, .at = program, .end = program + bytes, .after = after, .context = context };

	if (m->dead || m->in_callback)
		return 0;
	run_or_bug(&run);
	return run.executed;
}

u64 machine_run(struct machine *m, const u8 *program, size_t bytes, struct words *out)
{
	struct run run = { .m = m, .at = program, .end = program + bytes, .out = out };
	u32 mask = m->events.mask;

	if (m->dead || m->in_callback)
		return 0;
	if (out)
		m->events.mask |= EVENTS_OF_TRACE;
	run_or_bug(&run);
	m->events.mask = mask;
	return run.executed;
}
