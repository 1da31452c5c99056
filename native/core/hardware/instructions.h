/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The privileged instructions by which a kernel keeps TLBs and storage keys right: what they do to storage, and that
 * they were executed, as an event.
 *
 * Left out: a TLB. Who wants one makes it from the events.
 */
#ifndef S390_GMAP_INSTRUCTIONS_H
#define S390_GMAP_INSTRUCTIONS_H

#include "core/hardware/dat.h"

/* INVALIDATE PAGE TABLE ENTRY, on all CPUs or on this one. `address`: the virtual one, for the event. */
void ipte(struct machine *m, u64 address, entry_t *ptep, bool local);
/*
 * INVALIDATE DAT TABLE ENTRY, clearing by ASCE. Events tell apart whose it is, by its handle: EVENT_IDTE a gmap's, always
 * on all CPUs; EVENT_IDTE_MM a process's.
 */
void idte(struct machine *m, enum event_kind whose, u64 handle, u64 asce, bool local);
/* The same for one entry of a region or segment table, which becomes invalid. `address`: that it is for, for the event. */
void idte_entry(struct machine *m, u64 address, entry_t *entry, bool local);
/* PURGE TLB: everything on this CPU. COMPARE AND SWAP AND PURGE: everything on all CPUs. */
void ptlb(struct machine *m);
void csp(struct machine *m);

/* INSERT STORAGE KEY EXTENDED: the key of a frame. */
u8 iske(const struct machine *m, u64 absolute);
/* SET STORAGE KEY EXTENDED; `nq`: without waiting for the other CPUs (non-quiescing), which only the event tells. */
void sske(struct machine *m, u64 absolute, u64 key, bool nq);
/* RESET REFERENCE BIT EXTENDED: what it (2) and the change bit (1) were. */
u64 rrbe(struct machine *m, u64 absolute);

#endif
