/* SPDX-License-Identifier: GPL-2.0-only */
/* One call of an operation. */
#ifndef S390_GMAP_CALL_H
#define S390_GMAP_CALL_H

#include "abi/record.h"
#include "abi/reply.h"
#include "core/machine/types.h"

struct call {
	u64 arg[MAX_ARGS]; /* as in ops.def; those of FORM_REST are not among them */
	u64 result_handle; /* WIRE_NO_HANDLE: the lowest free one */
	const u8 *rest;	   /* FORM_REST arguments, little-endian words */
	u32 rest_count;
};

#endif
