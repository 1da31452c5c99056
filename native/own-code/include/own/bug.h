/* SPDX-License-Identifier: GPL-2.0-only */
/* BUG and WARN end the call, with the tree's file and line. */
#ifndef OWN_BUG_H
#define OWN_BUG_H

#include <own/state.h>

void own_bug(const char *file, int line, const char *what) __attribute__((noreturn, cold));
void own_warn(const char *file, int line, const char *what) __attribute__((cold));

#define BUG() own_bug(__FILE__, __LINE__, "BUG")
#define BUG_ON(x)                                                \
	do {                                                     \
		if (unlikely(x))                                 \
			own_bug(__FILE__, __LINE__, "BUG: " #x); \
	} while (0)
#define VM_BUG_ON(x)                                                \
	do {                                                        \
		if (unlikely(own->debug_vm) && (x))                 \
			own_bug(__FILE__, __LINE__, "VM_BUG: " #x); \
	} while (0)
#define WARN_ON(x)                                                 \
	({                                                         \
		int warn_ = !!(x);                                 \
		if (unlikely(warn_))                               \
			own_warn(__FILE__, __LINE__, "WARN: " #x); \
		warn_;                                             \
	})
#define WARN_ON_ONCE(x) WARN_ON(x)
#define WARN_ONCE(x, ...) WARN_ON(x)
#define VM_WARN_ON(x) ((void)(x))
#define VM_WARN_ON_ONCE(x) ((void)(x))
#define BUILD_BUG_ON(x) _Static_assert(!(x), #x)
#define BUILD_BUG() ((void)0)
#define pr_err(...) ((void)0)

#endif
