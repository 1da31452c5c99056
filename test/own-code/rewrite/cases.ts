// SPDX-License-Identifier: GPL-2.0-only
/** Assembly with what it leaves: each case is the body of a function that answers a word. */

export interface Case {
  readonly name: string;
  /** C; `a`, `b` and `c` are words of the function's own. */
  readonly body: string;
  /** Hexadecimal. */
  readonly expected: string;
}

/** Word a, word b, instructions on %[x] (which begins as a) and %[y] (which is b): what x is, with the condition code on its left. */
function computes(a: string, b: string, code: string, expected: string): Case {
  const text = JSON.stringify(`${code}\n\tipm 1\n\tsrlg 1,1,28\n\tnill 1,3\n\tsllg 1,1,60\n\txgr %[x],1`);
  const body = `a = ${a}; b = ${b}; asm(${text} : [x] "+&d" (a) : [y] "d" (b) : "cc", "1"); return a;`;
  return { name: code.replace(/\s+/g, ' '), body, expected };
}

/** The same with a word in storage, %[m], which begins as a and is the result; %[x] begins as b. */
function changes(a: string, b: string, code: string, expected: string): Case {
  const text = JSON.stringify(`${code}\n\tipm 1\n\tsrlg 1,1,28\n\tnill 1,3\n\tsllg 1,1,60\n\txg 1,%[m]\n\tstg 1,%[m]`);
  const body = `a = ${a}; b = ${b}; asm(${text} : [m] "+QS" (a), [x] "+&d" (b) : : "cc", "memory", "1"); return a;`;
  return { name: `storage: ${code.replace(/\s+/g, ' ')}`, body, expected };
}

const MINUS = '-1UL';
const BIG = '0x123456789abcdef0';

export const arithmetic: readonly Case[] = [
  computes('5', '7', 'agr %[x],%[y]', '200000000000000c'),
  computes('5', '-7', 'agr %[x],%[y]', 'effffffffffffffe'),
  computes('0x7fffffffffffffff', '1', 'agr %[x],%[y]', 'b000000000000000'),
  computes('0x500000005', '0xfffffffb', 'ar %[x],%[y]', '500000000'),
  computes('0x100000003', '4', 'sr %[x],%[y]', '10000001ffffffff'),
  computes('0x80000000', '1', 'sr %[x],%[y]', '300000007fffffff'),
  computes('3', '3', 'sgr %[x],%[y]', '0'),
  computes(MINUS, '1', 'algr %[x],%[y]', '2000000000000000'),
  computes(MINUS, '2', 'algr %[x],%[y]', '3000000000000001'),
  computes('0xffffffff', '1', 'alr %[x],%[y]', '2000000000000000'),
  computes('1', '2', 'slgr %[x],%[y]', 'efffffffffffffff'),
  computes('2', '2', 'slgr %[x],%[y]', '2000000000000000'),
  computes('2', '1', 'slr %[x],%[y]', '3000000000000001'),
  computes('1', '2', 'clgr %[x],%[y]\n\tslbgr %[x],%[x]', 'efffffffffffffff'),
  computes('2', '1', 'clgr %[x],%[y]\n\tslbgr %[x],%[x]', '2000000000000000'),
  computes(MINUS, '1', 'algr %[x],%[y]\n\talcgr %[x],%[y]', '1000000000000002'),
  computes(BIG, '0x0ff0', 'ngr %[x],%[y]', '1000000000000ef0'),
  computes(BIG, '0', 'ngr %[x],%[y]', '0'),
  computes(BIG, '0xff0000000000000f', 'ogr %[x],%[y]', 'ef3456789abcdeff'),
  computes(BIG, BIG, 'xgr %[x],%[y]', '0'),
  computes(BIG, '0xf0', 'nr %[x],%[y]', '2345678000000f0'),
  computes(BIG, '0x0f', 'or %[x],%[y]', '23456789abcdeff'),
  computes(BIG, '0xffffffff', 'xr %[x],%[y]', '23456786543210f'),
  computes('9', '5', 'sgrk %[x],%[y],%[x]', 'effffffffffffffc'),
  computes('9', '5', 'ngrk %[x],%[y],%[x]', '1000000000000001'),
  computes('7', '0x100000003', 'msgr %[x],%[y]', '700000015'),
  computes('0x200000007', '3', 'msr %[x],%[y]', '200000015'),
  computes('0x9', '0xffffffff', 'agfr %[x],%[y]', '2000000000000008'),
  computes('0x9', '0xffffffff', 'algfr %[x],%[y]', '1000000100000008'),
  computes('5', '0', 'lcgr %[x],%[x]', 'effffffffffffffb'),
  computes('0x8000000000000000', '0', 'lcgr %[x],%[x]', 'b000000000000000'),
  computes('-5', '0', 'lpgr %[x],%[x]', '2000000000000005'),
  computes('5', '0', 'lpr %[x],%[x]', '2000000000000005'),
];

