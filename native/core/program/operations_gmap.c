// SPDX-License-Identifier: GPL-2.0-only
/* Operations on gmaps and notifier blocks. */
#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/list.h"
#include "core/machine/lock.h"
#include "core/program/operations.h"

u64 free_gmap_handle(const struct machine *m, u64 wanted)
{
	u64 handle;

	if (wanted != WIRE_NO_HANDLE)
		return wanted;
	for (handle = 0; handle < MAX_GMAPS && m->s.gmap[handle]; handle++)
		;
	return handle;
}

typedef struct gmap *(*gmap_alloc_fn)(struct machine *m, struct mm *mm, u64 limit);

static struct reply new_gmap(struct machine *m, struct mm *mm, const struct call *call, gmap_alloc_fn alloc)
{
	u64 handle = free_gmap_handle(m, call->result_handle);
	struct gmap *gmap;

	if (handle >= MAX_GMAPS)
		return refuse(WIRE_BUDGET);
	if (m->s.gmap[handle])
		return refuse(WIRE_HANDLE_TAKEN);
	gmap = alloc(m, mm, call->arg[1]);
	if (!gmap)
		return answer(WIRE_NO_HANDLE);
	SET(m, gmap->handle, handle);
	SET(m, m->s.gmap[handle], gmap);
	if (m->s.gmap_count <= handle)
		SET(m, m->s.gmap_count, handle + 1);
	return answer(handle);
}

struct reply op_gmap_alloc(struct machine *m, struct mm *mm, const struct call *call)
{
	return new_gmap(m, mm, call, gmap_alloc);
}

struct reply op_gmap_create(struct machine *m, struct mm *mm, const struct call *call)
{
	return new_gmap(m, mm, call, gmap_create);
}

struct reply op_gmap_free(struct machine *m, struct gmap *gmap, const struct call *call)
{
	struct mm *mm = gmap->mm;

	(void)call;
	SET(m, m->s.gmap[gmap->handle], NULL);
	gmap_free(m, gmap);
	release_mm(m, mm);
	return answer(0);
}

/* gmap_put and gmap_remove: the handle goes with the last reference. */
static struct reply drop_gmap(struct machine *m, struct gmap *gmap, const struct call *call,
			      bool (*drop)(struct machine *m, struct gmap *gmap))
{
	struct mm *mm = gmap->mm;

	if (drop(m, gmap)) {
		SET(m, m->s.gmap[call->arg[0]], NULL);
		release_mm(m, mm);
	}
	return answer(0);
}

/* Only the program's own references are its to give up. */
struct reply op_gmap_put(struct machine *m, struct gmap *gmap, const struct call *call)
{
	u64 others = gmap_references_of_others(m, gmap);

	if (others && others == gmap->ref_count)
		return refuse(WIRE_LAST_REFERENCE);
	return drop_gmap(m, gmap, call, gmap_put);
}

struct reply op_gmap_remove(struct machine *m, struct gmap *gmap, const struct call *call)
{
	if (gmap_is_shadow(gmap))
		return refuse(WIRE_IS_SHADOW);
	return drop_gmap(m, gmap, call, gmap_remove);
}

struct reply op_gmap_get(struct machine *m, struct gmap *gmap, const struct call *call)
{
	(void)call;
	gmap_get(m, gmap);
	return answer(0);
}

struct reply op_gmap_enable(struct machine *m, struct gmap *gmap, const struct call *call)
{
	(void)call;
	gmap_enable(m, gmap);
	return answer(0);
}

struct reply op_gmap_disable(struct machine *m, struct gmap *gmap, const struct call *call)
{
	(void)call;
	gmap_disable(m, gmap);
	return answer(0);
}

struct reply op_gmap_map_segment(struct machine *m, struct gmap *gmap, const struct call *call)
{
	u64 from = call->arg[1];
	u64 to = call->arg[2];
	u64 len = call->arg[3];

