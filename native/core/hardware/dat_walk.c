// SPDX-License-Identifier: GPL-2.0-only
#include "core/hardware/dat_walk.h"

#include "core/hardware/dat.h"

#define TABLE_OFFSET_SHIFT 6   /* TF: where a region or segment table begins, in quarters */
#define ENTRY_LENGTH_MASK 0x3u /* TL: where it ends, in quarters */
#define ENTRIES_PER_QUARTER 512
#define REGION_OFFSET_MASK 0xc0u
#define REGION3_LARGE 0x400u
#define REGION3_FRAME PUD_MASK
#define PTE_MUST_BE_ZERO 0x800u

/* Reads an entry; false if it lies outside of the configured storage. */
static bool fetch_entry(const struct machine *m, u64 address, struct dat_result *result)
{
	result->entry = address;
	if (!storage_has_range(m, address, sizeof(entry_t)))
		return false;
	result->value = entry_get(entry_at(m, address));
	return true;
}

static struct dat_result *fail(struct dat_result *result, unsigned int code)
{
	result->code = (enum program_code)code;
	return result;
}

/* Address bits above those that the ASCE's type translates must be zero. */
static bool asce_covers(u64 asce, u64 address)
{
	enum table_level level = level_of_type(asce);

	return level == LEVEL_REGION1 || address >> table_levels[level - 1].shift == 0;
}

static struct dat_result *access_frame(const struct machine *m, struct dat_result *result, u64 absolute, bool store)
{
	result->absolute = absolute;
	if (!storage_has(m, absolute))
		return fail(result, PGM_ADDRESSING);
	return store && result->protected ? fail(result, PGM_PROTECTION) : result;
}

static struct dat_result *walk_page_table(const struct machine *m, struct dat_result *result, u64 address, bool store)
{
	u64 origin = result->value & SEGMENT_ENTRY_ORIGIN;

	if (!fetch_entry(m, origin + (address >> PAGE_SHIFT & PTE_INDEX) * sizeof(entry_t), result))
		return fail(result, PGM_ADDRESSING);
	if (result->value & PAGE_INVALID)
		return fail(result, PGM_PAGE_TRANSLATION);
	if (result->value & PTE_MUST_BE_ZERO)
		return fail(result, PGM_TRANSLATION_SPECIFICATION);
	result->protected |= (result->value & PAGE_PROTECT) != 0;
	return access_frame(m, result, (result->value & PAGE_MASK) | (address & ~PAGE_MASK), store);
}

/* One region or segment table; goes on with the next one below. */
static struct dat_result *walk_tables(const struct machine *m, struct dat_result *result, u64 asce, u64 address,
				      bool store)
{
	u64 origin = asce & ASCE_ORIGIN;
	u64 first_quarter = 0;
	u64 last_quarter = asce & ENTRY_LENGTH_MASK;
	enum table_level level;

	for (level = level_of_type(asce); level < TABLE_LEVELS; level++) {
		const struct table_level_info *info = &table_levels[level];
		u64 index = address >> info->shift & CRST_INDEX;

		if (index / ENTRIES_PER_QUARTER < first_quarter || index / ENTRIES_PER_QUARTER > last_quarter)
			return fail(result, info->exception);
		if (!fetch_entry(m, origin + index * sizeof(entry_t), result))
			return fail(result, PGM_ADDRESSING);
		if (result->value & REGION_ENTRY_INVALID)
			return fail(result, info->exception);
		if ((result->value & REGION_ENTRY_TYPE_MASK) != info->type)
			return fail(result, PGM_TRANSLATION_SPECIFICATION);
		result->protected |= (result->value & REGION_ENTRY_PROTECT) != 0;
		if (level == LEVEL_REGION3 && result->value & REGION3_LARGE)
			return access_frame(m, result, (result->value & REGION3_FRAME) | (address & ~REGION3_FRAME),
					    store);
		if (level == LEVEL_SEGMENT)
			break;
		origin = result->value & REGION_ENTRY_ORIGIN;
		first_quarter = (result->value & REGION_OFFSET_MASK) >> TABLE_OFFSET_SHIFT;
		last_quarter = result->value & ENTRY_LENGTH_MASK;
	}
	if (result->value & SEGMENT_ENTRY_LARGE)
		return access_frame(m, result, (result->value & SEGMENT_ENTRY_LARGE_FRAME) | (address & ~PMD_MASK),
				    store);
	return walk_page_table(m, result, address, store);
}

struct dat_result dat_walk(const struct machine *m, u64 asce, u64 address, bool store)
{
	struct dat_result result = { 0 };

	if (asce & ASCE_REAL_SPACE)
		access_frame(m, &result, address, store);
	else if (!asce_covers(asce, address))
		fail(&result, PGM_ASCE_TYPE);
	else
		walk_tables(m, &result, asce, address, store);
	return result;
}

static void set_key_bits(struct machine *m, u64 absolute, u64 bits)
{
	struct frame *frame = frame_at(m, absolute);

	if ((frame->key & bits) != bits)
		SET(m, frame->key, frame->key | bits);
}

struct dat_result dat_load(struct machine *m, u64 asce, u64 address, u64 *value)
{
	struct dat_result result = dat_walk(m, asce, address & ~(u64)7, false);

	if (result.code == PGM_NONE) {
		*value = data_load(m, result.absolute);
		set_key_bits(m, result.absolute, KEY_REFERENCED);
	}
	return result;
}

struct dat_result dat_store(struct machine *m, u64 asce, u64 address, u64 value)
{
	struct dat_result result = dat_walk(m, asce, address & ~(u64)7, true);

	if (result.code == PGM_NONE) {
		data_store(m, result.absolute, value);
		set_key_bits(m, result.absolute, KEY_REFERENCED | KEY_CHANGED);
	}
	return result;
}
