// SPDX-License-Identifier: GPL-2.0-only
/* Which processes and gmaps the program has. */
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "state.h"

struct session session;

int session_create(void)
{
	mutex_init(&session.lock);
	spin_lock_init(&session.event_lock);
	session.event = vmalloc(MAX_EVENTS * sizeof(*session.event));
	return session.event ? 0 : -ENOMEM;
}

void session_destroy(void)
{
	session_reset();
	vfree(session.observer.now.fact);
	vfree(session.observer.before.fact);
	vfree(session.observer.level.table);
	vfree(session.observer.below.table);
	vfree(session.out.word);
	vfree(session.event);
}

static void forget_mm(struct traced_mm *traced)
{
	if (session.newest == traced)
		session.newest = NULL;
	traced->alive = false;
	mmdrop(traced->mm);
	traced->mm = NULL;
}

static void remove_gmap(struct traced_gmap *traced)
{
	if (!traced->removed) {
		compat_gmap_remove(traced->gmap);
		traced->references--;
	}
#if COMPAT_HAS_REFERENCES
	for (; traced->references; traced->references--)
		gmap_put(traced->gmap);
#endif
	mmdrop(session.mm[traced->mm].mm);
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

void session_reset(void)
{
	u32 i;

	gmap_disable(NULL);
	for (i = 0; i < session.gmap_count; i++)
		if (session.gmap[i].gmap)
			remove_gmap(&session.gmap[i]);
	session.gmap_count = 0;
	notifiers_reset();
	for (i = 0; i < session.mm_count; i++)
		if (session.mm[i].mm)
			forget_mm(&session.mm[i]);
	session.mm_count = 0;
	if (session.keys_set)
		clear_keys();
	session.keys_set = false;
	session.event_count = 0;
	session.events_lost = false;
	session.observing = false;
	session.watch_count = 0;
	session.out.count = 0;
	session.out.bytes_read = 0;
	observe_forget();
}

int session_attach(struct mm_struct *mm, u32 handle)
{
	struct traced_mm *traced = &session.mm[handle];

	if (handle >= MAX_MMS)
		return -EINVAL;
	if (traced->mm)
		return -EEXIST;
	compat_mm_grab(mm);
	traced->mm = mm;
	traced->alive = true;
	session.newest = traced;
	if (session.mm_count <= handle)
		session.mm_count = handle + 1;
	return 0;
}

/* A handle is free again when the process is gone and its list of gmaps is empty. */
static void release_mm(u32 handle)
{
	struct traced_mm *traced = &session.mm[handle];
	u32 i;

	if (!traced->mm || traced->alive)
		return;
	for (i = 0; i < session.gmap_count; i++)
		if (session.gmap[i].gmap && session.gmap[i].mm == handle)
			return;
	forget_mm(traced);
}

int session_exited(u32 handle)
{
	if (!session_live_mm(handle))
		return -ESRCH;
	session.mm[handle].alive = false;
	release_mm(handle);
	return 0;
}

struct traced_mm *session_live_mm(u64 handle)
{
	return handle < session.mm_count && session.mm[handle].alive ? &session.mm[handle] : NULL;
}

struct traced_gmap *session_gmap(u64 handle)
{
	return handle < session.gmap_count && session.gmap[handle].gmap ? &session.gmap[handle] : NULL;
}

void session_add_gmap(u32 handle, struct gmap *gmap, u32 mm)
{
	compat_mm_grab(session.mm[mm].mm);
	session.gmap[handle] = (struct traced_gmap){
		.gmap = gmap,
		.serial = ++session.serials,
		.mm = mm,
		.references = 1,
	};
	if (session.gmap_count <= handle)
		session.gmap_count = handle + 1;
}

void session_forget_gmap(struct traced_gmap *traced)
{
	u32 mm = traced->mm;

	traced->gmap = NULL;
	while (session.gmap_count && !session.gmap[session.gmap_count - 1].gmap)
		session.gmap_count--;
	mmdrop(session.mm[mm].mm);
	release_mm(mm);
}

u32 session_handle_of(const struct gmap *gmap)
{
	u32 i;

	for (i = 0; i < session.gmap_count; i++)
		if (session.gmap[i].gmap == gmap)
			return i;
	return WIRE_NO_HANDLE;
}

bool session_lock_mm(struct traced_mm *traced)
{
	if (!traced || !traced->alive || !compat_mm_get_users(traced->mm))
		return false;
	compat_mm_lock(traced->mm);
	return true;
}

void session_unlock_mm(struct traced_mm *traced)
{
	compat_mm_unlock(traced->mm);
	mmput(traced->mm);
}
