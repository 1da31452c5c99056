// SPDX-License-Identifier: GPL-2.0-only
#include "core/program/tracer.h"

#include "core/linux/mm/mm.h"
#include "core/machine/memory.h"
#include "core/machine/snapshot.h"
#include "core/program/operations.h"

#define NO_CALL UINT32_MAX

static bool is_in_table(const struct machine *m, u64 address)
{
	return frame_kind(frame_at(m, address)) == FRAME_PGTABLE ||
	       frame_kind(frame_at(m, address & ~(CRST_SIZE - 1))) == FRAME_CRST;
}

/* What a word of the model's memory is to a tracer; false for kernel structures beside storage. */
static bool place_of(const struct machine *m, const void *word, u64 *place)
{
	const struct frame *frame;

	if (word_in_storage(m, word, place)) {
		*place |= is_in_table(m, *place) ? TRACE_TABLE : 0;
		return true;
	}
	frame = frame_of_word(m, word);
	if (!frame)
		return false;
	*place = frame_number(m, frame) << FRAME_SHIFT | TRACE_KEY;
	return word == &frame->key;
}

/* The VMA that is given back, or of which a list of mappings shows what is stored to; NULL if there is none. */
static const struct vma *vma_of(const struct machine *m, const void *word)
{
	const struct vma *vma = pool_object(m, POOL_VMA, word);

	/* the first word of an object is also that of the list of free ones */
	return vma && (word == vma || word == &vma->start || word == &vma->end || word == &vma->flags) ? vma : NULL;
}

static void add_store(struct machine *m, u64 place, u64 before, size_t words)
{
	struct tracer *tracer = m->tracer;

#ifdef OWN_CODE
	own_note_store(m, tracer->stores.count / TRACE_STORE_WORDS);
#endif
	words_add(&tracer->stores, place);
	words_add(&tracer->stores, before);
	words_add(&tracer->stores, tracer->current | (u64)words << 32);
}

static void note_store(void *context, const void *word, size_t words)
{
	struct machine *m = context;
	const struct vma *vma;
	u64 place, before;

	if (place_of(m, word, &place)) {
		memcpy(&before, word, sizeof(before));
		add_store(m, place, place & TRACE_KEY ? before : be64(before), words);
	} else if ((vma = vma_of(m, word))) {
		add_store(m, vma->start | TRACE_VMA, vma->end, words);
	}
}

static void forget_all(struct tracer *tracer)
{
	words_free(&tracer->calls);
	words_free(&tracer->words);
	words_free(&tracer->stores);
	words_free(&tracer->paths);
	store_index_free(&tracer->index);
	tracer->current = NO_CALL;
}

/* Nothing was stored since the machine began: there is nothing that the trace would not tell. */
static bool is_first_state(const struct machine *m)
{
	return undo_at_first_state(&m->undo);
}

bool tracer_start(struct machine *m)
{
	if (!m->tracer)
		m->tracer = memory_take(1, sizeof(*m->tracer));
	if (!m->tracer)
		return false;
	forget_all(m->tracer);
	m->tracer->complete = is_first_state(m);
	m->tracer->older_marks = snapshot_count(m);
	undo_watch(m, note_store, m);
	return true;
}

void tracer_stop(struct machine *m)
{
	if (!m->tracer)
		return;
	undo_watch(m, NULL, NULL);
	forget_all(m->tracer);
	memory_free(m->tracer);
	m->tracer = NULL;
}

bool tracer_failed(const struct tracer *tracer)
{
	return tracer->calls.failed || tracer->words.failed || tracer->stores.failed || tracer->paths.failed ||
	       tracer->index.failed;
}

static u32 argument_count(u32 op, const struct call *call)
{
	if (op == TRACE_GUEST_LOAD || op == TRACE_GUEST_STORE)
		return 2;
	return op_args((enum wire_op)op) + call->rest_count;
}

