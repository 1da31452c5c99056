// SPDX-License-Identifier: GPL-2.0-only
/* What operations do to contents. Those that are not here do nothing to them. */
#include "fuzz/oracles/contents/contents.h"

static u64 argument(const struct contents *contents, u32 i)
{
	return contents->step->call->arg[i];
}

static u64 answer(const struct contents *contents)
{
	return contents->step->reply.value;
}

static u32 process_of(const struct contents *contents)
{
	return (u32)argument(contents, 0);
}

/* Whether some allocation failed. */
static bool has_failed(const struct contents *contents)
{
	u32 i;

	for (i = 0; i < contents->step->event_count; i++)
		if (contents->step->events[i].kind == EVENT_FAILURE)
			return true;
	return false;
}

static u64 round_up(u64 length)
{
	return (length + PAGE_SIZE - 1) & PAGE_MASK;
}

/* A page that comes back from swap is not logically zero any more. */
static void accessed(struct contents *contents, u32 process, u64 address)
{
	if (contents->swapped && contents->swapped_process == process &&
	    contents->swapped_page == (address & PAGE_MASK))
		contents_say(contents, process, address, SAID_ZERO, false);
}

static void load(struct contents *contents)
{
	const u64 address = argument(contents, 1);

	contents_loaded(contents, process_of(contents), address, answer(contents));
	accessed(contents, process_of(contents), address);
}

static void store(struct contents *contents)
{
	const u64 address = argument(contents, 1);

	if (answer(contents))
		return;
	contents_stored(contents, process_of(contents), address, argument(contents, 2));
	accessed(contents, process_of(contents), address);
}

/* What was at [start, start + length) is unmapped. */
static void unmap(struct contents *contents, u32 process, u64 start, u64 length)
{
	contents_drop(contents, process, start, start + length);
	contents_cut(contents, &contents->areas, process, start, start + length);
}

static void add_area(struct contents *contents, u32 process, u64 start, u64 length, u32 file, u64 to_file)
{
	const struct item area = {
		.owner = process, .key = start, .value = start + length, .flags = file, .more = to_file
	};

	contents_add(contents, &contents->areas, &area);
}

/* Whether it was done. Else some of it may have been: what was there may be gone. */
static bool map(struct contents *contents, u64 *start, u64 *length)
{
	*start = argument(contents, 1);
	*length = round_up(argument(contents, 2));
	if (!answer(contents))
		unmap(contents, process_of(contents), *start, *length);
	else
		contents_doubt(contents, process_of(contents), *start, *start + *length);
	return !answer(contents);
}

static void map_memory(struct contents *contents)
{
	u64 start, length;

	if (map(contents, &start, &length) && argument(contents, 4) & WIRE_MAP_SHARED)
		add_area(contents, process_of(contents), start, length, FIRST_FILE + contents->files++, -start);
}

/* Large pages are not looked at. */
static void map_large(struct contents *contents)
{
	u64 start, length;

	if (map(contents, &start, &length))
		add_area(contents, process_of(contents), start, length, LARGE_PAGES, 0);
}

static void unmap_memory(struct contents *contents)
{
	u64 start, length;

	map(contents, &start, &length);
}

/* -ENOMEM tells of holes, in the end. */
static void advise(struct contents *contents)
{
	const u64 start = argument(contents, 1);
	const u64 end = start + round_up(argument(contents, 2));

	if (!answer(contents) || answer(contents) == ERROR_WORD(ENOMEM))
		contents_drop(contents, process_of(contents), start, end);
	else
		contents_doubt(contents, process_of(contents), start, end);
}

struct move {
	u32 process;
	u64 from, from_length;
	u64 to, to_length;
};

static void move_area(struct contents *contents, const struct move *move)
{
	const struct item *area = set_at(&contents->areas, range_from(&contents->areas, move->process, move->from),
					 move->process);
	bool is_private = !area || area->key > move->from;
	u64 to_file = is_private ? 0 : area->more + move->from - move->to;
	u32 file = is_private ? 0 : area->flags;

	unmap(contents, move->process, move->to, move->to_length);
	if (is_private)
		contents_move(contents, move->process, move->from, move->to, move->from_length);
	else
		add_area(contents, move->process, move->to, move->to_length, file, to_file);
	/* without memory the source may stay, and nobody says so */
	if (has_failed(contents))
		contents_doubt(contents, move->process, move->from, move->from + move->from_length);
	else
		unmap(contents, move->process, move->from, move->from_length);
}

static void remap(struct contents *contents)
{
	struct move move = {
		.process = process_of(contents),
		.from = argument(contents, 1),
		.from_length = round_up(argument(contents, 2)),
		.to = argument(contents, 3),
		.to_length = round_up(argument(contents, 4)),
	};
	bool shrinks = move.from_length > move.to_length;
	const u64 tail = move.from + move.to_length;
	const u64 tail_length = move.from_length - move.to_length;

	/* it is where it was; where it should have gone, and what was too long, may be gone */
	if (answer(contents)) {
		contents_doubt(contents, move.process, move.to, move.to + move.to_length);
		if (shrinks)
			contents_doubt(contents, move.process, tail, tail + tail_length);
		return;
	}
	if (shrinks) {
		unmap(contents, move.process, tail, tail_length);
		move.from_length = move.to_length;
	}
	move_area(contents, &move);
}

