// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

static void forget_mm(struct session *session, struct traced_mm *traced)
{
	if (session->newest == traced)
		session->newest = NULL;
	traced->alive = false;
	mmdrop(traced->mm);
	traced->mm = NULL;
}

static void remove_gmap(struct session *session, struct traced_gmap *traced)
{
	if (!traced->removed) {
		compat_gmap_remove(traced->gmap);
		traced->references--;
	}
#if COMPAT_HAS_REFERENCES
	for (; traced->references; traced->references--)
		gmap_put(traced->gmap);
#endif
	mmdrop(session->mm[traced->mm].mm);
	traced->gmap = NULL;
}

/*
 * A storage key outlives the use of its frame: the next program would find this one's keys. All processes have
 * exited; what is mapped by others never had a key.
 */
static void clear_keys(void)
{
	unsigned long end = __pa(high_memory - 1);
	unsigned long frame;

	for (frame = 0; frame < end; frame += PAGE_SIZE)
		if (page_get_storage_key(frame) & (_PAGE_ACC_BITS | _PAGE_FP_BIT))
			page_set_storage_key(frame, PAGE_DEFAULT_KEY, 0);
}

void session_reset(struct session *session)
{
	u32 i;

	gmap_disable(NULL);
	for (i = 0; i < session->gmap_count; i++)
		if (session->gmap[i].gmap)
			remove_gmap(session, &session->gmap[i]);
	for (i = 0; i < session->mm_count; i++)
		if (session->mm[i].mm)
			forget_mm(session, &session->mm[i]);
	if (session->keys_set)
		clear_keys();
	session->gmap_count = 0;
	session->mm_count = 0;
	session->keys_set = false;
	session->observing = false;
	session->watch_count = 0;
}

int session_attach(struct session *session, struct mm_struct *mm, u64 handle)
{
	struct traced_mm *traced;

	if (handle >= MAX_MMS)
		return -EINVAL;
	traced = &session->mm[handle];
	if (traced->mm)
		return -EEXIST;
	compat_mm_grab(mm);
	traced->mm = mm;
	traced->alive = true;
	session->newest = traced;
	if (session->mm_count <= handle)
		session->mm_count = handle + 1;
	return 0;
}

/* A handle is free again when the process is gone and its list of gmaps is empty. */
static void release_mm(struct session *session, u32 handle)
{
	struct traced_mm *traced = &session->mm[handle];
	u32 i;

	if (!traced->mm || traced->alive)
		return;
	for (i = 0; i < session->gmap_count; i++)
		if (session->gmap[i].gmap && session->gmap[i].mm == handle)
			return;
	forget_mm(session, traced);
}

int session_exited(struct session *session, u64 handle)
{
	struct traced_mm *traced = session_live_mm(session, handle);

	if (!traced)
		return -ESRCH;
	traced->alive = false;
	release_mm(session, handle);
	return 0;
}

struct traced_mm *session_mm(struct session *session, u64 handle)
{
	return handle < session->mm_count && session->mm[handle].mm ? &session->mm[handle] : NULL;
}

struct traced_mm *session_live_mm(struct session *session, u64 handle)
{
	struct traced_mm *traced = session_mm(session, handle);

	return traced && traced->alive ? traced : NULL;
}

struct traced_gmap *session_gmap(struct session *session, u64 handle)
{
	return handle < session->gmap_count && session->gmap[handle].gmap ? &session->gmap[handle] : NULL;
}

void session_add_gmap(struct session *session, u32 handle, struct gmap *gmap, u32 mm)
{
	compat_mm_grab(session->mm[mm].mm);
	session->gmap[handle] = (struct traced_gmap){
		.gmap = gmap,
		.serial = ++session->serials,
		.mm = mm,
		.references = 1,
	};
	if (session->gmap_count <= handle)
		session->gmap_count = handle + 1;
}

void session_forget_gmap(struct session *session, struct traced_gmap *traced)
{
	u32 mm = traced->mm;

	traced->gmap = NULL;
	while (session->gmap_count && !session->gmap[session->gmap_count - 1].gmap)
		session->gmap_count--;
	mmdrop(session->mm[mm].mm);
	release_mm(session, mm);
}

u32 session_handle_of(const struct session *session, const struct gmap *gmap)
{
	u32 i;

	for (i = 0; i < session->gmap_count; i++)
		if (session->gmap[i].gmap == gmap)
			return i;
	return WIRE_NO_HANDLE;
}