export const immediates: readonly Case[] = [
  computes('5', '0', 'aghi %[x],-6', 'efffffffffffffff'),
  computes('0x7fffffff', '0', 'ahi %[x],1', '3000000080000000'),
  computes('1', '0', 'agfi %[x],-0x10000', 'efffffffffff0001'),
  computes('1', '0', 'algfi %[x],0xffffffff', '1000000100000000'),
  computes('1', '0', 'slfi %[x],2', '10000000ffffffff'),
  computes('1', '40', 'aghik %[x],%[y],-50', 'effffffffffffff6'),
  computes('1', '0', 'lghi %[x],-2', 'fffffffffffffffe'),
  computes(BIG, '0', 'lhi %[x],-2', '12345678fffffffe'),
  computes('7', '0', 'mghi %[x],-3', 'ffffffffffffffeb'),
  computes('-1', '0', 'cghi %[x],5', 'efffffffffffffff'),
  computes('0x1ffffffff', '0', 'chi %[x],-1', '1ffffffff'),
  computes('-1', '0', 'clgfi %[x],5', 'dfffffffffffffff'),
  computes('3', '0', 'clfi %[x],5', '1000000000000003'),
  computes(BIG, '0', 'nihh %[x],0x00ff', '103456789abcdef0'),
  computes(BIG, '0', 'nihl %[x],0', '123400009abcdef0'),
  computes(BIG, '0', 'nilh %[x],0xf00f', '2345678900cdef0'),
  computes(BIG, '0', 'nill %[x],0x000f', '123456789abc0000'),
  computes(BIG, '0', 'oihh %[x],0x8001', '823556789abcdef0'),
  computes('0', '0', 'oill %[x],0', '0'),
  computes(BIG, '0', 'xihf %[x],0x12345678', '9abcdef0'),
  computes(BIG, '0', 'xilf %[x],1', '23456789abcdef1'),
  computes(BIG, '0', 'nilf %[x],0xff', '2345678000000f0'),
  computes(BIG, '0', 'oilf %[x],0xf', '23456789abcdeff'),
  computes(BIG, '0', 'iihl %[x],0xaaaa', '1234aaaa9abcdef0'),
  computes(BIG, '0', 'iilf %[x],0x55', '1234567800000055'),
  computes(BIG, '0', 'llihl %[x],0xaaaa', 'aaaa00000000'),
  computes(BIG, '0', 'llilf %[x],0x80000000', '80000000'),
  computes(BIG, '0', 'tmll %[x],0xde00', '223456789abcdef0'),
  computes(BIG, '0', 'tmll %[x],0x2001', '123456789abcdef0'),
  computes(BIG, '0', 'tmhh %[x],0x1001', '323456789abcdef0'),
  computes(BIG, '0', 'tmhh %[x],0x2010', '23456789abcdef0'),
];

export const shifts: readonly Case[] = [
  computes('3', '40', 'sllg %[x],%[x],0(%[y])', '30000000000'),
  computes('3', '39', 'sllg %[x],%[y],1+1', '9c'),
  computes('3', '60', 'sllg %[x],%[x],7(%[y])', '18'),
  computes(BIG, '0', 'srlg %[x],%[x],60', '1'),
  computes('0x8000000000000000', '0', 'srag %[x],%[x],63', 'efffffffffffffff'),
  computes('0x580000000', '0', 'sll %[x],1', '500000000'),
  computes('0x580000000', '0', 'srl %[x],31', '500000001'),
  computes('0x580000000', '0', 'srl %[x],32', '500000000'),
  computes('0x580000000', '0', 'sra %[x],31', '10000005ffffffff'),
  computes('0x580000000', '0', 'sra %[x],40', '10000005ffffffff'),
  computes('0', '0xf0f0f0f0', 'srlk %[x],%[y],4', 'f0f0f0f'),
  computes('0', '0xf0f0f0f0', 'srak %[x],%[y],4', '10000000ff0f0f0f'),
  computes(BIG, '0', 'rllg %[x],%[x],8', '3456789abcdef012'),
  computes(BIG, '0', 'rll %[x],%[x],8', '12345678bcdef09a'),
  computes(BIG, MINUS, 'risbg %[x],%[y],8,15,0', '32ff56789abcdef0'),
  computes(BIG, MINUS, 'risbg %[x],%[y],60,128+3,0', 'e00000000000000f'),
  computes(BIG, '0xff', 'risbg %[x],%[y],40,47,16', '323456789affdef0'),
  computes(BIG, '0xff', 'risbgn %[x],%[y],0,128+7,56', 'ff00000000000000'),
];

