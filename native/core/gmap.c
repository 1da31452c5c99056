// SPDX-License-Identifier: GPL-2.0-only
/* The port of arch/s390/mm/gmap.c, in the order of that file. */
#include "gmap.h"

#include "fault.h"
#include "list.h"
#include "lock.h"
#include "pgalloc.h"
#include "pgtable.h"
#include "walk.h"
#include "zap.h"

/* A gmap's lock is the gmap; the list of notifier blocks has one for all. */
#define guest_table_lock(m, gmap) lock_take(m, LOCK_GUEST_TABLE, LOCK_WRITE, gmap)
#define guest_table_unlock(m, gmap) lock_drop(m, LOCK_GUEST_TABLE, gmap)
#define notifier_lock(m) lock_take(m, LOCK_NOTIFIER, LOCK_WRITE, &(m)->s.notifier_list)
#define notifier_unlock(m) lock_drop(m, LOCK_NOTIFIER, &(m)->s.notifier_list)

struct address_space {
	u64 type;
	u64 empty; /* entries of the top table */
	u64 end;
};

static struct address_space address_space_for(u64 limit)
{
	if (limit < PUD_SIZE)
		return (struct address_space){ ASCE_TYPE_SEGMENT, SEGMENT_ENTRY_EMPTY, PUD_SIZE - 1 };
	if (limit < PGDIR_SIZE)
		return (struct address_space){ ASCE_TYPE_REGION3, REGION3_ENTRY_EMPTY, PGDIR_SIZE - 1 };
	if (limit < TASK_MAX_SIZE)
		return (struct address_space){ ASCE_TYPE_REGION2, REGION2_ENTRY_EMPTY, TASK_MAX_SIZE - 1 };
	return (struct address_space){ ASCE_TYPE_REGION1, REGION1_ENTRY_EMPTY, UINT64_MAX };
}

static void crst_list_add(struct machine *m, struct gmap *gmap, u64 table)
{
	SET(m, frame_at(m, table)->next, gmap->crst_list);
	SET(m, gmap->crst_list, table >> FRAME_SHIFT);
	SET(m, gmap->crst_count, gmap->crst_count + 1);
}

struct gmap *gmap_alloc(struct machine *m, struct mm *mm, u64 limit)
{
	struct address_space space = address_space_for(limit);
	struct gmap *gmap = inject(m, INJECT_kzalloc) ? NULL : pool_alloc(m, POOL_GMAP);
	u64 table;

	if (!gmap)
		return NULL;
	table = inject(m, INJECT_alloc_pages) ? 0 : crst_table_alloc(m, space.empty);
	if (!table) {
		pool_free(m, POOL_GMAP, gmap);
		return NULL;
	}
	SET(m, gmap->crst_list, 0);
	SET(m, gmap->crst_count, 0);
	SET(m, gmap->guest_to_host.node, NULL);
	SET(m, gmap->guest_to_host.item, 0);
	SET(m, gmap->host_to_guest.node, NULL);
	SET(m, gmap->host_to_guest.item, 0);
	SET(m, gmap->mm, mm);
	SET(m, frame_at(m, table)->index, 0);
	crst_list_add(m, gmap, table);
	SET(m, gmap->table, table);
	SET(m, gmap->asce, table | ASCE_USER_BITS | space.type | ASCE_TABLE_LENGTH);
	SET(m, gmap->asce_end, space.end);
	SET(m, gmap->private, 0);
	SET(m, gmap->pfault_enabled, 0);
	SET(m, gmap->unrelated_links, 0);
	SET(m, gmap->handle, WIRE_NO_HANDLE);
	SET(m, m->s.gmap_serial, m->s.gmap_serial + 1);
	SET(m, gmap->serial, m->s.gmap_serial);
	down_write(m, mm);
	list_add(m, &gmap->list, &mm->gmap_list);
	up_write(m, mm);
	return gmap;
}

static void gmap_flush_tlb(struct machine *m, struct gmap *gmap)
{
	if (m->options.idte)
		event(m, EVENT_IDTE, 0, (u32)gmap->handle, gmap->asce);
	else
		event(m, EVENT_FLUSH_ALL, 0, 0, 0);
}

