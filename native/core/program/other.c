// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/other.h"

#include "core/check/check.h"
#include "core/check/known.h"
#include "core/linux/profile.h"
#include "core/machine/memory.h"
#include "core/program/boot.h"
#include "core/program/interp.h"

/* In its first state it has a snapshot, which it goes back to. */
struct other_machine {
	struct machine *m;
	int first;
	struct teller teller;
};

static void other_close(void *machine)
{
	struct other_machine *other = machine;

	machine_destroy(other->m);
	teller_free(&other->teller);
	memory_free(other);
}

static void *other_open(const struct other_setup *setup)
{
	struct other_machine *other = memory_take(1, sizeof(*other));
	struct machine_options options = setup->options;
	const char *error;

	if (!other)
		return NULL;
	options.profile = profile_find(setup->kernel);
	other->m = options.profile ? machine_create(&options, &error) : NULL;
	if (!other->m) {
		memory_free(other);
		return NULL;
	}
	other->m->events.mask = TOLD_EVENTS;
	other->first = machine_snapshot(other->m);
	teller_begin(&other->teller, other->m);
	return other;
}

static void other_restart(void *machine)
{
	struct other_machine *other = machine;

	machine_restore(other->m, other->first);
	other->m->events.count = 0;
	teller_begin(&other->teller, other->m);
}

static const struct told *other_call(void *machine, enum wire_op op, const struct call *call)
{
	struct other_machine *other = machine;

	other->m->events.count = 0;
	return teller_tell(&other->teller, op, call, machine_call(other->m, op, call));
}

static struct told_value other_value(const void *machine, const struct told_word *word)
{
	const struct other_machine *other = machine;

	return told_value(other->m, word);
}

static u64 other_known(void *machine)
{
	struct other_machine *other = machine;
	char text[256];
	u64 known = 0;

	machine_check_known(other->m, text, sizeof(text), &known);
	return known;
}

static const struct other_functions functions = {
	.layout = {
		.functions = sizeof(struct other_functions),
		.told = sizeof(struct told),
		.options = sizeof(struct machine_options),
		.operations = WIRE_OPS,
		.events = EVENT_KINDS,
		.known = KNOWN_DEFECTS,
	},
	.open = other_open,
	.close = other_close,
	.restart = other_restart,
	.call = other_call,
	.value = other_value,
	.known = other_known,
};

const struct other_functions *other_functions(void)
{
	return &functions;
}

bool other_fits(const struct other_functions *others)
{
	return memcmp(&others->layout, &functions.layout, sizeof(functions.layout)) == 0;
}
