// SPDX-License-Identifier: GPL-2.0-only
/* gmap_mprotect_notify, what it does to a PTE, and ptep_notify with bits, on each kernel after 4.7. */
#include "core/program/access.h"
#include "kernels.h"

#define V 0x10000000000ULL
#define G 0x300000ULL

static enum program_code guest_loads(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	u64 value;

	return guest_load(m, gmap, gaddr, true, &value).dat.code;
}

static enum program_code guest_stores(struct machine *m, struct gmap *gmap, u64 gaddr)
{
	return guest_store(m, gmap, gaddr, true, 7).dat.code;
}

static void arguments_of_notify(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G + 1, PAGE_SIZE, PROT_WRITE), -EINVAL);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, 0x800, PROT_WRITE), -EINVAL);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G + PMD_SIZE, 0, PROT_WRITE), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G + PMD_SIZE, PAGE_SIZE, 0), -EFAULT);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, gmap->asce_end + 1, PAGE_SIZE, PROT_READ), -EFAULT);
	EXPECT_EQ(pte_of_page(m, gmap->mm, V), 0);
	/* the host segment belongs to another guest segment */
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0, PMD_SIZE), 0);
	EXPECT_EQ(gmap_fault(m, gmap, 0, 0), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_WRITE), -EEXIST);
}

/* Tables do not go that far: an address above the highest one must not be taken for the one it would wrap to. */
static void notify_above_the_end(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_fault(m, gmap, G, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, gmap->asce_end + 1 + G, PAGE_SIZE, PROT_WRITE), -EFAULT);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC);
}

/* The pages before the one that fails are armed. */
static void notify_half_way(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(sys_mprotect(m, gmap->mm, V + 2 * PAGE_SIZE, PAGE_SIZE, VM_READ), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, 4 * PAGE_SIZE, PROT_WRITE), -EFAULT);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V + PAGE_SIZE), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V + 2 * PAGE_SIZE), 0);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V + 3 * PAGE_SIZE), 0);
}

static void notify_write(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_WRITE), 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x13d, 0x13f, 0x13f));
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	m->events.count = 0;
	/* whatever the guest does, nobody is told; what the host does, once */
	EXPECT_EQ(guest_loads(m, gmap, G), PGM_NONE);
	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(swap_out(m, gmap->mm, V), 0);
	EXPECT_EQ(m->events.event[0].end, G + PAGE_SIZE - 1);
	EXPECT_EVENTS("notify n0 g0 0x300000\nipte 0x10000000000 local\n");
	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	EXPECT_EQ(swap_out(m, gmap->mm, V), 0);
	EXPECT_EVENTS("ipte 0x10000000000 local\n");
}

static void notify_read(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_READ), 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x33d, 0x33f, 0x33f));
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(count_events(m, EVENT_IPTE, 1), 1);
	EXPECT_EQ(count_events(m, EVENT_NOTIFY, 0), 0);
	m->events.count = 0;
	EXPECT_EQ(guest_loads(m, gmap, G), PGM_NONE);
	EXPECT_NO_EVENTS();
	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	EXPECT_EVENTS("notify n0 g0 0x300000\nipte 0x10000000000 local\n");
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x13d, 0x13f, 0x13f));
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC);
}

static void notify_none(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, 0), 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x53d, 0x53f, 0x53f));
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(count_events(m, EVENT_IPTE, 1), 1);
	EXPECT_EQ(count_events(m, EVENT_NOTIFY, 0), 0);
	m->events.count = 0;
	/* the PTE is invalid already: there is nothing to flush */
	EXPECT_EQ(guest_loads(m, gmap, G), PGM_NONE);
	EXPECT_EVENTS("notify n0 g0 0x300000\n");
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x13d, 0x13f, 0x13f));
}