export const loads: readonly Case[] = [
  computes('1', BIG, 'lgr %[x],%[y]', '123456789abcdef0'),
  computes(BIG, '7', 'lr %[x],%[y]', '1234567800000007'),
  computes('1', '0x18000ff80', 'lgfr %[x],%[y]', 'ffffffff8000ff80'),
  computes('1', '0x18000ff80', 'lghr %[x],%[y]', 'ffffffffffffff80'),
  computes('1', '0x18000ff80', 'lgbr %[x],%[y]', 'ffffffffffffff80'),
  computes('1', '0x18000ff80', 'llgfr %[x],%[y]', '8000ff80'),
  computes('1', '0x18000ff80', 'llghr %[x],%[y]', 'ff80'),
  computes('1', '0x18000ff80', 'llgcr %[x],%[y]', '80'),
  computes(BIG, '0x18000ff80', 'lhr %[x],%[y]', '12345678ffffff80'),
  computes(BIG, '0x18000ff80', 'llcr %[x],%[y]', '1234567800000080'),
  computes('1', '-9', 'ltgr %[x],%[y]', 'effffffffffffff7'),
  computes('1', '0x100000000', 'ltr %[x],%[y]', '0'),
  computes('1', '0xffffffff', 'ltgfr %[x],%[y]', 'efffffffffffffff'),
  computes('16', '0x1000', 'la %[x],4(%[x],%[y])', '1014'),
  computes('16', '0x1000', 'lay %[x],-8(%[y])', 'ff8'),
  computes('1', '3', 'cgr %[x],%[y]\n\tlocgrl %[x],%[y]', '1000000000000003'),
  computes('1', '3', 'cgr %[x],%[y]\n\tlocgr %[x],%[y],8', '1000000000000001'),
  computes('1', '3', 'cr %[x],%[y]\n\tlochine %[x],-4', '10000000fffffffc'),
  {
    name: 'types',
    body: 'int i = -2; unsigned char u = 0xfe; asm("lgfr %0,%1\\n\\tar %0,%2" : "=&d" (a) : "d" (i), "d" (u)); return a;',
    expected: 'ffffffff000000fc',
  },
  {
    name: 'narrow output',
    body: 'unsigned char u = 1; asm("lgr %0,%1" : "=d" (u) : "d" (0x1234UL)); return u;',
    expected: '34',
  },
  {
    name: 'structure in a register',
    body: 'struct { long v; } s = { 5 }, t; asm("lgr %0,%1\\n\\taghi %0,1" : "=d" (t) : "d" (s)); return t.v;',
    expected: '6',
  },
];

