// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which facts can have changed: what stores since a position in the undo log were to says so. Too many is harmless, a suspect
 * that did not change is not told; so a place that is not what it was, or a word that means nothing, need not be told apart.
 *
 * What a fact is read from lies in a gmap, in the nodes of its trees, in its tables, and beyond them in the host's segment
 * entries. Gmaps, nodes and tables are found by their address. Whatever becomes a part of a gmap is linked to by a word that
 * is one already: when such a word is stored to, what it names now is gone through, if it is new there.
 *
 * The stores are gone through twice. First what was: places are as they were when facts were told last. Then what is: places
 * are made for what is new. One that is no more may become another one's within a call.
 */
#include "abi/table_levels.h"
#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/page_table.h"
#include "core/linux/mm/pgalloc.h"
#include "core/machine/memory.h"
#include "core/program/observer.h"

/* value[] of a place: where it ends, whose it is, what it is, the lowest key or address that it is for, and of a node its shift.
 * Serials are never used again: what a gmap had that is gone is nobody's. */
enum { PLACE_END, PLACE_GMAP, PLACE_WHAT, PLACE_FIRST, PLACE_SHIFT };

/* What lies at a place; a table's is PLACE_TABLE and its level. */
enum { PLACE_OBJECT, PLACE_G2H, PLACE_H2G, PLACE_TABLE };

noreturn_fn void observer_no_memory(struct machine *m)
{
	machine_bug(m, BUG_host_memory, "no memory for what is observed");
}

void suspect(struct machine *m, u64 id, u64 key)
{
	struct observer *observer = m->observer;

	if (observer->suspects == observer->capacity) {
		size_t capacity = observer->capacity ? 2 * observer->capacity : 64;
		struct fact_name *grown = memory_grow(observer->suspect, capacity * sizeof(*grown));

		if (!grown)
			observer_no_memory(m);
		observer->suspect = grown;
		observer->capacity = capacity;
	}
	observer->suspect[observer->suspects++] = (struct fact_name){ id, key };
}

/* Those that were told, of one id, from a key to another. */
static void suspect_told(struct machine *m, u64 id, u64 first, u64 last)
{
	const struct ordered_map *facts = &m->observer->facts;
	const struct ordered_node *node = ordered_from(facts, id, first);

	for (; node && node->major == id && node->minor <= last; node = ordered_behind(facts, node))
		suspect(m, id, node->minor);
}

u64 link_minor(u64 handle, u64 gaddr)
{
	return handle << 44 | gaddr >> PMD_SHIFT;
}

static void suspect_link(struct machine *m, u64 minor)
{
	suspect(m, WIRE_FACT_ID(WIRE_FACT_ENTRY, minor >> 44, WIRE_SEG), minor << PMD_SHIFT);
}

/* The segments that are linked to host segments, from one address to another. */
static void suspect_links(struct machine *m, u64 first, u64 last)
{
	const struct ordered_map *links = &m->observer->links;
	const struct ordered_node *node = ordered_from(links, first, 0);

	for (; node && node->major <= last; node = ordered_behind(links, node))
		suspect_link(m, node->minor);
}

/* Makes a place known. False if it is already. */
static bool is_new_place(struct machine *m, const void *at, size_t size, const struct gmap *gmap, u64 what, u64 first,
			 u64 shift)
{
	bool is_new;
	struct ordered_node *place = ordered_put(&m->observer->places, (u64)(uintptr_t)at, 0, &is_new);
	const u64 now[ORDERED_VALUES] = {
		[PLACE_END] = (u64)(uintptr_t)at + size,
		[PLACE_GMAP] = gmap->serial << 16 | gmap->handle,
		[PLACE_WHAT] = what,
		[PLACE_FIRST] = first,
		[PLACE_SHIFT] = shift,
	};

	if (!place)
		observer_no_memory(m);
	if (!is_new && memcmp(place->value, now, sizeof(now)) == 0)
		return false;
	memcpy(place->value, now, sizeof(now));
	return true;
}

static_assert(MAX_GMAPS <= 1 << 16, "a handle is below the serial");

/* The gmap that a place belongs to; NULL if that is no more. */
static struct gmap *gmap_of_place(const struct machine *m, const struct ordered_node *place)
{
	struct gmap *gmap = m->s.gmap[place->value[PLACE_GMAP] % MAX_GMAPS];

