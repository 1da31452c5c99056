/* SPDX-License-Identifier: GPL-2.0-only */
/* A gmap: its tables, trees and links. */
#ifndef S390_GMAP_CHECK_GMAP_H
#define S390_GMAP_CHECK_GMAP_H

#include "core/check/check_found.h"

bool check_gmap(struct check *c, struct gmap *gmap);

#endif
