/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs programs on a machine and judges each operation. Each oracle reports the first thing that it objects to. Oracles
 * share no code with the port, only the layout of storage.
 */
#ifndef S390_GMAP_JUDGE_H
#define S390_GMAP_JUDGE_H

#include "core/program/interp.h"
#include "core/program/other.h"

enum oracle {
	ORACLE_NONE,
	ORACLE_RULES,	 /* the invariants of the specification */
	ORACLE_HARDWARE, /* what the hardware translates, and what it may have kept in its TLB */
	ORACLE_MODEL,	 /* an abstract model: mappings, links, armed pages, results */
	ORACLE_LOCKS,	 /* locking rules */
	ORACLE_LEAKS,	 /* when everything has been freed nothing is left */
	ORACLE_BUG,	 /* a BUG that no program may cause */
	ORACLE_CONTENTS, /* what the memory of processes holds */
	ORACLE_OTHER,	 /* another implementation of the machine does something else; nobody, if there is none */
	ORACLES
};

#define ORACLE_BIT(oracle) (1u << (oracle))
#define ORACLES_ALL (ORACLE_BIT(ORACLES) - 2)

const char *oracle_name(enum oracle oracle);

/* What does not hold. `rule` names it without addresses or handles: findings with one rule are the same. */
struct verdict {
	enum oracle oracle; /* ORACLE_NONE: there is nothing to object to */
	enum wire_op op;
	u64 operation; /* its number in the program, from 0 on; the number of operations: at the end */
	char rule[64];
	char text[256];
	u64 known;	/* defects of the kernel that were met, whatever else; KNOWN_BIT()s of core/check/known.h */
	bool no_memory; /* of this process: nobody objects, and nobody knows whether somebody would have */
};

/* Says what is wrong and answers false, so that a check can end with `return judge_object(…)`. */
bool judge_object(struct verdict *verdict, enum oracle oracle, const char *rule, const char *format, ...)
	format_fn(4, 5);

/* What an oracle is shown of one operation, right after it. */
struct step {
	struct machine *m;
	enum wire_op op;
	const struct call *call;
	struct reply reply;
	const struct event *events; /* of the kinds JUDGE_EVENTS, in order */
	u32 event_count;
	size_t stores; /* where the undo log stood before: what was stored since is the operation's */
};

/* The operation that is just over, with all events of the log. */
static inline struct step step_of(struct machine *m, enum wire_op op, const struct call *call, struct reply reply,
				  size_t stores)
{
	return (struct step){
		.m = m,
		.op = op,
		.call = call,
		.reply = reply,
		.events = m->events.event,
		.event_count = m->events.count,
		.stores = stores,
	};
}

/* Whether it stored anything. */
static inline bool step_stored(const struct step *step)
{
	return undo_position(&step->m->undo) != step->stores;
}

#define JUDGE_EVENTS                                                                                          \
	(EVENT_BIT(EVENT_NOTIFY) | EVENT_BIT(EVENT_IDTE) | EVENT_BIT(EVENT_IDTE_MM) | EVENT_BIT(EVENT_IPTE) | \
	 EVENT_BIT(EVENT_LAZY) | EVENT_BIT(EVENT_FLUSH_ALL) | EVENT_BIT(EVENT_FAILURE))

/* Whether a program may do that to a kernel; any other BUG is a mistake of the model. */
bool judge_bug_allowed(enum bug_place place);

struct judge;

/* For any number of machines, one after the other. `oracles`: ORACLE_BIT()s. NULL without memory. */
struct judge *judge_create(u32 oracles);
void judge_destroy(struct judge *judge);
/* Somebody else who is told of each operation, before it is judged, and of the end of the program; NULL for nobody. */
struct watcher {
	after_fn after;
	void (*end)(void *context);
	void *context;
};
void judge_watch(struct judge *judge, const struct watcher *watcher);
#define OTHER_NAME_SIZE 64
/* Another implementation, and what both are called in findings. */
struct other_side {
	const struct other_functions *functions; /* NULL: there is none */
	char kernel[OTHER_NAME_SIZE];		 /* that it is; "": that of the judge's machine */
	char name[OTHER_NAME_SIZE];
	char own_name[OTHER_NAME_SIZE];
};
/* The machines that it makes live as long as it does, and so must those that it is used with. NULL without memory. */
struct other;
struct other *other_create(const struct other_side *side);
void other_destroy(struct other *other);
/* From now on ORACLE_OTHER asks it; NULL: nobody. */
void judge_ask(struct judge *judge, struct other *other);
/* How many allocations, or what stands for them, failed in the last run. */
u64 judge_failures(const struct judge *judge);
/* How many operations the last run executed. */
u64 judge_operations(const struct judge *judge);
/* How often the last run looked at the whole state, and not only at what an operation stored. */
u64 judge_looks(const struct judge *judge);
/*
 * Runs a program in the format of wire.h on a machine in its first state, and leaves it there again. False: *verdict
 * says why. True with verdict->no_memory: the program was not judged to its end. `thorough`: each oracle looks at everything after each operation, not only at the end, so that the
 * operation which broke it is known; some hundred times slower. From the 256th operation on it looks ever more rarely,
 * so that the time grows as the program does, and if it objects it searches for the operation by running the program
 * again; what is wrong for a few operations only can be missed there.
 */
bool judge_run(struct judge *judge, struct machine *m, const u8 *program, size_t bytes, bool thorough,
	       struct verdict *verdict);

#endif
