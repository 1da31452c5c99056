// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hardware's walk, from tables made by hand after z/Architecture Principles of Operation, chapter 3: nothing
 * here comes from a process or a gmap, except where the last test compares the two.
 */
#include "core/hardware/dat_walk.h"
#include "core/program/access.h"
#include "test.h"

enum { R1, R2, R3, SEGMENT, LEVELS };

static const unsigned int shift[LEVELS] = { 53, 42, 31, 20 };
static const u64 type[LEVELS] = { 0xc, 0x8, 0x4, 0x0 };
static const enum program_code code[LEVELS] = { PGM_REGION_FIRST_TRANSLATION, PGM_REGION_SECOND_TRANSLATION,
						PGM_REGION_THIRD_TRANSLATION, PGM_SEGMENT_TRANSLATION };

/* One path through all levels, for the address AT, to one page. */
struct path {
	u64 table[LEVELS];
	u64 page_table;
	u64 page;
};

/* A different index in each table: 3, 5, 0x7fe, 0x400, 0x55; byte 0x128. */
#define AT (3ULL << 53 | 5ULL << 42 | 0x7feULL << 31 | 0x400ULL << 20 | 0x55ULL << 12 | 0x128)

static u64 index_of(int level)
{
	return AT >> shift[level] & 0x7ff;
}

static void set_entry(struct machine *m, const struct path *p, int level, u64 value)
{
	entry_set(m, entry_at(m, p->table[level]) + index_of(level), value);
}

static u64 get_entry(struct machine *m, const struct path *p, int level)
{
	return entry_of(m, p->table[level], index_of(level));
}

static u64 get_pte(struct machine *m, const struct path *p)
{
	return entry_of(m, p->page_table, 0x55);
}

static void set_pte(struct machine *m, const struct path *p, u64 value)
{
	entry_set(m, entry_at(m, p->page_table) + 0x55, value);
}

static struct path make_path(struct machine *m)
{
	struct path p;
	int level;

	for (level = R1; level < LEVELS; level++) {
		p.table[level] = frame_alloc(m, 2, FRAME_CRST);
		storage_fill(m, p.table[level], 2048, 0x20 | type[level]);
	}
	p.page_table = frame_alloc(m, 0, FRAME_PGTABLE) + 2048; /* 2 KiB alignment is enough */
	storage_fill(m, p.page_table, 256, 0x400);
	p.page = page_alloc_zeroed(m, FRAME_ANON);
	for (level = R1; level < SEGMENT; level++)
		set_entry(m, &p, level, p.table[level + 1] | type[level] | 3);
	set_entry(m, &p, SEGMENT, p.page_table);
	set_pte(m, &p, p.page);
	SET(m, frame_at(m, p.page)->key, 0);
	return p;
}

static void free_path(struct machine *m, const struct path *p)
{
	int level;

	for (level = R1; level < LEVELS; level++)
		frame_free(m, p->table[level], 2);
	frame_free(m, p->page_table & PAGE_MASK, 0);
	page_put(m, p->page);
}

/* The ASCE that begins at a level; the address then keeps what that level and those below translate. */
static u64 asce(const struct path *p, int level)
{
	return p->table[level] | type[level] | 3;
}

static u64 address(int level)
{
	return level == R1 ? AT : AT & ((1ULL << (shift[level] + 11)) - 1);
}

static void expect_code(struct machine *m, const struct path *p, int from, bool store, enum program_code expected)
{
	EXPECT_EQ(dat_walk(m, asce(p, from), address(from), store).code, expected);
}

static void translates(struct machine *m)
{
	struct path p = make_path(m);
	struct dat_result result;
	int level;

	for (level = R1; level < LEVELS; level++) {
		result = dat_walk(m, asce(&p, level), address(level), true);
		EXPECT_EQ(result.code, PGM_NONE);
		EXPECT_EQ(result.absolute, p.page | 0x128);
		EXPECT_EQ(result.entry, p.page_table + 0x55 * 8);
		EXPECT_EQ(result.value, p.page);
		EXPECT(!result.protected);
	}
	free_path(m, &p);
}

