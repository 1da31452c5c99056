// SPDX-License-Identifier: GPL-2.0-only
/* The sentences of the invariants: each rule with a number has one, and only those. */
#include "core/check/invariants.h"
#include "test.h"

static void explain(const char *text, const char *expected)
{
	char out[256];

	invariant_explain(text, out, sizeof(out));
	EXPECT_TEXT(out, expected);
}

static void sentences(struct machine *m)
{
	int number;

	(void)m;
	for (number = 1; number <= 18; number++) {
		char rule[8];

		snprintf(rule, sizeof(rule), "I%d", number);
		EXPECT(invariant_sentence(rule) && strlen(invariant_sentence(rule)) > 20);
	}
	EXPECT(!invariant_sentence("I100"));
	EXPECT(!invariant_sentence("I1x"));
	EXPECT(!invariant_sentence("I"));
	EXPECT(!invariant_sentence(""));
	EXPECT(!invariant_sentence("leak: nothing leads to the frame"));
}

static void texts(struct machine *m)
{
	(void)m;
	explain("I11", "I11 (no PGSTE has its lock bit (PCL) set)");
	explain("I11: mm0: PGSTE 0x80: why", "I11 (no PGSTE has its lock bit (PCL) set): mm0: PGSTE 0x80: why");
	explain("leak: I11 is not meant", "leak: I11 is not meant");
	explain("", "");
}

static void short_buffer(struct machine *m)
{
	char out[8];

	(void)m;
	invariant_explain("I11: mm0", out, sizeof(out));
	EXPECT_TEXT(out, "I11 (no");
}

RUN_TESTS(TEST(sentences), TEST(texts), TEST(short_buffer))
