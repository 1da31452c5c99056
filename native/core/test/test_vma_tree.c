// SPDX-License-Identifier: GPL-2.0-only
/* Processes with many VMAs: the index against a walk through the list, and how much a search looks at. */
#include "core/linux/mm/vma_tree.h"
#include "core/machine/snapshot.h"
#include "test.h"

#define V 0x10000000000ULL
#define MANY 200
#define PLACE(i) (V + (u64)(i)*4 * PAGE_SIZE)

/* What find_vma() shall find. */
static const struct vma *slow_find(const struct mm *mm, u64 address)
{
	const struct vma *vma = mm->vmas;

	while (vma && vma->end <= address)
		vma = vma->next;
	return vma;
}

static void expect_found(struct machine *m, const struct mm *mm)
{
	const struct vma *vma;

	for (vma = mm->vmas; vma; vma = vma->next) {
		EXPECT(find_vma(m, mm, vma->start - 1) == slow_find(mm, vma->start - 1));
		EXPECT(find_vma(m, mm, vma->start) == vma);
		EXPECT(find_vma(m, mm, vma->end - 1) == vma);
		EXPECT(find_vma(m, mm, vma->end) == vma->next);
	}
	EXPECT(find_vma(m, mm, 0) == mm->vmas);
	EXPECT(find_vma(m, mm, UINT64_MAX) == NULL);
}

static void map_place(struct machine *m, struct mm *mm, u64 i)
{
	map_memory(m, mm, PLACE(i), 2 * PAGE_SIZE, READ_WRITE);
}

static void unmap_place(struct machine *m, struct mm *mm, u64 i)
{
	EXPECT_EQ(sys_munmap(m, mm, PLACE(i), 2 * PAGE_SIZE), 0);
}

enum order { ASCENDING, DESCENDING, SHUFFLED, ORDERS };

/* The i-th place of an order; n has no factor in common with 7919. */
static u64 place_at(enum order order, u64 i, u64 n)
{
	return order == ASCENDING ? i : order == DESCENDING ? n - 1 - i : i * 7919 % n;
}

static void orders(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	enum order in, out;
	u64 i;

	for (in = 0; in < ORDERS; in++)
		for (out = 0; out < ORDERS; out++) {
			for (i = 0; i < MANY; i++) {
				map_place(m, mm, place_at(in, i, MANY));
				EXPECT_CHECK(m);
			}
			expect_found(m, mm);
			for (i = 0; i < MANY; i++) {
				unmap_place(m, mm, place_at(out, i, MANY));
				EXPECT_CHECK(m);
			}
			EXPECT(mm->vma_tree == NULL);
		}
}

/* A short list has no tree, and what comes and goes at the border makes none each time. */
static void borders(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	u64 i = 0;

	while (mm->vma_count < VMA_TREE_FROM)
		map_place(m, mm, i++);
	EXPECT(mm->vma_tree == NULL);
	map_place(m, mm, i);
	EXPECT(mm->vma_tree != NULL);
	unmap_place(m, mm, i);
	EXPECT(mm->vma_tree != NULL);
	while (mm->vma_count > VMA_TREE_TO)
		unmap_place(m, mm, --i);
	EXPECT(mm->vma_tree != NULL);
	unmap_place(m, mm, --i);
	EXPECT(mm->vma_tree == NULL);
	expect_found(m, mm);
}

static void many(struct machine *m, struct mm *mm)
{
	u64 i;

	for (i = 0; i < MANY; i++)
		map_place(m, mm, i);
}

/* One munmap, mprotect, mremap or fork that meets many of them. */
static void whole_ranges(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	many(m, mm);
	EXPECT_EQ(sys_munmap(m, mm, PLACE(20) + PAGE_SIZE, PLACE(90) - PLACE(20)), 0);
	EXPECT_CHECK(m);
	expect_found(m, mm);
	EXPECT_EQ(sys_mremap(m, mm, PLACE(100), PAGE_SIZE, PLACE(50), PAGE_SIZE), 0);
	EXPECT_EQ(sys_mremap(m, mm, PLACE(101), PAGE_SIZE, PLACE(100) + PAGE_SIZE, PAGE_SIZE), 0);
	EXPECT_CHECK(m);
	expect_found(m, mm);
	EXPECT_EQ(sys_fork(m, mm), 0);
	EXPECT_CHECK(m);
	/* what lies between becomes one with its neighbours */
	EXPECT_EQ(sys_mmap(m, mm, PLACE(95) + 2 * PAGE_SIZE, 2 * PAGE_SIZE, READ_WRITE, 0), 0);
	EXPECT_VMA(mm, PLACE(95), PLACE(95), PLACE(96) + 2 * PAGE_SIZE);
	EXPECT_CHECK(m);
	EXPECT_EQ(sys_munmap(m, mm, 0, PGDIR_SIZE), 0);
	EXPECT(mm->vma_tree == NULL);
	many(m, mm);
	mm_exit(m, mm);
	EXPECT_CHECK(m);
}

