// SPDX-License-Identifier: GPL-2.0-only
/* What the machine is like: for the beginning, and for what the specification leaves open. */
#include "core/linux/gmap/gmap.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/model/model.h"

struct mm *model_kernel_mm(const struct model *model, u32 process)
{
	return model->m->s.mm[model->processes[process].handle];
}

struct gmap *model_kernel_gmap(const struct model *model, u32 guest)
{
	return model->m->s.gmap[model->guests[guest].handle];
}

bool model_is_armed(const struct machine *m, const struct mm *mm, u64 page)
{
	const entry_t *ptep = mm->alloc_pgste ? host_pte(m, mm, page) : NULL;

	return ptep && entry_get(ptep + PGSTE_OFFSET) & PGSTE_IN;
}

u64 model_entry_gaddr(const struct machine *m, u64 entry)
{
	return frame_at(m, entry & ~(CRST_SIZE - 1))->index + (entry / sizeof(u64) & CRST_INDEX) * PMD_SIZE;
}

static u64 entry_of(const struct model *model, u32 guest, u64 vmaddr)
{
	const struct gmap *gmap = model_kernel_gmap(model, guest);

	return gmap ? radix_lookup(NULL, &gmap->host_to_guest, vmaddr >> PMD_SHIFT) : 0;
}

bool model_is_linked(const struct model *model, u32 guest, u64 vmaddr)
{
	return entry_of(model, guest, vmaddr) != 0;
}

bool model_is_linked_to(const struct model *model, u32 guest, u64 vmaddr, u64 gaddr)
{
	const struct guest *g = &model->guests[guest];
	u64 entry = entry_of(model, guest, vmaddr);

	return entry && model_segment_of(g, model_entry_gaddr(model->m, entry)) == model_segment_of(g, gaddr);
}

/* The lowest gaddr of the segment table for an address, as its descriptor has it; false if there is none. */
static bool read_table(const struct machine *m, const struct gmap *gmap, u64 gaddr, u64 *index)
{
	/* a copy of what table_levels says, on purpose */
	static const unsigned int shift[] = { PMD_SHIFT, PUD_SHIFT, PGDIR_SHIFT, REGION1_SHIFT };
	u64 level = (gmap->asce & ASCE_TYPE_MASK) / ASCE_TYPE_REGION3;
	u64 table = gmap->table;

	for (; level && table; level--)
		table = region_below(table_entry(m, table, gaddr, shift[level]));
	*index = table ? frame_at(m, table)->index : 0;
	return table != 0;
}

struct item model_area_of_vma(const struct vma *vma, u32 process)
{
	struct item area = { .owner = process, .key = vma->start, .value = vma->end, .more = NO_FILE };

	area.flags = vma->flags & AREA_ACCESS;
	if (vma->flags & VM_GROWSDOWN)
		area.flags |= AREA_GROWS;
	if (vma->flags & VM_HUGETLB)
		area.flags |= AREA_HUGE;
	if (vma->flags & VM_NORESERVE)
		area.flags |= AREA_NORESERVE;
	if (vma->file) {
		area.flags |= AREA_SHARED;
		area.more = vma->start + (vma->file->size - vma->pgoff) * PAGE_SIZE;
	}
	return area;
}

void model_adopt_areas(struct model *model, u32 process)
{
	const struct vma *vma;

	set_remove_all(&model->areas, process);
	for (vma = model_kernel_mm(model, process)->vmas; vma; vma = vma->next) {
		const struct item area = model_area_of_vma(vma, process);

		model_add_area(model, process, area.key, area.value, area.flags, area.more);
	}
}

void model_adopt_stack(struct model *model, u32 process, u64 address)
{
	u32 at = model_area_from(model, process, address);
	const struct item *area = set_at(&model->areas, at, process);
	const struct vma *vma = model_kernel_mm(model, process)->vmas;

	if (!area || !(area->flags & AREA_GROWS) || area->key + PAGE_SIZE <= address)
		return;
	while (vma && vma->end <= area->key)
		vma = vma->next;
	/* one page more than was asked for is kept free */
	if (vma && vma->start < area->key && vma->start + PAGE_SIZE >= (address & PAGE_MASK))
		model_grow_area(model, process, at, vma->start);
}

