// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/fuzz.h"

#include "core/machine/memory.h"
#include "core/program/boot.h"
#include "fuzz/engine/coverage.h"
#include "fuzz/engine/features.h"
#include "fuzz/engine/generate.h"
#include "fuzz/engine/random.h"

/*
 * What an input costs, and with it those that are made from it, is how much it stores. One that costs n times
 * USUAL_COST is built upon n times less often, so that an hour later there are as many runs a second as now.
 */
#define USUAL_COST 256
#define MOST_COST 0x1000000
#define MOST_TRIES 16

struct entry {
	u8 *input;
	size_t bytes;
	u32 cost; /* of running it, counted and not timed: the same everywhere */
};

/* Where the trying of failures is. */
struct failing {
	int kind;
	u64 n;
};

struct fuzz {
	struct fuzz_options options;
	struct fuzz_stats stats;
	u64 random;
	u64 hash;
	struct machine *machines[FLAVOURS]; /* made when an input asks for one */
	struct judge *judge;		    /* NULL without oracles */
	struct judge *thorough;		    /* all oracles that are asked for, or that a BUG needs */
	struct other *against;		    /* NULL: nobody */
	struct features features;
	struct coverage coverage;
	struct watcher watcher;	 /* the features */
	struct machine *watched; /* by them */
	struct verdict bug;	 /* without a judge: the BUG of this run */
	struct entry *corpus;
	u64 capacity;
	struct finding findings[MAX_FINDINGS];
	struct failing failing;
	bool no_memory; /* something of the last call was not done for want of it */
	size_t stored;	/* where the undo log stood before the input */
	u32 cost;	/* of the last input: entries that it made in the undo log */
	struct draft draft;
	struct draft other;
};

void fuzz_default_options(struct fuzz_options *options)
{
	*options = (struct fuzz_options){
		.seed = 1,
		.oracles = ORACLES_ALL,
		.kernel = 0,
		.max_operations = 40,
		.fail_each = true,
	};
}

const char *fuzz_options_error(const struct fuzz_options *options)
{
	if (options->oracles & ~ORACLES_ALL)
		return "there is no such oracle";
	if (options->kernel > ANY_KERNEL)
		return "there is no such kernel";
	if (options->max_operations < 1 || options->max_operations > MAX_OPERATIONS)
		return "inputs must have 1 to 128 operations";
	if (options->against.functions && !other_fits(options->against.functions))
		return "what it is compared with is of another version";
	return NULL;
}

/* Whoever judges asks the other one too. False: no memory. */
static bool ask_other(struct fuzz *fuzz)
{
	if (!fuzz->options.against.functions)
		return true;
	fuzz->against = other_create(&fuzz->options.against);
	if (!fuzz->against)
		return false;
	judge_ask(fuzz->thorough, fuzz->against);
	if (fuzz->judge)
		judge_ask(fuzz->judge, fuzz->against);
	return true;
}

struct fuzz *fuzz_create(const struct fuzz_options *options, const char **error)
{
	struct fuzz *fuzz;

	*error = fuzz_options_error(options);
	if (*error)
		return NULL;
	*error = "no memory for a fuzzer";
	fuzz = memory_take(1, sizeof(*fuzz));
	if (!fuzz)
		return NULL;
	fuzz->options = *options;
	fuzz->random = options->seed;
	fuzz->failing.kind = INJECT_none + 1;
	fuzz->hash = 0xcbf29ce484222325ULL;
	fuzz->thorough = judge_create(options->oracles | ORACLE_BIT(ORACLE_BUG));
	if (options->oracles)
		fuzz->judge = judge_create(options->oracles | ORACLE_BIT(ORACLE_BUG));
	if (!coverage_init(&fuzz->coverage) || !features_create(&fuzz->features) || !fuzz->thorough ||
	    (options->oracles && !fuzz->judge) || !ask_other(fuzz)) {
		fuzz_destroy(fuzz);
		return NULL;
	}
	*error = NULL;
	return fuzz;
}

