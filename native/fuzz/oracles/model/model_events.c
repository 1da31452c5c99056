// SPDX-License-Identifier: GPL-2.0-only
/* Which events an operation must have caused, in which order, and how to object. */
#include "fuzz/oracles/model/model.h"

#include <stdarg.h>
#include <stdio.h>

bool model_wrong(struct model *model, const char *what, const char *format, ...)
{
	char rule[sizeof(model->verdict->rule)];
	char text[sizeof(model->verdict->text)];
	va_list args;

	if (model->wrong || model->lost)
		return false;
	model->wrong = true;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* what is found after an operation is not that operation's, as far as anybody knows */
	if (model->step)
		snprintf(rule, sizeof(rule), "%s of %s", what, op_infos[model->step->op].name);
	else
		snprintf(rule, sizeof(rule), "%s", what);
	return judge_object(model->verdict, ORACLE_MODEL, rule, "%s", text);
}

void model_begin_events(struct model *model)
{
	u32 i;

	model->next_event = 0;
	model->failures = 0;
	for (i = 0; i < model->step->event_count; i++) {
		const struct event *e = &model->step->events[i];

		if (e->kind == EVENT_FAILURE && e->a != INJECT_fixup_retry)
			model->failures |= 1u << e->a;
	}
	model->failed = model->failures != 0;
	model->lenient = model->failed;
}

#define EVENT_TEXT 64

static const char *event_text(const struct event *e, char text[EVENT_TEXT])
{
	unsigned long long address = e ? e->address : 0;

	if (!e)
		snprintf(text, EVENT_TEXT, "nothing");
	else if (e->kind == EVENT_NOTIFY)
		snprintf(text, EVENT_TEXT, "notify(n%u, g%u, 0x%llx)", e->a, e->b, address);
	else if (e->kind == EVENT_IDTE)
		snprintf(text, EVENT_TEXT, "idte(g%u) 0x%llx", e->b, address);
	else
		snprintf(text, EVENT_TEXT, "a flush of everything");
	return text;
}

/* Later kernels flush a process that has one gmap by that one's ASCE, then by its own. */
static bool is_of_process(const struct model *model, u32 at)
{
	return model->profile->flushes_by_mask && at + 1 < model->step->event_count &&
	       model->step->events[at + 1].kind == EVENT_IDTE_MM;
}

/*
 * The place of the next event that the model has a say in. Where gmaps are flushed by flushing everything, the process's
 * own flushes look the same: one counts only when the model waits for it.
 */
static u32 next_event(const struct model *model, bool flush)
{
	u32 at = model->next_event;

	for (; at < model->step->event_count; at++) {
		const struct event *e = &model->step->events[at];

		if (e->kind == EVENT_NOTIFY || (e->kind == EVENT_IDTE && !is_of_process(model, at)))
			break;
		if (e->kind == EVENT_FLUSH_ALL && !model->idte && (model->flushes_count || (flush && !e->a)))
			break;
	}
	return at;
}

static const struct event *event_at(const struct model *model, u32 at)
{
	return at < model->step->event_count ? &model->step->events[at] : NULL;
}

static bool same_event(const struct event *a, const struct event *b)
{
	return a->kind == b->kind && a->a == b->a && a->b == b->b && a->address == b->address && a->end == b->end;
}

static bool take_event(struct model *model, const struct event *expected, bool maybe)
{
	u32 at = next_event(model, expected->kind == EVENT_FLUSH_ALL);
	const struct event *e = event_at(model, at);
	char is[EVENT_TEXT], should[EVENT_TEXT];

	if (e && same_event(e, expected)) {
		model->next_event = at + 1;
		return true;
	}
	if (!maybe)
		model_wrong(model, "events", "came: %s; expected: %s", event_text(e, is), event_text(expected, should));
	return false;
}

static bool take_flush(struct model *model, const struct guest *guest, bool maybe)
{
	struct event e = { .kind = EVENT_FLUSH_ALL };

	if (model->idte) {
		e.kind = EVENT_IDTE;
		e.b = guest->handle;
		e.address = guest->asce;
	}
	return take_event(model, &e, maybe);
}

void model_expect_flush(struct model *model, const struct guest *guest)
{
	take_flush(model, guest, false);
}

bool model_accept_flush(struct model *model, const struct guest *guest)
{
	return take_flush(model, guest, true);
}

void model_expect_no_more_events(struct model *model)
{
	const struct event *e = event_at(model, next_event(model, false));
	char text[EVENT_TEXT];

	if (e)
		model_wrong(model, "events", "came, and was not expected: %s", event_text(e, text));
}

void model_skip_events(struct model *model)
{
	model->next_event = model->step->event_count;
}

/* The blocks are called for one gmap. False: they were not, and need not be. */
static bool call_notifiers(struct model *model, const struct guest *guest, u64 gaddr, bool maybe)
{
	u32 i;

	for (i = 0; i < model->notifier_count; i++) {
		const struct event e = {
			.kind = EVENT_NOTIFY,
			.a = model->notifiers[i],
			.b = guest->handle,
			.address = gaddr,
			.end = model->profile->notify_range ? gaddr + PAGE_SIZE - 1 : 0,
		};

		if (!take_event(model, &e, maybe))
			return false;
		maybe = false;
	}
	return !maybe;
}

void model_notify(struct model *model, u32 process, u64 vmaddr, bool maybe)
{
	u32 i;

	for (i = 0; i < model->order_count; i++) {
		const struct guest *guest = &model->guests[model->order[i]];
		const struct item *link;

		if (guest->process != process)
			continue;
		link = set_find(&model->links, model->order[i], vmaddr & PMD_MASK);
		if (!link)
			continue;
		if (!call_notifiers(model, guest, link->value + (vmaddr & ~PMD_MASK & PAGE_MASK), maybe))
			return;
		maybe = false;
	}
}

void model_loosen_range(struct model *model, u32 process, u64 start, u64 end)
{
	u32 at = set_from(&model->armed, process, start & PAGE_MASK);
	struct item *armed;

	for (; (armed = set_at(&model->armed, at, process)) && armed->key < end; at++) {
		armed->flags |= LOOSE;
		model->has_loose = true;
	}
}

/* True if the page is not armed any more. */
static bool exchange_one(struct model *model, u32 process, struct item *armed)
{
	bool has_pgste = model->processes[process].has_pgste;

	if (!has_pgste || model->lenient)
		armed->flags |= LOOSE;
	if (has_pgste)
		model_notify(model, process, armed->key, armed->flags & LOOSE);
	model->has_loose |= (armed->flags & LOOSE) != 0;
	return !(armed->flags & LOOSE);
}

void model_exchange_range(struct model *model, u32 process, u64 start, u64 end)
{
	u32 at = set_from(&model->armed, process, start & PAGE_MASK);
	u32 kept = at;
	struct item *armed;

	for (; (armed = set_at(&model->armed, at, process)) && armed->key < end; at++)
		if (!exchange_one(model, process, armed))
			model->armed.items[kept++] = *armed;
	set_remove(&model->armed, kept, at - kept);
}

void model_exchange(struct model *model, u32 process, u64 page)
{
	page &= PAGE_MASK;
	model_exchange_range(model, process, page, page + 1);
}

void model_exchange_maybe(struct model *model, u32 process, u64 page)
{
	page &= PAGE_MASK;
	model_loosen_range(model, process, page, page + 1);
	model_exchange_range(model, process, page, page + 1);
}
