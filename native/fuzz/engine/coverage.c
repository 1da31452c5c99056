// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/engine/coverage.h"

#include "core/machine/memory.h"

#ifdef S390_GMAP_COVERAGE
/* Where the compiler's start-up code says that the counters are: the one place in this project with global state. */
static u8 *first_counter;
static size_t counter_count;

__attribute__((visibility("hidden"))) void __sanitizer_cov_8bit_counters_init(u8 *first, u8 *end);
__attribute__((visibility("hidden"))) void __sanitizer_cov_pcs_init(const uintptr_t *first, const uintptr_t *end);

void __sanitizer_cov_8bit_counters_init(u8 *first, u8 *end)
{
	first_counter = first;
	counter_count = (size_t)(end - first);
}

void __sanitizer_cov_pcs_init(const uintptr_t *first, const uintptr_t *end)
{
	(void)first;
	(void)end;
}
#else
#define first_counter ((u8 *)NULL)
#define counter_count ((size_t)0)
#endif

bool coverage_init(struct coverage *coverage)
{
	*coverage = (struct coverage){ .counters = first_counter, .size = counter_count };
	if (!coverage->counters)
		return true;
	coverage->reached = memory_take(coverage->size, 1);
	return coverage->reached;
}

void coverage_destroy(struct coverage *coverage)
{
	memory_free(coverage->reached);
}

void coverage_begin(struct coverage *coverage)
{
	if (coverage->size)
		memset(coverage->counters, 0, coverage->size);
}

/* 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more: how often matters less and less. */
static u8 range_of(u8 count)
{
	if (count < 4)
		return (u8)(1 << (count - 1));
	return (u8)(count < 8 ? 8 : count < 16 ? 16 : count < 32 ? 32 : count < 128 ? 64 : 128);
}

static bool reach(struct coverage *coverage, size_t i)
{
	u8 range = range_of(coverage->counters[i]);

	if (coverage->reached[i] & range)
		return false;
	coverage->edges += !coverage->reached[i];
	coverage->reached[i] |= range;
	return true;
}

bool coverage_end(struct coverage *coverage)
{
	bool new = false;
	size_t i, k;

	/* most counters are zero: eight at a time */
	for (i = 0; i < coverage->size; i += 8) {
		size_t end = i + 8 < coverage->size ? i + 8 : coverage->size;
		u64 eight = 1;

		if (end - i == 8)
			memcpy(&eight, coverage->counters + i, 8);
		for (k = i; eight && k < end; k++)
			if (coverage->counters[k])
				new |= reach(coverage, k);
	}
	return new;
}