/* Items are deleted one by one, so what an insertion of NULL left in the tree stays allocated. */
static void gmap_radix_tree_free(struct machine *m, struct radix_root *root)
{
	u64 key = 0;
	u64 item;

	while (radix_next(root, key, &key, &item))
		radix_delete(m, root, key);
	radix_abandon(m, root);
}

void gmap_free(struct machine *m, struct gmap *gmap)
{
	u64 number = gmap->crst_list;

	gmap_flush_tlb(m, gmap);
	while (number) {
		u64 next = m->storage.frames[number].next;

		crst_table_free(m, number << FRAME_SHIFT);
		number = next;
	}
	gmap_radix_tree_free(m, &gmap->guest_to_host);
	gmap_radix_tree_free(m, &gmap->host_to_guest);
	down_write(m, gmap->mm);
	list_del(m, &gmap->list);
	up_write(m, gmap->mm);
	pool_free(m, POOL_GMAP, gmap);
}

void gmap_enable(struct machine *m, struct gmap *gmap)
{
	entry_set(m, lowcore(m, m->s.current_cpu, LOWCORE_GMAP), gmap->serial);
}

void gmap_disable(struct machine *m, struct gmap *gmap)
{
	(void)gmap;
	entry_set(m, lowcore(m, m->s.current_cpu, LOWCORE_GMAP), 0);
}

static int gmap_alloc_table(struct machine *m, struct gmap *gmap, entry_t *entry, u64 empty, u64 gaddr)
{
	u64 table = inject(m, INJECT_alloc_pages) ? 0 : crst_table_alloc(m, empty);
	u64 value;

	if (!table)
		return -ENOMEM;
	lock_take(m, LOCK_PAGE_TABLES, LOCK_WRITE, gmap->mm);
	value = entry_get(entry);
	if (value & REGION_ENTRY_INVALID) {
		crst_list_add(m, gmap, table);
		entry_set(m, entry, table | REGION_ENTRY_LENGTH | (value & REGION_ENTRY_TYPE_MASK));
		SET(m, frame_at(m, table)->index, gaddr);
		table = 0;
	}
	lock_drop(m, LOCK_PAGE_TABLES, gmap->mm);
	if (table)
		crst_table_free(m, table);
	return 0;
}

u64 __gmap_segment_gaddr(struct machine *m, entry_t *entry)
{
	u64 address = address_of(m, entry);
	u64 index = address / sizeof(entry_t) & CRST_INDEX;

	return frame_at(m, address & ~(CRST_SIZE - 1))->index + index * PMD_SIZE;
}

int __gmap_unlink_by_vmaddr(struct machine *m, struct gmap *gmap, u64 vmaddr)
{
	u64 address;
	int flush = 0;

	guest_table_lock(m, gmap);
	address = radix_delete(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT);
	if (address) {
		entry_t *entry = entry_at(m, address);

		flush = entry_get(entry) != SEGMENT_ENTRY_EMPTY;
		entry_set(m, entry, SEGMENT_ENTRY_EMPTY);
	}
	guest_table_unlock(m, gmap);
	return flush;
}

