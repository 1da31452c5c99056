// SPDX-License-Identifier: GPL-2.0-only
/** What the runtime is asked for, what it is told of, and what it is not there for. */
import { describe, expect, it } from 'vitest';
import { rewriteSource } from '../../../lib/own-code/rewrite/index.js';
import { runRewritten } from './programs.js';

const says = (body: string) =>
  runRewritten(`int printf(const char *, ...);
static const unsigned long a = 0xa000, b = 0xb000, c = 0xc;
${body}`);

describe('privileged instructions', () => {
  it('are calls of the runtime, by mnemonic or by opcode, with operands in the same order', () => {
    const { lines, rewritten } = says(`
union pair { unsigned __int128 both; struct { unsigned long even, odd; }; };
int main(void)
{
	union pair p = { .even = 0x1, .odd = 0x2 }, q = { .even = 0x3, .odd = 0x4 };
	unsigned long r = 0x1200, s = 0xb0ff;
	asm volatile("ipte %0,%1" : : "a" (a), "a" (b));
	asm volatile("ipte %0,%1,0,%2" : : "a" (a), "a" (b), "i" (1));
	asm volatile("ipte %0,%1,%2" : : "a" (a), "a" (b), "a" (c << 8));
	asm volatile(".insn rrf,0xb2210000,%0,%1,%%r0,1" : : "a" (a), "a" (b));
	asm volatile("idte 0,%[from],%[to],0" : : [to] "a" (a), [from] "a" (b));
	asm volatile("idte %0,%2,%1,%[m]" : : "a" (a), "a" (b), "a" (c), [m] "i" (1) : "cc");
	asm volatile(".insn rrf,0xb98e0000,%0,%1,%2,1" : : "a" (a), "a" (b), "a" (c) : "cc");
	asm volatile("rdp %0,%2,%1,1" : : "a" (a), "a" (b), "a" (c));
	asm volatile(".insn rrf,0xb98b0000,%0,%1,%%r0,0" : : "a" (a), "a" (b));
	asm volatile("ptlb\\n\\t.insn s,0xb20d0000,0");
	asm volatile("sske %[key],%[page],0;sske %[key],%[page],8" : : [page] "a" (b), [key] "d" (0x1230));
	asm volatile(".insn rrf,0xb22b0000,%1,%0,%2,0" : : "a" (b), "d" (0x30), "i" (8));
	asm volatile("iske %[key],%[page]" : [key] "+d" (r) : [page] "a" (b));
	printf("= %lx\\n", r);
	asm volatile("rrbe 1,%1\\n\\tlhi %0,0\\n\\tjno 1f\\n\\tlghi %0,9\\n1:" : "+d" (r) : "a" (b) : "cc", "1");
	printf("= %lx\\n", r);
	asm volatile(".insn rrf,0xb9ab0000,%0,%1,3,0" : "=d" (r) : "a" (b));
	printf("= %lx\\n", r);
	asm volatile(".insn rre,0xb9af0000,%1,%0" : "+a" (s) : "d" (0x10));
	printf("= %lx\\n", s);
	asm volatile("csp %0,%1\\n\\tipm %2\\n\\tsrl %2,28" : "+d" (p.both) : "d" (a | 1), "d" (r) : "cc");
	printf("= %lx %lx\\n", p.even, p.odd);
	asm volatile("cspg %0,%1" : "+d" (p.both) : "d" (a | 2) : "cc");
	printf("= %lx %lx\\n", p.even, p.odd);
	asm volatile("crdte %0,%2,%1,1" : "+d" (p.both) : "d" (q.both), "a" (c) : "cc", "memory");
	asm volatile(".insn rrf,0xb98f0000,%0,%1,%2,0" : "+d" (p.both) : "d" (q.both), "a" (c) : "cc", "memory");
	asm volatile("lctlg 7,7,%0\\n\\tstctg 1,1,%0" : "+Q" (s));
	printf("= %lx\\n", s);
	asm volatile("lctlg %1,%2,%0" : : "Q" (p), "i" (15), "i" (0));
}`);
    expect(rewritten.unknown).toEqual([]);
    expect(lines).toEqual([
      'ipte a000 b000 0 0',
      'ipte a000 b000 0 1',
      'ipte a000 b000 c00 0',
      'ipte a000 b000 0 1',
      'idte 0 b000 a000 0',
      'idte a000 c b000 1',
      'idte a000 c b000 1',
      'rdp a000 b000 c 1',
      'rdp a000 b000 0 0',
      'ptlb',
      'ptlb',
      'sske 30 b000 0',
      'sske 30 b000 8',
      'sske 30 b000 8',
      'iske b000',
      '= 12d6',
      'rrbe b000',
      '= 9',
      'essa b000 3',
      '= 44',
      'pfmf 10 b0ff',
      '= c0ff',
      'csp 1 2 a001',
      '= 11 2',
      'cspg 11 2 a002',
      '= 22 2',
      'crdte 22 2 3 4 c 1',
      'crdte 33 2 3 4 c 0',
      'lctl 7 c0ff',
      'stctl 1',
      '= 55',
      'lctl 15 33',
      'lctl 0 2',
    ]);
  });

  it('have pairs also where variables are bound to registers, and ranges count on', () => {
    const { lines } = says(`
int main(void)
{
	register unsigned long even asm("8") = 0x1;
	register unsigned long odd asm("r9") = 0x2;
	unsigned long address = b, range = 0x1002;
	asm volatile(".insn rre,0xb98a0000,%0,%2" : "+d" (even) : "d" (odd), "d" (a | 1) : "cc");
	printf("= %lx\\n", even);
	asm volatile("ipte %2,%0,%1,0" : "+a" (address), "+a" (range) : "a" (a));
	printf("= %lx %lx\\n", address, range);
}`);
    expect(lines).toEqual([
      'cspg 1 2 a001',
      '= 22',
      'ipte a000 b000 1000 0',
      'ipte a000 c000 1000 0',
      'ipte a000 d000 1000 0',
      '= e000 10ff',
    ]);
  });
});

