/* SPDX-License-Identifier: GPL-2.0-only */
/* The program that runs: its processes and gmaps, and what of them it wants to see. Everything here is under main.c's lock. */
#ifndef S390_GMAP_SESSION_H
#define S390_GMAP_SESSION_H

#include "abi/limits.h"
#include "compat.h"

struct traced_mm {
	struct mm_struct *mm; /* NULL: no such process, or it has exited and the last of its gmaps is gone */
	bool alive;
};

struct traced_gmap {
	struct gmap *gmap; /* NULL: no such gmap */
	u64 serial;
	u32 mm; /* handle */
	u32 references;
	bool removed; /* from its mm's list; only references keep it */
};

struct session {
	struct traced_mm mm[MAX_MMS];
	u32 mm_count; /* one more than the highest handle that was ever used */
	struct traced_mm *newest;
	struct traced_gmap gmap[MAX_GMAPS];
	u32 gmap_count; /* one more than the highest handle in use */
	u64 serials;
	u64 enabled;   /* serial of the gmap that was enabled last */
	bool keys_set; /* some frame may have a storage key that is not 0 */
	bool observing;
	u64 watch[MAX_WATCHES]; /* ascending */
	u32 watch_count;
};

/* After all processes: forgets them, and removes the gmaps that are left. */
void session_reset(struct session *session);

int session_attach(struct session *session, struct mm_struct *mm, u64 handle);
int session_exited(struct session *session, u64 handle);
/* The process: NULL if there is none. The first also finds one that has exited and has gmaps. */
struct traced_mm *session_mm(struct session *session, u64 handle);
struct traced_mm *session_live_mm(struct session *session, u64 handle);

struct traced_gmap *session_gmap(struct session *session, u64 handle);
void session_add_gmap(struct session *session, u32 handle, struct gmap *gmap, u32 mm);
/* The kernel has freed it. */
void session_forget_gmap(struct session *session, struct traced_gmap *traced);
/* WIRE_NO_HANDLE if it is no gmap of the program. */
u32 session_handle_of(const struct session *session, const struct gmap *gmap);

#endif
