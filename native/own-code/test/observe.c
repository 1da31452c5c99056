// SPDX-License-Identifier: GPL-2.0-only
/*
 * observe KERNEL: what programs observe, for hosts without Node. Words are little-endian. From standard input, for each program: the
 * machine (esop, idte, tlb_lc, nx, debug_vm, debug_list, each 0 or 1; cpus, storage_limit), the bytes of the program, the program.
 * To standard output: how many words were observed, and these. Each program runs twice: in between the machine goes back to a
 * snapshot, and must be what it was, word for word.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/machine/memory.h"
#include "core/program/boot.h"
#include "core/program/interp.h"
#include "core/test/image.h"

enum { ESOP, IDTE, TLB_LC, NX, DEBUG_VM, DEBUG_LIST, CPUS, STORAGE_LIMIT, BYTES, HEAD };

static noreturn_fn void fail(const char *why)
{
	fprintf(stderr, "observe: %s\n", why);
	exit(2);
}

static struct machine *machine_of(const char *kernel, const u64 *head)
{
	struct machine_options options;
	const char *error;
	struct machine *m;

	machine_default_options(&options);
	options.profile = profile_find(kernel);
	options.esop = head[ESOP];
	options.idte = head[IDTE];
	options.tlb_lc = head[TLB_LC];
	options.nx = head[NX];
	options.debug_vm = head[DEBUG_VM];
	options.debug_list = head[DEBUG_LIST];
	options.cpus = (u32)head[CPUS];
	options.storage_limit = head[STORAGE_LIMIT];
	if (!options.profile)
		fail("there is no such kernel");
	m = machine_create(&options, &error);
	if (!m)
		fail(error);
	return m;
}

static void write_words(const struct words *words)
{
	u64 count = le64(words->count);

	if (words->failed)
		fail("no memory");
	fwrite(&count, sizeof(count), 1, stdout);
	fwrite(words->word, sizeof(u64), words->count, stdout);
}

static void run_and_go_back(struct machine *m, const u8 *program, size_t bytes)
{
	struct image before = take_image(m, true);
	int snapshot = machine_snapshot(m);
	struct image after;

	machine_run(m, program, bytes, NULL);
	machine_restore(m, snapshot);
	machine_forget(m, snapshot);
	after = take_image(m, true);
	if (image_difference(&before, &after) != SIZE_MAX) {
		fprintf(stderr, "observe: byte %zu of the machine is another one than at the snapshot\n",
			image_difference(&before, &after));
		exit(1);
	}
	free(before.bytes);
	free(after.bytes);
}

static void observe(const char *kernel, const u64 *head)
{
	struct machine *m = machine_of(kernel, head);
	u8 *program = memory_take(1, head[BYTES] + 1);
	struct words words = { 0 };

	if (!program || fread(program, 1, head[BYTES], stdin) != head[BYTES])
		fail("the program is cut off");
	run_and_go_back(m, program, head[BYTES]);
	machine_run(m, program, head[BYTES], &words);
	write_words(&words);
	words_free(&words);
	memory_free(program);
	machine_destroy(m);
}

int main(int argc, char **argv)
{
	u64 head[HEAD];
	int i;

	if (argc != 2)
		fail("usage: observe KERNEL");
	while (fread(head, sizeof(head), 1, stdin) == 1) {
		for (i = 0; i < HEAD; i++)
			head[i] = le64(head[i]);
		observe(argv[1], head);
	}
	return 0;
}
