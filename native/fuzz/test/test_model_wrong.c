// SPDX-License-Identifier: GPL-2.0-only
/* What a wrong machine would do is objected to: each test spoils one thing behind the model's back. */
#include "model_world.h"

#define GUEST 0x500000ULL
#define SECOND (GUEST + PMD_SIZE)

/* The model agrees. */
#define AGREE(w, name, ...)                                                                         \
	do {                                                                                        \
		WORLD_RUN((w), name, __VA_ARGS__);                                                  \
		if (!(w)->agreed) {                                                                 \
			printf("%s:%d: %s: %s: %s\n", __FILE__, __LINE__, #name, (w)->verdict.rule, \
			       (w)->verdict.text);                                                  \
			failures++;                                                                 \
		}                                                                                   \
	} while (0)

/* With this spoiled the model objects, with this rule. */
#define OBJECT(w, how, expected, name, ...)                 \
	do {                                                \
		(w)->spoil = (how);                         \
		WORLD_RUN((w), name, __VA_ARGS__);          \
		EXPECT(!(w)->agreed);                       \
		EXPECT_TEXT((w)->verdict.rule, (expected)); \
		(w)->spoil = NULL;                          \
	} while (0)

#define OBJECT_NOT(w, how, name, ...)          \
	do {                                   \
		(w)->spoil = (how);            \
		AGREE((w), name, __VA_ARGS__); \
	} while (0)

/* A guest with two segments, the first linked, a page of it armed, and two blocks. */
static void begin(struct world *w, struct machine *m)
{
	world_begin(w, m);
	AGREE(w, s390_enable_sie, 0);
	AGREE(w, mmap, 0, HOST, 2 * PMD_SIZE, READ_WRITE, 0);
	AGREE(w, gmap_alloc, 0, UINT64_MAX);
	AGREE(w, gmap_map_segment, 0, HOST, GUEST, 2 * PMD_SIZE);
	AGREE(w, gmap_register_ipte_notifier, 0);
	AGREE(w, gmap_register_ipte_notifier, 1);
	AGREE(w, gmap_ipte_notify, 0, GUEST, PAGE_SIZE);
}

static void end(struct world *w)
{
	world_end(w);
	/* what was spoiled is not for anybody to check */
	machine_reset(w->m);
}

static void wrong_answer(struct world *w, struct step *step)
{
	(void)w;
	step->reply.value = ERROR_WORD(EINVAL);
}

static void no_events(struct world *w, struct step *step)
{
	(void)w;
	step->event_count = 0;
}

/* The last event comes twice. */
static void twice(struct world *w, struct step *step)
{
	u32 count = step->event_count;

	EXPECT(count && count < 64);
	memcpy(w->events, step->events, count * sizeof(struct event));
	w->events[count] = w->events[count - 1];
	step->events = w->events;
	step->event_count = count + 1;
}

/* The first two notifications change places. */
static void swapped(struct world *w, struct step *step)
{
	EXPECT(step->event_count >= 2);
	memcpy(w->events, step->events, step->event_count * sizeof(struct event));
	w->events[0] = step->events[1];
	w->events[1] = step->events[0];
	step->events = w->events;
}

/* The page above is told of. */
static void wrong_page(struct world *w, struct step *step)
{
	EXPECT(step->event_count >= 1);
	memcpy(w->events, step->events, step->event_count * sizeof(struct event));
	w->events[0].address += PAGE_SIZE;
	step->events = w->events;
}

static void lost_link(struct world *w, struct step *step)
{
	(void)step;
	radix_delete(w->m, &w->m->s.gmap[0]->host_to_guest, HOST >> PMD_SHIFT);
}

static void empty_link(struct world *w, struct step *step)
{
	(void)step;
	entry_set(w->m, gmap_find_segment_entry(w->m, w->m->s.gmap[0], GUEST), SEGMENT_ENTRY_EMPTY);
}

static void link_elsewhere(struct world *w, struct step *step)
{
	struct gmap *gmap = w->m->s.gmap[0];
	u64 entry = radix_delete(w->m, &gmap->host_to_guest, HOST >> PMD_SHIFT);

	(void)step;
	radix_insert(w->m, &gmap->host_to_guest, HOST >> PMD_SHIFT, entry + sizeof(u64));
}

static void new_link(struct world *w, struct step *step)
{
	struct gmap *gmap = w->m->s.gmap[0];

	(void)step;
	radix_insert(w->m, &gmap->host_to_guest, (HOST >> PMD_SHIFT) + 7, link_of(gmap, HOST));
}

