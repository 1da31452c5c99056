/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the abstract model: what a machine should be like, said without tables. Mappings, links, armed pages and
 * memory are ordered sets; what an operation answers and which events it causes follows from them. Written from the
 * specification. Looks at the machine only to compare, and where the specification leaves open what happened.
 */
#ifndef S390_GMAP_MODEL_H
#define S390_GMAP_MODEL_H

#include "core/linux/entries.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"
#include "fuzz/oracles/oracles.h"
#include "fuzz/oracles/set.h"

/* Programs that need more than this are not judged any further. */
#define MODEL_PROCESSES 32
#define MODEL_GUESTS 64
#define MODEL_MAPPINGS 512
#define MODEL_LINKS 512
#define MODEL_TABLES 256
#define MODEL_AREAS 256
#define MODEL_ARMED 1024
/* and of so many pages it remembers what was written and set */
#define MODEL_PAGES 256

/* Links. Valid: the segment entry is not empty; an empty one can be linked where there is no debug_vm. */
#define LINK_VALID 1u
/* Armed pages: the PTE is protected. Without it the page is writable, and dirty. */
#define ARMED_PROTECTED 1u
/* Armed pages: UC is set for sure. */
#define ARMED_DIRTY 2u
/*
 * Links and armed pages that the model could not predict exactly: whether the process still has the page table, or what the
 * PTE is like. The next event on one is read from the machine instead of being checked.
 */
#define LOOSE 4u

/* Areas: 1 read, 2 write, 4 execute, as of mmap; and */
#define AREA_ACCESS 7u
#define AREA_SHARED 8u
#define AREA_HUGE 16u
#define AREA_GROWS 32u
#define AREA_NORESERVE 128u
/* neighbours that are alike: the kernel may have one VMA or several */
#define AREA_JOINED 64u

#define NO_FILE UINT64_MAX

struct process {
	bool used;
	bool exited;
	bool alloc_pgste;
	bool has_pgste;
	bool use_skey;
	bool touched;	  /* has had pages */
	bool stack_moved; /* by mremap: how far it may grow is not known any more */
	bool old_pages;	  /* may have pages from before s390_enable_sie: their UC is not known */
	u32 handle;
	u32 guests;
};

struct guest {
	bool used;
	bool listed;
	bool empties; /* empty entries were linked */
	u32 handle;
	u32 process;
	u64 end; /* highest guest address: all ones below a power of two */
	u64 asce;
	u64 serial; /* what lowcore has when it is enabled */
	u64 references;
};

struct model {
	bool lost;  /* a bound was exceeded, or the machine is dead: everything is accepted from now on */
	bool wrong; /* the verdict is said */
	/* of the operation that is looked at */
	const struct step *step;
	struct verdict *verdict;
	u32 next_event;
	bool failed;	    /* some allocation failed */
	u32 failures;	    /* which: bits of enum wire_inject */
	bool lenient;	    /* something cannot be foreseen, because of that or of large pages: the machine is asked */
	bool flushes_count; /* FLUSH_ALL events are those of gmaps only */
	/* the machine, and what it is like */
	const struct machine *m;
	const struct profile *profile;
	bool idte;
	bool esop;
	bool debug_vm;
	bool debug_list;

	u64 allocate_pgste;
	u64 cpu;
	u64 enabled[MAX_CPUS]; /* serial of a gmap, which may be gone; 0: none */
	struct process processes[MODEL_PROCESSES];
	u32 process_count;
	struct guest guests[MODEL_GUESTS];
	u32 guest_count;
	u8 order[MODEL_GUESTS]; /* listed guests, newest first */
	u32 order_count;
	u32 notifiers[MAX_NOTIFIERS]; /* registered ones, newest first */
	u32 notifier_count;
	u32 known[MAX_NOTIFIERS]; /* known[i] == run: notifier i was registered at some time in this run */
	u32 run;
	bool has_loose;	    /* there may be loose armed pages */
	bool stored_errors; /* a load may give what looks like an error */

