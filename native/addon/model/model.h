/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Machines, processes, gmaps and fuzzers as js/ sees them: C functions over plain structs, none of which calls Node-API.
 * Those that return int answer an enum outcome, OUTCOME_OK unless they say what else.
 */
#ifndef S390_GMAP_ADDON_MODEL_H
#define S390_GMAP_ADDON_MODEL_H

#include "addon/addon.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ANSWER(name) struct name {
#define OPTIONS(name) struct name {
#define WORD(field, js) u64 field;
#define COUNT(field, js) u64 field;
#define FLAG(field, js) bool field;
#define TEXT(field, js) const char *field;
#define END(name) \
	}         \
	;
#include "abi/answers.def"
#include "abi/options.def"
#undef ANSWER
#undef OPTIONS
#undef WORD
#undef COUNT
#undef FLAG
#undef TEXT
#undef END

/* How many mms and how many gmaps a machine can have. */
#define MAX_HANDLES 4096

/* handles.c */
/* What a handle of that kind names. OUTCOME_CLOSED: nothing, or something of another kind. */
int target_find(const struct addon *addon, double handle, enum slot_kind kind, struct target *target);
/* Whether a JavaScript callback of the target's machine is running. */
bool target_in_callback(const struct target *target);
/*
 * Whatever answers handles answers an outcome, which is negative, in place of one that is not to be had:
 * OUTCOME_NO_HANDLE, OUTCOME_NO_MEMORY.
 */
/* The handle of the mm that the gmap was made for. */
double gmap_mm(const struct target *gmap);
/* Of the mm with that number, 0 if there is none. */
double mm_at(const struct target *machine, u64 number);
/* Handles, of which there is room for MAX_HANDLES; how many. */
u32 list_mms(const struct target *machine, double *handles);   /* that have not exited, in the order of their numbers */
u32 list_gmaps(const struct target *machine, double *handles); /* in the order of their numbers */
u32 list_gmaps_of(const struct target *mm, double *handles);   /* newest first */

/* machines.c */
/* About how many bytes a machine takes before anything is done with it. */
u64 machine_bytes(void);
/* *problem has no text unless the options are out of range. */
int machine_open(struct addon *addon, const char *kernel, const struct machine_setup *setup, double *handle,
		 struct problem *problem);
void machine_close(struct addon_machine *machine);
void addon_close_all(struct addon *addon); /* machines and fuzzers */
void machine_back_to_start(struct addon_machine *machine);
/* The number of the snapshot; -1 when there are too many. */
int take_snapshot(struct addon_machine *machine);
int restore_snapshot(struct addon_machine *machine, u64 number);
int forget_snapshot(struct addon_machine *machine, u64 number);
#define MAX_SNAPSHOT_NUMBER 63
/* *problem has no text if all invariants hold; it is the machine's until the next check. */
int invariants_check(struct addon_machine *machine, struct problem *problem);
void read_counts(const struct addon_machine *machine, struct counts *counts);
void read_bug(const struct addon_machine *machine, struct bug *bug);
/* Runs a program in the format of wire.h; *bytes of observations then wait for observations_take(). */
int program_run(struct addon_machine *machine, const u8 *program, size_t length, u64 *bytes);
/* Into room of exactly that size. They are gone then, also if the size is wrong (false). */
bool observations_take(struct addon_machine *machine, u8 *bytes, size_t length);

/* inspect.c */
void read_machine_info(const struct target *machine, struct machine_info *info);
void read_gmap_info(const struct target *gmap, struct gmap_info *info);
int read_mm_info(const struct target *mm, struct mm_info *info);
void gmap_walk(const struct target *gmap, u64 gaddr, bool store, struct walk *walk);
int mm_walk(const struct target *mm, u64 vmaddr, bool store, struct walk *walk);
/* Bytes of storage as the machine would read them; false: the range is not in it. */
bool storage_copy(const struct target *machine, u64 absolute, u8 *bytes, size_t length);
/* The key of a frame; -1: the address is not in storage. */
int storage_key(const struct target *machine, u64 absolute);
/* The item of the address's segment: of guest_to_host a host address, of host_to_guest the absolute address of a segment
 * entry, or the first guest address which that translates. False: there is none. */
enum radix_tree { TREE_GUEST_TO_HOST, TREE_HOST_TO_GUEST, TREE_GADDR_OF_LINK };
bool radix_item(const struct target *gmap, u64 address, enum radix_tree tree, u64 *item);

