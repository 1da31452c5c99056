/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One simulated machine. Everything hangs off it: no global state, so many machines live side by side.
 * A machine is used by one thread at a time.
 */
#ifndef S390_GMAP_MACHINE_H
#define S390_GMAP_MACHINE_H

#include "abi/wire.h"
#include "core/machine/call_stack.h"
#include "core/machine/pool.h"
#include "core/linux/profile.h"
#include "core/machine/storage.h"
#include "core/machine/types.h"
#include "core/machine/undo.h"

#define MAX_CPUS 32
#define MAX_MMS 4096
#define MAX_GMAPS 4096
#define MAX_NOTIFIERS 256
#define MAX_WATCHES 1024

#define MIN_STORAGE ((u64)2 << 20)
#define MAX_STORAGE ((u64)1 << 40)
#define DEFAULT_STORAGE ((u64)256 << 20)
#define DEFAULT_MAX_SEGMENTS ((u64)1 << 20)

struct mm;
struct gmap;
struct vma;

struct list_link {
	struct list_link *next;
	struct list_link *prev;
};

struct machine_options {
	const struct profile *profile;
	bool esop;	   /* enhanced suppression on protection: the write bit of PTEs can be trusted */
	bool idte;	   /* TLB entries can be flushed by ASCE */
	bool tlb_lc;	   /* TLB entries can be flushed on this CPU only */
	bool nx;	   /* pages can be made not executable; kernels after 4.7 use it */
	bool debug_vm;	   /* VM_BUG_ON is live */
	bool check_locks;  /* see lock.h */
	bool check_always; /* machine_check() after every operation */
	u32 cpus;	   /* 1 to MAX_CPUS */
	u64 storage_limit; /* bytes of storage and kernel structures together */
	u64 max_segments;  /* that one call of gmap_map_segment may map */
};

/* Things that happen inside a call, in order. The first two belong to the trace format. */
enum event_kind {
	EVENT_NOTIFY,	 /* a: notifier, b: gmap, address: gaddr, end: last gaddr; 0 where the kernel does not tell */
	EVENT_IDTE,	 /* b: gmap, address: the ASCE */
	EVENT_IDTE_MM,	 /* b: mm; a: 1 on this CPU only */
	EVENT_IPTE,	 /* address: vmaddr, end: absolute address of the PTE; a: 1 on this CPU only */
	EVENT_LAZY,	 /* the same addresses: invalidated by a plain store, flush later */
	EVENT_FLUSH_ALL, /* a: 1 on this CPU only */
	EVENT_KEY,	 /* address: of the frame; a: key; b: 1 if quiescing */
	EVENT_ALLOC_FRAMES, /* address; a: order */
	EVENT_FREE_FRAMES,  /* address; a: order */
	EVENT_FAILURE, /* an allocation failed, or what stands for one; a: enum wire_inject, 0: memory is used up */
	EVENT_KINDS
};

#define EVENT_BIT(kind) (1u << (kind))
#define EVENTS_OF_TRACE (EVENT_BIT(EVENT_NOTIFY) | EVENT_BIT(EVENT_IDTE))

struct event {
	u32 kind;
	u32 a;
	u32 b;
	u64 address;
	u64 end; /* 0 where the kind does not say what it is */
};

struct event_log {
	struct event *event;
	u32 count;
	u32 capacity;
	u32 mask; /* EVENT_BIT()s of what is recorded */
};

enum bug_place {
	BUG_none,
#define BUG_PLACE(name, text) BUG_##name,
#include "abi/bugs.def"
#undef BUG_PLACE
	BUG_PLACES
};

struct gmap_notifier {
	struct list_link list;
	/* NULL in a block that was never registered, like a zeroed structure */
	void (*notifier_call)(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 start, u64 end);
};

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
	struct gmap_notifier notifier[MAX_NOTIFIERS];
	u64 sysctl_allocate_pgste;
	u64 inject[WIRE_INJECTS]; /* calls until the ordered failure, 0 for none */
	u64 lost_tables;	  /* page tables that free_pgtables did not find: leaked by the kernel too */
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
	struct machine_hooks hooks;
	struct undo_mark mark[UNDO_MAX_MARKS];
	struct call_stack *stack;     /* that the machine runs on */
	struct call_stack main_stack; /* of a machine with one */
	enum bug_place dead;	      /* BUG_none while the machine lives */
	char bug_text[512];
	struct observer *observer;
	struct tracer *tracer; /* NULL unless the machine is traced */
	/* what find_vma() found last; not part of the state, and forgotten when VMAs go */
	struct {
		const struct mm *mm;
		struct vma *vma;
	} vma_hint;
	struct machine_state s;
};

/* Fills in what a 4.7 kernel on a machine with all facilities has. */
void machine_default_options(struct machine_options *options);
/*
 * Makes a machine with one process, mm0. NULL and a text in *error if the options are out of range or
 * there is no memory.
 */
struct machine *machine_create(const struct machine_options *options, const char **error);
void machine_destroy(struct machine *m);
/* Back to the state after machine_create(). Costs what was written since, or a rebuild. */
void machine_reset(struct machine *m);

/*
 * Snapshots nest. Returns a number for machine_restore(), or -1 when UNDO_MAX_MARKS are live.
 * machine_restore() goes back to the snapshot, which stays; newer ones end. machine_forget() ends it
 * and the newer ones and keeps the state.
 */
int machine_snapshot(struct machine *m);
bool machine_restore(struct machine *m, int snapshot);
bool machine_forget(struct machine *m, int snapshot);

/* Ends the current call at the door that it came in by (door.h); the machine is dead until reset or restored. */
noreturn_fn void machine_bug(struct machine *m, enum bug_place place, const char *format, ...) format_fn(3, 4);
/* Ends the current call too, after one inside of it (in a hook) ended in a BUG. */
noreturn_fn void machine_unwind(struct machine *m);
const char *bug_place_text(enum bug_place place);
const char *bug_place_name(enum bug_place place);
/* Whether programs can do that to a kernel; any other BUG is a mistake of the model. */
bool bug_is_the_programs(enum bug_place place);

/* Counts one call of the given kind; true if this one shall fail. */
bool inject_slow(struct machine *m, enum wire_inject kind);
#define inject(m, kind) (unlikely((m)->s.inject[kind] != 0) && inject_slow((m), (kind)))

void event_add(struct machine *m, enum event_kind kind, u32 a, u32 b, u64 address, u64 end);
#define event_range(m, kind, a, b, address, end)                            \
	do {                                                                \
		if (unlikely((m)->events.mask & EVENT_BIT(kind)))           \
			event_add((m), (kind), (a), (b), (address), (end)); \
	} while (0)
#define event(m, kind, a, b, address) event_range(m, kind, a, b, address, 0)

/* Live objects of all kinds; 0 after everything that was created has been freed. */
struct machine_counts {
	u64 mms, gmaps, vmas, files, radix_nodes;
	u64 frames;	 /* in use, lowcores and zero pages not counted */
	u64 lost_tables; /* of those frames: tables that the kernel leaks */
	u64 lost_nodes;	 /* of those radix_nodes: nodes that the kernel leaks */
	u64 bytes;	 /* of frames and of all objects together */
};
void machine_count(const struct machine *m, struct machine_counts *counts);

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
	return (entry_t *)(void *)(m->storage.bytes + address);
}

static inline u64 address_of(const struct machine *m, const entry_t *entry)
{
	return (u64)((const u8 *)entry - m->storage.bytes);
}

static inline struct frame *frame_at(const struct machine *m, u64 address)
{
	return &m->storage.frames[address >> FRAME_SHIFT];
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
