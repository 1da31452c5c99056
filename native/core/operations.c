// SPDX-License-Identifier: GPL-2.0-only
/* What each row of ops.def does: one function op_NAME a row. */
#include "operations.h"

#include "fault.h"
#include "gmap.h"
#include "list.h"
#include "lock.h"
#include "mm.h"
#include "pgalloc.h"
#include "pgtable.h"
#include "tlb.h"
#include "zap.h"

#define KINDS(...)          \
	{                   \
		__VA_ARGS__ \
	}
const struct op_info op_infos[WIRE_OPS] = {
#define OP(name, result, arity, kinds, names) [OP_##name] = { #name, RESULT_##result, arity, KINDS kinds },
#include "../abi/ops.def"
#undef OP
};

static struct reply answer(u64 value)
{
	return (struct reply){ WIRE_OK, value };
}

static struct reply answer_rc(int rc)
{
	return answer((u64)(s64)rc);
}

static struct reply refuse(enum wire_refusal reason)
{
	return (struct reply){ WIRE_REFUSED, reason };
}

static struct mm *mm_of(const struct machine *m, u64 handle)
{
	return handle < MAX_MMS ? m->s.mm[handle] : NULL;
}

static struct mm *live_mm_of(const struct machine *m, u64 handle)
{
	struct mm *mm = mm_of(m, handle);

	return mm && !mm->exited ? mm : NULL;
}

static struct gmap *gmap_of(const struct machine *m, u64 handle)
{
	return handle < MAX_GMAPS ? m->s.gmap[handle] : NULL;
}

static struct gmap_notifier *notifier_of(struct machine *m, u64 handle)
{
	return handle < MAX_NOTIFIERS ? &m->s.notifier[handle] : NULL;
}

#define GET_GMAP(name)                                \
	struct gmap *name = gmap_of(m, call->arg[0]); \
	if (!(name))                                  \
	return refuse(WIRE_BAD_HANDLE)
#define GET_MM(name)                                   \
	struct mm *name = live_mm_of(m, call->arg[0]); \
	if (!(name))                                   \
	return refuse(WIRE_BAD_HANDLE)
#define GET_NOTIFIER(name)                                         \
	struct gmap_notifier *name = notifier_of(m, call->arg[0]); \
	if (!(name))                                               \
	return refuse(WIRE_BAD_HANDLE)

/* The handle that a new object gets: the one that the program names, or the lowest free one. */
static u64 free_gmap_handle(const struct machine *m, u64 wanted)
{
	u64 handle;

	if (wanted != WIRE_NO_HANDLE)
		return wanted;
	for (handle = 0; handle < MAX_GMAPS && m->s.gmap[handle]; handle++)
		;
	return handle;
}

static struct reply op_gmap_alloc(struct machine *m, const struct call *call)
{
	u64 handle = free_gmap_handle(m, call->result_handle);
	struct gmap *gmap;

	GET_MM(mm);
	if (handle >= MAX_GMAPS)
		return refuse(WIRE_BUDGET);
	if (m->s.gmap[handle])
		return refuse(WIRE_HANDLE_TAKEN);
	gmap = gmap_alloc(m, mm, call->arg[1]);
	if (!gmap)
		return answer(WIRE_NO_HANDLE);
	SET(m, gmap->handle, handle);
	SET(m, m->s.gmap[handle], gmap);
	if (m->s.gmap_count <= handle)
		SET(m, m->s.gmap_count, handle + 1);
	return answer(handle);
}

static void release_mm(struct machine *m, struct mm *mm)
{
	if (!mm->exited || mm->gmap_list.next != &mm->gmap_list)
		return;
	SET(m, m->s.mm[mm->handle], NULL);
	mm_free(m, mm);
}

static struct reply op_gmap_free(struct machine *m, const struct call *call)
{
	struct mm *mm;

	GET_GMAP(gmap);
	mm = gmap->mm;
	SET(m, m->s.gmap[gmap->handle], NULL);
	gmap_free(m, gmap);
	release_mm(m, mm);
	return answer(0);
}

static struct reply op_gmap_enable(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	gmap_enable(m, gmap);
	return answer(0);
}

