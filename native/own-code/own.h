/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the machine and a tree's code, all of whose names have the prefix linux_. Both sides agree on words and pointers. */
#ifndef S390_GMAP_OWN_H
#define S390_GMAP_OWN_H

#define own_thread linux_own_thread
#define own_statics_gmap linux_own_statics_gmap
#define own_statics_pgtable linux_own_statics_pgtable
#include "own-code/include/own/state.h"

#include "core/linux/gmap/gmap.h"
#include "core/linux/mm/mm.h"

/* Makes a machine the one that this thread's calls run on. */
void own_switch(struct machine *m);

static inline struct machine *own_machine(void)
{
	return own->machine;
}

#define OWN_TURNS ((u64)1 << 27) /* that the loops of one call may take: seconds */

/*
 * Before each call of the tree's code, and whenever others ran in the middle of one. mm: of the current task. Always inline: the
 * stack that the code may write to begins with the caller's frame, all of it: s390 counts frames from their lower end.
 */
static inline __attribute__((always_inline)) void own_enter(struct machine *m, struct mm *mm)
{
	if (unlikely(own->machine != m))
		own_switch(m);
	own->stack = __builtin_dwarf_cfa();
	own->preempt_count = &m->stack->preempt_count;
	own->cpu = m->stack->cpu;
	own->mm = mm;
	own->checking = m->options.check_locks; /* of this run: whoever judges asks for it */
	own->no_pgstes = mm && !mm->alloc_pgste;
	own->spins = 0;
	own->loops = OWN_TURNS;
	own->faults = 0;
	own->shadow = 0;
}

/* adapter_shadow.c: a page of the process may be read by its address. */
void page_is_read(struct machine *m, const struct mm *mm, u64 vmaddr);
/* adapter_shadow.c: what shadow_in_callback has ordered. */
void shadow_inside(struct machine *m);

/* What a call of the tree's code has, while code of ours runs in its middle that may enter the tree's again. */
struct own_inside {
	struct machine *m;
	struct mm *mm;
	char *stack;
	u64 spins;
	u64 loops;
	u64 faults;
	u64 shadow;
};

static inline struct own_inside own_leave(void)
{
	return (struct own_inside){
		own_machine(), own->mm, own->stack, own->spins, own->loops, own->faults, own->shadow
	};
}

static inline void own_come_back(const struct own_inside *inside)
{
	own_enter(inside->m, inside->mm);
	own->stack = inside->stack;
	own->spins = inside->spins;
	own->loops = inside->loops;
	own->faults = inside->faults;
	own->shadow = inside->shadow;
}

