// SPDX-License-Identifier: GPL-2.0-only
/* Compares what the model knows with what the machine is like. */
#include "core/linux/lowcore.h"
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/model/model.h"

#define LL(value) ((unsigned long long)(value))

static bool compare_mappings(struct model *model, u32 guest, const struct gmap *gmap)
{
	u32 at = set_from(&model->mappings, guest, 0);
	u64 from = 0;
	u64 key, value;

	for (;;) {
		const struct item *mapping = set_at(&model->mappings, at++, guest);
		bool found = radix_next(NULL, &gmap->guest_to_host, from, &key, &value);

		if (!found && !mapping)
			return true;
		if (!found || !mapping || key << PMD_SHIFT != mapping->key || value != mapping->value)
			return model_wrong(
				model, "mapping",
				"g%llu: the machine's next: 0x%llx to 0x%llx, expected 0x%llx to 0x%llx (0: none)",
				LL(gmap->handle), LL(found ? key << PMD_SHIFT : 0), LL(found ? value : 0),
				LL(mapping ? mapping->key : 0), LL(mapping ? mapping->value : 0));
		from = key + 1;
	}
}

static bool compare_link(struct model *model, const struct gmap *gmap, const struct item *link, u64 vmaddr, u64 entry)
{
	u64 gaddr = model_entry_gaddr(model->m, entry);
	bool valid = entry_get(entry_at(model->m, entry)) != SEGMENT_ENTRY_EMPTY;

	if (!link || link->key != vmaddr)
		return model_wrong(model, "link", "g%llu: 0x%llx is linked to 0x%llx, and should not be",
				   LL(gmap->handle), LL(vmaddr), LL(gaddr));
	if (link->value != gaddr || ((link->flags & LINK_VALID) != 0) != valid)
		return model_wrong(model, "link", "g%llu: 0x%llx is linked to 0x%llx%s, expected 0x%llx%s",
				   LL(gmap->handle), LL(vmaddr), LL(gaddr), valid ? "" : " (empty)", LL(link->value),
				   link->flags & LINK_VALID ? "" : " (empty)");
	return true;
}

static bool compare_links(struct model *model, u32 guest, const struct gmap *gmap)
{
	u32 at = set_from(&model->links, guest, 0);
	const struct item *link;
	u64 from = 0;
	u64 key, entry;

	for (;; from = key + 1, at++) {
		bool found = radix_next(NULL, &gmap->host_to_guest, from, &key, &entry);

		link = set_at(&model->links, at, guest);
		if (link && (!found || link->key < key << PMD_SHIFT))
			return model_wrong(model, "link", "g%llu: 0x%llx is not linked, expected 0x%llx",
					   LL(gmap->handle), LL(link->key), LL(link->value));
		if (!found)
			return true;
		if (!compare_link(model, gmap, link, key << PMD_SHIFT, entry))
			return false;
	}
}

static bool compare_order(struct model *model, const struct mm *mm)
{
	const struct list_link *at = mm->gmap_list.next;
	u32 i;

	for (i = 0; i < model->order_count; i++) {
		const struct guest *guest = &model->guests[model->order[i]];

		if (model->processes[guest->process].handle != mm->handle)
			continue;
		if (at == &mm->gmap_list || container_of(at, const struct gmap, list)->handle != guest->handle)
			return model_wrong(model, "list of gmaps", "mm%llu: g%u is not where it should be",
					   LL(mm->handle), guest->handle);
		at = at->next;
	}
	return at == &mm->gmap_list ||
	       model_wrong(model, "list of gmaps", "mm%llu: has one more than expected", LL(mm->handle));
}

static bool compare_area(struct model *model, const struct mm *mm, const struct item *is, const struct item *should)
{
	if (is && should && is->key == should->key && is->value == should->value && is->more == should->more &&
	    !((is->flags ^ should->flags) & ~AREA_JOINED))
		return true;
	return model_wrong(model, "memory", "mm%llu: 0x%llx to 0x%llx (0x%x), expected 0x%llx to 0x%llx (0x%x)",
			   LL(mm->handle), LL(is ? is->key : 0), LL(is ? is->value : 0), is ? is->flags : 0,
			   LL(should ? should->key : 0), LL(should ? should->value : 0), should ? should->flags : 0);
}