export const storage: readonly Case[] = [
  changes(BIG, '5', 'lg %[x],%[m]\n\taghi %[x],1\n\tstg %[x],%[m]', '323456789abcdef1'),
  changes(BIG, '0xff', 'ng %[x],%[m]\n\tstg %[x],%[m]', '10000000000000f0'),
  changes(BIG, '0xff', 'og %[x],%[m]\n\tstg %[x],%[m]', '23456789abcdeff'),
  changes(BIG, '5', 'clg %[x],%[m]', '23456789abcdef0'),
  changes('-1', '5', 'cg %[x],%[m]', 'dfffffffffffffff'),
  changes(BIG, '5', 'agsi %[m],-1', '323456789abcdeef'),
  changes(BIG, '5', 'mvghi %[m],-3', 'fffffffffffffffd'),
  changes(BIG, '5', 'cghsi %[m],3', '323456789abcdef0'),
  changes(BIG, '5', 'laag %[x],%[x],%[m]', '323456789abcdef5'),
  changes(BIG, '5', 'laog %[x],%[x],%[m]', '23456789abcdef5'),
  changes('0x0f', '0xf0', 'lang %[x],%[x],%[m]', '0'),
  changes(BIG, '5', 'laxg %[x],%[x],%[m]', '23456789abcdef5'),
  changes('9', '9', 'lghi 0,77\n\tcsg %[x],0,%[m]', '4d'),
  changes('8', '9', 'lghi 0,77\n\tcsg %[x],0,%[m]\n\taghi %[x],1\n\tstg %[x],%[m]', '2000000000000009'),
  changes('9', '0', '0:\tlg %[x],%[m]\n\tlgr 0,%[x]\n\taghi 0,3\n\tcsg %[x],0,%[m]\n\tjl 0b', 'c'),
  changes(BIG, '5', 'xc %O[m](8,%R[m]),%[m]', '0'),
  {
    name: 'words',
    body: 'unsigned int w = 7; int r = 3; asm("laa %0,%0,%1\\n\\tasi %1,-1\\n\\ta %0,%1" : "+d" (r), "+QS" (w) : : "cc"); return r * 1000 + w;',
    expected: '3e89',
  },
  {
    name: 'swapped words',
    body: 'unsigned int w = 7; int r = 7; asm("cs %0,%2,%1\\n\\tcsy %0,%2,%1" : "+d" (r), "+Q" (w) : "d" (9) : "cc"); return r * 1000 + w;',
    expected: '2331',
  },
  {
    name: 'halfwords and bytes',
    body: 'short h[2] = { -5, 0 }; unsigned char u[2] = { 200, 9 }; asm("lgh %0,%1\\n\\tsth %0,2+%1\\n\\tllgc 1,%2\\n\\tstc 1,1+%2\\n\\tagr %0,1" : "=&d" (a), "+Q" (h), "+Q" (u) : : "1", "memory"); return a + 2 * h[1] + u[1];',
    expected: '181',
  },
  {
    name: 'bytes under a mask',
    body: 'unsigned char u[4] = { 1, 0x80, 3, 4 }; a = -1UL; asm("icm %0,5,%1\\n\\tstcm %0,9,2+%1" : "+d" (a), "+Q" (u) : : "cc", "memory"); return a + u[2] * 256 + u[3];',
    expected: 'ffffffffff02ff00',
  },
  {
    name: 'code of bytes under a mask',
    body: 'unsigned char u[2] = { 0x80, 1 }; asm("icm %0,3,%1\\n\\tipm %0\\n\\tsrl %0,28" : "=d" (a) : "Q" (u) : "cc"); return (int)a;',
    expected: '1',
  },
  {
    name: 'bits of a byte',
    body: 'unsigned char u = 0x3c; asm("oi %1,1\\n\\tni %1,0x1f\\n\\txi %1,0x10\\n\\ttm %1,0x0c\\n\\tipm %0\\n\\tsrl %0,28" : "=d" (a), "+Q" (u) : : "cc"); return (int)a * 256 + u;',
    expected: '30d',
  },
  {
    name: 'mixed bits of a byte',
    body: 'unsigned char u = 0x3c; asm("tm %1,0x41\\n\\tjnz 1f\\n\\ttm %1,0xc0\\n\\tjnm 1f\\n\\ttm %1,0x30\\n1:\\tipm %0\\n\\tsrl %0,28" : "=d" (a) : "Q" (u) : "cc"); return (int)a;',
    expected: '0',
  },
  {
    name: 'moved',
    body: 'char s[16] = "abcdefgh", t[16]; asm("mvc 0(9,%0),0(%1)\\n\\tmvc 1(4,%0),0(%0)" : : "a" (t), "a" (s) : "memory"); return t[1] + t[4] * 256 + t[5] * 65536UL;',
    expected: '666161',
  },
  {
    name: 'compared',
    body: 'char s[4] = "abc", t[4] = "abd"; asm("clc 0(3,%1),0(%2)\\n\\tipm %0\\n\\tsrl %0,28" : "=d" (a) : "a" (s), "a" (t) : "cc", "memory"); return (int)a;',
    expected: '1',
  },
  {
    name: 'moved long',
    body: 'char s[8] = "1234567", t[8]; register char *to asm("6") = t; register long size asm("7") = 8; register char *from asm("8") = s; register long some asm("9") = 0x2a000006; asm volatile("nopr\\n\\tmvcl 6,8" : "+a" (from), "+d" (some), "+a" (to), "+d" (size) : : "cc", "memory"); return (to - t) + 256 * t[5] + 65536 * t[7] + (size << 24) + some;',
    expected: '2a2a3608',
  },
  {
    name: 'a pair',
    body: 'union { __int128 both; struct { long even, odd; }; } p = { .even = 1, .odd = 0 }; asm("flogr %0,%1" : "=d" (p.both) : "d" (0x0010000000000003UL) : "cc"); return p.even * 256 + p.odd;',
    expected: 'b03',
  },
  {
    name: 'the second of a pair',
    body: 'union { __int128 both; struct { long even, odd; }; } p = { .even = 1, .odd = 5 }; asm("lgr %0,%N1" : "=d" (a) : "d" (p.both)); return a;',
    expected: '5',
  },
  {
    name: 'a pair in storage',
    body: 'union { __int128 both; struct { long even, odd; }; } p; long m[4] __attribute__((aligned(16))) = { 1, 2 }; asm("lpq %0,%1\\n\\tstpq %0,16+%1" : "=&d" (p.both), "+S" (m)); return p.even * 4096 + p.odd * 256 + m[2] * 16 + m[3];',
    expected: '1212',
  },
  {
    name: 'a swapped pair',
    body: 'union { __int128 both; struct { long even, odd; }; } o = { .even = 1, .odd = 2 }, n = { .even = 3, .odd = 4 }; long m[2] __attribute__((aligned(16))) = { 1, 2 }; asm("cdsg %0,%2,%1" : "+d" (o.both), "+QS" (m) : "d" (n.both) : "cc"); return m[0] * 16 + m[1];',
    expected: '34',
  },
];

