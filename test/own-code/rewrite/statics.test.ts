// SPDX-License-Identifier: GPL-2.0-only
/** Variables of a tree's file become members of a structure that is each machine's own. */
import { describe, expect, it } from 'vitest';
import { rewriteSource } from '../../../lib/own-code/rewrite/index.js';
import { errorsOf, runRewritten } from './programs.js';

/** What of a file is moved, without compiling it. */
const moved = (text: string) => {
  const { statics, shared } = rewriteSource(`# 1 "mm/x.c"\n${text}`, { file: 'mm/x.c', suffix: 'x' });
  return { statics, shared: shared.map(({ name, place }) => `${name}:${place.line}`) };
};

describe('which variables are moved', () => {
  it.each([
    ['static int count;', ['count']],
    ['static int a, *b = &a, c[3] = { 1 };', ['a', 'b', 'c']],
    ['static struct point { int x; } p = { .x = 1 };', ['p']],
    ['static struct { int x; } table[] = { { 1 } };', ['table']],
    ['static const char *name = "x";', ['name']],
    ['static const char *const name = "x";', []],
    ['static const int table[2] = { 1, 2 };', []],
    ['static int (*call)(int x, int y);', ['call']],
    ['static int (*const call)(int) = 0;', []],
    ['static int call(int x); static int *call(int x) { return 0; }', []],
    ['static __attribute__((unused)) unsigned long flags __attribute__((aligned(64)));', ['flags']],
    ['typedef struct { int x; } t; static t mine;', ['mine']],
    ['static volatile _Bool done;', ['done']],
    ['static __typeof__(int) n = sizeof(int);', ['n']],
    ['extern int other; struct s { int x; }; enum { A = 1 };', []],
    ['int f(void) { static int calls; static const int one = 1; return calls += one; }', ['f.calls']],
    ['# 1 "include/x.h"\nstatic int header;\n# 2 "mm/x.c" 2\nstatic int file;', ['file']],
  ])('%s', (text, names) => {
    expect(moved(text).statics).toEqual(names);
  });

  it('names those that machines would share', () => {
    const text = `int all;
static __thread int each;
extern int other;
const int one = 1;
int f(int x), g(void) { int y; return y; }
# 7 "include/x.h"
static int header, function(void);
`;
    expect(moved(text).shared).toEqual(['all:1', 'each:2', 'header:7']);
  });
});

it('they begin as they are written, in each structure, and every use finds them', () => {
  const { lines, rewritten } = runRewritten(`
#include <stdio.h>
#include <stdlib.h>
struct list { struct list *next, *prev; };
static struct list head = { &head, &head };
static int early(void);
static int later;
static char text[] = "text", padded[8] = "pad";
static const struct { struct list *list; int *number; } constant = { &head, &later };
static struct { const char *name; int *value; } table[] = { { "later", &later }, { .name = "none" } };
static int later = 40 + 2;
static long a = 1, b[3] = { [1] = 5 }, *c = &b[1];
enum { LAST = 2 };
static int later_than(int x) { return later > x; }
static int counted(void) { static int calls = 10; return ++calls; }
static int again(void) { static int calls; return ++calls; }
static int early(void) { return later++; }

static void print(void)
{
	printf("%d %d %d\\n", head.next == &head, head.prev == &head, constant.list == &head);
	printf("%s %s %zu %zu\\n", text, padded, sizeof(text), sizeof(table) / sizeof(table[0]));
	printf("%s %d %s %d\\n", table[0].name, *table[0].value, table[1].name, table[1].value == NULL);
	printf("%ld %ld %ld %d\\n", a, b[1], *c, *constant.number);
	counted(), again(), early();
	printf("%d %d %d %d\\n", counted(), again(), later, later_than(42));
}

int main(void)
{
	struct own_statics_gmap *first = own_statics_gmap;

	own_statics_gmap_init();
	print();
	own_statics_gmap = malloc(own_statics_gmap_size);
	own_statics_gmap_init();
	printf("%d %d\\n", counted(), later);
	own_statics_gmap = first;
	printf("%d %d\\n", counted(), later);
}`);
  expect(lines).toEqual(['1 1 1', 'text pad 5 2', 'later 42 none 1', '1 5 5 42', '12 2 43 1', '11 42', '13 43']);
  const { statics, shared } = rewritten;
  expect(statics.join(' ')).toBe('head later text padded constant table a b c counted.calls again.calls');
  expect(shared).toEqual([]);
});

