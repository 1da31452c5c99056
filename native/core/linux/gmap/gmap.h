/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest address spaces: the port of arch/s390/mm/gmap.c of Linux 4.7, under its names, and of what later kernels
 * have in place of some of it. Guest addresses (gaddr), host addresses of the process (vmaddr) and lengths are in
 * bytes. What each function does to the last bit is in docs/specification/gmap.md, where the model differs in docs/fidelity.md.
 */
#ifndef S390_GMAP_GMAP_H
#define S390_GMAP_GMAP_H

#include "core/linux/entries.h"
#include "core/linux/mm/radix_tree.h"

#ifdef OWN_CODE
#include "own-code/gmap_struct.h" /* that of a tree */
#else
struct gmap {
	struct list_link list; /* in mm->gmap_list */
	u64 crst_list;	       /* frame number of the newest table; linked by frame.next */
	u64 crst_count;
	struct mm *mm;
	struct radix_root guest_to_host; /* gaddr >> 20: vmaddr of the 1 MiB host segment */
	struct radix_root host_to_guest; /* vmaddr >> 20: absolute address of the segment entry linked to it */
	u64 table;			 /* absolute address of the top table */
	u64 asce;
	u64 asce_end; /* highest guest address */
	u64 private;  /* cookie of the owner */
	u64 pfault_enabled;
	u64 ref_count; /* not counted in 4.7 */
	/* Ours: handles and serials. Programs name gmaps by handles; lowcore holds a serial, which is never used again. */
	u64 handle;
	u64 serial;
	/* Ours: marks for checks. What the state alone does not tell, see check.h. */
	u64 listed;	     /* in mm->gmap_list */
	u64 wrapped_links;   /* __gmap_link had a host address above the limit: that link is to another's page table */
	u64 unrelated_links; /* somebody called __gmap_link with addresses that are not mapped to each other */
};

/* Ours: questions about gmaps. The frame numbers of a gmap's tables, from the newest to the top one; 0 ends them. */
static inline u64 gmap_first_table(const struct machine *m, const struct gmap *gmap)
{
	(void)m;
	return gmap->crst_list;
}

static inline u64 gmap_next_table(const struct machine *m, const struct gmap *gmap, u64 number)
{
	(void)gmap;
	return m->storage.frames[number].next;
}

static inline u64 gmap_table_count(const struct machine *m, const struct gmap *gmap)
{
	(void)m;
	return gmap->crst_count;
}

/* The word of a gmap that changes with its list of tables. */
static inline const u64 *gmap_word_of_tables(const struct gmap *gmap)
{
	return &gmap->crst_count;
}

/* Left out: shadow gmaps. Later kernels have them, and so do built codes; here no gmap is one, or has one. */
static inline bool gmap_is_shadow(const struct gmap *gmap)
{
	(void)gmap;
	return false;
}

/* References to a gmap that are no caller's. */
static inline u64 gmap_references_of_others(const struct machine *m, const struct gmap *gmap)
{
	(void)m;
	(void)gmap;
	return 0;
}
#endif

/*
 * limit: highest guest address wanted; rounded up to what 2, 3, 4 or 5 levels of tables cover.
 * Returns NULL without memory. The mm must outlive the gmap.
 */
struct gmap *gmap_alloc(struct machine *m, struct mm *mm, u64 limit);
/* The gmap is gone afterwards; lowcore may still name it. */
void gmap_free(struct machine *m, struct gmap *gmap);
/* Later kernels: the same, with one reference. */
struct gmap *gmap_create(struct machine *m, struct mm *mm, u64 limit);
void gmap_get(struct machine *m, struct gmap *gmap);
/* True if that was the last reference: the gmap is gone. BUG: it is still in its process's list. */
bool gmap_put(struct machine *m, struct gmap *gmap);
/* Takes it out of its process's list and gives up one reference; as above. BUG: it is not in the list. */
bool gmap_remove(struct machine *m, struct gmap *gmap);
/* What the next guest entry on this CPU uses. gmap_disable does not look at its argument. */
void gmap_enable(struct machine *m, struct gmap *gmap);
void gmap_disable(struct machine *m, struct gmap *gmap);

/* The guest address of a segment entry of a gmap: from its place in its table and the table's descriptor. */
u64 __gmap_segment_gaddr(struct machine *m, entry_t *entry);
/* The segment entry for a guest address, NULL if a table above it is missing. */
entry_t *gmap_find_segment_entry(const struct machine *m, const struct gmap *gmap, u64 gaddr);
/* Drops the link of a host segment; 1 if there was one and a flush is owed. mmap_sem. */
int __gmap_unlink_by_vmaddr(struct machine *m, struct gmap *gmap, u64 vmaddr);
/* Drops the mapping of a guest segment, and the link of its host segment; 1 if a flush is owed. mmap_sem, write. */
int __gmap_unmap_by_gaddr(struct machine *m, struct gmap *gmap, u64 gaddr);

