/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The oracles that keep what they know of a run; judge.c runs them. Each begins with a machine in its first state (one process,
 * mm0, nothing mapped), is shown each operation that was executed (WIRE_OK; also the refused, which must have changed
 * nothing), and at the end the whole state. False: *verdict says what does not hold, rule and text.
 */
#ifndef S390_GMAP_ORACLES_H
#define S390_GMAP_ORACLES_H

#include "fuzz/oracles/judge.h"

/* rules.c: the invariants, on what the operation stored. The whole state is machine_check()'s. Keeps nothing. */
bool rules_step(const struct step *step, struct verdict *verdict);

/* tlb.c: the hardware's walks, and a TLB that keeps what it translated until the model flushes it. */
struct tlb;
struct tlb *tlb_create(void);
void tlb_destroy(struct tlb *tlb);
void tlb_begin(struct tlb *tlb, struct machine *m);
bool tlb_step(struct tlb *tlb, const struct step *step, struct verdict *verdict);

/* model.c: the abstract model. Written from the specification; looks at a machine's state only to compare. */
struct model;
struct model *model_create(void);
void model_destroy(struct model *model);
void model_begin(struct model *model, const struct machine *m);
/* Predicts result and events of the operation. */
bool model_step(struct model *model, const struct step *step, struct verdict *verdict);
/* Compares all mappings, links and armed pages. */
bool model_compare(struct model *model, struct machine *m, struct verdict *verdict);

/* contents.c: what was stored must be there until something takes it away. */
struct contents;
struct contents *contents_create(void);
void contents_destroy(struct contents *contents);
void contents_begin(struct contents *contents, const struct machine *m);
bool contents_step(struct contents *contents, const struct step *step, struct verdict *verdict);
/* Loads all that was stored: at the end, since it changes the machine. Within machine_enter(). */
void contents_load_all(struct contents *contents, struct machine *m, struct verdict *verdict);

/* other.c: another implementation of the machine, which makes the same calls; judge.h has the rest. False: no memory. */
bool other_begin(struct other *other, struct machine *m);
bool other_step(struct other *other, const struct step *step, struct verdict *verdict);

#endif
