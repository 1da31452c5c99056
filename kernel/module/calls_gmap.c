// SPDX-License-Identifier: GPL-2.0-only
/* The calls that are about gmaps, with the locks that their callers hold. */
#include "calls.h"
#include "notifiers.h"

#define GET_TRACED(name)                                                \
	struct traced_gmap *name = session_gmap(session, call->arg[0]); \
	if (!(name))                                                    \
	return refuse(WIRE_BAD_HANDLE)
#define GET_GMAP(name)                                                    \
	struct traced_gmap *traced = session_gmap(session, call->arg[0]); \
	struct gmap *name = traced ? traced->gmap : NULL;                 \
	if (!(name))                                                      \
	return refuse(WIRE_BAD_HANDLE)
/* For functions that look VMAs up: see compat_keeps_vmas_after_exit(). */
#define GET_GMAP_WITH_VMAS(name)                                              \
	GET_GMAP(name);                                                       \
	if (compat_keeps_vmas_after_exit() && !session->mm[traced->mm].alive) \
	return refuse(WIRE_EXITED)
/* For functions that change PGSTEs without asking whether there are any: see calls_page.c. */
#define GET_GMAP_WITH_PGSTES(name)       \
	GET_GMAP_WITH_VMAS(name);        \
	if (!mm_alloc_pgste((name)->mm)) \
	return refuse(WIRE_NO_PGSTES)

/* The handle that a new gmap gets: the one that the program names, or the lowest free one. */
static u32 free_handle(const struct session *session, u32 wanted)
{
	u32 handle;

	if (wanted != WIRE_NO_HANDLE)
		return wanted;
	for (handle = 0; handle < MAX_GMAPS && session->gmap[handle].gmap; handle++)
		;
	return handle;
}

static struct reply call_create(struct session *session, const struct call *call)
{
	struct traced_mm *mm = session_live_mm(session, call->arg[0]);
	u32 handle = free_handle(session, call->result_handle);
	struct gmap *gmap;

	if (!mm)
		return refuse(WIRE_BAD_HANDLE);
	if (handle >= MAX_GMAPS)
		return refuse(WIRE_BUDGET);
	if (session->gmap[handle].gmap)
		return refuse(WIRE_HANDLE_TAKEN);
	gmap = compat_gmap_create(mm->mm, call->arg[1]);
	if (!gmap)
		return answer(WIRE_NO_HANDLE);
	session_add_gmap(session, handle, gmap, call->arg[0]);
	return answer(handle);
}

/* The kernel drops one reference, and frees the gmap with the last. */
static void dropped(struct session *session, struct traced_gmap *traced)
{
	if (--traced->references == 0)
		session_forget_gmap(session, traced);
}

static struct reply call_remove(struct session *session, const struct call *call)
{
	GET_TRACED(traced);
	compat_gmap_remove(traced->gmap);
	traced->removed = true;
	dropped(session, traced);
	return answer(0);
}

#if COMPAT_HAS_REFERENCES
static struct reply call_get(struct session *session, const struct call *call)
{
	GET_TRACED(traced);
	gmap_get(traced->gmap);
	traced->references++;
	return answer(0);
}

/* The last reference of a gmap that was not removed is the list's: without it, the kernel frees what is in use. */
static struct reply call_put(struct session *session, const struct call *call)
{
	GET_TRACED(traced);
	if (traced->references == 1 && !traced->removed)
		return refuse(WIRE_LAST_REFERENCE);
	gmap_put(traced->gmap);
	dropped(session, traced);
	return answer(0);
}
#endif

static struct reply call_enable(struct session *session, const struct call *call)
{
	GET_TRACED(traced);
	gmap_enable(traced->gmap);
	session->enabled = traced->serial;
	return answer(0);
}

static struct reply call_disable(struct session *session, const struct call *call)
{
	GET_GMAP(gmap);
	gmap_disable(gmap);
	return answer(0);
}

