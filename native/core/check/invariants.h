/* SPDX-License-Identifier: GPL-2.0-only */
/* The sentences of the invariants, for people who do not know them by number. */
#ifndef S390_GMAP_INVARIANTS_H
#define S390_GMAP_INVARIANTS_H

#include <stddef.h>

/* What the specification says of a rule with a number ("I7"); NULL of any other. The rule ends at a colon, or with the text. */
const char *invariant_sentence(const char *rule);

/*
 * The text with the sentence behind the number: "I7: g0: …" becomes "I7 (a linked …): g0: …". What begins with no rule
 * that has a number is copied.
 */
void invariant_explain(const char *text, char *out, size_t size);

#endif
