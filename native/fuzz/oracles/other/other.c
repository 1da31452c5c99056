// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another implementation of the machine makes the same calls, and must tell the same of each: results, events, facts, and every word
 * of tables and storage keys that either of both stores to.
 */
#include <stdio.h>

#include "core/check/check.h"
#include "core/check/known.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/memory.h"
#include "fuzz/oracles/oracles.h"
#include "fuzz/oracles/other/differ.h"

/* A machine of the judge's, and the other one's that goes with it. */
struct pair {
	const struct machine *m;
	void *machine;
};

struct other {
	struct other_side side;
	struct pair *pairs;
	size_t count;
	/* of the run that goes on */
	struct machine *m;
	void *machine;
	struct teller teller;
	bool over; /* from here on both need not do the same */
};

struct other *other_create(const struct other_side *side)
{
	struct other *other = memory_take(1, sizeof(*other));

	if (other)
		other->side = *side;
	return other;
}

void other_destroy(struct other *other)
{
	size_t i;

	if (!other)
		return;
	for (i = 0; i < other->count; i++)
		other->side.functions->close(other->pairs[i].machine);
	memory_free(other->pairs);
	teller_free(&other->teller);
	memory_free(other);
}

static void *open_machine(const struct other *other, const struct machine *m)
{
	struct other_setup setup = {
		.kernel = other->side.kernel[0] ? other->side.kernel : m->options.profile->name,
		.options = m->options,
	};

	/* the judge's machine is looked at by an oracle of its own */
	setup.options.check_locks = false;
	return other->side.functions->open(&setup);
}

