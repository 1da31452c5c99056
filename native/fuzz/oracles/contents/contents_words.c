// SPDX-License-Identifier: GPL-2.0-only
/* The words, and what is known of their pages. */
#include "fuzz/oracles/contents/contents.h"

#define WORD_MASK (~7ULL)

u32 contents_owner(const struct contents *contents, u32 process, u64 address, u64 *key)
{
	const struct item *area = set_at(&contents->areas, range_from(&contents->areas, process, address), process);
	bool is_private = !area || area->key > address;

	*key = (is_private ? address : address + area->more) & WORD_MASK;
	return is_private ? process : area->flags;
}

/* Those that are zero need no place. */
static void forget_zeros(struct contents *contents)
{
	u32 kept = 0;
	u32 i;

	for (i = 0; i < contents->words.count; i++)
		if (contents->words.items[i].value)
			contents->words.items[kept++] = contents->words.items[i];
	contents->words.count = kept;
}

static void put_word(struct contents *contents, const struct item *word)
{
	struct item *known = set_find(&contents->words, word->owner, word->key);

	if (known) {
		*known = *word;
		return;
	}
	if (contents->words.count == contents->words.capacity)
		forget_zeros(contents);
	contents_add(contents, &contents->words, word);
}

static void put_flags(struct contents *contents, u32 process, u64 page, u32 clear, u32 set)
{
	struct item *known = set_find(&contents->pages, process, page);
	const struct item new = { .owner = process, .key = page, .flags = set };

	if (known)
		known->flags = (known->flags & ~clear) | set;
	else if (set)
		contents_add(contents, &contents->pages, &new);
}

static bool is_unknown(u32 owner)
{
	return owner == UNKNOWN_FILE || owner == LARGE_PAGES;
}

/* A store to nobody knows which of them. */
static void forget_files(struct contents *contents)
{
	u32 i;

	for (i = 0; i < contents->areas.count; i++)
		if (contents->areas.items[i].flags != LARGE_PAGES)
			contents->areas.items[i].flags = UNKNOWN_FILE;
}

void contents_stored(struct contents *contents, u32 process, u64 address, u64 value)
{
	struct item word = { .value = value };

	word.owner = contents_owner(contents, process, address, &word.key);
	if (word.owner == UNKNOWN_FILE)
		forget_files(contents);
	if (is_unknown(word.owner))
		return;
	put_word(contents, &word);
}

static void wrong(struct contents *contents, u32 process, u64 address, u64 is, u64 stored)
{
	const char *rule = !is ? "lost" : stored ? "another's" : "not zero";

	contents->wrong = true;
	judge_object(contents->verdict, ORACLE_CONTENTS, rule, "mm%u: 0x%llx has 0x%llx, %s0x%llx", process,
		     (unsigned long long)(address & WORD_MASK), (unsigned long long)is,
		     stored ? "and what was stored there is " : "where nobody stored anything: expected ",
		     (unsigned long long)stored);
}

void contents_loaded(struct contents *contents, u32 process, u64 address, u64 answer)
{
	struct item *word;
	u64 key;
	u32 owner = contents_owner(contents, process, address, &key);

	if (is_unknown(owner))
		return;
	word = set_find(&contents->words, owner, key);
	if (word && word->flags & MAYBE_ZERO && (answer == word->value || !answer)) {
		word->value = answer;
		word->flags = 0;
	}
	/* whether it may be refused is another oracle's question */
	if (answer != (word ? word->value : 0) && answer != ERROR_WORD(EFAULT))
		wrong(contents, process, address, answer, word ? word->value : 0);
}

void contents_drop(struct contents *contents, u32 process, u64 start, u64 end)
{
	u32 at = set_from(&contents->words, process, start);
	struct item *word;

	for (; (word = set_at(&contents->words, at, process)) && word->key < end; at++) {
		word->value = 0;
		word->flags = 0;
	}
}

void contents_doubt(struct contents *contents, u32 process, u64 start, u64 end)
{
	u32 at = set_from(&contents->words, process, start);
	struct item *item;

	for (; (item = set_at(&contents->words, at, process)) && item->key < end; at++)
		item->flags = MAYBE_ZERO;
	at = range_from(&contents->areas, process, start);
	for (; (item = set_at(&contents->areas, at, process)) && item->key < end; at++)
		if (item->flags != LARGE_PAGES)
			item->flags = UNKNOWN_FILE;
}

/* What the guest said is of addresses, and stays. */
void contents_move(struct contents *contents, u32 process, u64 from, u64 to, u64 length)
{
	const struct item *first;

	while ((first = set_at(&contents->words, set_from(&contents->words, process, from), process)) &&
	       first->key - from < length) {
		struct item word = *first;

		set_remove(&contents->words, set_from(&contents->words, process, from), 1);
		word.key += to - from;
		put_word(contents, &word);
	}
}

void contents_say(struct contents *contents, u32 process, u64 page, u32 flag, bool said)
{
	put_flags(contents, process, page & PAGE_MASK, flag, said ? flag : 0);
}

void contents_give_up(struct contents *contents, u32 process, u64 page, u32 flags)
{
	const struct item *known = set_find(&contents->pages, process, page & PAGE_MASK);

	if (known && known->flags & flags)
		contents_doubt(contents, process, known->key, known->key + PAGE_SIZE);
}