/* gmap.c */
struct gmap *linux_gmap_create(struct mm *mm, u64 limit);
void linux_gmap_remove(struct gmap *gmap);
void *linux_gmap_get(struct gmap *gmap);
void linux_gmap_put(struct gmap *gmap);
void linux_gmap_enable(struct gmap *gmap);
void linux_gmap_disable(struct gmap *gmap);
int linux_gmap_map_segment(struct gmap *gmap, u64 from, u64 to, u64 len);
int linux_gmap_unmap_segment(struct gmap *gmap, u64 to, u64 len);
u64 linux___gmap_translate(struct gmap *gmap, u64 gaddr);
u64 linux_gmap_translate(struct gmap *gmap, u64 gaddr);
void linux_gmap_unlink(struct mm *mm, void *table, u64 vmaddr);
int linux___gmap_link(struct gmap *gmap, u64 gaddr, u64 vmaddr);
int linux_gmap_fault(struct gmap *gmap, u64 gaddr, u32 flags);
void linux___gmap_zap(struct gmap *gmap, u64 gaddr);
void linux_gmap_discard(struct gmap *gmap, u64 from, u64 to);
void linux_gmap_register_pte_notifier(struct gmap_notifier *nb);
void linux_gmap_unregister_pte_notifier(struct gmap_notifier *nb);
int linux_gmap_mprotect_notify(struct gmap *gmap, u64 gaddr, u64 len, int prot);
void linux_ptep_notify(struct mm *mm, u64 vmaddr, entry_t *ptep, u64 bits);
/* Not in every tree's: NULL where it is not. */
#define OPTIONAL __attribute__((weak))
OPTIONAL struct gmap *linux_gmap_shadow(struct gmap *parent, u64 asce, int edat_level);
OPTIONAL int linux_gmap_shadow_valid(struct gmap *sg, u64 asce, int edat_level);
OPTIONAL int linux_gmap_shadow_r2t(struct gmap *sg, u64 saddr, u64 r2t, int fake);
OPTIONAL int linux_gmap_shadow_r3t(struct gmap *sg, u64 saddr, u64 r3t, int fake);
OPTIONAL int linux_gmap_shadow_sgt(struct gmap *sg, u64 saddr, u64 sgt, int fake);
OPTIONAL int linux_gmap_shadow_pgt(struct gmap *sg, u64 saddr, u64 pgt, int fake);
OPTIONAL int linux_gmap_shadow_pgt_lookup(struct gmap *sg, u64 saddr, u64 *pgt, int *dat_protection, int *fake);
OPTIONAL int linux_gmap_shadow_page(struct gmap *sg, u64 saddr, u64 pte);
OPTIONAL int linux_gmap_read_table(struct gmap *gmap, u64 gaddr, u64 *val);
int linux_s390_enable_sie(void);
int linux_s390_enable_skey(void);
void linux_s390_reset_cmma(struct mm *mm);
u64 linux_x_segment_gaddr(entry_t *entry);
int linux_x_unlink_by_vmaddr(struct gmap *gmap, u64 vmaddr);
int linux_x_unmap_by_gaddr(struct gmap *gmap, u64 gaddr);
void linux_x_thp_split_mm(struct mm *mm);
const struct list_link *linux_x_notifiers(void);

/* pgtable.c */
void linux_x_flush_mm_lazy(struct mm *mm);
u64 linux_x_xchg_direct(struct mm *mm, u64 address, entry_t *ptep, u64 pte);
u64 linux_x_xchg_lazy(struct mm *mm, u64 address, entry_t *ptep, u64 pte);
u64 linux_x_get_and_clear_full(struct mm *mm, u64 address, entry_t *ptep, int full);
void linux_x_set_wrprotect(struct mm *mm, u64 address, entry_t *ptep);
int linux_x_test_and_clear_young(struct mm *mm, u64 address, entry_t *ptep);
u64 linux_x_modify_prot_start(struct mm *mm, u64 address, entry_t *ptep);
void linux_x_modify_prot_commit(struct mm *mm, u64 address, entry_t *ptep, u64 old, u64 pte);
void linux_x_set_pte_at(struct mm *mm, u64 address, entry_t *ptep, u64 pte);
void linux_ptep_set_notify(struct mm *mm, u64 address, entry_t *ptep);
int linux_ptep_force_prot(struct mm *mm, u64 address, entry_t *ptep, int prot, u64 bits);
void linux_ptep_zap_unused(struct mm *mm, u64 address, entry_t *ptep, int reset);
void linux_ptep_zap_key(struct mm *mm, u64 address, entry_t *ptep);
bool linux_ptep_test_and_clear_uc(struct mm *mm, u64 address, entry_t *ptep);
int linux_set_guest_storage_key(struct mm *mm, u64 address, u8 key, bool nq);
int linux_get_guest_storage_key(struct mm *mm, u64 address, u8 *key);
int linux_cond_set_guest_storage_key(struct mm *mm, u64 address, u8 key, u8 *old, bool nq, bool mr, bool mc);
int linux_reset_guest_reference_bit(struct mm *mm, u64 address);

/* generated by the rewriter */
extern const unsigned long linux_own_statics_gmap_size;
extern const unsigned long linux_own_statics_pgtable_size;
void linux_own_statics_gmap_init(void);
void linux_own_statics_pgtable_init(void);

#endif