	if (len >> PMD_SHIFT > m->options.max_segments && gmap_map_is_valid(m, gmap, from, to, len))
		return refuse(WIRE_BUDGET);
	return answer_rc(gmap_map_segment(m, gmap, from, to, len));
}

struct reply op_gmap_unmap_segment(struct machine *m, struct gmap *gmap, const struct call *call)
{
	return answer_rc(gmap_unmap_segment(m, gmap, call->arg[1], call->arg[2]));
}

struct reply op_gmap_translate(struct machine *m, struct gmap *gmap, const struct call *call)
{
	return answer(gmap_translate(m, gmap, call->arg[1]));
}

struct reply op___gmap_translate(struct machine *m, struct gmap *gmap, const struct call *call)
{
	u64 vmaddr;

	down_read(m, gmap->mm);
	vmaddr = __gmap_translate(m, gmap, call->arg[1]);
	up_read(m, gmap->mm);
	return answer(vmaddr);
}

struct reply op___gmap_segment_gaddr(struct machine *m, struct gmap *gmap, const struct call *call)
{
	entry_t *entry = gmap_find_segment_entry(m, gmap, call->arg[1]);

	return answer(entry ? __gmap_segment_gaddr(m, entry) : ERROR_WORD(ENOENT));
}

struct reply op___gmap_unlink_by_vmaddr(struct machine *m, struct gmap *gmap, const struct call *call)
{
	int flush;

	down_write(m, gmap->mm);
	flush = __gmap_unlink_by_vmaddr(m, gmap, call->arg[1]);
	up_write(m, gmap->mm);
	return answer_rc(flush);
}

struct reply op___gmap_unmap_by_gaddr(struct machine *m, struct gmap *gmap, const struct call *call)
{
	int flush;

	down_write(m, gmap->mm);
	flush = __gmap_unmap_by_gaddr(m, gmap, call->arg[1]);
	up_write(m, gmap->mm);
	return answer_rc(flush);
}

struct reply op_gmap_unlink(struct machine *m, struct mm *mm, const struct call *call)
{
	down_write(m, mm);
	gmap_unlink(m, mm, NULL, call->arg[2]);
	up_write(m, mm);
	return answer(0);
}

struct reply op___gmap_link(struct machine *m, struct gmap *gmap, const struct call *call)
{
	int rc;

	down_read(m, gmap->mm);
	if ((__gmap_translate(m, gmap, call->arg[1]) ^ call->arg[2]) & PMD_MASK)
		SET(m, gmap->unrelated_links, 1);
	rc = __gmap_link(m, gmap, call->arg[1], call->arg[2]);
	up_read(m, gmap->mm);
	return answer_rc(rc);
}

struct reply op_gmap_fault(struct machine *m, struct gmap *gmap, const struct call *call)
{
	return answer_rc(gmap_fault(m, gmap, call->arg[1], (u32)call->arg[2]));
}

/* More mapped segments than one call can map; who has so many discards them in pieces. */
static bool discards_too_much(const struct machine *m, const struct gmap *gmap, u64 from, u64 to)
{
	u64 key = from >> PMD_SHIFT;
	u64 last = (to - 1) >> PMD_SHIFT;
	u64 found, item;

	if (to <= from || last - key < DEFAULT_MAX_SEGMENTS)
		return false;
	for (found = 0; found <= DEFAULT_MAX_SEGMENTS; found++, key++)
		if (!radix_next(m, &gmap->guest_to_host, key, &key, &item) || key > last)
			return false;
	return true;
}

struct reply op_gmap_discard(struct machine *m, struct gmap *gmap, const struct call *call)
{
	if (discards_too_much(m, gmap, call->arg[1], call->arg[2]))
		return refuse(WIRE_BUDGET);
	gmap_discard(m, gmap, call->arg[1], call->arg[2]);
	return answer(0);
}

struct reply op___gmap_zap(struct machine *m, struct gmap *gmap, const struct call *call)
{
	down_read(m, gmap->mm);
	__gmap_zap(m, gmap, call->arg[1]);
	up_read(m, gmap->mm);
	return answer(0);
}

