// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hardware/dat.h"
#include "core/machine/list.h"
#include "core/linux/mm/mm.h"
#include "core/program/observe.h"
#include "core/program/tracer.h"

static const struct {
	const char *name;
	const char *text;
} bug_places[] = {
#define BUG_PLACE(name, text) [BUG_##name] = { #name, text },
#include "abi/bugs.def"
#undef BUG_PLACE
};

const char *bug_place_text(enum bug_place place)
{
	return place > BUG_none && place < BUG_PLACES ? bug_places[place].text : "";
}

const char *bug_place_name(enum bug_place place)
{
	return place > BUG_none && place < BUG_PLACES ? bug_places[place].name : "";
}

bool bug_is_the_programs(enum bug_place place)
{
	switch (place) {
	case BUG_pmd_none:
	case BUG_above_limit:
	case BUG_no_vma:
	case BUG_subpage:
	case BUG_endless:
	case BUG_notifier_twice:
	case BUG_notifier_never:
	case BUG_put_listed:
	case BUG_removed_twice:
	case BUG_no_pgste:
	case BUG_large_pmd:
	case BUG_huge_unaligned:
		return true;
	default:
		return false;
	}
}

noreturn_fn void machine_bug(struct machine *m, enum bug_place place, const char *format, ...)
{
	va_list args;

	m->dead = place;
	va_start(args, format);
	vsnprintf(m->bug_text, sizeof(m->bug_text), format, args);
	va_end(args);
	machine_unwind(m);
}

bool inject_slow(struct machine *m, enum wire_inject kind)
{
	SET(m, m->s.inject[kind], m->s.inject[kind] - 1);
	if (m->s.inject[kind])
		return false;
	event(m, EVENT_FAILURE, kind, 0, 0);
	return true;
}

/* Keeps a program that runs for ever from taking all memory with it: older events are what counts. */
#define MAX_EVENTS (1u << 22)

void event_add(struct machine *m, enum event_kind kind, u32 a, u32 b, u64 address, u64 end)
{
	struct event_log *log = &m->events;

	if (log->count == log->capacity) {
		u32 capacity = log->capacity ? 2 * log->capacity : 64;
		struct event *grown = capacity > MAX_EVENTS ? NULL : realloc(log->event, capacity * sizeof(*grown));

		if (!grown)
			machine_bug(m, BUG_host_memory, "%u events in one call", log->count);
		log->event = grown;
		log->capacity = capacity;
	}
	log->event[log->count++] = (struct event){ (u32)kind, a, b, address, end };
}

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
	};
}

static const char *options_error(const struct machine_options *options)
{
	if (!options->profile)
		return "there is no profile of that name";
	if (options->cpus < 1 || options->cpus > MAX_CPUS)
		return "cpus must be 1 to 32";
	if (options->storage_limit < MIN_STORAGE || options->storage_limit > MAX_STORAGE)
		return "the storage limit must be 2 MiB to 1 TiB";
	if (options->storage_limit & (CRST_SIZE - 1))
		return "the storage limit must be a multiple of 16 KiB";
	return NULL;
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
	list_init(m, &m->s.notifier_list);
	m->s.sysctl_allocate_pgste = 1;
	if (!mm_exec(m, 0))
		machine_bug(m, BUG_host_memory, "no memory for the first process");
	undo_start(m);
}

/* What belongs to a call, or was remembered about a state that is gone. */
static void forget_call(struct machine *m)
{
	m->dead = BUG_none;
	m->bug_text[0] = '\0';
	call_stack_clear(m->stack);
	m->events.count = 0;
	m->vma_hint.mm = NULL;
	observer_forget(m);
}

struct machine *machine_create(const struct machine_options *options, const char **error)
{
	struct machine *m;

	*error = options_error(options);
	if (*error)
		return NULL;
	*error = "no memory for a machine";
	m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	m->options = *options;
	m->stack = &m->main_stack;
	pools_init(m);
	if (!undo_init(&m->undo) || !storage_init(&m->storage, options->storage_limit) || !observer_create(m)) {
		machine_destroy(m);
		return NULL;
	}
	undo_start(m);
	if (machine_enter(m, CALLBACK_NONE, boot, NULL).status != WIRE_OK) {
		machine_destroy(m);
		return NULL;
	}
	*error = NULL;
	return m;
}

void machine_destroy(struct machine *m)
{
	if (!m)
		return;
	observer_destroy(m);
	tracer_stop(m);
	pools_destroy(m);
	storage_destroy(&m->storage);
	undo_destroy(&m->undo);
	free(m->events.event);
	free(m);
}

static void rebuild(struct machine *m, void *context)
{
	struct storage_state storage = m->s.storage;

	pools_boot(m);
	memset(&m->s, 0, sizeof(m->s));
	m->s.storage = storage;
	m->stack->cpu = 0;
	boot(m, context);
}

void machine_reset(struct machine *m)
{
	forget_call(m);
	if (!m->undo.base_lost) {
		undo_rewind(&m->undo, 0);
		m->undo.marks = 0;
		m->undo.serial = m->undo.oldest;
	} else {
		/* boot cannot fail: what it needs was there before */
		machine_enter(m, CALLBACK_NOTIFY, rebuild, NULL);
	}
	tracer_reset(m);
}

int machine_snapshot(struct machine *m)
{
	struct undo_log *log = &m->undo;

	if (log->marks == UNDO_MAX_MARKS)
		return -1;
	log->serial = ++log->last_serial;
	if (log->oldest == UINT64_MAX)
		log->oldest = log->serial;
	m->mark[log->marks] = (struct undo_mark){ (size_t)(log->next - log->base), log->serial };
	tracer_snapshot(m, log->marks);
	log->marks++;
	undo_refresh(log);
	return (int)log->marks - 1;
}

bool machine_restore(struct machine *m, int snapshot)
{
	struct undo_log *log = &m->undo;

	if (snapshot < 0 || (u32)snapshot >= log->marks)
		return false;
	forget_call(m);
	undo_rewind(log, m->mark[snapshot].position);
	log->marks = (u32)snapshot + 1;
	log->serial = m->mark[snapshot].serial;
	tracer_restore(m, (u32)snapshot);
	return true;
}

bool machine_forget(struct machine *m, int snapshot)
{
	struct undo_log *log = &m->undo;

	if (snapshot < 0 || (u32)snapshot >= log->marks)
		return false;
	log->marks = (u32)snapshot;
	if (log->marks == 0 && log->base_lost)
		log->oldest = UINT64_MAX;
	undo_refresh(log);
	return true;
}

void machine_count(const struct machine *m, struct machine_counts *counts)
{
	int kind;

	*counts = (struct machine_counts){
		.mms = m->s.pool[POOL_MM].live,
		.gmaps = m->s.pool[POOL_GMAP].live,
		.vmas = m->s.pool[POOL_VMA].live,
		.files = m->s.pool[POOL_FILE].live,
		.radix_nodes = m->s.pool[POOL_RADIX_NODE].live,
		.frames = m->s.storage.frames_used,
		.lost_tables = m->s.lost_tables,
		.lost_nodes = m->s.lost_nodes,
		.bytes = m->s.storage.frames_used * (FRAME_SIZE + sizeof(struct frame)),
	};
	for (kind = 0; kind < POOL_KINDS; kind++)
		counts->bytes += m->s.pool[kind].live * m->pool[kind].size;
}
