// SPDX-License-Identifier: GPL-2.0-only
#include <linux/vmalloc.h>

#include "host_table.h"
#include "observe.h"

/* More than this for one observation is a mistake, here or in the program. */
#define MAX_ITEMS (16UL << 20)

/* Room for `wanted` items of `size` bytes. The `count` items that stand in the array stay. */
static int grow(void **array, size_t *capacity, size_t count, size_t wanted, size_t size)
{
	size_t room = *capacity ?: 1024;
	void *grown;

	while (room < wanted)
		room *= 2;
	if (room == *capacity)
		return 0;
	grown = room > MAX_ITEMS ? NULL : vmalloc(room * size);
	if (!grown)
		return -ENOMEM;
	memcpy(grown, *array, count * size);
	vfree(*array);
	*array = grown;
	*capacity = room;
	return 0;
}

void observer_destroy(struct observer *observer)
{
	vfree(observer->now.fact);
	vfree(observer->before.fact);
	vfree(observer->level.table);
	vfree(observer->below.table);
	vfree(observer->out.word);
}

void observer_reset(struct observer *observer)
{
	observer->before.count = 0;
	observer->out.count = 0;
	observer->out.bytes_read = 0;
}

/* When there is no room, one that is lost: everything is collected again then. */
struct wire_fact *observe_fact(struct observer *observer, u64 id, u64 key)
{
	static struct wire_fact lost;
	struct wire_facts *facts = &observer->now;
	struct wire_fact *fact = &lost;

	if (facts->count < facts->capacity)
		fact = &facts->fact[facts->count++];
	else
		observer->full = true;
	*fact = (struct wire_fact){ .id = id, .key = key };
	return fact;
}

static void collect_lowcore(struct observer *observer, const struct session *session)
{
	struct wire_fact *fact = observe_fact(observer, WIRE_FACT_ID(WIRE_FACT_LOWCORE, 0, 0), 0);
	const struct gmap *enabled = compat_gmap_enabled();
	u32 handle;

	if (!enabled)
		return;
	/* a new gmap may lie where the enabled one was */
	handle = session_handle_of(session, enabled);
	if (handle != WIRE_NO_HANDLE && session->gmap[handle].serial == session->enabled) {
		fact->field[0] = WIRE_LOWCORE_GMAP;
		fact->field[1] = handle;
	} else {
		fact->field[0] = WIRE_LOWCORE_DANGLING;
	}
}

#define SWAP_TYPE 0x7cUL

static void collect_page(struct wire_fact *fact, const struct mm_struct *mm, unsigned long pmd)
{
	const unsigned long *ptep = __va(pmd & _SEGMENT_ENTRY_ORIGIN);
	unsigned long pte, visible;

	ptep += (fact->key >> PAGE_SHIFT) & (PTRS_PER_PTE - 1);
	pte = READ_ONCE(*ptep);
	visible = pte & ~PAGE_MASK;
	fact->field[0] = host_pte_kind(pte);
	if (fact->field[0] == WIRE_PTE_SWAP)
		visible &= ~SWAP_TYPE;
	fact->field[1] = visible | (pmd & ~_SEGMENT_ENTRY_ORIGIN) << 32;
	if (mm->context.alloc_pgste)
		fact->field[2] = READ_ONCE(ptep[PTRS_PER_PTE]);
	if (pte & _PAGE_PRESENT)
		fact->field[3] = page_get_storage_key(pte & PAGE_MASK);
}

/* mmap_sem held for read, and false if nothing is mapped any more. */
static bool lock_mm(const struct traced_mm *traced)
{
	if (!traced || !traced->alive || !compat_mm_get_users(traced->mm))
		return false;
	compat_mm_lock(traced->mm);
	return true;
}

static void unlock_mm(const struct traced_mm *traced)
{
	compat_mm_unlock(traced->mm);
	mmput(traced->mm);
}