int __gmap_unmap_by_gaddr(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr;

	lock_need(m, LOCK_MMAP_SEM, LOCK_WRITE, gmap->mm);
	vmaddr = radix_delete(m, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
	return vmaddr ? __gmap_unlink_by_vmaddr(m, gmap, vmaddr) : 0;
}

/* The lowest guest address from `from` on, below `end`, that is the start of a mapped segment or `from` itself. */
static bool next_mapped(const struct gmap *gmap, u64 from, u64 end, u64 *gaddr, u64 *vmaddr)
{
	u64 key;

	if (!radix_next(&gmap->guest_to_host, from >> PMD_SHIFT, &key, vmaddr) || key > (end - 1) >> PMD_SHIFT)
		return false;
	*gaddr = key == from >> PMD_SHIFT ? from : key << PMD_SHIFT;
	return true;
}

int gmap_unmap_segment(struct machine *m, struct gmap *gmap, u64 to, u64 len)
{
	u64 end = to + len;
	u64 gaddr = to;
	u64 vmaddr;
	int flush = 0;

	if ((to | len) & ~PMD_MASK)
		return -EINVAL;
	if (len == 0 || end < to)
		return -EINVAL;
	down_write(m, gmap->mm);
	/* the kernel looks at each segment of the range; those without a mapping make no difference */
	while (gaddr < end && next_mapped(gmap, gaddr, end, &gaddr, &vmaddr)) {
		flush |= __gmap_unmap_by_gaddr(m, gmap, gaddr);
		gaddr += PMD_SIZE;
	}
	up_write(m, gmap->mm);
	if (flush)
		gmap_flush_tlb(m, gmap);
	return 0;
}

bool gmap_map_is_valid(const struct machine *m, const struct gmap *gmap, u64 from, u64 to, u64 len)
{
	return !((from | to | len) & ~PMD_MASK) && len && from + len >= from && to + len >= to &&
	       from + len - 1 <= m->options.profile->map_from_end && to + len - 1 <= gmap->asce_end;
}

int gmap_map_segment(struct machine *m, struct gmap *gmap, u64 from, u64 to, u64 len)
{
	u64 offset;
	int flush = 0;
	int rc = 0;

	if (!gmap_map_is_valid(m, gmap, from, to, len))
		return -EINVAL;
	down_write(m, gmap->mm);
	for (offset = 0; offset < len; offset += PMD_SIZE) {
		flush |= __gmap_unmap_by_gaddr(m, gmap, to + offset);
		rc = inject(m, INJECT_radix_insert)
			     ? -ENOMEM
			     : radix_insert(m, &gmap->guest_to_host, (to + offset) >> PMD_SHIFT, from + offset);
		if (rc)
			break;
	}
	up_write(m, gmap->mm);
	if (flush)
		gmap_flush_tlb(m, gmap);
	if (!rc)
		return 0;
	gmap_unmap_segment(m, gmap, to, len);
	return -ENOMEM;
}

u64 __gmap_translate(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, gmap->mm);
	vmaddr = radix_lookup(&gmap->guest_to_host, gaddr >> PMD_SHIFT);
	return vmaddr ? vmaddr | (gaddr & ~PMD_MASK) : ERROR_WORD(EFAULT);
}

u64 gmap_translate(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr;

	down_read(m, gmap->mm);
	vmaddr = __gmap_translate(m, gmap, gaddr);
	up_read(m, gmap->mm);
	return vmaddr;
}

void gmap_unlink(struct machine *m, struct mm *mm, entry_t *table, u64 vmaddr)
{
	struct list_link *link;

	(void)table;
	list_for_each(link, &mm->gmap_list) {
		struct gmap *gmap = container_of(link, struct gmap, list);

		if (__gmap_unlink_by_vmaddr(m, gmap, vmaddr))
			gmap_flush_tlb(m, gmap);
	}
}

/* One level down; allocates the table below if it is missing. */
static int next_table(struct machine *m, struct gmap *gmap, u64 *table, u64 gaddr, unsigned int shift, u64 empty)
{
	entry_t *entry = table_entry(m, *table, gaddr, shift);

	if (entry_get(entry) & REGION_ENTRY_INVALID &&
	    gmap_alloc_table(m, gmap, entry, empty, gaddr & ~(((u64)1 << shift) - 1)))
		return -ENOMEM;
	*table = entry_get(entry) & REGION_ENTRY_ORIGIN;
	return 0;
}

/* The guest's segment entry, with all tables above it. */
static int segment_entry(struct machine *m, struct gmap *gmap, u64 gaddr, entry_t **entry)
{
	u64 type = gmap->asce & ASCE_TYPE_MASK;
	u64 table = gmap->table;

	if (type >= ASCE_TYPE_REGION1 && next_table(m, gmap, &table, gaddr, REGION1_SHIFT, REGION2_ENTRY_EMPTY))
		return -ENOMEM;
	if (type >= ASCE_TYPE_REGION2 && next_table(m, gmap, &table, gaddr, PGDIR_SHIFT, REGION3_ENTRY_EMPTY))
		return -ENOMEM;
	if (type >= ASCE_TYPE_REGION3 && next_table(m, gmap, &table, gaddr, PUD_SHIFT, SEGMENT_ENTRY_EMPTY))
		return -ENOMEM;
	*entry = table_entry(m, table, gaddr, PMD_SHIFT);
	return 0;
}