static void lost_mapping(struct world *w, struct step *step)
{
	(void)step;
	radix_delete(w->m, &w->m->s.gmap[0]->guest_to_host, SECOND >> PMD_SHIFT);
}

static void other_mapping(struct world *w, struct step *step)
{
	lost_mapping(w, step);
	radix_insert(w->m, &w->m->s.gmap[0]->guest_to_host, SECOND >> PMD_SHIFT, HOST);
}

static void new_mapping(struct world *w, struct step *step)
{
	(void)step;
	radix_insert(w->m, &w->m->s.gmap[0]->guest_to_host, (SECOND >> PMD_SHIFT) + 1, HOST);
}

static void change_pgste(struct world *w, u64 vmaddr, u64 bits)
{
	entry_t *pgste = host_pte(w->m, w->m->s.mm[0], vmaddr) + PGSTE_OFFSET;

	entry_set(w->m, pgste, entry_get(pgste) ^ bits);
}

static void disarmed(struct world *w, struct step *step)
{
	(void)step;
	change_pgste(w, HOST, PGSTE_IN);
}

static void armed_too(struct world *w, struct step *step)
{
	(void)step;
	change_pgste(w, HOST + 9 * PAGE_SIZE, PGSTE_IN);
}

static void wrong_order(struct world *w, struct step *step)
{
	struct list_link *first = w->m->s.mm[0]->gmap_list.next;

	(void)step;
	list_del(w->m, first);
	list_add(w->m, first, w->m->s.mm[0]->gmap_list.prev);
}

static void unlisted(struct world *w, struct step *step)
{
	(void)step;
	list_del(w->m, w->m->s.mm[0]->gmap_list.next);
}

static void wrong_asce(struct world *w, struct step *step)
{
	SET(w->m, w->m->s.gmap[step->reply.value]->asce, w->m->s.gmap[step->reply.value]->asce ^ 0x4);
}

static void enabled(struct world *w, struct step *step)
{
	(void)step;
	entry_set(w->m, lowcore(w->m, 0, LOWCORE_GMAP), w->m->s.gmap[0]->serial);
}

static void read_only(struct world *w, struct step *step)
{
	struct vma *vma = w->m->s.mm[0]->vmas;

	(void)step;
	SET(w->m, vma->flags, vma->flags & ~(u64)VM_WRITE);
}

static void shorter(struct world *w, struct step *step)
{
	struct vma *vma = w->m->s.mm[0]->vmas;

	(void)step;
	SET(w->m, vma->end, vma->end - PAGE_SIZE);
}

/* On a machine of its own, for afterwards the model knows no more. */
#define SPOILED(m, how, expected, name, ...)                       \
	do {                                                       \
		struct world w_;                                   \
		begin(&w_, (m));                                   \
		OBJECT(&w_, (how), (expected), name, __VA_ARGS__); \
		end(&w_);                                          \
	} while (0)

static void answers(struct machine *m)
{
	SPOILED(m, wrong_answer, "result of gmap_fault", gmap_fault, 0, GUEST, 0);
	SPOILED(m, wrong_answer, "result of gmap_translate", gmap_translate, 0, GUEST);
	SPOILED(m, wrong_answer, "result of __gmap_translate", __gmap_translate, 0, 0);
	SPOILED(m, wrong_answer, "result of __gmap_segment_gaddr", __gmap_segment_gaddr, 0, SECOND);
	SPOILED(m, wrong_answer, "result of __gmap_unlink_by_vmaddr", __gmap_unlink_by_vmaddr, 0, HOST);
	SPOILED(m, wrong_answer, "result of __gmap_unmap_by_gaddr", __gmap_unmap_by_gaddr, 0, GUEST);
	SPOILED(m, wrong_answer, "result of gmap_ipte_notify", gmap_ipte_notify, 0, GUEST, PAGE_SIZE);
	SPOILED(m, wrong_answer, "result of __gmap_link", __gmap_link, 0, GUEST, HOST);
	SPOILED(m, wrong_answer, "result of gmap_map_segment", gmap_map_segment, 0, HOST, SECOND, PMD_SIZE);
	SPOILED(m, wrong_answer, "result of gmap_unmap_segment", gmap_unmap_segment, 0, SECOND, PMD_SIZE);
	SPOILED(m, wrong_answer, "result of s390_enable_sie", s390_enable_sie, 0);
	SPOILED(m, wrong_answer, "result of store", store, 0, HOST, 1);
	SPOILED(m, wrong_answer, "result of mmap", mmap, 0, HOST + 4 * PMD_SIZE, PMD_SIZE, 3, 0);
	SPOILED(m, wrong_answer, "result of munmap", munmap, 0, HOST, PAGE_SIZE);
	SPOILED(m, wrong_answer, "result of gmaps", gmaps, 0);
	SPOILED(m, wrong_answer, "result of gmap_alloc", gmap_alloc, 0, 0);
}