	return gmap && gmap->serial == place->value[PLACE_GMAP] >> 16 ? gmap : NULL;
}

static u64 tree_fact_id(const struct gmap *gmap, u64 what)
{
	return WIRE_FACT_ID(what == PLACE_G2H ? WIRE_FACT_G2H : WIRE_FACT_H2G, gmap->handle, 0);
}

static const struct radix_root *tree_root(const struct gmap *gmap, u64 what)
{
	return what == PLACE_G2H ? &gmap->guest_to_host : &gmap->host_to_guest;
}

static void suspect_item(struct machine *m, const struct gmap *gmap, u64 what, u64 key)
{
	suspect(m, tree_fact_id(gmap, what), key << PMD_SHIFT);
	/* of links that wrapped, whether the host address is linked is looked at too */
	if (what == PLACE_H2G && gmap->wrapped_links)
		suspect_links(m, key << PMD_SHIFT, key << PMD_SHIFT);
}

/* A node of a tree and all below it, whose lowest key is `first`. */
static void visit_node(struct machine *m, const struct gmap *gmap, u64 what, const struct radix_node *node, u64 first)
{
	u64 i;

	if (!is_new_place(m, node, sizeof(*node), gmap, what, first, node->shift))
		return;
	WORK(m, entries, RADIX_SLOTS);
	for (i = 0; i < RADIX_SLOTS; i++) {
		if (!node->slot[i])
			continue;
		if (node->shift)
			visit_node(m, gmap, what, radix_child(node->slot[i]), first + (i << node->shift));
		else
			suspect_item(m, gmap, what, first + i);
	}
}

static void visit_tree(struct machine *m, const struct gmap *gmap, u64 what)
{
	const struct radix_root *root = tree_root(gmap, what);

	if (root->node)
		visit_node(m, gmap, what, root->node, 0);
	else
		suspect_item(m, gmap, what, 0);
}

/* A table and all below it, whose lowest address is `gaddr`. */
static void visit_table(struct machine *m, const struct gmap *gmap, u64 table, enum wire_level level, u64 gaddr)
{
	const entry_t *entry = entry_at(m, table);
	const struct table_level_info *info = &table_levels[level];
	u64 i;

	if (!is_new_place(m, entry, CRST_SIZE, gmap, PLACE_TABLE + level, gaddr, 0))
		return;
	WORK(m, entries, CRST_ENTRIES);
	for (i = 0; (i = next_used_entry(entry, i, CRST_ENTRIES, info->empty)) < CRST_ENTRIES; i++) {
		u64 at = gaddr + (i << info->shift);

		suspect(m, WIRE_FACT_ID(WIRE_FACT_ENTRY, gmap->handle, level), at);
		if (level < WIRE_SEG)
			visit_table(m, gmap, entry_get(entry + i) & REGION_ENTRY_ORIGIN, level + 1, at);
	}
}

/* All that was told of the gmap with this handle. */
static void suspect_told_gmap(struct machine *m, u64 handle)
{
	u64 level;

	m->observer->gmaps_changed = true;
	suspect(m, WIRE_FACT_ID(WIRE_FACT_GMAP, handle, 0), 0);
	suspect_told(m, WIRE_FACT_ID(WIRE_FACT_G2H, handle, 0), 0, UINT64_MAX);
	suspect_told(m, WIRE_FACT_ID(WIRE_FACT_H2G, handle, 0), 0, UINT64_MAX);
	for (level = 0; level <= WIRE_SEG; level++)
		suspect_told(m, WIRE_FACT_ID(WIRE_FACT_ENTRY, handle, level), 0, UINT64_MAX);
}

/* All that there is of the gmap with this handle now. */
static void visit_gmap(struct machine *m, u64 handle)
{
	const struct gmap *gmap = m->s.gmap[handle];

	if (gmap)
		suspect(m, WIRE_FACT_ID(WIRE_FACT_GMAP, handle, 0), 0);
	if (!gmap || !is_new_place(m, gmap, sizeof(*gmap), gmap, PLACE_OBJECT, 0, 0))
		return;
	visit_tree(m, gmap, PLACE_G2H);
	visit_tree(m, gmap, PLACE_H2G);
	visit_table(m, gmap, gmap->table, gmap_top_level(gmap), 0);
}

