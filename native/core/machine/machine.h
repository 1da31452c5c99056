/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One simulated machine. Everything hangs off it: no global state, so many machines live side by side.
 * A machine is used by one thread at a time.
 */
#ifndef S390_GMAP_MACHINE_H
#define S390_GMAP_MACHINE_H

#include "abi/limits.h"
#include "core/machine/bug.h"
#include "core/machine/call_stack.h"
#include "core/machine/events.h"
#include "core/machine/inject.h"
#include "core/machine/options.h"
#include "core/machine/pool.h"
#include "core/machine/storage.h"
#include "core/machine/undo.h"
#include "core/machine/work.h"

struct mm;
struct gmap;
struct vma;

struct list_link {
	struct list_link *next;
	struct list_link *prev;
};

/* Ours: notifier blocks. What a call of one does is an event and a hook. */
struct gmap_notifier {
	struct list_link list;
#ifdef OWN_CODE
	void *rcu[2];
	void (*call)(struct gmap *gmap, u64 start, u64 end); /* a tree's: it is not told which block it is */
#endif
	/* NULL in a block that was never registered, like a zeroed structure */
	void (*notifier_call)(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 start, u64 end);
};

#ifdef OWN_CODE
#define OWN_STATICS_WORDS 128
/* A tree's own code takes over where the machine boots, and lets go of it, see native/own-code. */
void own_boot(struct machine *m);
void own_forget(const struct machine *m);
/* Keep how the tree's code has come here, if the machine is traced with paths: to a BUG, to the store of that number. */
void own_note_bug(struct machine *m);
void own_note_store(struct machine *m, u64 number);
#endif

struct cpu {
	struct mm *active_mm;
};

/* The words of the machine that programs change; see SET(). */
struct machine_state {
	struct storage_state storage;
	struct pool_state pool[POOL_KINDS];
	struct cpu cpu[MAX_CPUS];
	struct mm *mm[MAX_MMS];
	u64 mm_count; /* one more than the highest handle that was ever used */
	struct mm *newest_mm;
	struct gmap *gmap[MAX_GMAPS];
	u64 gmap_count; /* the same */
	u64 mm_serial;
	u64 gmap_serial;
	u64 anon_vma_serial;
	struct list_link notifier_list;
#ifdef OWN_CODE
	u64 own_statics[OWN_STATICS_WORDS]; /* what a tree's files have as static data */
	/* where a lock of the second class was first taken while one of the first was held, see lock_order.c */
	const char *own_order[LOCK_CLASSES][LOCK_CLASSES];
	/* what shadow_in_callback has ordered: of which notifier's next call */
	struct {
		u64 is_ordered;
		u64 notifier;
		u64 gmap;
		u64 asce;
		u64 edat;
	} own_inner;
#endif
	struct gmap_notifier notifier[MAX_NOTIFIERS];
	u64 sysctl_allocate_pgste;
	u64 inject[WIRE_INJECTS]; /* calls until the ordered failure, 0 for none */
	u64 lost_tables;	  /* page tables that free_pgtables did not find: leaked by the kernel too */
	u64 kept_tables;	  /* of lost_tables: freed by the kernel, kept here since a gmap still uses them */
	u64 former_top_tables;	  /* of lost_tables: those of processes that grew, and had nothing left below */
	u64 lost_nodes;		  /* radix-tree nodes that nobody can free any more; the same */
	u64 observing;
	u64 watch_count;
	u64 watch[MAX_WATCHES];
};

/* What the outside is told about in the middle of a call. What it may do meanwhile, interp.c knows; each returns. */
struct machine_hooks {
	void *context;
	/* every call of a notifier block; handles, first and last guest address */
	void (*notify)(void *context, u32 notifier, u32 gmap, u64 start, u64 end);
	/* mmap_sem was dropped inside a fault that is then tried again (injected fixup_retry) */
	void (*mmap_sem_dropped)(void *context);
};

struct observer;
struct tracer;

struct machine {
	struct undo_log undo;
	struct storage storage;
	struct pool pool[POOL_KINDS];
	struct event_log events;
	struct machine_options options;
	const struct lock_rules *lock_rules; /* of the kernel */
	struct machine_hooks hooks;
	struct undo_mark mark[UNDO_MAX_MARKS];
	struct call_stack *stack;     /* that the machine runs on */
	struct call_stack main_stack; /* of a machine with one */
	enum bug_place dead;	      /* BUG_none while the machine lives */
	char bug_text[512];
	struct observer *observer;
	struct tracer *tracer; /* NULL unless the machine is traced */
#ifdef OWN_CODE
	bool own_gmap_freed; /* in the middle of any call: not part of the state, for who has names of gmaps */
#endif
	/* what find_vma() found last; not part of the state, and forgotten when VMAs go or another stack runs */
	struct {
		const struct mm *mm;
		struct vma *vma;
	} vma_hint;
#ifdef COUNT_WORK
	struct work work;
#endif
	struct machine_state s;
};

