// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to memory that is not there. The handler has a stack of its own, for the thread's may be used up, acts only for a thread
 * inside of a call, and passes everything else on to who was there before.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>

#include "core/machine/door.h"
#include "core/machine/memory.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

#define SIGNALS 2
static const int numbers[SIGNALS] = { SIGSEGV, SIGBUS };
static struct sigaction before[SIGNALS];

static bool is_inside(const struct machine *m)
{
	return m && m->stack->way_out && m->stack->in_callback == CALLBACK_NONE;
}

static void pass_on(int number, siginfo_t *info, void *context)
{
	const struct sigaction *next = &before[number == numbers[1]];

	if (next->sa_flags & SA_SIGINFO)
		next->sa_sigaction(number, info, context);
	else if (next->sa_handler != SIG_DFL && next->sa_handler != SIG_IGN)
		next->sa_handler(number);
	else
		sigaction(number, next, NULL); /* the access is made again, and ends the process */
}

static void access_failed(int number, siginfo_t *info, void *context)
{
	struct machine *m = own_machine();
	sigset_t set;

	if (!is_inside(m)) {
		pass_on(number, info, context);
		return;
	}
	own_path_of_signal(__builtin_return_address(0));
	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	/* through an empty entry, whose origin is 0: real machines have a lowcore there */
	machine_bug(m, (uintptr_t)info->si_addr < CRST_SIZE ? BUG_pmd_none : BUG_own_access, "address %p",
		    info->si_addr);
}

#define STACK_BYTES (64 * 1024)
static pthread_key_t stack_of_thread;

static void give_stack_back(void *stack)
{
	sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
	memory_free(stack);
}

static void install(void)
{
	const struct sigaction action = { .sa_sigaction = access_failed, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	int i;

	pthread_key_create(&stack_of_thread, give_stack_back);
	for (i = 0; i < SIGNALS; i++)
		sigaction(numbers[i], &action, &before[i]);
}

/* Who has a stack for signals keeps it; without memory, handlers run on the thread's own. */
static void make_stack(void)
{
	stack_t now;
	void *stack;

	if (sigaltstack(NULL, &now) || !(now.ss_flags & SS_DISABLE))
		return;
	stack = memory_take(1, STACK_BYTES);
	if (!stack)
		return;
	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = STACK_BYTES }, NULL);
	pthread_setspecific(stack_of_thread, stack);
}

void own_catch_accesses(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static __thread bool done;

	pthread_once(&once, install);
	if (!done)
		make_stack();
	done = true;
}
