/* SPDX-License-Identifier: GPL-2.0-only */
/* A process: its VMAs and tables. */
#ifndef S390_GMAP_CHECK_MM_H
#define S390_GMAP_CHECK_MM_H

#include "core/check/check_found.h"

bool check_mm(struct check *c, struct mm *mm);

#endif
