// SPDX-License-Identifier: GPL-2.0-only
#include "core/check/check_found.h"

#include <stdarg.h>
#include <stdio.h>

bool check_fail(struct check *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->text, c->size, format, args);
	va_end(args);
	return false;
}

bool check_no_memory(struct check *c)
{
	c->no_memory = true;
	return check_fail(c, "no memory for the check");
}

void check_mm_name(const struct machine *m, const struct mm *mm, char name[CHECK_NAME_SIZE])
{
	if (mm->handle < MAX_MMS && m->s.mm[mm->handle] == mm)
		snprintf(name, CHECK_NAME_SIZE, "mm%llu", (unsigned long long)mm->handle);
	else
		snprintf(name, CHECK_NAME_SIZE, "mm?");
}

void check_gmap_name(const struct gmap *gmap, char name[CHECK_NAME_SIZE])
{
	if (gmap->handle < MAX_GMAPS)
		snprintf(name, CHECK_NAME_SIZE, "g%llu", (unsigned long long)gmap->handle);
	else
		snprintf(name, CHECK_NAME_SIZE, "g?");
}

/* Marks the frame as reached. */
static void found(struct check *c, u64 address, unsigned int order, u32 use)
{
	*use_of(c, address) = use;
	c->frames_found += (u64)1 << order;
	if (frame_at(c->m, address)->flags & FRAME_LOST)
		c->lost_found += (u64)1 << order;
}

static bool frame_is(const struct check *c, u64 address, unsigned int order, enum frame_kind kind)
{
	return !(address & ((FRAME_SIZE << order) - 1)) && storage_has_used(c->m, address) &&
	       frame_kind(frame_at(c->m, address)) == kind;
}

bool check_claim(struct check *c, u64 address, unsigned int order, enum frame_kind kind, u32 use, const char *what)
{
	if (!frame_is(c, address, order, kind))
		return check_fail(c, "%s at 0x%llx is not in a frame for that", what, (unsigned long long)address);
	if (*use_of(c, address))
		return check_fail(c, "%s at 0x%llx is in use as something else too", what, (unsigned long long)address);
	found(c, address, order, use);
	return true;
}

bool check_page_use(struct check *c, u64 page, enum frame_kind kind, const char *what)
{
	unsigned int order = kind == FRAME_HUGE ? MAX_ORDER : 0;
	u64 count;

	if (!frame_is(c, page, order, kind))
		return check_fail(c, "references: %s: the frame at 0x%llx is not such a page", what,
				  (unsigned long long)page);
	count = frame_at(c->m, page)->count;
	if (!*use_of(c, page)) {
		found(c, page, order, 0);
		c->uses_counted += count;
	}
	c->uses_found++;
	if (++*use_of(c, page) > count)
		return check_fail(c, "references: %s: the page at 0x%llx has %llu references, more were found", what,
				  (unsigned long long)page, (unsigned long long)count);
	return true;
}