static void address_above_the_tables(struct machine *m)
{
	struct path p = make_path(m);
	int level;

	EXPECT_EQ(dat_walk(m, asce(&p, R1), UINT64_MAX, false).code, PGM_REGION_FIRST_TRANSLATION);
	for (level = R2; level < LEVELS; level++) {
		u64 first_too_high = 1ULL << (shift[level] + 11);

		EXPECT_EQ(dat_walk(m, asce(&p, level), first_too_high, false).code, PGM_ASCE_TYPE);
		EXPECT_EQ(dat_walk(m, asce(&p, level), first_too_high, false).entry, 0);
		EXPECT_EQ(dat_walk(m, asce(&p, level), 1ULL << 63, true).code, PGM_ASCE_TYPE);
		EXPECT_EQ(dat_walk(m, asce(&p, level), first_too_high - 1, false).code, code[level]);
	}
	free_path(m, &p);
}

/* The invalid bit, at each level, whatever the level that the walk began at. */
static void invalid_entries(struct machine *m)
{
	struct path p = make_path(m);
	int level, from;

	for (level = R1; level < LEVELS; level++) {
		u64 value = get_entry(m, &p, level);

		set_entry(m, &p, level, value | 0x20);
		for (from = R1; from <= level; from++) {
			expect_code(m, &p, from, false, code[level]);
			EXPECT_EQ(dat_walk(m, asce(&p, from), address(from), false).entry,
				  p.table[level] + index_of(level) * 8);
		}
		for (; from < LEVELS; from++)
			expect_code(m, &p, from, false, PGM_NONE);
		set_entry(m, &p, level, value);
	}
	set_pte(m, &p, p.page | 0x400);
	for (from = R1; from < LEVELS; from++)
		expect_code(m, &p, from, true, PGM_PAGE_TRANSLATION);
	free_path(m, &p);
}

static void wrong_types(struct machine *m)
{
	struct path p = make_path(m);
	int level;
	u64 i;

	for (level = R1; level < LEVELS; level++) {
		u64 value = get_entry(m, &p, level);

		for (i = 0; i < 4; i++) {
			set_entry(m, &p, level, (value & ~0xcULL) | i << 2);
			expect_code(m, &p, R1, false, i << 2 == type[level] ? PGM_NONE : PGM_TRANSLATION_SPECIFICATION);
			/* an invalid entry is not looked at any further */
			set_entry(m, &p, level, (value & ~0xcULL) | i << 2 | 0x20);
			expect_code(m, &p, R1, false, code[level]);
		}
		set_entry(m, &p, level, value);
	}
	set_pte(m, &p, p.page | 0x800);
	expect_code(m, &p, SEGMENT, false, PGM_TRANSLATION_SPECIFICATION);
	set_pte(m, &p, p.page | 0xc00);
	expect_code(m, &p, SEGMENT, false, PGM_PAGE_TRANSLATION);
	free_path(m, &p);
}

/* A table's length and offset, in quarters of 512 entries, stand in what points at it. */
static void lengths_and_offsets(struct machine *m)
{
	struct path p = make_path(m);
	u64 length, offset;
	int level;

	for (level = R1; level < LEVELS; level++) {
		u64 quarter = index_of(level) / 512;

		for (length = 0; length < 4; length++)
			EXPECT_EQ(dat_walk(m, (asce(&p, level) & ~3ULL) | length, address(level), false).code,
				  quarter <= length ? PGM_NONE : code[level]);
	}
	for (level = R1; level < SEGMENT; level++) {
		u64 value = get_entry(m, &p, level) & ~3ULL;
		u64 quarter = index_of(level + 1) / 512;

		for (length = 0; length < 4; length++)
			for (offset = 0; offset < 4; offset++) {
				set_entry(m, &p, level, value | offset << 6 | length);
				expect_code(m, &p, R1, false,
					    quarter >= offset && quarter <= length ? PGM_NONE : code[level + 1]);
			}
		set_entry(m, &p, level, value | 3);
	}
	free_path(m, &p);
}

/* Entries and pages outside of the configured storage. */
static void addressing(struct machine *m)
{
	const u64 outside = m->storage.size;
	struct path p = make_path(m);
	int level;

	for (level = R1; level < LEVELS; level++)
		EXPECT_EQ(dat_walk(m, outside | type[level] | 3, address(level), false).code, PGM_ADDRESSING);
	for (level = R1; level < SEGMENT; level++) {
		u64 value = get_entry(m, &p, level);

		set_entry(m, &p, level, outside | type[level] | 3);
		expect_code(m, &p, R1, true, PGM_ADDRESSING);
		set_entry(m, &p, level, 1ULL << 63 | type[level] | 3);
		expect_code(m, &p, R1, true, PGM_ADDRESSING);
		set_entry(m, &p, level, value);
	}
	set_entry(m, &p, SEGMENT, outside);
	expect_code(m, &p, SEGMENT, false, PGM_ADDRESSING);
	set_entry(m, &p, SEGMENT, p.page_table);
	set_pte(m, &p, outside);
	expect_code(m, &p, SEGMENT, false, PGM_ADDRESSING);
	/* before protection is looked at */
	set_pte(m, &p, outside | 0x200);
	expect_code(m, &p, SEGMENT, true, PGM_ADDRESSING);
	set_pte(m, &p, outside - PAGE_SIZE);
	expect_code(m, &p, SEGMENT, true, PGM_NONE);
	free_path(m, &p);
}

