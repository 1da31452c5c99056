/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The invariants I1 to I18 (docs/specification/invariants.md), and agreement between the tables and the
 * hardware's walk. They hold between the calls of a program, but for the known defects of its kernel (known.h). A C
 * program that calls __gmap_link with addresses that are not mapped to each other sets gmap.unrelated_links, as the
 * interpreter does.
 */
#ifndef S390_GMAP_CHECK_H
#define S390_GMAP_CHECK_H

#include "core/machine/machine.h"

enum check_result {
	CHECK_HOLDS,
	CHECK_BROKEN,	/* the text says which rule, and where */
	CHECK_NO_MEMORY /* of the process: nobody knows what holds; nothing was changed */
};

/*
 * True if all hold. Otherwise `text` gets the number of the first that does not, and where, for example
 * "I7: g0: host segment 0x10000000000 ...", or says that there is no memory.
 */
bool machine_check(struct machine *m, char *text, size_t size);
/* *known gets the defects of the kernel that were met, KNOWN_BIT()s, in addition to what it has. */
enum check_result machine_check_known(struct machine *m, char *text, size_t size, u64 *known);
/* For people: the rule's number is followed by its sentence, "I7 (a linked segment …): g0: …". */
enum check_result machine_check_explained(struct machine *m, char *text, size_t size);
/* The same as a BUG. */
void machine_check_or_bug(struct machine *m);

#endif
