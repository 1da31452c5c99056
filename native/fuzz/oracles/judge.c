// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/oracles/judge.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/check/check.h"
#include "core/check/known.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "core/machine/counts.h"
#include "core/machine/list.h"
#include "core/machine/memory.h"
#include "core/program/boot.h"
#include "fuzz/oracles/oracles.h"

struct judge {
	u32 oracles;
	struct tlb *tlb;
	struct model *model;
	struct contents *contents;
	struct other *other; /* somebody else's */
	const struct watcher *watcher;
	/* of the run that goes on */
	struct machine *m;
	struct verdict *verdict;
	u64 operation;
	u64 failures;
	u64 looks;				     /* at the whole state */
	size_t stored;				     /* where the undo log stood before the operation */
	enum { AT_END, THOROUGH, ONLY_ONE } looking; /* when the whole state is judged */
	u64 only;				     /* ONLY_ONE: after this operation, which is the last */
	u64 unseen;  /* the first operation after which the state was not judged, nor after a later one */
	bool agreed; /* nothing to object to so far */
};

const char *oracle_name(enum oracle oracle)
{
	static const char *const names[ORACLES] = {
		[ORACLE_NONE] = "none",	  [ORACLE_RULES] = "rules",	  [ORACLE_HARDWARE] = "hardware",
		[ORACLE_MODEL] = "model", [ORACLE_LOCKS] = "locks",	  [ORACLE_LEAKS] = "leaks",
		[ORACLE_BUG] = "bug",	  [ORACLE_CONTENTS] = "contents", [ORACLE_OTHER] = "other",
	};

	return oracle < ORACLES ? names[oracle] : "";
}

bool judge_object(struct verdict *verdict, enum oracle oracle, const char *rule, const char *format, ...)
{
	va_list args;

	verdict->oracle = oracle;
	snprintf(verdict->rule, sizeof(verdict->rule), "%s", rule);
	va_start(args, format);
	vsnprintf(verdict->text, sizeof(verdict->text), format, args);
	va_end(args);
	return false;
}

struct judge *judge_create(u32 oracles)
{
	struct judge *judge = memory_take(1, sizeof(*judge));

	if (!judge)
		return NULL;
	judge->oracles = oracles;
	judge->tlb = tlb_create();
	judge->model = model_create();
	judge->contents = contents_create();
	if (judge->tlb && judge->model && judge->contents)
		return judge;
	judge_destroy(judge);
	return NULL;
}

void judge_destroy(struct judge *judge)
{
	if (!judge)
		return;
	if (judge->tlb)
		tlb_destroy(judge->tlb);
	if (judge->model)
		model_destroy(judge->model);
	contents_destroy(judge->contents);
	memory_free(judge);
}

static bool asks(const struct judge *judge, enum oracle oracle)
{
	return judge->oracles & ORACLE_BIT(oracle);
}

void judge_watch(struct judge *judge, const struct watcher *watcher)
{
	judge->watcher = watcher;
}

void judge_ask(struct judge *judge, struct other *other)
{
	judge->other = asks(judge, ORACLE_OTHER) ? other : NULL;
}

u64 judge_failures(const struct judge *judge)
{
	return judge->failures;
}

u64 judge_operations(const struct judge *judge)
{
	return judge->operation;
}

u64 judge_looks(const struct judge *judge)
{
	return judge->looks;
}

bool judge_bug_allowed(enum bug_place place)
{
	/* the process that runs the model is too small, or the call too large: that says nothing about the model */
	return bug_is_the_programs(place) || place == BUG_host_memory || place == BUG_budget;
}

static bool judge_bug(const struct judge *judge, enum bug_place place)
{
	const char *text = judge->m->bug_text;

	judge->verdict->no_memory |= place == BUG_host_memory;
	if (judge_bug_allowed(place))
		return true;
	if (place == BUG_left_held && known_kept_lock(judge->m, &judge->verdict->known))
		return true;
	if (place == BUG_lock || place == BUG_left_held)
		return !asks(judge, ORACLE_LOCKS) ||
		       judge_object(judge->verdict, ORACLE_LOCKS, bug_place_name(place), "%s", text);
	return !asks(judge, ORACLE_BUG) ||
	       judge_object(judge->verdict, ORACLE_BUG, bug_place_name(place), "%s: %s", bug_place_text(place), text);
}

/* The name of the rule is what machine_check's text begins with, up to the colon. */
static bool judge_check(const struct judge *judge)
{
	char text[256];
	char rule[sizeof(judge->verdict->rule)];
	enum check_result result = machine_check_known(judge->m, text, sizeof(text), &judge->verdict->known);

	judge->verdict->no_memory |= result == CHECK_NO_MEMORY;
	if (result != CHECK_BROKEN)
		return true;
	snprintf(rule, sizeof(rule), "%.*s", (int)strcspn(text, ":"), text);
	return judge_object(judge->verdict, ORACLE_RULES, rule, "%s", text);
}

