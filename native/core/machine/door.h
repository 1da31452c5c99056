/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The door into a machine, and the way out of it that a BUG takes.
 *
 * A BUG leaves by longjmp, from wherever it happens to the machine_enter() that the call came in by. Everything
 * between the two is C and owns nothing that a jump would lose. C++ may call the door and may be called by a hook of
 * the machine, and a hook always returns: so a jump never passes a C++ frame. door_count_frames() lets a test build
 * hold that against a count of such frames.
 *
 * C and C++ may include this header.
 */
#ifndef S390_GMAP_DOOR_H
#define S390_GMAP_DOOR_H

#include "abi/reply.h"

#ifdef __cplusplus
extern "C" {
#endif

struct machine;

/* Which hook of the machine is running; the deeper it is in the kernel, the less may be called from it. */
enum callback { CALLBACK_NONE, CALLBACK_UNLOCKED, CALLBACK_NOTIFY };

/*
 * Calls call(m, context) on the stack of calls that the machine runs on. `deepest` is the deepest hook that may make
 * this call. Answers
 *	WIRE_OK		it returned
 *	WIRE_BUG	it ended in a BUG (value: enum bug_place); the machine is dead until reset or restored
 *	WIRE_REFUSED	it was not called: WIRE_DEAD, or WIRE_IN_CALLBACK inside a deeper hook
 * Calls nest: a hook may enter again. Locks that a call leaves held are its own affair.
 */
struct reply machine_enter(struct machine *m, enum callback deepest, void (*call)(struct machine *m, void *context),
			   void *context);

/*
 * From now on a BUG aborts the process if *frames is not what it was at the door: the number of live frames that must
 * not be jumped over, which the caller counts. NULL, as at first: nobody counts.
 */
void door_count_frames(struct machine *m, const uint64_t *frames);

#ifdef __cplusplus
}
#endif

#endif
