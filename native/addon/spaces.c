// SPDX-License-Identifier: GPL-2.0-only
/* Address spaces and what is mapped in them, as lists of words that JavaScript makes room for. */
#include "addon/addon.h"

enum { SPACE_MM, SPACE_GMAP };

#define SPACE_WORDS 6
#define MAPPING_WORDS 3

static bool is_process(const struct mm *mm)
{
	return mm && !mm->exited;
}

/* (machine) → how many rows readSpaces has */
static napi_value space_count(const struct arguments *args, struct target target)
{
	const struct machine_state *state = &target.machine->core->s;
	u32 count = 0;
	u64 i;

	for (i = 0; i < state->mm_count; i++)
		count += is_process(state->mm[i]);
	for (i = 0; i < state->gmap_count; i++)
		count += state->gmap[i] != NULL;
	return value_double(args->env, count);
}

static size_t add_row(u8 *bytes, size_t at, size_t length, const u64 *row, size_t words)
{
	if (at + words * sizeof(u64) <= length)
		memcpy(bytes + at, row, words * sizeof(u64));
	return at + words * sizeof(u64);
}

/*
 * (machine, BigUint64Array): a row of SPACE_WORDS for each process that lives, then for each gmap: which of the two,
 * number, number of the process, ASCE, end, whether the process's page tables have PGSTEs.
 */
static napi_value read_spaces(const struct arguments *args, struct target target)
{
	const struct machine_state *state = &target.machine->core->s;
	size_t at = 0;
	size_t length;
	u8 *bytes;
	u64 i;
	int outcome = argument_bytes(args, 1, true, &bytes, &length);

	if (outcome)
		return value_int(args->env, outcome);
	for (i = 0; i < state->mm_count; i++) {
		const struct mm *mm = state->mm[i];

		if (is_process(mm))
			at = add_row(bytes, at, length,
				     (const u64[]){ SPACE_MM, i, i, mm->asce, mm->asce_limit, mm->alloc_pgste },
				     SPACE_WORDS);
	}
	for (i = 0; i < state->gmap_count; i++) {
		const struct gmap *gmap = state->gmap[i];

		if (gmap)
			at = add_row(bytes, at, length,
				     (const u64[]){ SPACE_GMAP, i, gmap->mm->handle, gmap->asce, gmap->asce_end,
						    gmap->mm->alloc_pgste },
				     SPACE_WORDS);
	}
	return value_int(args->env, at == length ? OUTCOME_OK : OUT_OF_RANGE(1));
}

/* (mm) → how many mappings it has */
static napi_value mapping_count(const struct arguments *args, struct target target)
{
	const struct mm *mm = target.machine->core->s.mm[target.number];

	return mm->exited ? value_int(args->env, OUTCOME_CLOSED) : value_double(args->env, (double)mm->vma_count);
}

/* (mm, BigUint64Array): a row of MAPPING_WORDS for each mapping, lowest first: start, end, VM_ flags */
static napi_value read_mappings(const struct arguments *args, struct target target)
{
	const struct mm *mm = target.machine->core->s.mm[target.number];
	const struct vma *vma;
	size_t at = 0;
	size_t length;
	u8 *bytes;
	int outcome = argument_bytes(args, 1, true, &bytes, &length);

	if (!outcome && mm->exited)
		outcome = OUTCOME_CLOSED;
	if (outcome)
		return value_int(args->env, outcome);
	for (vma = mm->vmas; vma; vma = vma->next)
		at = add_row(bytes, at, length, (const u64[]){ vma->start, vma->end, vma->flags }, MAPPING_WORDS);
	return value_int(args->env, at == length ? OUTCOME_OK : OUT_OF_RANGE(1));
}

enum { TREE_GUEST_TO_HOST, TREE_HOST_TO_GUEST, TREE_GADDR_OF_LINK };

/*
 * (gmap, address, which) → the item of the address's segment: of guest_to_host a host address, of host_to_guest the absolute
 * address of a segment entry, or the first guest address which that translates; -1 if there is none
 */
static napi_value radix_item(const struct arguments *args, struct target target)
{
	struct machine *m = target.machine->core;
	const struct gmap *gmap = m->s.gmap[target.number];
	u64 address, which, item;
	int outcome = argument_word(args, 1, &address);

	if (!outcome)
		outcome = argument_count(args, 2, TREE_GADDR_OF_LINK, &which);
	if (outcome)
		return value_int(args->env, outcome);
	item = radix_lookup(which == TREE_GUEST_TO_HOST ? &gmap->guest_to_host : &gmap->host_to_guest,
			    address >> PMD_SHIFT);
	if (!item)
		return value_int(args->env, -1);
	return value_word(args->env, which == TREE_GADDR_OF_LINK ? __gmap_segment_gaddr(m, entry_at(m, item)) : item);
}

napi_status space_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "spaceCount", SLOT_MACHINE, true, space_count }, { "readSpaces", SLOT_MACHINE, true, read_spaces },
		{ "mappingCount", SLOT_MM, true, mapping_count },  { "readMappings", SLOT_MM, true, read_mappings },
		{ "radixItem", SLOT_GMAP, true, radix_item },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
