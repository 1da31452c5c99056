// SPDX-License-Identifier: GPL-2.0-only
/* Facts that can have changed are looked at, and what did is told and kept. */
#include "core/program/observe.h"

#include <stdlib.h>

#include "core/machine/memory.h"
#include "core/program/observer.h"

bool observer_create(struct machine *m)
{
	m->observer = memory_take(1, sizeof(*m->observer));
	return m->observer != NULL;
}

void observer_destroy(struct machine *m)
{
	if (!m->observer)
		return;
	ordered_free(&m->observer->facts);
	ordered_free(&m->observer->links);
	ordered_free(&m->observer->places);
	memory_free(m->observer->suspect);
	memory_free(m->observer);
}

void observer_forget(struct machine *m)
{
	struct observer *observer = m->observer;

	observer->valid = false;
	ordered_clear(&observer->facts);
	ordered_clear(&observer->links);
	ordered_clear(&observer->places);
	undo_unpin(&m->undo);
}

static int by_name(const void *a, const void *b)
{
	const struct fact_name *x = a;
	const struct fact_name *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static bool is_sorted(const struct observer *observer)
{
	size_t i;

	for (i = 1; i < observer->suspects; i++)
		if (by_name(&observer->suspect[i - 1], &observer->suspect[i]) > 0)
			return false;
	return true;
}

/* In the order in which they are told, each once. */
static void sort_suspects(struct observer *observer)
{
	size_t count = 0;
	size_t i;

	if (!is_sorted(observer))
		qsort(observer->suspect, observer->suspects, sizeof(*observer->suspect), by_name);
	for (i = 0; i < observer->suspects; i++)
		if (!count || by_name(&observer->suspect[count - 1], &observer->suspect[i]))
			observer->suspect[count++] = observer->suspect[i];
	observer->suspects = count;
}

static void emit(struct words *out, struct fact_name name, const u64 *fields, u64 sign)
{
	size_t i;

	words_add(out, name.id | sign);
	words_add(out, name.key);
	for (i = 0; i < WIRE_FACT_FIELDS; i++)
		words_add(out, fields[i]);
}

/* Linked segments are found by their host segment. */
static void keep_link(struct machine *m, struct fact_name name, struct ordered_node *fact, u64 link)
{
	struct ordered_map *links = &m->observer->links;
	u64 minor = link_minor(fact_handle(name.id), name.key);
	bool is_new;

	if (fact->value[FACT_LINK] == link)
		return;
	if (fact->value[FACT_LINK])
		ordered_remove(links, fact->value[FACT_LINK] & ~LINKED, minor);
	if (link && !ordered_put(links, link & ~LINKED, minor, &is_new))
		observer_no_memory(m);
	fact->value[FACT_LINK] = link;
}

/* Lowcore and watched pages have a fact whatever is there. */
static bool is_always_there(u64 id)
{
	return fact_kind(id) == WIRE_FACT_LOWCORE || fact_kind(id) == WIRE_FACT_PTE;
}

/* Tells of a fact that was told and is no more. */
static u32 tell_if_gone(struct machine *m, struct fact_name name, struct words *out)
{
	struct ordered_map *facts = &m->observer->facts;
	struct ordered_node *told;
	struct observed_fact now;

	if (is_always_there(name.id))
		return 0;
	told = ordered_find(facts, name.id, name.key);
	if (!told || fact_now(m, name, &now))
		return 0;
	emit(out, name, told->value, 0);
	keep_link(m, name, told, 0);
	ordered_remove(facts, name.id, name.key);
	return 1;
}

/* Tells of a fact that was not told, or of another one. */
static u32 tell_if_new(struct machine *m, struct fact_name name, struct words *out)
{
	struct ordered_map *facts = &m->observer->facts;
	struct ordered_node *told;
	struct observed_fact now;
	bool is_new;

	if (!fact_now(m, name, &now))
		return 0;
	told = ordered_put(facts, name.id, name.key, &is_new);
	if (!told)
		observer_no_memory(m);
	keep_link(m, name, told, now.link);
	if (!is_new && memcmp(told->value, now.fact.field, sizeof(now.fact.field)) == 0)
		return 0;
	memcpy(told->value, now.fact.field, sizeof(now.fact.field));
	emit(out, name, now.fact.field, 1);
	return 1;
}

static void find_suspects(struct machine *m)
{
	struct observer *observer = m->observer;

	observer->suspects = 0;
	if (observer->valid && undo_is_pinned(&m->undo))
		suspect_stored(m, m->undo.pin);
	else
		suspect_everything(m);
	sort_suspects(observer);
}

u32 observe_changes(struct machine *m, struct words *out)
{
	struct observer *observer = m->observer;
	u32 told = 0;
	size_t i;

	if (observer->valid && undo_is_at(&m->undo, observer->stamp))
		return 0;
	find_suspects(m);
	for (i = 0; i < observer->suspects && observer->facts.top; i++)
		told += tell_if_gone(m, observer->suspect[i], out);
	for (i = 0; i < observer->suspects; i++)
		told += tell_if_new(m, observer->suspect[i], out);
	undo_pin(&m->undo);
	observer->stamp = undo_stamp(&m->undo);
	observer->valid = true;
	return told;
}