entry_t *gmap_find_segment_entry(const struct machine *m, const struct gmap *gmap, u64 gaddr)
{
	unsigned int shift = PMD_SHIFT + 11 * (unsigned int)((gmap->asce & ASCE_TYPE_MASK) >> 2);
	u64 table = gmap->table;

	for (; shift > PMD_SHIFT; shift -= 11) {
		u64 value = entry_get(table_entry(m, table, gaddr, shift));

		if (value & REGION_ENTRY_INVALID)
			return NULL;
		table = value & REGION_ENTRY_ORIGIN;
	}
	return table_entry(m, table, gaddr, PMD_SHIFT);
}

/* The host's segment entry. The kernel takes for granted that there is one. */
static entry_t *linked_pmd(struct machine *m, struct gmap *gmap, u64 vmaddr)
{
	entry_t *pmd = host_pmd(m, gmap->mm, vmaddr);

	if (!pmd || (m->options.debug_vm && entry_get(pmd) == SEGMENT_ENTRY_EMPTY))
		machine_bug(m, BUG_pmd_none, "host address 0x%llx", (unsigned long long)vmaddr);
	return pmd;
}

int __gmap_link(struct machine *m, struct gmap *gmap, u64 gaddr, u64 vmaddr)
{
	entry_t *entry, *pmd;
	int rc;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, gmap->mm);
	if (segment_entry(m, gmap, gaddr, &entry))
		return -ENOMEM;
	pmd = linked_pmd(m, gmap, vmaddr);
	if (entry_get(pmd) & SEGMENT_ENTRY_LARGE)
		return -EFAULT;
	rc = radix_preload(m);
	if (rc)
		return rc;
	lock_take(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
	guest_table_lock(m, gmap);
	if (entry_get(entry) == SEGMENT_ENTRY_EMPTY) {
		rc = inject(m, INJECT_radix_insert)
			     ? -ENOMEM
			     : radix_insert(m, &gmap->host_to_guest, vmaddr >> PMD_SHIFT, address_of(m, entry));
		if (!rc)
			entry_set(m, entry, entry_get(pmd));
	}
	guest_table_unlock(m, gmap);
	lock_drop(m, LOCK_PMD, pmd_lock_of(pmd));
	radix_preload_end(m);
	return rc;
}

int gmap_fault(struct machine *m, struct gmap *gmap, u64 gaddr, u32 fault_flags)
{
	bool unlocked;
	u64 vmaddr;
	int rc;

	down_read(m, gmap->mm);
	do {
		unlocked = false;
		vmaddr = __gmap_translate(m, gmap, gaddr);
		rc = -EFAULT;
		if (is_error_word(vmaddr) || fixup_user_fault(m, gmap->mm, vmaddr, fault_flags, &unlocked))
			goto out;
		/* mappings may have changed while mmap_sem was dropped */
	} while (unlocked);
	rc = __gmap_link(m, gmap, gaddr, vmaddr);
out:
	up_read(m, gmap->mm);
	return rc;
}

void __gmap_zap(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr;
	entry_t *ptep;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, gmap->mm);
	vmaddr = radix_lookup(&gmap->guest_to_host, gaddr >> PMD_SHIFT);
	if (!vmaddr)
		return;
	vmaddr |= gaddr & ~PMD_MASK;
	if (vmaddr >= gmap->mm->asce_limit)
		return; /* a walk that leaves the table; seen to have no effect */
	ptep = get_locked_pte(m, gmap->mm, vmaddr);
	if (!ptep)
		return; /* the kernel releases a lock that it does not have */
	ptep_zap_unused(m, gmap->mm, ptep, false);
	pte_unlock(m, ptep);
}

static u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

void gmap_discard(struct machine *m, struct gmap *gmap, u64 from, u64 to)
{
	u64 gaddr = from;
	u64 vmaddr;

	down_read(m, gmap->mm);
	/* as in gmap_unmap_segment, segments without a mapping are skipped */
	while (gaddr < to && next_mapped(gmap, gaddr, to, &gaddr, &vmaddr)) {
		u64 next = (gaddr + PMD_SIZE) & PMD_MASK;

		vmaddr |= gaddr & ~PMD_MASK;
		zap_page_range(m, gmap->mm, find_vma(m, gmap->mm, vmaddr), vmaddr, min_u64(to - gaddr, next - gaddr));
		if (next < gaddr)
			break;
		gaddr = next;
	}
	/* in the last MiB of the address space the next segment is the first one again */
	if (from < to && to > PMD_MASK)
		machine_bug(m, BUG_endless, "discard up to 0x%llx", (unsigned long long)to);
	up_read(m, gmap->mm);
}