static void answers_to_faults(struct machine *m)
{
	struct world w;

	begin(&w, m);
	AGREE(&w, gmap_map_segment, 0, HOST, GUEST + 2 * PMD_SIZE, PMD_SIZE);
	AGREE(&w, gmap_fault, 0, GUEST + 2 * PMD_SIZE, 0);
	OBJECT(&w, wrong_answer, "result of gmap_fault", gmap_fault, 0, GUEST + 2 * PMD_SIZE, 0);
	AGREE(&w, mprotect, 0, HOST, PMD_SIZE, 1);
	AGREE(&w, gmap_fault, 0, GUEST, 1);
	OBJECT(&w, wrong_answer, "result of gmap_fault", gmap_fault, 0, GUEST, 1);
	OBJECT(&w, wrong_answer, "result of store", store, 0, HOST, 1);
	end(&w);
}

/* Flushes of gmaps that do not come, or come twice. */
static void flushes(struct machine *m)
{
	SPOILED(m, no_events, "events of gmap_unmap_segment", gmap_unmap_segment, 0, GUEST, PMD_SIZE);
	SPOILED(m, no_events, "events of gmap_map_segment", gmap_map_segment, 0, HOST, GUEST, PMD_SIZE);
	SPOILED(m, twice, "events of gmap_unmap_segment", gmap_unmap_segment, 0, GUEST, PMD_SIZE);
	SPOILED(m, twice, "events of gmap_map_segment", gmap_map_segment, 0, HOST, GUEST, PMD_SIZE);
	SPOILED(m, no_events, "events of gmap_unlink", gmap_unlink, 0, 0, HOST);
	SPOILED(m, no_events, "events of munmap", munmap, 0, HOST, 2 * PMD_SIZE);
	SPOILED(m, no_events, "events of exit", exit, 0);
	SPOILED(m, no_events, "events of gmap_free", gmap_free, 0);
}

static void notifications(struct machine *m)
{
	const u64 elsewhere = HOST + PUD_SIZE;

	SPOILED(m, no_events, "events of mprotect", mprotect, 0, HOST, PAGE_SIZE, 1);
	SPOILED(m, swapped, "events of fork", fork, 0);
	SPOILED(m, wrong_page, "events of madvise", madvise, 0, HOST, PMD_SIZE, MADV_DONTNEED);
	SPOILED(m, no_events, "events of swap_out", swap_out, 0, HOST);
	SPOILED(m, twice, "events of ptep_notify", ptep_notify, 0, HOST, WIRE_NO_ARGUMENT);
	SPOILED(m, no_events, "events of test_and_clear_guest_dirty", test_and_clear_guest_dirty, 0, HOST);
	SPOILED(m, no_events, "events of gmap_discard", gmap_discard, 0, GUEST, SECOND);
	SPOILED(m, no_events, "events of mremap", mremap, 0, HOST, PMD_SIZE, elsewhere, PMD_SIZE);
	SPOILED(m, no_events, "events of clear_young", clear_young, 0, HOST);
}

static void state(struct machine *m)
{
	SPOILED(m, lost_link, "link", observe, 0);
	SPOILED(m, empty_link, "link", observe, 0);
	SPOILED(m, link_elsewhere, "link", observe, 0);
	SPOILED(m, new_link, "link", observe, 0);
	SPOILED(m, lost_mapping, "mapping", observe, 0);
	SPOILED(m, other_mapping, "mapping", observe, 0);
	SPOILED(m, new_mapping, "mapping", observe, 0);
	SPOILED(m, disarmed, "armed page", observe, 0);
	SPOILED(m, disarmed, "armed page", gmap_ipte_notify, 0, GUEST, PAGE_SIZE);
	SPOILED(m, armed_too, "armed page", observe, 0);
	SPOILED(m, unlisted, "list of gmaps", observe, 0);
	SPOILED(m, wrong_order, "list of gmaps", gmap_alloc, 0, 0);
	SPOILED(m, wrong_asce, "levels of gmap_alloc", gmap_alloc, 0, PUD_SIZE);
	SPOILED(m, enabled, "enabled gmap", gmap_disable, 0);
	SPOILED(m, read_only, "memory", observe, 0);
	SPOILED(m, shorter, "memory", observe, 0);
}

static void answer_of_one(struct world *w, struct step *step)
{
	(void)w;
	step->reply.value = 1;
}

static void write_not_noted(struct world *w, struct step *step)
{
	(void)step;
	change_pgste(w, HOST + PAGE_SIZE, PGSTE_UC);
}

