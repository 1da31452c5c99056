/* SPDX-License-Identifier: GPL-2.0-only */
/* A tree's gmap.c, and ways to what is static in it. */
#include <own/kernel.h>
#include TREE_GMAP_C

unsigned long x_segment_gaddr(unsigned long *entry)
{
	return __gmap_segment_gaddr(entry);
}

int x_unlink_by_vmaddr(struct gmap *gmap, unsigned long vmaddr)
{
	return __gmap_unlink_by_vmaddr(gmap, vmaddr);
}

int x_unmap_by_gaddr(struct gmap *gmap, unsigned long gaddr)
{
	return __gmap_unmap_by_gaddr(gmap, gaddr);
}

void x_thp_split_mm(struct mm_struct *mm)
{
	thp_split_mm(mm);
}

const struct list_head *x_notifiers(void)
{
	return &gmap_notifier_list;
}