/* DAT protection, in the PTE or in any entry above it. Loads do not mind. */
static void protection(struct machine *m)
{
	struct path p = make_path(m);
	int level;

	for (level = R1; level < LEVELS; level++) {
		u64 value = get_entry(m, &p, level);

		set_entry(m, &p, level, value | 0x200);
		expect_code(m, &p, R1, false, PGM_NONE);
		expect_code(m, &p, R1, true, PGM_PROTECTION);
		EXPECT(dat_walk(m, asce(&p, R1), AT, false).protected);
		EXPECT_EQ(dat_walk(m, asce(&p, R1), AT, true).absolute, p.page | 0x128);
		set_entry(m, &p, level, value);
	}
	set_pte(m, &p, p.page | 0x200);
	expect_code(m, &p, SEGMENT, false, PGM_NONE);
	expect_code(m, &p, SEGMENT, true, PGM_PROTECTION);
	/* software bits mean nothing */
	set_pte(m, &p, p.page | 0xff);
	expect_code(m, &p, SEGMENT, true, PGM_NONE);
	free_path(m, &p);
}

static void large_frames(struct machine *m)
{
	struct path p = make_path(m);
	u64 huge = frame_alloc(m, MAX_ORDER, FRAME_HUGE);

	set_entry(m, &p, SEGMENT, huge | 0x400);
	EXPECT_EQ(dat_walk(m, asce(&p, R1), AT, true).absolute, huge | 0x55128);
	EXPECT_EQ(dat_walk(m, asce(&p, R1), AT, true).entry, p.table[SEGMENT] + index_of(SEGMENT) * 8);
	set_entry(m, &p, SEGMENT, huge | 0x400 | 0x200);
	expect_code(m, &p, R1, true, PGM_PROTECTION);
	set_entry(m, &p, SEGMENT, huge | 0x400 | 0x20);
	expect_code(m, &p, R1, true, PGM_SEGMENT_TRANSLATION);
	set_entry(m, &p, SEGMENT, m->storage.size | 0x400);
	expect_code(m, &p, R1, true, PGM_ADDRESSING);
	/* 2 GiB: the first is where storage is, what lies above the limit is not */
	set_entry(m, &p, R3, 0x400 | 0x7);
	EXPECT_EQ(dat_walk(m, asce(&p, R3), 0x7feULL << 31 | 0x123456, false).absolute, 0x123456);
	EXPECT_EQ(dat_walk(m, asce(&p, R3), 0x7feULL << 31 | m->storage.size, false).code, PGM_ADDRESSING);
	set_entry(m, &p, R3, 0x600 | 0x7);
	EXPECT_EQ(dat_walk(m, asce(&p, R3), 0x7feULL << 31, true).code, PGM_PROTECTION);
	frame_free(m, huge, MAX_ORDER);
	free_path(m, &p);
}

static void real_space(struct machine *m)
{
	const u64 real = 0x20;

	EXPECT_EQ(dat_walk(m, real, 0x12345, true).absolute, 0x12345);
	EXPECT_EQ(dat_walk(m, real, 0x12345, true).entry, 0);
	EXPECT_EQ(dat_walk(m, real | 0x4000 | 0xf, m->storage.size - 1, true).code, PGM_NONE);
	EXPECT_EQ(dat_walk(m, real, m->storage.size, false).code, PGM_ADDRESSING);
	EXPECT_EQ(dat_walk(m, real, UINT64_MAX, false).code, PGM_ADDRESSING);
}

