// SPDX-License-Identifier: GPL-2.0-only
#include "core/hardware/instructions.h"

void ipte(struct machine *m, u64 address, entry_t *ptep, bool local)
{
	entry_set(m, ptep, entry_get(ptep) | PAGE_INVALID);
	event_range(m, EVENT_IPTE, local, 0, address, address_of(m, ptep));
}

void idte(struct machine *m, enum event_kind whose, u64 handle, u64 asce, bool local)
{
	event(m, whose, local, (u32)handle, asce);
}

void idte_entry(struct machine *m, u64 address, entry_t *entry, bool local)
{
	entry_set(m, entry, entry_get(entry) | REGION_ENTRY_INVALID);
	event_range(m, EVENT_IDTE_ENTRY, local, 0, address, address_of(m, entry));
}

void ptlb(struct machine *m)
{
	event(m, EVENT_FLUSH_ALL, 1, 0, 0);
}

void csp(struct machine *m)
{
	event(m, EVENT_FLUSH_ALL, 0, 0, 0);
}

u8 iske(const struct machine *m, u64 absolute)
{
	return (u8)frame_at(m, absolute)->key;
}

void sske(struct machine *m, u64 absolute, u64 key, bool nq)
{
	struct frame *frame = frame_at(m, absolute);

	SET(m, frame->key, key & KEY_MASK);
	SET(m, frame->flags, frame->flags | FRAME_KEY_SET);
	event(m, EVENT_KEY, (u32)(key & KEY_MASK), !nq, absolute & PAGE_MASK);
}

u64 rrbe(struct machine *m, u64 absolute)
{
	struct frame *frame = frame_at(m, absolute);
	u64 key = frame->key;

	SET(m, frame->key, key & ~(u64)KEY_REFERENCED);
	return (key & (KEY_REFERENCED | KEY_CHANGED)) >> 1;
}
