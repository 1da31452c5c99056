// SPDX-License-Identifier: GPL-2.0-only
/* I11 to I15 and I17: PTEs and PGSTEs. */
#include "core/linux/mm/page.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/rules/rules.h"

/* bits that no PTE in storage has */
#define PTE_NEVER 0x880u
#define SWAP_PTE_BITS ~(PAGE_MASK | 0x7cu | SWAP_EXCLUSIVE | PAGE_SOFT_DIRTY)

#define PGSTE_BITS                                                                                                 \
	(PGSTE_ACC | PGSTE_FP | PGSTE_HR | PGSTE_HC | PGSTE_GR | PGSTE_GC | PGSTE_UC | PGSTE_IN | PGSTE_GPS_ZERO | \
	 PGSTE_USAGE)

struct page {
	u64 address; /* of the PTE */
	u64 pte;
	u64 pgste;
};

static bool fail(const struct rules *r, const struct page *p, const char *rule)
{
	return judge_object(r->verdict, ORACLE_RULES, rule,
			    "PTE 0x%llx at 0x%llx, for host address 0x%llx; PGSTE 0x%llx", (unsigned long long)p->pte,
			    (unsigned long long)p->address,
			    (unsigned long long)(page_table_vmaddr(r->m, p->address) +
						 (p->address / sizeof(entry_t) & PTE_INDEX) * PAGE_SIZE),
			    (unsigned long long)p->pgste);
}

/* Each valid PTE that was stored to has a flush of its own, in the same order. */
static bool was_flushed(struct rules *r, u64 address)
{
	while (r->flushes) {
		const struct event *e = &r->step->events[--r->flushes];

		if ((e->kind == EVENT_IPTE || e->kind == EVENT_LAZY) && e->end == address)
			return true;
	}
	return false;
}

/* The process that has the page table; NULL if it was lost. */
static const struct mm *mm_of_page_table(const struct rules *r, u64 table)
{
	u64 vmaddr = page_table_vmaddr(r->m, table);
	u64 i;

	for (i = 0; i < r->m->s.mm_count; i++) {
		const struct mm *mm = r->m->s.mm[i];
		const entry_t *pmd = mm ? host_pmd(r->m, mm, vmaddr) : NULL;

		if (pmd && entry_get(pmd) == table)
			return mm;
	}
	return NULL;
}

/* A flush may wait only while no other CPU runs the process. */
static bool check_lazy(const struct rules *r, u64 address)
{
	const struct mm *mm;

	if (r->m->options.cpus == 1 || r->step->events[r->flushes].kind != EVENT_LAZY)
		return true;
	mm = mm_of_page_table(r, address & ~(HALF_TABLE - 1));
	if (!mm || mm->attach_count <= (r->m->s.cpu[current_cpu(r->m)].active_mm == mm))
		return true;
	return judge_object(r->verdict, ORACLE_RULES, "I15",
			    "the PTE at 0x%llx changed with a lazy flush, but mm%llu runs on %llu CPUs",
			    (unsigned long long)address, (unsigned long long)mm->handle,
			    (unsigned long long)mm->attach_count);
}

/*
 * Unless it takes something away, gmap_mprotect_notify stores what is there already, and a fault of an alias can change that
 * page later in the call. Without ESOP a store makes what is writable dirty and unprotected: that needs no flush.
 */
static bool may_change_nothing(const struct rules *r)
{
	return r->step->op == OP_gmap_mprotect_notify && (u32)r->step->call->arg[3] > PROT_READ;
}

/* Who has the page table is looked up only for operations that move pages. */
static bool check_kept(const struct rules *r, u64 address, u64 old)
{
	const struct frame *frame = frame_at(r->m, address);
	const struct mm *mm;

	if (!rules_moves_pages(r->step->op) || frame_kind(frame) != FRAME_PGTABLE || frame->flags & FRAME_NO_PGSTE)
		return true;
	mm = mm_of_page_table(r, address & ~(FRAME_SIZE - 1));
	return !mm || rules_key(r, mm, address, old);
}

/* I15. Stores go back in time: what this one left there is what the next one found, or what is there now. */
static bool check_flush(struct rules *r, u64 address, u64 old)
{
	bool seen = address == r->ptep;
	u64 left = seen ? r->found : entry_get(entry_at(r->m, address));

	r->ptep = address;
	r->found = old;
	if (old & PAGE_INVALID || left == old || r->step->op == OP_exit || (!seen && may_change_nothing(r)))
		return true;
	if (was_flushed(r, address))
		return check_lazy(r, address);
	return judge_object(r->verdict, ORACLE_RULES, "I15", "the PTE at 0x%llx was 0x%llx and changed without a flush",
			    (unsigned long long)address, (unsigned long long)old);
}

