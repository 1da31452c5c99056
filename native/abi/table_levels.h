/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The levels of tables above page tables, from the top (z/Architecture Principles of Operation, chapter 3). A table of
 * any of them has 2048 entries. The core and the kernel module share this.
 */
#ifndef S390_GMAP_TABLE_LEVELS_H
#define S390_GMAP_TABLE_LEVELS_H

enum table_level { LEVEL_REGION1, LEVEL_REGION2, LEVEL_REGION3, LEVEL_SEGMENT, TABLE_LEVELS };

struct table_level_info {
	const char *name;
	unsigned int shift;	/* an entry stands for 2^shift bytes */
	unsigned int type;	/* in its entries, and in an ASCE whose top table it is */
	unsigned int entry;	/* bits of an entry that names a table; those of a segment entry vary */
	unsigned int empty;	/* an entry that names none */
	unsigned int exception; /* program-interruption code of an access that meets one */
};

static const struct table_level_info table_levels[TABLE_LEVELS] = {
	[LEVEL_REGION1] = { "region-1", 53, 0x0c, 0x0f, 0x2c, 0x39 },
	[LEVEL_REGION2] = { "region-2", 42, 0x08, 0x0b, 0x28, 0x3a },
	[LEVEL_REGION3] = { "region-3", 31, 0x04, 0x07, 0x24, 0x3b },
	[LEVEL_SEGMENT] = { "segment", 20, 0x00, 0x00, 0x20, 0x10 },
};

/* The top table of an ASCE (bits 60 and 61), or the table that a region entry is in. */
static inline enum table_level level_of_type(unsigned long long asce_or_entry)
{
	return (enum table_level)(LEVEL_SEGMENT - (asce_or_entry >> 2 & 3));
}

#endif
