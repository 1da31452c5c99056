// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hardware, as far as it remembers: each CPU keeps what it translated until a flush reaches it, whatever storage
 * says meanwhile. What it still has after an operation must agree with the tables, or a lazy flush must be owed.
 */
#include "core/linux/mm/page.h"
#include "core/machine/memory.h"
#include "fuzz/oracles/hardware/tlb_entries.h"

#define FOR_EACH_LIVE(tlb, i, rest) \
	for (u64 rest = (tlb)->live, i = 0; rest && (i = lowest_bit(rest), true); rest &= rest - 1)

static u64 lowest_bit(u64 bits)
{
#if defined(__GNUC__) || defined(__clang__)
	return (u64)__builtin_ctzll(bits);
#else
	u64 i = 0;

	while (!(bits >> i & 1))
		i++;
	return i;
#endif
}

struct tlb *tlb_create(void)
{
	return memory_take(1, sizeof(struct tlb));
}

void tlb_destroy(struct tlb *tlb)
{
	memory_free(tlb);
}

void tlb_begin(struct tlb *tlb, struct machine *m)
{
	(void)m;
	tlb->live = 0;
}

u64 tlb_segment_entry(const struct machine *m, u64 asce, u64 address)
{
	unsigned int shift = PMD_SHIFT + 11 * (unsigned int)((asce & ASCE_TYPE_MASK) >> 2);
	u64 table = asce & ASCE_ORIGIN;

	for (; shift > PMD_SHIFT; shift -= 11) {
		u64 entry = entry_get(entry_at(m, table) + (address >> shift & CRST_INDEX));

		if (entry & REGION_ENTRY_INVALID)
			return 0;
		table = entry & REGION_ENTRY_ORIGIN;
	}
	return table + (address >> PMD_SHIFT & CRST_INDEX) * sizeof(entry_t);
}

static bool is_page(const struct machine *m, u64 frame)
{
	enum frame_kind kind = frame_kind(frame_at(m, frame));

	return kind == FRAME_ANON || kind == FRAME_SHARED || is_zero_page(m, frame) ||
	       frame_kind(frame_at(m, frame & PMD_MASK)) == FRAME_HUGE;
}

static size_t slot_of(u64 asce, u64 address, u32 cpu)
{
	u64 mixed = (address >> PAGE_SHIFT) + (asce >> PAGE_SHIFT) * 0x9e37 + cpu * 0x51ed27u;

	return (size_t)(mixed * 0x9e3779b97f4a7c15ULL >> 58);
}

bool tlb_keep(struct tlb *tlb, const struct step *step, struct verdict *verdict, const struct mm *mm,
	      const struct gmap *gmap, u64 address, const struct dat_result *dat)
{
	const struct machine *m = step->m;
	u64 asce = gmap ? gmap->asce : mm->asce;
	struct tlb_entry entry;
	u32 cpu;

	if (!is_page(m, dat->absolute & FRAME_MASK))
		return judge_object(verdict, ORACLE_HARDWARE, "translation to what is no page",
				    "0x%llx of ASCE 0x%llx is 0x%llx", (unsigned long long)address,
				    (unsigned long long)asce, (unsigned long long)dat->absolute);
	entry.asce = asce;
	entry.address = address & PAGE_MASK;
	entry.frame = dat->absolute & FRAME_MASK;
	entry.segment = tlb_segment_entry(m, asce, address);
	entry.segment_value = entry_get(entry_at(m, entry.segment));
	entry.pte = dat->entry;
	entry.pte_value = dat->value;
	entry.mm = mm;
	entry.gmap = gmap;
	entry.serial = gmap ? gmap->serial : 0;
	entry.writable = !dat->protected;
	for (cpu = 0; cpu < m->options.cpus; cpu++) {
		size_t slot = slot_of(asce, entry.address, cpu);

		if (m->s.cpu[cpu].active_mm != mm)
			continue;
		entry.cpu = cpu;
		tlb->slot[slot] = entry;
		tlb->live |= (u64)1 << slot;
	}
	return true;
}

static void drop(struct tlb *tlb, u64 i)
{
	tlb->live &= ~((u64)1 << i);
}

static void flush_asce(struct tlb *tlb, u64 asce, bool everywhere, u64 cpu)
{
	FOR_EACH_LIVE(tlb, i, rest)
	if (tlb->slot[i].asce == asce && (everywhere || tlb->slot[i].cpu == cpu))
		drop(tlb, i);
}

static void flush_pte(struct tlb *tlb, u64 pte, bool everywhere, u64 cpu)
{
	FOR_EACH_LIVE(tlb, i, rest)
	if (tlb->slot[i].pte == pte && (everywhere || tlb->slot[i].cpu == cpu))
		drop(tlb, i);
}

static void flush_all(struct tlb *tlb, bool everywhere, u64 cpu)
{
	if (everywhere)
		tlb->live = 0;
	FOR_EACH_LIVE(tlb, i, rest)
	if (tlb->slot[i].cpu == cpu)
		drop(tlb, i);
}

