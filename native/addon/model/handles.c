// SPDX-License-Identifier: GPL-2.0-only
/* The table of handles. */
#include "addon/model/machines.h"
#include "core/machine/list.h"
#include "core/machine/memory.h"

static int slots_grow(struct addon *addon)
{
	u32 capacity = addon->slot_capacity ? 2 * addon->slot_capacity : 64;
	struct slot *grown;

	if (capacity > MAX_SLOTS)
		return OUTCOME_NO_HANDLE;
	grown = memory_grow(addon->slots, capacity * sizeof(*grown));
	if (!grown)
		return OUTCOME_NO_MEMORY;
	addon->slots = grown;
	addon->slot_capacity = capacity;
	if (addon->slot_count == 0)
		addon->slots[addon->slot_count++] = (struct slot){ .kind = SLOT_FREE };
	return OUTCOME_OK;
}

int slot_ready(struct addon *addon)
{
	return addon->free_slot || addon->slot_count < addon->slot_capacity ? OUTCOME_OK : slots_grow(addon);
}

u32 slot_take(struct addon *addon, enum slot_kind kind, struct addon_machine *machine, u32 number, u64 serial)
{
	u32 index = addon->free_slot;
	struct slot *slot;

	if (index) {
		addon->free_slot = addon->slots[index].next_free;
	} else {
		index = addon->slot_count++;
		addon->slots[index].generation = 0;
	}
	slot = &addon->slots[index];
	slot->kind = kind;
	slot->machine = machine;
	slot->fuzz = NULL;
	slot->number = number;
	slot->serial = serial;
	return index;
}

void slot_release(struct addon *addon, u32 index)
{
	struct slot *slot = &addon->slots[index];

	slot->kind = SLOT_FREE;
	slot->machine = NULL;
	/* a slot that has no generation left is never used again */
	if (slot->generation == MAX_GENERATION)
		return;
	slot->generation++;
	slot->next_free = addon->free_slot;
	addon->free_slot = index;
}

double slot_handle(const struct addon *addon, u32 index)
{
	return (double)(addon->slots[index].generation << SLOT_INDEX_BITS | index);
}

static u32 *newest_of(struct addon_machine *machine, enum slot_kind kind)
{
	return kind == SLOT_MM ? &machine->newest_mm : &machine->newest_gmap;
}

/* Most are the newest; some had no handle until somebody asked for them. */
static void slot_link(struct addon_machine *machine, u32 index)
{
	struct slot *slots = machine->addon->slots;
	u32 *newest = newest_of(machine, slots[index].kind);
	u32 older = *newest;
	u32 newer = 0;

	while (older && slots[older].serial > slots[index].serial) {
		newer = older;
		older = slots[older].older;
	}
	slots[index].newer = newer;
	slots[index].older = older;
	*(newer ? &slots[newer].older : newest) = index;
	if (older)
		slots[older].newer = index;
}

static void slot_unlink(struct addon_machine *machine, u32 index)
{
	struct slot *slots = machine->addon->slots;
	const struct slot *slot = &slots[index];

	*(slot->newer ? &slots[slot->newer].older : newest_of(machine, slot->kind)) = slot->older;
	if (slot->older)
		slots[slot->older].newer = slot->newer;
}

static double object_handle(struct addon_machine *machine, u32 *place, enum slot_kind kind, u32 number, u64 serial)
{
	int outcome = *place ? OUTCOME_OK : slot_ready(machine->addon);

	if (outcome)
		return outcome;
	if (!*place) {
		*place = slot_take(machine->addon, kind, machine, number, serial);
		slot_link(machine, *place);
	}
	return slot_handle(machine->addon, *place);
}

double mm_handle(struct addon_machine *machine, const struct mm *mm)
{
	u32 number = (u32)mm->handle;

	if (machine->mm_slots <= number)
		machine->mm_slots = number + 1;
	return object_handle(machine, &machine->mm_slot[number], SLOT_MM, number, mm->serial);
}

double gmap_handle(struct addon_machine *machine, const struct gmap *gmap)
{
	u32 number = (u32)gmap->handle;

	if (machine->gmap_slots <= number)
		machine->gmap_slots = number + 1;
	return object_handle(machine, &machine->gmap_slot[number], SLOT_GMAP, number, gmap->serial);
}

