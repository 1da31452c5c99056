// SPDX-License-Identifier: GPL-2.0-only
/* Who makes a call, and the calls that are about the program itself. */
#include "calls.h"

/* What the model refuses of calls that it is not the module's to make. */
static struct reply check_outside_call(struct session *session, const struct call *call)
{
	u32 handle = call->result_handle;

	if (record_names_mm(call->op) && !session_live_mm(session, call->arg[0]))
		return refuse(WIRE_BAD_HANDLE);
	if (call->op == OP_exec) {
		if (handle == WIRE_NO_HANDLE)
			handle = session->mm_count;
		if (handle >= MAX_MMS)
			return refuse(WIRE_BUDGET);
		if (session_mm(session, handle))
			return refuse(WIRE_HANDLE_TAKEN);
	}
	return answer(0);
}

/* The process in which a call is made: the one that it names, otherwise the newest; NULL for any. */
static struct traced_mm *caller_of(struct session *session, const struct call *call)
{
	struct traced_mm *traced = record_names_mm(call->op) ? session_live_mm(session, call->arg[0]) : NULL;

	if (traced)
		return traced;
	return session->newest && session->newest->alive ? session->newest : NULL;
}

static struct reply call_observe(struct session *session, const struct call *call)
{
	session->observing = call->arg[0] != 0;
	return answer(0);
}

/* Watched pages are kept in ascending order, each once. */
static void watch_add(struct session *session, u64 vmaddr)
{
	u64 *watch = session->watch;
	u32 at = 0;
	u32 i;

	while (at < session->watch_count && watch[at] < vmaddr)
		at++;
	if (at < session->watch_count && watch[at] == vmaddr)
		return;
	for (i = session->watch_count; i > at; i--)
		watch[i] = watch[i - 1];
	watch[at] = vmaddr;
	session->watch_count++;
}

static struct reply call_watch(struct session *session, const struct call *call)
{
	u32 i;

	if (!session_mm(session, call->arg[0]))
		return refuse(WIRE_BAD_HANDLE);
	if (session->watch_count + call->rest_count > MAX_WATCHES)
		return refuse(WIRE_BUDGET);
	for (i = 0; i < call->rest_count; i++)
		watch_add(session, record_word(call->rest + i * sizeof(u64)) & PAGE_MASK);
	return answer(0);
}

/* Newest first. Ends at the latest where something is in the list that is no gmap of the program. */
static void list_gmaps(const struct session *session, const struct mm_struct *mm, struct items *items)
{
	const struct list_head *head = &mm->context.gmap_list;
	const struct list_head *at;

	for (at = head->next; at != head && items->count < MAX_GMAPS; at = at->next) {
		u32 handle = session_handle_of(session, list_entry(at, struct gmap, list));

		if (handle == WIRE_NO_HANDLE)
			break;
		items->item[items->count++] = handle;
	}
}

static struct reply call_gmaps(struct session *session, const struct call *call, struct items *items)
{
	const struct traced_mm *traced = session_mm(session, call->arg[0]);

	if (call->arg[0] >= session->mm_count)
		return refuse(WIRE_BAD_HANDLE);
	if (traced)
		list_gmaps(session, traced->mm, items);
	return answer(items->count);
}

static const call_fn calls_session[WIRE_OPS] = {
	[OP_observe] = call_observe,
	[OP_watch] = call_watch,
};

static call_fn function_of(enum wire_op op)
{
	return calls_session[op] ?: calls_gmap[op] ?: calls_link[op] ?: calls_page[op];
}

bool call_make(struct session *session, const struct call *call, struct reply *reply, struct items *items)
{
	struct traced_mm *caller;
	call_fn make;

	items->count = 0;
	if (record_maker(call->op) == BY_NOBODY) {
		*reply = (struct reply){ WIRE_UNSUPPORTED, 0 };
		return true;
	}
	if (record_maker(call->op) != BY_MODULE) {
		*reply = check_outside_call(session, call);
		return reply->status != WIRE_OK;
	}
	caller = caller_of(session, call);
	if (caller && caller->mm != current->mm)
		return false;
	make = function_of(call->op);
	if (call->op == OP_gmaps)
		*reply = call_gmaps(session, call, items);
	else
		*reply = make ? make(session, call) : (struct reply){ WIRE_UNSUPPORTED, 0 };
	return true;
}
