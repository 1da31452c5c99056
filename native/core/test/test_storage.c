// SPDX-License-Identifier: GPL-2.0-only
/* Storage: the frame allocator against a map of what is in use, data pages, pools, and a machine's options. */
#include "test.h"

#define FRAMES (MIN_STORAGE >> FRAME_SHIFT)

static void smallest(struct machine_options *options)
{
	options->storage_limit = MIN_STORAGE;
}

struct block {
	u64 address;
	unsigned int order;
};

/* No block overlaps another one, and each frame holds what was written to it. */
static void mark(struct machine *m, bool *used, struct block block, bool in_use)
{
	u64 i;

	for (i = 0; i < 1ULL << block.order; i++) {
		u64 number = (block.address >> FRAME_SHIFT) + i;

		EXPECT_EQ(used[number], !in_use);
		used[number] = in_use;
		if (in_use)
			storage_fill(m, number << FRAME_SHIFT, FRAME_SIZE / sizeof(u64), block.address);
		else
			EXPECT_EQ(entry_of(m, number << FRAME_SHIFT, 511), block.address);
	}
}

static void allocator(struct machine *m)
{
	static const unsigned int orders[] = { 0, 0, 0, 0, 2, 2, MAX_ORDER };
	struct block blocks[FRAMES];
	bool used[FRAMES] = { false };
	u64 in_use = m->s.storage.frames_used;
	u64 before = in_use;
	size_t count = 0, failed = 0;
	u64 seed = 1;
	int i;

	for (i = 0; i < 20000; i++) {
		if (next_random(&seed) % 100 < (i / 2000 % 2 ? 40 : 60)) {
			unsigned int order = orders[next_random(&seed) % 7];
			u64 address = frame_alloc(m, order, order == 2 ? FRAME_CRST : FRAME_PGTABLE);

			if (!address) {
				failed++;
				continue;
			}
			EXPECT_EQ(address & ((FRAME_SIZE << order) - 1), 0);
			EXPECT(address >= ZERO_AREA + ZERO_AREA_SIZE);
			EXPECT(address + (FRAME_SIZE << order) <= MIN_STORAGE);
			blocks[count] = (struct block){ address, order };
			mark(m, used, blocks[count++], true);
			in_use += 1ULL << order;
		} else if (count) {
			size_t at = next_random(&seed) % count;

			mark(m, used, blocks[at], false);
			frame_free(m, blocks[at].address, blocks[at].order);
			in_use -= 1ULL << blocks[at].order;
			blocks[at] = blocks[--count];
		}
		EXPECT_EQ(m->s.storage.frames_used, in_use);
	}
	EXPECT(failed > 0);
	while (count) {
		count--;
		frame_free(m, blocks[count].address, blocks[count].order);
	}
	EXPECT_EQ(m->s.storage.frames_used, before);
}

/* Single frames can be had down to the last one, also those that larger blocks skipped or left. */
static void exhaustion(struct machine *m)
{
	static u64 frames[FRAMES];
	u64 available = FRAMES - (ZERO_AREA + ZERO_AREA_SIZE) / FRAME_SIZE - m->s.storage.frames_used;
	u64 table = frame_alloc(m, 2, FRAME_CRST);
	u64 count = 0;

	frame_free(m, table, 2);
	while ((frames[count] = frame_alloc(m, 0, FRAME_ANON)))
		count++;
	EXPECT_EQ(count, available);
	EXPECT_EQ(frame_alloc(m, 2, FRAME_CRST), 0);
	EXPECT_EQ(page_alloc_zeroed(m, FRAME_ANON), 0);
	while (count)
		frame_free(m, frames[--count], 0);
}