void fuzz_destroy(struct fuzz *fuzz)
{
	u64 i;

	if (!fuzz)
		return;
	for (i = 0; i < FLAVOURS; i++)
		machine_destroy(fuzz->machines[i]);
	for (i = 0; i < fuzz->stats.corpus; i++)
		memory_free(fuzz->corpus[i].input);
	for (i = 0; i < fuzz->stats.findings; i++)
		memory_free(fuzz->findings[i].input);
	memory_free(fuzz->corpus);
	features_destroy(&fuzz->features);
	coverage_destroy(&fuzz->coverage);
	judge_destroy(fuzz->judge);
	judge_destroy(fuzz->thorough);
	other_destroy(fuzz->against);
	memory_free(fuzz);
}

struct machine *fuzz_machine(struct fuzz *fuzz, u32 flavour)
{
	struct machine_options options;
	const char *error;

	if (!fuzz->machines[flavour]) {
		flavour_options(flavour, &options);
		fuzz->machines[flavour] = machine_create(&options, &error);
	}
	return fuzz->machines[flavour];
}

static struct machine *machine_for(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	return fuzz_machine(fuzz, input_flavour(input, bytes));
}

static bool watch(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct fuzz *fuzz = context;

	(void)call;
	features_step(&fuzz->features, fuzz->watched, op, reply);
	return true;
}

static void watch_end(void *context)
{
	struct fuzz *fuzz = context;
	size_t stores = undo_position(&fuzz->watched->undo) - fuzz->stored;

	features_end(&fuzz->features, fuzz->watched);
	fuzz->cost = stores < MOST_COST ? (u32)stores : MOST_COST;
}

/* Guided by counters a run still looks at pairs and transitions: counters do not see those. */
static bool reached_new(struct fuzz *fuzz, u64 features_before)
{
	bool new = fuzz->features.seen.count != features_before;

	if (!fuzz->options.features_only && coverage_end(&fuzz->coverage))
		new = true;
	return new;
}

static void count(struct fuzz *fuzz, u64 operations)
{
	fuzz->stats.runs++;
	fuzz->stats.operations += operations;
}

/* Runs an input that is only watched, on a machine whose undo log is complete, and goes back. */
static void run_bare(struct fuzz *fuzz, struct machine *m, const u8 *program, size_t bytes)
{
	int snapshot = machine_snapshot(m);

	m->options.check_locks = false;
	features_begin(&fuzz->features, m);
	count(fuzz, machine_run_each(m, program, bytes, watch, fuzz));
	watch_end(fuzz);
	fuzz->no_memory |= m->dead == BUG_host_memory;
	if (m->dead && !judge_bug_allowed(m->dead))
		judge_object(&fuzz->bug, ORACLE_BUG, bug_place_name(m->dead), "%s", m->bug_text);
	machine_restore(m, snapshot);
	machine_forget(m, snapshot);
}

static void count_known(struct fuzz *fuzz, u64 known)
{
	u32 i;

	for (i = 0; known && i < KNOWN_DEFECTS; i++, known >>= 1)
		fuzz->stats.known[i] += known & 1;
}

static bool run_judged(struct fuzz *fuzz, struct machine *m, const u8 *program, size_t bytes, struct verdict *verdict)
{
	bool agreed;

	fuzz->watcher = (struct watcher){ watch, watch_end, fuzz };
	features_begin(&fuzz->features, m);
	judge_watch(fuzz->judge, &fuzz->watcher);
	agreed = judge_run(fuzz->judge, m, program, bytes, false, verdict);
	fuzz->no_memory |= verdict->no_memory;
	count(fuzz, judge_operations(fuzz->judge));
	count_known(fuzz, verdict->known);
	return agreed;
}

/* False: *verdict says what was found. */
static bool run_input(struct fuzz *fuzz, const u8 *input, size_t bytes, struct verdict *verdict, bool *new)
{
	struct machine *m = machine_for(fuzz, input, bytes);
	u64 features = fuzz->features.seen.count;
	size_t program_bytes;
	const u8 *program = input_program(input, bytes, &program_bytes);
	bool agreed = true;

	*new = false;
	if (!m) {
		fuzz->no_memory = true;
		return true;
	}
	fuzz->watched = m;
	fuzz->stored = undo_position(&m->undo);
	coverage_begin(&fuzz->coverage);
	if (fuzz->judge) {
		agreed = run_judged(fuzz, m, program, program_bytes, verdict);
	} else {
		fuzz->bug.oracle = ORACLE_NONE;
		run_bare(fuzz, m, program, program_bytes);
		*verdict = fuzz->bug;
		agreed = verdict->oracle == ORACLE_NONE;
	}
	*new = reached_new(fuzz, features);
	fuzz->no_memory |= fuzz->features.no_memory;
	return agreed;
}

