/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions about shadow gmaps. */
#ifndef S390_GMAP_OWN_SHADOWS_H
#define S390_GMAP_OWN_SHADOWS_H

#include "core/linux/gmap/gmap.h"

/* Its place in the list of its parent's children, the newest is 0. */
#define NOT_A_CHILD UINT64_MAX
u64 shadow_place(const struct gmap *sg);

#endif
