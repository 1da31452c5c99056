/* SPDX-License-Identifier: GPL-2.0-only */
/* What an observer keeps, for observe*.c. */
#ifndef S390_GMAP_OBSERVER_H
#define S390_GMAP_OBSERVER_H

#include "abi/wire.h"
#include "core/machine/machine.h"
#include "core/program/ordered_map.h"

/* What identifies a fact. */
struct fact_name {
	u64 id;
	u64 key;
};

struct observer {
	/* The facts as they were told last: id and key, to the fields, and of a linked segment to its link. */
	struct ordered_map facts;
	/* Linked segments by the host segment whose page table they use: vmaddr, and link_minor(). */
	struct ordered_map links;
	/* What facts are read from, by its place in the model's memory: gmaps, nodes of their trees, their tables. */
	struct ordered_map places;
	/* facts that can have changed since they were told */
	struct fact_name *suspect;
	size_t suspects;
	size_t capacity;
	/* where the undo log stood: nothing was stored since, nothing can have changed */
	struct undo_stamp stamp;
	bool valid;
	/* whether a gmap was made or freed since lowcore was looked at, and what was seen then */
	bool gmaps_changed;
	u64 lowcore_serial;
	struct wire_fact lowcore;
};

/* value[] of a fact behind its fields: of a linked segment the vmaddr that it is found by in `links`, and LINKED. */
#define FACT_LINK WIRE_FACT_FIELDS
#define LINKED ((u64)1)

/* A fact, and its link or 0. */
struct observed_fact {
	struct wire_fact fact;
	u64 link;
};

static inline enum wire_fact_kind fact_kind(u64 id)
{
	return (enum wire_fact_kind)(id >> 56);
}

static inline u64 fact_handle(u64 id)
{
	return id >> 24 & UINT32_MAX;
}

static inline u64 fact_level(u64 id)
{
	return id >> 16 & 0xff;
}

/* observe_facts.c: the fact as it is now; false if there is none. */
bool fact_now(struct machine *m, struct fact_name name, struct observed_fact *now);
/* The level of the gmap's top table. */
enum wire_level gmap_top_level(const struct gmap *gmap);

/* observe_stores.c: a fact that can have changed. */
void suspect(struct machine *m, u64 id, u64 key);
/* observe_stores.c: ends the call, see memory.h */
noreturn_fn void observer_no_memory(struct machine *m);
/* observe_stores.c: makes facts suspect. All there are and were; or those that stores since a position in the log are about. */
void suspect_everything(struct machine *m);
void suspect_stored(struct machine *m, size_t position);
u64 link_minor(u64 handle, u64 gaddr);

#ifdef OWN_CODE
/* Shadow gmaps, see native/own-code. A fact of WIRE_FACT_SHADOW, SPTE or RMAP as it is now; false if there is none. */
bool shadow_fact_now(struct machine *m, const struct gmap *sg, struct wire_fact *fact);
/* A segment entry of a shadow. */
void shadow_segment_now(const struct machine *m, u64 entry, struct wire_fact *fact);
/* Makes all those facts suspect, of what was told and of what there is: whenever anything was stored. */
void suspect_shadows(struct machine *m);
#endif

#endif