	struct set mappings; /* of a guest: guest segment, vmaddr */
	struct set links;    /* of a guest: vmaddr of the segment, gaddr of the segment entry */
	struct set
		tables; /* of a guest, its segment tables: number of the 2 GiB, lowest gaddr as its descriptor has it */
	struct set areas;	/* of a process, its memory: start, end; more: where the file ends (NO_FILE: private) */
	struct set armed;	/* of a process: vmaddr of the page */
	struct set known_pages; /* of a process: vmaddr of the page; see model_known.c */
	u64 writes;		/* operations that may have set UC somewhere */
};

/* Where there is no room for it the model is lost. */
static inline void model_add(struct model *model, struct set *set, const struct item *item)
{
	if (!set_add(set, item))
		model->lost = true;
}

/* model_events.c */
/* The first objection stays. Answers false. */
bool model_wrong(struct model *model, const char *what, const char *format, ...) format_fn(3, 4);
void model_begin_events(struct model *model);
/* PTEs of armed pages are exchanged: notifications. `maybe`: it is not known whether they are. */
void model_exchange(struct model *model, u32 process, u64 page);
void model_exchange_maybe(struct model *model, u32 process, u64 page);
void model_exchange_range(struct model *model, u32 process, u64 start, u64 end);
void model_loosen_range(struct model *model, u32 process, u64 start, u64 end);
void model_notify(struct model *model, u32 process, u64 vmaddr, bool maybe);
void model_expect_flush(struct model *model, const struct guest *guest);
/* One flush may come; true if it did. */
bool model_accept_flush(struct model *model, const struct guest *guest);
void model_expect_no_more_events(struct model *model);
/* From here on nothing is said about the operation's events. */
void model_skip_events(struct model *model);

/* model_link.c */
static inline u64 model_segment_of(const struct guest *guest, u64 gaddr)
{
	return gaddr & guest->end & PMD_MASK;
}
/* The valid link of a guest segment, NULL if there is none. */
struct item *model_link_of(struct model *model, u32 guest, u64 gaddr);
/* What __gmap_link does once the host's page table is there: 0 or -EEXIST. `flags` of a new link. */
int model_add_link(struct model *model, u32 guest, u64 gaddr, u64 vmaddr, u32 flags);
/* The segment table for the address; made if it is missing. NULL if the model is full. */
struct item *model_add_table(struct model *model, u32 guest, u64 gaddr);
struct item *model_table_of(struct model *model, u32 guest, u64 gaddr);
/* What __gmap_link finds as the host's segment entry: empty also where there are no tables. */
u64 model_host_entry(const struct model *model, u32 process, u64 vmaddr);
/* True if a valid link was dropped. */
bool model_drop_link(struct model *model, u32 guest, u64 vmaddr);
/* The process frees the page tables of the segments in [start, end). */
void model_free_tables(struct model *model, u32 process, u64 start, u64 end);

/* model_area.c */
/* The lowest area that ends above the address, NULL if there is none. */
struct item *model_find_area(const struct model *model, u32 process, u64 address);
/* Its place in the set; where it would be if there is none. */
u32 model_area_from(const struct model *model, u32 process, u64 address);
/* Two neighbours that are one area. */
bool model_areas_join(const struct item *below, const struct item *above);
void model_add_area(struct model *model, u32 process, u64 start, u64 end, u32 flags, u64 file_end);
/* The area at a place in the set begins lower. */
void model_grow_area(struct model *model, u32 process, u32 at, u64 start);
void model_cut_areas(struct model *model, u32 process, u64 start, u64 end);
/* munmap. */
void model_unmap_areas(struct model *model, u32 process, u64 start, u64 end);
/* The PTEs of all memory in [start, end) are exchanged. */
void model_exchange_areas(struct model *model, u32 process, u64 start, u64 end);
/* The page tables of segments from `floor` to `ceiling` (0: no end) that the areas of [start, end) meet. */
void model_free_area_tables(struct model *model, u32 process, u64 start, u64 end, u64 floor, u64 ceiling);
/* True if no area meets [start, end). */
bool model_is_hole(const struct model *model, u32 process, u64 start, u64 end);
bool model_has_huge_area(const struct model *model, u32 process, u64 start, u64 end);

