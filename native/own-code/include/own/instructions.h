/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lib/own-code/rewrite makes of inline assembly: plain instructions are here, privileged ones are the runtime's. Registers
 * are 64-bit words, r1 and its odd neighbour two of them; functions answer condition codes or set *cc.
 */
#ifndef OWN_INSTRUCTIONS_H
#define OWN_INSTRUCTIONS_H

#include <own/state.h>

#define OWN_INLINE static inline __attribute__((always_inline, unused))

/* The runtime's: what cannot be carried out ends the call. */
void own_unknown_instruction(const char *text, const char *file, int line) __attribute__((noreturn));
/* Something was tried again: after too many times in one call that is an endless loop. */
void own_spin(void);
/* Its loops have taken too many turns. */
void own_endless(void) __attribute__((noreturn));

/* Before 8 bytes are swapped, whether or not they are as expected, and before assembly stores 8 bytes. */
void own_cs_seen(unsigned long *p, unsigned long old, unsigned long new_value);
void own_st_seen(unsigned long *p, unsigned long value);

/* Many bytes. Where both overlap, `to` comes first. */
void own_copy(void *to, const void *from, unsigned long size);
void own_fill(void *to, int byte, unsigned long size);

/* Table entries, TLB and storage keys. A register field that is 0 comes as 0. */
void own_ipte(unsigned long pto, unsigned long address, unsigned long r3, unsigned int m4);
void own_idte(unsigned long r1, unsigned long r3, unsigned long r2, unsigned int m4);
void own_rdp(unsigned long pto, unsigned long address, unsigned long r3, unsigned int m4);
void own_ptlb(void);
/*
 * Compare and swap, and purge as the low bits of `address` say. The condition code; with 1, *old is what was there. What csp
 * addresses is the low word of a table entry, 4 bytes behind its beginning, on every host.
 */
unsigned int own_csp(unsigned int *old, unsigned int new_value, unsigned long address);
unsigned int own_cspg(unsigned long *old, unsigned long new_value, unsigned long address);
unsigned int own_crdte(unsigned long *old, unsigned long new_value, unsigned long table, unsigned long address,
		       unsigned long asce, unsigned int m4);
unsigned int own_iske(unsigned long absolute);
void own_sske(unsigned int key, unsigned long absolute, unsigned int m3);
unsigned int own_rrbe(unsigned long absolute);
/* What the guest's page was. */
unsigned long own_essa(unsigned long absolute, unsigned int m3);
/* The address at which it ended. */
unsigned long own_pfmf(unsigned long r1, unsigned long address);
void own_lctl(unsigned int control, unsigned long value);
unsigned long own_stctl(unsigned int control);

/* Each turn of a loop calls this, see lib/own-code/rewrite/loops.ts. Always true. */
OWN_INLINE int own_loop(void)
{
	if (__builtin_expect(--own->loops == 0, 0))
		own_endless();
	return 1;
}

/* A value of any type in a register, and back. */
OWN_INLINE void own_get(unsigned long *r, const void *value, unsigned long size)
{
	switch (size) {
	case 1:
		r[0] = *(const unsigned char *)value;
		break;
	case 2:
		r[0] = *(const unsigned short *)value;
		break;
	case 4:
		r[0] = *(const unsigned int *)value;
		break;
	case 8:
		r[0] = *(const unsigned long *)value;
		break;
	default:
		r[0] = ((const unsigned long *)value)[0];
		r[1] = ((const unsigned long *)value)[1];
	}
}

OWN_INLINE void own_put(void *value, const unsigned long *r, unsigned long size)
{
	switch (size) {
	case 1:
		*(unsigned char *)value = (unsigned char)r[0];
		break;
	case 2:
		*(unsigned short *)value = (unsigned short)r[0];
		break;
	case 4:
		*(unsigned int *)value = (unsigned int)r[0];
		break;
	case 8:
		*(unsigned long *)value = r[0];
		break;
	default:
		((unsigned long *)value)[0] = r[0];
		((unsigned long *)value)[1] = r[1];
	}
}

OWN_INLINE unsigned long own_low(unsigned long r, unsigned long value)
{
	return (r & ~0xffffffffUL) | (unsigned int)value;
}

OWN_INLINE void own_st64(void *p, unsigned long value)
{
	if (__builtin_expect(own->checking != 0, 0))
		own_st_seen((unsigned long *)p, value);
	*(volatile unsigned long *)p = value;
}

OWN_INLINE void own_st32(void *p, unsigned long value)
{
	*(volatile unsigned int *)p = (unsigned int)value;
}

OWN_INLINE void own_st16(void *p, unsigned long value)
{
	*(volatile unsigned short *)p = (unsigned short)value;
}

