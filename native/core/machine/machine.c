// SPDX-License-Identifier: GPL-2.0-only
#include "core/machine/machine.h"

#include "core/machine/memory.h"

struct machine *machine_alloc(const struct machine_options *options, const size_t object_size[POOL_KINDS],
			      const char **error)
{
	struct machine *m;

	*error = machine_options_error(options);
	if (*error)
		return NULL;
	*error = "no memory for a machine";
	m = memory_take(1, sizeof(*m));
	if (!m)
		return NULL;
	m->options = *options;
	m->stack = &m->main_stack;
	pools_init(m, object_size);
	if (!undo_init(&m->undo) || !storage_init(&m->storage, options->storage_limit)) {
		machine_free(m);
		return NULL;
	}
	undo_start(m);
	*error = NULL;
	return m;
}

void machine_free(struct machine *m)
{
	pools_destroy(m);
	storage_destroy(&m->storage);
	undo_destroy(&m->undo);
	memory_free(m->events.event);
	memory_free(m);
}

void machine_clear(struct machine *m)
{
	struct storage_state storage = m->s.storage;

	pools_boot(m);
	memset(&m->s, 0, sizeof(m->s));
	m->s.storage = storage;
	m->stack->cpu = 0;
}

void machine_forget_call(struct machine *m)
{
	m->dead = BUG_none;
	m->bug_text[0] = '\0';
	call_stack_clear(m->stack);
	m->events.count = 0;
	m->vma_hint.mm = NULL;
}