static struct reply op_gmap_disable(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	gmap_disable(m, gmap);
	return answer(0);
}

static struct reply op_gmap_map_segment(struct machine *m, const struct call *call)
{
	u64 from = call->arg[1];
	u64 to = call->arg[2];
	u64 len = call->arg[3];

	GET_GMAP(gmap);
	if (len >> PMD_SHIFT > m->options.max_segments && gmap_map_is_valid(m, gmap, from, to, len))
		return refuse(WIRE_BUDGET);
	return answer_rc(gmap_map_segment(m, gmap, from, to, len));
}

static struct reply op_gmap_unmap_segment(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	return answer_rc(gmap_unmap_segment(m, gmap, call->arg[1], call->arg[2]));
}

static struct reply op_gmap_translate(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	return answer(gmap_translate(m, gmap, call->arg[1]));
}

static struct reply op___gmap_translate(struct machine *m, const struct call *call)
{
	u64 vmaddr;

	GET_GMAP(gmap);
	down_read(m, gmap->mm);
	vmaddr = __gmap_translate(m, gmap, call->arg[1]);
	up_read(m, gmap->mm);
	return answer(vmaddr);
}

static struct reply op___gmap_segment_gaddr(struct machine *m, const struct call *call)
{
	entry_t *entry;

	GET_GMAP(gmap);
	entry = gmap_find_segment_entry(m, gmap, call->arg[1]);
	return answer(entry ? __gmap_segment_gaddr(m, entry) : ERROR_WORD(ENOENT));
}

static struct reply op___gmap_unlink_by_vmaddr(struct machine *m, const struct call *call)
{
	int flush;

	GET_GMAP(gmap);
	down_write(m, gmap->mm);
	flush = __gmap_unlink_by_vmaddr(m, gmap, call->arg[1]);
	up_write(m, gmap->mm);
	return answer_rc(flush);
}

static struct reply op___gmap_unmap_by_gaddr(struct machine *m, const struct call *call)
{
	int flush;

	GET_GMAP(gmap);
	down_write(m, gmap->mm);
	flush = __gmap_unmap_by_gaddr(m, gmap, call->arg[1]);
	up_write(m, gmap->mm);
	return answer_rc(flush);
}

static struct reply op_gmap_unlink(struct machine *m, const struct call *call)
{
	struct mm *mm = mm_of(m, call->arg[0]);

	if (!mm)
		return refuse(WIRE_BAD_HANDLE);
	down_write(m, mm);
	gmap_unlink(m, mm, NULL, call->arg[2]);
	up_write(m, mm);
	return answer(0);
}

static struct reply op___gmap_link(struct machine *m, const struct call *call)
{
	int rc;

	GET_GMAP(gmap);
	down_read(m, gmap->mm);
	if ((__gmap_translate(m, gmap, call->arg[1]) ^ call->arg[2]) & PMD_MASK)
		SET(m, gmap->unrelated_links, 1);
	rc = __gmap_link(m, gmap, call->arg[1], call->arg[2]);
	up_read(m, gmap->mm);
	return answer_rc(rc);
}

static struct reply op_gmap_fault(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	return answer_rc(gmap_fault(m, gmap, call->arg[1], (u32)call->arg[2]));
}

static struct reply op_gmap_discard(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	gmap_discard(m, gmap, call->arg[1], call->arg[2]);
	return answer(0);
}

static struct reply op___gmap_zap(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	down_read(m, gmap->mm);
	__gmap_zap(m, gmap, call->arg[1]);
	up_read(m, gmap->mm);
	return answer(0);
}

/* What every block of a program does: the call is an event, and the outside is told. */
static void notifier_call(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr)
{
	u32 handle = (u32)(nb - m->s.notifier);

	event(m, EVENT_NOTIFY, handle, (u32)gmap->handle, gaddr);
	if (m->hooks.notify) {
		enum callback outer = m->in_callback;

		m->in_callback = CALLBACK_NOTIFY;
		m->hooks.notify(m->hooks.context, handle, (u32)gmap->handle, gaddr);
		m->in_callback = outer;
		if (m->dead)
			machine_unwind(m);
	}
}