/* Whether gmap_map_segment gets past its checks of these (as far as all kernels have them). */
static bool maps(const struct gmap *gmap, u64 from, u64 to, u64 len)
{
	return !((from | to | len) & (PMD_SIZE - 1)) && from + len >= from && to + len >= to &&
	       to + len - 1 <= gmap->asce_end;
}

static struct reply call_map_segment(struct session *session, const struct call *call)
{
	GET_GMAP(gmap);
	if (call->arg[3] >> PMD_SHIFT > DEFAULT_MAX_SEGMENTS && maps(gmap, call->arg[1], call->arg[2], call->arg[3]))
		return refuse(WIRE_BUDGET);
	return answer_rc(gmap_map_segment(gmap, call->arg[1], call->arg[2], call->arg[3]));
}

static struct reply call_unmap_segment(struct session *session, const struct call *call)
{
	GET_GMAP(gmap);
	return answer_rc(gmap_unmap_segment(gmap, call->arg[1], call->arg[2]));
}

static struct reply call_translate(struct session *session, const struct call *call)
{
	GET_GMAP(gmap);
	return answer(gmap_translate(gmap, call->arg[1]));
}

static struct reply call___translate(struct session *session, const struct call *call)
{
	u64 vmaddr;

	GET_GMAP(gmap);
	compat_mm_lock(gmap->mm);
	vmaddr = __gmap_translate(gmap, call->arg[1]);
	compat_mm_unlock(gmap->mm);
	return answer(vmaddr);
}

static struct reply call_fault(struct session *session, const struct call *call)
{
	GET_GMAP_WITH_VMAS(gmap);
	return answer_rc(gmap_fault(gmap, call->arg[1], (u32)call->arg[2]));
}

static struct reply call_discard(struct session *session, const struct call *call)
{
	GET_GMAP_WITH_VMAS(gmap);
	gmap_discard(gmap, call->arg[1], call->arg[2]);
	return answer(0);
}

static struct reply call___zap(struct session *session, const struct call *call)
{
	GET_GMAP_WITH_PGSTES(gmap);
	compat_mm_lock(gmap->mm);
	__gmap_zap(gmap, call->arg[1]);
	compat_mm_unlock(gmap->mm);
	return answer(0);
}

static struct reply call_protect(struct session *session, const struct call *call)
{
	GET_GMAP_WITH_PGSTES(gmap);
	return answer_rc(compat_protect(gmap, call->arg[1], call->arg[2], (int)call->arg[3]));
}

static struct reply call_register(struct session *session, const struct call *call)
{
	struct gmap_notifier *nb = notifier_of(call->arg[0]);

	if (!nb)
		return refuse(WIRE_BAD_HANDLE);
	notifier_register(nb);
	return answer(0);
}

static struct reply call_unregister(struct session *session, const struct call *call)
{
	struct gmap_notifier *nb = notifier_of(call->arg[0]);

	if (!nb)
		return refuse(WIRE_BAD_HANDLE);
	notifier_unregister(nb);
	return answer(0);
}

const call_fn calls_gmap[WIRE_OPS] = {
	[OPERATION_CREATE] = call_create,
	[OPERATION_REMOVE] = call_remove,
#if COMPAT_HAS_REFERENCES
	[OP_gmap_get] = call_get,
	[OP_gmap_put] = call_put,
#endif
	[OP_gmap_enable] = call_enable,
	[OP_gmap_disable] = call_disable,
	[OP_gmap_map_segment] = call_map_segment,
	[OP_gmap_unmap_segment] = call_unmap_segment,
	[OP_gmap_translate] = call_translate,
	[OP___gmap_translate] = call___translate,
	[OP_gmap_fault] = call_fault,
	[OP_gmap_discard] = call_discard,
	[OP___gmap_zap] = call___zap,
	[OPERATION_PROTECT] = call_protect,
	[OPERATION_REGISTER] = call_register,
	[OPERATION_UNREGISTER] = call_unregister,
};