/* Accesses leave their marks in the frame's key, and only there. */
static void reference_and_change(struct machine *m)
{
	struct path p = make_path(m);
	u64 value = 7;

	SET(m, frame_at(m, p.page)->key, 0x50);
	EXPECT_EQ(dat_walk(m, asce(&p, R1), AT, true).code, PGM_NONE);
	EXPECT_EQ(frame_at(m, p.page)->key, 0x50);
	set_pte(m, &p, p.page | 0x200);
	EXPECT_EQ(dat_store(m, asce(&p, R1), AT, 1).code, PGM_PROTECTION);
	EXPECT_EQ(frame_at(m, p.page)->key, 0x50);
	EXPECT_EQ(dat_load(m, asce(&p, R1), AT, &value).code, PGM_NONE);
	EXPECT_EQ(value, 0);
	EXPECT_EQ(frame_at(m, p.page)->key, 0x54);
	set_pte(m, &p, p.page);
	EXPECT_EQ(dat_store(m, asce(&p, R1), AT | 7, 0xabcd).code, PGM_NONE);
	EXPECT_EQ(frame_at(m, p.page)->key, 0x56);
	EXPECT_EQ(entry_of(m, p.page, 0x128 / 8), 0xabcd);
	EXPECT_EQ(dat_load(m, asce(&p, R1), AT, &value).code, PGM_NONE);
	EXPECT_EQ(value, 0xabcd);
	EXPECT_EQ(get_pte(m, &p), p.page);
	/* what fails leaves the value alone */
	set_pte(m, &p, p.page | 0x400);
	EXPECT_EQ(dat_load(m, asce(&p, R1), AT, &value).code, PGM_PAGE_TRANSLATION);
	EXPECT_EQ(value, 0xabcd);
	free_path(m, &p);
}

#define H 0x10000000000ULL

/* A guest's accesses through a gmap's tables, with faults resolved by gmap_fault. */
static void guest_accesses(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = new_gmap(m, mm, UINT64_MAX, 0);
	const u64 gaddr = 0x0040000180500000;
	struct guest_access access;
	u64 value = 1;

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, H, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(gmap_map_segment(m, gmap, H, gaddr, PMD_SIZE), 0);
	access = guest_load(m, gmap, gaddr, false, &value);
	EXPECT_EQ(access.dat.code, PGM_REGION_FIRST_TRANSLATION);
	EXPECT_EQ(access.fault, 0);
	access = guest_load(m, gmap, gaddr, true, &value);
	EXPECT_EQ(access.dat.code, PGM_NONE);
	EXPECT_EQ(value, 0);
	access = guest_load(m, gmap, gaddr + 0x1000, false, &value);
	EXPECT_EQ(access.dat.code, PGM_PAGE_TRANSLATION);
	/* a store to the zero page first meets protection */
	access = guest_store(m, gmap, gaddr, false, 42);
	EXPECT_EQ(access.dat.code, PGM_PROTECTION);
	access = guest_store(m, gmap, gaddr, true, 42);
	EXPECT_EQ(access.dat.code, PGM_NONE);
	EXPECT_EQ(user_load(m, mm, H, &value), 0);
	EXPECT_EQ(value, 42);
	/* no mapping, nothing to resolve */
	access = guest_load(m, gmap, gaddr + PMD_SIZE, true, &value);
	EXPECT_EQ(access.dat.code, PGM_SEGMENT_TRANSLATION);
	EXPECT_EQ(access.fault, -EFAULT);
	EXPECT_EQ(guest_load(m, gmap, 0, true, &value).dat.code, PGM_REGION_FIRST_TRANSLATION);
}

/* What lies above a gmap's tables is for gmap_fault too, as kernels have it: it finds no mapping. */
static void guest_above_the_limit(struct machine *m)
{
	struct gmap *gmap = new_gmap(m, m->s.mm[0], 0, 0);
	struct guest_access access;
	u64 value = 0;

	access = guest_load(m, gmap, 0x80000000, true, &value);
	EXPECT_EQ(access.dat.code, PGM_ASCE_TYPE);
	EXPECT_EQ(access.fault, -EFAULT);
	EXPECT_EQ(access.faults, 1);
	access = guest_store(m, gmap, UINT64_MAX - 7, true, 1);
	EXPECT_EQ(access.dat.code, PGM_ASCE_TYPE);
	EXPECT_EQ(access.fault, -EFAULT);
	EXPECT_EQ(guest_load(m, gmap, 0x80000000, false, &value).fault, 0);
}

RUN_TESTS(TEST(translates), TEST(address_above_the_tables), TEST(invalid_entries), TEST(wrong_types),
	  TEST(lengths_and_offsets), TEST(addressing), TEST(protection), TEST(large_frames), TEST(real_space),
	  TEST(reference_and_change), TEST(guest_accesses), TEST(guest_above_the_limit))
