// SPDX-License-Identifier: GPL-2.0-only
/* The port of arch/s390/mm/gmap.c, second part: being told when a PTE is invalidated. */
#include "core/linux/gmap/gmap.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/locking.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/list.h"

/* One list of notifier blocks, with one lock, for all gmaps. */
#define notifier_lock(m) lock_take(m, LOCK_NOTIFIER, LOCK_WRITE, &(m)->s.notifier_list)
#define notifier_unlock(m) lock_drop(m, LOCK_NOTIFIER, LOCK_WRITE, &(m)->s.notifier_list)

static bool notifier_registered(const struct machine *m, const struct gmap_notifier *nb)
{
	const struct list_link *link;

	list_for_each(m, link, &m->s.notifier_list)
		if (link == &nb->list)
			return true;
	return false;
}

/* 4.10 and later look before they link, but only at what is beside the new block: at the newest one. */
static bool list_add_is_left_out(const struct machine *m, const struct gmap_notifier *nb)
{
	return m->options.debug_list && m->options.profile->list_add_looks &&
	       list_next(m, &m->s.notifier_list) == &nb->list;
}

void gmap_register_ipte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	notifier_lock(m);
	if (list_add_is_left_out(m, nb)) {
		notifier_unlock(m);
		return;
	}
	/* Otherwise: a corrupt list of notifiers. 4.7 makes one, and loops for ever when it calls them next. */
	if (notifier_registered(m, nb))
		machine_bug(m, BUG_notifier_twice, "n%d", (int)(nb - m->s.notifier));
	list_add(m, &nb->list, &m->s.notifier_list);
	notifier_unlock(m);
}

void gmap_unregister_ipte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	notifier_lock(m);
	if (list_next(m, &nb->list))
		list_del(m, &nb->list);
	else if (!m->options.debug_list)
		machine_bug(m, BUG_notifier_never, "n%d", (int)(nb - m->s.notifier));
	/* 4.7 makes the block a list of its own, so that a second time is harmless; later kernels leave poison in it */
	if (m->options.profile->unregister_poisons)
		SET(m, nb->list.next, NULL);
	else
		list_init(m, &nb->list);
	notifier_unlock(m);
	/* no callback of the block runs any more */
	if (has_rcu_lists(m))
		synchronize_rcu(m);
}

void gmap_register_pte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	gmap_register_ipte_notifier(m, nb);
}

void gmap_unregister_pte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	gmap_unregister_ipte_notifier(m, nb);
}

const struct list_link *gmap_notifiers(const struct machine *m)
{
	return &m->s.notifier_list;
}

/* Ours: clearing a block. Whoever it belonged to, afterwards it is a structure that is all zero. */
void gmap_notifier_clear(struct machine *m, struct gmap_notifier *nb)
{
	if (notifier_registered(m, nb))
		list_del(m, &nb->list);
	SET(m, nb->list.next, NULL);
	SET(m, nb->list.prev, NULL);
	SET(m, nb->notifier_call, NULL);
}

/*
 * Tries that a page gets to become writable; one is enough where nobody else runs.
 *
 * Otherwise: calls that never end. The kernel goes on trying.
 */
#define MAX_ARM_TRIES 1000

/* One page. *unlocked: mmap_sem was dropped, everything must be looked up again. */
static int arm_page(struct machine *m, struct gmap *gmap, u64 gaddr, bool *armed)
{
	bool unlocked = false;
	u64 vmaddr = __gmap_translate(m, gmap, gaddr);
	entry_t *ptep;
	int rc;

	*armed = false;
	if (is_error_word(vmaddr))
		return -EFAULT;
	if (fixup_user_fault(m, gmap->mm, vmaddr, FAULT_FLAG_WRITE, &unlocked))
		return -EFAULT;
	if (unlocked)
		return 0;
	rc = __gmap_link(m, gmap, gaddr, vmaddr);
	if (rc)
		return rc;
	ptep = get_locked_pte(m, gmap->mm, vmaddr);
	if (!ptep)
		machine_bug(m, BUG_pmd_none, "host address 0x%llx", (unsigned long long)vmaddr);
	if (!(entry_get(ptep) & (PAGE_INVALID | PAGE_PROTECT))) {
		ptep_set_notify(m, gmap->mm, ptep);
		*armed = true;
	}
	pte_unlock(m, ptep);
	return 0;
}

int gmap_ipte_notify(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len)
{
	int tries = 0;
	int rc = 0;

	if ((gaddr | len) & ~PAGE_MASK)
		return -EINVAL;
	down_read(m, gmap->mm);
	while (len && !rc) {
		bool armed;

		rc = arm_page(m, gmap, gaddr, &armed);
		if (armed) {
			gaddr += PAGE_SIZE;
			len -= PAGE_SIZE;
			tries = 0;
		} else if (++tries == MAX_ARM_TRIES) {
			machine_bug(m, BUG_endless, "0x%llx does not become writable", (unsigned long long)gaddr);
		}
	}
	up_read(m, gmap->mm);
	return rc;
}