static struct reply op_gmap_register_ipte_notifier(struct machine *m, const struct call *call)
{
	GET_NOTIFIER(nb);
	if (!nb->notifier_call)
		SET(m, nb->notifier_call, notifier_call);
	gmap_register_ipte_notifier(m, nb);
	return answer(0);
}

static struct reply op_gmap_unregister_ipte_notifier(struct machine *m, const struct call *call)
{
	GET_NOTIFIER(nb);
	gmap_unregister_ipte_notifier(m, nb);
	return answer(0);
}

static struct reply op_gmap_ipte_notify(struct machine *m, const struct call *call)
{
	GET_GMAP(gmap);
	return answer_rc(gmap_ipte_notify(m, gmap, call->arg[1], call->arg[2]));
}

static struct reply op_ptep_notify(struct machine *m, const struct call *call)
{
	entry_t *ptep;

	GET_MM(mm);
	ptep = host_pte(m, mm, call->arg[1]);
	if (!ptep)
		return refuse(WIRE_BAD_ARGUMENT);
	down_read(m, mm);
	pte_lock(m, ptep);
	ptep_notify(m, mm, call->arg[1], ptep);
	pte_unlock(m, ptep);
	up_read(m, mm);
	return answer(0);
}

static struct reply op_s390_enable_sie(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(s390_enable_sie(m, mm));
}

static struct reply op_s390_enable_skey(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(s390_enable_skey(m, mm));
}

static struct reply op_s390_reset_cmma(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	s390_reset_cmma(m, mm);
	return answer(0);
}

static struct reply op_set_guest_storage_key(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(set_guest_storage_key(m, mm, call->arg[1], call->arg[2], call->arg[3] != 0));
}

static struct reply op_get_guest_storage_key(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer(get_guest_storage_key(m, mm, call->arg[1]));
}

static struct reply op_test_and_clear_guest_dirty(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer(test_and_clear_guest_dirty(m, mm, call->arg[1]));
}

static struct reply op_mmap(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_mmap(m, mm, call->arg[1], call->arg[2], call->arg[3], call->arg[4] ? VM_SHARED : 0));
}

static struct reply op_mmap_huge(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_mmap(m, mm, call->arg[1], call->arg[2], call->arg[3], VM_HUGETLB));
}

static struct reply op_munmap(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_munmap(m, mm, call->arg[1], call->arg[2]));
}

static struct reply op_mprotect(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_mprotect(m, mm, call->arg[1], call->arg[2], call->arg[3]));
}

static struct reply op_madvise(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_madvise(m, mm, call->arg[1], call->arg[2], call->arg[3]));
}

static struct reply op_mremap(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_mremap(m, mm, call->arg[1], call->arg[2], call->arg[3], call->arg[4]));
}

static struct reply op_load(struct machine *m, const struct call *call)
{
	u64 value = 0;

	GET_MM(mm);
	return user_load(m, mm, call->arg[1], &value) ? answer(ERROR_WORD(EFAULT)) : answer(value);
}

static struct reply op_store(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(user_store(m, mm, call->arg[1], call->arg[2]));
}

static struct reply op_fork(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(sys_fork(m, mm));
}

static struct reply op_swap_out(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer_rc(swap_out(m, mm, call->arg[1]));
}

static struct reply op_clear_young(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	return answer(clear_young(m, mm, call->arg[1]));
}

static struct reply op_essa_set_usage(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	if (call->arg[2] > 3 || !host_pte(m, mm, call->arg[1]))
		return refuse(WIRE_BAD_ARGUMENT);
	essa_set_usage(m, mm, call->arg[1], call->arg[2]);
	return answer(0);
}

static struct reply op_essa_set_zero(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	if (!host_pte(m, mm, call->arg[1]))
		return refuse(WIRE_BAD_ARGUMENT);
	essa_set_zero(m, mm, call->arg[1], call->arg[2] != 0);
	return answer(0);
}

static struct reply op_exit(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	mm_exit(m, mm);
	release_mm(m, mm);
	return answer(0);
}

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

static struct reply op_exec(struct machine *m, const struct call *call)
{
	u64 handle = free_mm_handle(m, call->result_handle);

