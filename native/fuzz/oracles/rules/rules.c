// SPDX-License-Identifier: GPL-2.0-only
/*
 * The invariants I1 to I18 (docs/specification/invariants.md) where an operation can have broken them: what it stored
 * says where to look. The undo log is read from its end: what a frame was when an old store went there is known
 * from the later stores to its descriptor.
 */
#include "fuzz/oracles/rules/rules.h"

static_assert(sizeof(struct frame) == 64, "a descriptor's fields are found by the low bits of their offset");

static bool is_table(u64 flags)
{
	enum frame_kind kind = (enum frame_kind)(flags & FRAME_KIND);

	return kind == FRAME_CRST || kind == FRAME_PGTABLE;
}

static struct life *find_life(struct rules *r, u64 number)
{
	u32 i;

	for (i = 0; i < r->lives; i++)
		if (r->life[i].number == number)
			return &r->life[i];
	return NULL;
}

/* Walking the undo log backwards past a store to a frame's flags: from here on the frame had the old ones. */
static void flags_stored(struct rules *r, const struct frame *frame, u64 old)
{
	u64 number = frame_number(r->m, frame);
	struct life *life = r->lives ? find_life(r, number) : NULL;

	if (!life) {
		if (!((frame->flags ^ old) & FRAME_KIND) || !(is_table(old) || is_table(frame->flags)))
			return;
		r->lost = r->lost || r->lives == MAX_LIVES;
		if (r->lost)
			return;
		life = &r->life[r->lives++];
		life->number = number;
	}
	life->flags = old;
	r->page = r->pgste = UINT64_MAX;
}

static bool stored_in_dead_frame(struct rules *r, u64 flags, u64 address, u64 old)
{
	switch (flags & FRAME_KIND) {
	case FRAME_PGTABLE:
		return rules_freed_page_stored(r, flags, address, old);
	case FRAME_CRST:
		return rules_freed_entry_stored(r, old);
	default:
		return true;
	}
}

/* What the frame of an address was when an old store went there; NULL: what it is now. */
static const struct life *life_of(struct rules *r, const struct frame *frame, u64 address)
{
	const struct life *life = find_life(r, frame_number(r->m, frame));

	if (life || frame_kind(frame) != FRAME_FREE)
		return life;
	life = find_life(r, (address & ~(CRST_SIZE - 1)) >> FRAME_SHIFT);
	return life && (life->flags & FRAME_KIND) == FRAME_CRST ? life : NULL;
}

static bool stored_in_storage(struct rules *r, u64 address, u64 old)
{
	const struct frame *frame = frame_at(r->m, address);
	const struct frame *first = frame_at(r->m, address & ~(CRST_SIZE - 1));
	const struct life *life = NULL;

	/* most stores go to one page several times */
	if (address == r->pgste || r->lost)
		return true;
	if (address == r->page)
		return rules_pte_changed(r, address, old);
	/* of the four frames of a table only the first one has a kind */
	if (frame_kind(frame) == FRAME_FREE && frame_kind(first) == FRAME_CRST)
		frame = first;
	if (r->lives)
		life = life_of(r, frame, address);
	if (life)
		return stored_in_dead_frame(r, life->flags, address, old);
	if (frame_kind(frame) == FRAME_PGTABLE)
		return rules_page_stored(r, frame, address, old);
	return frame_kind(frame) != FRAME_CRST || rules_entry_stored(r, address, old);
}

/* I10 */
static bool mm_field_stored(const struct rules *r, size_t field, const u64 *word, u64 old)
{
	enum wire_op op = r->step->op;
	const struct mm *mm;

	/* a new process */
	if (op == OP_exec || op == OP_fork)
		return true;
	if (field == offsetof(struct mm, has_pgste)) {
		mm = container_of(word, const struct mm, has_pgste);
		if (old || !mm->alloc_pgste)
			return judge_object(r->verdict, ORACLE_RULES, "I10",
					    "mm%llu: has_pgste was %llu, is %llu; alloc_pgste %llu",
					    (unsigned long long)mm->handle, (unsigned long long)old,
					    (unsigned long long)mm->has_pgste, (unsigned long long)mm->alloc_pgste);
	}
	if (field == offsetof(struct mm, use_skey) && old &&
	    !(op == OP_s390_enable_skey && is_error_word(r->step->reply.value)))
		return judge_object(r->verdict, ORACLE_RULES, "I10", "mm%llu: use_skey was cleared",
				    (unsigned long long)container_of(word, const struct mm, use_skey)->handle);
	return true;
}

static bool makes_gmap(enum wire_op op)
{
	return op == OP_gmap_alloc || op == OP_gmap_create;
}

