/* SPDX-License-Identifier: GPL-2.0-only */
/* What is told of a call: the observation of wire.h, with the changes that the call made to the state. */
#ifndef S390_GMAP_OBSERVE_H
#define S390_GMAP_OBSERVE_H

#include "abi/facts.h"
#include "calls.h"
#include "events.h"

/* Bytes that are read in as many pieces as the reader likes. */
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
	struct words out;
};

void observer_destroy(struct observer *observer);
/* The next observation of a state gives all of it, and nothing waits to be read. */
void observer_reset(struct observer *observer);

/* Appends what is told of a call to observer->out. An error is the harness's own. */
int observe_call(struct observer *observer, const struct session *session, const struct events *events,
		 const struct call *call, struct reply reply, const struct items *items);

/* Between observe.c and observe_tables.c: a new fact with all fields 0, and the facts of all gmaps. */
struct wire_fact *observe_fact(struct observer *observer, u64 id, u64 key);
void observe_gmaps(struct observer *observer, const struct session *session);

#endif
