// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/page.h"

u64 page_alloc_zeroed(struct machine *m, enum frame_kind kind)
{
	u64 page = inject(m, INJECT_host_page) ? 0 : frame_alloc(m, 0, kind);
	struct frame *frame;

	if (!page)
		return 0;
	frame = frame_at(m, page);
	SET(m, frame->flags, frame->flags | FRAME_BLANK | (kind == FRAME_ANON ? FRAME_EXCLUSIVE : 0));
	SET(m, frame->count, 1);
	/* the kernel has written zeroes to it */
	SET(m, frame->key, frame->key | KEY_REFERENCED | KEY_CHANGED);
	return page;
}

void page_set_exclusive(struct machine *m, u64 page, bool exclusive)
{
	struct frame *frame = frame_at(m, page);

	if (page_is_exclusive(m, page) != exclusive)
		SET(m, frame->flags, frame->flags ^ FRAME_EXCLUSIVE);
}

void page_get(struct machine *m, u64 page)
{
	struct frame *frame = frame_at(m, page);

	SET(m, frame->count, frame->count + 1);
}

void page_put(struct machine *m, u64 page)
{
	struct frame *frame = frame_at(m, page);

	SET(m, frame->count, frame->count - 1);
	if (frame->count == 0)
		frame_free(m, page, frame_kind(frame) == FRAME_HUGE ? MAX_ORDER : 0);
}

void free_swap_and_cache(struct machine *m, u64 pte)
{
	u64 page = swap_pte_page(pte);

	if (storage_has(m, page) && frame_at(m, page)->flags & FRAME_SWAPCACHE)
		page_put(m, page);
}