static bool judge_state(struct judge *judge)
{
	if (judge->m->dead)
		return true;
	judge->looks++;
	return (!asks(judge, ORACLE_RULES) || judge_check(judge)) &&
	       (!asks(judge, ORACLE_MODEL) || model_compare(judge->model, judge->m, judge->verdict));
}

static bool judge_step(const struct judge *judge, const struct step *step)
{
	if (step->reply.status == WIRE_BUG && !judge_bug(judge, (enum bug_place)step->reply.value))
		return false;
	if (judge->verdict->no_memory)
		return true;
	/* in the middle of a call nothing is promised */
	if (step->reply.status != WIRE_BUG &&
	    ((asks(judge, ORACLE_RULES) && !rules_step(step, judge->verdict)) ||
	     (asks(judge, ORACLE_HARDWARE) && !tlb_step(judge->tlb, step, judge->verdict))))
		return false;
	return (!asks(judge, ORACLE_MODEL) || model_step(judge->model, step, judge->verdict)) &&
	       (!asks(judge, ORACLE_CONTENTS) || contents_step(judge->contents, step, judge->verdict)) &&
	       (!judge->other || other_step(judge->other, step, judge->verdict));
}

static void count_failures(struct judge *judge)
{
	const struct event_log *log = &judge->m->events;
	u32 i;

	for (i = 0; i < log->count; i++)
		judge->failures += log->event[i].kind == EVENT_FAILURE;
}

/*
 * A look at the whole state takes longer the more a program has made. So there is one after each of the first
 * operations, then after every second one, after every fourth, …: all together cost about as much as twice so many
 * looks at the last state.
 */
#define FIRST_LOOKS 256

static bool is_looked_at(const struct judge *judge, u64 operation)
{
	u64 step = 1;

	if (judge->looking != THOROUGH)
		return judge->looking == ONLY_ONE && operation == judge->only;
	while (operation / step >= FIRST_LOOKS)
		step *= 2;
	return operation % step == 0;
}

static bool look(struct judge *judge, u64 operation)
{
	if (!is_looked_at(judge, operation))
		return true;
	if (!judge_state(judge))
		return false;
	judge->unseen = operation + 1;
	return true;
}

static bool after_operation(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct judge *judge = context;
	struct machine *m = judge->m;
	const struct step step = step_of(m, op, call, reply, judge->stored);

	if (judge->watcher)
		judge->watcher->after(judge->watcher->context, op, call, reply);
	count_failures(judge);
	judge->verdict->op = op;
	judge->verdict->operation = judge->operation++;
	judge->agreed = judge_step(judge, &step) && look(judge, judge->verdict->operation);
	judge->stored = undo_position(&m->undo);
	return judge->agreed && !judge->verdict->no_memory &&
	       !(judge->looking == ONLY_ONE && judge->verdict->operation == judge->only);
}

static void drop_gmap(struct machine *m, struct gmap *gmap)
{
	if (gmap->handle < MAX_GMAPS)
		SET(m, m->s.gmap[gmap->handle], NULL);
	/* what later kernels count does not matter here */
	gmap_free(m, gmap);
}

/* Answers whether all of them are off the list then; a tree's own code may forget to take one off. */
static bool drop_listed(struct machine *m, struct mm *mm)
{
	while (mm->gmap_list.next != &mm->gmap_list) {
		struct list_link *first = mm->gmap_list.next;

		drop_gmap(m, container_of(first, struct gmap, list));
		if (mm->gmap_list.next == first)
			return false;
	}
	return true;
}

/* Answers whether it could be. */
static bool free_process(struct machine *m, struct mm *mm)
{
	u64 i;

	mm_exit(m, mm);
	if (!drop_listed(m, mm))
		return false;
	for (i = 0; i < m->s.gmap_count; i++)
		if (m->s.gmap[i] && m->s.gmap[i]->mm == mm)
			drop_gmap(m, m->s.gmap[i]);
	SET(m, m->s.mm[mm->handle], NULL);
	mm_free(m, mm);
	return true;
}

/* What cannot be freed is left, and told as what is. */
static void free_everything(struct machine *m, void *context)
{
	u64 i;

	(void)context;
	for (i = 0; i < m->s.mm_count; i++)
		if (m->s.mm[i] && !free_process(m, m->s.mm[i]))
			return;
}

/* Tables and nodes that the machine knows as lost: only where a kernel loses them too. */
static bool losses_are_known(const struct judge *judge)
{
	const struct machine *m = judge->m;
	u64 *met = &judge->verdict->known;

	u64 others = m->s.lost_tables - m->s.kept_tables - m->s.former_top_tables;

	return (!m->s.former_top_tables || known_defect(m, KNOWN_former_top_table, met)) &&
	       (!others || known_defect(m, KNOWN_table_outside_vmas, met)) &&
	       (!m->s.lost_nodes || known_defect(m, KNOWN_path_to_zero, met));
}