/* Those that are read from few words, wherever these are: looked at whenever anything was stored. */
static void suspect_always(struct machine *m)
{
	u64 i;

	suspect(m, WIRE_FACT_ID(WIRE_FACT_LOWCORE, 0, 0), 0);
	for (i = 0; i < m->s.watch_count; i++)
		suspect(m, WIRE_FACT_ID(WIRE_FACT_PTE, 0, 0), m->s.watch[i]);
#ifdef OWN_CODE
	suspect_shadows(m);
#endif
}

void suspect_everything(struct machine *m)
{
	const struct ordered_map *facts = &m->observer->facts;
	const struct ordered_node *node = ordered_from(facts, 0, 0);
	u64 handle;

	ordered_clear(&m->observer->places);
	m->observer->gmaps_changed = true;
	for (; node; node = ordered_behind(facts, node))
		suspect(m, node->major, node->minor);
	suspect_always(m);
	for (handle = 0; handle < m->s.gmap_count; handle++)
		visit_gmap(m, handle);
}

/* Whether a tree still has a node where it was. */
static bool has_node(const struct gmap *gmap, u64 what, const struct radix_node *node, u64 first)
{
	const struct radix_node *at = tree_root(gmap, what)->node;

	if (!at || !radix_covers(at, first))
		return false;
	while (at && at != node && at->shift)
		at = radix_child(at->slot[radix_index(at, first)]);
	return at == node;
}

/* The two times that stores are gone through. */
enum pass { WAS, IS };

/* A slot of a node, or another word of it. Slots are emptied one by one before a node goes: the items say so themselves. */
static void node_stored(struct machine *m, const struct gmap *gmap, const struct ordered_node *place, const u64 *word,
			enum pass pass)
{
	const struct radix_node *node = radix_child(place->major);
	u64 what = place->value[PLACE_WHAT];
	u64 first = place->value[PLACE_FIRST];
	u64 shift = place->value[PLACE_SHIFT];
	u64 i = (u64)(word - node->slot);

	if (word < node->slot)
		return;
	if (!shift && pass == WAS)
		suspect_item(m, gmap, what, first + i);
	else if (shift && pass == IS && *word && shift == node->shift && has_node(gmap, what, node, first))
		visit_node(m, gmap, what, radix_child(*word), first + (i << shift));
}

/* The root of a tree; false if it is another word. */
static bool root_stored(struct machine *m, const struct gmap *gmap, u64 what, const u64 *word, enum pass pass)
{
	const struct radix_root *root = tree_root(gmap, what);

	if (word != &root->item && word != (const u64 *)(const void *)&root->node)
		return false;
	if (pass == IS)
		visit_tree(m, gmap, what);
	else if (word == &root->item)
		suspect_item(m, gmap, what, 0);
	return true;
}

/* Of other fields nothing is told, or they do not change while a gmap lives. */
static void gmap_stored(struct machine *m, const struct gmap *gmap, const u64 *word, enum pass pass)
{
	if (root_stored(m, gmap, PLACE_G2H, word, pass) || root_stored(m, gmap, PLACE_H2G, word, pass) || pass == IS)
		return;
	if (word == gmap_word_of_tables(gmap) || word == &gmap->asce || word == &gmap->asce_end)
		suspect(m, WIRE_FACT_ID(WIRE_FACT_GMAP, gmap->handle, 0), 0);
	else if (word == &gmap->wrapped_links)
		suspect_told_gmap(m, gmap->handle);
}

static void table_stored(struct machine *m, const struct gmap *gmap, const struct ordered_node *place,
			 const entry_t *entry, enum pass pass)
{
	enum wire_level level = (enum wire_level)(place->value[PLACE_WHAT] - PLACE_TABLE);
	u64 i = (u64)(entry - (const entry_t *)(uintptr_t)place->major);
	u64 gaddr = place->value[PLACE_FIRST] + (i << table_levels[level].shift);
	u64 now = entry_get(entry);

	if (pass == WAS)
		suspect(m, WIRE_FACT_ID(WIRE_FACT_ENTRY, gmap->handle, level), gaddr);
	else if (level < WIRE_SEG && now != table_levels[level].empty)
		visit_table(m, gmap, now & REGION_ENTRY_ORIGIN, level + 1, gaddr);
}

