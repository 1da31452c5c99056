// SPDX-License-Identifier: GPL-2.0-only
/* The port of arch/s390/mm/gmap.c, in the order of that file; gmap_notify.c and gmap_mm.c go on. */
#include "core/linux/gmap/gmap.h"

#include "core/hardware/instructions.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/locking.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/vma.h"
#include "core/linux/mm/zap.h"
#include "core/machine/list.h"

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

/* A gmap that no process knows of yet. */
static struct gmap *gmap_new(struct machine *m, struct mm *mm, u64 limit)
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
	list_init(m, &gmap->list);
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
	SET(m, gmap->ref_count, 1);
	SET(m, gmap->listed, 0);
	SET(m, gmap->wrapped_links, 0);
	SET(m, gmap->unrelated_links, 0);
	SET(m, gmap->handle, WIRE_NO_HANDLE);
	SET(m, m->s.gmap_serial, m->s.gmap_serial + 1);
	SET(m, gmap->serial, m->s.gmap_serial);
	return gmap;
}

/* The list of a process's gmaps has a lock of its own since 4.8. */
static void lock_list(struct machine *m, struct mm *mm)
{
	if (has_rcu_lists(m))
		context_lock(m, mm);
	else
		down_write(m, mm);
}

static void unlock_list(struct machine *m, struct mm *mm)
{
	if (has_rcu_lists(m))
		context_unlock(m, mm);
	else
		up_write(m, mm);
}

static void gmap_list_add(struct machine *m, struct gmap *gmap)
{
	lock_list(m, gmap->mm);
	list_add(m, &gmap->list, &gmap->mm->gmap_list);
	SET(m, gmap->listed, 1);
	unlock_list(m, gmap->mm);
}

static void gmap_list_del(struct machine *m, struct gmap *gmap)
{
	lock_list(m, gmap->mm);
	list_del(m, &gmap->list);
	list_init(m, &gmap->list);
	SET(m, gmap->listed, 0);
	unlock_list(m, gmap->mm);
}

struct gmap *gmap_alloc(struct machine *m, struct mm *mm, u64 limit)
{
	struct gmap *gmap = gmap_new(m, mm, limit);

	if (gmap)
		gmap_list_add(m, gmap);
	return gmap;
}

struct gmap *gmap_create(struct machine *m, struct mm *mm, u64 limit)
{
	return gmap_alloc(m, mm, limit);
}

static void gmap_flush_tlb(struct machine *m, struct gmap *gmap)
{
	if (m->options.idte)
		idte(m, EVENT_IDTE, gmap->handle, gmap->asce, false);
	else
		csp(m);
}

/*
 * What an insertion of NULL left in the tree stays allocated.
 *
 * Otherwise: items of a tree that goes. The kernel deletes sixteen at a time.
 */
static void gmap_radix_tree_free(struct machine *m, struct radix_root *root)
{
	u64 key = 0;
	u64 item;

	while (radix_next(m, root, key, &key, &item))
		radix_delete(m, root, key);
	radix_abandon(m, root);
}

/* Flushes, and frees all that a gmap has. */
static void gmap_free_tables(struct machine *m, struct gmap *gmap)
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
}

void gmap_free(struct machine *m, struct gmap *gmap)
{
	gmap_free_tables(m, gmap);
	gmap_list_del(m, gmap);
	pool_free(m, POOL_GMAP, gmap);
}

void gmap_get(struct machine *m, struct gmap *gmap)
{
	SET(m, gmap->ref_count, gmap->ref_count + 1);
}

bool gmap_put(struct machine *m, struct gmap *gmap)
{
	SET(m, gmap->ref_count, gmap->ref_count - 1);
	if (gmap->ref_count)
		return false;
	/* Otherwise: use of a gmap that was freed. Kernels go on with it until something breaks. */
	if (gmap->listed)
		machine_bug(m, BUG_put_listed, "g%llu", (unsigned long long)gmap->handle);
	gmap_free_tables(m, gmap);
	pool_free(m, POOL_GMAP, gmap);
	return true;
}

bool gmap_remove(struct machine *m, struct gmap *gmap)
{
	if (!gmap->listed)
		machine_bug(m, BUG_removed_twice, "g%llu", (unsigned long long)gmap->handle);
	gmap_list_del(m, gmap);
	synchronize_rcu(m);
	/* Otherwise: grace periods. This one ends at once: nobody is in the middle of a walk through the list. */
	return gmap_put(m, gmap);
}

void gmap_enable(struct machine *m, struct gmap *gmap)
{
	/* Otherwise: serials in lowcore. Never used again, so a gmap that is gone can be told from a new one in its place. */
	entry_set(m, lowcore(m, current_cpu(m), LOWCORE_GMAP), gmap->serial);
}

void gmap_disable(struct machine *m, struct gmap *gmap)
{
	(void)gmap;
	entry_set(m, lowcore(m, current_cpu(m), LOWCORE_GMAP), 0);
}

/* Tables are put in under page_table_lock in 4.7, under the gmap's own lock since. */
static void lock_tables(struct machine *m, struct gmap *gmap)
{
	if (m->options.profile->locking == LOCKING_4_7)
		lock_take(m, LOCK_PAGE_TABLES, LOCK_WRITE, gmap->mm);
	else
		guest_table_lock(m, gmap);
}

