// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/oracles/contents/contents.h"

#include "core/linux/mm/mm.h"
#include "core/linux/mm/user_access.h"
#include "core/machine/memory.h"

struct contents *contents_create(void)
{
	struct contents *contents = memory_take(1, sizeof(*contents));

	if (!contents)
		return NULL;
	if (set_create(&contents->words, CONTENTS_WORDS) && set_create(&contents->pages, CONTENTS_PAGES) &&
	    set_create(&contents->areas, CONTENTS_AREAS) && set_create(&contents->mappings, CONTENTS_MAPPINGS))
		return contents;
	contents_destroy(contents);
	return NULL;
}

void contents_destroy(struct contents *contents)
{
	if (!contents)
		return;
	memory_free(contents->words.items);
	memory_free(contents->pages.items);
	memory_free(contents->areas.items);
	memory_free(contents->mappings.items);
	memory_free(contents);
}

void contents_begin(struct contents *contents, const struct machine *m)
{
	contents->lost = contents->wrong = contents->swapped = false;
	contents->profile = m->options.profile;
	contents->words.count = contents->pages.count = contents->areas.count = contents->mappings.count = 0;
	contents->files = 0;
}

bool contents_step(struct contents *contents, const struct step *step, struct verdict *verdict)
{
	if (contents->lost || step->reply.status != WIRE_OK)
		return true;
	contents->step = step;
	contents->verdict = verdict;
	contents_call(contents);
	return !contents->wrong;
}

static void load_word(struct contents *contents, struct machine *m, u32 process, u64 address)
{
	u64 value;

	if (process < m->s.mm_count && m->s.mm[process] && !user_load(m, m->s.mm[process], address, &value))
		contents_loaded(contents, process, address, value);
}

static void load_file(struct contents *contents, struct machine *m, const struct item *area)
{
	const u64 first = area->key + area->more;
	u32 at = set_from(&contents->words, area->flags, first);
	const struct item *word;

	for (; !contents->wrong && (word = set_at(&contents->words, at, area->flags)); at++)
		if (word->key - first < area->value - area->key)
			load_word(contents, m, area->owner, word->key - area->more);
}

void contents_load_all(struct contents *contents, struct machine *m, struct verdict *verdict)
{
	u32 i;

	contents->verdict = verdict;
	for (i = 0; !contents->lost && !contents->wrong && i < contents->words.count; i++)
		if (contents->words.items[i].owner < FIRST_FILE)
			load_word(contents, m, contents->words.items[i].owner, contents->words.items[i].key);
	for (i = 0; !contents->lost && !contents->wrong && i < contents->areas.count; i++)
		if (contents->areas.items[i].flags < LARGE_PAGES)
			load_file(contents, m, &contents->areas.items[i]);
}
