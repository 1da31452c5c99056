/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hardware's own view: dynamic address translation from an ASCE, as z/Architecture Principles of
 * Operation chapter 3 has it. Knows nothing of mm or gmap, only of storage.
 */
#ifndef S390_GMAP_DAT_WALK_H
#define S390_GMAP_DAT_WALK_H

#include "core/machine/machine.h"

/* Program-interruption codes; 0 is none. */
enum program_code {
	PGM_NONE = 0,
	PGM_PROTECTION = 0x04,
	PGM_ADDRESSING = 0x05,
	PGM_SEGMENT_TRANSLATION = 0x10,
	PGM_PAGE_TRANSLATION = 0x11,
	PGM_TRANSLATION_SPECIFICATION = 0x12,
	PGM_ASCE_TYPE = 0x38,
	PGM_REGION_FIRST_TRANSLATION = 0x39,
	PGM_REGION_SECOND_TRANSLATION = 0x3a,
	PGM_REGION_THIRD_TRANSLATION = 0x3b
};

struct dat_result {
	enum program_code code;
	u64 absolute;	/* of the byte, if code is PGM_NONE or PGM_PROTECTION */
	u64 entry;	/* absolute address of the last entry that was looked at, 0 if none */
	u64 value;	/* of that entry */
	bool protected; /* a store would be, or was, refused */
};

/* Translates without accessing: no storage key changes. */
struct dat_result dat_walk(const struct machine *m, u64 asce, u64 address, bool store);

/*
 * One access of eight bytes (the address is rounded down to eight), with the reference and change bits of
 * the storage key set as the machine does. dat_load leaves *value alone unless the code is PGM_NONE.
 */
struct dat_result dat_load(struct machine *m, u64 asce, u64 address, u64 *value);
struct dat_result dat_store(struct machine *m, u64 asce, u64 address, u64 value);

#endif