static void forget_process(struct contents *contents, u32 process)
{
	set_remove_all(&contents->words, process);
	set_remove_all(&contents->pages, process);
	set_remove_all(&contents->areas, process);
}

static void swap(struct contents *contents)
{
	if (answer(contents))
		return;
	contents_give_up(contents, process_of(contents), argument(contents, 1), SAID_UNUSED);
	contents->swapped = true;
	contents->swapped_process = process_of(contents);
	contents->swapped_page = argument(contents, 1) & PAGE_MASK;
}

static void say_usage(struct contents *contents)
{
	const u64 usage = argument(contents, 2) << PGSTE_USAGE_SHIFT;

	contents_say(contents, process_of(contents), argument(contents, 1), SAID_UNUSED, usage == PGSTE_USAGE_UNUSED);
}

static void say_zero(struct contents *contents)
{
	contents_say(contents, process_of(contents), argument(contents, 1), SAID_ZERO, argument(contents, 2));
}

static void make_guest(struct contents *contents)
{
	const u64 guest = answer(contents);

	if (guest >= MAX_GMAPS)
		return;
	contents->process_of[guest] = process_of(contents);
	set_remove_all(&contents->mappings, (u32)guest);
}

static void cut_mapping(struct contents *contents, u64 to, u64 length)
{
	/* the last segment of all ends at 2^64 */
	const u64 end = to + length ? to + length : UINT64_MAX;

	contents_cut(contents, &contents->mappings, (u32)argument(contents, 0), to, end);
}

static void map_segments(struct contents *contents)
{
	const u64 from = argument(contents, 1);
	const u64 to = argument(contents, 2);
	const u64 length = argument(contents, 3);
	const struct item mapping = {
		.owner = (u32)argument(contents, 0),
		.key = to,
		.value = to + length ? to + length : UINT64_MAX,
		.more = from - to,
	};

	if (answer(contents) == ERROR_WORD(EINVAL))
		return;
	/* out of memory half-way: nothing is mapped there then */
	cut_mapping(contents, to, length);
	if (!answer(contents))
		contents_add(contents, &contents->mappings, &mapping);
}

static void unmap_segments(struct contents *contents)
{
	if (!answer(contents))
		cut_mapping(contents, argument(contents, 1), argument(contents, 2));
}

static void unmap_one_segment(struct contents *contents)
{
	cut_mapping(contents, argument(contents, 1) & PMD_MASK, PMD_SIZE);
}

static const struct item *mapping_from(const struct contents *contents, u32 *at, u64 gaddr)
{
	const u32 guest = (u32)argument(contents, 0);

	*at = range_from(&contents->mappings, guest, gaddr);
	return set_at(&contents->mappings, *at, guest);
}

static void zap(struct contents *contents)
{
	const u64 gaddr = argument(contents, 1);
	u32 at;
	const struct item *mapping = mapping_from(contents, &at, gaddr);

	if (mapping && mapping->key <= gaddr)
		contents_give_up(contents, contents->process_of[mapping->owner], gaddr + mapping->more,
				 SAID_UNUSED | SAID_ZERO);
}

static void discard(struct contents *contents)
{
	const u64 from = argument(contents, 1);
	const u64 to = argument(contents, 2);
	u32 at;
	const struct item *mapping = mapping_from(contents, &at, from);

	for (; mapping && mapping->key < to; mapping = set_at(&contents->mappings, ++at, mapping->owner)) {
		const u64 start = ((from > mapping->key ? from : mapping->key) + mapping->more) & PAGE_MASK;
		const u64 end = ((to < mapping->value ? to : mapping->value) + mapping->more) & PAGE_MASK;
		const u32 process = contents->process_of[mapping->owner];

		/* which memory is in one VMA is not known here */
		if (contents->profile->discard_one_vma)
			contents_doubt(contents, process, start, end);
		else
			contents_drop(contents, process, start, end);
	}
}

static void end_process(struct contents *contents)
{
	forget_process(contents, process_of(contents));
}

static void begin_process(struct contents *contents)
{
	if (answer(contents) < MAX_MMS)
		forget_process(contents, (u32)answer(contents));
}

typedef void (*call_fn)(struct contents *contents);

static const call_fn calls[WIRE_OPS] = {
	[OP_load] = load,
	[OP_store] = store,
	[OP_mmap] = map_memory,
	[OP_mmap_huge] = map_large,
	[OP_munmap] = unmap_memory,
	[OP_madvise] = advise,
	[OP_mremap] = remap,
	[OP_swap_out] = swap,
	[OP_essa_set_usage] = say_usage,
	[OP_essa_set_zero] = say_zero,
	[OP_exit] = end_process,
	[OP_exec] = begin_process,
	[OP_gmap_alloc] = make_guest,
	[OP_gmap_create] = make_guest,
	[OP_gmap_map_segment] = map_segments,
	[OP_gmap_unmap_segment] = unmap_segments,
	[OP___gmap_unmap_by_gaddr] = unmap_one_segment,
	[OP___gmap_zap] = zap,
	[OP_gmap_discard] = discard,
};

/* Between a page's way out and its way back. */
static bool leaves_swapped(enum wire_op op)
{
	return op == OP_swap_out || op == OP_essa_set_usage || op == OP_essa_set_zero;
}

void contents_call(struct contents *contents)
{
	const call_fn call = calls[contents->step->op];

	if (call)
		call(contents);
	if (!leaves_swapped(contents->step->op))
		contents->swapped = false;
}
