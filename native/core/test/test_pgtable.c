// SPDX-License-Identifier: GPL-2.0-only
/* The PTE layer: values (spec 2.5), exchanges and their wrappers (spec 4.3 to 4.8), with and without PGSTEs and ESOP. */
#include "test.h"

#define V 0x10000000000ULL

/* One page of a process that runs guests. */
struct page {
	struct mm *mm;
	entry_t *ptep;
	u64 frame;
};

static struct page one_page(struct machine *m, bool storage_keys)
{
	struct page p = { .mm = m->s.mm[0] };

	EXPECT_EQ(s390_enable_sie(m, p.mm), 0);
	if (storage_keys)
		EXPECT_EQ(s390_enable_skey(m, p.mm), 0);
	map_memory(m, p.mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, p.mm, V, 1), 0);
	p.ptep = host_pte(m, p.mm, V);
	p.frame = pte_page(entry_get(p.ptep));
	add_notifier(m, 0);
	m->events.mask = EVENTS_FLUSH | EVENT_BIT(EVENT_KEY);
	pte_lock(m, p.ptep);
	return p;
}

/* Back to what the check allows. */
static void end_page(struct machine *m, const struct page *p)
{
	entry_set(m, p->ptep, p->frame | 0x03d);
	entry_set(m, p->ptep + PGSTE_OFFSET, PGSTE_UC);
	pte_unlock(m, p->ptep);
}

static void put(struct machine *m, const struct page *p, u64 pte, u64 pgste)
{
	entry_set(m, p->ptep, pte);
	entry_set(m, p->ptep + PGSTE_OFFSET, pgste);
	SET(m, frame_at(m, p->frame)->key, 0x36);
	m->events.count = 0;
}

#define PTE(p) entry_get((p).ptep)
#define PGSTE(p) entry_get((p).ptep + PGSTE_OFFSET)

/* The columns of the state table: clean old, clean young, dirty old, dirty young. */
static const u64 read_only[4] = { 0x601 | 0x10, 0x215, 0x619, 0x21d };
static const u64 read_write[4] = { 0x631, 0x235, 0x439, 0x03d };

static void values_of_ptes(struct machine *m)
{
	int i;

	(void)m;
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(pte_mkyoung(read_only[i]), read_only[i | 1]);
		EXPECT_EQ(pte_mkyoung(read_write[i]), read_write[i | 1]);
		EXPECT_EQ(pte_mkold(read_only[i]), read_only[i & ~1]);
		EXPECT_EQ(pte_mkold(read_write[i]), read_write[i & ~1]);
		EXPECT_EQ(pte_mkdirty(m, read_only[i]), read_only[i | 2]);
		EXPECT_EQ(pte_mkdirty(m, read_write[i]), read_write[i | 2]);
		EXPECT_EQ(pte_mkwrite(read_only[i]), read_write[i]);
		EXPECT_EQ(pte_wrprotect(read_write[i]), read_only[i]);
		EXPECT_EQ(pte_modify(read_write[i], 0x611), read_only[i]);
		EXPECT_EQ(pte_modify(read_only[i], 0x631), read_write[i]);
	}
	EXPECT_EQ(pte_mkspecial(0x215), 0x255);
	/* without access: documented as 0x601, 0x605, 0x409, 0x40d, but clean ones really lack 0x200 */
	EXPECT_EQ(pte_modify(0x235, 0x401), 0x405);
	EXPECT_EQ(pte_modify(0x03d, 0x401), 0x40d);
	EXPECT_EQ(pte_modify(0x12345000 | 0x255, 0x611), 0x12345000 | 0x255);
	/* the mark of an unused page is lost */
	EXPECT_EQ(pte_modify(0x03d | PAGE_UNUSED, 0x631), 0x03d);
}

static void templates(struct machine *m)
{
	u64 page = page_alloc_zeroed(m, FRAME_ANON);

	EXPECT_EQ(vm_get_page_prot(m, 0), 0x401);
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED), 0x401);
	EXPECT_EQ(vm_get_page_prot(m, VM_READ), 0x611);
	EXPECT_EQ(vm_get_page_prot(m, VM_WRITE), 0x611);
	EXPECT_EQ(vm_get_page_prot(m, VM_EXEC), 0x611);
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED | VM_READ | VM_EXEC), 0x611);
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED | VM_WRITE), 0x631);
	EXPECT_EQ(vm_get_page_prot(m, VM_SHARED | VM_ACCESS), 0x631);
	EXPECT_EQ(mk_pte(m, page, 0x611), page | 0x215);
	EXPECT_EQ(mk_pte(m, page, 0x631), page | 0x235);
	SET(m, frame_at(m, page)->flags, frame_at(m, page)->flags | FRAME_DIRTY);
	EXPECT_EQ(mk_pte(m, page, 0x631), page | 0x03d);
	EXPECT_EQ(mk_pte(m, page, 0x611), page | 0x215);
	page_put(m, page);
}

