// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which addresses are accessed after an operation: those that it was about, and what other gmaps of the process have
 * linked to the same memory. Host and guest must see the same there.
 */
#include "core/check/known.h"
#include "fuzz/oracles/hardware/tlb_entries.h"

struct touch {
	struct tlb *tlb;
	const struct step *step;
	struct machine *m;
	struct verdict *verdict;
};

/* The walk came to a page table, or to a large page. */
static bool reaches_pages(const struct dat_result *dat)
{
	return dat->code == PGM_NONE || dat->code == PGM_PAGE_TRANSLATION || dat->code == PGM_PROTECTION ||
	       dat->code == PGM_TRANSLATION_SPECIFICATION || dat->code == PGM_ADDRESSING;
}

/* A known defect that lets guest and host part. */
static bool is_known(const struct touch *t, const struct gmap *gmap, const struct dat_result *guest)
{
	u64 *met = &t->verdict->known;

	return known_unrelated_link(t->m, gmap, met) || known_wrapped_link(t->m, gmap, met) ||
	       (storage_has(t->m, guest->entry) && known_lost_table(t->m, gmap, guest->entry, met));
}

static bool differ(const struct touch *t, const struct gmap *gmap, u64 gaddr, u64 vmaddr, const char *rule)
{
	struct dat_result guest = dat_walk(t->m, gmap->asce, gaddr, false);
	struct dat_result host = dat_walk(t->m, gmap->mm->asce, vmaddr, false);

	return is_known(t, gmap, &guest) ||
	       judge_object(t->verdict, ORACLE_HARDWARE, rule,
			    "g%llu: guest 0x%llx: code 0x%x, entry 0x%llx at 0x%llx; host 0x%llx: code 0x%x, entry "
			    "0x%llx at "
			    "0x%llx",
			    (unsigned long long)gmap->handle, (unsigned long long)gaddr, (unsigned int)guest.code,
			    (unsigned long long)guest.value, (unsigned long long)guest.entry,
			    (unsigned long long)vmaddr, (unsigned int)host.code, (unsigned long long)host.value,
			    (unsigned long long)host.entry);
}

/* `host`: NULL if the guest address is not mapped. */
static bool same_walk(const struct touch *t, const struct gmap *gmap, u64 gaddr, u64 vmaddr,
		      const struct dat_result *guest, const struct dat_result *host)
{
	u64 link;

	/* not linked yet */
	if (!reaches_pages(guest))
		return true;
	if (!vmaddr)
		return differ(t, gmap, gaddr, 0, "walk without mapping");
	if (!host || guest->code != host->code || guest->absolute != host->absolute || guest->entry != host->entry ||
	    guest->protected != host->protected)
		return differ(t, gmap, gaddr, vmaddr, "guest and host walk differ");
	link = radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);
	return link == tlb_segment_entry(t->m, gmap->asce, gaddr) ||
	       differ(t, gmap, gaddr, vmaddr, "walk without link");
}

static bool touch_guest(const struct touch *t, const struct gmap *gmap, u64 gaddr, u64 vmaddr,
			const struct dat_result *host)
{
	struct dat_result guest = dat_walk(t->m, gmap->asce, gaddr, false);

	if (!same_walk(t, gmap, gaddr, vmaddr, &guest, host))
		return false;
	return guest.code != PGM_NONE || tlb_keep(t->tlb, t->step, t->verdict, gmap->mm, gmap, gaddr, &guest);
}

/* The guest address that a host segment is linked to. */
static bool linked_gaddr(const struct machine *m, const struct gmap *gmap, u64 vmaddr, u64 *gaddr)
{
	u64 link = radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);

	if (!link || !storage_has(m, link))
		return false;
	*gaddr = frame_at(m, link & ~(CRST_SIZE - 1))->index + (link / sizeof(entry_t) & CRST_INDEX) * PMD_SIZE;
	*gaddr = (*gaddr & gmap->asce_end) | (vmaddr & ~PMD_MASK);
	return true;
}

#define MAX_TOUCHED_GMAPS 4

