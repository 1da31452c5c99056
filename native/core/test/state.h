/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine's state as lines, for a check that is not the model's own: that of crash dumps (lib/dump/check). Numbers are hexadecimal.
 *
 *	state TEXT			what it is of; the last line is "end"
 *	kernel NAME
 *	check TEXT			what machine_check() says, nothing if all holds
 *	known ID …			defects of the kernel that it met
 *	mm HANDLE ASCE LIMIT ALLOC_PGSTE HAS_PGSTE NO_ZERO_PAGES
 *	vma START END FLAGS		of the last mm, as are gmaps, newest first
 *	gmap HANDLE MM ASCE END TABLE REFERENCES
 *	crst ABSOLUTE			of the last gmap, newest first; so are items of its trees
 *	g2h GADDR VMADDR
 *	h2g VMADDR ENTRY
 *	storage SYSTEM_END END		what is in use always, and what ever was
 *	frame ABSOLUTE KIND INDEX	each that is in use between these; of a block the first
 *	words ABSOLUTE COUNT VALUE	of tables: that many like this
 */
#ifndef S390_GMAP_TEST_STATE_H
#define S390_GMAP_TEST_STATE_H

#include <stdio.h>

#include "core/check/check.h"
#include "core/check/known.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/profile.h"
#include "core/machine/list.h"

/* Of a list that was damaged. */
#define STATE_MOST_TABLES 1000

static inline void print_numbers(FILE *out, const char *name, const u64 *number, size_t count)
{
	size_t i;

	fputs(name, out);
	for (i = 0; i < count; i++)
		fprintf(out, " %llx", (unsigned long long)number[i]);
	fputc('\n', out);
}

#define PRINT_NUMBERS(out, name, ...) \
	print_numbers(out, name, (const u64[]){ __VA_ARGS__ }, sizeof((const u64[]){ __VA_ARGS__ }) / sizeof(u64))

static inline void print_tree(FILE *out, const char *name, const struct radix_root *root)
{
	u64 key = 0;
	u64 value;

	for (; radix_next(NULL, root, key, &key, &value); key++)
		PRINT_NUMBERS(out, name, key << PMD_SHIFT, value);
}

static inline void print_gmap(FILE *out, const struct machine *m, const struct gmap *gmap)
{
	u64 number = gmap_first_table(m, gmap);
	size_t tables = 0;

	PRINT_NUMBERS(out, "gmap", gmap->handle, gmap->mm ? gmap->mm->handle : UINT64_MAX, gmap->asce, gmap->asce_end,
		      gmap->table, gmap->ref_count);
	for (; number && tables < STATE_MOST_TABLES; number = gmap_next_table(m, gmap, number), tables++)
		PRINT_NUMBERS(out, "crst", number << FRAME_SHIFT);
	print_tree(out, "g2h", &gmap->guest_to_host);
	print_tree(out, "h2g", &gmap->host_to_guest);
}

static inline void print_mm(FILE *out, const struct machine *m, const struct mm *mm)
{
	const struct list_link *link;
	const struct vma *vma;

	PRINT_NUMBERS(out, "mm", mm->handle, mm->asce, mm->asce_limit, mm->alloc_pgste, mm->has_pgste,
		      mm->no_zero_pages);
	for (vma = mm->vmas; vma; vma = vma->next)
		PRINT_NUMBERS(out, "vma", vma->start, vma->end, vma->flags);
	for (link = mm->gmap_list.next; link != &mm->gmap_list; link = link->next)
		print_gmap(out, m, container_of(link, struct gmap, list));
}

static inline void print_table(FILE *out, struct machine *m, u64 table, u64 count)
{
	const entry_t *entry = entry_at(m, table);
	u64 first, end;

	for (first = 0; first < count; first = end) {
		u64 value = entry_get(entry + first);

		for (end = first + 1; end < count && entry_get(entry + end) == value; end++)
			;
		PRINT_NUMBERS(out, "words", table + first * sizeof(*entry), end - first, value);
	}
}

static inline void print_frame(FILE *out, struct machine *m, u64 address)
{
	const struct frame *frame = frame_at(m, address);

	PRINT_NUMBERS(out, "frame", address, frame_kind(frame), frame->index);
	if (frame_kind(frame) == FRAME_CRST)
		print_table(out, m, address, CRST_ENTRIES);
	if (frame_kind(frame) == FRAME_PGTABLE)
		print_table(out, m, address, FRAME_SIZE / sizeof(entry_t));
}

static inline void print_frames(FILE *out, struct machine *m)
{
	u64 address;

	PRINT_NUMBERS(out, "storage", storage_system_end(m), m->s.storage.bump);
	for (address = storage_system_end(m); address < m->s.storage.bump; address += FRAME_SIZE)
		if (frame_kind(frame_at(m, address)) != FRAME_FREE)
			print_frame(out, m, address);
}

static inline void print_state(FILE *out, struct machine *m, const char *name, const char *check, u64 known)
{
	int defect;
	u64 i;

	fprintf(out, "state %s\nkernel %s\ncheck %s\nknown", name, m->options.profile->name, check);
	for (defect = 0; defect < KNOWN_DEFECTS; defect++)
		if (known & KNOWN_BIT(defect))
			fprintf(out, " %s", known_infos[defect].id);
	fputc('\n', out);
	for (i = 0; i < m->s.mm_count; i++)
		if (m->s.mm[i])
			print_mm(out, m, m->s.mm[i]);
	print_frames(out, m);
	fputs("end\n", out);
}

#endif
