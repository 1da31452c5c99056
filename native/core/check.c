// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

bool machine_check(struct machine *m, char *text, size_t size)
{
	(void)m;
	(void)text;
	(void)size;
	return true;
}

void machine_check_or_bug(struct machine *m)
{
	char text[256];

	if (!machine_check(m, text, sizeof(text)))
		machine_bug(m, BUG_check, "%s", text);
}