it('what has the same name is something else', () => {
  const { lines } = runRewritten(`
#include <stdio.h>
#include <stddef.h>
static int name = 7;
struct s { int name; };
typedef long type;
static int parameter(int name) { return name; }
static int pointer(int (*name)(int), int x) { return name(x); }
static int prototype(int name);
static int local(void) { int name = 2; { int other, name = 3, *p = &name; other = *p; return other * 10 + name; } }
static int after(void) { int r; { int name = 1; r = name; } return r * 10 + name; }
static int loop(void) { int r = 0; for (int name = 0; name < 3; name++) r += name; return r + name; }
static int member(void) { struct s s = { .name = 4 }, t = { name: 5 }, *p = &t; return s.name * 100 + p->name * 10 + name; }
static int label(void) { int r = 0; goto name; r = 1; name: r += name; return r; }
static int choice(int x) { switch (x) { case 1 ? 2 : 3: return name; default: return x ? name : x; } }
static int typed(void) { type x = name, y; y = (type)name * 2; return x + y; }
static int hides(void) { typedef int name; name x = 6; return x; }
static int expression(void) { return ({ int name = 8; name; }) + name; }
static int first(void) { int x = name; int name = x + 1; return name; }
static int offset(void) { return offsetof(struct s, name) + sizeof(struct { char name; }) + name; }
static int operand(void) { int r; asm("lgr %[name],%1" : [name] "=d" (r) : "d" (name)); return r; }
static int assembly(void) { register int name asm("5") = 9; int r; asm("lr %0,5" : "=d" (r) : "d" (name)); return r; }
static int twice(int x) { return x; }
static int prototype(int x) { return x + name; }
int main(void)
{
	own_statics_gmap_init();
	name++;
	printf("%d %d %d ", parameter(1), pointer(twice, 2), prototype(1));
	printf("%d %d %d ", local(), after(), loop());
	printf("%d %d %d ", member(), label(), choice(2));
	printf("%d %d %d ", typed(), hides(), expression());
	printf("%d %d %d %d\\n", first(), offset(), operand(), assembly());
}`);
  expect(lines).toEqual(['1 2 9 33 18 11 458 8 8 24 6 16 9 9 8 9']);
});

it('a file without any has an empty structure', () => {
  const { lines } = runRewritten(
    'int printf(const char *, ...); int main(void) { own_statics_gmap_init(); printf("%lu\\n", own_statics_gmap_size); }',
  );
  expect(lines).toEqual(['0']);
});

describe('places', () => {
  const text = `# 1 "mm/x.c"
static
int count
# 3 "include/y.h"
	= 5
# 4 "mm/x.c"
	, other;
void f(void)
{
	asm("lghi %0,"
# 8 "mm/x.c"
	    "5" : "=d"
	    (other));
	asm("ptlb"
	    ""); error_here();
	error_below;
}
static int wrong = error_in_value;
`;
  it('are those of the tree, for what stands behind something that was replaced', () => {
    const head = ['void own_ptlb(void);', 'void own_fill(void *, int, unsigned long);', 'void own_put();'];
    const more = ['void own_copy(void *, const void *, unsigned long);', 'void *own_statics_x;'];
    const { text: rewritten } = rewriteSource(`${[...head, ...more].join('\n')}\n${text}`, {
      file: 'mm/x.c',
      suffix: 'x',
    });
    expect(errorsOf(rewritten)).toEqual(expect.arrayContaining(['mm/x.c:12', 'mm/x.c:14']));
    expect(errorsOf(rewritten)).toHaveLength(2);
    expect(rewritten).toContain('error_here');
    expect(rewritten.split('\n').length).toBeGreaterThan(text.split('\n').length);
  });
});

it('what is no C is left for the compiler', () => {
  for (const text of [
    'asm(',
    'static int (',
    '}}} {{ "',
    'static = ;',
    '\0 @ asm("ptlb" }',
    'int f( { asm("x" : "=d" ((a) ); }',
  ]) {
    expect(() => rewriteSource(text, { file: '', suffix: 'x' })).not.toThrow();
  }
});
