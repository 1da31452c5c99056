// SPDX-License-Identifier: GPL-2.0-only
/* Loads and stores of a process and of a guest: the hardware translates, the kernel resolves faults. */
#include "core/program/access.h"

#include "core/linux/mm/fault.h"
#include "core/machine/lock.h"
#include "core/program/operations.h"
#include "core/program/tracer.h"

/* Faults that one access can take before it is given up: a store can need two, a page and the right to write. */
#define MAX_FAULTS 8

static int user_fault(struct machine *m, struct mm *mm, u64 address, bool store, enum program_code code)
{
	bool needs_write = code == PGM_PROTECTION || (store && m->options.profile->store_checks_first);
	u64 wanted = needs_write ? VM_WRITE : VM_ACCESS;
	struct vma *vma;
	int error = -EFAULT;

	if (code == PGM_ADDRESSING || code == PGM_TRANSLATION_SPECIFICATION)
		return error;
	down_read(m, mm);
	vma = find_extend_vma(m, mm, address);
	if (vma && vma->flags & wanted &&
	    !(handle_mm_fault(m, mm, vma, address, store ? FAULT_FLAG_WRITE : 0) &
	      ~(u32)(VM_FAULT_MAJOR | VM_FAULT_WRITE)))
		error = 0;
	up_read(m, mm);
	return error;
}

int user_load(struct machine *m, struct mm *mm, u64 address, u64 *value)
{
	int faults;

	for (faults = 0; faults < MAX_FAULTS; faults++) {
		struct dat_result result = dat_load(m, mm->asce, address, value);

		if (result.code == PGM_NONE)
			return 0;
		if (user_fault(m, mm, address, false, result.code))
			return -EFAULT;
	}
	machine_bug(m, BUG_endless, "load at 0x%llx faults again and again", (unsigned long long)address);
}

int user_store(struct machine *m, struct mm *mm, u64 address, u64 value)
{
	int faults;

	for (faults = 0; faults < MAX_FAULTS; faults++) {
		struct dat_result result = dat_store(m, mm->asce, address, value);

		if (result.code == PGM_NONE)
			return 0;
		if (user_fault(m, mm, address, true, result.code))
			return -EFAULT;
	}
	machine_bug(m, BUG_endless, "store at 0x%llx faults again and again", (unsigned long long)address);
}

/* Whether the access can be tried again: the fault was resolved and did not change the answer to an error. */
static bool guest_fault(struct machine *m, struct gmap *gmap, u64 gaddr, bool store, struct guest_access *access)
{
	switch (access->dat.code) {
	case PGM_PROTECTION:
	case PGM_SEGMENT_TRANSLATION:
	case PGM_PAGE_TRANSLATION:
	case PGM_REGION_FIRST:
	case PGM_REGION_SECOND:
	case PGM_REGION_THIRD:
		access->faults++;
		access->fault = gmap_fault(m, gmap, gaddr, store ? FAULT_FLAG_WRITE : 0);
		return access->fault == 0;
	default:
		return false;
	}
}

/* To a tracer an access is a call; what the trace then has in place of a result is how often gmap_fault was asked. */
static u64 begin_access(struct machine *m, u32 op, u64 handle, u64 address)
{
	const struct call call = { .arg = { handle, address }, .result_handle = WIRE_NO_HANDLE };

	return m->tracer ? tracer_begin(m, op, &call) : 0;
}

static void end_access(struct machine *m, u64 outer, u64 value)
{
	if (m->tracer)
		tracer_end(m, outer, answer(value));
}

struct guest_access guest_load(struct machine *m, struct gmap *gmap, u64 gaddr, bool resolve, u64 *value)
{
	u64 outer = begin_access(m, TRACE_GUEST_LOAD, gmap->handle, gaddr);
	struct guest_access access = { 0 };
	int faults;

	for (faults = 0; faults < MAX_FAULTS; faults++) {
		access.dat = dat_load(m, gmap->asce, gaddr, value);
		if (access.dat.code == PGM_NONE || !resolve || !guest_fault(m, gmap, gaddr, false, &access))
			break;
	}
	end_access(m, outer, access.faults);
	return access;
}

struct guest_access guest_store(struct machine *m, struct gmap *gmap, u64 gaddr, bool resolve, u64 value)
{
	u64 outer = begin_access(m, TRACE_GUEST_STORE, gmap->handle, gaddr);
	struct guest_access access = { 0 };
	int faults;

	for (faults = 0; faults < MAX_FAULTS; faults++) {
		access.dat = dat_store(m, gmap->asce, gaddr, value);
		if (access.dat.code == PGM_NONE || !resolve || !guest_fault(m, gmap, gaddr, true, &access))
			break;
	}
	end_access(m, outer, access.faults);
	return access;
}

int process_load(struct machine *m, struct mm *mm, u64 address, u64 *value)
{
	u64 outer = begin_access(m, OP_load, mm->handle, address);
	int error = user_load(m, mm, address, value);

	end_access(m, outer, 0);
	return error;
}