export const branches: readonly Case[] = [
  {
    name: 'counts',
    body: 'b = 5; asm("0:\\taghi %0,2\\n\\tbrctg %1,0b" : "=d" (a), "+d" (b) : "0" (1UL)); return a;',
    expected: 'b',
  },
  {
    name: 'names of labels',
    body: 'a = 9; asm("\\tj over%=\\n\\tlghi %0,1\\nover%=:\\tnopr %%r7\\n\\tbcr 15,0" : "+d" (a)); return a;',
    expected: '9',
  },
  {
    name: 'compares and goes',
    body: 'a = 0; for (long i = -2; i <= 2; i++) asm("cgijl %1,0,1f\\n\\tcgrj %1,%2,8,2f\\n\\tclgije %1,2,3f\\n\\taghi %0,4\\n\\tj 4f\\n1:\\taghi %0,16\\n\\tj 4f\\n2:\\taghi %0,256\\n\\tj 4f\\n3:\\toill %0,1\\n4:" : "+d" (a) : "d" (i), "d" (1L) : "cc"); return a;',
    expected: '125',
  },
  {
    name: 'goes out',
    body: 'asm goto("cghi %0,3\\n\\tje %l[three]\\n\\tbrc 15,%l2" : : "d" (a + 3) : "cc" : three, other); return 1; other: return 2; three: return 3;',
    expected: '3',
  },
  {
    name: 'the condition code',
    body: 'a = 7; asm("cghi %0,9\\n\\tbrc 11,0f\\n\\tlghi %0,100\\n0:" : "+d" (a) : : "cc"); return a;',
    expected: '64',
  },
  {
    name: 'ties',
    body: 'asm("agr %0,%2" : "=d" (a) : "0" (30UL), "d" (12UL) : "cc"); asm("agr %[r],%[r]" : [r] "=d" (b) : "[r]" (a) : "cc"); return b;',
    expected: '54',
  },
  {
    name: 'other sections',
    body: 'asm("0:\\tlghi %0,1\\n\\t.pushsection .nobody,\\"a\\";.long 0b-.,1f-.\\n\\t.popsection\\n1:\\taghi %0,4 # five\\n\\t.section .else,\\"a\\"\\n\\t.quad 1b\\n\\t.previous\\n\\t.balign 2; aghi %0,8" : "=d" (a)); return a;',
    expected: 'd',
  },
  {
    name: 'statements',
    body: 'if (a == 0) asm("lghi %0,5" : "=d" (a)); else asm("lghi %0,6" : "=d" (a)); return a + ({ long r; asm("lghi %0,%1" : "=d" (r) : "K" (-1 + 3)); r; });',
    expected: '7',
  },
  {
    name: 'one in another',
    body: 'asm("agr %0,%1" : "+d" (a) : "d" (({ long r; asm("0:\\tlghi %0,3\\n\\tcghi %0,3\\n\\tjne 0b" : "=d" (r) : : "cc"); r; })) : "cc"); return a;',
    expected: '3',
  },
  {
    name: 'strings',
    body: 'const char *s = "asm(\\"ptlb\\");"; /* asm("ptlb"); */ // asm("ptlb");\n return s[0] + s[5];',
    expected: 'd1',
  },
  {
    name: 'evaluated once',
    body: 'unsigned long w[2] = { 1, 2 }, *p = w; asm("aghi %0,5" : "+d" (*p++) : : "cc"); return (p - w) * 256 + w[0] * 16 + w[1];',
    expected: '162',
  },
];
