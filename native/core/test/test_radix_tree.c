// SPDX-License-Identifier: GPL-2.0-only
/* The radix tree against a list of pairs that is searched from end to end. */
#include "core/linux/mm/radix_tree.h"
#include "test.h"

#define MODEL_SIZE 400

struct model {
	u64 key[MODEL_SIZE];
	u64 item[MODEL_SIZE];
	size_t count;
};

static size_t model_find(const struct model *model, u64 key)
{
	size_t i = 0;

	while (i < model->count && model->key[i] != key)
		i++;
	return i;
}

static u64 model_lookup(const struct model *model, u64 key)
{
	size_t i = model_find(model, key);

	return i < model->count ? model->item[i] : 0;
}

static void model_delete(struct model *model, u64 key)
{
	size_t i = model_find(model, key);

	if (i == model->count)
		return;
	model->count--;
	model->key[i] = model->key[model->count];
	model->item[i] = model->item[model->count];
}

static bool model_next(const struct model *model, u64 from, u64 *key)
{
	bool any = false;
	size_t i;

	for (i = 0; i < model->count; i++)
		if (model->key[i] >= from && (!any || model->key[i] < *key)) {
			*key = model->key[i];
			any = true;
		}
	return any;
}

/* Roots are part of the machine's state, as everything is that is stored to: a gmap's. */
static struct radix_root *new_root(struct machine *m)
{
	return &new_gmap(m, m->s.mm[0], 0, 0)->guest_to_host;
}

/* Keys that meet each other, of every height of the tree. */
static u64 random_key(u64 *seed)
{
	u64 bits = next_random(seed) % 12 * RADIX_SHIFT;
	u64 key = next_random(seed) & 0x47;

	if (bits < 64)
		key = key << bits | (next_random(seed) & 3);
	return next_random(seed) % 50 ? key : UINT64_MAX - (key & 3);
}

static void compare(const struct radix_root *root, const struct model *model)
{
	u64 from = 0;

	for (;;) {
		u64 key = 0, item = 0, expected = 0;
		bool more = model_next(model, from, &expected);

		EXPECT_EQ(radix_next(NULL, root, from, &key, &item), more);
		if (!more)
			return;
		EXPECT_EQ(key, expected);
		EXPECT_EQ(item, model_lookup(model, expected));
		if (key == UINT64_MAX)
			return;
		from = key + 1;
	}
}

static void one_operation(struct machine *m, struct radix_root *root, struct model *model, u64 *seed, bool nulls)
{
	u64 key = random_key(seed);
	u64 item = next_random(seed) << 3 | 8;
	u64 found = 0, next = 0;

	switch (next_random(seed) % 6) {
	case 0:
	case 1:
		if (model->count == MODEL_SIZE)
			return;
		EXPECT_EQ(radix_insert(m, root, key, item), model_lookup(model, key) ? -EEXIST : 0);
		if (!model_lookup(model, key)) {
			model->key[model->count] = key;
			model->item[model->count++] = item;
		}
		break;
	case 2:
		if (nulls)
			EXPECT_EQ(radix_insert(m, root, key, 0), model_lookup(model, key) ? -EEXIST : 0);
		break;
	case 3:
		/* with the node that is asked for next: fails or not, no key changes */
		SET(m, m->s.inject[INJECT_radix_node], 1 + next_random(seed) % 3);
		if (radix_insert(m, root, key, item) == 0)
			EXPECT_EQ(radix_delete(m, root, key), item);
		SET(m, m->s.inject[INJECT_radix_node], 0);
		break;
	default:
		if (next_random(seed) % 2 && model_next(model, key, &next))
			key = next;
		found = model_lookup(model, key);
		EXPECT_EQ(radix_delete(m, root, key), found);
		model_delete(model, key);
		break;
	}
	EXPECT_EQ(radix_lookup(NULL, root, key), model_lookup(model, key));
}

