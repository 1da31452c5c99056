// SPDX-License-Identifier: GPL-2.0-only
/* The hardware translates, and the kernel resolves faults as for any process (arch/s390/mm/fault.c). */
#include "core/linux/mm/user_access.h"

#include "core/hardware/dat_walk.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/vma.h"
#include "core/machine/lock.h"

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

static int user_access(struct machine *m, struct mm *mm, u64 address, bool store, u64 *value)
{
	int faults;

	for (faults = 0; faults < MAX_FAULTS; faults++) {
		struct dat_result result = store ? dat_store(m, mm->asce, address, *value)
						 : dat_load(m, mm->asce, address, value);

		if (result.code == PGM_NONE)
			return 0;
		if (user_fault(m, mm, address, store, result.code))
			return -EFAULT;
	}
	machine_bug(m, BUG_endless, "%s at 0x%llx faults again and again", store ? "store" : "load",
		    (unsigned long long)address);
}

int user_load(struct machine *m, struct mm *mm, u64 address, u64 *value)
{
	return user_access(m, mm, address, false, value);
}

int user_store(struct machine *m, struct mm *mm, u64 address, u64 value)
{
	return user_access(m, mm, address, true, &value);
}
