// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations on shadow gmaps by a tree's gmap.c, with the locks that KVM holds. Shadows are not ported: these are the functions behind
 * rows of ops.def that only built codes have.
 */
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/list.h"
#include "core/program/operations.h"
#include "own-code/own.h"
#include "own-code/shadows.h"

#define UNSUPPORTED ((struct reply){ WIRE_UNSUPPORTED, 0 })

/* Why a call that works in the gmap's process is not made; WIRE_NOT_REFUSED if it is. */
static enum wire_refusal refusal_for(const struct gmap *gmap)
{
	if (gmap->mm->exited)
		return WIRE_EXITED;
	return gmap->mm->alloc_pgste ? WIRE_NOT_REFUSED : WIRE_NO_PGSTES;
}

/* One that gmap_shadow() finds, or that is just being made. */
static const struct gmap *find_shadow(const struct gmap *parent, u64 asce, int edat)
{
	const struct list_link *link;

	list_for_each(NULL, link, &parent->children) {
		const struct gmap *sg = container_of(link, const struct gmap, list);

		if (sg->orig_asce == asce && sg->edat_level == edat && !sg->removed)
			return sg;
	}
	return NULL;
}

struct reply op_gmap_shadow(struct machine *m, struct gmap *parent, const struct call *call)
{
	u64 handle = free_gmap_handle(m, call->result_handle);
	enum wire_refusal refusal = refusal_for(parent);
	int edat = (int)call->arg[2];
	struct gmap *sg;

	if (!linux_gmap_shadow)
		return UNSUPPORTED;
	if (refusal)
		return refuse(refusal);
	/* the handle that the program names is for a new one */
	if (!gmap_is_shadow(parent) && !find_shadow(parent, call->arg[1], edat)) {
		if (handle >= MAX_GMAPS)
			return refuse(WIRE_BUDGET);
		if (m->s.gmap[handle])
			return refuse(WIRE_HANDLE_TAKEN);
	}
	own_enter(m, parent->mm);
	own->handle = handle;
	sg = linux_gmap_shadow(parent, call->arg[1], edat);
	return answer(is_error_word((u64)(uintptr_t)sg) ? (u64)(uintptr_t)sg : sg->handle);
}

struct reply op_gmap_shadow_valid(struct machine *m, struct gmap *sg, const struct call *call)
{
	if (!linux_gmap_shadow_valid)
		return UNSUPPORTED;
	own_enter(m, sg->mm);
	return answer_rc(linux_gmap_shadow_valid(sg, call->arg[1], (int)call->arg[2]));
}

/*
 * own->shadow: a WARN is then about an address or a level that the shadow does not have, and pages that are faulted in will be read.
 * Always inline, as own_enter() is: results go into locals of the caller.
 */
static inline __attribute__((always_inline)) void enter_shadow(struct machine *m, struct gmap *sg)
{
	down_read(m, sg->mm);
	own_enter(m, sg->mm);
	own->shadow = 1;
}

typedef int table_fn(struct gmap *sg, u64 saddr, u64 table, int fake);

static struct reply make_table(struct machine *m, struct gmap *sg, const struct call *call, table_fn *make)
{
	enum wire_refusal refusal = refusal_for(sg);
	int rc;

	if (!make)
		return UNSUPPORTED;
	if (refusal)
		return refuse(refusal);
	enter_shadow(m, sg);
	rc = make(sg, call->arg[1], call->arg[2], (int)call->arg[3]);
	up_read(m, sg->mm);
	return answer_rc(rc);
}

struct reply op_gmap_shadow_r2t(struct machine *m, struct gmap *sg, const struct call *call)
{
	return make_table(m, sg, call, linux_gmap_shadow_r2t);
}

struct reply op_gmap_shadow_r3t(struct machine *m, struct gmap *sg, const struct call *call)
{
	return make_table(m, sg, call, linux_gmap_shadow_r3t);
}

struct reply op_gmap_shadow_sgt(struct machine *m, struct gmap *sg, const struct call *call)
{
	return make_table(m, sg, call, linux_gmap_shadow_sgt);
}

struct reply op_gmap_shadow_pgt(struct machine *m, struct gmap *sg, const struct call *call)
{
	return make_table(m, sg, call, linux_gmap_shadow_pgt);
}

