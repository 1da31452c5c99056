// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inputs for other engines to begin with, where there is no Node to read recordings:
 *
 *	fuzz_seeds FOLDER RUNS
 *		writes the inputs that our own fuzzer keeps of so many, without oracles, into a folder that exists
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

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

int main(int argc, char **argv)
{
	struct fuzz_options options;
	struct fuzz *fuzz;
	const char *error;
	bool written;

	if (argc != 3) {
		fprintf(stderr, "usage: fuzz_seeds FOLDER RUNS\n");
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