OWN_INLINE void own_st8(void *p, unsigned long value)
{
	*(volatile unsigned char *)p = (unsigned char)value;
}

/* Stores of an instruction that reads first: one that changes nothing is a try, as of a lock that is held. */
OWN_INLINE void own_update64(void *p, unsigned long old, unsigned long value)
{
	if (old == value)
		own_spin();
	own_st64(p, value);
}

OWN_INLINE void own_update32(void *p, unsigned long old, unsigned long value)
{
	if ((unsigned int)old == (unsigned int)value)
		own_spin();
	own_st32(p, value);
}

/* What was there. */
OWN_INLINE unsigned long own_cs64(unsigned long *p, unsigned long old, unsigned long new_value)
{
	unsigned long found = *(volatile unsigned long *)p;

	if (__builtin_expect((own->checking | own->no_pgstes) != 0, 0))
		own_cs_seen(p, old, new_value);
	if (__builtin_expect(found != old, 0))
		own_spin();
	else
		*(volatile unsigned long *)p = new_value;
	return found;
}

OWN_INLINE unsigned int own_csg(unsigned long *r1, unsigned long r3, void *p)
{
	unsigned long found = own_cs64((unsigned long *)p, *r1, r3);

	if (__builtin_expect(found == *r1, 1))
		return 0;
	*r1 = found;
	return 1;
}

OWN_INLINE unsigned int own_cs(unsigned long *r1, unsigned long r3, void *p)
{
	unsigned int found = *(volatile unsigned int *)p;

	if (__builtin_expect(found == (unsigned int)*r1, 1)) {
		own_st32(p, r3);
		return 0;
	}
	own_spin();
	*r1 = own_low(*r1, found);
	return 1;
}

OWN_INLINE unsigned int own_cdsg(unsigned long *even, unsigned long *odd, unsigned long new_even, unsigned long new_odd,
				 void *p)
{
	volatile unsigned long *pair = (volatile unsigned long *)p;

	if (pair[0] == *even && pair[1] == *odd) {
		own_st64((unsigned long *)p, new_even);
		own_st64((unsigned long *)p + 1, new_odd);
		return 0;
	}
	own_spin();
	*even = pair[0];
	*odd = pair[1];
	return 1;
}

/* Storage and a pair of registers. */
OWN_INLINE void own_lpq(unsigned long *even, unsigned long *odd, const void *p)
{
	*even = ((const volatile unsigned long *)p)[0];
	*odd = ((const volatile unsigned long *)p)[1];
}

OWN_INLINE void own_stpq(unsigned long even, unsigned long odd, void *p)
{
	own_st64(p, even);
	own_st64((unsigned long *)p + 1, odd);
}

/* Control registers, which wrap around after 15. */
OWN_INLINE void own_lctlg(unsigned int first, unsigned int last, const void *p)
{
	const volatile unsigned long *value = (const volatile unsigned long *)p;
	unsigned int control = first & 15;

	for (;; control = (control + 1) & 15) {
		own_lctl(control, *value++);
		if (control == (last & 15))
			break;
	}
}

OWN_INLINE void own_stctg(unsigned int first, unsigned int last, void *p)
{
	unsigned long *value = (unsigned long *)p;
	unsigned int control = first & 15;

	for (;; control = (control + 1) & 15) {
		own_st64(value++, own_stctl(control));
		if (control == (last & 15))
			break;
	}
}

/* A range of entries, for which both registers count on. */
OWN_INLINE void own_ipte_range(unsigned long pto, unsigned long *address, unsigned long *r3, unsigned int m4)
{
	unsigned long more = *r3 & 0xff;

	for (;;) {
		own_ipte(pto, *address, *r3 & ~0xffUL, m4);
		*address += 4096;
		if (more-- == 0)
			break;
	}
	*r3 |= 0xff;
}

#define OWN_BITS 64
#define OWN_WORD unsigned long
#define OWN_SIGNED long
#include <own/arithmetic.h>
#define OWN_BITS 32
#define OWN_WORD unsigned int
#define OWN_SIGNED int
#include <own/arithmetic.h>

/* A part of a register, as the immediate instructions take it: `width` bits, `shift` from the right. */
OWN_INLINE unsigned long own_part(unsigned long r, unsigned int shift, unsigned int width)
{
	return r >> shift & ((1UL << width) - 1);
}

OWN_INLINE unsigned long own_set_part(unsigned long r, unsigned long value, unsigned int shift, unsigned int width)
{
	unsigned long mask = (1UL << width) - 1;

	return (r & ~(mask << shift)) | (value & mask) << shift;
}

