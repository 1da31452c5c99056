// SPDX-License-Identifier: GPL-2.0-only
/* Looking into a machine without changing it, dead ones too: storage, keys, address spaces, radix trees. */
#include "addon/model/machines.h"
#include "core/hardware/dat_walk.h"
#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/mm/page.h"

void read_machine_info(const struct target *machine, struct machine_info *info)
{
	const struct machine *m = machine->machine->core;

	*info = (struct machine_info){ m->s.sysctl_allocate_pgste != 0, current_cpu(m), m->storage.origin };
}

void read_gmap_info(const struct target *target, struct gmap_info *info)
{
	const struct gmap *gmap = target_gmap(target);

	*info = (struct gmap_info){
		.asce = gmap->asce,
		.asce_end = gmap->asce_end,
		.tables = gmap_table_count(target->machine->core, gmap),
		.references = gmap->ref_count,
		.listed = gmap->listed != 0,
	};
}

int read_mm_info(const struct target *target, struct mm_info *info)
{
	const struct mm *mm = target_mm(target);

	if (mm->exited)
		return OUTCOME_CLOSED;
	*info = (struct mm_info){
		.asce = mm->asce,
		.asce_limit = mm->asce_limit,
		.alloc_pgste = mm->alloc_pgste != 0,
		.has_pgste = mm->has_pgste != 0,
		.use_skey = mm->use_skey != 0,
	};
	return OUTCOME_OK;
}

static struct walk walk_from(const struct target *target, u64 asce, u64 address, bool store)
{
	struct dat_result result = dat_walk(target->machine->core, asce, address, store);

	return (struct walk){
		.code = result.code,
		.absolute = result.absolute,
		.entry = result.entry,
		.value = result.value,
		.is_protected = result.protected,
	};
}

void gmap_walk(const struct target *gmap, u64 gaddr, bool store, struct walk *walk)
{
	*walk = walk_from(gmap, target_gmap(gmap)->asce, gaddr, store);
}

int mm_walk(const struct target *target, u64 vmaddr, bool store, struct walk *walk)
{
	const struct mm *mm = target_mm(target);

	if (mm->exited)
		return OUTCOME_CLOSED;
	*walk = walk_from(target, mm->asce, vmaddr, store);
	return OUTCOME_OK;
}

bool storage_copy(const struct target *machine, u64 absolute, u8 *bytes, size_t length)
{
	const struct machine *m = machine->machine->core;

	if (!storage_has_range(m, absolute, length))
		return false;
	storage_read(m, absolute, bytes, length);
	return true;
}

int storage_key(const struct target *machine, u64 absolute)
{
	const struct machine *m = machine->machine->core;

	return storage_has(m, absolute) ? page_get_storage_key(m, absolute) : -1;
}

bool radix_item(const struct target *target, u64 address, enum radix_tree tree, u64 *item)
{
	struct machine *m = target->machine->core;
	const struct gmap *gmap = target_gmap(target);

	*item = radix_lookup(NULL, tree == TREE_GUEST_TO_HOST ? &gmap->guest_to_host : &gmap->host_to_guest,
			     address >> PMD_SHIFT);
	if (!*item)
		return false;
	if (tree == TREE_GADDR_OF_LINK)
		*item = gmap_gaddr_of_entry(m, entry_at(m, *item));
	return true;
}
