// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests that an emulator runs: it executes CLC, which memcmp() becomes on s390x, byte by byte, and the check of a whole
 * machine is memcmp() most of the time. In words the tests take a sixth of the time. Linked by -Wl,--wrap=memcmp.
 */
#include <stddef.h>
#include <string.h>

#include "core/machine/types.h"

int __wrap_memcmp(const void *a, const void *b, size_t size);

int __wrap_memcmp(const void *a, const void *b, size_t size)
{
	const u8 *x = a;
	const u8 *y = b;
	size_t i;

	for (i = 0; i + sizeof(u64) <= size; i += sizeof(u64)) {
		u64 v, w;

		memcpy(&v, x + i, sizeof(v));
		memcpy(&w, y + i, sizeof(w));
		if (v != w)
			break;
	}
	for (; i < size; i++)
		if (x[i] != y[i])
			return x[i] - y[i];
	return 0;
}
