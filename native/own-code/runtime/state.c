// SPDX-License-Identifier: GPL-2.0-only
/* Whose call runs, and how one ends that the tree's code cannot go on with. */
#include <stdio.h>
#include <stdlib.h>

#include "core/linux/lowcore.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

OWN_THREAD struct own_state linux_own_thread;
OWN_THREAD struct own_statics_gmap *linux_own_statics_gmap;
OWN_THREAD struct own_statics_pgtable *linux_own_statics_pgtable;

u64 linux_zero_page_mask = ZERO_AREA_MASK;
u64 linux_mio_wb_bit_mask;
u64 linux_vm_layout[16]; /* the identity mapping begins at 0 */
int linux_cmma_flag;
struct mm *linux_init_mm;

static_assert(sizeof(struct frame) == OWN_FRAME_SIZE, "struct page does not lie over struct frame");
static_assert(offsetof(struct frame, lru) == OWN_FRAME_lru, "struct page does not lie over struct frame");
static_assert(offsetof(struct frame, freed) == OWN_FRAME_freed, "struct page does not lie over struct frame");
static_assert(offsetof(struct mm, table) == OWN_MM_table, "mm_struct does not lie over struct mm");
static_assert(offsetof(struct mm, asce) == OWN_MM_asce, "mm_context_t does not lie over struct mm");
static_assert(offsetof(struct mm, use_skey) == OWN_MM_use_skey, "mm_context_t does not lie over struct mm");
static_assert(offsetof(struct mm, cpu_attach_mask) == OWN_MM_cpu_attach_mask,
	      "mm_context_t does not lie over struct mm");
static_assert(offsetof(struct mm, cpu_mask) == OWN_MM_cpu_mask, "mm_context_t does not lie over struct mm");
static_assert(offsetof(struct mm, flush_mm) == OWN_MM_flush_mm, "mm_context_t does not lie over struct mm");
static_assert(offsetof(struct mm, def_flags) == OWN_MM_def_flags, "mm_struct does not lie over struct mm");
static_assert(offsetof(struct mm, gmap_list) == OWN_MM_gmap_list, "mm_context_t does not lie over struct mm");
static_assert(sizeof(struct mm) >= OWN_MM_SIZE, "struct mm is too small");
static_assert(offsetof(struct vma, flags) == OWN_VMA_flags, "vm_area_struct does not lie over struct vma");
static_assert(offsetof(struct vma, anon_vma) == OWN_VMA_anon_vma, "vm_area_struct does not lie over struct vma");
static_assert(offsetof(struct gmap_notifier, call) == OWN_NOTIFIER_CALL, "struct gmap_notifier");

static u64 machine_flags(const struct machine *m)
{
	const u64 nx = 0x8000;

	return (m->options.esop ? MACHINE_FLAG_ESOP : 0) | (m->options.idte ? MACHINE_FLAG_IDTE : 0) |
	       (m->options.tlb_lc ? MACHINE_FLAG_TLB_LC : 0) | (m->options.nx ? nx : 0);
}

void own_switch(struct machine *m)
{
	own_catch_accesses();
	own->machine = m;
	own->frames = m->storage.frames;
	own->zero_page = m->storage.origin + ZERO_AREA;
	own->lowcore[2] = machine_flags(m);
	own->debug_vm = m->options.debug_vm;
	own_statics_gmap = (void *)m->s.own_statics;
	own_statics_pgtable = (void *)(m->s.own_statics + OWN_STATICS_WORDS / 2);
}

void own_boot(struct machine *m)
{
	const size_t room = OWN_STATICS_WORDS / 2 * sizeof(u64);

	if (linux_own_statics_gmap_size > room || linux_own_statics_pgtable_size > room)
		machine_bug(m, BUG_own_bug,
			    "the tree's static data are %lu and %lu bytes, there is room for %zu of each",
			    linux_own_statics_gmap_size, linux_own_statics_pgtable_size, room);
	own_switch(m);
	own_enter(m, NULL);
	linux_own_statics_gmap_init();
	linux_own_statics_pgtable_init();
}

void own_forget(const struct machine *m)
{
	if (own->machine == m)
		own->machine = NULL;
}

noreturn_fn void linux_own_bug(const char *file, int line, const char *what)
{
	const char *name = strstr(file, "arch/");
	/* an invariant that the port has too has a place of its own */
	enum bug_place place = strstr(what, "_none(") ? BUG_pmd_none : BUG_own_bug;

	machine_bug(own_machine(), place, "%s:%d: %s", name ? name : file, line, what);
}

/* Of a level that a shadow does not have, a tree warns its caller, and answers as recordings of real kernels have it. */
void linux_own_warn(const char *file, int line, const char *what)
{
	if (!own->shadow)
		linux_own_bug(file, line, what);
}

/* Tries of one call of the tree's code that have come to nothing: nobody else runs who could help. */
#define MOST_SPINS 1000

void linux_own_spin(void)
{
	if (++own->spins == MOST_SPINS)
		machine_bug(own_machine(), BUG_endless,
			    "something is tried again and again, such as to take a lock that is held");
}

noreturn_fn void linux_own_endless(void)
{
	machine_bug(own_machine(), BUG_endless, "a loop that has taken %llu turns", (unsigned long long)OWN_TURNS);
}

noreturn_fn void linux_own_unknown_instruction(const char *text, const char *file, int line)
{
	const char *name = strstr(file, "arch/");

	machine_bug(own_machine(), BUG_own_bug, "%s:%d: an instruction that is not simulated: %s", name ? name : file,
		    line, text);
}
