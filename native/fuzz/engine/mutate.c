// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/mutate.h"

#include <stdio.h>

#include "core/linux/entries.h"
#include "fuzz/engine/generate.h"
#include "fuzz/engine/random.h"

static enum wire_op op_at(const struct draft *draft, u32 i)
{
	return (enum wire_op)((le64(draft->word[draft->at[i]]) & 0xff) % WIRE_OPS);
}

/* Words of the operation with that head word. */
static inline u32 words_of(u64 head)
{
	struct record record = record_of(head);

	return record_words(&record);
}

static u32 arguments(const struct draft *draft, u32 i)
{
	return draft->at[i + 1] - draft->at[i] - 1;
}

static u64 get_argument(const struct draft *draft, u32 i, u32 arg)
{
	return le64(draft->word[draft->at[i] + 1 + arg]);
}

static void set_argument(struct draft *draft, u32 i, u32 arg, u64 value)
{
	draft->word[draft->at[i] + 1 + arg] = le64(value);
}

static enum profile_functions functions_of(const struct draft *draft)
{
	return profile_at(input_flavour((const u8 *)draft->word, INPUT_HEAD) / FUZZ_MACHINES)->functions;
}

void draft_read(struct draft *draft, const u8 *input, size_t bytes)
{
	u32 words = (u32)((bytes < MAX_INPUT ? bytes : MAX_INPUT) / sizeof(u64));
	u32 at = 1;

	draft->word[0] = 0;
	if (bytes)
		memcpy(draft->word, input, bytes < INPUT_HEAD ? bytes : words * sizeof(u64));
	draft->count = 0;
	draft->at[0] = 1;
	while (draft->count < MAX_OPERATIONS && at < words) {
		at += words_of(le64(draft->word[at]));
		if (at > words)
			break;
		draft->at[++draft->count] = at;
	}
}

bool input_fits(const u8 *input, size_t bytes, char *text, size_t size)
{
	size_t program_bytes;
	const u8 *program = input_program(input, bytes, &program_bytes);
	struct record record;
	size_t record_bytes;
	size_t at = 0;
	u64 operations = 0;

	while ((record_bytes = record_read(program + at, program_bytes - at, &record))) {
		at += record_bytes;
		operations++;
	}
	if (operations <= MAX_OPERATIONS && INPUT_HEAD + at <= MAX_INPUT)
		return true;
	if (operations > MAX_OPERATIONS)
		snprintf(text, size, "%llu operations where %d are the limit", (unsigned long long)operations,
			 MAX_OPERATIONS);
	else
		snprintf(text, size, "%zu words where %d are the limit", 1 + at / sizeof(u64), MAX_WORDS);
	return false;
}

/* Makes room for records of that many words before the i-th operation; false if there is none. */
static bool make_room(struct draft *draft, u32 i, u32 words, u32 records)
{
	u32 end = draft->at[draft->count];
	u32 k;

	if (end + words > MAX_WORDS || draft->count + records > MAX_OPERATIONS)
		return false;
	memmove(draft->word + draft->at[i] + words, draft->word + draft->at[i],
		(end - draft->at[i]) * sizeof(draft->word[0]));
	for (k = draft->count + 1; k-- > i;)
		draft->at[k + records] = draft->at[k] + words;
	draft->count += records;
	return true;
}

static void insert(struct draft *draft, u32 i, const u64 *words, u32 count)
{
	u32 place = draft->at[i];
	u32 used = 0;
	u32 records = 0;

	while (used < count) {
		used += words_of(le64(words[used]));
		records++;
	}
	if (!make_room(draft, i, count, records))
		return;
	memcpy(draft->word + place, words, count * sizeof(*words));
	for (used = 0; used < count; i++) {
		draft->at[i] = place + used;
		used += words_of(le64(words[used]));
	}
}

void draft_remove(struct draft *draft, u32 first, u32 count)
{
	u32 end = draft->at[draft->count];
	u32 words = draft->at[first + count] - draft->at[first];
	u32 k;

	memmove(draft->word + draft->at[first], draft->word + draft->at[first + count],
		(end - draft->at[first + count]) * sizeof(draft->word[0]));
	for (k = first + count; k <= draft->count; k++)
		draft->at[k - count] = draft->at[k] - words;
	draft->count -= count;
}

void draft_set_kernel(struct draft *draft, u32 kernel)
{
	u32 flavour = input_flavour((const u8 *)draft->word, INPUT_HEAD);

	draft->word[0] = le64(flavour_word(kernel * FUZZ_MACHINES + flavour % FUZZ_MACHINES));
}

static void generate_at(struct draft *draft, u64 *random, u32 i)
{
	u64 words[MAX_RECORD_WORDS];
	u32 count = generate_operation(random, functions_of(draft), words);

	insert(draft, i, words, count);
}

void draft_start(struct draft *draft, u64 *random, u32 flavour)
{
	u64 words[START_WORDS];
	u32 count, i;

	/* mostly the machine that has everything */
	if (flavour == FLAVOURS)
		flavour = one_in(random, 2) ? 0 : random_below(random, FLAVOURS);
	draft->word[0] = le64(flavour_word(flavour));
	draft->count = 0;
	draft->at[0] = 1;
	count = generate_start(random, functions_of(draft), words);
	insert(draft, 0, words, count);
	for (i = 1 + random_below(random, 16); i > 0; i--)
		generate_at(draft, random, draft->count);
}