static bool judge_thoroughly(struct fuzz *fuzz, const u8 *input, size_t bytes, struct verdict *verdict)
{
	struct machine *m = machine_for(fuzz, input, bytes);
	size_t program_bytes;
	const u8 *program = input_program(input, bytes, &program_bytes);

	bool agreed;

	*verdict = (struct verdict){ .no_memory = !m };
	agreed = !m || judge_run(fuzz->thorough, m, program, program_bytes, true, verdict);
	fuzz->no_memory |= verdict->no_memory;
	return agreed;
}

bool fuzz_judge(struct fuzz *fuzz, const u8 *input, size_t bytes, struct verdict *verdict)
{
	fuzz->no_memory = false;
	return judge_thoroughly(fuzz, input, bytes, verdict);
}

static bool same(const struct verdict *a, const struct verdict *b)
{
	return a->oracle == b->oracle && a->op == b->op && strcmp(a->rule, b->rule) == 0;
}

static u8 *copy_of(const u8 *input, size_t bytes)
{
	u8 *copy = memory_grow(NULL, bytes ? bytes : 1);

	if (copy)
		memcpy(copy, input, bytes);
	return copy;
}

static void keep_finding(struct fuzz *fuzz, const u8 *input, size_t bytes, const struct verdict *seen, u32 failed_kind)
{
	struct finding *finding = &fuzz->findings[fuzz->stats.findings];
	struct verdict verdict;
	u64 i;

	/* the first operation that is wrong, if that can be told, and not the one that stumbled over it */
	if (judge_thoroughly(fuzz, input, bytes, &verdict))
		verdict = *seen;
	for (i = 0; i < fuzz->stats.findings; i++)
		if (same(&fuzz->findings[i].verdict, &verdict))
			return;
	if (fuzz->stats.findings == MAX_FINDINGS)
		return;
	finding->input = copy_of(input, bytes);
	if (!finding->input) {
		fuzz->no_memory = true;
		return;
	}
	finding->verdict = verdict;
	finding->bytes = bytes;
	finding->run = fuzz->stats.runs;
	finding->failed_kind = failed_kind;
	fuzz->stats.findings++;
}

static bool grow_corpus(struct fuzz *fuzz)
{
	u64 capacity = fuzz->capacity ? 2 * fuzz->capacity : 256;
	struct entry *grown;

	if (fuzz->stats.corpus < fuzz->capacity)
		return true;
	grown = capacity > MAX_CORPUS ? NULL : memory_grow(fuzz->corpus, capacity * sizeof(*grown));
	if (!grown)
		return false;
	fuzz->corpus = grown;
	fuzz->capacity = capacity;
	return true;
}

static void hash_more(struct fuzz *fuzz, const u8 *bytes, size_t count)
{
	while (count--)
		fuzz->hash = (fuzz->hash ^ *bytes++) * 0x100000001b3ULL;
	/* so that two inputs are not one */
	fuzz->hash = (fuzz->hash ^ 0x100) * 0x100000001b3ULL;
}

static void keep_input(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	u8 *copy = grow_corpus(fuzz) ? copy_of(input, bytes) : NULL;

	if (!copy) {
		fuzz->no_memory = true;
		return;
	}
	fuzz->corpus[fuzz->stats.corpus++] = (struct entry){ copy, bytes, fuzz->cost };
	fuzz->stats.last_new = fuzz->stats.runs;
	hash_more(fuzz, input, bytes);
}

/* Programs with long loops allocate without end: the first failures say most. */
#define MOST_FAILURES 64
/* One failure of an input is one of its first 2^n, n below this. */
#define FIRST_FAILURES 6