/* Single frames become blocks of four again when there is nothing else, and go back on a restore. */
static void neighbours_join(struct machine *m)
{
	static u64 frames[FRAMES];
	u64 count = 0, blocks = 0, singles, block;
	int snapshot;

	while ((frames[count] = frame_alloc(m, 0, FRAME_ANON)))
		count++;
	singles = count;
	snapshot = machine_snapshot(m);
	/* one in every four stays in use until the end: nothing can be joined */
	for (count = 0; count < singles; count++)
		if (frames[count] >> FRAME_SHIFT & 3)
			frame_free(m, frames[count], 0);
	EXPECT_EQ(frame_alloc(m, 2, FRAME_CRST), 0);
	for (count = 0; count < singles; count++)
		if (!(frames[count] >> FRAME_SHIFT & 3))
			frame_free(m, frames[count], 0);
	while ((block = frame_alloc(m, 2, FRAME_CRST))) {
		EXPECT_EQ(block & (CRST_SIZE - 1), 0);
		storage_fill(m, block, CRST_ENTRIES, block);
		blocks++;
	}
	EXPECT(blocks >= singles / 4 - 2);
	EXPECT_EQ(page_alloc_zeroed(m, FRAME_ANON) != 0, singles % 4 != 0);
	EXPECT(machine_restore(m, snapshot));
	EXPECT_EQ(frame_alloc(m, 0, FRAME_ANON), 0);
	for (count = 0; count < singles; count++)
		frame_free(m, frames[count], 0);
}

/* The frame that was freed last is the next one: the same program uses the same addresses. */
static void reuse(struct machine *m)
{
	u64 first = frame_alloc(m, 0, FRAME_ANON);
	u64 second = frame_alloc(m, 0, FRAME_ANON);

	frame_free(m, first, 0);
	frame_free(m, second, 0);
	EXPECT_EQ(frame_alloc(m, 0, FRAME_ANON), second);
	EXPECT_EQ(frame_alloc(m, 0, FRAME_ANON), first);
	frame_free(m, first, 0);
	frame_free(m, second, 0);
}

static void data_pages(struct machine *m)
{
	u64 page = page_alloc_zeroed(m, FRAME_ANON);
	u64 copy = page_alloc_zeroed(m, FRAME_ANON);

	EXPECT_EQ(data_load(m, page + 0xff8), 0);
	frame_copy(m, copy, page);
	EXPECT_EQ(data_load(m, copy), 0);
	data_store(m, page + 0x13, 0x1122334455667788);
	EXPECT_EQ(data_load(m, page + 0x10), 0x1122334455667788);
	EXPECT_EQ(data_load(m, page + 0x17), 0x1122334455667788);
	EXPECT_EQ(*((u8 *)entry_at(m, page) + 0x10), 0x11);
	EXPECT_EQ(*((u8 *)entry_at(m, page) + 0x17), 0x88);
	EXPECT_EQ(data_load(m, page + 0x8), 0);
	frame_copy(m, copy, page);
	EXPECT_EQ(data_load(m, copy + 0x10), 0x1122334455667788);
	/* freed and allocated again, it reads as zero */
	page_put(m, copy);
	EXPECT_EQ(page_alloc_zeroed(m, FRAME_ANON), copy);
	EXPECT_EQ(data_load(m, copy + 0x10), 0);
	page_get(m, copy);
	page_put(m, copy);
	EXPECT_EQ(frame_kind(frame_at(m, copy)), FRAME_ANON);
	page_put(m, copy);
	page_put(m, page);
	EXPECT_EQ(frame_kind(frame_at(m, page)), FRAME_FREE);
}

static void keys(struct machine *m)
{
	u64 page = page_alloc_zeroed(m, FRAME_ANON);

	m->events.mask = EVENT_BIT(EVENT_KEY);
	page_set_storage_key(m, page, 0xff, false);
	page_set_storage_key(m, page, 0x30, true);
	EXPECT_EVENTS("key 0xfe\nkey 0x30 quiescing\n");
	EXPECT_EQ(page_get_storage_key(m, page), 0x30);
	m->events.mask = 0;
	page_put(m, page);
	/* the key belongs to the frame; the kernel's clearing of the new page sets R and C */
	EXPECT_EQ(page_alloc_zeroed(m, FRAME_ANON), page);
	EXPECT_EQ(page_get_storage_key(m, page), 0x36);
	page_put(m, page);
	/* an entry that names no page in swap belongs to nobody */
	free_swap_and_cache(m, swap_pte(page));
	free_swap_and_cache(m, ~(u64)0xfff | 0x600);
}

