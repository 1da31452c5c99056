// SPDX-License-Identifier: GPL-2.0-only
/* Calls that would take for ever: refused before they begin, or ended where nobody could know before. */
#include "kernels.h"

#define V 0x10000000000ULL
#define PAGES_OF_SEGMENT (PMD_SIZE / PAGE_SIZE)

static void few_pages(struct machine_options *options)
{
	options->max_pages = PAGES_OF_SEGMENT + 4;
}

/* Two segments of memory, mapped from guest address 0 on. */
static void begin_guest(struct machine *m)
{
	guest_process(m, V);
	map_memory(m, m->s.mm[0], V + PMD_SIZE, PMD_SIZE, READ_WRITE);
	EXPECT_OK(CALL(m, OP_gmap_alloc, 0, UINT64_MAX), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, 2 * PMD_SIZE), 0);
}

static void arming(struct machine *m)
{
	const u64 most = PMD_SIZE + 4 * PAGE_SIZE;
	struct undo_stamp stamp;

	begin_guest(m);
	stamp = undo_stamp(&m->undo);
	EXPECT_REFUSED(CALL(m, OP_gmap_ipte_notify, 0, 0, most + PAGE_SIZE), WIRE_BUDGET);
	EXPECT_REFUSED(CALL(m, OP_gmap_ipte_notify, 0, PAGE_SIZE, UINT64_MAX & PAGE_MASK), WIRE_BUDGET);
	EXPECT(undo_is_at(&m->undo, stamp));
	EXPECT_OK(CALL(m, OP_gmap_ipte_notify, 0, 0, most), 0);
	/* one that comes to what is not mapped before is the kernel's to answer, as one with a wrong argument is */
	EXPECT_OK(CALL(m, OP_gmap_ipte_notify, 0, PMD_SIZE, (u64)1 << 50), (u64)-EFAULT);
	EXPECT_OK(CALL(m, OP_gmap_ipte_notify, 0, 1, (u64)1 << 50), (u64)-EINVAL);
}

static void few_pages_later(struct machine_options *options)
{
	options->profile = profile_find("linux-6.12");
	few_pages(options);
}

static void arming_later(struct machine *m)
{
	guest_process(m, V);
	EXPECT_OK(CALL(m, OP_gmap_create, 0, UINT64_MAX), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, PMD_SIZE, PMD_SIZE), 0);
	EXPECT_REFUSED(CALL(m, OP_gmap_mprotect_notify, 0, 0, 2 * PMD_SIZE, PROT_READ), WIRE_BUDGET);
	EXPECT_OK(CALL(m, OP_gmap_mprotect_notify, 0, 0, PMD_SIZE, PROT_READ), 0);
}

static void discarding(struct machine *m)
{
	const u64 length = (u64)DEFAULT_MAX_SEGMENTS * PMD_SIZE;

	begin_guest(m);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, 0, length), 0);
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, length, PMD_SIZE), 0);
	EXPECT_REFUSED(CALL(m, OP_gmap_discard, 0, 0, UINT64_MAX & PMD_MASK), WIRE_BUDGET);
	EXPECT_REFUSED(CALL(m, OP_gmap_discard, 0, 0, length + PMD_SIZE), WIRE_BUDGET);
	EXPECT_OK(CALL(m, OP_gmap_unmap_segment, 0, 0, length - PMD_SIZE), 0);
	/* few are mapped, and those are memory of the process */
	EXPECT_OK(CALL(m, OP_gmap_map_segment, 0, V, length - PMD_SIZE, PMD_SIZE), 0);
	EXPECT_OK(CALL(m, OP_gmap_discard, 0, 0, UINT64_MAX & PMD_MASK), 0);
}

/* Each page is in 65 gmaps, and each of these tells 256 blocks. */
static void telling(struct machine *m)
{
	u64 i;

	guest_process(m, V);
	for (i = 0; i < MAX_NOTIFIERS; i++)
		EXPECT_OK(CALL(m, OP_gmap_register_ipte_notifier, i), 0);
	for (i = 0; i < 65; i++) {
		EXPECT_OK(CALL(m, OP_gmap_alloc, 0, 0), i);
		EXPECT_OK(CALL(m, OP_gmap_map_segment, i, V, 0, PMD_SIZE), 0);
		EXPECT_OK(CALL(m, OP_gmap_fault, i, 0, 1), 0);
	}
	EXPECT_OK(CALL(m, OP_gmap_ipte_notify, 0, 0, PAGE_SIZE), 0);
	EXPECT_OK(CALL(m, OP_ptep_notify, 0, V, WIRE_NO_ARGUMENT), 0);
	EXPECT_OK(CALL(m, OP_gmap_ipte_notify, 0, 0, PMD_SIZE), 0);
	EXPECT_EQ(CALL(m, OP_munmap, 0, V, PMD_SIZE).status, WIRE_BUG);
	EXPECT_EQ(m->dead, BUG_budget);
}

RUN_TESTS(TEST(arming, .options = few_pages), TEST(arming_later, .options = few_pages_later), TEST(discarding),
	  TEST(telling))
