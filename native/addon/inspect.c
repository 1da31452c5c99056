// SPDX-License-Identifier: GPL-2.0-only
/* Looking into a machine without changing it, dead ones too: storage, keys, address spaces, events. */
#include "core/linux/mm/page.h"
#include "addon/addon.h"

/* Bytes of storage as the machine would read them: a page that nobody wrote to is zero. */
static void copy_storage(const struct machine *m, u64 absolute, u8 *bytes, size_t length)
{
	while (length) {
		size_t rest_of_frame = (size_t)(FRAME_SIZE - (absolute & ~FRAME_MASK));
		size_t part = length < rest_of_frame ? length : rest_of_frame;

		if (frame_at(m, absolute)->flags & FRAME_BLANK)
			memset(bytes, 0, part);
		else
			memcpy(bytes, m->storage.bytes + absolute, part);
		absolute += part;
		bytes += part;
		length -= part;
	}
}

/* (machine, absolute, Uint8Array to fill) */
static napi_value read_storage(const struct arguments *args, struct target target)
{
	const struct machine *m = target.machine->core;
	u64 absolute;
	size_t length;
	u8 *bytes;
	int outcome = argument_word(args, 1, &absolute);

	if (!outcome)
		outcome = argument_bytes(args, 2, false, &bytes, &length);
	if (!outcome && (absolute > m->storage.limit || length > m->storage.limit - absolute))
		outcome = OUTCOME_ARGUMENT - 2 - 1;
	if (!outcome)
		copy_storage(m, absolute, bytes, length);
	return value_int(args->env, outcome);
}

/* (machine, absolute) → the storage key of the frame */
static napi_value storage_key(const struct arguments *args, struct target target)
{
	const struct machine *m = target.machine->core;
	u64 absolute;
	int outcome = argument_word(args, 1, &absolute);

	if (!outcome && absolute >= m->storage.limit)
		outcome = OUTCOME_ARGUMENT - 2 - 1;
	return value_int(args->env, outcome ? outcome : page_get_storage_key(m, absolute));
}

/* (machine) → [sysctl_allocate_pgste, current CPU] */
static napi_value machine_info(const struct arguments *args, struct target target)
{
	const struct machine *m = target.machine->core;
	const napi_value values[] = {
		value_int(args->env, m->s.sysctl_allocate_pgste != 0),
		value_int(args->env, (int)current_cpu(m)),
	};

	return value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

/* (gmap) → [asce, asce_end, tables, references, 1 if it is on the list of its process] */
static napi_value gmap_info(const struct arguments *args, struct target target)
{
	const struct gmap *gmap = target.machine->core->s.gmap[target.number];
	const napi_value values[] = {
		value_word(args->env, gmap->asce),
		value_word(args->env, gmap->asce_end),
		value_double(args->env, (double)gmap->crst_count),
		value_double(args->env, (double)gmap->ref_count),
		value_int(args->env, gmap->listed != 0),
	};

	return value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

/* (mm) → [asce, asce_limit, alloc_pgste, has_pgste, use_skey] */
static napi_value mm_info(const struct arguments *args, struct target target)
{
	const struct mm *mm = target.machine->core->s.mm[target.number];
	const napi_value values[] = {
		value_word(args->env, mm->asce),
		value_word(args->env, mm->asce_limit),
		value_int(args->env, mm->alloc_pgste != 0),
		value_int(args->env, mm->has_pgste != 0),
		value_int(args->env, mm->use_skey != 0),
	};

	return mm->exited ? value_int(args->env, OUTCOME_CLOSED)
			  : value_list(args->env, values, sizeof(values) / sizeof(values[0]));
}

/* (machine, 0 or 1): from now on events of all kinds are kept, or none */
static napi_value record_events(const struct arguments *args, struct target target)
{
	u64 on;
	int outcome = argument_count(args, 1, 1, &on);

	if (!outcome)
		target.machine->core->events.mask = on ? EVENT_BIT(EVENT_KINDS) - 1 : 0;
	return value_int(args->env, outcome);
}

/* (machine) → how many events are kept */
static napi_value event_count(const struct arguments *args, struct target target)
{
	return value_double(args->env, target.machine->core->events.count);
}

#define EVENT_WORDS 4

/* (machine, BigUint64Array of EVENT_WORDS for each event): kind and a, b, address, end. They are kept no longer. */
static napi_value take_events(const struct arguments *args, struct target target)
{
	struct event_log *log = &target.machine->core->events;
	size_t length;
	u32 i;
	u8 *bytes;
	int outcome = argument_bytes(args, 1, true, &bytes, &length);

	if (!outcome && length != log->count * EVENT_WORDS * sizeof(u64))
		outcome = OUTCOME_ARGUMENT - 2 - 1;
	if (outcome)
		return value_int(args->env, outcome);
	for (i = 0; i < log->count; i++) {
		const struct event *event = &log->event[i];
		const u64 words[EVENT_WORDS] = { (u64)event->kind | (u64)event->a << 32, event->b, event->address,
						 event->end };

		memcpy(bytes + i * sizeof(words), words, sizeof(words));
	}
	log->count = 0;
	return value_int(args->env, outcome);
}

napi_status inspect_functions(napi_env env, napi_value exports, struct addon *addon)
{
	static const struct function functions[] = {
		{ "readStorage", SLOT_MACHINE, true, read_storage },
		{ "storageKey", SLOT_MACHINE, true, storage_key },
		{ "machineInfo", SLOT_MACHINE, true, machine_info },
		{ "gmapInfo", SLOT_GMAP, true, gmap_info },
		{ "mmInfo", SLOT_MM, true, mm_info },
		{ "recordEvents", SLOT_MACHINE, false, record_events },
		{ "eventCount", SLOT_MACHINE, false, event_count },
		{ "takeEvents", SLOT_MACHINE, false, take_events },
	};

	return DEFINE_FUNCTIONS(env, exports, addon, functions);
}
