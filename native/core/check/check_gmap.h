/* SPDX-License-Identifier: GPL-2.0-only */
/* A gmap: its tables, trees and links. */
#ifndef S390_GMAP_CHECK_GMAP_H
#define S390_GMAP_CHECK_GMAP_H

#include "core/check/check_found.h"

bool check_gmap(struct check *c, struct gmap *gmap);
#ifdef OWN_CODE
/* The same of a shadow gmap, see native/own-code: what must hold of one, and the accounting of what it has. */
bool check_shadow(struct check *c, struct gmap *sg);
#endif

#endif
