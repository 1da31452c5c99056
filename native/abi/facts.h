/* SPDX-License-Identifier: GPL-2.0-only */
/* Observed states as arrays of facts, ascending: what the model and the kernel module tell of a change. */
#ifndef S390_GMAP_FACTS_H
#define S390_GMAP_FACTS_H

#include "abi/wire.h"

struct wire_facts {
	struct wire_fact *fact;
	size_t count;
	size_t capacity;
};

/* Where `a` stands to `b` in the order of the state: negative, 0 for the same fact, positive. */
static inline int wire_fact_order(const struct wire_fact *a, const struct wire_fact *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

static inline int wire_fact_same(const struct wire_fact *a, const struct wire_fact *b)
{
	size_t i;

	for (i = 0; i < WIRE_FACT_FIELDS; i++)
		if (a->field[i] != b->field[i])
			return 0;
	return 1;
}

typedef void (*wire_emit_fn)(void *context, const struct wire_fact *fact, uint64_t sign);

/* Facts of one side that the other does not have; with `changed`, also those with other fields. */
static inline uint32_t wire_facts_missing(const struct wire_facts *from, const struct wire_facts *in, int changed,
					  uint64_t sign, wire_emit_fn emit, void *context)
{
	uint32_t emitted = 0;
	size_t j = 0;
	size_t i;

	for (i = 0; i < from->count; i++) {
		const struct wire_fact *fact = &from->fact[i];
		int same;

		while (j < in->count && wire_fact_order(&in->fact[j], fact) < 0)
			j++;
		same = j < in->count && wire_fact_order(&in->fact[j], fact) == 0 &&
		       (!changed || wire_fact_same(&in->fact[j], fact));
		if (!same) {
			emit(context, fact, sign);
			emitted++;
		}
	}
	return emitted;
}

static inline int wire_facts_equal(const struct wire_fact *a, const struct wire_fact *b)
{
	return a->id == b->id && a->key == b->key && wire_fact_same(a, b);
}

/* First what went, then what came or changed. Returns how many facts were emitted. */
static inline uint32_t wire_facts_changed(const struct wire_facts *before, const struct wire_facts *now,
					  wire_emit_fn emit, void *context)
{
	struct wire_facts was = *before;
	struct wire_facts is = *now;
	uint32_t gone;

	/* nearly all are the same: what both begin and end with is left out */
	while (was.count && is.count && wire_facts_equal(was.fact, is.fact)) {
		was.fact++;
		was.count--;
		is.fact++;
		is.count--;
	}
	while (was.count && is.count && wire_facts_equal(&was.fact[was.count - 1], &is.fact[is.count - 1])) {
		was.count--;
		is.count--;
	}
	gone = wire_facts_missing(&was, &is, 0, 0, emit, context);
	return gone + wire_facts_missing(&is, &was, 1, 1, emit, context);
}

#endif
