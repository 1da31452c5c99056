// SPDX-License-Identifier: GPL-2.0-only
#include "core/check/invariants.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *rule;
	const char *sentence;
} invariants[] = {
#define INVARIANT(number, sentence) { "I" #number, sentence },
#include "abi/invariants.def"
#undef INVARIANT
};

/* How long the rule is that a text begins with. */
static size_t rule_length(const char *text)
{
	return strcspn(text, ":");
}

const char *invariant_sentence(const char *rule)
{
	size_t length = rule_length(rule);
	size_t i;

	for (i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++)
		if (strlen(invariants[i].rule) == length && strncmp(rule, invariants[i].rule, length) == 0)
			return invariants[i].sentence;
	return NULL;
}

void invariant_explain(const char *text, char *out, size_t size)
{
	const char *sentence = invariant_sentence(text);
	size_t length = rule_length(text);

	if (sentence)
		snprintf(out, size, "%.*s (%s)%s", (int)length, text, sentence, text + length);
	else
		snprintf(out, size, "%s", text);
}
