// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/bug.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/machine/machine.h"

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
	case BUG_zap_unlock:
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
