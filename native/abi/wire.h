/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The binary format of programs and observations: what the model, the kernel module and TypeScript
 * agree on. Everything is made of little-endian 64-bit words.
 *
 * Program: a sequence of records, each a head word and its arguments, one word each, in the order
 * of ops.def (handles are their numbers).
 *
 *	head: bits 0..7   operation (taken modulo WIRE_OPS, so that any bytes are a program)
 *	      bits 8..15  number of FORM_REST arguments (ignored elsewhere)
 *	      bits 32..63 the handle that the result shall get, WIRE_NO_HANDLE for the lowest free one
 *
 * A record that the end of the program cuts off is not executed.
 *
 * Observations: for each executed operation
 *
 *	word 0: bits 0..7 operation, bits 8..15 status (enum wire_status), bits 32..63 number of items
 *	word 1: bits 0..31 number of events, bits 32..63 number of facts
 *	word 2: value: the result; for WIRE_BUG the place (bugs.def); for WIRE_REFUSED the reason
 *	items:  one word each (handles of a LIST result)
 *	events: three words each: bits 0..7 enum wire_event, bits 16..31 notifier, bits 32..63 gmap;
 *		then the first and the last guest address (NOTIFY_RANGE), the first (NOTIFY), or the ASCE (IDTE);
 *		the answer and the ASCE (INNER_SHADOW)
 *	facts:  WIRE_FACT_WORDS words each, see struct wire_fact
 */
#ifndef S390_GMAP_WIRE_H
#define S390_GMAP_WIRE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdint.h>
#endif

#include "abi/ops.h"

enum wire_inject {
#define INJECT(name) INJECT_##name,
#include "abi/inject.def"
#undef INJECT
	WIRE_INJECTS
};

/* Flags of mmap. Other bits are ignored, as the kernel does. */
#define WIRE_MAP_SHARED 1u
#define WIRE_MAP_NORESERVE 2u

enum wire_status {
	WIRE_OK,
	/* the kernel does not survive this; the machine is dead */
	WIRE_BUG,
	/* not executed, nothing changed: enum wire_refusal says why */
	WIRE_REFUSED,
	/* this kernel does not have the function, or does not let modules call it */
	WIRE_UNSUPPORTED
};

enum wire_refusal {
	WIRE_NOT_REFUSED,
#define REFUSAL(name, text) WIRE_##name,
#include "abi/refusals.def"
#undef REFUSAL
};

enum wire_event { WIRE_EVENT_NOTIFY = 1, WIRE_EVENT_IDTE, WIRE_EVENT_NOTIFY_RANGE, WIRE_EVENT_INNER_SHADOW };

enum wire_fact_kind {
	WIRE_FACT_LOWCORE,
	WIRE_FACT_GMAP,
	WIRE_FACT_G2H,
	WIRE_FACT_H2G,
	WIRE_FACT_ENTRY,
	WIRE_FACT_PTE,
	WIRE_FACT_SHADOW,
	WIRE_FACT_SPTE,
	WIRE_FACT_RMAP
};

enum wire_lowcore { WIRE_LOWCORE_NONE, WIRE_LOWCORE_GMAP, WIRE_LOWCORE_DANGLING };

enum wire_level { WIRE_R1, WIRE_R2, WIRE_R3, WIRE_SEG };

enum wire_pte { WIRE_PTE_NOTABLE, WIRE_PTE_NONE, WIRE_PTE_ZERO, WIRE_PTE_ANON, WIRE_PTE_PAGE, WIRE_PTE_SWAP };

#define WIRE_FACT_FIELDS 4

/*
 * One fact of the observed state. What identifies it is `id` (without the sign) and `key`; facts are
 * ordered by them. Addresses are guest (gaddr) or host (vmaddr) addresses.
 *
 *	kind     key     field 0      field 1        field 2   field 3
 *	LOWCORE  -       wire_lowcore handle
 *	GMAP     -       ASCE & 0xfff highest gaddr  tables
 *	G2H      gaddr   vmaddr
 *	H2G      vmaddr  gaddr
 *	ENTRY    gaddr   flags        index or host  1 if the host segment is unknown, 2 if it is an index
 *	PTE      vmaddr  kind         pte | pmd << 32  pgste   key, or WIRE_NO_KEY
 *	SHADOW   -       ASCE         see below      parent    page tables | references << 32
 *	SPTE     saddr   flags        host           pgste     1 if the host page is unknown
 *	RMAP     vmaddr  raddr
 *
 * The level of an RMAP is its place in the chain. Field 1 of a SHADOW: bits 0..31 EDAT level, bit 32 removed, bit 33 initialized,
 * bits 40..63 one more than its place in the list of its parent's children, 0 if it is not there.
 */
struct wire_fact {
	uint64_t id; /* bits 56..63 kind, 24..55 handle, 16..23 level, 0 sign: 1 for + */
	uint64_t key;
	uint64_t field[WIRE_FACT_FIELDS];
};

#define WIRE_EVENT_WORDS 3
#define WIRE_FACT_WORDS 6
#define WIRE_NO_KEY 0x100u
#define WIRE_NO_HANDLE 0xffffffffu
#define WIRE_NO_ARGUMENT UINT64_MAX /* a FORM_OPT that is left out */
#define WIRE_FACT_ID(kind, handle, level) ((uint64_t)(kind) << 56 | (uint64_t)(handle) << 24 | (uint64_t)(level) << 16)

#endif