static void unlock_tables(struct machine *m, struct gmap *gmap)
{
	if (m->options.profile->locking == LOCKING_4_7)
		lock_drop(m, LOCK_PAGE_TABLES, LOCK_WRITE, gmap->mm);
	else
		guest_table_unlock(m, gmap);
}

static int gmap_alloc_table(struct machine *m, struct gmap *gmap, entry_t *entry, u64 empty, u64 gaddr)
{
	u64 table = inject(m, INJECT_alloc_pages) ? 0 : crst_table_alloc(m, empty);
	u64 value;

	if (!table)
		return -ENOMEM;
	lock_tables(m, gmap);
	value = entry_get(entry);
	if (value & REGION_ENTRY_INVALID) {
		crst_list_add(m, gmap, table);
		entry_set(m, entry, table | REGION_ENTRY_LENGTH | (value & REGION_ENTRY_TYPE_MASK));
		SET(m, frame_at(m, table)->index, gaddr);
		table = 0;
	}
	unlock_tables(m, gmap);
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
static bool next_mapped(const struct machine *m, const struct gmap *gmap, u64 from, u64 end, u64 *gaddr, u64 *vmaddr)
{
	u64 key;

	if (!radix_next(m, &gmap->guest_to_host, from >> PMD_SHIFT, &key, vmaddr) || key > (end - 1) >> PMD_SHIFT)
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
	/* Otherwise: segments without a mapping. The kernel looks at each one of the range; they make no difference. */
	while (gaddr < end && next_mapped(m, gmap, gaddr, end, &gaddr, &vmaddr)) {
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
	vmaddr = radix_lookup(m, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
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
	rcu_read_lock(m);
	list_for_each(m, link, &mm->gmap_list) {
		struct gmap *gmap = container_of(link, struct gmap, list);

		if (__gmap_unlink_by_vmaddr(m, gmap, vmaddr))
			gmap_flush_tlb(m, gmap);
	}
	rcu_read_unlock(m);
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

/*
 * The host's segment entry. The kernel takes for granted that there is one.
 *
 * Otherwise: host tables that are not there. Without debug_vm a kernel would read from absolute 0.
 */
static entry_t *linked_pmd(struct machine *m, struct gmap *gmap, u64 vmaddr)
{
	u64 found = m->options.profile->link_wraps ? host_wrap(gmap->mm, vmaddr) : vmaddr;
	entry_t *pmd = host_pmd(m, gmap->mm, found);

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
		if (!rc) {
			entry_set(m, entry, entry_get(pmd));
			if ((host_wrap(gmap->mm, vmaddr) ^ vmaddr) & PMD_MASK)
				SET(m, gmap->wrapped_links, 1);
		}
	}
	guest_table_unlock(m, gmap);
	lock_drop(m, LOCK_PMD, LOCK_WRITE, pmd_lock_of(pmd));
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

static bool has_small_pages(const struct vma *vma)
{
	return vma && !(vma->flags & VM_HUGETLB);
}

void __gmap_zap(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr;
	entry_t *ptep;

	lock_need(m, LOCK_MMAP_SEM, LOCK_READ, gmap->mm);
	vmaddr = radix_lookup(m, &gmap->guest_to_host, gaddr >> PMD_SHIFT);
	if (!vmaddr)
		return;
	vmaddr |= gaddr & ~PMD_MASK;
	if (m->options.profile->zap_needs_vma && !has_small_pages(vma_lookup(m, gmap->mm, vmaddr)))
		return;
	if (vmaddr >= gmap->mm->asce_limit)
		return; /* Otherwise: a walk that leaves the table. The kernel's was seen to have no effect. */
	ptep = get_locked_pte(m, gmap->mm, vmaddr);
	if (!ptep) {
		if (m->options.profile->zap_unlocks_always)
			machine_bug(m, BUG_zap_unlock, "host address 0x%llx", (unsigned long long)vmaddr);
		return;
	}
	ptep_zap_unused(m, gmap->mm, ptep, false);
	pte_unlock(m, ptep);
}

static u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

static void discard_in_segment(struct machine *m, struct gmap *gmap, u64 vmaddr, u64 size)
{
	struct vma *vma = find_vma(m, gmap->mm, vmaddr);
	const struct profile *profile = m->options.profile;

	if (!profile->discard_needs_vma && !has_small_pages(vma))
		return;
	if (profile->discard_one_vma)
		zap_page_range_single(m, gmap->mm, vma, vmaddr, size);
	else
		zap_page_range(m, gmap->mm, vma, vmaddr, size);
}

void gmap_discard(struct machine *m, struct gmap *gmap, u64 from, u64 to)
{
	u64 gaddr = from;
	u64 vmaddr;

	down_read(m, gmap->mm);
	/* as in gmap_unmap_segment; the last MiB never has a mapping: no wrap */
	while (gaddr < to && next_mapped(m, gmap, gaddr, to, &gaddr, &vmaddr)) {
		u64 next = (gaddr + PMD_SIZE) & PMD_MASK;

		discard_in_segment(m, gmap, vmaddr | (gaddr & ~PMD_MASK), min_u64(to - gaddr, next - gaddr));
		gaddr = next;
	}
	/* Otherwise: calls that never end. In the last MiB of the address space the next segment is the first one again. */
	if (from < to && to > PMD_MASK)
		machine_bug(m, BUG_endless, "discard up to 0x%llx", (unsigned long long)to);
	up_read(m, gmap->mm);
}