describe('the runtime', () => {
  it('is told of 8 bytes that are stored and swapped, if it looks at locks', () => {
    const { lines } = says(`
static void all(unsigned long *p)
{
	unsigned long old = 1, new = 2;
	asm("csg %0,%2,%1\\n\\tcsg %0,%2,%1" : "+d" (old), "+Q" (*p) : "d" (new) : "cc", "memory");
	asm("laog %0,%2,%1\\n\\tstg %2,%1\\n\\tmvghi %1,1" : "=d" (old), "+QS" (*p) : "d" (8UL) : "cc", "memory");
}
int main(void)
{
	unsigned long word = 1;
	all(&word);
	own->checking = 1;
	all(&word);
}`);
    expect(lines).toEqual(['cs of 1: 1 to 2', 'cs of 2: 1 to 2', 'st of 2: a', 'st of a: 8', 'st of 8: 1']);
  });

  it('counts what is tried again, and ends loops that never do', () => {
    const loops = [
      'asm("0:\\taghi %0,1\\n\\tcghi %0,5\\n\\tjl 0b" : "+d" (n) : : "cc");',
      'asm("cghi %0,5\\n\\tje 0f\\n\\tnopr\\n0:" : "+d" (n) : : "cc");',
      'asm("laog %0,%2,%1" : "=d" (n), "+QS" (word) : "d" (1UL) : "cc");',
      'asm volatile("0:\\tj 0b");',
      'do asm("csg %0,%2,%1" : "+d" (n), "+Q" (word) : "d" (1UL) : "cc"); while (n = 0, 1);',
    ];
    const functions = loops.map((loop, i) => `void loop_${i}(void) { unsigned long n = 0, word = 3; ${loop} }`);
    const { lines } = says(`
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
${functions.join('\n')}
extern unsigned long budget;
static void run(void (*loop)(void))
{
	if (fork() == 0) {
		loop();
		printf("%lu tries left\\n", budget);
		exit(0);
	}
	wait(NULL);
}
int main(void) { ${loops.map((_, i) => `run(loop_${i});`).join(' ')} }`);
    const endless = 'an endless loop';
    expect(lines).toEqual(['6 tries left', '10 tries left', '9 tries left', endless, endless]);
  });
});

describe('what is not known', () => {
  it('ends the call that comes to it, with its place, and is told of', () => {
    const { lines, rewritten } = says(`
static void never(float f)
{
	asm("lzer %0" : "=f" (f));
}
asm(".globl nothing\\nnothing: br %r14");
int main(void)
{
	unsigned long x = 1;
	asm("cghi %0,1\\n\\tje 0f\\n\\tsvc 8\\n0:"
	    : : "d" (x) : "cc");
	printf("once\\n");
	asm volatile("lgr %0,%1\\n"
		     "\\tdiag %0,%1,0x44" : "+d" (x) : "d" (a));
	printf("never\\n");
}`);
    expect(lines).toEqual(['once', 'unknown: diag %0,%1,0x44 at program.c:15']);
    const places = rewritten.unknown.map(({ text, place }) => `${place.line}: ${text}`);
    expect(places).toEqual([
      '6: "lzer %0" : "=f" (f)',
      '8: .globl nothing nothing: br %r14',
      '12: svc 8',
      '15: diag %0,%1,0x44',
    ]);
  });

  it.each([
    ['lgr %0,%5', 'an operand that is not there'],
    ['lgr %0,8(%0)', 'an address where a register must be'],
    ['lg %0,%0', 'a register where an address must be'],
    ['aghi %0,%0', 'a register where a number must be'],
    ['j 1f', 'a label that is not there'],
    ['bcr 15,%0', 'a branch to what a register holds'],
    ['.insn rxy,0xe30000000004,%0,0(%0)', 'an opcode'],
    ['agr %0', 'too few operands'],
    ['agr %0,%0,%0', 'too many operands'],
    ['.long 0xb2210011', 'bytes'],
  ])('is %s: %s', (code) => {
    const text = `void f(long x) { asm(${JSON.stringify(code)} : "+d" (x)); }`;
    const { unknown } = rewriteSource(text, { file: '', suffix: 'x' });
    expect(unknown).toEqual([{ text: code, place: { file: '', line: 1 } }]);
  });
});