/* A page that is not there yet is brought in for as much as is asked for: the zero page where guests have it. */
static void notify_faults_in(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_READ), 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x33d, 0x33f, 0x355));
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), BY_KERNEL(m, 0, PGSTE_UC, PGSTE_UC, 0) | PGSTE_IN);
	/* one that is not there is not accessible: it is armed as it is, and what makes it first tells nobody */
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G + PAGE_SIZE, PAGE_SIZE, 0), 0);
	EXPECT_EQ(pte_of_page(m, gmap->mm, V + PAGE_SIZE), 0x400);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V + PAGE_SIZE), PGSTE_IN);
	m->events.count = 0;
	EXPECT_EQ(guest_stores(m, gmap, G + PAGE_SIZE), PGM_NONE);
	EXPECT_EQ(count_events(m, EVENT_NOTIFY, 0), 0);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V + PAGE_SIZE), PGSTE_UC | PGSTE_IN);
}

/* Unless even the segment is not linked: then it is read first. */
static void notify_links(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, 0), 0);
	EXPECT(link_of(gmap, V) != 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V), BY_KERNEL(m, 0, 0x53d, 0x53f, 0x755));
}

/* A page from before the process ran guests has a PGSTE that does not know that it can be written to. */
static void notify_makes_dirty(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	struct gmap *gmap = create_gmap(m, mm, 0);

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, G, PMD_SIZE), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_WRITE), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V), PGSTE_UC | PGSTE_IN);
}

/* Neither kernel nor model fault for writing here, so the page never gets there. */
static void notify_without_end(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	EXPECT_EQ(sys_mprotect(m, gmap->mm, V, PMD_SIZE, VM_READ), 0);
	EXPECT_BUG(BUG_endless, gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_READ | PROT_WRITE));
	EXPECT_TEXT(m->bug_text, "0x300000 does not get protection 3");
}

static void notify_after_a_retry(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	SET(m, m->s.inject[INJECT_fixup_retry], 1);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, 2 * PAGE_SIZE, PROT_WRITE), 0);
	EXPECT_EQ(m->s.inject[INJECT_fixup_retry], 0);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V + PAGE_SIZE), PGSTE_UC | PGSTE_IN);
}

static void linux_5_10_without_esop(struct machine_options *options)
{
	linux_5_10(options);
	options->esop = false;
}

static void linux_6_12_without_esop(struct machine_options *options)
{
	linux_6_12(options);
	options->esop = false;
}

static void notify_without_esop(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_READ), -EINVAL);
	EXPECT_EQ(pte_of_page(m, gmap->mm, V), 0);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, PROT_WRITE), 0);
	EXPECT_EQ(pgste_of_page(m, gmap->mm, V), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, 0), 0);
	EXPECT_EQ(PTE_BITS(m, gmap->mm, V) & PAGE_INVALID, PAGE_INVALID);
}

/* One PTE under each protection: what is less permissive already has to be faulted in. */
static void force_prot(struct machine *m)
{
	static const struct {
		u64 pte, prot, after;
		int result;
	} rows[] = {
		{ 0x03d, PROT_WRITE, 0x03d, 0 },
		{ 0x03d, PROT_READ, 0x23d, 0 },
		{ 0x03d, 0, 0x43d, 0 },
		{ 0x21d, PROT_WRITE, 0x21d, -EAGAIN },
		{ 0x21d, PROT_READ, 0x21d, 0 },
		{ 0x21d, 0, 0x61d, 0 },
		{ 0x439, PROT_WRITE, 0x439, -EAGAIN },
		{ 0x439, PROT_READ, 0x439, -EAGAIN },
		{ 0x439, 0, 0x439, 0 },
		{ PAGE_INVALID, PROT_WRITE, PAGE_INVALID, -EAGAIN },
		{ PAGE_INVALID, 0, PAGE_INVALID, 0 },
	};
	struct gmap *gmap = later_guest(m, V, G);
	entry_t *ptep;
	u64 frame;
	size_t i;

	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	m->events.count = 0;
	ptep = host_pte(m, gmap->mm, V);
	frame = pte_page(entry_get(ptep));
	pte_lock(m, ptep);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		u64 page = rows[i].pte == PAGE_INVALID ? 0 : frame;

		entry_set(m, ptep, page | rows[i].pte);
		entry_set(m, pgste_of(ptep), 0);
		EXPECT_EQ(ptep_force_prot(m, gmap->mm, V, ptep, rows[i].prot, PGSTE_IN), rows[i].result);
		EXPECT_EQ(entry_get(ptep), page | rows[i].after);
		EXPECT_EQ(count_events(m, EVENT_IPTE, 1),
			  rows[i].after != rows[i].pte && !(rows[i].pte & PAGE_INVALID));
		m->events.count = 0;
		EXPECT_EQ(entry_get(pgste_of(ptep)),
			  rows[i].result ? 0 : PGSTE_IN | (rows[i].after == 0x03d ? PGSTE_UC : 0));
	}
	entry_set(m, ptep, frame | 0x03d);
	entry_set(m, pgste_of(ptep), PGSTE_UC);
	pte_unlock(m, ptep);
}

