// SPDX-License-Identifier: GPL-2.0-only
/* Who makes a call, and the calls that are about the program itself. */
#include "state.h"

/* What the model refuses of calls that it is not the module's to make. */
static struct reply check_outside_call(const struct call *call)
{
	u32 handle = call->result_handle;

	if (record_names_mm(call->op) && !session_live_mm(call->arg[0]))
		return refuse(WIRE_BAD_HANDLE);
	if (call->op == OP_exec) {
		if (handle == WIRE_NO_HANDLE)
			handle = session.mm_count;
		if (handle >= MAX_MMS)
			return refuse(WIRE_BUDGET);
		if (session.mm[handle].mm)
			return refuse(WIRE_HANDLE_TAKEN);
	}
	return answer(0);
}

/* The process in which a call is made: the one that it names, otherwise the newest; NULL for any. */
static struct traced_mm *caller_of(const struct call *call)
{
	struct traced_mm *traced = record_names_mm(call->op) ? session_live_mm(call->arg[0]) : NULL;

	if (traced)
		return traced;
	return session.newest && session.newest->alive ? session.newest : NULL;
}

static struct reply call_observe(const struct call *call)
{
	session.observing = call->arg[0] != 0;
	if (!session.observing)
		observe_forget();
	return answer(0);
}

/* Watched pages are kept in ascending order, each once. */
static void watch_add(u64 vmaddr)
{
	u32 at = 0;
	u32 i;

	while (at < session.watch_count && session.watch[at] < vmaddr)
		at++;
	if (at < session.watch_count && session.watch[at] == vmaddr)
		return;
	for (i = session.watch_count; i > at; i--)
		session.watch[i] = session.watch[i - 1];
	session.watch[at] = vmaddr;
	session.watch_count++;
}

static struct reply call_watch(const struct call *call)
{
	u32 i;

	if (call->arg[0] >= session.mm_count || !session.mm[call->arg[0]].mm)
		return refuse(WIRE_BAD_HANDLE);
	if (session.watch_count + call->rest_count > MAX_WATCHES)
		return refuse(WIRE_BUDGET);
	for (i = 0; i < call->rest_count; i++)
		watch_add(record_word(call->rest + i * sizeof(u64)) & PAGE_MASK);
	return answer(0);
}

/* The list ends at the latest where something is in it that is no gmap of the program. */
u32 call_list_gmaps(u64 mm, u32 *handle, u32 max)
{
	const struct list_head *head, *at;
	u32 count = 0;

	if (mm >= session.mm_count || !session.mm[mm].mm)
		return 0;
	head = &session.mm[mm].mm->context.gmap_list;
	for (at = head->next; at != head && count < max; at = at->next) {
		handle[count] = session_handle_of(list_entry(at, struct gmap, list));
		if (handle[count] == WIRE_NO_HANDLE)
			break;
		count++;
	}
	return count;
}

static struct reply call_gmaps(const struct call *call)
{
	return call->arg[0] < session.mm_count ? answer(0) : refuse(WIRE_BAD_HANDLE);
}

static const call_fn calls_session[WIRE_OPS] = {
	[OP_gmaps] = call_gmaps,
	[OP_observe] = call_observe,
	[OP_watch] = call_watch,
};

bool call_make(const struct call *call, struct reply *reply)
{
	struct traced_mm *caller;
	call_fn make;

	if (record_maker(call->op) != BY_MODULE) {
		*reply = check_outside_call(call);
		return reply->status != WIRE_OK;
	}
	caller = caller_of(call);
	if (caller && caller->mm != current->mm)
		return false;
	make = calls_session[call->op] ?: calls_gmap[call->op] ?: calls_page[call->op];
	*reply = make ? make(call) : (struct reply){ WIRE_UNSUPPORTED, 0 };
	return true;
}
