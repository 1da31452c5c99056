// SPDX-License-Identifier: GPL-2.0-only
/* Storage keys of large pages, which later kernels have: the frame's own, without a PGSTE. */
#include "kernels.h"

#include "core/linux/mm/hugetlb.h"
#include "core/linux/mm/mprotect.h"

#define V 0x10000000000ULL
#define PAGE (V + 0x34000)

static struct mm *with_large_memory(struct machine *m)
{
	struct mm *mm = m->s.mm[0];

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT_EQ(sys_mmap(m, mm, V, 2 * PMD_SIZE, READ_WRITE, VM_HUGETLB), 0);
	return mm;
}

static u64 frame_of(struct machine *m, struct mm *mm, u64 address)
{
	return (entry_get(host_pmd(m, mm, address)) & PMD_MASK) | (address & ~PMD_MASK & PAGE_MASK);
}

static u64 key_in(struct machine *m, struct mm *mm, u64 address)
{
	return page_get_storage_key(m, frame_of(m, mm, address));
}

/* As it is where there is no page table. */
static void before_it_is_there(struct machine *m)
{
	struct mm *mm = with_large_memory(m);

	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE), 0);
	EXPECT_EQ(set_guest_storage_key(m, mm, PAGE, 0, false), BY_KERNEL(m, 0, -EFAULT, 0, 0));
	EXPECT_EQ(set_guest_storage_key(m, mm, PAGE, 0x10, false), -EFAULT);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, PAGE), BY_KERNEL(m, 0, -EFAULT, 0, 0));
}

static void keys_of_one(struct machine *m)
{
	struct mm *mm = with_large_memory(m);

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	m->events.mask = EVENT_BIT(EVENT_KEY);
	/* it is always mapped, so the other CPUs are waited for though nobody asks for it */
	EXPECT_EQ(set_guest_storage_key(m, mm, PAGE, 0x36, true), 0);
	EXPECT_EVENTS("key 0x36 quiescing\n");
	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE), 0x36);
	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE + PAGE_SIZE), 0);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, PAGE, 0x32, true, true, false), 0);
	EXPECT_EQ(cond_set_guest_storage_key(m, mm, PAGE, 0x34, true, true, false), 1);
	EXPECT_EVENTS("key 0x34 quiescing\n");
	EXPECT_EQ(set_guest_storage_key(m, mm, PAGE, 0x36, false), 0);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, PAGE), 3);
	EXPECT_EQ(reset_guest_reference_bit(m, mm, PAGE), 1);
	EXPECT_EQ(key_in(m, mm, PAGE), 0x32);
	EXPECT_CHECK(m);
}

/* Those that are writable when keys come into use, and each one that is mapped afterwards. */
static void keys_are_cleared(struct machine *m)
{
	struct mm *mm = with_large_memory(m);

	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	EXPECT_EQ(key_in(m, mm, PAGE), KEY_REFERENCED | KEY_CHANGED);
	load(m, mm, V + PMD_SIZE);
	m->events.mask = EVENT_BIT(EVENT_KEY);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(count_events(m, EVENT_KEY, 0), 256);
	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE), 0);
	/* not writable: it might be somebody else's */
	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE + PMD_SIZE), KEY_REFERENCED | KEY_CHANGED);
	m->events.count = 0;
	EXPECT_EQ(user_store(m, mm, V + PMD_SIZE, 1), 0);
	EXPECT_EQ(count_events(m, EVENT_KEY, 0), 256);
	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE + PMD_SIZE), 0);
	/* once: keys outlive a change of protection */
	EXPECT_EQ(set_guest_storage_key(m, mm, PAGE, 0x70, false), 0);
	EXPECT_EQ(sys_mprotect(m, mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_EQ(get_guest_storage_key(m, mm, PAGE), 0x70);
}

/* 4.7 takes the large page for a page table. */
static void not_there_in_4_7(struct machine *m)
{
	struct mm *mm = with_large_memory(m);

	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	m->events.mask = EVENT_BIT(EVENT_KEY);
	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_NO_EVENTS();
	EXPECT_BUG(BUG_large_pmd, set_guest_storage_key(m, mm, PAGE, 0, false));
}

RUN_TESTS(LATER(before_it_is_there), LATER(keys_of_one), LATER(keys_are_cleared), ON(linux_4_7, not_there_in_4_7))