/*
 * Whether a call that goes from page to page would come further than the machine's options allow: up to there everything is
 * mapped, and the call does not end by itself. What it would find in the process is another matter.
 */
static bool arms_too_much(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len)
{
	u64 end = gaddr + m->options.max_pages * PAGE_SIZE;
	u64 at;

	if ((gaddr | len) & ~PAGE_MASK || len >> PAGE_SHIFT <= m->options.max_pages || end < gaddr)
		return false;
	for (at = gaddr & PMD_MASK; at <= end; at += PMD_SIZE)
		if (!radix_lookup(m, &gmap->guest_to_host, at >> PMD_SHIFT))
			return false;
	return true;
}

/* What every block of a program does: the call is an event, and the outside is told. */
static void notifier_call(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 start, u64 end)
{
	u32 handle = (u32)(nb - m->s.notifier);

	/* a page can be in every gmap, and each of them tells every block: half a million times for one page */
	if (++m->stack->told > MAX_TOLD)
		machine_bug(m, BUG_budget, "notifiers were called %u times", MAX_TOLD);
	event_range(m, EVENT_NOTIFY, handle, (u32)gmap->handle, start, m->options.profile->notify_range ? end : 0);
	if (m->hooks.notify) {
		enum callback outer = machine_hook_begin(m, CALLBACK_NOTIFY);

		m->hooks.notify(m->hooks.context, handle, (u32)gmap->handle, start, end);
		machine_hook_end(m, outer);
	}
}

static void fill_notifier(struct machine *m, struct gmap_notifier *nb)
{
	if (!nb->notifier_call)
		SET(m, nb->notifier_call, notifier_call);
}

struct reply op_gmap_register_ipte_notifier(struct machine *m, struct gmap_notifier *nb, const struct call *call)
{
	(void)call;
	fill_notifier(m, nb);
	gmap_register_ipte_notifier(m, nb);
	return answer(0);
}

struct reply op_gmap_register_pte_notifier(struct machine *m, struct gmap_notifier *nb, const struct call *call)
{
	(void)call;
	fill_notifier(m, nb);
	gmap_register_pte_notifier(m, nb);
	return answer(0);
}

struct reply op_gmap_unregister_ipte_notifier(struct machine *m, struct gmap_notifier *nb, const struct call *call)
{
	(void)call;
	gmap_unregister_ipte_notifier(m, nb);
	return answer(0);
}

struct reply op_gmap_unregister_pte_notifier(struct machine *m, struct gmap_notifier *nb, const struct call *call)
{
	(void)call;
	gmap_unregister_pte_notifier(m, nb);
	return answer(0);
}

struct reply op_gmap_ipte_notify(struct machine *m, struct gmap *gmap, const struct call *call)
{
	if (arms_too_much(m, gmap, call->arg[1], call->arg[2]))
		return refuse(WIRE_BUDGET);
	return answer_rc(gmap_ipte_notify(m, gmap, call->arg[1], call->arg[2]));
}

struct reply op_gmap_mprotect_notify(struct machine *m, struct gmap *gmap, const struct call *call)
{
	if (arms_too_much(m, gmap, call->arg[1], call->arg[2]))
		return refuse(WIRE_BUDGET);
	/* the kernel's argument is an int */
	return answer_rc(gmap_mprotect_notify(m, gmap, call->arg[1], call->arg[2], (u32)call->arg[3]));
}

struct reply op_ptep_notify(struct machine *m, struct mm *mm, const struct call *call)
{
	entry_t *ptep = host_pte(m, mm, call->arg[1]);

	if (!ptep)
		return refuse(WIRE_NO_PAGE_TABLE);
	down_read(m, mm);
	pte_lock(m, ptep);
	ptep_notify(m, mm, call->arg[1], ptep, call->arg[2]);
	pte_unlock(m, ptep);
	up_read(m, mm);
	return answer(0);
}