/* A write changes nothing any more only if the PTE has all that a write gives it. */
static u32 armed_flags(const struct model *model, u32 process, u64 pte)
{
	const u64 written = PAGE_WRITE_BIT | PAGE_DIRTY | PAGE_YOUNG | model->profile->soft_dirty;

	if (!model->processes[process].has_pgste || !pte_present(pte) || pte & PAGE_INVALID)
		return LOOSE;
	if (pte & PAGE_PROTECT)
		return ARMED_PROTECTED;
	return (pte & written) == written ? 0 : LOOSE;
}

static void adopt_armed_page(struct model *model, u32 process, const struct mm *mm, u64 page)
{
	struct item armed = { .owner = process, .key = page };
	const entry_t *ptep = host_pte(model->m, mm, page);

	armed.flags = armed_flags(model, process, entry_get(ptep));
	model->has_loose |= armed.flags == LOOSE;
	model_add(model, &model->armed, &armed);
}

bool model_adopt_armed(struct model *model, u32 process)
{
	const struct machine *m = model->m;
	const struct mm *mm = model_kernel_mm(model, process);
	bool has_tables = false;
	u64 address;

	set_remove_all(&model->armed, process);
	for (address = storage_system_end(m); address < m->s.storage.bump; address += FRAME_SIZE) {
		const struct frame *frame = frame_at(m, address);
		u64 i;

		if (frame_kind(frame) != FRAME_PGTABLE || frame->flags & FRAME_NO_PGSTE)
			continue;
		has_tables = true;
		for (i = 0; i < PTRS_PER_PTE; i++) {
			const entry_t *ptep = entry_at(m, address) + i;
			u64 page = frame->index + i * PAGE_SIZE;

			if (entry_get(ptep + PGSTE_OFFSET) & PGSTE_IN && host_pte(m, mm, page) == ptep)
				adopt_armed_page(model, process, mm, page);
		}
	}
	return has_tables;
}

void model_settle_armed(struct model *model)
{
	u32 at = 0;

	model->has_loose = false;
	while (at < model->armed.count) {
		struct item *armed = &model->armed.items[at];
		const struct mm *mm = armed->flags & LOOSE ? model_kernel_mm(model, armed->owner) : NULL;

		if (mm && !model_is_armed(model->m, mm, armed->key)) {
			set_remove(&model->armed, at, 1);
			continue;
		}
		if (mm)
			armed->flags = armed_flags(model, armed->owner, entry_get(host_pte(model->m, mm, armed->key)));
		model->has_loose |= (armed->flags & LOOSE) != 0;
		at++;
	}
}

/* The segment tables below a table; `level`: 0 for a segment table. */
static void adopt_tables(struct model *model, u32 guest, u64 table, u64 level, u64 address)
{
	const struct machine *m = model->m;
	const struct item item = { .owner = guest, .key = address >> PUD_SHIFT, .value = frame_at(m, table)->index };
	u64 i;

	if (!level) {
		model_add(model, &model->tables, &item);
		return;
	}
	for (i = 0; i < CRST_ENTRIES; i++) {
		u64 below = region_below(entry_at(m, table) + i);

		if (below)
			adopt_tables(model, guest, below, level - 1, address + (i << (PMD_SHIFT + 11 * level)));
	}
}

static u32 link_flags(struct model *model, u32 guest, u64 vmaddr, u64 entry)
{
	const struct guest *g = &model->guests[guest];
	const entry_t *pmd = host_pmd(model->m, model_kernel_mm(model, g->process), vmaddr);
	u64 value = entry_get(entry_at(model->m, entry));

	if (value == SEGMENT_ENTRY_EMPTY) {
		model->guests[guest].empties = true;
		return LOOSE;
	}
	if (pmd && entry_get(pmd) == value && g->listed && !model_is_hole(model, g->process, vmaddr, vmaddr + PMD_SIZE))
		return LINK_VALID;
	return LINK_VALID | LOOSE;
}

void model_adopt_links(struct model *model, u32 guest)
{
	const struct gmap *gmap = model_kernel_gmap(model, guest);
	struct item link = { .owner = guest };
	u64 segment, entry;
	u64 from = 0;

	set_remove_all(&model->links, guest);
	set_remove_all(&model->tables, guest);
	adopt_tables(model, guest, gmap->table, (gmap->asce & ASCE_TYPE_MASK) / ASCE_TYPE_REGION3, 0);
	for (; radix_next(NULL, &gmap->host_to_guest, from, &segment, &entry); from = segment + 1) {
		link.key = segment << PMD_SHIFT;
		link.value = model_entry_gaddr(model->m, entry);
		link.flags = link_flags(model, guest, link.key, entry);
		model_add(model, &model->links, &link);
	}
}