/* 0; -EINVAL: not multiples of 1 MiB, or the range wraps. */
int gmap_unmap_segment(struct machine *m, struct gmap *gmap, u64 to, u64 len);
/*
 * Records that guest [to, to + len) shall be host [from, from + len). 0; -EINVAL: not multiples of 1 MiB,
 * a range that wraps or lies above a limit; -ENOMEM: the whole guest range is unmapped then.
 */
int gmap_map_segment(struct machine *m, struct gmap *gmap, u64 from, u64 to, u64 len);

/* False if gmap_map_segment would answer -EINVAL. */
bool gmap_map_is_valid(const struct machine *m, const struct gmap *gmap, u64 from, u64 to, u64 len);

/* The host address, or -EFAULT as an error-valued word. __gmap_translate: mmap_sem is held. */
u64 __gmap_translate(struct machine *m, struct gmap *gmap, u64 gaddr);
u64 gmap_translate(struct machine *m, struct gmap *gmap, u64 gaddr);

/* The host frees a page table: no gmap of the mm may use it any longer. `table` is not looked at. */
void gmap_unlink(struct machine *m, struct mm *mm, entry_t *table, u64 vmaddr);
/*
 * Shares the page table of the host segment with the guest segment. 0, also if the guest segment is linked
 * already, whatever to; -ENOMEM; -EFAULT: a large page; -EEXIST: the host segment is linked to another guest
 * segment of this gmap. mmap_sem. BUG (debug_vm): the host has no page table.
 */
int __gmap_link(struct machine *m, struct gmap *gmap, u64 gaddr, u64 vmaddr);
/* Makes a guest page accessible. As __gmap_link; -EFAULT also for no mapping, and for every host fault that fails. */
int gmap_fault(struct machine *m, struct gmap *gmap, u64 gaddr, u32 fault_flags);

/* Frees what a swapped-out page holds if the guest does not need its content. mmap_sem. */
void __gmap_zap(struct machine *m, struct gmap *gmap, u64 gaddr);
/* Throws the pages of guest [from, to) away. BUG: no VMA at or above a host address, pages cut in two. */
void gmap_discard(struct machine *m, struct gmap *gmap, u64 from, u64 to);

/* The newest block is called first. BUG: registered twice, or unregistered without ever being registered. */
void gmap_register_ipte_notifier(struct machine *m, struct gmap_notifier *nb);
void gmap_unregister_ipte_notifier(struct machine *m, struct gmap_notifier *nb);
/* Their names in later kernels. */
void gmap_register_pte_notifier(struct machine *m, struct gmap_notifier *nb);
void gmap_unregister_pte_notifier(struct machine *m, struct gmap_notifier *nb);
/* Ours: clearing a block. Unregisters it if it is registered, and makes it one that never was. */
void gmap_notifier_clear(struct machine *m, struct gmap_notifier *nb);
/* The head of the list of notifier blocks, for checks. */
const struct list_link *gmap_notifiers(const struct machine *m);
/*
 * Makes the pages of guest [gaddr, gaddr + len) writable and asks for a call when one of their PTEs is
 * invalidated. 0; -EINVAL: not multiples of 4 KiB; else as gmap_fault, with the pages before the failing one armed.
 */
int gmap_ipte_notify(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len);
/*
 * Later kernels: gives the pages of guest [gaddr, gaddr + len) the protection (0: none, PROT_READ, PROT_WRITE: left as
 * it is, and writable) and asks for a call when their PTE changes: by an access that needs more, or by the host. As above;
 * -EINVAL also for PROT_READ on a machine without ESOP. BUG: a page that does not get it in many tries.
 */
int gmap_mprotect_notify(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len, u64 prot);
/*
 * Tells every notifier about a PTE, for each gmap that the host segment is linked to. pte lock. `bits` of the PGSTE:
 * later kernels tell only if PGSTE_IN is among them.
 */
void ptep_notify(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep, u64 bits);

/* No huge pages in this process from now on. mmap_sem, write. */
void thp_split_mm(struct machine *m, struct mm *mm);
/* 0; -EINVAL: the process was not started with PGSTEs. */
int s390_enable_sie(struct machine *m, struct mm *mm);
/* The process uses storage keys from now on: no zero pages any more. 0. */
int s390_enable_skey(struct machine *m, struct mm *mm);
/* All pages are "stable" again. */
void s390_reset_cmma(struct machine *m, struct mm *mm);

#endif
