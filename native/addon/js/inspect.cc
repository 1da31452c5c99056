// SPDX-License-Identifier: GPL-2.0-only
/* Looking into a machine without changing it, dead ones too: address spaces, storage, keys, events. */
#include "addon/js/functions.hh"

/* (machine) */
static Napi::Value inspect_machine(Call &call)
{
	struct machine_info info;

	read_machine_info(&call.target, &info);
	return call.object(info);
}

/* (gmap) */
static Napi::Value inspect_gmap(Call &call)
{
	struct gmap_info info;

	read_gmap_info(&call.target, &info);
	return call.object(info);
}

/* (mm) */
static Napi::Value inspect_mm(Call &call)
{
	struct mm_info info;
	int outcome = read_mm_info(&call.target, &info);

	return outcome ? call.outcome(outcome) : call.object(info);
}

/* (gmap, gaddr, 0 or 1: store) */
static Napi::Value walk_guest(Call &call)
{
	uint64_t gaddr = call.word(1);
	bool store = call.flag(2);
	struct walk walk;

	if (call.wrong())
		return call.outcome(call.wrong());
	gmap_walk(&call.target, gaddr, store, &walk);
	return call.object(walk);
}

/* (mm, vmaddr, 0 or 1: store) */
static Napi::Value walk_host(Call &call)
{
	uint64_t vmaddr = call.word(1);
	bool store = call.flag(2);
	struct walk walk;
	int outcome = call.wrong();

	if (!outcome)
		outcome = mm_walk(&call.target, vmaddr, store, &walk);
	return outcome ? call.outcome(outcome) : call.object(walk);
}

/* (machine, absolute, Uint8Array to fill) */
static Napi::Value read_storage(Call &call)
{
	uint64_t absolute = call.word(1);
	struct bytes bytes = call.room(2);

	if (call.wrong())
		return call.outcome(call.wrong());
	return call.outcome(storage_copy(&call.target, absolute, bytes.data, bytes.length) ? OUTCOME_OK
											   : OUT_OF_RANGE(1));
}

/* (machine, absolute) → the storage key of the frame */
static Napi::Value read_key(Call &call)
{
	uint64_t absolute = call.word(1);
	int key;

	if (call.wrong())
		return call.outcome(call.wrong());
	key = storage_key(&call.target, absolute);
	return call.outcome(key < 0 ? OUT_OF_RANGE(1) : key);
}

/* (gmap, address, enum radix_tree) → the item of the address's segment; -1 if there is none */
static Napi::Value read_radix_item(Call &call)
{
	uint64_t address = call.word(1);
	enum radix_tree tree = static_cast<enum radix_tree>(call.count(2, TREE_GADDR_OF_LINK));
	uint64_t item;

	if (call.wrong())
		return call.outcome(call.wrong());
	if (!radix_item(&call.target, address, tree, &item))
		return call.outcome(-1);
	return Napi::BigInt::New(call.env, item);
}

/* (machine, 0 or 1): from now on events of all kinds are kept, or none */
static Napi::Value record_events(Call &call)
{
	bool on = call.flag(1);

	if (!call.wrong())
		events_record(call.target.machine, on);
	return call.outcome(call.wrong());
}

/* (machine) → how many events are kept */
static Napi::Value count_events(Call &call)
{
	return call.number(static_cast<double>(event_count(call.target.machine)));
}

/* (machine, BigUint64Array of EVENT_WORDS for each event): they are kept no longer */
static Napi::Value take_events(Call &call)
{
	struct words words = call.words(1);

	if (call.wrong())
		return call.outcome(call.wrong());
	return call.outcome(events_take(call.target.machine, words.data, words.count) ? OUTCOME_OK : OUT_OF_RANGE(1));
}

/* (machine) → how many rows readSpaces has */
static Napi::Value count_spaces(Call &call)
{
	return call.number(static_cast<double>(space_count(call.target.machine)));
}

/* (machine, BigUint64Array of SPACE_WORDS for each process that lives, then for each gmap) */
static Napi::Value read_spaces(Call &call)
{
	struct words words = call.words(1);

	if (call.wrong())
		return call.outcome(call.wrong());
	return call.outcome(spaces_read(call.target.machine, words.data, words.count) ? OUTCOME_OK : OUT_OF_RANGE(1));
}

/* (mm) → how many mappings it has */
static Napi::Value count_mappings(Call &call)
{
	uint64_t count;
	int outcome = mapping_count(&call.target, &count);

	return outcome ? call.outcome(outcome) : call.number(static_cast<double>(count));
}

/* (mm, BigUint64Array of MAPPING_WORDS for each mapping, lowest first) */
static Napi::Value read_mappings(Call &call)
{
	struct words words = call.words(1);

	return call.outcome(call.wrong() ? call.wrong() : mappings_read(&call.target, words.data, words.count));
}

/* (mm, address, BigUint64Array of MAPPING_WORDS) */
static Napi::Value read_mapping(Call &call)
{
	uint64_t address = call.word(1);
	struct words words = call.words(2);

	return call.outcome(call.wrong() ? call.wrong() : mapping_read(&call.target, address, words.data, words.count));
}

Functions inspect_functions()
{
	static const Function functions[] = {
		{ "machineInfo", SLOT_MACHINE, true, inspect_machine },
		{ "gmapInfo", SLOT_GMAP, true, inspect_gmap },
		{ "mmInfo", SLOT_MM, true, inspect_mm },
		{ "walkGuest", SLOT_GMAP, true, walk_guest },
		{ "walkHost", SLOT_MM, true, walk_host },
		{ "readStorage", SLOT_MACHINE, true, read_storage },
		{ "storageKey", SLOT_MACHINE, true, read_key },
		{ "radixItem", SLOT_GMAP, true, read_radix_item },
		{ "recordEvents", SLOT_MACHINE, false, record_events },
		{ "eventCount", SLOT_MACHINE, false, count_events },
		{ "takeEvents", SLOT_MACHINE, false, take_events },
		{ "spaceCount", SLOT_MACHINE, true, count_spaces },
		{ "readSpaces", SLOT_MACHINE, true, read_spaces },
		{ "mappingCount", SLOT_MM, true, count_mappings },
		{ "readMappings", SLOT_MM, true, read_mappings },
		{ "readMapping", SLOT_MM, true, read_mapping },
	};

	return functions_of(functions);
}