/* Whether the process wrote to a page. */
static void writes(struct machine *m)
{
	struct world w;

	begin(&w, m);
	w.spoil = write_not_noted;
	AGREE(&w, store, 0, HOST + PAGE_SIZE, 1);
	OBJECT(&w, NULL, "result of test_and_clear_guest_dirty", test_and_clear_guest_dirty, 0, HOST + PAGE_SIZE);
	AGREE(&w, gmap_translate, 0, GUEST);
	OBJECT(&w, answer_of_one, "result of test_and_clear_guest_dirty", test_and_clear_guest_dirty, 0,
	       HOST + PAGE_SIZE);
	end(&w);
}

/* A key stays as it was set, even while the page is not there. */
static void keys(struct machine *m)
{
	struct world w;

	begin(&w, m);
	AGREE(&w, s390_enable_skey, 0);
	AGREE(&w, set_guest_storage_key, 0, HOST, 0x36, 0);
	AGREE(&w, swap_out, 0, HOST);
	AGREE(&w, get_guest_storage_key, 0, HOST);
	AGREE(&w, load, 0, HOST);
	OBJECT(&w, answer_of_one, "result of get_guest_storage_key", get_guest_storage_key, 0, HOST);
	AGREE(&w, munmap, 0, HOST, PMD_SIZE);
	AGREE(&w, get_guest_storage_key, 0, HOST);
	end(&w);
}

static void bug_no_vma(struct world *w, struct step *step)
{
	(void)w;
	step->reply = (struct reply){ WIRE_BUG, BUG_no_vma };
}

static void bug_above_limit(struct world *w, struct step *step)
{
	(void)w;
	step->reply = (struct reply){ WIRE_BUG, BUG_above_limit };
}

static void bug_notifier(struct world *w, struct step *step)
{
	(void)w;
	step->reply = (struct reply){ WIRE_BUG, BUG_notifier_twice };
}

static void no_bug(struct world *w, struct step *step)
{
	(void)w;
	step->reply = (struct reply){ WIRE_OK, 0 };
}

/* Calls that end in BUG and should not, or the other way round. */
static void bugs(struct machine *m)
{
	SPOILED(m, bug_no_vma, "BUG of gmap_discard", gmap_discard, 0, GUEST, SECOND);
	/* no call of fork ends in a BUG */
	SPOILED(m, bug_above_limit, "BUG of fork", fork, 0);
	SPOILED(m, bug_notifier, "BUG of gmap_register_ipte_notifier", gmap_register_ipte_notifier, 2);
	SPOILED(m, no_bug, "result of gmap_register_ipte_notifier", gmap_register_ipte_notifier, 1);
	SPOILED(m, no_bug, "result of __gmap_link", __gmap_link, 0, SECOND, HOST + PMD_SIZE);
}

/* What the model has no room for: it says nothing any more, right or wrong. */
static void too_much(struct machine *m)
{
	struct world w;
	u64 i;

	begin(&w, m);
	AGREE(&w, gmap_map_segment, 0, HOST, GUEST, 600 * PMD_SIZE);
	OBJECT_NOT(&w, wrong_answer, gmap_translate, 0, GUEST);
	end(&w);
	begin(&w, m);
	for (i = 0; i < 70; i++)
		AGREE(&w, gmap_alloc, 0, 0);
	OBJECT_NOT(&w, wrong_answer, gmap_alloc, 0, 0);
	end(&w);
	begin(&w, m);
	for (i = 0; i < 300; i++)
		AGREE(&w, mmap, 0, HOST + (10 + 2 * i) * PMD_SIZE, PMD_SIZE, 1, 0);
	OBJECT_NOT(&w, wrong_answer, mmap, 0, HOST, PMD_SIZE, 1, 0);
	end(&w);
	begin(&w, m);
	AGREE(&w, mmap, 0, HOST, 6 * PMD_SIZE, READ_WRITE, 0);
	AGREE(&w, gmap_map_segment, 0, HOST, GUEST, 6 * PMD_SIZE);
	AGREE(&w, gmap_ipte_notify, 0, GUEST, 6 * PMD_SIZE);
	OBJECT_NOT(&w, disarmed, gmap_translate, 0, GUEST);
	end(&w);
	begin(&w, m);
	for (i = 0; i < 40; i++)
		AGREE(&w, exec, 0);
	EXPECT(w.agreed);
	end(&w);
}

RUN_TESTS(TEST(answers), TEST(answers_to_faults), TEST(flushes), TEST(notifications), TEST(state), TEST(writes),
	  TEST(keys), TEST(bugs), TEST(too_much))