static bool touch_host(const struct touch *t, const struct mm *mm, u64 vmaddr)
{
	const struct list_link *link = mm->gmap_list.next;
	struct dat_result host;
	int gmaps;

	if (mm->exited)
		return true;
	host = dat_walk(t->m, mm->asce, vmaddr, false);
	if (host.code == PGM_NONE && !tlb_keep(t->tlb, t->step, t->verdict, mm, NULL, vmaddr, &host))
		return false;
	for (gmaps = 0; gmaps < MAX_TOUCHED_GMAPS && link && link != &mm->gmap_list; gmaps++, link = link->next) {
		const struct gmap *gmap = container_of(link, const struct gmap, list);
		u64 gaddr;

		if (linked_gaddr(t->m, gmap, vmaddr, &gaddr) && !touch_guest(t, gmap, gaddr, vmaddr, &host))
			return false;
	}
	return true;
}

static bool touch_gaddr(const struct touch *t, const struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr = radix_lookup(NULL, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
	struct dat_result host;

	/* nobody runs in a gmap that was removed */
	if (!gmap->listed)
		return true;
	if (!vmaddr)
		return touch_guest(t, gmap, gaddr, vmaddr, NULL);
	vmaddr |= gaddr & ~PMD_MASK;
	host = dat_walk(t->m, gmap->mm->asce, vmaddr, false);
	return touch_guest(t, gmap, gaddr, vmaddr, &host) && touch_host(t, gmap->mm, vmaddr);
}

static bool touch_gmap(const struct touch *t, u64 first, u64 last)
{
	u64 handle = t->step->call->arg[0];
	const struct gmap *gmap = handle < MAX_GMAPS ? t->m->s.gmap[handle] : NULL;

	return !gmap || (touch_gaddr(t, gmap, first) && (!((first ^ last) & PAGE_MASK) || touch_gaddr(t, gmap, last)));
}

static bool touch_mm(const struct touch *t, u64 first, u64 last)
{
	u64 handle = t->step->call->arg[0];
	const struct mm *mm = handle < MAX_MMS ? t->m->s.mm[handle] : NULL;

	return !mm || (touch_host(t, mm, first) && (!((first ^ last) & PAGE_MASK) || touch_host(t, mm, last)));
}

static bool touch_link(const struct touch *t, u64 gaddr, u64 vmaddr)
{
	const struct gmap *gmap = t->m->s.gmap[t->step->call->arg[0]];

	return touch_gaddr(t, gmap, gaddr) && touch_host(t, gmap->mm, vmaddr);
}

bool tlb_touch(struct tlb *tlb, const struct step *step, struct verdict *verdict)
{
	const struct touch t = { tlb, step, step->m, verdict };
	const u64 *arg = step->call->arg;

	switch (step->op) {
	case OP_gmap_fault:
	case OP_gmap_translate:
	case OP___gmap_translate:
	case OP___gmap_zap:
	case OP___gmap_unmap_by_gaddr:
		return touch_gmap(&t, arg[1], arg[1]);
	case OP_gmap_map_segment:
		return touch_gmap(&t, arg[2], arg[2] + arg[3] - 1);
	case OP_gmap_unmap_segment:
	case OP_gmap_ipte_notify:
	case OP_gmap_mprotect_notify:
		return touch_gmap(&t, arg[1], arg[1] + arg[2] - 1);
	case OP_gmap_discard:
		return touch_gmap(&t, arg[1], arg[2] - 1);
	case OP___gmap_link:
		return touch_link(&t, arg[1], arg[2]);
	case OP_load:
	case OP_store:
	case OP_swap_out:
	case OP_clear_young:
	case OP_ptep_notify:
	case OP_test_and_clear_guest_dirty:
	case OP_ptep_test_and_clear_uc:
	case OP_set_guest_storage_key:
	case OP_get_guest_storage_key:
	case OP_cond_set_guest_storage_key:
	case OP_reset_guest_reference_bit:
	case OP_essa_set_usage:
	case OP_essa_set_zero:
		return touch_mm(&t, arg[1], arg[1]);
	case OP_mmap:
	case OP_mmap_huge:
	case OP_munmap:
	case OP_mprotect:
	case OP_madvise:
		return touch_mm(&t, arg[1], arg[1] + arg[2] - 1);
	case OP_mremap:
		return touch_mm(&t, arg[1], arg[3]);
	default:
		return true;
	}
}
