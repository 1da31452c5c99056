/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls that a process makes itself: system calls, loads and stores. */
#ifndef S390_GMAP_PROCESS_CALLS_H
#define S390_GMAP_PROCESS_CALLS_H

#include "program.h"

/* Accesses that the kernel does not allow are to be answers, not the end of the process. */
void process_catch_faults(void);
struct result process_call(int device, const struct call *call);

#endif