/* A process that gets more levels of tables has each CPU flush its own TLB: one event for each. */
static bool each_cpu_flushes(const struct step *step)
{
	u32 local = 0;
	u32 i;

	if (step->m->options.cpus == 1 || (step->op != OP_mmap && step->op != OP_mmap_huge && step->op != OP_mremap))
		return false;
	for (i = 0; i < step->event_count; i++)
		local += step->events[i].kind == EVENT_FLUSH_ALL && step->events[i].a;
	return local >= step->m->options.cpus;
}

static void apply_flushes(struct tlb *tlb, const struct step *step)
{
	u64 cpu = current_cpu(step->m);
	u32 i;

	for (i = 0; i < step->event_count; i++) {
		const struct event *e = &step->events[i];

		switch (e->kind) {
		case EVENT_IDTE:
			flush_asce(tlb, e->address, true, cpu);
			break;
		case EVENT_IDTE_MM:
			flush_asce(tlb, e->address, !e->a, cpu);
			break;
		case EVENT_IPTE:
			flush_pte(tlb, e->end, !e->a, cpu);
			break;
		case EVENT_FLUSH_ALL:
			flush_all(tlb, !e->a || each_cpu_flushes(step), cpu);
			break;
		default:
			break;
		}
	}
	/* these leave the flush to their caller, whom a program cannot be */
	if ((step->op == OP___gmap_unlink_by_vmaddr || step->op == OP___gmap_unmap_by_gaddr) && step->reply.value == 1)
		flush_asce(tlb, step->m->s.gmap[step->call->arg[0]]->asce, true, cpu);
}

static bool gmap_lives(const struct machine *m, const struct tlb_entry *entry)
{
	u64 i;

	for (i = 0; i < m->s.gmap_count; i++)
		if (m->s.gmap[i] == entry->gmap && entry->gmap->serial == entry->serial)
			return true;
	return false;
}

static bool object_to(const struct tlb_entry *entry, struct verdict *verdict, const char *rule, const char *now)
{
	return judge_object(verdict, ORACLE_HARDWARE, rule,
			    "cpu %u still translates 0x%llx of ASCE 0x%llx to 0x%llx%s, by the entry at 0x%llx; %s",
			    entry->cpu, (unsigned long long)entry->address, (unsigned long long)entry->asce,
			    (unsigned long long)entry->frame, entry->writable ? ", for stores too" : "",
			    (unsigned long long)entry->pte, now);
}

/* What storage says has changed; is it still the same translation? */
static bool walk_again(const struct machine *m, struct tlb_entry *entry, struct verdict *verdict)
{
	struct dat_result dat = dat_walk(m, entry->asce, entry->address, false);

	if (dat.code == PGM_NONE && dat.absolute == entry->frame && !(entry->writable && dat.protected)) {
		entry->segment = tlb_segment_entry(m, entry->asce, entry->address);
		entry->segment_value = entry_get(entry_at(m, entry->segment));
		entry->pte = dat.entry;
		entry->pte_value = dat.value;
		return true;
	}
	/* nobody runs in a gmap that was removed */
	if (entry->mm->flush_mm || (entry->gmap && !entry->gmap->listed))
		return true;
	if (dat.code != PGM_NONE)
		return object_to(entry, verdict, "stale translation", "the tables do not have it any more");
	return object_to(entry, verdict, "stale translation",
			 dat.absolute == entry->frame ? "the tables refuse stores" : "the tables have another page");
}

static bool check_entries(struct tlb *tlb, const struct step *step, struct verdict *verdict)
{
	const struct machine *m = step->m;

	FOR_EACH_LIVE(tlb, i, rest)
	{
		struct tlb_entry *entry = &tlb->slot[i];

		if (likely(entry_get(entry_at(m, entry->pte)) == entry->pte_value &&
			   entry_get(entry_at(m, entry->segment)) == entry->segment_value))
			continue;
		if (!walk_again(m, entry, verdict))
			return false;
	}
	return true;
}

/* Whether the CPUs can still use the ASCE. */
static bool asce_lives(const struct machine *m, const struct tlb_entry *entry)
{
	if (entry->gmap)
		return gmap_lives(m, entry);
	return entry->mm->flush_mm || (!entry->mm->exited && entry->mm->asce == entry->asce);
}

/* What ends an address space, or gives it another top table, must not leave anything of the old one in a TLB. */
static bool check_ended(const struct tlb *tlb, const struct step *step, struct verdict *verdict)
{
	FOR_EACH_LIVE(tlb, i, rest)
	{
		const struct tlb_entry *entry = &tlb->slot[i];

		if (!asce_lives(step->m, entry))
			return object_to(entry, verdict, "translation of an ASCE that is gone", "nobody has that ASCE");
	}
	return true;
}

static bool ends_asces(enum wire_op op)
{
	return op == OP_gmap_free || op == OP_gmap_remove || op == OP_gmap_put || op == OP_exit || op == OP_mmap ||
	       op == OP_mmap_huge || op == OP_mremap;
}

bool tlb_step(struct tlb *tlb, const struct step *step, struct verdict *verdict)
{
	if (step->reply.status != WIRE_OK)
		return true;
	if (tlb->live) {
		apply_flushes(tlb, step);
		if (ends_asces(step->op) && !check_ended(tlb, step, verdict))
			return false;
		if (step_stored(step) && !check_entries(tlb, step, verdict))
			return false;
	}
	return tlb_touch(tlb, step, verdict);
}
