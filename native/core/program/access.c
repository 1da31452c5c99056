// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores of a guest: the hardware translates, gmap_fault resolves faults.
 *
 * Left out: the page-fault handler in SIE. do_exception does the same for a guest that runs.
 */
#include "core/program/access.h"

#include "core/linux/mm/fault.h"
#include "core/linux/mm/user_access.h"
#include "core/program/operations.h"
#include "core/program/tracer.h"

/* Faults that one access can take before it is given up; as in linux/mm/user_access.c. */
#define MAX_FAULTS 8

/* Whether the access can be tried again: the fault was resolved and did not change the answer to an error. */
static bool guest_fault(struct machine *m, struct gmap *gmap, u64 gaddr, bool store, struct guest_access *access)
{
	switch (access->dat.code) {
	case PGM_PROTECTION:
	case PGM_SEGMENT_TRANSLATION:
	case PGM_PAGE_TRANSLATION:
	case PGM_REGION_FIRST_TRANSLATION:
	case PGM_REGION_SECOND_TRANSLATION:
	case PGM_REGION_THIRD_TRANSLATION:
	case PGM_ASCE_TYPE:
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

static struct guest_access guest_access(struct machine *m, struct gmap *gmap, u64 gaddr, bool store, bool resolve,
					u64 *value)
{
	u64 outer = begin_access(m, store ? TRACE_GUEST_STORE : TRACE_GUEST_LOAD, gmap->handle, gaddr);
	struct guest_access access = { 0 };
	int faults;

	for (faults = 0; faults < MAX_FAULTS; faults++) {
		access.dat = store ? dat_store(m, gmap->asce, gaddr, *value) : dat_load(m, gmap->asce, gaddr, value);
		if (access.dat.code == PGM_NONE || !resolve || !guest_fault(m, gmap, gaddr, store, &access))
			break;
	}
	end_access(m, outer, access.faults);
	return access;
}

struct guest_access guest_load(struct machine *m, struct gmap *gmap, u64 gaddr, bool resolve, u64 *value)
{
	return guest_access(m, gmap, gaddr, false, resolve, value);
}

struct guest_access guest_store(struct machine *m, struct gmap *gmap, u64 gaddr, bool resolve, u64 value)
{
	return guest_access(m, gmap, gaddr, true, resolve, &value);
}

int process_load(struct machine *m, struct mm *mm, u64 address, u64 *value)
{
	u64 outer = begin_access(m, OP_load, mm->handle, address);
	int error = user_load(m, mm, address, value);

	end_access(m, outer, 0);
	return error;
}
