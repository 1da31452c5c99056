// SPDX-License-Identifier: GPL-2.0-only
/* /dev/gmap-trace: see protocol.h. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "host_table.h"
#include "notifiers.h"
#include "observe.h"
#include "protocol.h"
#include "swap.h"

/* All that the module knows. There is one program at a time; the lock is around every use of the device. */
static DEFINE_MUTEX(lock);
static struct session session;
static struct events events;
static struct observer observer;
static struct items items;
static unsigned char chunk[RECORD_MAX_WORDS * sizeof(u64)]; /* of the program: any one record at least */

/* What the model has to be told of this machine and kernel to behave like it. */
static char machine[128];
module_param_string(machine, machine, sizeof(machine), 0444);
MODULE_PARM_DESC(machine, "facilities of the machine and the kernel (set by the module)");

/* It only warns of lists that make no sense: with the second option it is a BUG. */
#define DEBUG_LIST (IS_ENABLED(CONFIG_DEBUG_LIST) && !IS_ENABLED(CONFIG_BUG_ON_DATA_CORRUPTION))

static void describe_machine(void)
{
	snprintf(machine, sizeof(machine),
		 "esop=%d idte=%d tlb_lc=%d nx=%d edat1=%d tlb_guest=%d debug_vm=%d debug_list=%d soft_dirty=%d",
		 !!MACHINE_HAS_ESOP, !!MACHINE_HAS_IDTE, !!MACHINE_HAS_TLB_LC, compat_machine_has_nx(),
		 !!MACHINE_HAS_EDAT1, compat_machine_has_tlb_guest(), IS_ENABLED(CONFIG_DEBUG_VM), DEBUG_LIST,
		 IS_ENABLED(CONFIG_MEM_SOFT_DIRTY));
}

/* Makes one call, unless the caller has, or somebody else must; then *made is false. */
static int run_call(struct gmap_trace_run *run, const struct call *call, bool *made)
{
	struct reply reply = { run->status, run->value };
	int rc;

	items.count = 0;
	*made = run->did || call_make(&session, call, &reply, &items);
	run->did = 0;
	if (!*made)
		return 0;
	rc = observe_call(&observer, &session, &events, call, reply, &items);
	events_forget(&events);
	return rc;
}

/* Makes the calls of one chunk of the program. *more is false when the next one is somebody else's, or cut off. */
static int run_chunk(struct gmap_trace_run *run, bool *more)
{
	size_t part = min_t(u64, run->bytes - run->consumed, sizeof(chunk));
	size_t at = 0;

	if (copy_from_user(chunk, (const void __user *)(run->program + run->consumed), part))
		return -EFAULT;
	for (;;) {
		struct call call = { 0 };
		size_t bytes = call_read(chunk + at, part - at, &call);
		bool made;
		int rc;

		if (!bytes) {
			/* not cut off, if it is the chunk that ends here and not the program */
			*more = at > 0;
			return 0;
		}
		rc = run_call(run, &call, &made);
		if (rc || !made) {
			*more = false;
			return rc;
		}
		at += bytes;
		run->consumed += bytes;
	}
}

static long ioctl_run(void __user *argument)
{
	struct gmap_trace_run run;
	bool more = true;
	int rc = 0;

	if (copy_from_user(&run, argument, sizeof(run)))
		return -EFAULT;
	run.consumed = 0;
	while (!rc && more) {
		cond_resched();
		rc = fatal_signal_pending(current) ? -EINTR : run_chunk(&run, &more);
	}
	return rc ?: copy_to_user(argument, &run, sizeof(run)) ? -EFAULT : 0;
}

static u64 kind_of_page(struct mm_struct *mm, unsigned long vmaddr)
{
	struct vm_area_struct *vma = find_vma(mm, vmaddr);
	pte_t *ptep;

	if (!vma || vma->vm_start > vmaddr)
		return GMAP_TRACE_NO_VMA;
	ptep = host_pte(mm, vmaddr);
	return ptep ? host_pte_kind(pte_val(*ptep)) : WIRE_PTE_NOTABLE;
}

static long ioctl_page(void __user *argument)
{
	struct gmap_trace_page page;

	if (copy_from_user(&page, argument, sizeof(page)))
		return -EFAULT;
	compat_mm_lock(current->mm);
	page.kind = kind_of_page(current->mm, page.vmaddr);
	compat_mm_unlock(current->mm);
	return copy_to_user(argument, &page, sizeof(page)) ? -EFAULT : 0;
}

static long ioctl_swap_out(unsigned long vmaddr)
{
	return swap_out_page(current->mm, vmaddr & PAGE_MASK);
}

/* Gmaps, then what they may call, then what was seen of them. */
static void reset(void)
{
	session_reset(&session);
	notifiers_reset();
	events_forget(&events);
	observer_reset(&observer);
}

static long do_ioctl(unsigned int command, unsigned long argument)
{
	switch (command) {
	case GMAP_TRACE_RESET:
		reset();
		return 0;
	case GMAP_TRACE_ATTACH:
		return session_attach(&session, current->mm, argument);
	case GMAP_TRACE_RUN:
		return ioctl_run((void __user *)argument);
	case GMAP_TRACE_PAGE:
		return ioctl_page((void __user *)argument);
	case GMAP_TRACE_EXITED:
		return session_exited(&session, argument);
	case GMAP_TRACE_SWAP_OUT:
		return ioctl_swap_out(argument);
	default:
		return -ENOTTY;
	}
}

static long trace_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	long rc;

	mutex_lock(&lock);
	rc = do_ioctl(command, argument);
	mutex_unlock(&lock);
	return rc;
}

/* The observations since the last read, in as many pieces as the reader likes. */
static ssize_t trace_read(struct file *file, char __user *buffer, size_t size, loff_t *position)
{
	struct words *out = &observer.out;
	ssize_t bytes;

	mutex_lock(&lock);
	bytes = min_t(size_t, size, out->count * sizeof(*out->word) - out->bytes_read);
	if (copy_to_user(buffer, (char *)out->word + out->bytes_read, bytes))
		bytes = -EFAULT;
	else
		out->bytes_read += bytes;
	if (out->bytes_read == out->count * sizeof(*out->word)) {
		out->count = 0;
		out->bytes_read = 0;
	}
	mutex_unlock(&lock);
	return bytes;
}

static const struct file_operations trace_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = trace_ioctl,
	.read = trace_read,
};

static struct miscdevice trace_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "gmap-trace",
	.fops = &trace_operations,
	.mode = 0600,
};

static int __init trace_init(void)
{
	int rc;

	describe_machine();
	calls_link_create();
	notifiers_create(&session, &events);
	rc = events_create(&events);
	if (!rc)
		rc = misc_register(&trace_device);
	if (rc)
		events_destroy(&events);
	return rc;
}

static void __exit trace_exit(void)
{
	misc_deregister(&trace_device);
	reset();
	observer_destroy(&observer);
	events_destroy(&events);
}

module_init(trace_init);
module_exit(trace_exit);
MODULE_DESCRIPTION("Makes the calls of gmap traces in this kernel and tells what they changed");
MODULE_LICENSE("GPL");