/* I2, and that crst_list only grows (I3) */
static bool gmap_field_stored(const struct rules *r, size_t field, const u64 *word, u64 old)
{
	if (makes_gmap(r->step->op))
		return true;
	if (field == offsetof(struct gmap, mm) || field == offsetof(struct gmap, table) ||
	    field == offsetof(struct gmap, asce) || field == offsetof(struct gmap, asce_end) ||
	    field == offsetof(struct gmap, serial))
		return judge_object(r->verdict, ORACLE_RULES, "I2",
				    "a gmap's field at offset %llu was 0x%llx, is 0x%llx", (unsigned long long)field,
				    (unsigned long long)old, (unsigned long long)*word);
#ifndef OWN_CODE /* which does not count them */
	if (field == offsetof(struct gmap, crst_count) && old >= *word)
		return judge_object(r->verdict, ORACLE_RULES, "I3", "%llu tables on crst_list, there were %llu",
				    (unsigned long long)*word, (unsigned long long)old);
#endif
	return true;
}

static bool object_stored(struct rules *r, const u64 *word, u64 old)
{
	uintptr_t at = (uintptr_t)word;
	const void *object;

	/* the machine's own words */
	if (at - (uintptr_t)r->m < sizeof(*r->m))
		return true;
	object = pool_object(r->m, POOL_MM, word);
	if (object)
		return mm_field_stored(r, at - (uintptr_t)object, word, old);
	object = pool_object(r->m, POOL_GMAP, word);
	return !object || gmap_field_stored(r, at - (uintptr_t)object, word, old);
}

static bool stored(struct rules *r, const u64 *word, u64 old)
{
	struct frame *frame;
	u64 address;

	if (word_in_storage(r->m, word, &address))
		return stored_in_storage(r, address, be64(old));
	frame = frame_of_word(r->m, word);
	if (!frame)
		return object_stored(r, word, old);
	if (word == &frame->flags)
		flags_stored(r, frame, old);
	return true;
}

static bool check_stores(struct rules *r)
{
	struct undo_iterator stores = undo_since(&r->m->undo, r->step->stores);
	struct undo_record store;

	/* a table is filled when it is new: what was there before does not matter */
	while (undo_previous(&stores, &store))
		if (store.words == 1 && !stored(r, store.word, *store.old))
			return false;
	return true;
}

static bool is_gmap(const struct machine *m, const struct gmap *gmap)
{
	u64 i;

	for (i = 0; i < m->s.gmap_count; i++)
		if (m->s.gmap[i] == gmap)
			return true;
	return false;
}

/* I1: the list goes from the newest gmap of the process to the oldest, and all are alive. */
static bool check_gmap_list(const struct rules *r, const struct mm *mm)
{
	const struct list_link *link = mm->gmap_list.next;
	u64 serial = UINT64_MAX;

	while (link && link != &mm->gmap_list) {
		const struct gmap *gmap = container_of(link, const struct gmap, list);

		if (!is_gmap(r->m, gmap) || gmap->mm != mm || gmap->serial >= serial || link->next->prev != link)
			break;
		serial = gmap->serial;
		link = link->next;
	}
	return link == &mm->gmap_list || judge_object(r->verdict, ORACLE_RULES, "I1",
						      "mm%llu: its list of gmaps is out of order, or one was freed",
						      (unsigned long long)mm->handle);
}

static bool check_gmap_lists(const struct rules *r)
{
	u64 i;

	for (i = 0; i < r->m->s.mm_count; i++)
		if (r->m->s.mm[i] && !check_gmap_list(r, r->m->s.mm[i]))
			return false;
	return true;
}

/* I1 and I2 of a gmap that has just been made. */
static bool check_new_gmap(const struct rules *r)
{
	const struct gmap *gmap = r->m->s.gmap[r->step->reply.value];
	u64 levels = (gmap->asce & ASCE_TYPE_MASK) >> 2;
	u64 end = levels == 3 ? UINT64_MAX : ((u64)1 << (PUD_SHIFT + 11 * levels)) - 1;
	u64 empty = SEGMENT_ENTRY_EMPTY | (gmap->asce & ASCE_TYPE_MASK);

	if (gmap->mm->gmap_list.next != &gmap->list)
		return judge_object(r->verdict, ORACLE_RULES, "I1", "g%llu is not the first in the list of its process",
				    (unsigned long long)gmap->handle);
	if ((gmap->asce & ~(u64)ASCE_TYPE_MASK) != (gmap->table | ASCE_USER_BITS | ASCE_TABLE_LENGTH) ||
	    gmap->table & (CRST_SIZE - 1) || gmap->asce_end != end)
		return judge_object(r->verdict, ORACLE_RULES, "I2",
				    "g%llu: ASCE 0x%llx, table 0x%llx, highest address 0x%llx",
				    (unsigned long long)gmap->handle, (unsigned long long)gmap->asce,
				    (unsigned long long)gmap->table, (unsigned long long)gmap->asce_end);
	if (gmap_first_table(r->m, gmap) != gmap->table >> FRAME_SHIFT || gmap_table_count(r->m, gmap) != 1 ||
	    frame_at(r->m, gmap->table)->index || frame_kind(frame_at(r->m, gmap->table)) != FRAME_CRST)
		return judge_object(r->verdict, ORACLE_RULES, "I3",
				    "g%llu: its first table is not the one on crst_list, for 0",
				    (unsigned long long)gmap->handle);
	if (entry_get(entry_at(r->m, gmap->table)) != empty ||
	    entry_get(entry_at(r->m, gmap->table) + CRST_ENTRIES - 1) != empty)
		return judge_object(r->verdict, ORACLE_RULES, "I4", "g%llu: its first table is not empty",
				    (unsigned long long)gmap->handle);
	return true;
}

