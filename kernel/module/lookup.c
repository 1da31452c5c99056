// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kallsyms.h>
#include <linux/kprobes.h>

#include "lookup.h"

#if KERNEL_BEFORE(5, 7)

bool lookup_possible(void)
{
	return IS_ENABLED(CONFIG_KALLSYMS);
}

void *lookup_function(const char *name)
{
	return (void *)kallsyms_lookup_name(name);
}

#elif defined(CONFIG_KPROBES)

bool lookup_possible(void)
{
	return true;
}

/* kallsyms_lookup_name() is not exported any more. A probe knows where it would be set, also one that never is. */
void *lookup_function(const char *name)
{
	struct kprobe probe = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	void *function;

	if (register_kprobe(&probe))
		return NULL;
	function = probe.addr;
	unregister_kprobe(&probe);
	return function;
}

#else

bool lookup_possible(void)
{
	return false;
}

void *lookup_function(const char *name)
{
	return NULL;
}

#endif