/*
 * A machine whose state is all zero, and of which nothing can be undone yet. `object_size`: what pools hold. NULL and a
 * text in *error if the options are out of range or there is no memory.
 */
struct machine *machine_alloc(const struct machine_options *options, const size_t object_size[POOL_KINDS],
			      const char **error);
void machine_free(struct machine *m);
/* Makes all state zero again, beside what storage has used so far. */
void machine_clear(struct machine *m);
/* Forgets what belonged to the last call: its BUG, locks and events, and hints about state that will be gone. */
void machine_forget_call(struct machine *m);

static inline void undo_note(struct machine *m, void *word)
{
	struct undo_entry *entry = m->undo.next;

	if (unlikely(entry == m->undo.stop))
		entry = undo_slow(m, word);
	entry->word = word;
	memcpy(&entry->old, word, sizeof(u64));
	m->undo.next = entry + 1;
}

/* Stores to a word of the machine's state: a u64 or a pointer. */
#define SET(m, place, value)                                               \
	do {                                                               \
		static_assert(sizeof(place) == sizeof(u64), "not a word"); \
		undo_note((m), &(place));                                  \
		(place) = (value);                                         \
	} while (0)

/*
 * Loads a word of the state that another CPU could be changing: a link of a list, what a tree is made of. Entries of
 * tables have entry_get(). When CPUs run at the same time, these are the places where one can come between. `m` is NULL
 * where somebody looks who is no CPU of the machine.
 */
#define GET(m, place) ((void)(m), (place))

static inline u64 current_cpu(const struct machine *m)
{
	return m->stack->cpu;
}

static inline void preempt_disable(struct machine *m)
{
	m->stack->preempt_count++;
}

static inline void preempt_enable(struct machine *m)
{
	m->stack->preempt_count--;
}

static inline u64 entry_get(const entry_t *entry)
{
	return be64(entry->big_endian);
}

static inline void entry_set(struct machine *m, entry_t *entry, u64 value)
{
	SET(m, entry->big_endian, be64(value));
}

/* The entry at an absolute address, and back. */
static inline entry_t *entry_at(const struct machine *m, u64 address)
{
	/* no arithmetic of pointers: compilers take their sum for one that is never NULL, or is only if the first is */
	return (entry_t *)(m->storage.bytes + address);
}

static inline u64 address_of(const struct machine *m, const entry_t *entry)
{
	return (uintptr_t)entry - m->storage.bytes;
}

static inline struct frame *frame_at(const struct machine *m, u64 address)
{
	return &m->storage.frames[address >> FRAME_SHIFT];
}

/* Whether there is storage at an absolute address. */
static inline bool storage_has(const struct machine *m, u64 address)
{
	return address - m->storage.origin < m->storage.size;
}

/* Whether it was ever allocated, or is the system's. */
static inline bool storage_has_used(const struct machine *m, u64 address)
{
	return address - m->storage.origin < m->s.storage.bump - m->storage.origin;
}

static inline bool storage_has_range(const struct machine *m, u64 address, u64 length)
{
	u64 offset = address - m->storage.origin;

	return offset <= m->storage.size && length <= m->storage.size - offset;
}

/* What a word of the process's memory is to the machine: its absolute address, if it lies in storage. */
static inline bool word_in_storage(const struct machine *m, const void *word, u64 *address)
{
	*address = (uintptr_t)word - m->storage.bytes;
	return storage_has(m, *address);
}

/* The descriptor that a word is part of; NULL if it is part of none. */
static inline struct frame *frame_of_word(const struct machine *m, const void *word)
{
	uintptr_t offset = (uintptr_t)word - (uintptr_t)&m->storage.frames[m->storage.origin >> FRAME_SHIFT];
	u64 i = offset / sizeof(struct frame);

	return i < m->storage.size >> FRAME_SHIFT ? &m->storage.frames[(m->storage.origin >> FRAME_SHIFT) + i] : NULL;
}

static inline enum frame_kind frame_kind(const struct frame *frame)
{
	return (enum frame_kind)(frame->flags & FRAME_KIND);
}

static inline u64 frame_number(const struct machine *m, const struct frame *frame)
{
	return (u64)(frame - m->storage.frames);
}

#endif
