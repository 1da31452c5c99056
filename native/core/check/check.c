// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invariants, as far as a state shows them, and the accounting: what is allocated is reachable. What is about
 * events or the past is covered elsewhere:
 *
 *	I15 (a valid PTE changes through a flush only): the event log, in the tests of the PTE layer and of flushes
 *	I16 (locks are balanced): lock.h, at the end of every operation; here only that nothing is held
 *	I18 (a dropped link is followed by a flush before the call returns): the event log, in tests and recordings
 *	I2 to I4, what never changes: here only that the top table is the oldest on crst_list
 *	I17, PGSTEs of slots that were never used: nobody remembers which those are
 *
 * The cost is that of a walk through everything that is allocated.
 */
#include "core/check/check.h"

#include "core/check/check_gmap.h"
#include "core/check/check_mm.h"
#include "core/check/check_tree.h"
#include "core/check/invariants.h"
#include "core/linux/lowcore.h"
#include "core/machine/list.h"
#include "core/machine/memory.h"

/* All processes that were not freed: also children of fork, which have no handle. */
static bool check_mms(struct check *c)
{
	struct pool *pool = &c->m->pool[POOL_MM];
	const struct pool_state *state = &c->m->s.pool[POOL_MM];
	bool *is_free = memory_take(state->used + 1, sizeof(*is_free));
	bool ok = true;
	void *object;
	u64 i;

	if (!is_free)
		return check_no_memory(c);
	for (object = state->free; object; object = *(void **)object)
		is_free[pool_index(pool, object)] = true;
	for (i = 0; ok && i < state->used; i++)
		if (!is_free[i])
			ok = check_mm(c, (struct mm *)(void *)pool_at(pool, i));
	memory_free(is_free);
	return ok;
}

/* I1, the part about handles: a gmap that has one is on its process's list, under that handle. */
static bool check_handles(struct check *c)
{
	struct machine *m = c->m;
	u64 i;

	for (i = 0; i < m->s.gmap_count; i++) {
		struct gmap *gmap = m->s.gmap[i];

		if (!gmap)
			continue;
		if (gmap->handle != i)
			return check_fail(c, "I1: g%llu has the handle of another gmap", (unsigned long long)i);
		/* later kernels: removed, but somebody has a reference */
		if (!gmap->listed) {
			if (!check_gmap(c, gmap))
				return false;
			continue;
		}
		if (!(c->on_list[i / 64] >> i % 64 & 1))
			return check_fail(c, "I1: g%llu is not on the list of its process", (unsigned long long)i);
	}
	return true;
}

/* The sums differ: says of which frame, if one alone shows it. */
static bool blame_uses(struct check *c)
{
	u64 address;

	for (address = c->m->storage.origin; address < c->m->s.storage.bump; address += FRAME_SIZE) {
		const struct frame *frame = frame_at(c->m, address);
		u32 uses = *use_of(c, address);
		bool page = frame_kind(frame) == FRAME_ANON || frame_kind(frame) == FRAME_SHARED ||
			    frame_kind(frame) == FRAME_HUGE;
		bool halves = frame_kind(frame) == FRAME_PGTABLE && frame->flags & FRAME_NO_PGSTE &&
			      !(frame->flags & FRAME_LOST);

		if ((page || halves) && uses && uses != frame->count)
			return check_fail(c, "references: the frame at 0x%llx (kind %d) has 0x%llx, 0x%x were found",
					  (unsigned long long)address, (int)frame_kind(frame),
					  (unsigned long long)frame->count, uses);
	}
	return check_fail(c, "references: %llu in descriptors, %llu found", (unsigned long long)c->uses_counted,
			  (unsigned long long)c->uses_found);
}

static bool blame_frames(struct check *c, u64 expected)
{
	u64 address;

	for (address = c->m->storage.origin; address < c->m->s.storage.bump; address += FRAME_SIZE) {
		const struct frame *frame = frame_at(c->m, address);
		enum frame_kind kind = frame_kind(frame);

		if (kind != FRAME_FREE && kind != FRAME_SYSTEM && !(frame->flags & FRAME_LOST) && !*use_of(c, address))
			return check_fail(c, "leak: nothing leads to the frame at 0x%llx (kind %d)",
					  (unsigned long long)address, (int)kind);
	}
	return check_fail(c, "leak: %llu frames in use, %llu found", (unsigned long long)c->m->s.storage.frames_used,
			  (unsigned long long)expected);
}

