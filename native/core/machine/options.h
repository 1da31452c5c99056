/* SPDX-License-Identifier: GPL-2.0-only */
/* What a machine is made with: which kernel it behaves like, which facilities it has, and its limits. */
#ifndef S390_GMAP_OPTIONS_H
#define S390_GMAP_OPTIONS_H

#include "core/machine/types.h"

#define MAX_CPUS 32
#define MIN_STORAGE ((u64)2 << 20)
#define MAX_STORAGE ((u64)1 << 40)
#define DEFAULT_STORAGE ((u64)256 << 20)

struct profile;

struct machine_options {
	const struct profile *profile;
	bool esop;	 /* enhanced suppression on protection: the write bit of PTEs can be trusted */
	bool idte;	 /* TLB entries can be flushed by ASCE */
	bool tlb_lc;	 /* TLB entries can be flushed on this CPU only */
	bool nx;	 /* pages can be made not executable; kernels after 4.7 use it */
	bool debug_vm;	 /* VM_BUG_ON is live */
	bool debug_list; /* changes of a list that make no sense are reported and left out, as with CONFIG_DEBUG_LIST */
	bool check_locks;  /* see lock.h */
	bool check_always; /* machine_check() after every operation */
	/* of a tree's own code: operations on shadow gmaps are not there. Here always, for a code and the port exchange options */
	bool no_shadows;
	u32 cpus;	   /* 1 to MAX_CPUS */
	u64 storage_limit; /* bytes of storage and kernel structures together */
	/* Ours: refused calls. What one call may do: segments that gmap_map_segment maps, pages that are armed. */
	u64 max_segments;
	u64 max_pages;
};

/* NULL if a machine can be made with them, else what is wrong. */
const char *machine_options_error(const struct machine_options *options);

#endif
