// SPDX-License-Identifier: GPL-2.0-only
/* What machines told, for people: as traces have it, where they have it. */
#include <stdio.h>

#include "core/program/dispatch.h"
#include "fuzz/oracles/other/differ.h"

typedef unsigned long long number;

static const char *errno_name(u64 word)
{
	switch (0 - word) {
#define ERRNO(name, value, text) \
	case value:              \
		return "-" #name;
#include "abi/errno.def"
#undef ERRNO
	default:
		return NULL;
	}
}

static const char *const refusals[] = {
	"",
#define REFUSAL(name, text) #name,
#include "abi/refusals.def"
#undef REFUSAL
};

static void text_of_value(char text[ANSWER_SIZE], enum wire_result kind, u64 value)
{
	const char *name = errno_name(value);

	if (name)
		snprintf(text, ANSWER_SIZE, "%s", name);
	else if ((kind == RESULT_HANDLE_MM || kind == RESULT_HANDLE_GMAP) && value == WIRE_NO_HANDLE)
		snprintf(text, ANSWER_SIZE, "NULL");
	else if (kind == RESULT_WORD)
		snprintf(text, ANSWER_SIZE, "0x%llx", (number)value);
	else
		snprintf(text, ANSWER_SIZE, "%lld", (long long)value);
}

void text_of_reply(char text[ANSWER_SIZE], const struct told *told, enum wire_op op)
{
	u64 value = told->reply.value;

	switch (told->reply.status) {
	case WIRE_BUG:
		snprintf(text, ANSWER_SIZE, "BUG %s: %s", bug_place_name((enum bug_place)value), told->bug);
		break;
	case WIRE_REFUSED:
		snprintf(text, ANSWER_SIZE, "refused: %s",
			 value < sizeof(refusals) / sizeof(refusals[0]) ? refusals[value] : "");
		break;
	case WIRE_UNSUPPORTED:
		snprintf(text, ANSWER_SIZE, "not there");
		break;
	default:
		text_of_value(text, op_infos[op].result, value);
		break;
	}
}

/* What fits; the rest is left out. */
void text_of_items(char text[ANSWER_SIZE], const struct told *told)
{
	size_t used = (size_t)snprintf(text, ANSWER_SIZE, "[");
	u64 i;

	for (i = 0; i < told->item_count && used < ANSWER_SIZE - 16; i++)
		used += (size_t)snprintf(text + used, ANSWER_SIZE - used, "%sg%llu", i ? ", " : "",
					 (number)le64(told->items[i]));
	snprintf(text + used, ANSWER_SIZE - used, i < told->item_count ? ", …]" : "]");
}

void text_of_event(char text[ANSWER_SIZE], const struct event *event)
{
	const char *local = event && event->a ? ", on this CPU" : "";

	switch (event ? event->kind : EVENT_KINDS) {
	case EVENT_NOTIFY:
		snprintf(text, ANSWER_SIZE, "notify(n%u, g%u, 0x%llx, 0x%llx)", event->a, event->b,
			 (number)event->address, (number)event->end);
		break;
	case EVENT_IDTE:
		snprintf(text, ANSWER_SIZE, "idte(g%u)%s", event->b, local);
		break;
	case EVENT_IDTE_MM:
		snprintf(text, ANSWER_SIZE, "idte(mm%u)%s", event->b, local);
		break;
	case EVENT_IPTE:
		snprintf(text, ANSWER_SIZE, "ipte(0x%llx), PTE at 0x%llx%s", (number)event->address, (number)event->end,
			 local);
		break;
	case EVENT_IDTE_ENTRY:
		snprintf(text, ANSWER_SIZE, "idte(0x%llx), entry at 0x%llx%s", (number)event->address,
			 (number)event->end, local);
		break;
	case EVENT_LAZY:
		snprintf(text, ANSWER_SIZE, "lazy(0x%llx), PTE at 0x%llx", (number)event->address, (number)event->end);
		break;
	case EVENT_FLUSH_ALL:
		snprintf(text, ANSWER_SIZE, "a flush of everything%s", local);
		break;
	case EVENT_KEY:
		snprintf(text, ANSWER_SIZE, "key 0x%x of 0x%llx%s", event->a, (number)event->address,
			 event->b ? "" : ", non-quiescing");
		break;
	case EVENT_ALLOC_FRAMES:
	case EVENT_FREE_FRAMES:
		snprintf(text, ANSWER_SIZE, "%s frames at 0x%llx, order %u",
			 event->kind == EVENT_ALLOC_FRAMES ? "takes" : "frees", (number)event->address, event->a);
		break;
	case EVENT_FAILURE:
		snprintf(text, ANSWER_SIZE, "failure %u", event->a);
		break;
	default:
		snprintf(text, ANSWER_SIZE, "nothing");
		break;
	}
}

static const char *const fact_names[] = {
	[WIRE_FACT_LOWCORE] = "lowcore", [WIRE_FACT_GMAP] = "gmap",   [WIRE_FACT_G2H] = "g2h",
	[WIRE_FACT_H2G] = "h2g",	 [WIRE_FACT_ENTRY] = "entry", [WIRE_FACT_PTE] = "pte",
	[WIRE_FACT_SHADOW] = "shadow",	 [WIRE_FACT_SPTE] = "spte",   [WIRE_FACT_RMAP] = "rmap",
};

void text_of_fact(char text[ANSWER_SIZE], const u64 *fact)
{
	u64 id = fact ? le64(fact[0]) : 0;

	if (!fact)
		snprintf(text, ANSWER_SIZE, "nothing");
	else
		snprintf(text, ANSWER_SIZE, "%c%s %llu.%llu 0x%llx: 0x%llx 0x%llx 0x%llx 0x%llx", id & 1 ? '+' : '-',
			 fact_names[id >> 56], (number)(id >> 24 & UINT32_MAX), (number)(id >> 16 & 0xff),
			 (number)le64(fact[1]), (number)le64(fact[2]), (number)le64(fact[3]), (number)le64(fact[4]),
			 (number)le64(fact[5]));
}
