/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames, objects, and filling them. */
#ifndef OWN_MEMORY_H
#define OWN_MEMORY_H

void *own_memset(void *p, int c, size_t n);
void *own_memcpy(void *to, const void *from, size_t n);
void own_memset64(u64 *p, u64 v, size_t n);
#define memset own_memset
#define memcpy own_memcpy
#define memset64 own_memset64

/* Lies over native/core's struct frame, under each of the names that trees have for it. */
#define OWN_FRAME(name, index_name, list_name)  \
	struct name {                           \
		unsigned long index_name, next; \
		unsigned long flags, key;       \
		struct list_head list_name;     \
		unsigned long freed, fresh;     \
	}
OWN_FRAME(page, index, lru);
OWN_FRAME(folio, index, lru);
OWN_FRAME(ptdesc, pt_index, pt_list);

#define pfn_to_page(pfn) ((struct page *)own->frames + (pfn))
#define page_to_pfn(p) ((unsigned long)((p) - (struct page *)own->frames))
#define pfn_folio(pfn) ((struct folio *)pfn_to_page(pfn))
#define page_folio(p) ((struct folio *)(p))
#define page_ptdesc(p) ((struct ptdesc *)(p))
#define ptdesc_page(p) ((struct page *)(p))
#define virt_to_ptdesc(v) ((struct ptdesc *)virt_to_page(v))
#define folio_put(f) ((void)0)
#define folio_get(f) ((void)0)
#define folio_try_get(f) 1
#define folio_test_large(f) 0
#define folio_test_dirty(f) 0
#define get_page(p) own_bug(__FILE__, __LINE__, "get_page is not simulated")
#define put_page(p) own_bug(__FILE__, __LINE__, "put_page is not simulated")
#define PG_arch_1 40
#define PageDirty(p) 0
#define set_bit(n, p) (*(p) |= 1UL << (n))
#define clear_bit(n, p) (*(p) &= ~(1UL << (n)))
#define bitmap_fill(p, n) memset(p, 0xff, (n) / 8)

#define GFP_KERNEL 1u
#define GFP_ATOMIC 2u
#define GFP_KERNEL_ACCOUNT 1u
#define __GFP_ACCOUNT 0u
#define __GFP_ZERO 4u
#define NUMA_NO_NODE (-1)
struct page *own_alloc_pages(unsigned int order);
void own_free_pages(struct page *page, unsigned int order);
void *own_kzalloc(size_t size);
void own_kfree(const void *p);
#define alloc_pages(gfp, order) own_alloc_pages(order)
#define __free_pages(page, order) own_free_pages(page, order)
#define kzalloc(size, gfp) own_kzalloc(size)
#define kmalloc(size, gfp) own_kzalloc(size)
#define kfree own_kfree

#endif
