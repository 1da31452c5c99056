/* SPDX-License-Identifier: GPL-2.0-only */
/* A runtime for programs that test the rewriter: it prints what it is told. */
#include <own/instructions.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

OWN_THREAD struct own_state own_thread = { .loops = 1000 };
static unsigned long statics[512];
OWN_THREAD struct own_statics_gmap *own_statics_gmap = (struct own_statics_gmap *)statics;
unsigned long budget = 10;

#define SAY(...) (printf(__VA_ARGS__), putchar('\n'))

void own_unknown_instruction(const char *text, const char *file, int line)
{
	const char *slash = strrchr(file, '/');

	SAY("unknown: %s at %s:%d", text, slash ? slash + 1 : file, line);
	exit(0);
}

void own_endless(void)
{
	SAY("a loop that never ends");
	exit(0);
}

void own_spin(void)
{
	if (budget-- == 0) {
		SAY("an endless loop");
		exit(0);
	}
}

void own_cs_seen(unsigned long *p, unsigned long old, unsigned long new_value)
{
	SAY("cs of %lx: %lx to %lx", *p, old, new_value);
}

void own_st_seen(unsigned long *p, unsigned long value)
{
	SAY("st of %lx: %lx", *p, value);
}

void own_copy(void *to, const void *from, unsigned long size)
{
	memmove(to, from, size);
}

void own_fill(void *to, int byte, unsigned long size)
{
	memset(to, byte, size);
}

void own_ipte(unsigned long pto, unsigned long address, unsigned long r3, unsigned int m4)
{
	SAY("ipte %lx %lx %lx %x", pto, address, r3, m4);
}

void own_idte(unsigned long r1, unsigned long r3, unsigned long r2, unsigned int m4)
{
	SAY("idte %lx %lx %lx %x", r1, r3, r2, m4);
}

void own_rdp(unsigned long pto, unsigned long address, unsigned long r3, unsigned int m4)
{
	SAY("rdp %lx %lx %lx %x", pto, address, r3, m4);
}

void own_ptlb(void)
{
	SAY("ptlb");
}

unsigned int own_csp(unsigned int *old, unsigned int new_value, unsigned long address)
{
	SAY("csp %x %x %lx", *old, new_value, address);
	*old = 0x11;
	return 1;
}

unsigned int own_cspg(unsigned long *old, unsigned long new_value, unsigned long address)
{
	SAY("cspg %lx %lx %lx", *old, new_value, address);
	*old = 0x22;
	return 1;
}

unsigned int own_crdte(unsigned long *old, unsigned long new_value, unsigned long table, unsigned long address,
		       unsigned long asce, unsigned int m4)
{
	SAY("crdte %lx %lx %lx %lx %lx %x", *old, new_value, table, address, asce, m4);
	*old = 0x33;
	return 1;
}

unsigned int own_iske(unsigned long absolute)
{
	SAY("iske %lx", absolute);
	return 0xd6;
}

void own_sske(unsigned int key, unsigned long absolute, unsigned int m3)
{
	SAY("sske %x %lx %x", key, absolute, m3);
}

unsigned int own_rrbe(unsigned long absolute)
{
	SAY("rrbe %lx", absolute);
	return 3;
}

unsigned long own_essa(unsigned long absolute, unsigned int m3)
{
	SAY("essa %lx %x", absolute, m3);
	return 0x44;
}

unsigned long own_pfmf(unsigned long r1, unsigned long address)
{
	SAY("pfmf %lx %lx", r1, address);
	return address + 0x1000;
}

void own_lctl(unsigned int control, unsigned long value)
{
	SAY("lctl %u %lx", control, value);
}

unsigned long own_stctl(unsigned int control)
{
	SAY("stctl %u", control);
	return 0x55;
}