static void mutate_insert(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 i = random_below(random, draft->count + 1);
	u32 more = 1 + random_below(random, 3);

	(void)donor;
	while (more--)
		generate_at(draft, random, i);
}

static void mutate_append(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 more = 1 + random_below(random, 4);

	(void)donor;
	while (more--)
		generate_at(draft, random, draft->count);
}

static void mutate_remove(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 first = random_below(random, draft->count);
	u32 count = 1 + random_below(random, 3);

	(void)donor;
	draft_remove(draft, first, count < draft->count - first ? count : draft->count - first);
}

static void mutate_repeat(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 first = random_below(random, draft->count);
	u32 count = 1 + random_below(random, 3);
	u64 words[MAX_WORDS];
	u32 used;

	(void)donor;
	if (count > draft->count - first)
		count = draft->count - first;
	used = draft->at[first + count] - draft->at[first];
	memcpy(words, draft->word + draft->at[first], used * sizeof(*words));
	insert(draft, random_below(random, draft->count + 1), words, used);
}

/* The end of this one is replaced by the end of another one, or some of the other's operations come in between. */
static void mutate_splice(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 i = random_below(random, draft->count + 1);
	const struct draft *other = donor->draft;
	u32 first, last;

	draft_read(donor->draft, donor->input, donor->bytes);
	if (!other->count)
		return;
	first = random_below(random, other->count);
	last = other->count;
	if (one_in(random, 2))
		draft_remove(draft, i, draft->count - i);
	else
		last = first + 1 + random_below(random, other->count - first);
	insert(draft, i, other->word + other->at[first], other->at[last] - other->at[first]);
}

static void mutate_exchange(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 from = random_below(random, draft->count);
	u64 words[MAX_WORDS];
	u32 used = draft->at[from + 1] - draft->at[from];

	(void)donor;
	memcpy(words, draft->word + draft->at[from], used * sizeof(*words));
	draft_remove(draft, from, 1);
	insert(draft, random_below(random, draft->count + 1), words, used);
}

/* Another value, one beside it, or rounded. */
static u64 changed(u64 *random, u64 value)
{
	switch (random_below(random, 8)) {
	case 0:
		return value + PICK(random, PAGE_SIZE, 0 - PAGE_SIZE);
	case 1:
		return value + PICK(random, PMD_SIZE, 0 - PMD_SIZE);
	case 2:
		return value + PICK(random, PUD_SIZE, 0 - PUD_SIZE, PGDIR_SIZE, 0 - PGDIR_SIZE);
	case 3:
		return value & PICK(random, PAGE_MASK, PMD_MASK, ~(PUD_SIZE - 1));
	case 4:
		return value + PICK(random, 1, UINT64_MAX);
	case 5:
		return value ^ (u64)1 << random_below(random, 64);
	case 6:
		return value >> 1;
	default:
		return value << 1;
	}
}

static void mutate_argument(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 i = random_below(random, draft->count);
	u32 count = arguments(draft, i);
	enum wire_op op = op_at(draft, i);
	u64 earlier[MAX_ARGS];
	u32 arg, k;

	(void)donor;
	if (!count)
		return;
	arg = random_below(random, count);
	if (arg >= op_args(op) || one_in(random, 2)) {
		set_argument(draft, i, arg, changed(random, get_argument(draft, i, arg)));
		return;
	}
	for (k = 0; k < arg; k++)
		earlier[k] = get_argument(draft, i, k);
	set_argument(draft, i, arg, generate_argument(random, op, arg, earlier));
}

/* An argument of one operation goes to another one: so that they meet. */
static void mutate_meet(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 from = random_below(random, draft->count);
	u32 to = random_below(random, draft->count);
	u32 from_count = arguments(draft, from);
	u32 to_count = arguments(draft, to);

	(void)donor;
	if (from_count && to_count) {
		u64 value = get_argument(draft, from, random_below(random, from_count));

		set_argument(draft, to, random_below(random, to_count), value);
	}
}

static void mutate_head(struct draft *draft, u64 *random, const struct donor *donor)
{
	u32 i = random_below(random, draft->count);
	u64 head = le64(draft->word[draft->at[i]]);

	(void)donor;
	draft->word[draft->at[i]] = le64((head & 0xffffffff) | (u64)random_below(random, 4) << 32);
}

typedef void (*mutation)(struct draft *draft, u64 *random, const struct donor *donor);

void draft_mutate(struct draft *draft, u64 *random, const struct donor *donor, u32 most)
{
	static const mutation mutations[] = {
		mutate_insert, mutate_append,	mutate_append,	 mutate_append, mutate_remove,	 mutate_repeat,
		mutate_splice, mutate_exchange, mutate_argument, mutate_meet,	mutate_argument, mutate_head,
	};
	u32 times = 1 + random_below(random, 4);

	while (times--) {
		mutation mutate = mutations[random_below(random, sizeof(mutations) / sizeof(mutations[0]))];

		if (draft->count)
			mutate(draft, random, donor);
		else
			mutate_append(draft, random, donor);
	}
	if (draft->count > most)
		draft_remove(draft, random_below(random, most + 1), draft->count - most);
}
