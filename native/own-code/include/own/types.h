/* SPDX-License-Identifier: GPL-2.0-only */
/* Words, errors and helpers of the compiler, under the names that a tree's code has for them. */
#ifndef OWN_TYPES_H
#define OWN_TYPES_H

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8, __u8, uint8_t;
typedef unsigned short u16, __u16, uint16_t;
typedef unsigned int u32, __u32, uint32_t, gfp_t, vm_fault_t;
typedef int s32, __s32, int32_t;
typedef short __s16;
typedef signed char __s8;
typedef unsigned long u64, __u64, uint64_t, uintptr_t, phys_addr_t, pgoff_t;
typedef long s64, __s64, int64_t, ssize_t, loff_t, off_t;
typedef u64 __be64, __le64;
typedef u32 __be32, __le32;
typedef u16 __be16, __le16;

#include <linux/kconfig.h>
#include <own/state.h>

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define fallthrough __attribute__((fallthrough))
#define __maybe_unused __attribute__((unused))
#define __must_check
#define __rcu
#define __iomem
#define __user
#define __force
#define __percpu
#define __init
#define __exit
#define __initdata
#define __ro_after_init
#define __read_mostly
#define __bootdata_preserved(x) x
#define __section(s)
#define EXPORT_SYMBOL(x)
#define EXPORT_SYMBOL_GPL(x)
#define MODULE_LICENSE(x)
#define static_assert _Static_assert

#define barrier() __asm__ volatile("" ::: "memory")
#define smp_mb() barrier()
#define smp_wmb() barrier()
#define smp_rmb() barrier()
#define smp_store_release(p, v) (*(p) = (v))
#define smp_load_acquire(p) (*(p))
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define ACCESS_ONCE(x) READ_ONCE(x)
/* of a word, it may be how a PGSTE is unlocked: instructions.h declares own_st_seen() */
#define WRITE_ONCE(x, v)                                                              \
	do {                                                                          \
		__typeof__(x) once_ = (v);                                            \
		if (sizeof(x) == 8 && unlikely(own->checking))                        \
			own_st_seen((unsigned long *)&(x), *(unsigned long *)&once_); \
		*(volatile __typeof__(x) *)&(x) = once_;                              \
	} while (0)
#define data_race(x) (x)

#define container_of(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))
#define min(a, b)                       \
	({                              \
		__typeof__(a) a_ = (a); \
		__typeof__(b) b_ = (b); \
		a_ < b_ ? a_ : b_;      \
	})
#define max(a, b)                       \
	({                              \
		__typeof__(a) a_ = (a); \
		__typeof__(b) b_ = (b); \
		a_ > b_ ? a_ : b_;      \
	})
#define min_t(t, a, b)             \
	({                         \
		t a_ = (a);        \
		t b_ = (b);        \
		a_ < b_ ? a_ : b_; \
	})
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n) (1UL << (n))

#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define ENXIO 6
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define EINVAL 22
#define EOPNOTSUPP 95
#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)
static inline void *ERR_PTR(long error)
{
	return (void *)error;
}
static inline long PTR_ERR(const void *p)
{
	return (long)p;
}
static inline bool IS_ERR(const void *p)
{
	return IS_ERR_VALUE((unsigned long)p);
}

#endif
