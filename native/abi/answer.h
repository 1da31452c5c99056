/* SPDX-License-Identifier: GPL-2.0-only */
/* How the functions behind the rows of ops.def answer, in the model and in the kernel module. */
#ifndef S390_GMAP_ANSWER_H
#define S390_GMAP_ANSWER_H

#include "abi/reply.h"

static inline struct reply answer(uint64_t value)
{
	return (struct reply){ WIRE_OK, value };
}

/* A negative errno, or a small number. */
static inline struct reply answer_rc(int rc)
{
	return answer((uint64_t)(int64_t)rc);
}

static inline struct reply refuse(enum wire_refusal reason)
{
	return (struct reply){ WIRE_REFUSED, reason };
}

#endif
