/* SPDX-License-Identifier: GPL-2.0-only */
/* Where kernels differ: one struct of behaviours, of which each kernel of profiles.def is one. docs/fidelity.md has the sources. */
#ifndef S390_GMAP_PROFILE_H
#define S390_GMAP_PROFILE_H

#include "core/machine/types.h"

/* Which functions there are: ops.def tells the newer ones apart. */
enum profile_functions {
	FUNCTIONS_4_7, /* gmap_alloc, gmap_free, gmap_ipte_notify, … */
	FUNCTIONS_4_8  /* gmap_create, gmap_remove, reference counts, gmap_mprotect_notify, … */
};

/* What get_ and set_guest_storage_key do where the process has no page table. */
enum profile_key_lookup {
	KEY_MAKES_TABLE, /* make it */
	KEY_NEEDS_TABLE, /* make those above it; the key is 0, and cannot be changed: -EFAULT */
	KEY_NEEDS_VMA	 /* the key is 0, and can only be set to 0; without a VMA -EFAULT */
};

/* Which pages, of those that nobody shares, mprotect to writable gives their write bit back at once. */
enum profile_upgrade { UPGRADE_NONE, UPGRADE_DIRTY, UPGRADE_ALL };

/* Which locks protect what; locking.h has the orders that go with it. */
enum profile_locking {
	LOCKING_4_7, /* one notifier lock around callbacks; page_table_lock for tables of gmaps; walks over PTEs take no lock */
	LOCKING_5_10, /* RCU and mm.context.lock for lists; guest_table_lock for tables of gmaps; walks take the pte lock */
	PROFILE_LOCKINGS
};

struct profile {
	const char *name; /* as in the header of a trace */
	enum profile_functions functions;
	bool flushes_by_mask; /* which CPUs a flush must reach is known by masks, and flushing an mm reaches all; else by attach_count */
	enum profile_locking locking;
	u64 task_size;	  /* the end of what a process can map, with as many levels of tables as that takes */
	u64 map_from_end; /* gmap_map_segment: highest from + len - 1 */
	bool zero_page_with_pgste; /* a read fault may map the zero page once the process runs guests, until storage keys are in use */
	bool discard_needs_vma; /* gmap_discard without a VMA at or above the address: NULL dereference; else skipped */
	bool discard_one_vma;	/* gmap_discard looks at the first VMA of each segment only */
	bool zap_needs_vma; /* __gmap_zap without a VMA, or in one of large pages, does nothing; else it makes a page table */
	bool zap_unlocks_always; /* __gmap_zap without memory for a page table releases a lock that it does not hold */
	bool link_wraps; /* __gmap_link above the limit of the process wraps round to its first addresses; else it is lost */
	bool notify_bits;  /* ptep_notify calls only if PGSTE_IN is among the bits that it is told; else always */
	bool notify_range; /* notifiers are told the last guest address too */
	bool arms_any_protection; /* pages that are only readable, or not accessible, can be armed; else only writable ones */
	bool unregister_poisons; /* a block that was unregistered is not survived a second time; else that is harmless */
	bool list_add_looks; /* with debug_list, registering the newest block again is left out; else the list is corrupt */
	bool skey_unshares;	    /* s390_enable_skey gives zero pages a frame of their own; else they are unmapped */
	bool skey_waits_for_nobody; /* s390_enable_skey sets keys without waiting for the other CPUs (non-quiescing) */
	bool large_page_keys;	    /* storage keys of large pages are the frames'; else asking for one fails */
	bool skey_marks_referenced; /* s390_enable_skey sets GR and GC; else it clears them */
	enum profile_key_lookup key_lookup;
	enum profile_upgrade mprotect_upgrades;
	bool store_checks_first; /* a store into read-only memory fails before a page is made; else after */
	bool nowait_keeps_lock; /* gmap_fault with FAULT_FLAG_RETRY_NOWAIT: a fault that would sleep leaves mmap_lock held */
	bool unshare_fault;    /* gmap_fault knows FAULT_FLAG_UNSHARE, and refuses it together with a write */
	bool late_page_table;  /* a fault of shared memory makes the page table when it has a page; else first of all */
	bool unlink_needs_sie; /* a page table that goes before s390_enable_sie does not tell the gmaps */
	bool reclaim_drops_unused; /* swapping out a page that the guest does not use drops it */
	bool swap_in_writable;	   /* a read that brings a page back which nobody shares gives it the write bit */
	bool swap_exclusive;	   /* swap PTEs say that nobody shares the page */
	bool fixup_grows_stack; /* fixup_user_fault below a stack grows it; else only the process's own accesses do */
	u64 stack_guard_gap; /* bytes that a stack stays away from accessible memory below it; 0: it asks for one page more than it needs */
	bool mprotect_unaccounts; /* private memory that has no page and becomes read-only is like memory that always was */
	bool mmap_expands; /* mmap joins new memory with the VMA above, then with the one below if that fits; else with both at once */
	bool mremap_checks_first; /* mremap looks for the source before it unmaps the target */
	bool mremap_needs_bytes;  /* mremap of no bytes of private memory is refused; else it maps as much anew */
	u64 page_none;		  /* PTE template of memory without access */
	u64 noexec;		  /* PTE bit of memory that is not executable, on a machine that has it */
	u64 soft_dirty;		  /* PTE bit of pages that were written to */
};

/* How many there are. */
enum {
	PROFILES = 0
#define PROFILE(...) +1
#include "core/linux/profiles.def"
#undef PROFILE
};

#define PROFILE_DEFAULT "linux-4.7"

/* NULL if there is no such kernel. */
const struct profile *profile_find(const char *name);
/* The i-th profile, NULL after the last one. */
const struct profile *profile_at(size_t i);

#endif
