/* SPDX-License-Identifier: GPL-2.0-only */
/* Arithmetic with condition codes, included by instructions.h for each width: OWN_BITS, OWN_WORD, OWN_SIGNED. */
#define OWN_JOIN(name, bits) OWN_JOINED(name, bits)
#define OWN_JOINED(name, bits) own_##name##bits
#define OWN_NAME(name) OWN_JOIN(name, OWN_BITS)

/* Of a signed value: zero, less, greater. */
OWN_INLINE unsigned int OWN_NAME(sign)(OWN_WORD value)
{
	return value == 0 ? 0 : (OWN_SIGNED)value < 0 ? 1 : 2;
}

OWN_INLINE OWN_WORD OWN_NAME (and)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	*cc = (a & b) != 0;
	return a & b;
}

OWN_INLINE OWN_WORD OWN_NAME(or)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	*cc = (a | b) != 0;
	return a | b;
}

OWN_INLINE OWN_WORD OWN_NAME (xor)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	*cc = (a ^ b) != 0;
	return a ^ b;
}

OWN_INLINE OWN_WORD OWN_NAME(add)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	OWN_SIGNED sum;
	int overflow = __builtin_add_overflow((OWN_SIGNED)a, (OWN_SIGNED)b, &sum);

	*cc = overflow ? 3 : OWN_NAME(sign)((OWN_WORD)sum);
	return (OWN_WORD)sum;
}

OWN_INLINE OWN_WORD OWN_NAME(sub)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	OWN_SIGNED difference;
	int overflow = __builtin_sub_overflow((OWN_SIGNED)a, (OWN_SIGNED)b, &difference);

	*cc = overflow ? 3 : OWN_NAME(sign)((OWN_WORD)difference);
	return (OWN_WORD)difference;
}

/* Logical: the code says whether it is zero, and whether there was a carry (no borrow). */
OWN_INLINE OWN_WORD OWN_NAME(add_carry)(OWN_WORD a, OWN_WORD b, unsigned int carry, unsigned int *cc)
{
	OWN_WORD sum = a + b + carry;
	unsigned int carries = carry ? sum <= a : sum < a;

	*cc = 2 * carries + (sum != 0);
	return sum;
}

OWN_INLINE OWN_WORD OWN_NAME(add_logical)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	return OWN_NAME(add_carry)(a, b, 0, cc);
}

OWN_INLINE OWN_WORD OWN_NAME(sub_logical)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	return OWN_NAME(add_carry)(a, (OWN_WORD)~b, 1, cc);
}

/* With the carry that the condition code tells of. */
OWN_INLINE OWN_WORD OWN_NAME(add_with_carry)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	return OWN_NAME(add_carry)(a, b, *cc >> 1, cc);
}

OWN_INLINE OWN_WORD OWN_NAME(sub_with_borrow)(OWN_WORD a, OWN_WORD b, unsigned int *cc)
{
	return OWN_NAME(add_carry)(a, (OWN_WORD)~b, *cc >> 1, cc);
}

OWN_INLINE unsigned int OWN_NAME(compare)(OWN_WORD a, OWN_WORD b)
{
	return a == b ? 0 : (OWN_SIGNED)a < (OWN_SIGNED)b ? 1 : 2;
}

OWN_INLINE unsigned int OWN_NAME(compare_logical)(OWN_WORD a, OWN_WORD b)
{
	return a == b ? 0 : a < b ? 1 : 2;
}

/* Amounts are the low six bits, also where a word has no more than 32. */
OWN_INLINE OWN_WORD OWN_NAME(left)(OWN_WORD a, unsigned long amount)
{
	return (amount & 63) < OWN_BITS ? a << (amount & 63) : 0;
}

OWN_INLINE OWN_WORD OWN_NAME(right)(OWN_WORD a, unsigned long amount)
{
	return (amount & 63) < OWN_BITS ? a >> (amount & 63) : 0;
}

OWN_INLINE OWN_WORD OWN_NAME(right_signed)(OWN_WORD a, unsigned long amount)
{
	return (OWN_WORD)((OWN_SIGNED)a >> ((amount & 63) < OWN_BITS ? amount & 63 : OWN_BITS - 1));
}

OWN_INLINE OWN_WORD OWN_NAME(rotate)(OWN_WORD a, unsigned long amount)
{
	amount &= OWN_BITS - 1;
	return amount ? a << amount | a >> (OWN_BITS - amount) : a;
}

#undef OWN_NAME
#undef OWN_JOINED
#undef OWN_JOIN
#undef OWN_BITS
#undef OWN_WORD
#undef OWN_SIGNED