/* The table of 4.3, with storage keys in use: who moves the key, who flushes, who sets UC. */
static void exchange_table(struct machine *m)
{
	const u64 key = PGSTE_GR | 0x5ULL << 60;
	struct page p = one_page(m, true);

	/* invalid to invalid */
	put(m, &p, p.frame | 0x439, key);
	EXPECT_EQ(ptep_xchg_direct(m, p.mm, V, p.ptep, p.frame | 0x619), p.frame | 0x439);
	EXPECT_EQ(PTE(p), p.frame | 0x619);
	EXPECT_EQ(PGSTE(p), key);
	EXPECT_NO_EVENTS();

	/* invalid to valid: the key goes to the frame */
	put(m, &p, p.frame | 0x439, key);
	EXPECT_EQ(ptep_xchg_direct(m, p.mm, V, p.ptep, p.frame | 0x03d), p.frame | 0x439);
	EXPECT_EQ(PTE(p), p.frame | 0x03d);
	EXPECT_EQ(PGSTE(p), key | PGSTE_UC);
	EXPECT_EVENTS("key 0x54\n");
	EXPECT_EQ(page_get_storage_key(m, p.frame), 0x54);

	/* valid to invalid: the key goes to the PGSTE; GR stays although the frame was not referenced */
	put(m, &p, p.frame | 0x03d, key);
	SET(m, frame_at(m, p.frame)->key, 0x32);
	EXPECT_EQ(ptep_xchg_direct(m, p.mm, V, p.ptep, PAGE_INVALID), p.frame | 0x03d);
	EXPECT_EQ(PTE(p), 0x400);
	EXPECT_EQ(PGSTE(p), PGSTE_GR | PGSTE_GC | 0x3ULL << 60);
	EXPECT_EVENTS("ipte 0x10000000000 local\n");

	/* valid to valid: no key moves */
	put(m, &p, p.frame | 0x21d, key);
	EXPECT_EQ(ptep_xchg_direct(m, p.mm, V, p.ptep, p.frame | 0x03d), p.frame | 0x21d);
	EXPECT_EQ(PGSTE(p), key | PGSTE_UC);
	EXPECT_EQ(page_get_storage_key(m, p.frame), 0x36);
	EXPECT_EVENTS("ipte 0x10000000000 local\n");
	end_page(m, &p);
}

static void lazy_exchange(struct machine *m)
{
	struct page p = one_page(m, false);

	put(m, &p, p.frame | 0x03d, PGSTE_UC);
	EXPECT_EQ(ptep_xchg_lazy(m, p.mm, V, p.ptep, p.frame | 0x21d), p.frame | 0x03d);
	EXPECT_EQ(PTE(p), p.frame | 0x21d);
	EXPECT_EVENTS("lazy 0x10000000000\n");
	EXPECT_EQ(p.mm->flush_mm, 1);
	flush_mm_lazy(m, p.mm);
	EXPECT_EQ(p.mm->flush_mm, 0);
	EXPECT_EQ(m->events.count, 1);
	flush_mm_lazy(m, p.mm);
	EXPECT_EQ(m->events.count, 1);
	end_page(m, &p);
}