#define LOOKUP_PROTECTED ((u64)0x200)
#define LOOKUP_FAKE ((u64)1)

struct reply op_gmap_shadow_pgt_lookup(struct machine *m, struct gmap *sg, const struct call *call)
{
	int is_protected = 0;
	int is_fake = 0;
	u64 table = 0;
	int rc;

	if (!linux_gmap_shadow_pgt_lookup)
		return UNSUPPORTED;
	enter_shadow(m, sg);
	rc = linux_gmap_shadow_pgt_lookup(sg, call->arg[1], &table, &is_protected, &is_fake);
	up_read(m, sg->mm);
	if (rc)
		return answer_rc(rc);
	return answer(table | (is_protected ? LOOKUP_PROTECTED : 0) | (is_fake ? LOOKUP_FAKE : 0));
}

struct reply op_gmap_shadow_page(struct machine *m, struct gmap *sg, const struct call *call)
{
	enum wire_refusal refusal = refusal_for(sg);
	int rc;

	if (!linux_gmap_shadow_page)
		return UNSUPPORTED;
	if (refusal)
		return refuse(refusal);
	enter_shadow(m, sg);
	rc = linux_gmap_shadow_page(sg, call->arg[1], call->arg[2]);
	up_read(m, sg->mm);
	return answer_rc(rc);
}

void page_is_read(struct machine *m, const struct mm *mm, u64 vmaddr)
{
	const entry_t *ptep = host_pte(m, mm, vmaddr);

	if (ptep && pte_present(entry_get(ptep)))
		frame_touch(m, pte_page(entry_get(ptep)));
}

struct reply op_gmap_read_table(struct machine *m, struct gmap *gmap, const struct call *call)
{
	enum wire_refusal refusal = refusal_for(gmap);
	u64 word = 0;
	int rc;

	if (!linux_gmap_read_table)
		return UNSUPPORTED;
	if (refusal)
		return refuse(refusal);
	page_is_read(m, gmap->mm,
		     radix_lookup(m, &gmap->guest_to_host, call->arg[1] >> PMD_SHIFT) | (call->arg[1] & ~PMD_MASK));
	enter_shadow(m, gmap);
	rc = linux_gmap_read_table(gmap, call->arg[1], &word);
	up_read(m, gmap->mm);
	return rc ? answer_rc(rc) : answer(word);
}

struct reply op_shadow_in_callback(struct machine *m, struct gmap_notifier *nb, const struct call *call)
{
	if (!gmap_of(m, call->arg[1]))
		return refuse(WIRE_BAD_HANDLE);
	SET(m, m->s.own_inner.is_ordered, 1);
	SET(m, m->s.own_inner.notifier, (u64)(nb - m->s.notifier));
	SET(m, m->s.own_inner.gmap, call->arg[1]);
	SET(m, m->s.own_inner.asce, call->arg[2]);
	SET(m, m->s.own_inner.edat, call->arg[3]);
	return answer(0);
}

/* Once, and only where gmap_shadow() finds one that is being made: else it would sleep, which a callback must not. */
void shadow_inside(struct machine *m)
{
	struct gmap *parent = gmap_of(m, m->s.own_inner.gmap);
	const struct gmap *making;
	struct gmap *sg;

	SET(m, m->s.own_inner.is_ordered, 0);
	making = parent ? find_shadow(parent, m->s.own_inner.asce, (int)m->s.own_inner.edat) : NULL;
	if (!making || making->initialized)
		return;
	own_enter(m, parent->mm);
	sg = linux_gmap_shadow(parent, m->s.own_inner.asce, (int)m->s.own_inner.edat);
	event_range(m, EVENT_INNER_SHADOW, (u32)m->s.own_inner.notifier, (u32)parent->handle, (u64)(uintptr_t)sg,
		    m->s.own_inner.asce);
}

u64 gmap_references_of_others(const struct machine *m, const struct gmap *gmap)
{
	u64 count = 0;
	u64 i;

	if (gmap_is_shadow(gmap))
		return shadow_place(gmap) != NOT_A_CHILD;
	for (i = 0; i < m->s.gmap_count; i++)
		count += m->s.gmap[i] && m->s.gmap[i]->parent == gmap;
	return count;
}