/* Memory that is alike, whether the machine has one VMA for it or several. */
static bool compare_areas(struct model *model, u32 process, const struct mm *mm)
{
	u32 at = set_from(&model->areas, process, 0);
	const struct vma *vma = mm->vmas;

	while (vma) {
		struct item area = model_area_of_vma(vma, process);

		for (vma = vma->next; vma; vma = vma->next) {
			const struct item next = model_area_of_vma(vma, process);

			if (!model_areas_join(&area, &next))
				break;
			area.value = next.value;
		}
		if (!compare_area(model, mm, &area, set_at(&model->areas, at++, process)))
			return false;
	}
	return !set_at(&model->areas, at, process) || compare_area(model, mm, NULL, set_at(&model->areas, at, process));
}

/* Which process a PTE belongs to; the number of processes: none has it any more. */
static u32 process_of(const struct model *model, const entry_t *ptep, u64 page)
{
	u32 process = 0;

	for (; process < model->process_count; process++)
		if (model->processes[process].used && host_pte(model->m, model_kernel_mm(model, process), page) == ptep)
			break;
	return process;
}

/* The armed pages of one page table, each of which the model must know. Adds their number. */
static bool compare_page_table(struct model *model, const entry_t *table, u64 vmaddr, u32 *count)
{
	u64 any = 0;
	u32 i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		any |= table[PGSTE_OFFSET + i].big_endian;
	if (!(be64(any) & PGSTE_IN))
		return true;
	for (i = 0; i < PTRS_PER_PTE; i++) {
		u64 page = vmaddr + i * PAGE_SIZE;
		u32 process;

		if (!(entry_get(&table[PGSTE_OFFSET + i]) & PGSTE_IN))
			continue;
		process = process_of(model, &table[i], page);
		if (process == model->process_count)
			continue;
		++*count;
		if (!set_find(&model->armed, process, page))
			return model_wrong(model, "armed page", "mm%u: 0x%llx is armed, and should not be",
					   model->processes[process].handle, LL(page));
	}
	return true;
}

static bool compare_armed(struct model *model)
{
	u32 count = 0;
	u64 address;
	u32 i;

	for (address = storage_system_end(model->m); address < model->m->s.storage.bump; address += FRAME_SIZE) {
		const struct frame *frame = frame_at(model->m, address);

		if (frame_kind(frame) == FRAME_PGTABLE && !(frame->flags & FRAME_NO_PGSTE) &&
		    !compare_page_table(model, entry_at(model->m, address), frame->index, &count))
			return false;
	}
	for (i = 0; count < model->armed.count && i < model->armed.count; i++) {
		const struct item *armed = &model->armed.items[i];

		if (!model_is_armed(model->m, model_kernel_mm(model, armed->owner), armed->key))
			return model_wrong(model, "armed page", "mm%u: 0x%llx is not armed, and should be",
					   model->processes[armed->owner].handle, LL(armed->key));
	}
	return true;
}

static bool compare_processes(struct model *model)
{
	u32 i;

	for (i = 0; i < model->process_count; i++) {
		const struct mm *mm;

		if (!model->processes[i].used)
			continue;
		mm = model_kernel_mm(model, i);
		if (!mm)
			return model_wrong(model, "handle", "mm%u is gone", model->processes[i].handle);
		if (!compare_order(model, mm) || !compare_areas(model, i, mm))
			return false;
	}
	return true;
}

static bool compare_guests(struct model *model)
{
	u32 i;

	for (i = 0; i < model->guest_count; i++) {
		const struct gmap *gmap;

		if (!model->guests[i].used)
			continue;
		gmap = model_kernel_gmap(model, i);
		if (!gmap)
			return model_wrong(model, "handle", "g%u is gone", model->guests[i].handle);
		if (!compare_mappings(model, i, gmap) || !compare_links(model, i, gmap))
			return false;
	}
	return true;
}

static bool compare_enabled(struct model *model)
{
	u64 cpu;

	for (cpu = 0; cpu < model->m->options.cpus; cpu++) {
		u64 serial = entry_get(lowcore(model->m, cpu, LOWCORE_GMAP));

		if (serial != model->enabled[cpu])
			return model_wrong(model, "enabled gmap",
					   "CPU %llu: the gmap with serial %llu, expected %llu (0: none)", LL(cpu),
					   LL(serial), LL(model->enabled[cpu]));
	}
	return true;
}

bool model_compare(struct model *model, struct machine *m, struct verdict *verdict)
{
	if (model->lost)
		return true;
	model->step = NULL;
	model->m = m;
	model->verdict = verdict;
	model->wrong = false;
	return compare_processes(model) && compare_guests(model) && compare_armed(model) && compare_enabled(model);
}