/* The input with an order for a failure before its first operation. */
static size_t with_failure(u8 *out, const u8 *input, size_t bytes, enum wire_inject kind, u64 n)
{
	const u64 order[] = { le64((u64)OP_inject | (u64)WIRE_NO_HANDLE << 32), le64(kind), le64(n) };
	size_t program_bytes;
	const u8 *program = input_program(input, bytes, &program_bytes);

	memset(out, 0, INPUT_HEAD);
	memcpy(out, input, bytes < INPUT_HEAD ? bytes : INPUT_HEAD);
	memcpy(out + INPUT_HEAD, order, sizeof(order));
	memcpy(out + INPUT_HEAD + sizeof(order), program, program_bytes);
	return INPUT_HEAD + sizeof(order) + program_bytes;
}

/* Runs the input with the n-th allocation of that kind failing. False: there are not so many. */
static bool fail_one(struct fuzz *fuzz, const u8 *input, size_t bytes, enum wire_inject kind, u64 n)
{
	struct machine *m = machine_for(fuzz, input, bytes);
	u8 with[MAX_INPUT + 3 * sizeof(u64)];
	size_t size = with_failure(with, input, bytes, kind, n);
	struct verdict verdict;

	if (!m) {
		fuzz->no_memory = true;
		return false;
	}
	judge_watch(fuzz->judge, NULL);
	if (!judge_run(fuzz->judge, m, with + INPUT_HEAD, size - INPUT_HEAD, false, &verdict))
		keep_finding(fuzz, with, size, &verdict, kind);
	fuzz->no_memory |= verdict.no_memory;
	count_known(fuzz, verdict.known);
	fuzz->stats.operations += judge_operations(fuzz->judge);
	return judge_failures(fuzz->judge) > 0;
}

/* The next failure of the next input whose failures have not all been tried: one at a time, between other inputs. */
static void fail_kept(struct fuzz *fuzz)
{
	const struct entry *entry = &fuzz->corpus[fuzz->stats.failed];
	struct failing *failing = &fuzz->failing;

	failing->n++;
	if (failing->n <= MOST_FAILURES &&
	    fail_one(fuzz, entry->input, entry->bytes, (enum wire_inject)failing->kind, failing->n))
		return;
	failing->n = 0;
	if (++failing->kind == FUZZ_INJECTS) {
		failing->kind = INJECT_none + 1;
		fuzz->stats.failed++;
	}
}

/* Some failure, rather one of the first, of an input that may be kept or not. */
static void fail_any(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	u32 kind = INJECT_none + 1 + random_below(&fuzz->random, FUZZ_INJECTS - INJECT_none - 1);
	u32 first = 1U << random_below(&fuzz->random, FIRST_FAILURES);

	fail_one(fuzz, input, bytes, (enum wire_inject)kind, 1 + random_below(&fuzz->random, first));
}

/* Those of what is kept come first. Later they are fewer, but no campaign is so long that nothing fails any more. */
static void fail_next(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	if (!fuzz->judge || !fuzz->options.fail_each)
		return;
	if (fuzz->stats.failed < fuzz->stats.corpus)
		fail_kept(fuzz);
	else if (one_in(&fuzz->random, 2))
		fail_any(fuzz, input, bytes);
}

/* What did something new is looked at more closely. */
static void examine(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	struct verdict verdict;

	if (!fuzz->judge)
		return;
	if (!judge_thoroughly(fuzz, input, bytes, &verdict))
		keep_finding(fuzz, input, bytes, &verdict, INJECT_none);
}

static bool try_input(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	struct verdict verdict;
	bool new;

	if (!run_input(fuzz, input, bytes, &verdict, &new)) {
		keep_finding(fuzz, input, bytes, &verdict, INJECT_none);
		/* what fails is not to be built upon */
		return false;
	}
	if (!new || fuzz->no_memory)
		return false;
	keep_input(fuzz, input, bytes);
	examine(fuzz, input, bytes);
	return true;
}

bool fuzz_add(struct fuzz *fuzz, const u8 *input, size_t bytes)
{
	fuzz->no_memory = false;
	if (!input_fits(input, bytes, NULL, 0))
		return false;
	/* taken apart and put together: what nothing would execute is gone */
	draft_read(&fuzz->draft, input, bytes);
	if (fuzz->options.kernel != ANY_KERNEL)
		draft_set_kernel(&fuzz->draft, fuzz->options.kernel);
	return try_input(fuzz, (const u8 *)fuzz->draft.word, draft_bytes(&fuzz->draft));
}

