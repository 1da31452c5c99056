/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and stores of a guest. */
#ifndef S390_GMAP_ACCESS_H
#define S390_GMAP_ACCESS_H

#include "core/hardware/dat_walk.h"
#include "core/linux/gmap/gmap.h"

struct guest_access {
	struct dat_result dat; /* of the last try */
	int fault;	       /* what gmap_fault answered, 0 if it was not asked */
	u32 faults;	       /* how often it was asked */
};

/*
 * Eight bytes (the address is rounded down to eight) through the guest's own tables. With `resolve`, a
 * translation or protection exception is handed to gmap_fault and the access tried again, a bounded number
 * of times. To a tracer an access is a call.
 */
struct guest_access guest_load(struct machine *m, struct gmap *gmap, u64 gaddr, bool resolve, u64 *value);
struct guest_access guest_store(struct machine *m, struct gmap *gmap, u64 gaddr, bool resolve, u64 value);

/* The operation `load`, but the error is apart from the value: 0 or -EFAULT. */
int process_load(struct machine *m, struct mm *mm, u64 address, u64 *value);

#endif