static bool check_pool(struct check *c, enum pool_kind kind, u64 expected, const char *what)
{
	u64 live = c->m->s.pool[kind].live;

	return live == expected || check_fail(c, "leak: %llu %s live, %llu found", (unsigned long long)live, what,
					      (unsigned long long)expected);
}

/* What is in use can be reached, what the kernel leaks is known. */
static bool check_accounts(struct check *c)
{
	const struct machine_state *s = &c->m->s;
	u64 frames = c->frames_found + s->lost_tables - c->lost_found;

	if (c->uses_counted != c->uses_found)
		return blame_uses(c);
	if (frames != s->storage.frames_used)
		return blame_frames(c, frames);
	return check_pool(c, POOL_GMAP, c->gmaps_found, "gmaps") && check_pool(c, POOL_VMA, c->vmas_found, "VMAs") &&
	       check_pool(c, POOL_FILE, c->files_found, "files") &&
	       check_pool(c, POOL_RADIX_NODE, c->nodes_found + s->lost_nodes, "radix-tree nodes");
}

static bool check_cpus(struct check *c)
{
	struct machine *m = c->m;
	u32 cpu;

	for (cpu = 0; cpu < m->options.cpus; cpu++) {
		const struct mm *mm = m->s.cpu[cpu].active_mm;

		if (entry_get(lowcore(m, cpu, LOWCORE_USER_ASCE)) != (mm ? mm->asce : 0))
			return check_fail(c, "cpu %u: the user ASCE in its lowcore is not that of its process", cpu);
		if (entry_get(lowcore(m, cpu, LOWCORE_GMAP)) > m->s.gmap_serial)
			return check_fail(c, "cpu %u: its lowcore names a gmap that never was", cpu);
	}
	if (m->stack->locks.count || m->stack->preempt_count)
		return check_fail(c, "I16: %u locks are held, preemption count %lld", m->stack->locks.count,
				  (long long)m->stack->preempt_count);
	return true;
}

static bool run(struct check *c)
{
	return check_cpus(c) && check_mms(c) && check_handles(c) && check_files(c) && check_accounts(c);
}

/* A machine that is dead stopped in the middle of a call, where nothing is promised: it passes. */
enum check_result machine_check_known(struct machine *m, char *text, size_t size, u64 *known)
{
	struct check c = { .m = m, .text = text, .size = size };
	bool holds;

	if (m->dead)
		return CHECK_HOLDS;
	c.uses = memory_take((size_t)((m->s.storage.bump - m->storage.origin) >> FRAME_SHIFT), sizeof(*c.uses));
	c.files = memory_grow(NULL, (size_t)(m->s.pool[POOL_VMA].live + 1) * sizeof(struct file *));
	holds = c.uses && c.files ? run(&c) : check_no_memory(&c);
	memory_free(c.uses);
	memory_free(c.files);
	*known |= c.known;
	if (c.no_memory)
		return CHECK_NO_MEMORY;
	return holds ? CHECK_HOLDS : CHECK_BROKEN;
}

bool machine_check(struct machine *m, char *text, size_t size)
{
	u64 known = 0;

	return machine_check_known(m, text, size, &known) == CHECK_HOLDS;
}

enum check_result machine_check_explained(struct machine *m, char *text, size_t size)
{
	char found[256];
	u64 known = 0;
	enum check_result result = machine_check_known(m, found, sizeof(found), &known);

	if (result == CHECK_BROKEN)
		invariant_explain(found, text, size);
	return result;
}

void machine_check_or_bug(struct machine *m)
{
	char text[sizeof(m->bug_text)];
	enum check_result result = machine_check_explained(m, text, sizeof(text));

	if (result == CHECK_BROKEN)
		machine_bug(m, BUG_check, "%s", text);
	if (result == CHECK_NO_MEMORY)
		machine_bug(m, BUG_host_memory, "the check after each call");
}