/* I8, for what gmap_map_segment has mapped. */
static bool check_mapping(const struct rules *r, const struct gmap *gmap, u64 gaddr)
{
	u64 vmaddr = radix_lookup(NULL, &gmap->guest_to_host, gaddr >> PMD_SHIFT);

	if (!vmaddr || (gaddr <= gmap->asce_end && !(vmaddr & ~PMD_MASK) &&
			vmaddr + PMD_SIZE - 1 <= r->m->options.profile->map_from_end))
		return true;
	return judge_object(r->verdict, ORACLE_RULES, "I8", "g%llu: guest segment 0x%llx is mapped to 0x%llx",
			    (unsigned long long)gmap->handle, (unsigned long long)gaddr, (unsigned long long)vmaddr);
}

/* Segments of a range that are looked at: the rest is like them. */
#define MAX_SEGMENTS 16

/* A gmap whose mappings changed in a range, or whose links did. */
static bool check_mappings(struct rules *r, u64 gaddr, u64 length)
{
	const struct gmap *gmap = r->m->s.gmap[r->step->call->arg[0]];
	u64 segments = length >> PMD_SHIFT;
	u64 i;

	for (i = 0; i < segments && i < MAX_SEGMENTS; i++, gaddr += PMD_SIZE)
		if (!check_mapping(r, gmap, gaddr) || !rules_segment(r, gmap, gaddr))
			return false;
	return rules_links(r, gmap);
}

static bool check_operation(struct rules *r)
{
	const u64 *arg = r->step->call->arg;

	switch (r->step->op) {
	case OP_gmap_alloc:
	case OP_gmap_create:
		return r->step->reply.value == WIRE_NO_HANDLE || (check_new_gmap(r) && check_gmap_lists(r));
	case OP_gmap_free:
	case OP_gmap_remove:
	case OP_gmap_put:
		return check_gmap_lists(r);
	case OP_gmap_map_segment:
		return check_mappings(r, arg[2], arg[3]);
	case OP_gmap_unmap_segment:
		return check_mappings(r, arg[1], arg[2]);
	case OP___gmap_unmap_by_gaddr:
		return check_mappings(r, arg[1] & PMD_MASK, PMD_SIZE);
	case OP_reset_guest_reference_bit:
		return rules_reference_bit(r);
	case OP___gmap_unlink_by_vmaddr:
		return check_mappings(r, 0, 0);
	default:
		return true;
	}
}

/* I16 */
static bool check_locks(const struct rules *r)
{
	const struct call_stack *stack = r->m->stack;

	if (!stack->locks.count && !stack->preempt_count)
		return true;
	return judge_object(r->verdict, ORACLE_RULES, "I16", "%u locks are held, preemption count %lld",
			    stack->locks.count, (long long)stack->preempt_count);
}

/* A call that put a flush off makes up for it before it ends. */
static bool check_owed_flush(const struct rules *r)
{
	u64 i;

	for (i = 0; i < r->m->s.mm_count; i++) {
		const struct mm *mm = r->m->s.mm[i];

		if (mm && mm->flush_mm && !mm->exited)
			return judge_object(r->verdict, ORACLE_RULES, "flush owed",
					    "mm%llu: a flush was put off, and is still owed", (unsigned long long)i);
	}
	return true;
}

bool rules_step(const struct step *step, struct verdict *verdict)
{
	struct rules r;

	if (!step_stored(step))
		return true;
	if (step->reply.status != WIRE_OK)
		return judge_object(verdict, ORACLE_RULES, "refused",
				    "the call was refused, and stored something all the same");
	r.step = step;
	r.m = step->m;
	r.verdict = verdict;
	r.flushes = r.unlinks = step->event_count;
	r.page = r.pgste = r.ptep = r.table = UINT64_MAX;
	r.lives = 0;
	r.lost = false;
	return check_locks(&r) && check_stores(&r) && check_operation(&r) && check_owed_flush(&r);
}
