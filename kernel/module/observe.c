// SPDX-License-Identifier: GPL-2.0-only
/* What is told of a call: the observation of wire.h, with the changes that the call made to the state. */
#include <linux/vmalloc.h>

#include "state.h"

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

void observe_forget(void)
{
	session.observer.before.count = 0;
}

/* A new fact with all fields 0. When there is no room, one that is lost: everything is collected again then. */
struct wire_fact *observe_fact(u64 id, u64 key)
{
	static struct wire_fact lost;
	struct wire_facts *facts = &session.observer.now;
	struct wire_fact *fact = &lost;

	if (facts->count < facts->capacity)
		fact = &facts->fact[facts->count++];
	else
		session.observer.full = true;
	*fact = (struct wire_fact){ .id = id, .key = key };
	return fact;
}

static void collect_lowcore(void)
{
	struct wire_fact *fact = observe_fact(WIRE_FACT_ID(WIRE_FACT_LOWCORE, 0, 0), 0);
	const struct gmap *enabled = compat_gmap_enabled();
	u32 handle;

	if (!enabled)
		return;
	/* a new gmap may lie where the enabled one was */
	handle = session_handle_of(enabled);
	if (handle != WIRE_NO_HANDLE && session.gmap[handle].serial == session.enabled) {
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

/* Pages are watched in the newest process. */
static void collect_pages(void)
{
	struct traced_mm *traced = session.newest;
	bool locked = session.watch_count && session_lock_mm(traced);
	u64 segment = 1;
	unsigned long pmd = _SEGMENT_ENTRY_EMPTY;
	u32 i;

	for (i = 0; i < session.watch_count; i++) {
		u64 vmaddr = session.watch[i];
		struct wire_fact *fact = observe_fact(WIRE_FACT_ID(WIRE_FACT_PTE, 0, 0), vmaddr);

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
		session_unlock_mm(traced);
}

/* Nothing is allocated while tables are read: when something was too small, it grows, and all is read again. */
static int make_room(void)
{
	struct wire_facts *now = &session.observer.now;
	struct tables *level = &session.observer.level;
	struct tables *below = &session.observer.below;

	return grow((void **)&now->fact, &now->capacity, 0, 2 * now->capacity, sizeof(*now->fact)) ?:
	       grow((void **)&level->table, &level->capacity, 0, 2 * level->capacity, sizeof(*level->table)) ?:
	       grow((void **)&below->table, &below->capacity, 0, 2 * below->capacity, sizeof(*below->table));
}

static int collect(void)
{
	struct observer *observer = &session.observer;
	int rc = observer->now.capacity ? 0 : make_room();

	while (!rc) {
		observer->full = false;
		observer->now.count = 0;
		collect_lowcore();
		observe_gmaps();
		collect_pages();
		if (!observer->full)
			break;
		rc = make_room();
	}
	return rc;
}

static int reserve_words(size_t count)
{
	struct words *out = &session.out;

	return grow((void **)&out->word, &out->capacity, out->count, out->count + count, sizeof(*out->word));
}

static void add_word(u64 word)
{
	session.out.word[session.out.count++] = cpu_to_le64(word);
}

static void emit(void *context, const struct wire_fact *fact, uint64_t sign)
{
	unsigned int i;

	add_word(fact->id | sign);
	add_word(fact->key);
	for (i = 0; i < WIRE_FACT_FIELDS; i++)
		add_word(fact->field[i]);
}

static u32 emit_changes(void)
{
	struct observer *observer = &session.observer;
	u32 emitted = wire_facts_changed(&observer->before, &observer->now, emit, NULL);

	swap(observer->before, observer->now);
	return emitted;
}

static u32 emit_gmaps(const struct call *call)
{
	static u32 handle[MAX_GMAPS];
	u32 count = call_list_gmaps(call->arg[0], handle, MAX_GMAPS);
	u32 i;

	for (i = 0; i < count; i++)
		add_word(handle[i]);
	return count;
}

static u32 emit_events(void)
{
	u32 i, j;

	for (i = 0; i < session.event_count; i++)
		for (j = 0; j < WIRE_EVENT_WORDS; j++)
			add_word(session.event[i].word[j]);
	return session.event_count;
}

int observe_call(const struct call *call, struct reply reply)
{
	bool list = call->op == OP_gmaps && reply.status == WIRE_OK;
	bool observed = session.observing && reply.status == WIRE_OK;
	size_t head = session.out.count;
	size_t words = 3 + session.event_count * WIRE_EVENT_WORDS;
	u64 items = 0, events, facts = 0;
	int rc = observed ? collect() : 0;

	if (session.events_lost)
		return -ENOBUFS;
	if (list)
		words += MAX_GMAPS;
	if (observed)
		words += (session.observer.now.count + session.observer.before.count) * WIRE_FACT_WORDS;
	rc = rc ?: reserve_words(words);
	if (rc)
		return rc;
	session.out.count += 3;
	if (list)
		items = emit_gmaps(call);
	events = emit_events();
	session.event_count = 0;
	if (observed)
		facts = emit_changes();
	session.out.word[head] = cpu_to_le64(call->op | (u64)reply.status << 8 | items << 32);
	session.out.word[head + 1] = cpu_to_le64(events | facts << 32);
	session.out.word[head + 2] = cpu_to_le64(list ? items : reply.value);
	return 0;
}
