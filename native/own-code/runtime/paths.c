// SPDX-License-Identifier: GPL-2.0-only
/* How the tree's code has come to a store, or to a BUG: return addresses, which debug information makes lines of. */
#include "core/program/tracer.h"
#include "own-code/own.h"
#include "own-code/runtime/runtime.h"

/* Only some C libraries look through frames. */
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#else
static int backtrace(void **frames, int most)
{
	(void)frames;
	(void)most;
	return 0;
}
#endif

#define MOST_FRAMES 48

/* Where the addon was loaded: linkers know. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

static OWN_THREAD const void *signal_return;

void own_path_of_signal(const void *returns_to)
{
	signal_return = returns_to;
}

/* What returns to an address was called before it; an instruction that failed is made to look so. */
static u64 return_address(void *const *frames, int i)
{
	bool has_failed = i > 0 && signal_return && frames[i - 1] == signal_return;

	return (uintptr_t)frames[i] + has_failed - (uintptr_t)__ehdr_start;
}

static void note_path(struct machine *m, u64 of)
{
	struct tracer *tracer = m->tracer;
	void *frames[MOST_FRAMES];
	int count, i;

	if (!tracer || !tracer->with_paths)
		return;
	count = backtrace(frames, MOST_FRAMES);
	words_add(&tracer->paths, (u64)(unsigned int)count | of << 32);
	for (i = 0; i < count; i++)
		words_add(&tracer->paths, return_address(frames, i));
}

void own_note_bug(struct machine *m)
{
	note_path(m, TRACE_PATH_BUG);
}

void own_note_store(struct machine *m, u64 number)
{
	note_path(m, number);
}