static void random_operations(struct machine *m, u64 seed, bool nulls)
{
	struct radix_root *root = new_root(m);
	struct model model = { .count = 0 };
	int i;

	for (i = 0; i < 3000; i++) {
		one_operation(m, root, &model, &seed, nulls);
		if (i % 16 == 0)
			compare(root, &model);
	}
	while (model.count) {
		EXPECT(radix_delete(m, root, model.key[0]) != 0);
		model_delete(&model, model.key[0]);
		compare(root, &model);
	}
	/* what insertions of NULL or failed ones left behind is counted, and nothing else is left */
	radix_abandon(m, root);
	EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, m->s.lost_nodes);
}

static void against_a_list(struct machine *m)
{
	u64 seed;

	for (seed = 1; seed <= 8; seed++)
		random_operations(m, seed, false);
}

static void against_a_list_with_nulls(struct machine *m)
{
	u64 seed;

	for (seed = 101; seed <= 108; seed++)
		random_operations(m, seed, true);
}

/* Without failed insertions the last deletion frees the last node. */
static void nodes(struct machine *m)
{
	static const struct {
		u64 key, nodes;
	} rows[] = { { 0, 0 },	  { 1, 1 },    { 63, 1 },	  { 64, 2 },
		     { 4095, 2 }, { 4096, 3 }, { 1ULL << 33, 6 }, { UINT64_MAX, 11 } };
	struct radix_root *root = new_root(m);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		EXPECT_EQ(radix_insert(m, root, rows[i].key, 8), 0);
		EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, rows[i].nodes);
		EXPECT_EQ(radix_insert(m, root, rows[i].key, 8), -EEXIST);
		EXPECT_EQ(radix_delete(m, root, rows[i].key), 8);
		EXPECT_EQ(radix_delete(m, root, rows[i].key), 0);
		EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, 0);
		EXPECT(root->node == NULL && root->item == 0);
	}
	/* the tree becomes lower again */
	EXPECT_EQ(radix_insert(m, root, 0, 8), 0);
	EXPECT_EQ(radix_insert(m, root, 4096, 16), 0);
	EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, 5);
	EXPECT_EQ(radix_delete(m, root, 4096), 16);
	EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, 0);
	EXPECT_EQ(radix_delete(m, root, 0), 8);
}

/* An inserted NULL reads as absent, and its path stays for ever, however often it is deleted. */
static void null_items(struct machine *m)
{
	struct radix_root *root = new_root(m);

	EXPECT_EQ(radix_insert(m, root, 70, 0), 0);
	EXPECT_EQ(radix_lookup(NULL, root, 70), 0);
	EXPECT_EQ(radix_delete(m, root, 70), 0);
	EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, 2);
	EXPECT_EQ(radix_insert(m, root, 70, 0), 0);
	EXPECT_EQ(radix_insert(m, root, 70, 8), 0);
	EXPECT_EQ(radix_insert(m, root, 70, 0), -EEXIST);
	EXPECT_EQ(radix_delete(m, root, 70), 8);
	EXPECT_EQ(m->s.pool[POOL_RADIX_NODE].live, 2);
	radix_abandon(m, root);
	EXPECT_EQ(m->s.lost_nodes, 2);
}

static void preload(struct machine *m)
{
	EXPECT_EQ(radix_preload(m), 0);
	EXPECT_EQ(m->stack->preempt_count, 1);
	radix_preload_end(m);
	SET(m, m->s.inject[INJECT_radix_preload], 1);
	EXPECT_EQ(radix_preload(m), -ENOMEM);
	EXPECT_EQ(m->stack->preempt_count, 0);
}

static void items_that_look_like_nodes(struct machine *m)
{
	struct radix_root *root = new_root(m);

	EXPECT_BUG(BUG_radix_item, radix_insert(m, root, 1, 5));
}

RUN_TESTS(TEST(against_a_list, .needs_memory = true, .loses = true),
	  TEST(against_a_list_with_nulls, .needs_memory = true, .loses = true), TEST(nodes),
	  TEST(null_items, .loses = true), TEST(preload), TEST(items_that_look_like_nodes))
