// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inputs for other engines to begin with, where there is no Node to read recordings:
 *
 *	fuzz_seeds FOLDER RUNS
 *		writes the inputs that our own fuzzer keeps of so many, without oracles, into a folder that exists
 *	fuzz_seeds
 *		prints a dictionary for libFuzzer and AFL++: the words that programs are made of
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/linux/entries.h"
#include "fuzz/engine/fuzz.h"

static bool write_input(const char *folder, u64 i, const u8 *input, size_t bytes)
{
	char path[4096];
	FILE *file;
	size_t written;

	snprintf(path, sizeof(path), "%s/seed-%05llu", folder, (unsigned long long)i);
	file = fopen(path, "wb");
	if (!file) {
		perror(path);
		return false;
	}
	written = fwrite(input, 1, bytes, file);
	if (fclose(file) == 0 && written == bytes)
		return true;
	perror(path);
	return false;
}

static bool write_corpus(const struct fuzz *fuzz, const char *folder)
{
	const u8 *input;
	size_t bytes;
	u64 i;

	for (i = 0; (input = fuzz_corpus(fuzz, i, &bytes)); i++)
		if (!write_input(folder, i, input, bytes))
			return false;
	return true;
}

static void print_word(const char *name, u64 word)
{
	int i;

	printf("%s=\"", name);
	for (i = 0; i < 8; i++)
		printf("\\x%02x", (unsigned int)(word >> 8 * i & 0xff));
	printf("\"\n");
}

/* What addresses, lengths and limits are near to, what PTEs and PGSTEs look like, and the operations. */
static void print_dictionary(void)
{
	static const u64 borders[] = { PAGE_SIZE,    PMD_SIZE,	   PUD_SIZE, PGDIR_SIZE, TASK_MAX_SIZE,
				       (u64)1 << 40, (u64)1 << 63, PGSTE_IN, PGSTE_UC,	 PGSTE_PCL };
	static const u64 small[] = { 1, 2, 3, UINT64_MAX, SEGMENT_ENTRY_EMPTY, PAGE_INVALID, PAGE_PROTECT };
	size_t i;
	char name[64];

	for (i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		snprintf(name, sizeof(name), "number_%zu", i);
		print_word(name, small[i]);
	}
	for (i = 0; i < sizeof(borders) / sizeof(borders[0]); i++) {
		snprintf(name, sizeof(name), "border_%zu", i);
		print_word(name, borders[i]);
		snprintf(name, sizeof(name), "below_%zu", i);
		print_word(name, borders[i] - 1);
		snprintf(name, sizeof(name), "minus_%zu", i);
		print_word(name, 0 - borders[i]);
	}
	for (i = 0; i < WIRE_OPS; i++)
		print_word(op_infos[i].name, (u64)i | (u64)WIRE_NO_HANDLE << 32);
}

int main(int argc, char **argv)
{
	struct fuzz_options options;
	struct fuzz *fuzz;
	const char *error;
	bool written;

	if (argc == 1) {
		print_dictionary();
		return 0;
	}
	if (argc != 3) {
		fprintf(stderr, "usage: fuzz_seeds [FOLDER RUNS]\n");
		return 2;
	}
	fuzz_default_options(&options);
	options.kernel = ANY_KERNEL;
	options.oracles = 0;
	fuzz = fuzz_create(&options, &error);
	if (!fuzz) {
		fprintf(stderr, "fuzz_seeds: %s\n", error);
		return 2;
	}
	fuzz_run(fuzz, strtoull(argv[2], NULL, 0), &error);
	if (error)
		fprintf(stderr, "fuzz_seeds: %s\n", error);
	written = !error && write_corpus(fuzz, argv[1]);
	fuzz_destroy(fuzz);
	return written ? 0 : 2;
}
