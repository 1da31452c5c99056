// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/bug.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/machine/machine.h"

enum whose { OF_MODEL, OF_PROGRAM };

static const struct {
	const char *name;
	const char *text;
	enum whose whose;
} bug_places[] = {
	[BUG_none] = { "", "", OF_MODEL },
#define BUG_PLACE(name, whose, text) [BUG_##name] = { #name, text, whose },
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
	return bug_places[place].whose == OF_PROGRAM;
}

noreturn_fn void machine_bug(struct machine *m, enum bug_place place, const char *format, ...)
{
	va_list args;

	m->dead = place;
	va_start(args, format);
	vsnprintf(m->bug_text, sizeof(m->bug_text), format, args);
	va_end(args);
#ifdef OWN_CODE
	own_note_bug(m);
#endif
	machine_unwind(m);
}
