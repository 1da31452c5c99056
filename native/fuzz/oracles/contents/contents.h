/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the oracle of contents: what each word of each process's memory holds. It is computed from the program and from what its calls
 * answered, never from storage or tables. A word that nobody stored is zero.
 */
#ifndef S390_GMAP_CONTENTS_H
#define S390_GMAP_CONTENTS_H

#include "core/linux/entries.h"
#include "fuzz/oracles/oracles.h"
#include "fuzz/oracles/set.h"

/* Programs that need more than this are not judged any further. */
#define CONTENTS_WORDS 512
#define CONTENTS_PAGES 256
#define CONTENTS_AREAS 256
#define CONTENTS_MAPPINGS 512

/* Of a page, by its address: what the guest said of it, and nobody took back for sure. It may be thrown away then. */
#define SAID_UNUSED 1u
#define SAID_ZERO 2u

/* Of a word: its page may have been thrown away, or unmapped, since it was stored. It may be zero, too. */
#define MAYBE_ZERO 1u

/* Owners of words: processes, and behind them files. */
#define FIRST_FILE MAX_MMS
/* In place of a file: it may be any, or none; and large pages, which are not looked at. */
#define UNKNOWN_FILE UINT32_MAX
#define LARGE_PAGES (UINT32_MAX - 1)

struct contents {
	bool lost;  /* a bound was exceeded: everything is accepted from now on */
	bool wrong; /* the verdict is said */
	const struct profile *profile;
	const struct step *step;
	struct verdict *verdict;

	struct set words; /* of a process or file: address of the word; value */
	struct set pages; /* of a process: address */
	struct set
		areas; /* of a process: ranges that are not private; flags: the file; more: from addresses to the file's */
	struct set mappings; /* of a guest: ranges; more: from guest addresses to the process's */
	u32 process_of[MAX_GMAPS];
	u32 files;
	/* the page that was swapped out by the call before, or by one before calls of ESSA */
	bool swapped;
	u32 swapped_process;
	u64 swapped_page;
};

/* contents_words.c */
/* Whose the word is, and where: *key. UNKNOWN_FILE and LARGE_PAGES: nothing is known of it. */
u32 contents_owner(const struct contents *contents, u32 process, u64 address, u64 *key);
void contents_stored(struct contents *contents, u32 process, u64 address, u64 value);
/* A load answered this. */
void contents_loaded(struct contents *contents, u32 process, u64 address, u64 answer);
/* Private pages of [start, end) are all zero now. */
void contents_drop(struct contents *contents, u32 process, u64 start, u64 end);
/* Words in private memory of [start, end) may be zero now, or be what they were; which files are there is not known. */
void contents_doubt(struct contents *contents, u32 process, u64 start, u64 end);
void contents_move(struct contents *contents, u32 process, u64 from, u64 to, u64 length);
void contents_say(struct contents *contents, u32 process, u64 page, u32 flag, bool said);
/* The guest gave the page up, in one of these ways: it may be gone. */
void contents_give_up(struct contents *contents, u32 process, u64 page, u32 flags);

static inline void contents_add(struct contents *contents, struct set *set, const struct item *item)
{
	if (!set_add(set, item))
		contents->lost = true;
}

static inline void contents_cut(struct contents *contents, struct set *set, u32 owner, u64 start, u64 end)
{
	if (!range_cut(set, owner, start, end))
		contents->lost = true;
}

/* contents_calls.c: what an operation does to contents. */
void contents_call(struct contents *contents);

#endif
