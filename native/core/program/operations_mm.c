// SPDX-License-Identifier: GPL-2.0-only
/* Operations on a process: its life, what the kernel does for its guests, its own calls, and its accesses. */
#include "core/linux/gmap/gmap_queries.h"
#include "core/linux/gmap/guest_page.h"
#include "core/linux/gmap/pgtable.h"
#include "core/linux/mm/fault.h"
#include "core/linux/mm/mmap.h"
#include "core/linux/mm/mprotect.h"
#include "core/linux/mm/mremap.h"
#include "core/linux/mm/pgalloc.h"
#include "core/linux/mm/user_access.h"
#include "core/linux/mm/zap.h"
#include "core/machine/lock.h"
#include "core/program/operations.h"

/* Processes are numbered in the order in which they start, as long as there are numbers left. */
static u64 free_mm_handle(const struct machine *m, u64 wanted)
{
	u64 handle = m->s.mm_count;

	if (wanted != WIRE_NO_HANDLE)
		return wanted;
	if (handle < MAX_MMS)
		return handle;
	for (handle = 0; handle < MAX_MMS && m->s.mm[handle]; handle++)
		;
	return handle;
}

struct reply op_exec(struct machine *m, const struct call *call)
{
	u64 handle = free_mm_handle(m, call->result_handle);

	if (handle >= MAX_MMS)
		return refuse(WIRE_BUDGET);
	if (m->s.mm[handle])
		return refuse(WIRE_HANDLE_TAKEN);
	return answer(mm_exec(m, (u32)handle) ? handle : WIRE_NO_HANDLE);
}

/* Also those that are not in the process's list any more. */
static bool has_gmaps(const struct machine *m, const struct mm *mm)
{
	u64 handle;

	for (handle = 0; handle < m->s.gmap_count; handle++)
		if (m->s.gmap[handle] && m->s.gmap[handle]->mm == mm)
			return true;
	return false;
}

void release_mm(struct machine *m, struct mm *mm)
{
	if (!mm->exited || has_gmaps(m, mm))
		return;
	SET(m, m->s.mm[mm->handle], NULL);
	mm_free(m, mm);
}

struct reply op_exit(struct machine *m, struct mm *mm, const struct call *call)
{
	(void)call;
	mm_exit(m, mm);
	release_mm(m, mm);
	return answer(0);
}

struct reply op_gmaps(struct machine *m, const struct call *call)
{
	const struct mm *mm = mm_of(m, call->arg[0]);
	u64 count = 0;

	if (!mm)
		return call->arg[0] < m->s.mm_count ? answer(0) : refuse(WIRE_BAD_HANDLE);
	while (mm_gmap_at(mm, count))
		count++;
	return answer(count);
}

struct reply op_s390_enable_sie(struct machine *m, struct mm *mm, const struct call *call)
{
	(void)call;
	return answer_rc(s390_enable_sie(m, mm));
}

struct reply op_s390_enable_skey(struct machine *m, struct mm *mm, const struct call *call)
{
	(void)call;
	return answer_rc(s390_enable_skey(m, mm));
}

struct reply op_s390_reset_cmma(struct machine *m, struct mm *mm, const struct call *call)
{
	(void)call;
	s390_reset_cmma(m, mm);
	return answer(0);
}

struct reply op_set_guest_storage_key(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(set_guest_storage_key(m, mm, call->arg[1], call->arg[2], call->arg[3] != 0));
}

struct reply op_get_guest_storage_key(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer(get_guest_storage_key(m, mm, call->arg[1]));
}

struct reply op_test_and_clear_guest_dirty(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer(test_and_clear_guest_dirty(m, mm, call->arg[1]));
}

struct reply op_cond_set_guest_storage_key(struct machine *m, struct mm *mm, const struct call *call)
{
	const u64 *arg = call->arg;

	return answer_rc(cond_set_guest_storage_key(m, mm, arg[1], arg[2], arg[3] != 0, arg[4] != 0, arg[5] != 0));
}