/* Half of the time one of the newest: what they reached has been built upon the least. */
static const struct entry *draw_entry(struct fuzz *fuzz)
{
	u32 all = (u32)fuzz->stats.corpus;
	u32 newest = all < 64 ? all : 64;

	if (one_in(&fuzz->random, 2))
		return &fuzz->corpus[all - 1 - random_below(&fuzz->random, newest)];
	return &fuzz->corpus[random_below(&fuzz->random, all)];
}

static bool is_worth_it(struct fuzz *fuzz, const struct entry *entry)
{
	return random_below(&fuzz->random, USUAL_COST + entry->cost) < USUAL_COST;
}

/* One that costs much has to be lucky too; where all cost much it is any of them. */
static const struct entry *pick_entry(struct fuzz *fuzz)
{
	const struct entry *entry = draw_entry(fuzz);
	u32 tries;

	for (tries = 0; tries < MOST_TRIES && !is_worth_it(fuzz, entry); tries++)
		entry = draw_entry(fuzz);
	return entry;
}

static u32 wanted_flavour(struct fuzz *fuzz)
{
	u32 machine = one_in(&fuzz->random, 2) ? 0 : random_below(&fuzz->random, FUZZ_MACHINES);
	u32 kernel = fuzz->options.kernel;

	if (kernel == ANY_KERNEL)
		kernel = random_below(&fuzz->random, PROFILES);
	return kernel * FUZZ_MACHINES + machine;
}

const u8 *fuzz_make(struct fuzz *fuzz, size_t *bytes)
{
	struct donor donor = { .draft = &fuzz->other };

	if (fuzz->stats.corpus < 16 || one_in(&fuzz->random, 256)) {
		draft_start(&fuzz->draft, &fuzz->random, wanted_flavour(fuzz));
	} else {
		const struct entry *entry = pick_entry(fuzz);

		draft_read(&fuzz->draft, entry->input, entry->bytes);
	}
	if (fuzz->stats.corpus) {
		const struct entry *entry = pick_entry(fuzz);

		donor.input = entry->input;
		donor.bytes = entry->bytes;
	}
	draft_mutate(&fuzz->draft, &fuzz->random, &donor, fuzz->options.max_operations);
	*bytes = draft_bytes(&fuzz->draft);
	return (const u8 *)fuzz->draft.word;
}

u64 fuzz_run(struct fuzz *fuzz, u64 runs, const char **error)
{
	u64 before = fuzz->stats.runs;
	u64 findings = fuzz->stats.findings;

	fuzz->no_memory = false;
	while (fuzz->stats.runs - before < runs && fuzz->stats.findings == findings && !fuzz->no_memory) {
		size_t bytes;
		const u8 *input = fuzz_make(fuzz, &bytes);

		try_input(fuzz, input, bytes);
		fail_next(fuzz, input, bytes);
	}
	*error = fuzz->no_memory ? "no memory for more inputs" : NULL;
	return fuzz->stats.runs - before;
}

void fuzz_get_stats(const struct fuzz *fuzz, struct fuzz_stats *stats)
{
	*stats = fuzz->stats;
	stats->counters = fuzz->coverage.size;
	stats->edges = fuzz->coverage.size && !fuzz->options.features_only ? fuzz->coverage.edges
									   : fuzz->features.seen.count;
}

const u8 *fuzz_corpus(const struct fuzz *fuzz, u64 i, size_t *bytes)
{
	if (i >= fuzz->stats.corpus)
		return NULL;
	*bytes = fuzz->corpus[i].bytes;
	return fuzz->corpus[i].input;
}

void fuzz_lacks_memory(struct fuzz *fuzz, bool lacks)
{
	fuzz->no_memory = lacks;
}

bool fuzz_lacked_memory(const struct fuzz *fuzz)
{
	return fuzz->no_memory;
}

u64 fuzz_hash(const struct fuzz *fuzz)
{
	return fuzz->hash;
}

const struct finding *fuzz_finding(const struct fuzz *fuzz, u64 i)
{
	return i < fuzz->stats.findings ? &fuzz->findings[i] : NULL;
}