/* The guest's key goes to the PGSTE when its page is made not accessible, and back with the first access. */
static void force_prot_moves_the_key(struct machine *m)
{
	struct gmap *gmap = later_guest(m, V, G);
	struct mm *mm = gmap->mm;

	EXPECT_EQ(s390_enable_skey(m, mm), 0);
	EXPECT_EQ(guest_stores(m, gmap, G), PGM_NONE);
	/* as the guest sets it, which the host does not see */
	SET(m, frame_at(m, pte_page(pte_of_page(m, mm, V)))->key, 0x30);
	EXPECT_EQ(gmap_mprotect_notify(m, gmap, G, PAGE_SIZE, 0), 0);
	EXPECT_EQ(pgste_of_page(m, mm, V) & (PGSTE_ACC | PGSTE_FP), 3ULL << 60);
	EXPECT_EQ(set_guest_storage_key(m, mm, V, 0x50, false), 0);
	m->events.mask = EVENT_BIT(EVENT_KEY);
	m->events.count = 0;
	EXPECT_EQ(guest_loads(m, gmap, G), PGM_NONE);
	EXPECT_EVENTS("key 0x50\n");
}

/* Only the bit that asks for a call makes one; 4.7 is not told the bits. */
static void notify_with_bits(struct machine *m)
{
	const u64 others = UINT64_MAX & ~PGSTE_IN;
	struct gmap *gmap = later_guest(m, V, G);

	EXPECT_EQ(gmap_fault(m, gmap, G, FAULT_FLAG_WRITE), 0);
	m->events.count = 0;
	EXPECT_OK(CALL(m, OP_ptep_notify, 0, V, others), 0);
	EXPECT_OK(CALL(m, OP_ptep_notify, 0, V, 0), 0);
	EXPECT_NO_EVENTS();
	EXPECT_OK(CALL(m, OP_ptep_notify, 0, V, PGSTE_IN), 0);
	EXPECT_EVENTS("notify n0 g0 0x300000\n");
	EXPECT_OK(CALL(m, OP_ptep_notify, 0, V + PAGE_SIZE, WIRE_NO_ARGUMENT), 0);
	EXPECT_EVENTS("notify n0 g0 0x301000\n");
}

RUN_TESTS(LATER(arguments_of_notify), LATER(notify_above_the_end), LATER(notify_half_way), LATER(notify_write),
	  LATER(notify_read), LATER(notify_none), LATER(notify_faults_in), LATER(notify_links),
	  LATER(notify_makes_dirty), LATER(notify_without_end), LATER(notify_after_a_retry),
	  ON(linux_5_10_without_esop, notify_without_esop), ON(linux_6_12_without_esop, notify_without_esop),
	  LATER(force_prot), LATER(force_prot_moves_the_key), LATER(notify_with_bits))