/* Test under mask, of `width` bits in registers, of one byte of storage for `width` 0. */
OWN_INLINE unsigned int own_tm(unsigned long value, unsigned long mask, unsigned int width)
{
	unsigned long selected = value & mask;

	if (selected == 0)
		return 0;
	if (selected == mask)
		return 3;
	if (width == 0)
		return 1;
	/* the leftmost bit of those that the mask selects */
	return selected >> (63 - __builtin_clzl(mask)) & 1 ? 2 : 1;
}

/* Rotate, and insert bits `first` to `last`, which may wrap around. */
OWN_INLINE unsigned long own_risbg(unsigned long r1, unsigned long r2, unsigned int first, unsigned int last,
				   unsigned int rotate)
{
	unsigned int from = first & 63, to = last & 63;
	unsigned long left = ~0UL >> from, right = ~0UL << (63 - to);
	unsigned long mask = from <= to ? left & right : left | right;
	unsigned long rotated = own_rotate64(r2, rotate);

	return (rotated & mask) | (last & 0x80 ? 0 : r1 & ~mask);
}

/* The bytes that a mask of four selects, from or to consecutive bytes of storage. */
OWN_INLINE unsigned int own_icm(unsigned long *r1, unsigned int mask, const void *p)
{
	const volatile unsigned char *byte = (const volatile unsigned char *)p;
	unsigned int i, ones = 0, first = mask ? *byte : 0;

	for (i = 0; i < 4; i++) {
		if (!(mask & 8 >> i))
			continue;
		*r1 = own_set_part(*r1, *byte, 24 - 8 * i, 8);
		ones |= *byte++;
	}
	return ones == 0 ? 0 : first & 0x80 ? 1 : 2;
}

OWN_INLINE void own_stcm(unsigned long r1, unsigned int mask, void *p)
{
	unsigned char *byte = (unsigned char *)p;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (mask & 8 >> i)
			own_st8(byte++, own_part(r1, 24 - 8 * i, 8));
	}
}

/* From left to right, byte by byte: so operands that overlap repeat their first bytes. */
OWN_INLINE void own_mvc(void *to, const void *from, unsigned long size)
{
	unsigned char *d = (unsigned char *)to;
	const unsigned char *s = (const unsigned char *)from;
	unsigned long i;

	if (d != s && (unsigned long)(d - s) < size) {
		for (i = 0; i < size; i++)
			own_st8(d + i, s[i]);
	} else if (size == 8) {
		own_st64(to, *(const volatile unsigned long *)from);
	} else if (size == 4) {
		own_st32(to, *(const volatile unsigned int *)from);
	} else if (d != s) {
		own_copy(to, from, size);
	}
}

OWN_INLINE unsigned int own_xc(void *to, const void *from, unsigned long size)
{
	unsigned char *d = (unsigned char *)to;
	const unsigned char *s = (const unsigned char *)from;
	unsigned int ones = 0;
	unsigned long i;

	if (to == from && size == 8) {
		own_st64(to, 0);
	} else if (to == from && size == 4) {
		own_st32(to, 0);
	} else if (to == from) {
		own_fill(to, 0, size);
	} else {
		for (i = 0; i < size; i++) {
			ones |= d[i] ^ s[i];
			own_st8(d + i, d[i] ^ s[i]);
		}
	}
	return ones != 0;
}

OWN_INLINE unsigned int own_clc(const void *first, const void *second, unsigned long size)
{
	const volatile unsigned char *a = (const volatile unsigned char *)first;
	const volatile unsigned char *b = (const volatile unsigned char *)second;
	unsigned long i;

	for (i = 0; i < size; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? 1 : 2;
	}
	return 0;
}

/* Move long: the pairs are address and length; the second length has the byte to pad with on its left. */
OWN_INLINE unsigned int own_mvcl(unsigned long *to, unsigned long *to_size, unsigned long *from,
				 unsigned long *from_size)
{
	unsigned long size = *to_size & 0xffffff, available = *from_size & 0xffffff;
	unsigned long copied = size < available ? size : available;

	/* destructive overlap: nothing is moved */
	if (copied > 1 && *to - *from < copied && *to != *from)
		return 3;
	if (copied && *to != *from)
		own_copy((void *)*to, (const void *)*from, copied);
	if (size > copied)
		own_fill((void *)(*to + copied), (int)(*from_size >> 24 & 0xff), size - copied);
	*to += size;
	*from += copied;
	*to_size = own_set_part(*to_size, 0, 0, 24);
	*from_size = own_set_part(*from_size, available - copied, 0, 24);
	return size == available ? 0 : size < available ? 1 : 2;
}

/* The leftmost one: where it is, and what is left without it. */
OWN_INLINE unsigned int own_flogr(unsigned long *even, unsigned long *odd, unsigned long value)
{
	*even = value ? (unsigned long)__builtin_clzl(value) : 64;
	*odd = value ? value & ~(1UL << (63 - *even)) : 0;
	return value ? 2 : 0;
}

#endif