static bool notifier_registered(const struct machine *m, const struct gmap_notifier *nb)
{
	const struct list_link *link;

	list_for_each(link, &m->s.notifier_list)
		if (link == &nb->list)
			return true;
	return false;
}

void gmap_register_ipte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	notifier_lock(m);
	if (notifier_registered(m, nb))
		machine_bug(m, BUG_notifier_twice, "n%d", (int)(nb - m->s.notifier));
	list_add(m, &nb->list, &m->s.notifier_list);
	notifier_unlock(m);
}

void gmap_unregister_ipte_notifier(struct machine *m, struct gmap_notifier *nb)
{
	notifier_lock(m);
	if (!nb->list.next)
		machine_bug(m, BUG_notifier_never, "n%d", (int)(nb - m->s.notifier));
	list_del(m, &nb->list);
	list_init(m, &nb->list);
	notifier_unlock(m);
}

/* Tries that a page gets to become writable; one is enough where nobody else runs. */
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

void ptep_notify(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	u64 offset = (address_of(m, ptep) / sizeof(entry_t) & PTE_INDEX) * PAGE_SIZE;
	struct list_link *gmap_link, *nb_link;

	notifier_lock(m);
	list_for_each(gmap_link, &mm->gmap_list) {
		struct gmap *gmap = container_of(gmap_link, struct gmap, list);
		u64 entry = radix_lookup(&gmap->host_to_guest, vmaddr >> PMD_SHIFT);
		u64 gaddr;

		if (!entry)
			continue;
		gaddr = __gmap_segment_gaddr(m, entry_at(m, entry)) + offset;
		list_for_each(nb_link, &m->s.notifier_list) {
			struct gmap_notifier *nb = container_of(nb_link, struct gmap_notifier, list);

			nb->notifier_call(m, nb, gmap, gaddr);
		}
	}
	notifier_unlock(m);
}

void thp_split_mm(struct machine *m, struct mm *mm)
{
	struct vma *vma;

	lock_need(m, LOCK_MMAP_SEM, LOCK_WRITE, mm);
	/* nothing to split: the model has no transparent huge pages */
	for (vma = mm->vmas; vma; vma = vma->next)
		SET(m, vma->flags, (vma->flags & ~(u64)VM_HUGEPAGE) | VM_NOHUGEPAGE);
	SET(m, mm->def_flags, mm->def_flags | VM_NOHUGEPAGE);
}

int s390_enable_sie(struct machine *m, struct mm *mm)
{
	if (mm->has_pgste)
		return 0;
	if (!mm->alloc_pgste)
		return -EINVAL;
	down_write(m, mm);
	SET(m, mm->has_pgste, 1);
	SET(m, mm->old_page_tables, host_next_segment(m, mm, 0, mm->asce_limit) < mm->asce_limit);
	thp_split_mm(m, mm);
	up_write(m, mm);
	return 0;
}

/* Every PTE, none and swap included: what points into the zero pages goes, guest storage keys are cleared. */
static void __s390_enable_skey(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	u64 frame = entry_get(ptep) >> PAGE_SHIFT;

	if (frame >= ZERO_AREA >> PAGE_SHIFT && frame < (ZERO_AREA + ZERO_AREA_SIZE) >> PAGE_SHIFT)
		ptep_xchg_direct(m, mm, vmaddr, ptep, PAGE_INVALID);
	ptep_zap_key(m, mm, ptep);
}

int s390_enable_skey(struct machine *m, struct mm *mm)
{
	down_write(m, mm);
	if (!mm->use_skey) {
		SET(m, mm->use_skey, 1);
		/* undoing KSM comes here; the model has none, so it cannot fail */
		SET(m, mm->def_flags, mm->def_flags & ~(u64)VM_MERGEABLE);
		walk_ptes(m, mm, __s390_enable_skey);
	}
	up_write(m, mm);
	return 0;
}

static void __s390_reset_cmma(struct machine *m, struct mm *mm, u64 vmaddr, entry_t *ptep)
{
	(void)vmaddr;
	ptep_zap_unused(m, mm, ptep, true);
}

void s390_reset_cmma(struct machine *m, struct mm *mm)
{
	down_write(m, mm);
	walk_ptes(m, mm, __s390_reset_cmma);
	up_write(m, mm);
}