struct reply op_reset_guest_reference_bit(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(reset_guest_reference_bit(m, mm, call->arg[1]));
}

/* The kernel's callers skip what has no page table. */
struct reply op_ptep_test_and_clear_uc(struct machine *m, struct mm *mm, const struct call *call)
{
	entry_t *ptep;
	bool dirty;

	ptep = host_pte(m, mm, call->arg[1]);
	if (!ptep)
		return answer(0);
	down_read(m, mm);
	pte_lock(m, ptep);
	dirty = ptep_test_and_clear_uc(m, mm, call->arg[1], ptep);
	pte_unlock(m, ptep);
	up_read(m, mm);
	return answer(dirty);
}

struct reply op_mmap(struct machine *m, struct mm *mm, const struct call *call)
{
	u64 flags = (call->arg[4] & WIRE_MAP_SHARED ? VM_SHARED : 0) |
		    (call->arg[4] & WIRE_MAP_NORESERVE ? VM_NORESERVE : 0);

	return answer_rc(sys_mmap(m, mm, call->arg[1], call->arg[2], call->arg[3], flags));
}

struct reply op_mmap_huge(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(sys_mmap(m, mm, call->arg[1], call->arg[2], call->arg[3], VM_HUGETLB));
}

struct reply op_munmap(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(sys_munmap(m, mm, call->arg[1], call->arg[2]));
}

struct reply op_mprotect(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(sys_mprotect(m, mm, call->arg[1], call->arg[2], call->arg[3]));
}

struct reply op_madvise(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(sys_madvise(m, mm, call->arg[1], call->arg[2], call->arg[3]));
}

struct reply op_mremap(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(sys_mremap(m, mm, call->arg[1], call->arg[2], call->arg[3], call->arg[4]));
}

struct reply op_load(struct machine *m, struct mm *mm, const struct call *call)
{
	u64 value = 0;

	return user_load(m, mm, call->arg[1], &value) ? answer(ERROR_WORD(EFAULT)) : answer(value);
}

struct reply op_store(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(user_store(m, mm, call->arg[1], call->arg[2]));
}

struct reply op_fork(struct machine *m, struct mm *mm, const struct call *call)
{
	(void)call;
	return answer_rc(sys_fork(m, mm));
}

struct reply op_swap_out(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer_rc(swap_out(m, mm, call->arg[1]));
}

struct reply op_clear_young(struct machine *m, struct mm *mm, const struct call *call)
{
	return answer(clear_young(m, mm, call->arg[1]));
}

struct reply op_essa_set_usage(struct machine *m, struct mm *mm, const struct call *call)
{
	if (call->arg[2] > 3)
		return refuse(WIRE_BAD_VALUE);
	if (!host_pte(m, mm, call->arg[1]))
		return refuse(WIRE_NO_PAGE_TABLE);
	essa_set_usage(m, mm, call->arg[1], call->arg[2]);
	return answer(0);
}

struct reply op_essa_set_zero(struct machine *m, struct mm *mm, const struct call *call)
{
	if (!host_pte(m, mm, call->arg[1]))
		return refuse(WIRE_NO_PAGE_TABLE);
	essa_set_zero(m, mm, call->arg[1], call->arg[2] != 0);
	return answer(0);
}

struct reply op_attach(struct machine *m, struct mm *mm, const struct call *call)
{
	if (call->arg[1] >= m->options.cpus)
		return refuse(WIRE_BAD_VALUE);
	mm_attach(m, mm, (u32)call->arg[1]);
	return answer(0);
}

struct reply op_detach(struct machine *m, struct mm *mm, const struct call *call)
{
	if (call->arg[1] >= m->options.cpus)
		return refuse(WIRE_BAD_VALUE);
	mm_detach(m, mm, (u32)call->arg[1]);
	return answer(0);
}

struct reply op_thp_split_mm(struct machine *m, struct mm *mm, const struct call *call)
{
	(void)call;
	down_write(m, mm);
	thp_split_mm(m, mm);
	up_write(m, mm);
	return answer(0);
}
