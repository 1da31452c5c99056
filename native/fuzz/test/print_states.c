// SPDX-License-Identifier: GPL-2.0-only
/*
 * print_states EVERY [--kernel NAME [SETTING=0|1 …]] FILE …: states of each program, as state.h prints them: after each so many operations,
 * and the last one, which is that in which an invariant is broken first. Files are inputs of the fuzzer (engine/flavour.h), or after
 * --kernel programs without its first word, for a machine with these settings. Nothing is printed of a machine that is dead: it
 * stopped in the middle of a call.
 */
#include "core/test/state.h"

#include <stdlib.h>
#include <string.h>

#include "core/program/boot.h"
#include "fuzz/engine/flavour.h"

#define MOST_BYTES ((size_t)1 << 24)

struct asked {
	u64 every;
	const char *kernel; /* NULL: as the input says */
	struct machine_options options;
};

struct run {
	struct machine *m;
	const char *path;
	u64 every;
	u64 operations;
	char text[256];
	u64 known;
};

static void print_now(const struct run *run)
{
	char name[1024];

	snprintf(name, sizeof(name), "%s after %llu", run->path, (unsigned long long)run->operations);
	if (!run->m->dead)
		print_state(stdout, run->m, name, run->text, run->known);
}

/* Goes on while all holds. */
static bool after(void *context, enum wire_op op, const struct call *call, struct reply reply)
{
	struct run *run = context;

	(void)op;
	(void)call;
	(void)reply;
	run->operations++;
	if (machine_check_known(run->m, run->text, sizeof(run->text), &run->known) != CHECK_HOLDS)
		return false;
	if (run->operations % run->every == 0)
		print_now(run);
	return true;
}

static void end(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", text, what);
	exit(2);
}

static size_t read_file(const char *path, u8 *bytes)
{
	FILE *file = fopen(path, "rb");
	size_t count;

	if (!file)
		end("cannot be read", path);
	count = fread(bytes, 1, MOST_BYTES, file);
	fclose(file);
	return count;
}

static void run_file(const char *path, const struct asked *asked, u8 *bytes)
{
	size_t count = read_file(path, bytes);
	struct machine_options options = asked->options;
	struct run run = { .path = path, .every = asked->every, .text = "" };
	const u8 *program = bytes;
	const char *error = NULL;

	if (!asked->kernel) {
		flavour_options(input_flavour(bytes, count), &options);
		program = input_program(bytes, count, &count);
	}
	run.m = machine_create(&options, &error);
	if (!run.m)
		end(error, path);
	machine_run_each(run.m, program, count, after, &run);
	print_now(&run);
	machine_destroy(run.m);
}

static bool set_option(struct machine_options *options, const char *setting)
{
	const struct {
		const char *name;
		bool *option;
	} settings[] = {
		{ "esop", &options->esop }, { "idte", &options->idte },		{ "tlb_lc", &options->tlb_lc },
		{ "nx", &options->nx },	    { "debug_vm", &options->debug_vm }, { "debug_list", &options->debug_list },
	};
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		size_t length = strlen(settings[i].name);

		if (strncmp(setting, settings[i].name, length) == 0 && setting[length] == '=') {
			*settings[i].option = setting[length + 1] == '1';
			return true;
		}
	}
	return false;
}

int main(int argc, char **argv)
{
	u8 *bytes = malloc(MOST_BYTES);
	struct asked asked = { 0 };
	int i = 2;

	if (!bytes || argc < 2)
		end("no memory, or no arguments", argv[0]);
	asked.every = strtoull(argv[1], NULL, 10);
	if (!asked.every)
		end("is no number of operations", argv[1]);
	machine_default_options(&asked.options);
	if (argc > 3 && strcmp(argv[2], "--kernel") == 0) {
		asked.kernel = argv[3];
		asked.options.profile = profile_find(asked.kernel);
		if (!asked.options.profile)
			end("there is no such kernel", asked.kernel);
		for (i = 4; i < argc && set_option(&asked.options, argv[i]); i++)
			;
	}
	for (; i < argc; i++)
		run_file(argv[i], &asked, bytes);
	free(bytes);
	return 0;
}