/* lists.c: rows of words. The reader answers whether there was room for exactly all of them. */
void events_record(struct addon_machine *machine, bool on);
u64 event_count(const struct addon_machine *machine);
#define EVENT_WORDS 4 /* kind and a, b, address, end */
/* They are kept no longer. */
bool events_take(struct addon_machine *machine, u64 *words, size_t count);
/* Processes that live, then gmaps. */
u64 space_count(const struct addon_machine *machine);
#define SPACE_WORDS 6 /* 0 process or 1 gmap, number, number of the process, ASCE, end, whether it has PGSTEs */
bool spaces_read(const struct addon_machine *machine, u64 *words, size_t count);
int mapping_count(const struct target *mm, u64 *count);
#define MAPPING_WORDS 3 /* start, end, VM_ flags */
int mappings_read(const struct target *mm, u64 *words, size_t count);
/* The mapping that an address lies in, as such a row; zeros if it lies in none. */
int mapping_read(const struct target *mm, u64 address, u64 *words, size_t count);

/* tracing.c, see core/program/tracer.h */
int trace_start(struct addon_machine *machine);
void trace_stop(struct addon_machine *machine);
/* Call paths are kept from now on, or no longer. OUTCOME_CLOSED: not traced. */
int trace_paths(struct addon_machine *machine, bool on);
/* False: the machine is not traced. */
bool read_trace_info(const struct addon_machine *machine, struct trace_info *info);
/* OUTCOME_CLOSED: not traced. */
int traced_calls_read(const struct addon_machine *machine, u64 from, u64 *words, size_t count);
int traced_stores_read(const struct addon_machine *machine, u64 from, u64 *words, size_t count);
int traced_paths_read(const struct addon_machine *machine, u64 from, u64 *words, size_t count);
/* Who stored last to the word, or to the storage key of its frame; *found: whether somebody did since tracing began. */
int traced_store_find(const struct addon_machine *machine, u64 absolute, bool key, bool *found,
		      struct traced_store *store);

/* fuzzers.c */
#define FUZZER_BYTES ((u64)8 << 20) /* about what one takes */
#define SIDE_NAME_SIZE 64
/* Another addon's machines, or this one's, which make the calls of a fuzzer's too; fuzz/oracles/judge.h has the same. */
struct fuzzer_side {
	const void *functions;	       /* that addon's fuzzer_functions_here(); NULL: nobody's */
	char kernel[SIDE_NAME_SIZE];   /* that they are; "": that of the fuzzer's */
	char name[SIDE_NAME_SIZE];     /* what they are called in findings */
	char own_name[SIDE_NAME_SIZE]; /* and the fuzzer's own */
};
/* What another addon needs to have machines of this one. It lives as long as the addon does. */
const void *fuzzer_functions_here(void);
int fuzzer_open(struct addon *addon, const struct fuzzer_setup *setup, const struct fuzzer_side *against,
		double *handle, struct problem *problem);
void fuzzer_close(struct addon *addon, u32 slot);
int fuzzer_run(struct fuzz *fuzz, u64 runs, u64 *done);
/* 1 if the input is kept, else 0; or an outcome. */
int fuzzer_add(struct fuzz *fuzz, const u8 *input, size_t bytes);
void read_fuzzer_stats(const struct fuzz *fuzz, struct fuzzer_stats *stats);
/* How many runs met the i-th row of known.def; false: there are not so many. */
bool fuzzer_known(const struct fuzz *fuzz, u64 i, u64 *runs);
u64 fuzzer_hash(const struct fuzz *fuzz);
/* The i-th input that was kept, NULL if there is none. */
const u8 *fuzzer_input(const struct fuzz *fuzz, u64 i, size_t *bytes);
/* Its texts are the fuzzer's. False: there is none. */
bool read_finding(const struct fuzz *fuzz, u64 i, struct judgement *judgement, struct finding_info *info);
const u8 *finding_input(const struct fuzz *fuzz, u64 i, size_t *bytes);
/* A verdict on one input. Its texts are in here. */
struct verdict_room {
	char rule[64];
	char text[256];
};
int fuzzer_judge(struct fuzz *fuzz, const u8 *input, size_t bytes, struct judgement *judgement,
		 struct verdict_room *room);
/* Makes the input smaller in place. */
int fuzzer_minimize(struct fuzz *fuzz, u8 *input, size_t bytes, struct judgement *judgement, struct verdict_room *room,
		    struct minimized *minimized);
/* Whether the fuzzer takes an input of that size; if not, `text` says why. */
bool fuzzer_has_room(const u8 *input, size_t bytes, char *text, size_t size);
/* The machines of inputs, as the header of a trace has them; NULL behind the last one. */
const char *fuzzer_machine(u32 i);

#ifdef __cplusplus
}
#endif

#endif
