// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page keeps while its PTE comes and goes: the guest's storage key, which is the frame's while the PTE is valid and the
 * PGSTE's while it is not, and how the guest uses the page. Specification, sections 2.6, 2.7 and 9.3.
 */
#include "core/linux/mm/page.h"
#include "core/linux/mm/pgalloc.h"
#include "fuzz/oracles/rules/rules.h"

#define PGSTE_KEY_SHIFT 56
#define PGSTE_RC_SHIFT 48

static bool is_valid(u64 pte)
{
	return pte_present(pte) && !(pte & PAGE_INVALID);
}

/* Operations that take pages away, or access to them, and do nothing else with the page. */
static bool takes_pages(enum wire_op op)
{
	return op == OP_munmap || op == OP_madvise || op == OP_mprotect || op == OP_swap_out || op == OP_clear_young;
}

/* Operations that bring one page. */
static bool brings_page(enum wire_op op)
{
	return op == OP_load || op == OP_store || op == OP_gmap_fault;
}

bool rules_moves_pages(enum wire_op op)
{
	return takes_pages(op) || brings_page(op);
}

static bool fail(const struct rules *r, u64 address, u64 pgste, u64 key, const char *rule)
{
	return judge_object(r->verdict, ORACLE_RULES, rule,
			    "PTE at 0x%llx: 0x%llx; PGSTE 0x%llx; the frame's storage key 0x%llx",
			    (unsigned long long)address, (unsigned long long)entry_get(entry_at(r->m, address)),
			    (unsigned long long)pgste, (unsigned long long)key);
}

static bool check_key(const struct rules *r, u64 address, u64 pte, u64 pgste, bool with_use)
{
	u64 key = page_get_storage_key(r->m, pte_page(pte));
	u64 use = (key & (KEY_REFERENCED | KEY_CHANGED)) << PGSTE_RC_SHIFT;

	if ((pgste & (PGSTE_ACC | PGSTE_FP)) != (key & (KEY_ACC | KEY_FP)) << PGSTE_KEY_SHIFT)
		return fail(r, address, pgste, key, "a storage key that did not go with the page");
	if (with_use && (pgste & use) != use)
		return fail(r, address, pgste, key, "reference and change bits that did not go with the page");
	return true;
}

static bool check_swapped(const struct rules *r, u64 address, u64 now, u64 pgste)
{
	bool unused = (pgste & PGSTE_USAGE) == PGSTE_USAGE_UNUSED && r->m->options.profile->reclaim_drops_unused;

	return pte_none(now) == unused ||
	       fail(r, address, pgste, 0, "reclaim drops exactly the pages that the guest does not use");
}

/*
 * Stores go back in time, so whether the PTE was valid before the operation is not known yet; but then it was flushed. While
 * it is valid the PGSTE's key means nothing.
 */
static bool was_valid(const struct rules *r, u64 address)
{
	u32 i;

	for (i = 0; i < r->step->event_count; i++) {
		const struct event *e = &r->step->events[i];

		if ((e->kind == EVENT_IPTE || e->kind == EVENT_LAZY) && e->end == address)
			return true;
	}
	return false;
}

bool rules_key(const struct rules *r, const struct mm *mm, u64 address, u64 old)
{
	u64 now = entry_get(entry_at(r->m, address));
	u64 pgste = entry_get(entry_at(r->m, address) + PGSTE_OFFSET);
	enum wire_op op = r->step->op;

	if (!mm->has_pgste)
		return true;
	if (op == OP_swap_out && !is_error_word(r->step->reply.value) && !check_swapped(r, address, now, pgste))
		return false;
	if (brings_page(op) && !pte_present(old) && is_valid(now) && pgste & PGSTE_GPS_ZERO)
		return fail(r, address, pgste, 0, "a new page is not logically zero");
	if (!mm->use_skey)
		return true;
	if (takes_pages(op) && is_valid(old) && !is_valid(now))
		return check_key(r, address, old, pgste, true);
	if (brings_page(op) && !is_valid(old) && is_valid(now) && !was_valid(r, address))
		return check_key(r, address, now, pgste, false);
	return true;
}

bool rules_reference_bit(const struct rules *r)
{
	const struct mm *mm = r->m->s.mm[r->step->call->arg[0]];
	const entry_t *ptep = mm ? host_pte(r->m, mm, r->step->call->arg[1]) : NULL;

	if (!ptep || is_error_word(r->step->reply.value) || !(entry_get(ptep + PGSTE_OFFSET) & PGSTE_GR))
		return true;
	return fail(r, address_of(r->m, ptep), entry_get(ptep + PGSTE_OFFSET), 0, "the reference bit was reset");
}
