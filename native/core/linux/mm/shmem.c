// SPDX-License-Identifier: GPL-2.0-only
#include "core/linux/mm/shmem.h"

#include "core/linux/mm/page.h"

struct file *file_alloc(struct machine *m, u64 size)
{
	struct file *file = inject(m, INJECT_file) ? NULL : pool_alloc(m, POOL_FILE);

	if (!file)
		return NULL;
	SET(m, file->pages.node, NULL);
	SET(m, file->pages.item, 0);
	SET(m, file->size, size);
	SET(m, file->references, 1);
	return file;
}

void file_get(struct machine *m, struct file *file)
{
	SET(m, file->references, file->references + 1);
}

void file_put(struct machine *m, struct file *file)
{
	u64 number;
	u64 page;

	SET(m, file->references, file->references - 1);
	if (file->references)
		return;
	while (radix_next(m, &file->pages, 0, &number, &page)) {
		radix_delete(m, &file->pages, number);
		page_put(m, page);
	}
	radix_abandon(m, &file->pages);
	pool_free(m, POOL_FILE, file);
}

u64 file_page(const struct machine *m, const struct file *file, u64 number)
{
	return radix_lookup(m, &file->pages, number);
}

u64 file_page_alloc(struct machine *m, struct file *file, u64 number)
{
	u64 page = file_page(m, file, number);

	if (page)
		return page;
	page = page_alloc_zeroed(m, FRAME_SHARED);
	if (!page)
		return 0;
	if (radix_insert(m, &file->pages, number, page) < 0) {
		page_put(m, page);
		return 0;
	}
	SET(m, frame_at(m, page)->index, number);
	return page;
}
