// SPDX-License-Identifier: GPL-2.0-only
/* The calls that are about single links, of functions that no kernel exports: they are found by name. */
#include "calls.h"
#include "host_table.h"
#include "lookup.h"

/* NULL where the compiler has left nothing that could be called. */
static int (*link_segment)(struct gmap *gmap, unsigned long gaddr, unsigned long vmaddr);
static void (*unlink_everywhere)(struct mm_struct *mm, unsigned long *table, unsigned long vmaddr);
static int (*unlink_by_vmaddr)(struct gmap *gmap, unsigned long vmaddr);
static int (*unmap_by_gaddr)(struct gmap *gmap, unsigned long gaddr);
static unsigned long (*segment_gaddr)(unsigned long *entry);

void calls_link_create(void)
{
	link_segment = lookup_function("__gmap_link");
	unlink_everywhere = lookup_function("gmap_unlink");
	unlink_by_vmaddr = lookup_function("__gmap_unlink_by_vmaddr");
	unmap_by_gaddr = lookup_function("__gmap_unmap_by_gaddr");
	segment_gaddr = lookup_function("__gmap_segment_gaddr");
}

static struct reply without(void)
{
	return lookup_possible() ? refuse(WIRE_INLINED) : (struct reply){ WIRE_UNSUPPORTED, 0 };
}

#define GET_GMAP(name)                                                    \
	struct traced_gmap *traced = session_gmap(session, call->arg[0]); \
	struct gmap *name = traced ? traced->gmap : NULL;                 \
	if (!(name))                                                      \
	return refuse(WIRE_BAD_HANDLE)
#define NEED_FUNCTION(function) \
	if (!(function))        \
	return without()

/*
 * The kernel takes for granted that the host has a table for the segment. Where VM_BUG_ON is not there to say so, it takes
 * what lies at address 0 for that table, takes a lock there, and links what it finds: nobody would notice.
 */
static bool can_link(struct mm_struct *mm, unsigned long vmaddr)
{
	pmd_t *pmd = host_pmd_of_kernel(mm, vmaddr);

	if (IS_ENABLED(CONFIG_DEBUG_VM))
		return true;
	/* above the limit it may find a table of the session's own program, of which the model knows nothing */
	return pmd && !(vmaddr >= mm->context.asce_limit && pmd_none(*pmd));
}

static struct reply call___link(struct session *session, const struct call *call)
{
	struct reply reply = refuse(WIRE_NO_PAGE_TABLE);

	GET_GMAP(gmap);
	NEED_FUNCTION(link_segment);
	compat_mm_lock(gmap->mm);
	if (can_link(gmap->mm, call->arg[2]))
		reply = answer_rc(link_segment(gmap, call->arg[1], call->arg[2]));
	compat_mm_unlock(gmap->mm);
	return reply;
}

static struct reply call_unlink(struct session *session, const struct call *call)
{
	const struct traced_mm *traced = session_mm(session, call->arg[0]);

	if (!traced)
		return refuse(WIRE_BAD_HANDLE);
	NEED_FUNCTION(unlink_everywhere);
	compat_mm_write_lock(traced->mm);
	unlink_everywhere(traced->mm, NULL, call->arg[2]);
	compat_mm_write_unlock(traced->mm);
	return answer(0);
}

/* The two that answer whether a link was taken away. */
static struct reply take_away(struct session *session, const struct call *call,
			      int (*function)(struct gmap *gmap, unsigned long address))
{
	int flush;

	GET_GMAP(gmap);
	NEED_FUNCTION(function);
	compat_mm_write_lock(gmap->mm);
	flush = function(gmap, call->arg[1]);
	compat_mm_write_unlock(gmap->mm);
	return answer_rc(flush);
}

static struct reply call___unlink_by_vmaddr(struct session *session, const struct call *call)
{
	return take_away(session, call, unlink_by_vmaddr);
}

static struct reply call___unmap_by_gaddr(struct session *session, const struct call *call)
{
	return take_away(session, call, unmap_by_gaddr);
}

/* NULL: a region's entry on the way is invalid. */
static unsigned long *segment_entry(const struct gmap *gmap, unsigned long gaddr)
{
	unsigned int shift = PMD_SHIFT + 11 * ((gmap->asce & _ASCE_TYPE_MASK) >> 2);
	unsigned long *table = gmap->table;

	for (; shift > PMD_SHIFT; shift -= 11) {
		unsigned long entry = table[(gaddr >> shift) & (PTRS_PER_PMD - 1)];

		if (entry & _REGION_ENTRY_INVALID)
			return NULL;
		table = __va(entry & _REGION_ENTRY_ORIGIN);
	}
	return table + ((gaddr >> PMD_SHIFT) & (PTRS_PER_PMD - 1));
}

static struct reply call___segment_gaddr(struct session *session, const struct call *call)
{
	unsigned long *entry;

	GET_GMAP(gmap);
	NEED_FUNCTION(segment_gaddr);
	entry = segment_entry(gmap, call->arg[1]);
	return entry ? answer(segment_gaddr(entry)) : answer_rc(-ENOENT);
}

const call_fn calls_link[WIRE_OPS] = {
	[OP___gmap_link] = call___link,
	[OP_gmap_unlink] = call_unlink,
	[OP___gmap_unlink_by_vmaddr] = call___unlink_by_vmaddr,
	[OP___gmap_unmap_by_gaddr] = call___unmap_by_gaddr,
	[OP___gmap_segment_gaddr] = call___segment_gaddr,
};
