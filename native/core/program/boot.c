// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/boot.h"

#include "core/linux/gmap/gmap.h"
#include "core/linux/locking.h"
#include "core/linux/lowcore.h"
#include "core/linux/mm/mm.h"
#include "core/linux/profile.h"
#include "core/machine/list.h"
#include "core/machine/snapshot.h"
#include "core/program/observe.h"
#include "core/program/tracer.h"

static const size_t object_size[POOL_KINDS] = {
	[POOL_MM] = sizeof(struct mm),	   [POOL_GMAP] = sizeof(struct gmap),
	[POOL_VMA] = sizeof(struct vma),   [POOL_RADIX_NODE] = sizeof(struct radix_node),
	[POOL_FILE] = sizeof(struct file),
#ifdef OWN_CODE
	[POOL_OBJECT] = OWN_OBJECT_SIZE,
#endif
};

void machine_default_options(struct machine_options *options)
{
	*options = (struct machine_options){
		.profile = profile_find(PROFILE_DEFAULT),
		.esop = true,
		.idte = true,
		.tlb_lc = true,
		.nx = true,
		.debug_vm = true,
		.check_locks = true,
		.cpus = 1,
		.storage_limit = DEFAULT_STORAGE,
		.max_segments = DEFAULT_MAX_SEGMENTS,
		.max_pages = DEFAULT_MAX_PAGES,
	};
}

/* From zeroed state to one process that has just been started. */
static void boot(struct machine *m, void *context)
{
	u64 flags = (m->options.esop ? MACHINE_FLAG_ESOP : 0) | (m->options.idte ? MACHINE_FLAG_IDTE : 0) |
		    (m->options.tlb_lc ? MACHINE_FLAG_TLB_LC : 0);
	u32 cpu;

	(void)context;
	storage_boot(m);
	for (cpu = 0; cpu < m->options.cpus; cpu++)
		entry_set(m, lowcore(m, cpu, LOWCORE_MACHINE_FLAGS), flags);
#ifdef OWN_CODE
	own_boot(m);
#endif
	list_init(m, &m->s.notifier_list);
	m->s.sysctl_allocate_pgste = 1;
	if (!mm_exec(m, 0))
		machine_bug(m, BUG_host_memory, "no memory for the first process");
	undo_start(m);
}

struct machine *machine_create(const struct machine_options *options, const char **error)
{
	struct machine *m = machine_alloc(options, object_size, error);

	if (!m)
		return NULL;
	m->lock_rules = &lock_rules[options->profile->locking];
	if (!observer_create(m) || machine_enter(m, CALLBACK_NONE, boot, NULL).status != WIRE_OK) {
		machine_destroy(m);
		*error = "no memory for a machine";
		return NULL;
	}
	return m;
}

void machine_destroy(struct machine *m)
{
	if (!m)
		return;
#ifdef OWN_CODE
	own_forget(m);
#endif
	observer_destroy(m);
	tracer_stop(m);
	machine_free(m);
}

static void rebuild(struct machine *m, void *context)
{
	machine_clear(m);
	/* the log forgets the past first: it would take memory to keep what boot changes */
	undo_start(m);
	boot(m, context);
}

void machine_reset(struct machine *m)
{
	u32 mask = m->events.mask;

	/* boot cannot fail: what it needs was there before, and nobody hears of it */
	if (!snapshot_restore_first(m)) {
		m->events.mask = 0;
		machine_enter(m, CALLBACK_NOTIFY, rebuild, NULL);
		m->events.mask = mask;
	}
	observer_forget(m);
	tracer_reset(m);
	storage_trim(m);
	pools_trim(m);
	events_trim(m);
}

int machine_snapshot(struct machine *m)
{
	int snapshot = snapshot_take(m);

	if (snapshot >= 0)
		tracer_snapshot(m, (u32)snapshot);
	return snapshot;
}

bool machine_restore(struct machine *m, int snapshot)
{
	if (!snapshot_restore(m, snapshot))
		return false;
	observer_forget(m);
	tracer_restore(m, (u32)snapshot);
	return true;
}

bool machine_forget(struct machine *m, int snapshot)
{
	return snapshot_forget(m, snapshot);
}