/* What a callback finds: the PGSTE locked and still asking, the PTE old and not yet flushed. */
static void look_at_page(struct machine *m, struct gmap_notifier *nb, struct gmap *gmap, u64 gaddr, u64 end)
{
	const entry_t *ptep = host_pte(m, m->s.mm[0], V);

	(void)end;
	(void)nb;
	(void)gmap;
	EXPECT_EQ(entry_get(ptep) & ~PAGE_MASK, 0x03d);
	EXPECT_EQ(entry_get(ptep + PGSTE_OFFSET), PGSTE_PCL | PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(count_events(m, EVENT_IPTE, 0) + count_events(m, EVENT_IPTE, 1), 0);
	event(m, EVENT_NOTIFY, 0, 0, gaddr);
}

static void notification_comes_first_and_once(struct machine *m)
{
	struct page p = one_page(m, false);
	struct gmap *gmap;

	pte_unlock(m, p.ptep);
	gmap = new_gmap(m, p.mm, 0, 0);
	EXPECT_EQ(gmap_map_segment(m, gmap, V, 0x300000, PMD_SIZE), 0);
	EXPECT_EQ(gmap_ipte_notify(m, gmap, 0x300000, PAGE_SIZE), 0);
	SET(m, m->s.notifier[0].notifier_call, look_at_page);
	pte_lock(m, p.ptep);

	ptep_xchg_direct(m, p.mm, V, p.ptep, p.frame | 0x21d);
	EXPECT_EVENTS("notify n0 g0 0x300000\nipte 0x10000000000 local\n");
	EXPECT_EQ(PGSTE(p), PGSTE_UC);
	ptep_xchg_direct(m, p.mm, V, p.ptep, p.frame | 0x03d);
	EXPECT_EVENTS("ipte 0x10000000000 local\n");

	/* also when the PTE is invalid already */
	SET(m, m->s.notifier[0].notifier_call, record_notify);
	put(m, &p, p.frame | 0x439, PGSTE_UC | PGSTE_IN);
	ptep_xchg_lazy(m, p.mm, V, p.ptep, PAGE_INVALID);
	EXPECT_EVENTS("notify n0 g0 0x300000\n");
	EXPECT_EQ(PGSTE(p), PGSTE_UC);
	end_page(m, &p);
}

/* The mark is set in a copy that nobody sees (defect B1). */
static void unused_mark_never_arrives(struct machine *m)
{
	struct page p = one_page(m, false);

	put(m, &p, p.frame | 0x03d, PGSTE_UC | PGSTE_USAGE_UNUSED);
	EXPECT_EQ(ptep_xchg_direct(m, p.mm, V, p.ptep, PAGE_INVALID) & PAGE_UNUSED, 0);
	EXPECT_EQ(PGSTE(p), PGSTE_UC | PGSTE_USAGE_UNUSED);
	end_page(m, &p);
}

static void wrappers(struct machine *m)
{
	struct page p = one_page(m, false);

	put(m, &p, p.frame | 0x03d, PGSTE_UC);
	EXPECT(ptep_test_and_clear_young(m, p.mm, V, p.ptep));
	EXPECT_EQ(PTE(p), p.frame | 0x439);
	EXPECT_EVENTS("ipte 0x10000000000 local\n");
	EXPECT(!ptep_test_and_clear_young(m, p.mm, V, p.ptep));
	EXPECT_NO_EVENTS();

	put(m, &p, p.frame | 0x03d, PGSTE_UC);
	EXPECT_EQ(ptep_get_and_clear_full(m, p.mm, V, p.ptep, false), p.frame | 0x03d);
	EXPECT_EQ(PTE(p), 0x400);
	EXPECT_EVENTS("lazy 0x10000000000\n");

	/* at exit the PGSTE is not looked at: not even its lock */
	put(m, &p, p.frame | 0x03d, PGSTE_PCL | PGSTE_IN);
	EXPECT_EQ(ptep_get_and_clear_full(m, p.mm, V, p.ptep, true), p.frame | 0x03d);
	EXPECT_EQ(PTE(p), 0x400);
	EXPECT_EQ(PGSTE(p), PGSTE_PCL | PGSTE_IN);
	EXPECT_NO_EVENTS();

	put(m, &p, p.frame | 0x03d, PGSTE_UC);
	ptep_set_wrprotect(m, p.mm, V, p.ptep);
	EXPECT_EQ(PTE(p), p.frame | 0x21d);
	EXPECT_EVENTS("lazy 0x10000000000\n");
	ptep_set_wrprotect(m, p.mm, V, p.ptep);
	EXPECT_NO_EVENTS();

	EXPECT(!ptep_set_access_flags(m, p.mm, V, p.ptep, p.frame | 0x21d));
	EXPECT_NO_EVENTS();
	EXPECT(ptep_set_access_flags(m, p.mm, V, p.ptep, p.frame | 0x03d));
	EXPECT_EQ(PTE(p), p.frame | 0x03d);
	EXPECT_EVENTS("ipte 0x10000000000 local\n");
	end_page(m, &p);
}

static void protection_change_with_keys(struct machine *m)
{
	struct page p = one_page(m, true);
	u64 old;

	put(m, &p, p.frame | 0x03d, PGSTE_UC);
	old = ptep_modify_prot_start(m, p.mm, V, p.ptep);
	EXPECT_EQ(old, p.frame | 0x03d);
	EXPECT_EQ(PTE(p), p.frame | 0x43d);
	EXPECT_EQ(PGSTE(p), PGSTE_PCL | PGSTE_UC | PGSTE_GR | PGSTE_GC | 0x3ULL << 60);
	EXPECT_EVENTS("lazy 0x10000000000\n");
	ptep_modify_prot_commit(m, p.mm, V, p.ptep, pte_modify(old, PAGE_READ));
	EXPECT_EQ(PTE(p), p.frame | 0x21d);
	EXPECT_EQ(PGSTE(p), PGSTE_UC | PGSTE_GR | PGSTE_GC | 0x3ULL << 60);
	EXPECT_EVENTS("key 0x36\n");
	end_page(m, &p);
}

/* It never notifies and never flushes, and leaves IN and the usage alone. */
static void plain_set(struct machine *m)
{
	const u64 kept = PGSTE_IN | PGSTE_USAGE_UNUSED;
	struct page p = one_page(m, true);

	put(m, &p, PAGE_INVALID, kept | PGSTE_GPS_ZERO | 0x2ULL << 60);
	set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x21d);
	EXPECT_EQ(PGSTE(p), kept | 0x2ULL << 60);
	EXPECT_EVENTS("key 0x20\n");
	put(m, &p, PAGE_INVALID, 0);
	set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x03d);
	EXPECT_EQ(PGSTE(p), PGSTE_UC);
	put(m, &p, PAGE_INVALID, 0);
	set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x23d);
	EXPECT_EQ(PGSTE(p), 0);
	pte_clear(m, p.ptep);
	EXPECT_EQ(PTE(p), 0x400);
	EXPECT_EVENTS("key 0x0\n");

	put(m, &p, p.frame | 0x03d, 0);
	EXPECT_BUG(BUG_key_on_valid_pte, (set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x21d), 0));
}