/* Random calls, with ways back: what was undone is undone in the tree too. */
static void random_calls(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	u64 state = 1;
	int i;

	many(m, mm);
	EXPECT_EQ(machine_snapshot(m), 0);
	for (i = 0; i < 4000; i++) {
		u64 address = V + next_random(&state) % (4 * MANY) * PAGE_SIZE;
		u64 length = (1 + next_random(&state) % 6) * PAGE_SIZE;

		switch (next_random(&state) % 8) {
		case 0:
		case 1:
		case 2:
			EXPECT_EQ(sys_mmap(m, mm, address, length, READ_WRITE, 0), 0);
			break;
		case 3:
		case 4:
			sys_mprotect(m, mm, address, length, VM_READ);
			break;
		case 5:
			sys_mremap(m, mm, address, PAGE_SIZE, V + next_random(&state) % (4 * MANY) * PAGE_SIZE,
				   PAGE_SIZE);
			break;
		case 6:
			EXPECT_EQ(sys_munmap(m, mm, address, length), 0);
			break;
		default:
			if (next_random(&state) % 64 == 0)
				EXPECT(machine_restore(m, 0));
		}
		EXPECT_CHECK(m);
		EXPECT(find_vma(m, mm, address) == slow_find(mm, address));
	}
	expect_found(m, mm);
}

static u64 log2_of(u64 n)
{
	u64 log2 = 0;

	while (n >>= 1)
		log2++;
	return log2;
}

/* Of any search at all, whatever the order in which VMAs came. */
#define MOST_LOOKED_AT(n) (2 * log2_of(n) + 4)
#define SEARCHES_OF_A_CALL 6

static u64 looked_at;

/* Since the last time. */
static u64 newly_looked_at(const struct machine *m)
{
	u64 before = looked_at;

	looked_at = LOOKED_AT(m, vmas);
	return looked_at - before;
}

static void growth(struct machine *m, u64 n)
{
	struct mm *mm = m->s.mm[0];
	enum order order;
	u64 i;

	for (order = 0; order < ORDERS; order++) {
		u64 most = 0;

		for (i = 0; i < n; i++) {
			u64 looked;

			newly_looked_at(m);
			map_place(m, mm, place_at(order, i, n));
			looked = newly_looked_at(m);
			most = looked > most ? looked : most;
		}
		EXPECT(most <= SEARCHES_OF_A_CALL * MOST_LOOKED_AT(n));
		for (i = most = 0; i < n; i++) {
			u64 looked;

			newly_looked_at(m);
			EXPECT(vma_lookup(m, mm, PLACE(i * 7919 % n)) != NULL);
			looked = newly_looked_at(m);
			most = looked > most ? looked : most;
		}
		EXPECT(most <= MOST_LOOKED_AT(n));
		for (i = 0; i < n; i++)
			unmap_place(m, mm, place_at(order, i, n));
		EXPECT(newly_looked_at(m) <= n * SEARCHES_OF_A_CALL * MOST_LOOKED_AT(n));
	}
}

static void grows_with_the_logarithm(struct machine *m)
{
	static const u64 sizes[] = { 100, 1000, 10000, 60000 };
	size_t i;

	if (!counts_work())
		return;
	/* with more it would take long to say the same */
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && !failures; i++)
		growth(m, sizes[i]);
}

/* machine_check() compares the tree with the list. */
static void broken_trees(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	char text[256];

	many(m, mm);
	EXPECT_EQ(machine_snapshot(m), 0);
	SET(m, mm->vma_tree, mm->vma_tree->child[0]);
	EXPECT(!machine_check(m, text, sizeof(text)));
	EXPECT(machine_restore(m, 0));
	SET(m, mm->vma_tree, NULL);
	EXPECT(!machine_check(m, text, sizeof(text)));
	EXPECT(machine_restore(m, 0));
	SET(m, mm->vma_tree->tree_height, mm->vma_tree->tree_height + 1);
	EXPECT(!machine_check(m, text, sizeof(text)));
	EXPECT(machine_restore(m, 0));
	SET(m, mm->vma_tree->child[1]->child[0], mm->vma_tree);
	EXPECT(!machine_check(m, text, sizeof(text)));
	EXPECT(machine_restore(m, 0));
}

RUN_TESTS(TEST(orders), TEST(borders), TEST(whole_ranges), TEST(random_calls), TEST(grows_with_the_logarithm),
	  TEST(broken_trees))
