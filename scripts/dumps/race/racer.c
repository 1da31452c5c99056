// SPDX-License-Identifier: GPL-2.0-only
/* /dev/racer: calls of gmap.c on the process that opened it first, for two CPUs at the same time. */
#include <linux/bitmap.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <asm/gmap.h>
#include <asm/pgtable.h>

#include "racer.h"

static struct gmap *gmap;

static bool is_linked(void)
{
	return READ_ONCE(*(unsigned long *)gmap->table) != _SEGMENT_ENTRY_EMPTY;
}

static long setup(unsigned long vmaddr)
{
	long rc = s390_enable_sie();

	if (rc)
		return rc;
	gmap = gmap_create(current->mm, 0);
	return gmap ? gmap_map_segment(gmap, vmaddr, 0, RACER_SEGMENTS * RACER_SEGMENT) : -ENOMEM;
}

/* address: RACER_FAULT's is the guest's, the others' the process's. */
static long racer_ioctl(struct file *file, unsigned int call, unsigned long address)
{
	DECLARE_BITMAP(dirty, 256);

	switch (call) {
	case RACER_SETUP:
		return setup(address);
	case RACER_FAULT:
		return gmap_fault(gmap, address, FAULT_FLAG_WRITE);
	case RACER_SYNC:
		bitmap_zero(dirty, 256);
		gmap_sync_dirty_log_pmd(gmap, dirty, 0, address);
		return 0;
	case RACER_IS_LINKED:
		return is_linked();
	}
	return -EINVAL;
}

static const struct file_operations operations = { .owner = THIS_MODULE, .unlocked_ioctl = racer_ioctl };
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "racer", .fops = &operations };

module_misc_device(device);
MODULE_LICENSE("GPL");