static void *machine_for(struct other *other, const struct machine *m)
{
	struct pair *grown;
	void *machine;
	size_t i;

	for (i = 0; i < other->count; i++)
		if (other->pairs[i].m == m)
			return other->pairs[i].machine;
	grown = memory_grow(other->pairs, (other->count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	other->pairs = grown;
	machine = open_machine(other, m);
	if (machine)
		other->pairs[other->count++] = (struct pair){ m, machine };
	return machine;
}

bool other_begin(struct other *other, struct machine *m)
{
	other->m = m;
	other->machine = machine_for(other, m);
	if (!other->machine)
		return false;
	other->side.functions->restart(other->machine);
	m->events.mask |= TOLD_EVENTS;
	teller_begin(&other->teller, m);
	other->over = false;
	return true;
}

static void text_of_word(char text[ANSWER_SIZE], const struct told_value *value)
{
	if (value->is_there)
		snprintf(text, ANSWER_SIZE, "0x%llx", (unsigned long long)value->value);
	else
		snprintf(text, ANSWER_SIZE, "nothing");
}

/* Where it is, for people. */
static void name_word(const struct machine *m, const struct told_word *word, const struct told_value *value,
		      struct difference *difference)
{
	u64 address = m->storage.origin + word->offset;
	const struct frame *frame = frame_at(m, address);
	const char *kind = value->is_pgste ? "PGSTE" : "PTE";

	difference->rule = word->is_key ? "storage keys" : "table entries";
	if (word->is_key || frame_kind(frame) != FRAME_PGTABLE || frame->flags & FRAME_NO_PGSTE) {
		snprintf(difference->what, sizeof(difference->what), "%s at 0x%llx", word->is_key ? "key" : "entry",
			 (unsigned long long)word->offset);
		return;
	}
	difference->rule = value->is_pgste ? "PGSTEs" : "PTEs";
	snprintf(difference->what, sizeof(difference->what), "%s of 0x%llx", kind,
		 (unsigned long long)(page_table_vmaddr(m, address & FRAME_MASK) +
				      (address / sizeof(entry_t) & PTE_INDEX) * PAGE_SIZE));
}

static bool word_differs(const struct other *other, const struct told_word *word, struct difference *difference)
{
	struct told_value here = told_value(other->m, word);
	struct told_value there = other->side.functions->value(other->machine, word);

	if (here.is_there == there.is_there && here.value == there.value)
		return false;
	name_word(other->m, word, &here, difference);
	text_of_word(difference->here, &here);
	text_of_word(difference->there, &there);
	return true;
}

/* Those that a call stored to, on either side. */
static bool words_differ(const struct other *other, const struct told *told, struct difference *difference)
{
	u32 i;

	for (i = 0; i < told->word_count; i++)
		if (word_differs(other, &told->words[i], difference))
			return true;
	return false;
}

static bool ends_comparing(const struct told *told)
{
	return told->reply.status == WIRE_BUG || told->no_memory;
}

/* A BUG of the machine, not of the code: work without end, or locks, which only one of both machines looks at. */
static bool is_of_machine(const struct reply *reply)
{
	return reply->status == WIRE_BUG &&
	       (reply->value == BUG_budget || reply->value == BUG_lock || reply->value == BUG_left_held);
}

/*
 * Machines do not need the same memory for themselves, nor the same work; and a kernel that does not have a function cannot do what
 * it does.
 */
static bool cannot_be_compared(const struct both *both)
{
	const struct reply *here = &both->here->reply;
	const struct reply *there = &both->there->reply;

	return both->here->used_up != both->there->used_up || is_of_machine(here) || is_of_machine(there) ||
	       (here->status == WIRE_UNSUPPORTED) != (there->status == WIRE_UNSUPPORTED);
}

/* The defects that one of both kernels has, and not the other. */
static u64 defects_of_one(const struct other *other)
{
	const struct profile *here = other->m->options.profile;
	const struct profile *there = other->side.kernel[0] ? profile_find(other->side.kernel) : here;
	u64 defects = 0;
	u32 i;

	for (i = 0; here != there && i < KNOWN_DEFECTS; i++)
		if (known_of_kernel(i, here) != known_of_kernel(i, there))
			defects |= KNOWN_BIT(i);
	return defects;
}

static u64 known_of_bug(const struct told *told)
{
	const char *place = told->reply.status == WIRE_BUG ? bug_place_name((enum bug_place)told->reply.value) : "";
	u64 known = 0;
	u32 i;

	for (i = 0; i < KNOWN_DEFECTS; i++)
		if (strcmp(known_infos[i].rule, place) == 0)
			known |= KNOWN_BIT(i);
	return known;
}

/* Whether a defect is met that one kernel is known to have, and the other does not: it would be found again and again. */
static bool is_known(const struct other *other, const struct both *both, struct verdict *verdict)
{
	u64 defects = defects_of_one(other);
	u64 met = known_of_bug(both->here) | known_of_bug(both->there);
	char text[64];

	if (!defects)
		return false;
	if (both->here->reply.status != WIRE_BUG)
		machine_check_known(other->m, text, sizeof(text), &met);
	if (both->there->reply.status != WIRE_BUG)
		met |= other->side.functions->known(other->machine);
	verdict->known |= met & defects;
	return met & defects;
}

static bool differ(const struct other *other, const struct both *both, struct difference *difference)
{
	return told_differ(both, difference) || words_differ(other, both->here, difference) ||
	       words_differ(other, both->there, difference);
}

bool other_step(struct other *other, const struct step *step, struct verdict *verdict)
{
	struct difference difference;
	struct both both;

	if (other->over)
		return true;
	both.op = step->op;
	both.here = teller_tell(&other->teller, step->op, step->call, step->reply);
	both.there = other->side.functions->call(other->machine, step->op, step->call);
	verdict->no_memory |= both.here->no_memory || both.there->no_memory;
	other->over = ends_comparing(both.here) || ends_comparing(both.there) || cannot_be_compared(&both);
	if (verdict->no_memory || cannot_be_compared(&both) || !differ(other, &both, &difference))
		return true;
	other->over = true;
	return is_known(other, &both, verdict) ||
	       judge_object(verdict, ORACLE_OTHER, difference.rule, "%s%s%s: %s; %s: %s", difference.what,
			    difference.what[0] ? ": " : "", other->side.own_name, difference.here, other->side.name,
			    difference.there);
}