bool rules_pte_changed(struct rules *r, u64 address, u64 old)
{
	return check_flush(r, address, old) && check_kept(r, address, old);
}

/* Later kernels leave this one in a swap PTE that mremap moves, where it means nothing. */
static u64 unused_bit(const struct rules *r)
{
	return r->m->options.profile->reclaim_drops_unused ? PAGE_UNUSED : 0;
}

static bool check_format(const struct rules *r, const struct page *p)
{
	const struct profile *profile = r->m->options.profile;
	u64 never = PTE_NEVER | (PAGE_NOEXEC & ~profile->noexec) | (PAGE_SOFT_DIRTY & ~profile->soft_dirty);

	if (pte_none(p->pte))
		return true;
	if (!pte_present(p->pte))
		return (p->pte & SWAP_PTE_BITS & ~unused_bit(r)) == (PAGE_INVALID | PAGE_PROTECT) || fail(r, p, "I17");
	if (p->pte & never)
		return fail(r, p, "I17");
	if (p->pte & PAGE_INVALID)
		return true;
	if (!(p->pte & PAGE_YOUNG) || !(p->pte & PAGE_READ_BIT))
		return fail(r, p, "a valid PTE of a page that is old or not readable");
	if (!(p->pte & PAGE_PROTECT) && (!(p->pte & PAGE_WRITE_BIT) || !(p->pte & PAGE_DIRTY)))
		return fail(r, p, "a store can reach a page that is clean or not writable");
	return true;
}

/* Who has the page table is looked up only where that decides. */
static bool check_pgste(const struct rules *r, const struct page *p, u64 table)
{
	const u64 writable = PAGE_PRESENT | PAGE_WRITE_BIT;
	bool untold = (p->pte & (writable | PAGE_INVALID | PAGE_PROTECT)) == writable && !(p->pgste & PGSTE_UC);
	/* later kernels also arm pages that are only readable, or not accessible */
	bool armed = p->pgste & PGSTE_IN && p->pte & (PAGE_INVALID | PAGE_PROTECT) &&
		     !r->m->options.profile->arms_any_protection;
	const struct mm *mm;

	if (p->pgste & PGSTE_PCL)
		return fail(r, p, "I11");
	if (p->pgste & ~PGSTE_BITS)
		return fail(r, p, "I17");
	if (likely(!untold && !armed))
		return true;
	mm = mm_of_page_table(r, table);
	if (!mm || !mm->has_pgste || known_older_page(r->m, mm, &r->verdict->known))
		return true;
	return fail(r, p, untold ? "I12" : "I13");
}

/* Storage keys do; in 5.10 and 6.1 it is running guests that does. */
static bool forbids_zero_pages(const struct machine *m, const struct mm *mm)
{
	return m->options.profile->zero_page_with_pgste ? mm->use_skey : mm->has_pgste;
}

static bool check_zero_page(const struct rules *r, const struct page *p, u64 table)
{
	const struct mm *mm = mm_of_page_table(r, table);

	if (mm && forbids_zero_pages(r->m, mm))
		return fail(r, p, "I14");
	return (p->pte & PAGE_SPECIAL && !(p->pte & PAGE_WRITE_BIT)) || fail(r, p, "a zero page");
}

static bool has_pgstes(u64 flags)
{
	return !(flags & FRAME_NO_PGSTE);
}

bool rules_page_stored(struct rules *r, const struct frame *frame, u64 address, u64 old)
{
	bool pgste = has_pgstes(frame->flags) && address & HALF_TABLE;
	struct page p = { .address = pgste ? address - HALF_TABLE : address };
	u64 table = address & ~(has_pgstes(frame->flags) ? FRAME_SIZE - 1 : HALF_TABLE - 1);

	if (!pgste && !rules_pte_changed(r, address, old))
		return false;
	r->page = p.address;
	r->pgste = has_pgstes(frame->flags) ? p.address + HALF_TABLE : UINT64_MAX;
	p.pte = entry_get(entry_at(r->m, p.address));
	if (!check_format(r, &p))
		return false;
	/* the child has it too, for a moment */
	if (r->step->op == OP_fork && pte_present(p.pte) && p.pte & PAGE_WRITE_BIT)
		return fail(r, &p, "copy on write");
	if (has_pgstes(frame->flags)) {
		p.pgste = entry_get(entry_at(r->m, p.address) + PGSTE_OFFSET);
		if (!check_pgste(r, &p, table))
			return false;
	}
	return !pte_present(p.pte) || !is_zero_page(r->m, pte_page(p.pte)) || check_zero_page(r, &p, table);
}

bool rules_freed_page_stored(struct rules *r, u64 flags, u64 address, u64 old)
{
	return (has_pgstes(flags) && address & HALF_TABLE) || rules_pte_changed(r, address, old);
}