static void locked_pgste_stops_the_machine(struct machine *m)
{
	struct page p = one_page(m, false);

	put(m, &p, p.frame | 0x03d, PGSTE_PCL);
	EXPECT_BUG(BUG_pgste_lock, ptep_xchg_direct(m, p.mm, V, p.ptep, PAGE_INVALID));
}

static void without_esop(struct machine_options *options)
{
	options->esop = false;
}

/* Writable PTEs are dirty from the start: the write bit of a protected PTE cannot be trusted. */
static void set_without_esop(struct machine *m)
{
	struct page p = one_page(m, false);

	put(m, &p, PAGE_INVALID, 0);
	set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x235);
	EXPECT_EQ(PTE(p), p.frame | 0x03d);
	EXPECT_EQ(PGSTE(p), PGSTE_UC);
	put(m, &p, PAGE_INVALID, 0);
	set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x215);
	EXPECT_EQ(PTE(p), p.frame | 0x215);
	EXPECT_EQ(PGSTE(p), 0);
	put(m, &p, PAGE_INVALID, 0);
	set_pte_at(m, p.mm, V, p.ptep, p.frame | 0x631);
	EXPECT_EQ(PTE(p), p.frame | 0x631);
	EXPECT_EQ(PGSTE(p), 0);
	end_page(m, &p);
}

static void exchange_without_pgste(struct machine *m)
{
	struct mm *mm = m->s.mm[0];
	entry_t *ptep;
	u64 page;

	map_memory(m, mm, V, PMD_SIZE, READ_WRITE);
	EXPECT_EQ(user_store(m, mm, V, 1), 0);
	ptep = host_pte(m, mm, V);
	page = pte_page(entry_get(ptep));
	EXPECT_EQ(entry_get(ptep + PGSTE_OFFSET), 0);
	entry_set(m, ptep + PGSTE_OFFSET, PGSTE_IN);
	m->events.mask = EVENTS_FLUSH;
	pte_lock(m, ptep);
	EXPECT_EQ(ptep_xchg_direct(m, mm, V, ptep, page | 0x21d), page | 0x03d);
	ptep_modify_prot_start(m, mm, V, ptep);
	ptep_modify_prot_commit(m, mm, V, ptep, page | 0x03d);
	EXPECT_EVENTS("ipte 0x10000000000 local\nlazy 0x10000000000\n");
	EXPECT_EQ(entry_get(ptep + PGSTE_OFFSET), PGSTE_IN);
	entry_set(m, ptep + PGSTE_OFFSET, 0);
	pte_unlock(m, ptep);
}