/* Pages are watched in the newest process. */
static void collect_pages(struct observer *observer, const struct session *session)
{
	const struct traced_mm *traced = session->newest;
	bool locked = session->watch_count && lock_mm(traced);
	u64 segment = 1;
	unsigned long pmd = _SEGMENT_ENTRY_EMPTY;
	u32 i;

	for (i = 0; i < session->watch_count; i++) {
		u64 vmaddr = session->watch[i];
		struct wire_fact *fact = observe_fact(observer, WIRE_FACT_ID(WIRE_FACT_PTE, 0, 0), vmaddr);

		fact->field[3] = WIRE_NO_KEY;
		if (locked && (vmaddr & PMD_MASK) != segment) {
			pmd_t *pmdp = host_pmd(traced->mm, vmaddr);

			pmd = pmdp ? pmd_val(*pmdp) : _SEGMENT_ENTRY_EMPTY;
			segment = vmaddr & PMD_MASK;
		}
		if (!(pmd & (_SEGMENT_ENTRY_INVALID | _SEGMENT_ENTRY_LARGE)))
			collect_page(fact, traced->mm, pmd);
	}
	if (locked)
		unlock_mm(traced);
}

/* Nothing is allocated while tables are read: when something was too small, it grows, and all is read again. */
static int make_room(struct observer *observer)
{
	struct wire_facts *now = &observer->now;
	struct tables *level = &observer->level;
	struct tables *below = &observer->below;

	return grow((void **)&now->fact, &now->capacity, 0, 2 * now->capacity, sizeof(*now->fact)) ?:
	       grow((void **)&level->table, &level->capacity, 0, 2 * level->capacity, sizeof(*level->table)) ?:
	       grow((void **)&below->table, &below->capacity, 0, 2 * below->capacity, sizeof(*below->table));
}

static int collect(struct observer *observer, const struct session *session)
{
	int rc = observer->now.capacity ? 0 : make_room(observer);

	while (!rc) {
		observer->full = false;
		observer->now.count = 0;
		collect_lowcore(observer, session);
		observe_gmaps(observer, session);
		collect_pages(observer, session);
		if (!observer->full)
			break;
		rc = make_room(observer);
	}
	return rc;
}

static int reserve(struct words *out, size_t count)
{
	return grow((void **)&out->word, &out->capacity, out->count, out->count + count, sizeof(*out->word));
}

static void add_word(struct words *out, u64 word)
{
	out->word[out->count++] = cpu_to_le64(word);
}

static void emit(void *context, const struct wire_fact *fact, uint64_t sign)
{
	struct words *out = context;
	unsigned int i;

	add_word(out, fact->id | sign);
	add_word(out, fact->key);
	for (i = 0; i < WIRE_FACT_FIELDS; i++)
		add_word(out, fact->field[i]);
}

static u32 emit_changes(struct observer *observer)
{
	u32 emitted = wire_facts_changed(&observer->before, &observer->now, emit, &observer->out);

	swap(observer->before, observer->now);
	return emitted;
}

static void emit_items(struct words *out, const struct items *items)
{
	u32 i;

	for (i = 0; i < items->count; i++)
		add_word(out, items->item[i]);
}

static void emit_events(struct words *out, const struct events *events)
{
	u32 i, j;

	for (i = 0; i < events->count; i++)
		for (j = 0; j < WIRE_EVENT_WORDS; j++)
			add_word(out, events->event[i].word[j]);
}

static size_t most_facts(const struct observer *observer)
{
	return observer->now.count + observer->before.count;
}

int observe_call(struct observer *observer, const struct session *session, const struct events *events,
		 const struct call *call, struct reply reply, const struct items *items)
{
	bool observed = session->observing && reply.status == WIRE_OK;
	struct words *out = &observer->out;
	size_t words = 3 + items->count + events->count * WIRE_EVENT_WORDS;
	size_t head = out->count;
	u64 facts = 0;
	int rc = observed ? collect(observer, session) : 0;

	if (events->lost)
		return -ENOBUFS;
	if (!session->observing)
		observer->before.count = 0;
	if (observed)
		words += most_facts(observer) * WIRE_FACT_WORDS;
	rc = rc ?: reserve(out, words);
	if (rc)
		return rc;
	out->count += 3;
	emit_items(out, items);
	emit_events(out, events);
	if (observed)
		facts = emit_changes(observer);
	out->word[head] = cpu_to_le64(call->op | (u64)reply.status << 8 | (u64)items->count << 32);
	out->word[head + 1] = cpu_to_le64(events->count | facts << 32);
	out->word[head + 2] = cpu_to_le64(reply.value);
	return 0;
}