u64 tracer_begin(struct machine *m, u32 op, const struct call *call)
{
	struct tracer *tracer = m->tracer;
	u32 count = argument_count(op, call);
	u32 named = count - call->rest_count;
	u64 outer = tracer->current;
	u32 i;

	tracer->current = tracer->calls.count;
	words_add(&tracer->calls, tracer->words.count);
	words_add(&tracer->words, op | (u64)count << 8 | (m->stack->in_callback ? TRACE_NESTED : 0) |
					  (u64)(u32)call->result_handle << 32);
	for (i = 0; i < named; i++)
		words_add(&tracer->words, call->arg[i]);
	for (i = 0; i < call->rest_count; i++)
		words_add(&tracer->words, record_word(call->rest + i * sizeof(u64)));
	return outer;
}

static void cut(struct tracer *tracer, struct trace_position position)
{
	if (tracer->calls.count > position.calls)
		tracer->calls.count = position.calls;
	if (tracer->words.count > position.words)
		tracer->words.count = position.words;
	store_index_cut(&tracer->index, &tracer->stores, position.stores);
	if (tracer->stores.count > position.stores)
		tracer->stores.count = position.stores;
	if (tracer->paths.count > position.paths)
		tracer->paths.count = position.paths;
}

/* The handle that the result got is the one that it shall get when the calls are made again. */
static void note_result(struct tracer *tracer, size_t at, u64 handle)
{
	u64 head = le64(tracer->words.word[at]);

	tracer->words.word[at] = le64((head & UINT32_MAX) | handle << 32);
}

void tracer_end(struct machine *m, u64 outer, struct reply reply)
{
	struct tracer *tracer = m->tracer;
	u64 number = tracer->current;
	size_t at;

	tracer->current = outer;
	if (tracer_failed(tracer))
		return;
	at = le64(tracer->calls.word[number]);
	if (reply.status != WIRE_OK) {
		cut(tracer, (struct trace_position){ number, at, tracer->stores.count, tracer->paths.count });
	} else {
		u64 op = le64(tracer->words.word[at]) & 0xff;

		if (op >= WIRE_OPS || op_infos[op].result == RESULT_HANDLE_MM ||
		    op_infos[op].result == RESULT_HANDLE_GMAP ||
		    (op_infos[op].result == RESULT_HANDLE_SHADOW && !is_error_word(reply.value)))
			note_result(tracer, at, reply.value);
	}
}

static u64 value_at(const struct machine *m, u64 place)
{
	return place & TRACE_KEY ? frame_at(m, place & ~TRACE_KEY)->key : entry_get(entry_at(m, place));
}

/*
 * A call often stores to a word more than once, to lock and unlock a PGSTE for instance. What counts is whether the word is
 * another one after the call.
 */
const u64 *tracer_last_store(struct machine *m, u64 place)
{
	struct tracer *tracer = m->tracer;

	WORK(m, stores, tracer->stores.count / TRACE_STORE_WORDS - tracer->index.stores);
	if (!store_index_update(&tracer->index, &tracer->stores))
		return NULL;
	return store_index_last(&tracer->index, &tracer->stores, place, value_at(m, place));
}

void tracer_snapshot(struct machine *m, u32 number)
{
	struct tracer *tracer = m->tracer;

	if (tracer)
		tracer->mark[number] = (struct trace_position){ tracer->calls.count, tracer->words.count,
								tracer->stores.count, tracer->paths.count };
}

void tracer_restore(struct machine *m, u32 number)
{
	struct tracer *tracer = m->tracer;

	if (!tracer)
		return;
	tracer->current = NO_CALL;
	if (number >= tracer->older_marks) {
		cut(tracer, tracer->mark[number]);
		return;
	}
	/* back behind the beginning of the trace */
	forget_all(tracer);
	tracer->older_marks = number + 1;
	tracer->complete = is_first_state(m);
}

void tracer_reset(struct machine *m)
{
	if (!m->tracer)
		return;
	forget_all(m->tracer);
	m->tracer->older_marks = 0;
	m->tracer->complete = true;
}
