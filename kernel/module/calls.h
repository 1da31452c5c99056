/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes the calls of a program that are the module's to make. */
#ifndef S390_GMAP_CALLS_H
#define S390_GMAP_CALLS_H

#include "abi/answer.h"
#include "call.h"
#include "session.h"

/* The items of the last LIST result. */
struct items {
	u32 item[MAX_GMAPS];
	u32 count;
};

typedef struct reply (*call_fn)(struct session *session, const struct call *call);

/* By operation. NULL: this kernel does not have the function. */
extern const call_fn calls_gmap[WIRE_OPS];
extern const call_fn calls_link[WIRE_OPS];
extern const call_fn calls_page[WIRE_OPS];

/* Looks for the functions that calls_link makes. */
void calls_link_create(void);

/* False: somebody else must make this call; *reply is not set. */
bool call_make(struct session *session, const struct call *call, struct reply *reply, struct items *items);

#endif