static void set_notify(struct machine *m)
{
	struct page p = one_page(m, false);

	put(m, &p, p.frame | 0x03d, PGSTE_UC);
	ptep_set_notify(m, p.mm, p.ptep);
	EXPECT_EQ(PGSTE(p), PGSTE_UC | PGSTE_IN);
	EXPECT_EQ(PTE(p), p.frame | 0x03d);
	EXPECT_NO_EVENTS();
	end_page(m, &p);
}

/* Usage and GPS are the guest's; only a page in swap is given up, and only if the guest does not need it. */
static void zap_unused(struct machine *m)
{
	const u64 swap = PAGE_INVALID | PAGE_PROTECT | 0x123000;
	struct page p = one_page(m, false);

	put(m, &p, swap, PGSTE_UC);
	ptep_zap_unused(m, p.mm, p.ptep, false);
	EXPECT_EQ(PTE(p), swap);
	put(m, &p, swap, PGSTE_USAGE);
	ptep_zap_unused(m, p.mm, p.ptep, false);
	EXPECT_EQ(PTE(p), swap);
	put(m, &p, swap, PGSTE_UC | PGSTE_USAGE_UNUSED);
	ptep_zap_unused(m, p.mm, p.ptep, false);
	EXPECT_EQ(PTE(p), 0x400);
	EXPECT_EQ(PGSTE(p), PGSTE_UC | PGSTE_USAGE_UNUSED);
	put(m, &p, swap, PGSTE_GPS_ZERO);
	ptep_zap_unused(m, p.mm, p.ptep, false);
	EXPECT_EQ(PTE(p), 0x400);
	EXPECT_EQ(PGSTE(p), PGSTE_GPS_ZERO);
	put(m, &p, p.frame | 0x03d, PGSTE_USAGE_UNUSED | PGSTE_GPS_ZERO);
	ptep_zap_unused(m, p.mm, p.ptep, false);
	EXPECT_EQ(PTE(p), p.frame | 0x03d);
	/* reset: the usage only, whatever the PTE is */
	put(m, &p, swap, PGSTE_UC | PGSTE_IN | PGSTE_USAGE | PGSTE_GPS_ZERO);
	ptep_zap_unused(m, p.mm, p.ptep, true);
	EXPECT_EQ(PTE(p), swap);
	EXPECT_EQ(PGSTE(p), PGSTE_UC | PGSTE_IN | PGSTE_GPS_ZERO);
	EXPECT_NO_EVENTS();
	end_page(m, &p);
}

static void zap_key(struct machine *m)
{
	const u64 key = PGSTE_ACC | PGSTE_FP | PGSTE_GR | PGSTE_GC;
	const u64 kept = PGSTE_UC | PGSTE_IN | PGSTE_HR | PGSTE_HC;
	struct page p = one_page(m, false);

	put(m, &p, p.frame | 0x03d, key | kept);
	ptep_zap_key(m, p.mm, p.ptep);
	EXPECT_EQ(PGSTE(p), kept);
	EXPECT_EVENTS("key 0x0 quiescing\n");
	put(m, &p, p.frame | 0x21d, key | kept);
	ptep_zap_key(m, p.mm, p.ptep);
	EXPECT_EQ(PGSTE(p), kept);
	EXPECT_EQ(page_get_storage_key(m, p.frame), 0x36);
	put(m, &p, p.frame | 0x439, key);
	ptep_zap_key(m, p.mm, p.ptep);
	EXPECT_EQ(PGSTE(p), 0);
	EXPECT_NO_EVENTS();
	end_page(m, &p);
}

RUN_TESTS(TEST(values_of_ptes), TEST(templates), TEST(exchange_table), TEST(lazy_exchange),
	  TEST(notification_comes_first_and_once), TEST(unused_mark_never_arrives), TEST(wrappers),
	  TEST(protection_change_with_keys), TEST(plain_set), TEST(locked_pgste_stops_the_machine),
	  TEST(set_without_esop, .options = without_esop), TEST(exchange_without_pgste), TEST(set_notify),
	  TEST(zap_unused), TEST(zap_key))
