/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module knows of the program that runs. There is one: one /dev/gmap-trace, one lock around every use
 * of it. All memory that a call or its observation needs is there before the call is made.
 */
#ifndef S390_GMAP_STATE_H
#define S390_GMAP_STATE_H

#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "compat.h"
#include "abi/facts.h"
#include "record.h"

/* As many as the model has. */
#define MAX_MMS 4096
#define MAX_GMAPS 4096
#define MAX_NOTIFIERS 256
#define MAX_WATCHES 1024
#define MAX_SEGMENTS (1UL << 20) /* that one call of gmap_map_segment may map */

#define MAX_EVENTS (1u << 18) /* of one call */

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

struct traced_event {
	u64 word[WIRE_EVENT_WORDS];
};

struct words {
	__le64 *word;
	size_t count;
	size_t capacity;
	size_t bytes_read;
};

/* A table of a gmap and the lowest guest address that it covers. */
struct table {
	const unsigned long *entry;
	u64 gaddr;
};

struct tables {
	struct table *table;
	size_t count;
	size_t capacity;
};

struct observer {
	struct wire_facts now;
	struct wire_facts before;
	/* while tables are collected: those of one level, and those that they point at */
	struct tables level;
	struct tables below;
	bool full; /* something above was too small */
};

struct session {
	struct mutex lock;
	struct traced_mm mm[MAX_MMS];
	u32 mm_count;
	struct traced_mm *newest;
	struct traced_gmap gmap[MAX_GMAPS];
	u32 gmap_count; /* one more than the highest handle in use */
	u64 serials;
	u64 enabled; /* serial of the gmap that was enabled last */
	spinlock_t event_lock;
	struct traced_event *event;
	u32 event_count;
	bool events_lost;
	bool keys_set; /* some frame may have a storage key that is not 0 */
	bool observing;
	u64 watch[MAX_WATCHES];
	u32 watch_count;
	struct observer observer;
	struct words out;
	unsigned char chunk[RECORD_MAX_WORDS * sizeof(u64)]; /* of the program: any one record at least */
};

extern struct session session;

/* session.c */
int session_create(void);
void session_destroy(void);
void session_reset(void);
int session_attach(struct mm_struct *mm, u32 handle);
int session_exited(u32 handle);
/* The process, if it has not exited. */
struct traced_mm *session_live_mm(u64 handle);
struct traced_gmap *session_gmap(u64 handle);
void session_add_gmap(u32 handle, struct gmap *gmap, u32 mm);
/* The kernel has freed it. */
void session_forget_gmap(struct traced_gmap *traced);
u32 session_handle_of(const struct gmap *gmap);
/* mmap_sem held for read, and false if nothing is mapped any more. */
bool session_lock_mm(struct traced_mm *traced);
void session_unlock_mm(struct traced_mm *traced);

/* notifiers.c */
struct gmap_notifier *notifier_of(u64 handle);
void notifier_register(struct gmap_notifier *nb);
void notifier_unregister(struct gmap_notifier *nb);
void notifiers_reset(void);

/* host_table.c, all with mmap_sem held */
pmd_t *host_pmd(struct mm_struct *mm, unsigned long vmaddr);
pte_t *host_pte(struct mm_struct *mm, unsigned long vmaddr);
enum wire_pte host_pte_kind(unsigned long pte);

/* calls.c */
struct reply {
	enum wire_status status;
	u64 value;
};

static inline struct reply answer(u64 value)
{
	return (struct reply){ WIRE_OK, value };
}

static inline struct reply answer_rc(int rc)
{
	return answer((u64)(s64)rc);
}

static inline struct reply refuse(enum wire_refusal reason)
{
	return (struct reply){ WIRE_REFUSED, reason };
}

typedef struct reply (*call_fn)(const struct call *call);

/* NULL: this kernel does not have the function, or modules cannot call it */
extern const call_fn calls_gmap[WIRE_OPS];
extern const call_fn calls_page[WIRE_OPS];

/* False: somebody else must make this call; *reply is not set. */
bool call_make(const struct call *call, struct reply *reply);
/* The mm's list of gmaps: handles into `handle`, newest first. Returns how many there are. */
u32 call_list_gmaps(u64 mm, u32 *handle, u32 max);

/* observe.c */
/* Appends what is told of a call to session.out. An error is the harness's own. */
int observe_call(const struct call *call, struct reply reply);
void observe_forget(void);
struct wire_fact *observe_fact(u64 id, u64 key);

/* observe_tables.c */
void observe_gmaps(void);

#endif
