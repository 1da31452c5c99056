/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inputs of the fuzzer: one word that says on which machine, then a program in the format of wire.h. Any bytes are an
 * input: what is missing is zero, what is too large wraps. A flavour is a kernel and a machine with or without something.
 *
 *	word: bits 0..7 kernel, as profile_at() counts them; bits 8..15 machine, as flavour_machine() does
 */
#ifndef S390_GMAP_FLAVOUR_H
#define S390_GMAP_FLAVOUR_H

#include "core/program/interp.h"

#define FUZZ_MACHINES 6
#define FLAVOURS (PROFILES * FUZZ_MACHINES)
#define INPUT_HEAD sizeof(u64)

/* Which of the FLAVOURS an input asks for. */
u32 input_flavour(const u8 *input, size_t bytes);
/* The word that asks for it. */
u64 flavour_word(u32 flavour);
/* As the header of a trace has it: "esop=0 nx=0 storage=0x800000 max_segments=16". */
const char *flavour_machine(u32 flavour);
/* Small machines, so that no operation takes long and memory runs out now and then. */
void flavour_options(u32 flavour, struct machine_options *options);

/* The program of an input. */
static inline const u8 *input_program(const u8 *input, size_t bytes, size_t *program_bytes)
{
	*program_bytes = bytes > INPUT_HEAD ? bytes - INPUT_HEAD : 0;
	return bytes > INPUT_HEAD ? input + INPUT_HEAD : input;
}

#endif
