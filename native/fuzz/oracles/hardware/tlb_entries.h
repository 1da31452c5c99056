/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the hardware oracle share: a TLB that keeps what it translated until it is told to flush. */
#ifndef S390_GMAP_TLB_ENTRIES_H
#define S390_GMAP_TLB_ENTRIES_H

#include "core/hardware/dat_walk.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "fuzz/oracles/oracles.h"

#define TLB_SLOTS 64

/* A page as one CPU translates it, and the entries that said so. */
struct tlb_entry {
	u64 asce;
	u64 address;
	u64 frame;
	u64 segment; /* absolute address of the segment entry, and what it was */
	u64 segment_value;
	u64 pte; /* the same of the PTE; of a large page: of the segment entry again */
	u64 pte_value;
	const struct mm *mm;
	const struct gmap *gmap; /* NULL: it is the process's own */
	u64 serial;		 /* of the gmap */
	u32 cpu;
	bool writable;
};

struct tlb {
	u64 live; /* a bit for each slot in use */
	struct tlb_entry slot[TLB_SLOTS];
};

/* Keeps a page that was translated, on each CPU that runs the process. `gmap`: NULL for the process's own ASCE. */
bool tlb_keep(struct tlb *tlb, const struct step *step, struct verdict *verdict, const struct mm *mm,
	      const struct gmap *gmap, u64 address, const struct dat_result *dat);
/* tlb_touch.c: accesses what the operation was about, through the process's ASCE and those of its gmaps. */
bool tlb_touch(struct tlb *tlb, const struct step *step, struct verdict *verdict);

/* The absolute address of the segment entry for an address; 0 if a table above it is missing. */
u64 tlb_segment_entry(const struct machine *m, u64 asce, u64 address);

#endif
