/* SPDX-License-Identifier: GPL-2.0-only */
/* Failures that a program orders: the n-th call of a kind from now on fails. */
#ifndef S390_GMAP_INJECT_H
#define S390_GMAP_INJECT_H

#include "abi/wire.h"
#include "core/machine/types.h"

struct machine;

/* Counts one call of the given kind; true if this one shall fail. */
bool inject_slow(struct machine *m, enum wire_inject kind);
#define inject(m, kind) (unlikely((m)->s.inject[kind] != 0) && inject_slow((m), (kind)))

#endif
