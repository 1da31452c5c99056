/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fuzzer: makes inputs, runs and judges them, keeps those that did something new, and what was found. Everything it
 * does follows from its options and what was added, on every machine: the same runs give the same corpus, in one go or
 * in many. One thread at a time.
 */
#ifndef S390_GMAP_FUZZ_H
#define S390_GMAP_FUZZ_H

#include "core/check/known.h"
#include "fuzz/engine/flavour.h"
#include "fuzz/engine/mutate.h"
#include "fuzz/oracles/judge.h"

#define ANY_KERNEL PROFILES

struct fuzz_options {
	u64 seed;
	u32 oracles;	    /* ORACLE_BIT()s; a BUG that no program may cause is always found */
	u32 kernel;	    /* as profile_at() counts them, or ANY_KERNEL */
	u32 max_operations; /* of an input: 1 to MAX_OPERATIONS */
	bool fail_each; /* runs each kept input again with the 1st, 2nd, … allocation failing, and each fault retried */
	bool features_only; /* is not guided by coverage counters, also where there are some: the corpus of any build */
	struct other_side against; /* for ORACLE_OTHER */
};

struct fuzz_stats {
	u64 runs;	/* inputs; those with an ordered failure are not counted */
	u64 operations; /* of all of them */
	u64 corpus;
	u64 failed;   /* of those: run with each allocation failing, one after the other */
	u64 edges;    /* of the code, or with features only of the graph of states, see features.h */
	u64 counters; /* of the code; 0 in a build without */
	u64 findings;
	u64 last_new;		  /* the run that reached the last new edge */
	u64 known[KNOWN_DEFECTS]; /* runs that met a known defect of the kernel, each once, also with a failure ordered */
};

/* A finding: what is wrong, and an input that shows it. */
struct finding {
	struct verdict verdict;
	u8 *input;
	size_t bytes;
	u64 run;
	u32 failed_kind; /* enum wire_inject: what had to fail for it, in the input already; 0: nothing */
};

/* At most so many different findings are kept; who has as many should mend some. */
#define MAX_FINDINGS 256
#define MAX_CORPUS (1u << 20)

struct fuzz;

void fuzz_default_options(struct fuzz_options *options);
/* What is out of range in them, NULL if nothing is. */
const char *fuzz_options_error(const struct fuzz_options *options);
/* NULL and a text in *error if the options are out of range or there is no memory. */
struct fuzz *fuzz_create(const struct fuzz_options *options, const char **error);
void fuzz_destroy(struct fuzz *fuzz);
/*
 * Runs so many inputs; fewer if there is a new finding, or if memory is used up, which *error then says. Returns how
 * many.
 */
u64 fuzz_run(struct fuzz *fuzz, u64 runs, const char **error);
/*
 * Whether the last fuzz_run(), fuzz_add(), fuzz_judge() or fuzz_minimize() ended early since this process has no memory: what
 * it answered says nothing. What was kept before is there, and the fuzzer can go on.
 */
bool fuzz_lacked_memory(const struct fuzz *fuzz);
/* The next input that fuzz_run() would run; it is the fuzzer's until the next call. */
const u8 *fuzz_make(struct fuzz *fuzz, size_t *bytes);
/*
 * Runs an input from elsewhere, judges it, and keeps it if it does something new. Returns whether. One that does not
 * pass input_fits() is refused.
 */
bool fuzz_add(struct fuzz *fuzz, const u8 *input, size_t bytes);
void fuzz_get_stats(const struct fuzz *fuzz, struct fuzz_stats *stats);
/* The i-th input that was kept; NULL behind the last one. */
const u8 *fuzz_corpus(const struct fuzz *fuzz, u64 i, size_t *bytes);
/* Of all inputs that were kept, in order. */
u64 fuzz_hash(const struct fuzz *fuzz);
/* The i-th finding; NULL behind the last one. */
const struct finding *fuzz_finding(const struct fuzz *fuzz, u64 i);

/* Judges one input of any length thoroughly with the fuzzer's oracles, without keeping anything. */
bool fuzz_judge(struct fuzz *fuzz, const u8 *input, size_t bytes, struct verdict *verdict);
/*
 * Makes an input of any length smaller as long as it has a finding with the same oracle and rule: operations are left out, then
 * handles become 0 and arguments rounder. Returns its new size; *tries says how many inputs that took. minimize.c
 */
size_t fuzz_minimize(struct fuzz *fuzz, u8 *input, size_t bytes, struct verdict *verdict, u64 *tries);

/* Internal: what fuzz_lacked_memory() answers. */
void fuzz_lacks_memory(struct fuzz *fuzz, bool lacks);
/* Internal: the machine of a flavour, in its first state; NULL without memory. */
struct machine *fuzz_machine(struct fuzz *fuzz, u32 flavour);

#endif