static void slot_forget(struct addon_machine *machine, u32 *place)
{
	slot_unlink(machine, *place);
	slot_release(machine->addon, *place);
	*place = 0;
}

void mm_forget(struct addon_machine *machine, u64 number)
{
	const struct mm *mm = machine->core->s.mm[number];
	u32 *place = &machine->mm_slot[number];

	if (*place && !(mm && mm->serial == machine->addon->slots[*place].serial))
		slot_forget(machine, place);
}

void gmap_forget(struct addon_machine *machine, u64 number)
{
	const struct gmap *gmap = machine->core->s.gmap[number];
	u32 *place = &machine->gmap_slot[number];

	if (*place && !(gmap && gmap->serial == machine->addon->slots[*place].serial))
		slot_forget(machine, place);
}

/*
 * A live handle always names a live object: whatever can free mms or gmaps comes here before JavaScript runs again.
 * For single operations that free something the two functions above do.
 *
 * An object is recognised by its serial. The core gives serials out in ascending order, but a reset or restore sets
 * them back. Directly after one, an object of the abandoned past has a higher serial than all that exist, so it is not
 * taken for another; later its serial is given out again.
 */
void handles_sweep(struct addon_machine *machine)
{
	u32 number;

	for (number = 0; number < machine->mm_slots; number++)
		mm_forget(machine, number);
	for (number = 0; number < machine->gmap_slots; number++)
		gmap_forget(machine, number);
}

static void forget_newer(struct addon_machine *machine, enum slot_kind kind, u32 *places, u64 serial)
{
	const u32 *newest = newest_of(machine, kind);

	while (*newest && machine->addon->slots[*newest].serial > serial)
		slot_forget(machine, &places[machine->addon->slots[*newest].number]);
}

void handles_restored(struct addon_machine *machine)
{
	const struct machine_state *state = &machine->core->s;

	forget_newer(machine, SLOT_MM, machine->mm_slot, state->mm_serial);
	forget_newer(machine, SLOT_GMAP, machine->gmap_slot, state->gmap_serial);
}

void handles_release(struct addon_machine *machine)
{
	u32 number;

	for (number = 0; number < machine->mm_slots; number++)
		if (machine->mm_slot[number])
			slot_release(machine->addon, machine->mm_slot[number]);
	for (number = 0; number < machine->gmap_slots; number++)
		if (machine->gmap_slot[number])
			slot_release(machine->addon, machine->gmap_slot[number]);
	slot_release(machine->addon, machine->slot);
}

int target_find(const struct addon *addon, double handle, enum slot_kind kind, struct target *target)
{
	const struct slot *slot = slot_find(addon, handle, kind);

	if (!slot)
		return OUTCOME_CLOSED;
	*target = (struct target){ slot->machine, slot->number, slot->fuzz, (u32)(slot - addon->slots) };
	return OUTCOME_OK;
}

bool target_in_callback(const struct target *target)
{
	return target->machine && target->machine->callbacks;
}

double gmap_mm(const struct target *gmap)
{
	return mm_handle(gmap->machine, target_gmap(gmap)->mm);
}

double mm_at(const struct target *machine, u64 number)
{
	const struct mm *mm = machine->machine->core->s.mm[number];

	return mm ? mm_handle(machine->machine, mm) : 0;
}

static_assert(MAX_MMS <= MAX_HANDLES && MAX_GMAPS <= MAX_HANDLES, "lists have room for all");

u32 list_mms(const struct target *machine, double *handles)
{
	const struct machine_state *state = &machine->machine->core->s;
	u32 count = 0;
	u64 number;

	for (number = 0; number < state->mm_count; number++) {
		const struct mm *mm = state->mm[number];

		if (mm && !mm->exited)
			handles[count++] = mm_handle(machine->machine, mm);
	}
	return count;
}

u32 list_gmaps(const struct target *machine, double *handles)
{
	const struct machine_state *state = &machine->machine->core->s;
	u32 count = 0;
	u64 number;

	for (number = 0; number < state->gmap_count; number++)
		if (state->gmap[number])
			handles[count++] = gmap_handle(machine->machine, state->gmap[number]);
	return count;
}

u32 list_gmaps_of(const struct target *mm, double *handles)
{
	const struct list_link *link;
	u32 count = 0;

	list_for_each(NULL, link, &target_mm(mm)->gmap_list)
		handles[count++] = gmap_handle(mm->machine, container_of(link, struct gmap, list));
	return count;
}