void model_adopt_table(struct model *model, u32 guest, u64 gaddr)
{
	struct item table = { .owner = guest, .key = (gaddr & model->guests[guest].end) >> PUD_SHIFT };

	if (read_table(model->m, model_kernel_gmap(model, guest), gaddr, &table.value) &&
	    !model_table_of(model, guest, gaddr))
		model_add(model, &model->tables, &table);
}

static void adopt_mappings(struct model *model, u32 guest)
{
	const struct gmap *gmap = model_kernel_gmap(model, guest);
	struct item mapping = { .owner = guest };
	u64 segment;
	u64 from = 0;

	for (; radix_next(NULL, &gmap->guest_to_host, from, &segment, &mapping.value); from = segment + 1) {
		mapping.key = segment << PMD_SHIFT;
		model_add(model, &model->mappings, &mapping);
	}
}

/* A stack's offset says where it was made; after a move it is another one, or not. */
static bool has_moved_stack(const struct mm *mm)
{
	const struct vma *vma;

	for (vma = mm->vmas; vma; vma = vma->next)
		if (vma->flags & VM_GROWSDOWN && vma->pgoff != vma->start >> PAGE_SHIFT)
			return true;
	return false;
}

static void adopt_process(struct model *model, const struct mm *mm)
{
	struct process *p = &model->processes[model->process_count];

	if (model->process_count == MODEL_PROCESSES) {
		model->lost = true;
		return;
	}
	*p = (struct process){
		.used = true,
		.handle = (u32)mm->handle,
		.exited = mm->exited,
		.alloc_pgste = mm->alloc_pgste,
		.has_pgste = mm->has_pgste,
		.use_skey = mm->use_skey,
		.old_pages = mm->old_page_tables,
		.stack_moved = has_moved_stack(mm),
	};
	model->process_count++;
	model_adopt_areas(model, model->process_count - 1);
	p->touched = model_adopt_armed(model, model->process_count - 1);
}

static void adopt_guest(struct model *model, const struct gmap *gmap)
{
	u32 guest = model->guest_count;
	u32 process = 0;

	if (guest == MODEL_GUESTS) {
		model->lost = true;
		return;
	}
	while (process < model->process_count && model->processes[process].handle != gmap->mm->handle)
		process++;
	model->guest_count++;
	model->processes[process].guests++;
	model->guests[guest] = (struct guest){
		.used = true,
		.listed = gmap->listed,
		.handle = (u32)gmap->handle,
		.process = process,
		.end = gmap->asce_end,
		.asce = gmap->asce,
		.serial = gmap->serial,
		.references = gmap->ref_count,
	};
	adopt_mappings(model, guest);
	model_adopt_links(model, guest);
}

static void adopt_order(struct model *model, const struct mm *mm)
{
	const struct list_link *at;
	u8 guest;

	for (at = mm->gmap_list.next; at != &mm->gmap_list; at = at->next) {
		const struct gmap *gmap = container_of(at, const struct gmap, list);

		for (guest = 0; guest < model->guest_count; guest++)
			if (model->guests[guest].handle == gmap->handle)
				model->order[model->order_count++] = guest;
	}
}

static void adopt_notifiers(struct model *model, const struct machine *m)
{
	const struct list_link *head = gmap_notifiers(m);
	const struct list_link *at = head->next;
	u32 i;

	for (i = 0; i < MAX_NOTIFIERS; i++)
		model->known[i] = m->s.notifier[i].list.next ? model->run : 0;
	for (; at && at != head; at = at->next) {
		const struct gmap_notifier *nb = container_of(at, const struct gmap_notifier, list);

		model->notifiers[model->notifier_count++] = (u32)(nb - m->s.notifier);
	}
}

void model_adopt_machine(struct model *model, const struct machine *m)
{
	u64 i;

	for (i = 0; i < m->s.mm_count && !model->lost; i++)
		if (m->s.mm[i])
			adopt_process(model, m->s.mm[i]);
	for (i = 0; i < m->s.gmap_count && !model->lost; i++)
		if (m->s.gmap[i])
			adopt_guest(model, m->s.gmap[i]);
	for (i = 0; i < m->s.mm_count && !model->lost; i++)
		if (m->s.mm[i])
			adopt_order(model, m->s.mm[i]);
	adopt_notifiers(model, m);
	model->cpu = current_cpu(m);
	for (i = 0; i < m->options.cpus; i++)
		model->enabled[i] = entry_get(lowcore(m, i, LOWCORE_GMAP));
}
