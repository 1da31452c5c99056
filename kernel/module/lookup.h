/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions of the kernel that it does not export to modules. */
#ifndef S390_GMAP_LOOKUP_H
#define S390_GMAP_LOOKUP_H

#include "compat.h"

/* Whether this kernel tells a module where its functions are. */
bool lookup_possible(void);
/* NULL: no function has that name. The compiler may have inlined it into all of its callers. */
void *lookup_function(const char *name);

#endif
