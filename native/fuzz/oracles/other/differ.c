// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/oracles/other/differ.h"

#include <stdio.h>

static bool replies_differ(const struct both *both, struct difference *difference)
{
	const struct reply *here = &both->here->reply;
	const struct reply *there = &both->there->reply;
	bool one_died = (here->status == WIRE_BUG) != (there->status == WIRE_BUG);

	/* a place says how a machine has seen it, not what happened */
	if (here->status == there->status && (here->status == WIRE_BUG || here->value == there->value))
		return false;
	difference->rule = one_died ? "BUG" : "result";
	text_of_reply(difference->here, both->here, both->op);
	text_of_reply(difference->there, both->there, both->op);
	return true;
}

static bool items_differ(const struct both *both, struct difference *difference)
{
	if (both->here->item_count == both->there->item_count &&
	    (!both->here->item_count ||
	     memcmp(both->here->items, both->there->items, both->here->item_count * sizeof(u64)) == 0))
		return false;
	difference->rule = "result";
	text_of_items(difference->here, both->here);
	text_of_items(difference->there, both->there);
	return true;
}

static const struct event *event_at(const struct told *told, u32 i)
{
	return i < told->event_count ? &told->events[i] : NULL;
}

static bool same_event(const struct event *a, const struct event *b)
{
	return a && b && a->kind == b->kind && a->a == b->a && a->b == b->b && a->address == b->address &&
	       a->end == b->end;
}

static const char *rule_of_event(const struct event *event)
{
	switch (event->kind) {
	case EVENT_NOTIFY:
		return "notifications";
	case EVENT_KEY:
		return "storage keys set";
	case EVENT_ALLOC_FRAMES:
	case EVENT_FREE_FRAMES:
		return "frames";
	case EVENT_FAILURE:
		return "failures";
	default:
		return "flushes";
	}
}

static bool events_differ(const struct both *both, struct difference *difference)
{
	const struct event *here, *there;
	u32 i = 0;

	do {
		here = event_at(both->here, i);
		there = event_at(both->there, i);
		i++;
	} while (same_event(here, there));
	if (!here && !there)
		return false;
	difference->rule = rule_of_event(here ? here : there);
	snprintf(difference->what, sizeof(difference->what), "event %u", i);
	text_of_event(difference->here, here);
	text_of_event(difference->there, there);
	return true;
}

static const u64 *fact_at(const struct told *told, u64 i)
{
	return i < told->fact_count ? told->facts + i * WIRE_FACT_WORDS : NULL;
}

static bool facts_differ(const struct both *both, struct difference *difference)
{
	const u64 *here, *there;
	u64 i = 0;

	do {
		here = fact_at(both->here, i);
		there = fact_at(both->there, i);
		i++;
	} while (here && there && memcmp(here, there, WIRE_FACT_WORDS * sizeof(u64)) == 0);
	if (!here && !there)
		return false;
	difference->rule = "facts";
	text_of_fact(difference->here, here);
	text_of_fact(difference->there, there);
	return true;
}

bool told_differ(const struct both *both, struct difference *difference)
{
	difference->what[0] = '\0';
	return replies_differ(both, difference) || items_differ(both, difference) || events_differ(both, difference) ||
	       facts_differ(both, difference);
}