/* Objects do not move, and the one that was freed last is the next one. */
static void pools(struct machine *m)
{
	struct vma *vma[1000];
	size_t i, j;

	for (i = 0; i < 1000; i++) {
		vma[i] = vma_alloc(m);
		EXPECT_EQ(vma[i]->start | vma[i]->end | (u64)(uintptr_t)vma[i]->file, 0);
		SET(m, vma[i]->start, i);
	}
	for (i = 0; i < 1000; i++)
		EXPECT_EQ(vma[i]->start, i);
	for (i = 0; i < 1000; i++)
		pool_free(m, POOL_VMA, vma[i]);
	for (j = 0; j < 1000; j++)
		EXPECT(vma_alloc(m) == vma[999 - j]);
	for (i = 0; i < 1000; i++)
		pool_free(m, POOL_VMA, vma[i]);
}

/* Kernel structures count against the limit too: a machine cannot take more of its host than it was given. */
static void pools_have_a_limit(struct machine *m)
{
	struct radix_root *root = &new_gmap(m, m->s.mm[0], 0, 0)->guest_to_host;
	u64 key = 0;

	while (radix_insert(m, root, key * 64, 8) == 0)
		key++;
	EXPECT(key * sizeof(struct radix_node) < MIN_STORAGE + 0x10000);
	EXPECT(key * sizeof(struct radix_node) > MIN_STORAGE / 2);
	while (key)
		EXPECT_EQ(radix_delete(m, root, --key * 64), 8);
}

static void expect_refused(const char *error, void (*change)(struct machine_options *options))
{
	struct machine_options options;
	const char *text = NULL;

	machine_default_options(&options);
	change(&options);
	EXPECT(machine_create(&options, &text) == NULL);
	EXPECT_TEXT(text ? text : "", error);
}

static void no_profile(struct machine_options *options)
{
	options->profile = profile_find("linux-0.01");
}

static void no_cpus(struct machine_options *options)
{
	options->cpus = 0;
}

static void many_cpus(struct machine_options *options)
{
	options->cpus = MAX_CPUS + 1;
}

static void too_small(struct machine_options *options)
{
	options->storage_limit = MIN_STORAGE - CRST_SIZE;
}

static void too_large(struct machine_options *options)
{
	options->storage_limit = MAX_STORAGE + CRST_SIZE;
}

static void uneven(struct machine_options *options)
{
	options->storage_limit = MIN_STORAGE + FRAME_SIZE;
}

static void options_out_of_range(struct machine *m)
{
	(void)m;
	expect_refused("there is no profile of that name", no_profile);
	expect_refused("cpus must be 1 to 32", no_cpus);
	expect_refused("cpus must be 1 to 32", many_cpus);
	expect_refused("the storage limit must be 2 MiB to 1 TiB", too_small);
	expect_refused("the storage limit must be 2 MiB to 1 TiB", too_large);
	expect_refused("the storage limit must be a multiple of 16 KiB", uneven);
	machine_destroy(NULL);
}

static void fresh_machine(struct machine *m)
{
	struct machine_counts counts;

	machine_count(m, &counts);
	EXPECT_EQ(counts.mms, 1);
	EXPECT_EQ(counts.vmas, 1);
	EXPECT_EQ(counts.frames, 4);
	EXPECT_EQ(counts.gmaps + counts.files + counts.radix_nodes + counts.lost_tables + counts.lost_nodes, 0);
	EXPECT_EQ(m->s.mm[0]->asce & 0xfff, 0x1c7);
	EXPECT_EQ(m->s.mm[0]->alloc_pgste, 1);
	EXPECT_EQ(m->s.mm[0]->has_pgste, 0);
	EXPECT_EQ(entry_get(lowcore(m, 0, LOWCORE_MACHINE_FLAGS)), 0x1030);
}

RUN_TESTS(TEST(allocator, .options = smallest), TEST(exhaustion, .options = smallest),
	  TEST(neighbours_join, .options = smallest), TEST(reuse), TEST(data_pages), TEST(keys), TEST(pools),
	  TEST(pools_have_a_limit, .options = smallest), TEST(options_out_of_range), TEST(fresh_machine))