/* The PTE of a guest page whose segment is linked; NULL if it is not. */
static entry_t *linked_pte(struct machine *m, const struct gmap *gmap, u64 gaddr)
{
	const entry_t *entry = gaddr > gmap->asce_end ? NULL : gmap_find_segment_entry(m, gmap, gaddr);
	u64 value = entry ? entry_get(entry) : SEGMENT_ENTRY_EMPTY;

	return value & SEGMENT_ENTRY_INVALID ? NULL : pte_of(m, value, gaddr);
}

/* -EAGAIN: the page has to be faulted in first. */
static int gmap_protect_pte(struct machine *m, struct gmap *gmap, u64 gaddr, u64 prot)
{
	entry_t *ptep = linked_pte(m, gmap, gaddr);
	int rc;

	if (!ptep)
		return -EAGAIN;
	pte_lock(m, ptep);
	rc = ptep_force_prot(m, gmap->mm, gaddr, ptep, prot, PGSTE_IN);
	pte_unlock(m, ptep);
	return rc;
}

static int gmap_pte_op_fixup(struct machine *m, struct gmap *gmap, u64 gaddr, u64 prot)
{
	u64 vmaddr = __gmap_translate(m, gmap, gaddr);
	bool unlocked = false;

	if (is_error_word(vmaddr))
		return -EFAULT;
	if (fixup_user_fault(m, gmap->mm, vmaddr, prot == PROT_WRITE ? FAULT_FLAG_WRITE : 0, &unlocked))
		return -EFAULT;
	return unlocked ? 0 : __gmap_link(m, gmap, gaddr, vmaddr);
}

static int gmap_protect_range(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len, u64 prot)
{
	int tries = 0;
	int rc;

	while (len) {
		if (!gmap_protect_pte(m, gmap, gaddr, prot)) {
			gaddr += PAGE_SIZE;
			len -= PAGE_SIZE;
			tries = 0;
			continue;
		}
		rc = gmap_pte_op_fixup(m, gmap, gaddr, prot);
		if (rc)
			return rc;
		if (++tries == MAX_ARM_TRIES)
			machine_bug(m, BUG_endless, "0x%llx does not get protection %llu", (unsigned long long)gaddr,
				    (unsigned long long)prot);
	}
	return 0;
}

int gmap_mprotect_notify(struct machine *m, struct gmap *gmap, u64 gaddr, u64 len, u64 prot)
{
	int rc;

	if ((gaddr | len) & ~PAGE_MASK)
		return -EINVAL;
	/* without ESOP the guest's stores into pages that are only readable cannot be trusted to fault */
	if (!m->options.esop && prot == PROT_READ)
		return -EINVAL;
	down_read(m, gmap->mm);
	rc = gmap_protect_range(m, gmap, gaddr, len, prot);
	up_read(m, gmap->mm);
	return rc;
}

static void gmap_call_notifier(struct machine *m, struct gmap *gmap, u64 start, u64 end)
{
	struct list_link *link;

	list_for_each(m, link, &m->s.notifier_list) {
		struct gmap_notifier *nb = container_of(link, struct gmap_notifier, list);

		nb->notifier_call(m, nb, gmap, start, end);
	}
}

/* The guest address that a page is linked to. Later kernels look under the gmap's lock, and let go of it before they tell. */
static bool linked_gaddr(struct machine *m, struct gmap *gmap, u64 vmaddr, u64 offset, u64 *gaddr)
{
	bool locks = has_rcu_lists(m);
	u64 entry;

	if (locks)
		guest_table_lock(m, gmap);
	entry = radix_lookup(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);
	if (entry)
		*gaddr = __gmap_segment_gaddr(m, entry_at(m, entry)) + offset;
	if (locks)
		guest_table_unlock(m, gmap);
	return entry != 0;
}

void ptep_notify(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep, u64 bits)
{
	u64 offset = (address_of(m, ptep) / sizeof(entry_t) & PTE_INDEX) * PAGE_SIZE;
	struct list_link *link;

	if (m->options.profile->notify_bits && !(bits & PGSTE_IN))
		return;
	/* in 4.7 nobody registers or unregisters a block meanwhile; since then callbacks run beside those who do */
	rcu_read_lock(m);
	if (!has_rcu_lists(m))
		notifier_lock(m);
	list_for_each(m, link, &mm->gmap_list) {
		struct gmap *gmap = container_of(link, struct gmap, list);
		u64 gaddr;

		if (linked_gaddr(m, gmap, vmaddr, offset, &gaddr))
			gmap_call_notifier(m, gmap, gaddr, gaddr + PAGE_SIZE - 1);
	}
	if (!has_rcu_lists(m))
		notifier_unlock(m);
	rcu_read_unlock(m);
}
