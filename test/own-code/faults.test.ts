// SPDX-License-Identifier: GPL-2.0-only
/** How faults are put into trees, on one of our own. That those for Linux are found is scripts/own-faults.mjs's business. */
import { describe, expect, it } from 'vitest';

type Change = readonly [kind: string, ...rest: (string | number)[]];

interface Fault {
  readonly id: string;
  readonly file: string;
  readonly function: string;
  readonly at: readonly [kind: string, text: string, n?: number];
  readonly hash: string;
  readonly change: Change;
  readonly wrong: string;
  readonly why?: string;
}

const load = async (name: string): Promise<unknown> => import(new URL(`faults/${name}.mjs`, import.meta.url).href);
const { faultyText } = (await load('apply')) as { faultyText(fault: Fault, text: string): string };
const { faults, unfound } = (await load('index')) as Record<'faults' | 'unfound', readonly Fault[]>;

const TREE = `
#define lock(x) do { take(x); } while (0)
static int put(struct thing *t);

int put(struct thing *t) /* int other(int x) { */
{
	int pair[] = { 1, 2 }, left = 0;

	if (!t || t->count < 1)
		return -EINVAL;
	lock(t);
	enter(t);
	for_each(t, left) {
		switch (left) {
		case 1:
			t->count -= 1;
			break;
		}
		give(t, pair[0], /* the second */ f(pair, 1));
	}
	unlock(t);
	return 0;
}

int other(void)
{
	return put(0);
}
`;

/** As it is when it fits: the hash is what the refusal says that it would have to be. */
function fault(at: Fault['at'], change: Change, more: Partial<Fault> = {}): Fault {
  const made = { id: 'mine', file: 'mm/thing.c', function: 'put', at, change, hash: '', wrong: '', ...more };
  if (made.hash !== '') return made;
  try {
    return { ...made, hash: faultyText(made, TREE) };
  } catch (error) {
    return { ...made, hash: /another statement \((\w+), not \)/.exec(String(error))?.[1] ?? '' };
  }
}

/** The lines that the fault changes, without white space around them. */
function changed(...[at, change]: readonly [Fault['at'], Change]): string[] {
  const before = TREE.split('\n');
  const after = faultyText(fault(at, change), TREE).split('\n');
  expect(after).toHaveLength(before.length);
  return after.filter((line, i) => line !== before[i]).map((line) => line.trim());
}

const problem = (made: Fault, text = TREE): string => {
  try {
    faultyText(made, text);
  } catch (error) {
    return (error as Error).message;
  }
  return expect.unreachable('it fits');
};

describe('a fault', () => {
  it('is put where it belongs', () => {
    expect(changed(['call', 'unlock'], ['drop'])).toEqual([';']);
    expect(changed(['call', 'unlock'], ['twice'])).toEqual(['{ unlock ( t ) ; unlock ( t ) ; }']);
    expect(changed(['call', 'enter'], ['around', 'lock(t);', 'unlock(t);'])).toEqual([
      '{ lock(t); enter ( t ) ; unlock(t); }',
    ]);
    expect(changed(['call', 'lock'], ['exchange'])).toEqual(['enter ( t ) ;', 'lock ( t ) ;']);
    expect(changed(['word', 'if'], ['negate'])).toEqual(['if (!(! t || t -> count < 1))']);
    expect(changed(['call', 'give'], ['swap', 2, 3])).toEqual([
      'give(t, f ( pair , 1 ), /* the second */ pair [ 0 ]);',
    ]);
    expect(changed(['call', 'f'], ['becomes', '2'])).toEqual(['give(t, pair[0], /* the second */ 2);']);
    expect(changed(['word', 'count', 2], ['becomes', 'total'])).toEqual(['t->total -= 1;']);
    expect(changed(['mark', '<'], ['becomes', '<='])).toEqual(['if (!t || t->count <= 1)']);
    expect(changed(['number', '1', 2], ['becomes', '3'])).toEqual(['if (!t || t->count < 3)']);
  });

  it('fits whatever white space, comments and other statements do', () => {
    const made = fault(['call', 'unlock'], ['drop']);
    const moved = TREE.replace('\tunlock(t);', 'own();unlock( t ) /* it */\n;').replace('enter(t);', '');
    expect(faultyText(made, moved)).toContain('own();;\n');
  });

  it('that does not fit says so, with its name, the place, and what is there', () => {
    const made = fault(['call', 'unlock'], ['drop']);
    expect(problem(made, TREE.replace('unlock(t)', 'unlock(t->owner)'))).toMatch(
      /^The fault mine does not fit mm\/thing\.c any more: in put, in line 21, there is another statement \(\w{12}, not \w{12}\):\n {2}unlock \( t -> owner \) ;\n/,
    );
    expect(problem(made, TREE.replace('unlock(t)', 'up(t)'))).toMatch(/in put, the call unlock is there 0 times, and/);
    expect(problem({ ...made, at: ['call', 'unlock', 2] })).toMatch(/is there once, and the fault is in no\. 2\n/);
    expect(problem({ ...made, function: 'take' })).toMatch(/in take, which is there 0 times\n/);
    expect(problem(made, TREE + TREE)).toMatch(/in put, which is there 2 times\n/);
  });

  it('of a whole statement is none of a head, and exchange needs two', () => {
    for (const change of [['drop'], ['twice'], ['around', ';', ';']] as const)
      expect(problem(fault(['mark', '<'], change))).toMatch(/"if \( ! t .* < 1 \)" is not a whole statement\n/);
    expect(problem(fault(['mark', '-='], ['exchange'], { hash: 'x' }))).toMatch(/there is another statement/);
    expect(problem(fault(['word', 'return', 2], ['exchange'], { hash: 'x' }))).toMatch(/no statement stands directly/);
    expect(problem(fault(['call', 'give'], ['swap', 1, 4]))).toMatch(/no argument 4\n/);
  });
});

describe('the faults for Linux 6.1', () => {
  it('are many, each with one name, and say what is wrong', () => {
    const all = [...faults, ...unfound];
    expect(faults.length).toBeGreaterThanOrEqual(27);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { id, wrong, hash } of all) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(wrong).toMatch(/^\S.{15,120}$/);
      expect(hash).toMatch(/^[0-9a-f]{12}$/);
    }
    for (const { why } of unfound) expect(why).toMatch(/^\S.{15,}$/);
  });

  it('have no line of Linux: only names, and a few words of our own', () => {
    for (const { at, change } of [...faults, ...unfound]) {
      expect(at[1]).toMatch(/^(?:\w+|[^\w\s]{1,3})$/);
      for (const word of change) expect(String(word).length).toBeLessThan(60);
    }
  });
});
