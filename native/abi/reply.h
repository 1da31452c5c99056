/* SPDX-License-Identifier: GPL-2.0-only */
/* What a call answers. */
#ifndef S390_GMAP_REPLY_H
#define S390_GMAP_REPLY_H

#include "abi/wire.h"

struct reply {
	enum wire_status status;
	/*
	 * WIRE_OK: the result: a negative errno sign-extended, a handle (WIRE_NO_HANDLE for NULL), the number of
	 * a list's items. WIRE_BUG: enum bug_place. WIRE_REFUSED: enum wire_refusal.
	 */
	uint64_t value;
};

#endif