static bool nothing_left(const struct judge *judge)
{
	struct machine_counts c;

	machine_count(judge->m, &c);
	if (!(c.mms | c.gmaps | c.vmas | c.files) && c.frames == c.lost_tables && c.radix_nodes == c.lost_nodes &&
	    losses_are_known(judge))
		return true;
	return judge_object(
		judge->verdict, ORACLE_LEAKS, "leak",
		"left: %llu processes, %llu gmaps, %llu VMAs, %llu files, %llu frames (%llu lost), %llu radix-tree "
		"nodes (%llu lost)",
		(unsigned long long)c.mms, (unsigned long long)c.gmaps, (unsigned long long)c.vmas,
		(unsigned long long)c.files, (unsigned long long)c.frames, (unsigned long long)c.lost_tables,
		(unsigned long long)c.radix_nodes, (unsigned long long)c.lost_nodes);
}

static bool judge_leaks(const struct judge *judge)
{
	struct machine *m = judge->m;

	m->events.mask = 0;
	if (machine_enter(m, CALLBACK_NONE, free_everything, NULL).status == WIRE_BUG)
		return judge_bug(judge, m->dead);
	return nothing_left(judge);
}

static void load_all(struct machine *m, void *context)
{
	const struct judge *judge = context;

	contents_load_all(judge->contents, m, judge->verdict);
}

static bool judge_contents(struct judge *judge)
{
	struct machine *m = judge->m;

	m->events.mask = 0;
	if (machine_enter(m, CALLBACK_NONE, load_all, judge).status == WIRE_BUG)
		return judge_bug(judge, m->dead);
	return judge->verdict->oracle == ORACLE_NONE;
}

static bool judge_end(struct judge *judge)
{
	judge->verdict->operation = judge->operation;
	if (!judge_state(judge))
		return false;
	if (asks(judge, ORACLE_CONTENTS) && !judge->m->dead && !judge_contents(judge))
		return false;
	return judge->m->dead || !asks(judge, ORACLE_LEAKS) || judge_leaks(judge);
}

/* Runs it once, and goes back. */
static bool run_once(struct judge *judge, struct machine *m, const u8 *program, size_t bytes, struct verdict *verdict)
{
	int snapshot = machine_snapshot(m);
	u32 mask = m->events.mask;

	*verdict = (struct verdict){ 0 };
	judge->m = m;
	judge->verdict = verdict;
	judge->operation = 0;
	judge->failures = 0;
	judge->stored = undo_position(&m->undo);
	judge->unseen = 0;
	judge->agreed = true;
	m->events.mask = JUDGE_EVENTS;
	m->options.check_locks = asks(judge, ORACLE_LOCKS);
#ifdef OWN_CODE
	m->options.no_shadows = true; /* no oracle knows them */
#endif
	if (asks(judge, ORACLE_HARDWARE))
		tlb_begin(judge->tlb, m);
	if (asks(judge, ORACLE_MODEL))
		model_begin(judge->model, m);
	if (asks(judge, ORACLE_CONTENTS))
		contents_begin(judge->contents, m);
	if (judge->other && !other_begin(judge->other, m))
		verdict->no_memory = true;
	else
		machine_run_each(m, program, bytes, after_operation, judge);
	if (judge->watcher)
		judge->watcher->end(judge->watcher->context);
	judge->agreed = judge->agreed && (verdict->no_memory || judge->looking == ONLY_ONE || judge_end(judge));
	m->events.mask = mask;
	machine_restore(m, snapshot);
	machine_forget(m, snapshot);
	return judge->agreed;
}

/* Whether the state after that operation is one that nobody objects to; *verdict is as it was if so. */
static bool agrees_after(struct judge *judge, const u8 *program, size_t bytes, u64 operation, struct verdict *verdict)
{
	struct verdict found;
	bool agreed;

	judge->only = operation;
	agreed = run_once(judge, judge->m, program, bytes, &found);
	if (!agreed)
		*verdict = found;
	return agreed;
}

/* The state may have been wrong before the operation that was objected to, where nobody looked: the first one is searched. */
static void find_first(struct judge *judge, const u8 *program, size_t bytes, struct verdict *verdict)
{
	const struct watcher *watcher = judge->watcher;
	u64 first = judge->unseen;
	u64 end = verdict->operation; /* it is wrong after this one */

	judge->looking = ONLY_ONE;
	judge->watcher = NULL;
	if (first < end && !agrees_after(judge, program, bytes, end - 1, verdict)) {
		end--;
		while (first < end) {
			u64 middle = first + (end - first) / 2;

			if (agrees_after(judge, program, bytes, middle, verdict))
				first = middle + 1;
			else
				end = middle;
		}
	}
	judge->watcher = watcher;
}

bool judge_run(struct judge *judge, struct machine *m, const u8 *program, size_t bytes, bool thorough,
	       struct verdict *verdict)
{
	bool agreed;

	judge->looks = 0;
	judge->looking = thorough ? THOROUGH : AT_END;
	agreed = run_once(judge, m, program, bytes, verdict);
	if (!agreed && thorough)
		find_first(judge, program, bytes, verdict);
	return agreed;
}
