/* SPDX-License-Identifier: GPL-2.0-only */
/* How many objects of each kind a program can have: in the model, and in the kernel module. */
#ifndef S390_GMAP_LIMITS_H
#define S390_GMAP_LIMITS_H

#define MAX_MMS 4096
#define MAX_GMAPS 4096
#define MAX_NOTIFIERS 256
#define MAX_WATCHES 1024

/* Segments that one call of gmap_map_segment may map, unless a machine has another limit. */
#define DEFAULT_MAX_SEGMENTS (1u << 20)
/* The same for pages that one call of gmap_ipte_notify or gmap_mprotect_notify may arm: 4 GiB. */
#define DEFAULT_MAX_PAGES (1u << 20)
/* How often one call may call notifier blocks: more is a BUG of place `budget`. */
#define MAX_TOLD (1u << 22)

#endif