enum model_outcome { GOOD, BAD, UNSURE };

/* model_stack.c: whether there is memory at the page, after a stack has grown to it if the access may make it grow. */
enum model_outcome model_reach_page(struct model *model, u32 process, u64 page, bool may_grow);

/* model_fault.c */
/* fixup_user_fault() of a page, with what it does to armed pages. */
enum model_outcome model_fault(struct model *model, u32 process, u64 vmaddr, bool write);
/* __gmap_link() after it. */
int model_link_page(struct model *model, u32 guest, u64 gaddr, u64 vmaddr);

/* model_known.c */
void model_page_was_written(struct model *model, u32 process, u64 page);
/* The page tables are gone, or what was mapped there. */
void model_forget_pages(struct model *model, u32 process, u64 start, u64 end);
void model_forget_keys(struct model *model, u32 process, u64 start, u64 end);
void model_count_writes(struct model *model);
/* The answer to whether a page was written. */
void model_expect_dirty(struct model *model, u32 process, u64 page);

/* model_read.c: what the machine is like. */
struct mm *model_kernel_mm(const struct model *model, u32 process);
struct gmap *model_kernel_gmap(const struct model *model, u32 guest);
bool model_is_armed(const struct machine *m, const struct mm *mm, u64 page);
bool model_is_linked(const struct model *model, u32 guest, u64 vmaddr);
bool model_is_linked_to(const struct model *model, u32 guest, u64 vmaddr, u64 gaddr);
u64 model_entry_gaddr(const struct machine *m, u64 entry);
void model_adopt_machine(struct model *model, const struct machine *m);
struct item model_area_of_vma(const struct vma *vma, u32 process);
void model_adopt_areas(struct model *model, u32 process);
/* False if there is no page table at all. */
bool model_adopt_armed(struct model *model, u32 process);
/* Links and segment tables. */
void model_adopt_links(struct model *model, u32 guest);
/* The segment table for an address, if there is one now. */
void model_adopt_table(struct model *model, u32 guest, u64 gaddr);
/* A stack has grown, or not. */
void model_adopt_stack(struct model *model, u32 process, u64 address);
/* Looks at all loose armed pages again. */
void model_settle_armed(struct model *model);

/* model.c */
/* What the call answers; a negative errno is sign-extended. */
void model_expect_result(struct model *model, u64 expected);

static inline u64 model_argument(const struct model *model, u32 i)
{
	return model->step->call->arg[i];
}
static inline u64 model_answer(const struct model *model)
{
	return model->step->reply.value;
}
/* The objects that the first argument names. They say so if the model does not know them. */
bool model_named_guest(struct model *model, u32 *guest);
bool model_named_process(struct model *model, u32 *process);
/* An allocation failed, and the call says that it failed: the model must find out how far it came. */
static inline bool model_gave_up(const struct model *model)
{
	return model->lenient && is_error_word(model_answer(model));
}

/* An exited process is gone with its last gmap. */
void model_release_process(struct model *model, u32 process);
/* The process can have memory there now. */
bool model_in_task(const struct model *model, u32 process, u64 start, u64 length);
/* Which VMAs and links there are, when a call did not do what it should, or not in full. */
void model_find_out(struct model *model, u32 process);

/* What each operation does that ops.def calls predicted: model_guest.c, model_map.c, model_fault.c, … */
#define DECLARE_PREDICTED(op) void step_##op(struct model *model);
#define DECLARE_UNPREDICTED(op)
#define OP(name, result, arity, kinds, names, kernels, model, ...) DECLARE_##model(name)
#include "abi/ops.def"
#undef OP

/* model_bug.c: whether this call can end in this BUG. */
bool judge_bug_of_step(struct model *model);

#endif
