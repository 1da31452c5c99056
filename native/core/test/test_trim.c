// SPDX-License-Identifier: GPL-2.0-only
/* What checks and resets cost: as much as there is, and memory that was needed once is given back. */
#include "kernels.h"

#define V 0x10000000000ULL
#define GMAPS 200

/* Each list is gone through once, and not once for each gmap. */
static void gmaps_are_checked_once(struct machine *m)
{
	u64 before, i;

	if (!counts_work())
		return;
	for (i = 0; i < GMAPS; i++)
		EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), i);
	before = LOOKED_AT(m, gmaps);
	EXPECT_CHECK(m);
	EXPECT_EQ(LOOKED_AT(m, gmaps), before + GMAPS);
}

static void lost_gmap(struct machine *m)
{
	struct gmap *gmap;
	char text[256];

	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 0);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), 1);
	gmap = m->s.gmap[0];
	list_del(m, &gmap->list);
	EXPECT(!machine_check(m, text, sizeof(text)));
	EXPECT_TEXT(text, "I1: g0 is not on the list of its process");
	list_add(m, &gmap->list, &m->s.gmap[1]->list);
}

/* Sanitizers keep what is freed, and emulators do as they like. */
#if defined(__has_feature)
#define HAS_MSAN __has_feature(memory_sanitizer)
#else
#define HAS_MSAN 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || HAS_MSAN || HOST_BIG_ENDIAN
#define IS_UNUSUAL 1
#else
#define IS_UNUSUAL 0
#endif

#if defined(__linux__) && !IS_UNUSUAL
#include <unistd.h>

static u64 resident_bytes(void)
{
	unsigned long long size = 0, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file && fscanf(file, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return resident * (u64)sysconf(_SC_PAGESIZE);
}
#else
static u64 resident_bytes(void)
{
	return 0;
}
#endif

/* Pages, mappings of segments, and events. */
static void dirty(struct machine *m)
{
	u64 i;

	EXPECT_OK(CALL(m, OP_mmap, 0, V, 60 * PMD_SIZE, 3, 0), 0);
	for (i = 0; i < 60 * 256; i++)
		EXPECT_OK(CALL(m, OP_store, 0, V + i * PAGE_SIZE, 1), 0);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, UINT64_MAX), 0);
	for (i = 0; i < 2; i++)
		EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, i << 40, (u64)1 << 40), 0);
	m->events.mask = EVENTS_ALL;
	for (i = 0; i < 1000000; i++)
		event(m, EVENT_FAILURE, 0, 0, 0);
	m->events.mask = 0;
}

static void a_reset_gives_memory_back(struct machine *m)
{
	u64 before, high;

	machine_reset(m);
	before = resident_bytes();
	dirty(m);
	high = resident_bytes();
	machine_reset(m);
	if (!before) {
		printf("not looked at: nobody says here how much memory this process needs\n");
		return;
	}
	EXPECT(high > before + ((u64)64 << 20));
	EXPECT(resident_bytes() < before + ((u64)16 << 20));
	/* it is as new */
	dirty(m);
	machine_reset(m);
	EXPECT_CHECK(m);
}

RUN_TESTS_WITH_MEMORY(TEST(gmaps_are_checked_once), TEST(lost_gmap), TEST(a_reset_gives_memory_back))