/* What is, or was, in a segment table of a process: who is linked to that page table? */
static void host_segment_stored(struct machine *m, u64 value)
{
	u64 vmaddr;

	if (value & (SEGMENT_ENTRY_INVALID | SEGMENT_ENTRY_LARGE) || !storage_has(m, value))
		return;
	vmaddr = page_table_vmaddr(m, value & SEGMENT_ENTRY_ORIGIN);
	suspect_links(m, vmaddr, vmaddr);
}

/*
 * An entry of a table of a process. A table that is put in has nothing yet, or what was there before, under another table on
 * top; but of one that is taken out the entries may stay as they are.
 */
static void host_entry_stored(struct machine *m, u64 now, u64 old)
{
	if (!(old & REGION_ENTRY_TYPE_MASK)) {
		host_segment_stored(m, now);
		host_segment_stored(m, old);
	} else if (!(old & REGION_ENTRY_INVALID)) {
		suspect_links(m, 0, UINT64_MAX);
	}
}

/* The place that a table is, NULL if it is none of a gmap that lives. */
static const struct ordered_node *place_of_table(const struct machine *m, u64 address)
{
	const struct ordered_node *place = ordered_find(&m->observer->places,
							(u64)(uintptr_t)entry_at(m, address & ~(CRST_SIZE - 1)), 0);

	return place && place->value[PLACE_WHAT] >= PLACE_TABLE && gmap_of_place(m, place) ? place : NULL;
}

static void storage_stored(struct machine *m, u64 address, u64 old, enum pass pass)
{
	const entry_t *entry = entry_at(m, address);
	const struct ordered_node *place;

	if (frame_kind(frame_at(m, address & ~(CRST_SIZE - 1))) != FRAME_CRST)
		return;
	place = place_of_table(m, address);
	if (place)
		table_stored(m, gmap_of_place(m, place), place, entry, pass);
	else if (pass == WAS)
		host_entry_stored(m, entry_get(entry), be64(old));
}

/* A page table is told by the address that it was made for. */
static void frame_stored(struct machine *m, const struct frame *frame, const u64 *word, u64 old, enum pass pass)
{
	const struct ordered_node *place;
	u64 address;

	if (pass == IS || (word != &frame->index && word != &frame->upper_index))
		return;
	suspect_links(m, old, old);
	suspect_links(m, *word, *word);
	address = frame_number(m, frame) << FRAME_SHIFT;
	place = place_of_table(m, address);
	if (place && place->major == (u64)(uintptr_t)entry_at(m, address))
		suspect_told_gmap(m, gmap_of_place(m, place)->handle);
}

static void object_stored(struct machine *m, const u64 *word, enum pass pass)
{
	u64 at = (u64)(uintptr_t)word;
	const struct ordered_node *place = ordered_up_to(&m->observer->places, at, 0);
	const struct gmap *gmap = place && at < place->value[PLACE_END] ? gmap_of_place(m, place) : NULL;

	if (!gmap)
		return;
	if (place->value[PLACE_WHAT] == PLACE_OBJECT)
		gmap_stored(m, gmap, word, pass);
	else
		node_stored(m, gmap, place, word, pass);
}

static void handle_stored(struct machine *m, u64 handle, enum pass pass)
{
	if (pass == WAS)
		suspect_told_gmap(m, handle);
	else
		visit_gmap(m, handle);
}

static void word_stored(struct machine *m, const u64 *word, u64 old, enum pass pass)
{
	const struct frame *frame = frame_of_word(m, word);
	uintptr_t in_gmaps = (uintptr_t)word - (uintptr_t)m->s.gmap;
	u64 address;

	if (word_in_storage(m, word, &address))
		storage_stored(m, address, old, pass);
	else if (frame)
		frame_stored(m, frame, word, old, pass);
	else if (in_gmaps < sizeof(m->s.gmap))
		handle_stored(m, in_gmaps / sizeof(m->s.gmap[0]), pass);
	else if ((uintptr_t)word - (uintptr_t)m >= sizeof(*m))
		object_stored(m, word, pass);
}

static void stored_since(struct machine *m, size_t position, enum pass pass)
{
	struct undo_iterator stores = undo_since(&m->undo, position);
	struct undo_record store;

	while (undo_previous(&stores, &store)) {
		/* a frame is filled, or copied to, when it is new: no word led there before, and one does now */
		if (store.words == 1)
			word_stored(m, store.word, *store.old, pass);
	}
}

void suspect_stored(struct machine *m, size_t position)
{
	suspect_always(m);
	stored_since(m, position, WAS);
	stored_since(m, position, IS);
}
