/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OWN_ASM_TYPES_H
#define OWN_ASM_TYPES_H
union register_pair {
	unsigned __int128 pair;
	struct {
		unsigned long even, odd;
	};
};
#include <own/kernel.h>
#endif