	if (handle >= MAX_MMS)
		return refuse(WIRE_BUDGET);
	if (m->s.mm[handle])
		return refuse(WIRE_HANDLE_TAKEN);
	return answer(mm_exec(m, (u32)handle) ? handle : WIRE_NO_HANDLE);
}

static struct reply op_sysctl_allocate_pgste(struct machine *m, const struct call *call)
{
	if (call->arg[0] > 1)
		return answer_rc(-EINVAL);
	SET(m, m->s.sysctl_allocate_pgste, call->arg[0]);
	return answer(0);
}

static struct reply op_gmaps(struct machine *m, const struct call *call)
{
	const struct mm *mm = mm_of(m, call->arg[0]);
	u64 count = 0;

	if (!mm)
		return call->arg[0] < m->s.mm_count ? answer(0) : refuse(WIRE_BAD_HANDLE);
	while (mm_gmap_at(mm, count))
		count++;
	return answer(count);
}

static struct reply op_inject(struct machine *m, const struct call *call)
{
	u64 kind = call->arg[0];

	if (kind >= WIRE_INJECTS)
		return refuse(WIRE_BAD_ARGUMENT);
	if (kind == INJECT_none) {
		for (kind = 0; kind < WIRE_INJECTS; kind++)
			SET(m, m->s.inject[kind], 0);
	} else {
		SET(m, m->s.inject[kind], call->arg[1]);
	}
	return answer(0);
}

static struct reply op_observe(struct machine *m, const struct call *call)
{
	SET(m, m->s.observing, call->arg[0] != 0);
	if (!call->arg[0])
		observer_forget(m);
	return answer(0);
}

/* Watched pages are kept in ascending order, each once. */
static bool watch_add(struct machine *m, u64 vmaddr)
{
	u64 i = m->s.watch_count;
	u64 at = 0;

	while (at < m->s.watch_count && m->s.watch[at] < vmaddr)
		at++;
	if (at < m->s.watch_count && m->s.watch[at] == vmaddr)
		return true;
	if (m->s.watch_count == MAX_WATCHES)
		return false;
	for (; i > at; i--)
		SET(m, m->s.watch[i], m->s.watch[i - 1]);
	SET(m, m->s.watch[at], vmaddr);
	SET(m, m->s.watch_count, m->s.watch_count + 1);
	return true;
}

static struct reply op_watch(struct machine *m, const struct call *call)
{
	u32 i;

	if (!mm_of(m, call->arg[0]))
		return refuse(WIRE_BAD_HANDLE);
	if (m->s.watch_count + call->rest_count > MAX_WATCHES)
		return refuse(WIRE_BUDGET);
	for (i = 0; i < call->rest_count; i++)
		watch_add(m, load_word(call->rest + i * sizeof(u64)) & PAGE_MASK);
	return answer(0);
}

static struct reply op_set_cpu(struct machine *m, const struct call *call)
{
	if (call->arg[0] >= m->options.cpus)
		return refuse(WIRE_BAD_ARGUMENT);
	SET(m, m->s.current_cpu, call->arg[0]);
	return answer(0);
}

static struct reply op_attach(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	if (call->arg[1] >= m->options.cpus)
		return refuse(WIRE_BAD_ARGUMENT);
	mm_attach(m, mm, (u32)call->arg[1]);
	return answer(0);
}

static struct reply op_detach(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	if (call->arg[1] >= m->options.cpus)
		return refuse(WIRE_BAD_ARGUMENT);
	mm_detach(m, mm, (u32)call->arg[1]);
	return answer(0);
}

static struct reply op_thp_split_mm(struct machine *m, const struct call *call)
{
	GET_MM(mm);
	down_write(m, mm);
	thp_split_mm(m, mm);
	up_write(m, mm);
	return answer(0);
}

const op_fn op_functions[WIRE_OPS] = {
#define OP(name, result, arity, kinds, names) [OP_##name] = op_##name,
#include "../abi/ops.def"
#undef OP
};

struct gmap *mm_gmap_at(const struct mm *mm, u64 i)
{
	struct list_link *link;

	list_for_each(link, &mm->gmap_list)
		if (i-- == 0)
			return container_of(link, struct gmap, list);
	return NULL;
}
