/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Absolute storage: frames of 4 KiB, a descriptor for each, and the page allocator.
 *
 * Otherwise: the page allocator. Blocks of 1, 4 and 256 frames, the newest free one first.
 *
 * Addresses are absolute byte addresses: from 0 on, or, where a tree's own code takes them for pointers, those of the host (see
 * native/own-code). Tables and entries are stored big-endian, as the real machine does, so that a view of them can be
 * compared with a dump; a tree's own code stores them as its host does.
 */
#ifndef S390_GMAP_STORAGE_H
#define S390_GMAP_STORAGE_H

#include "core/machine/types.h"

#define FRAME_SHIFT 12
#define FRAME_SIZE ((u64)1 << FRAME_SHIFT)
#define FRAME_MASK (~(FRAME_SIZE - 1))
#define MAX_ORDER 8 /* a 1 MiB large page */

/* Where storage begins; addresses of what follows are from there on. */
#define LOWCORE_SIZE 0x2000u /* for each CPU, from 0 on */

/* Zero pages: 2^7 frames, chosen by address, like a machine with enough storage has. */
#define ZERO_AREA 0x80000u
#define ZERO_AREA_SIZE 0x80000u
#define ZERO_AREA_MASK 0x7f000u

/* One word of storage: a table entry, a PTE, a PGSTE, eight bytes of data. */
typedef struct {
	u64 big_endian;
} entry_t;

enum frame_kind {
	FRAME_FREE,
	FRAME_SYSTEM,  /* lowcores, zero pages */
	FRAME_CRST,    /* first of four: a region or segment table */
	FRAME_PGTABLE, /* 256 PTEs and 256 PGSTEs, or two page tables without PGSTEs */
	FRAME_ANON,
	FRAME_SHARED,
	FRAME_HUGE /* first of 256 */
};

#define FRAME_KIND 0xfu
#define FRAME_DIRTY 0x10u
#define FRAME_BLANK 0x20u      /* Ours: blank pages. Reads as zero, its bytes have never been written */
#define FRAME_SWAPCACHE 0x40u  /* has a place in swap */
#define FRAME_KEY_SET 0x80u    /* Ours: known storage keys. Somebody set it since the frame was allocated */
#define FRAME_NO_PGSTE 0x100u  /* a FRAME_PGTABLE of two halves */
#define FRAME_LOST 0x200u      /* a table that nobody will ever free */
#define FRAME_SINGLE 0x400u    /* free, on the list of single frames */
#define FRAME_EXCLUSIVE 0x800u /* a FRAME_ANON that one process has, and nobody ever shared with it */
#define FRAME_SHADOW 0x2000u   /* a FRAME_PGTABLE of a shadow gmap */
#define FRAME_WAS_TOP 0x1000u  /* a FRAME_CRST that was the top table of its process, until that grew */
#define FRAME_KEYS_CLEARED \
	((u64)1 << 40) /* a FRAME_HUGE whose keys are a guest's: they were cleared for it (PG_arch_1) */

/*
 * The descriptor of a frame (the kernel's struct page). Of a block of several frames only the first one's is
 * used, but for the FRAME_BLANK and the key of each frame of a large page.
 */
struct frame {
	u64 index; /* CRST, PGTABLE: lowest address it covers; SHARED: page number in its file */
	u64 next;  /* next frame number on the list it is on, 0 ends the list */
	u64 flags; /* FRAME_* */
	u64 key;   /* storage key; belongs to the frame and outlives its use */
	union {
		struct {
			u64 count;	 /* pages: mappings and swap entries; FRAME_NO_PGSTE: use of the halves */
			u64 upper_index; /* FRAME_NO_PGSTE: lowest address that the upper half covers */
		};
		struct frame_list {
			struct frame_list *next;
			struct frame_list *prev;
		} lru; /* CRST: the lists of a tree's own code */
	};
	/*
	 * Values of undo.serial. freed: when the frame was freed last. fresh: while it equals undo.serial, filling the
	 * frame need not be logged, because no live snapshot needs what the frame held.
	 */
	u64 freed;
	u64 fresh;
};

struct machine;

struct storage {
	void *reserved;	      /* what was taken from the process: storage, and what aligns it */
	uintptr_t bytes;      /* the host's address of absolute address 0, which need not be part of storage */
	struct frame *frames; /* that of frame 0, likewise */
	u64 origin;	      /* the lowest absolute address */
	u64 size;	      /* bytes */
	u64 high;	      /* absolute address above which nothing was ever touched; not part of the state */
};

/* The part of the allocator that is undone. */
struct storage_state {
	u64 bump;		 /* absolute address above which nothing was ever allocated */
	u64 free[MAX_ORDER + 1]; /* frame numbers, newest first */
	u64 frames_used;
};

bool storage_init(struct storage *st, u64 size);
void storage_destroy(struct storage *st);
/* Gives memory of frames that nobody has any more back to the system, if it is much. Nothing can be undone any more. */
void storage_trim(struct machine *m);
/* Makes all frames but the lowcores and zero pages free. */
void storage_boot(struct machine *m);
/* The absolute address behind these. */
u64 storage_system_end(const struct machine *m);

/*
 * Allocates 2^order frames, naturally aligned. Content undefined. Returns the absolute address,
 * 0 if storage is exhausted. order: 0, 2 or 8.
 */
u64 frame_alloc(struct machine *m, unsigned int order, enum frame_kind kind);
void frame_free(struct machine *m, u64 address, unsigned int order);
/* Fills `words` words with the same value; skips the undo log where nobody needs the old content. */
void storage_fill(struct machine *m, u64 address, size_t words, u64 value);
/* Writes the zeros of a data page that is blank: somebody is about to look at its bytes. */
void frame_touch(struct machine *m, u64 address);
/* Copies one data page to one that is blank. */
void frame_copy(struct machine *m, u64 to, u64 from);
/* Eight bytes of a data page, any alignment within the page is rounded down to eight. */
u64 data_load(struct machine *m, u64 address);
void data_store(struct machine *m, u64 address, u64 value);
/* Bytes as the machine would read them; the range must be in storage. */
void storage_read(const struct machine *m, u64 address, u8 *bytes, size_t length);

#endif
