// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "process_calls.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

#define PAGE_BYTES 4096ul

static sigjmp_buf fault;

static void on_fault(int number)
{
	(void)number;
	siglongjmp(fault, 1);
}

/*
 * Not masked while it is handled: the handler never returns. A stack of its own: an access can be the last thing
 * that its function does, when the compiler has given the frame up to which the handler jumps.
 */
void process_catch_faults(void)
{
	static unsigned char memory[1 << 15];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_NODEFER | SA_ONSTACK };

	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* A negative errno as a 64-bit word, or 0. */
static uint64_t rc_of(bool failed)
{
	return failed ? (uint64_t)(int64_t)-errno : 0;
}

static volatile uint64_t *word_at(uint64_t address)
{
	return (volatile uint64_t *)(address & ~UINT64_C(7));
}

static uint64_t load(uint64_t address)
{
	errno = EFAULT;
	return sigsetjmp(fault, 0) ? rc_of(true) : *word_at(address);
}

static uint64_t store(uint64_t address, uint64_t value)
{
	errno = EFAULT;
	if (sigsetjmp(fault, 0))
		return rc_of(true);
	*word_at(address) = value;
	return 0;
}

static uint64_t map(uint64_t address, uint64_t length, uint64_t protection, uint64_t flags)
{
	int type = MAP_FIXED | MAP_ANONYMOUS | (flags & WIRE_MAP_SHARED ? MAP_SHARED : MAP_PRIVATE) |
		   (flags & WIRE_MAP_NORESERVE ? MAP_NORESERVE : 0);

	return rc_of(mmap((void *)address, length, (int)protection, type, -1, 0) == MAP_FAILED);
}

static uint64_t move(uint64_t from, uint64_t length, uint64_t to, uint64_t new_length)
{
	return rc_of(mremap((void *)from, length, new_length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)to) == MAP_FAILED);
}

/* The bare system calls: what a C library does around fork() would touch pages. */
static uint64_t fork_and_wait(void)
{
	long pid = syscall(SYS_fork);

	if (pid == 0)
		syscall(SYS_exit_group, 0);
	return rc_of(pid < 0 || syscall(SYS_wait4, pid, NULL, 0, NULL) != pid);
}

static uint64_t kind_of_page(int device, uint64_t address)
{
	struct gmap_trace_page page = { .vmaddr = address };

	return ioctl(device, GMAP_TRACE_PAGE, &page) ? GMAP_TRACE_NO_VMA : page.kind;
}

/* 0, or the errno. Kernels before 5.4 do not know the advice: the module does what it does. */
static int page_out(int device, uint64_t address)
{
	uint64_t page = address & ~(PAGE_BYTES - 1);

	if (!madvise((void *)page, PAGE_BYTES, MADV_PAGEOUT))
		return 0;
	if (errno != EINVAL)
		return errno;
	return ioctl(device, GMAP_TRACE_SWAP_OUT, page) ? ENOSYS : 0;
}

static struct result swap_out_anonymous(int device, uint64_t address)
{
	struct result result = { WIRE_OK, 0 };
	int error = page_out(device, address);

	if (error == ENOSYS)
		result.status = WIRE_UNSUPPORTED;
	/* reclaim did not want it; a page that the guest does not use is dropped, not swapped */
	else if (!error && kind_of_page(device, address) == WIRE_PTE_ANON)
		error = EAGAIN;
	result.value = (uint64_t)(int64_t)-error;
	return result;
}

static struct result swap_out(int device, uint64_t address)
{
	switch (kind_of_page(device, address)) {
	case WIRE_PTE_ZERO:
	case WIRE_PTE_PAGE:
		return (struct result){ WIRE_OK, (uint64_t)(int64_t)-EINVAL };
	case WIRE_PTE_ANON:
		return swap_out_anonymous(device, address);
	default:
		return (struct result){ WIRE_OK, (uint64_t)(int64_t)-EFAULT };
	}
}

static uint64_t make(const struct call *call)
{
	const uint64_t *arg = call->arg;

	switch (call->op) {
	case OP_mmap:
		return map(arg[1], arg[2], arg[3], arg[4]);
	case OP_munmap:
		return rc_of(munmap((void *)arg[1], arg[2]));
	case OP_mprotect:
		return rc_of(mprotect((void *)arg[1], arg[2], (int)arg[3]));
	case OP_madvise:
		return rc_of(madvise((void *)arg[1], arg[2], (int)arg[3]));
	case OP_mremap:
		return move(arg[1], arg[2], arg[3], arg[4]);
	case OP_load:
		return load(arg[1]);
	case OP_store:
		return store(arg[1], arg[2]);
	default:
		return fork_and_wait();
	}
}

struct result process_call(int device, const struct call *call)
{
	if (call->op == OP_swap_out)
		return swap_out(device, call->arg[1]);
	return (struct result){ WIRE_OK, make(call) };
}
