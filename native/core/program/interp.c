// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/interp.h"

#include "core/check/check.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/gmap_queries.h"
#include "core/machine/lock.h"
#include "core/program/observe.h"
#include "core/program/tracer.h"

/*
 * What a hook may do. A notifier block: nothing that takes a lock, for the kernel holds most of them. While
 * mmap_sem is dropped: what another thread could, but not take the objects of the interrupted call away.
 */
static enum callback deepest_callback(enum wire_op op)
{
	u32 marks = op_infos[op].marks;

	if (marks & IN_NOTIFIER)
		return CALLBACK_NOTIFY;
	return marks & ENDS_OBJECT ? CALLBACK_NONE : CALLBACK_UNLOCKED;
}

/* What must hold after a call. One that was made by a hook is followed by the rest of the call that it interrupted. */
static void check_after(struct machine *m, const char *name)
{
	if (m->stack->in_callback)
		return;
	if (m->options.check_locks)
		lock_none_checked(m, name);
	if (unlikely(m->options.check_always))
		machine_check_or_bug(m);
}

static inline struct reply dispatch(struct machine *m, enum wire_op op, const struct call *call)
{
	struct reply reply;
	u64 outer = 0;

	if (!m->stack->in_callback)
		m->stack->told = 0;
	if (unlikely(m->tracer != NULL))
		outer = tracer_begin(m, op, call);
	reply = op_functions[op](m, call);
	if (unlikely(m->tracer != NULL))
		tracer_end(m, outer, reply);
	check_after(m, op_infos[op].name);
	return reply;
}

struct one_call {
	enum wire_op op;
	const struct call *call;
	struct reply reply;
};

static void make_call(struct machine *m, void *context)
{
	struct one_call *one = context;

	one->reply = dispatch(m, one->op, one->call);
}

struct reply machine_call(struct machine *m, enum wire_op op, const struct call *call)
{
	struct one_call one;
	struct reply entered;

	one.op = op;
	one.call = call;
	entered = machine_enter(m, deepest_callback(op), make_call, &one);
	return entered.status == WIRE_OK ? one.reply : entered;
}

bool machine_translate(struct machine *m, struct gmap *gmap, u64 gaddr, u64 *vmaddr)
{
#ifdef OWN_CODE
	/* a tree's own may end in a BUG, and needs a door */
	(void)m, (void)gmap, (void)gaddr, (void)vmaddr;
	return false;
#else
	bool checking = m->options.check_locks;

	if (unlikely(m->dead || m->stack->in_callback || m->tracer || m->options.check_always))
		return false;
	m->options.check_locks = false;
	*vmaddr = gmap_translate(m, gmap, gaddr);
	m->options.check_locks = checking;
	return true;
#endif
}

struct function_call {
	void (*function)(struct machine *m, void *context);
	void *context;
};

static void make_function_call(struct machine *m, void *context)
{
	const struct function_call *call = context;

	if (!m->stack->in_callback)
		m->stack->told = 0;
	call->function(m, call->context);
	check_after(m, "the call");
}

struct reply machine_call_function(struct machine *m, void (*function)(struct machine *m, void *context), void *context)
{
	struct function_call call = { function, context };

	return machine_enter(m, CALLBACK_UNLOCKED, make_function_call, &call);
}

/* One record at a time, through the door once for all of them: a BUG ends the run anyway. */
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
	const u8 *at = run->at;
	struct record record;
	size_t size = record_read(at, (size_t)(run->end - at), &record);
	u32 i;

	if (!size)
		return false;
	run->op = record.op;
	run->at = at + size;
	call->result_handle = record.result_handle;
	for (i = 0; i < record.args; i++)
		call->arg[i] = record_word(at += sizeof(u64));
	call->rest = at + sizeof(u64);
	call->rest_count = record.rest;
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
	if (e->kind == EVENT_INNER_SHADOW)
		return WIRE_EVENT_INNER_SHADOW;
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

static void run_program(struct machine *m, void *context)
{
	struct run *run = context;
	bool more = true;

	while (more && next_call(run, &run->call)) {
		struct reply reply;

		if (run->out)
			begin_observation(run);
		run->first_event = m->events.count;
		reply = dispatch(m, run->op, &run->call);
		run->executed++;
		if (run->out) {
			end_observation(run, &run->call, reply);
			if (run->out->failed)
				machine_bug(m, BUG_host_memory, "%llu words of observations",
					    (unsigned long long)run->out->count);
		} else if (run->after) {
			more = run->after(run->context, run->op, &run->call, reply);
		}
		m->events.count = run->first_event;
	}
}

/* The operation that ended in a BUG was executed too. */
static void end_run(struct run *run, struct reply bug)
{
	run->executed++;
	if (run->out) {
		/* what it had appended so far is not what it would have observed */
		if (!run->out->failed)
			run->out->count = run->record + 3;
		end_observation(run, &run->call, bug);
	} else if (run->after) {
		run->after(run->context, run->op, &run->call, bug);
	}
	run->m->events.count = run->first_event;
}

static u64 run_through_door(struct run *run)
{
	struct reply entered = machine_enter(run->m, CALLBACK_NONE, run_program, run);

	if (entered.status == WIRE_BUG)
		end_run(run, entered);
	return run->executed;
}

u64 machine_run_each(struct machine *m, const u8 *program, size_t bytes, after_fn after, void *context)
{
	struct run run = { .m = m, .at = program, .end = program + bytes, .after = after, .context = context };

	return run_through_door(&run);
}

u64 machine_run(struct machine *m, const u8 *program, size_t bytes, struct words *out)
{
	struct run run = { .m = m, .at = program, .end = program + bytes, .out = out };
	u32 mask = m->events.mask;
	u64 executed;

	if (out)
		m->events.mask |= EVENTS_OF_TRACE;
	executed = run_through_door(&run);
	m->events.mask = mask;
	return executed;
}
