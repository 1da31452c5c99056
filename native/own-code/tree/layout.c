/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints own_layout.h: where a tree's structures have what the machine looks at. Compiled as its code is, and run by the build. */
#include <own/kernel.h>
#include <asm/gmap.h>

int printf(const char *, ...);

extern __thread struct own_statics_layout *own_statics_layout;

#define AT(type, field, name) printf("#define OWN_" name " %lu\n", (unsigned long)offsetof(type, field))
#define GMAP(field) AT(struct gmap, field, "GMAP_" #field)

int main(void)
{
	GMAP(list);
	GMAP(crst_list);
	GMAP(mm);
	GMAP(guest_to_host);
	GMAP(host_to_guest);
	GMAP(table);
	GMAP(asce);
	GMAP(asce_end);
	GMAP(private);
	GMAP(ref_count);
	GMAP(host_to_rmap);
	GMAP(children);
	GMAP(pt_list);
	GMAP(parent);
	GMAP(orig_asce);
	GMAP(edat_level);
	GMAP(removed);
	GMAP(initialized);
	AT(struct gmap_rmap, next, "RMAP_next");
	AT(struct gmap_rmap, raddr, "RMAP_raddr");
	printf("#define OWN_GMAP_SIZE %lu\n", (unsigned long)sizeof(struct gmap));
	AT(struct gmap_notifier, notifier_call, "NOTIFIER_CALL");
	AT(struct mm_struct, pgd, "MM_table");
	AT(struct mm_struct, context.asce, "MM_asce");
	AT(struct mm_struct, context.uses_skeys, "MM_use_skey");
	AT(struct mm_struct, context.cpu_attach_mask, "MM_cpu_attach_mask");
	AT(struct mm_struct, context.cpu_mask, "MM_cpu_mask");
	AT(struct mm_struct, context.flush_mm, "MM_flush_mm");
	AT(struct mm_struct, context.gmap_list, "MM_gmap_list");
	AT(struct mm_struct, context.allow_cow_sharing, "MM_allow_cow_sharing");
	AT(struct mm_struct, def_flags, "MM_def_flags");
	printf("#define OWN_MM_SIZE %lu\n", (unsigned long)sizeof(struct mm_struct));
	AT(struct vm_area_struct, vm_flags, "VMA_flags");
	AT(struct vm_area_struct, anon_vma, "VMA_anon_vma");
	AT(struct page, lru, "FRAME_lru");
	AT(struct page, freed, "FRAME_freed");
	printf("#define OWN_FRAME_SIZE %lu\n", (unsigned long)sizeof(struct page));
	return 0;
}
