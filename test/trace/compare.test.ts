// SPDX-License-Identifier: GPL-2.0-only
/** Each rule of how traces are compared, with a test that fails without the rule. */
import { describe, expect, it } from 'vitest';
import { type CompareOptions, type Difference, diffTraces } from '../../lib/trace/compare.js';
import { parseTrace } from '../../lib/trace/parse.js';
import { traceText } from './recordings.js';

type Lines = readonly string[];

const read = (lines: Lines) => parseTrace(traceText(lines.join('\n')));

function diff(expected: Lines, got: Lines, options?: CompareOptions): Difference | undefined {
  return diffTraces(read(expected), read(got), options);
}

/** The difference of a call that sets one fact on either side. */
const diffFacts = (expected: string, got: string, options?: CompareOptions) =>
  diff(['fork(mm0) = 0', `  + ${expected}`], ['fork(mm0) = 0', `  + ${got}`], options);

describe('results', () => {
  it.each([
    ['fork(mm0) = 0', 'fork(mm0) = -ENOMEM', '0', '-ENOMEM'],
    ['load(mm0, 0x0) = 0x1', 'load(mm0, 0x0) = 0x2', '0x1', '0x2'],
    ['gmap_alloc(mm0, 0x0) = g0', 'gmap_alloc(mm0, 0x0) = NULL', 'g0', 'NULL'],
    ['gmap_alloc(mm0, 0x0) = g0', 'gmap_alloc(mm0, 0x0) = g1', 'g0', 'g1'],
    ['gmaps(mm0) = [g1, g0]', 'gmaps(mm0) = [g0, g1]', '[g1, g0]', '[g0, g1]'],
    ['fork(mm0) = 0', 'fork(mm0) = BUG', '0', 'BUG'],
    ['fork(mm0) = BUG', 'fork(mm0) = 0', 'BUG', '0'],
    ['gmap_free(g0)', 'gmap_free(g0) = BUG', null, 'BUG'],
    ['fork(mm0)', 'fork(mm0) = 0', null, '0'],
  ])('%s against %s', (expectedLine, gotLine, expected, got) => {
    expect(diff([expectedLine], [gotLine])).toMatchObject({ what: 'result', expected, got, line: 2 });
    expect(diff([expectedLine], [expectedLine])).toBeUndefined();
  });

  it('an error is equal to the word that stands for it', () => {
    expect(diff(['load(mm0, 0x0) = -EFAULT'], ['load(mm0, 0x0) = 0xfffffffffffffff2'])).toBeUndefined();
  });

  it('a refused call is a difference, with the reason', () => {
    const { items, ...rest } = parseTrace(traceText('fork(mm0) = 0'));
    const refused = items.map((item) =>
      item.kind === 'call'
        ? { ...item, result: { kind: 'refused', code: 'BAD_HANDLE', reason: 'no such mm' } as const }
        : item,
    );
    expect(diffTraces({ ...rest, items }, { ...rest, items: refused })).toMatchObject({
      what: 'result',
      expected: '0',
      got: 'refused: no such mm',
    });
  });

  it('reference and change bits of get_guest_storage_key are masked, unless strict', () => {
    const key = (value: string) => [`get_guest_storage_key(mm0, 0x0) = ${value}`];
    expect(diff(key('0x36'), key('0x30'))).toBeUndefined();
    expect(diff(key('0x36'), key('0x30'), { strict: true })).toMatchObject({ expected: '0x36', got: '0x30' });
    expect(diff(key('0x31'), key('0x30'))).toMatchObject({ expected: '0x31', got: '0x30' });
    expect(diff(key('0x38'), key('0x30'))).toMatchObject({ expected: '0x38', got: '0x30' });
    // 2^64 - 12 and 2^64 - 14 differ in a masked bit only.
    expect(diff(key('-EFAULT'), key('-ENOMEM'))).toMatchObject({ expected: '-EFAULT', got: '-ENOMEM' });
  });

  it('the results of reset_guest_reference_bit are nothing but such bits', () => {
    const bits = (value: string) => [`reset_guest_reference_bit(mm0, 0x0) = ${value}`];
    expect(diff(bits('3'), bits('0'))).toBeUndefined();
    expect(diff(bits('3'), bits('1'), { strict: true })).toMatchObject({ expected: '3', got: '1' });
    expect(diff(bits('0'), bits('-EFAULT'))).toMatchObject({ expected: '0', got: '-EFAULT' });
  });

  it('no such bit is masked if one of both headers says that they count', () => {
    const key = (value: string, ...header: Lines) => [...header, `get_guest_storage_key(mm0, 0x0) = ${value}`];
    const strict = '# strict: 1';
    expect(diff(key('0x36', strict), key('0x36'))).toBeUndefined();
    expect(diff(key('0x36', strict), key('0x30'))).toMatchObject({ expected: '0x36', got: '0x30', line: 3 });
    expect(diff(key('0x36'), key('0x30', strict))).toMatchObject({ expected: '0x36', got: '0x30', line: 2 });
    expect(diff(key('0x36', strict), key('0x30'), { strict: false })).toMatchObject({ what: 'result' });
    expect(diff(key('0x36', '# strict: 0'), key('0x30'))).toBeUndefined();
    expect(diff(key('0x36', '# strict: 0'), key('0x30'), { strict: true })).toMatchObject({ what: 'result' });
  });

  it('whether cond_set_guest_storage_key set the key is not masked', () => {
    const set = (value: string) => [`cond_set_guest_storage_key(mm0, 0x0, 0x30, 0, 1, 1) = ${value}`];
    expect(diff(set('1'), set('0'))).toMatchObject({ what: 'result' });
  });

  it('the results of other calls are not masked', () => {
    expect(diff(['load(mm0, 0x0) = 0x6'], ['load(mm0, 0x0) = 0x0'])).toMatchObject({ what: 'result' });
  });
});

describe('events', () => {
  const freed = (...events: Lines) => ['gmap_free(g0)', ...events.map((event) => `  ! ${event}`)];

  it.each([
    [['idte(g0)'], [], 'idte(g0)', null],
    [[], ['idte(g0)'], null, 'idte(g0)'],
    [['idte(g0)'], ['idte(g1)'], 'idte(g0)', 'idte(g1)'],
    [['notify(n0, g0, 0x0)'], ['notify(n1, g0, 0x0)'], 'notify(n0, g0, 0x0)', 'notify(n1, g0, 0x0)'],
    [['notify(n0, g0, 0x0)'], ['notify(n0, g0, 0x1000)'], 'notify(n0, g0, 0x0)', 'notify(n0, g0, 0x1000)'],
    [['idte(g0)', 'idte(g0)'], ['idte(g0)'], 'idte(g0)', null],
    [['notify(n0, g0, 0x0)'], ['notify(n0, g0, 0x0, 0xfff)'], 'notify(n0, g0, 0x0)', 'notify(n0, g0, 0x0, 0xfff)'],
    [
      ['notify(n0, g0, 0x0, 0xfff)'],
      ['notify(n0, g0, 0x0, 0x1fff)'],
      'notify(n0, g0, 0x0, 0xfff)',
      'notify(n0, g0, 0x0, 0x1fff)',
    ],
  ])('%j against %j', (expectedEvents, gotEvents, expected, got) => {
    expect(diff(freed(...expectedEvents), freed(...gotEvents))).toMatchObject({ what: 'event', expected, got });
  });

  it('their order counts', () => {
    const [a, b] = ['idte(g0)', 'notify(n0, g0, 0x0)'];
    expect(diff(freed(a, b), freed(b, a))).toMatchObject({ what: 'event', expected: a, got: b });
    expect(diff(freed(a, b), freed(a, b))).toBeUndefined();
  });

  it('that one side could not see are no difference', () => {
    const both = freed('notify(n0, g0, 0x0)', 'idte(g0)', 'notify(n0, g0, 0x1000)');
    const some = ['# events: notify', ...freed('notify(n0, g0, 0x0)', 'notify(n0, g0, 0x1000)')];
    expect(diff(some, both)).toBeUndefined();
    expect(diff(both, some)).toBeUndefined();
    expect(diff(['# events: notify idte', ...both], some)).toBeUndefined();
    expect(diff(['# events: idte', ...freed('idte(g0)')], some)).toBeUndefined();
  });

  it('that it could see still count', () => {
    const header = '# events: notify';
    expect(diff([header, ...freed('notify(n0, g0, 0x0)')], freed('idte(g0)'))).toMatchObject({
      what: 'event',
      expected: 'notify(n0, g0, 0x0)',
      got: null,
    });
    expect(diff([header, ...freed()], freed('idte(g0)', 'notify(n0, g0, 0x0)'))).toMatchObject({
      what: 'event',
      expected: null,
      got: 'notify(n0, g0, 0x0)',
    });
  });

  it('a result that differs is reported first, an event before the state', () => {
    const expected = ['fork(mm0) = 0', '  ! idte(g0)', '  + lowcore none'];
    expect(diff(expected, ['fork(mm0) = -ENOMEM'])).toMatchObject({ what: 'result' });
    expect(diff(expected, ['fork(mm0) = 0'])).toMatchObject({ what: 'event' });
    expect(diff(expected, ['fork(mm0) = 0', '  ! idte(g0)'])).toMatchObject({ what: 'fact' });
  });
});

describe('the state', () => {
  it.each([
    ['lowcore g0', 'lowcore dangling'],
    ['gmap g0 asce=0x1c3 end=0x1 tables=1', 'gmap g0 asce=0x1cb end=0x1 tables=1'],
    ['gmap g0 asce=0x1c3 end=0x1 tables=1', 'gmap g0 asce=0x1c3 end=0x2 tables=1'],
    ['gmap g0 asce=0x1c3 end=0x1 tables=1', 'gmap g0 asce=0x1c3 end=0x1 tables=2'],
    ['g2h g0 0x0 0x100000', 'g2h g0 0x0 0x200000'],
    ['h2g g0 0x100000 0x0', 'h2g g0 0x100000 0x1'],
    ['entry g0 r3 0x0 flags=0x7 index=0x0', 'entry g0 r3 0x0 flags=0x3 index=0x0'],
    ['entry g0 r3 0x0 flags=0x7 index=0x0', 'entry g0 r3 0x0 flags=0x7 index=0x1'],
    ['entry g0 seg 0x0 flags=0x0 host=0x0', 'entry g0 seg 0x0 flags=0x200 host=0x0'],
    ['entry g0 seg 0x0 flags=0x0 host=0x100000', 'entry g0 seg 0x0 flags=0x0 host=0x200000'],
    ['entry g0 seg 0x0 flags=0x0 host=?', 'entry g0 seg 0x0 flags=0x0 host=0x0'],
    ['pte 0x0 notable', 'pte 0x0 none pte=0x400 pgste=0x0 pmd=0x0'],
    ['pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x0', 'pte 0x0 page pte=0x3d pgste=0x0 pmd=0x0'],
    ['pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x0', 'pte 0x0 anon pte=0x3f pgste=0x0 pmd=0x0'],
    ['pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x0', 'pte 0x0 anon pte=0x3d pgste=0x800000000000 pmd=0x0'],
    ['pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x0', 'pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x200'],
  ])('%s is not %s', (expected, got) => {
    expect(diffFacts(expected, got)).toMatchObject({ what: 'fact', expected, got });
    expect(diffFacts(expected, expected, { strict: true })).toBeUndefined();
  });

  it.each(['0x4000000000000', '0x2000000000000', '0x40000000000000', '0x20000000000000'])(
    'bit %s of a PGSTE (GR, GC, HR or HC) is masked, unless strict',
    (bit) => {
      const [set, clear] = [bit, '0x0'].map((pgste) => `pte 0x0 anon pte=0x3d pgste=${pgste} pmd=0x0`) as [
        string,
        string,
      ];
      expect(diffFacts(set, clear)).toBeUndefined();
      expect(diffFacts(set, clear, { strict: true })).toMatchObject({ expected: set, got: clear });
    },
  );

  it.each(['0x8000000000000', '0x1000000000000', '0x80000000000000', '0x10000000000000', '0x800000000000'])(
    'its neighbour %s is not masked',
    (bit) => {
      const [set, clear] = [bit, '0x0'].map((pgste) => `pte 0x0 anon pte=0x3d pgste=${pgste} pmd=0x0`) as [
        string,
        string,
      ];
      expect(diffFacts(set, clear)).toMatchObject({ what: 'fact' });
    },
  );

  it('the reference and change bits of a real storage key are masked, unless strict', () => {
    const page = (key: string) => `pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x0 key=${key}`;
    expect(diffFacts(page('0x36'), page('0x30'))).toBeUndefined();
    expect(diffFacts(page('0x36'), page('0x30'), { strict: true })).toMatchObject({ what: 'fact' });
    expect(diffFacts(page('0x38'), page('0x30'))).toMatchObject({ what: 'fact' });
    expect(diffFacts(page('0x31'), page('0x30'))).toMatchObject({ what: 'fact' });
  });

  it.each([{ strict: false }, { strict: true }])(
    'a key on one side only is no difference, the rest counts: %j',
    (options) => {
      const page = 'pte 0x0 anon pte=0x3d pgste=0x0 pmd=0x0';
      expect(diffFacts(page, `${page} key=0x30`, options)).toBeUndefined();
      expect(diffFacts(`${page} key=0x30`, page, options)).toBeUndefined();
      expect(diffFacts(`${page} key=0x30`, page.replace('0x3d', '0x3f'), options)).toMatchObject({ what: 'fact' });
    },
  );

  it('a line that changes masked bits only is no difference', () => {
    const page = (pgste: string) => `  + pte 0x0 anon pte=0x3d pgste=${pgste} pmd=0x0`;
    const expected = ['fork(mm0) = 0', page('0x0'), 'fork(mm0) = 0', page('0x4000000000000')];
    const got = ['fork(mm0) = 0', page('0x0'), 'fork(mm0) = 0'];
    expect(diff(expected, got)).toBeUndefined();
    expect(diff(got, expected)).toBeUndefined();
    expect(diff(expected, got, { strict: true })).toMatchObject({ what: 'fact', line: 4 });
  });

  it('a fact that only one side sets, or removes, is a difference at that call', () => {
    const before = ['fork(mm0) = 0', '  + g2h g0 0x0 0x100000'];
    const removed = [...before, 'fork(mm0) = 0', '  - g2h g0 0x0'];
    const kept = [...before, 'fork(mm0) = 0'];
    const fact = 'g2h g0 0x0 0x100000';
    expect(diff(removed, kept)).toMatchObject({ what: 'fact', expected: null, got: fact, line: 4 });
    expect(diff(kept, removed)).toMatchObject({ what: 'fact', expected: fact, got: null, line: 4 });
    expect(diff(before, ['fork(mm0) = 0'])).toMatchObject({ what: 'fact', expected: fact, got: null, line: 2 });
  });

  it('setting a fact again to what it is, is no difference', () => {
    const before = ['fork(mm0) = 0', '  + g2h g0 0x0 0x100000', 'fork(mm0) = 0'];
    expect(diff([...before, '  + g2h g0 0x0 0x100000'], before)).toBeUndefined();
  });

  it('facts of other gmaps, levels and addresses are other facts', () => {
    const lines = [
      'g2h g0 0x0 0x1',
      'g2h g1 0x0 0x2',
      'g2h g0 0x1 0x3',
      'h2g g0 0x0 0x4',
      'entry g0 r2 0x0 flags=0x5 index=0x0',
      'entry g0 r3 0x0 flags=0x6 index=0x0',
    ];
    const set = ['fork(mm0) = 0', ...lines.map((line) => `  + ${line}`)];
    const removed = lines.map(
      (line) =>
        `  - ${line
          .split(' ')
          .slice(0, line.startsWith('entry') ? 4 : 3)
          .join(' ')}`,
    );
    for (const [i, line] of lines.entries()) {
      const all = [...set, 'fork(mm0) = 0', ...removed];
      const butOne = [...set, 'fork(mm0) = 0', ...removed.filter((_, j) => j !== i)];
      expect(diff(all, butOne)).toMatchObject({ what: 'fact', expected: null, got: line });
    }
  });

  it('is observed anew after observe(0)', () => {
    const start = ['observe(1)', '  + g2h g0 0x0 0x1', '  + lowcore none', 'observe(0)', 'fork(mm0) = 0', 'observe(1)'];
    const end = ['fork(mm0) = 0', '  - g2h g0 0x0'];
    // Both saw the fact vanish while nobody observed; one of them says so later.
    expect(
      diff([...start, '  + lowcore none', ...end], [...start, '  + lowcore none', 'fork(mm0) = 0']),
    ).toBeUndefined();
    expect(diff([...start, '  + lowcore none'], start)).toMatchObject({ expected: 'lowcore none', got: null });
  });
});

describe('calls', () => {
  it('after a BUG on both sides are not looked at, nor is what else the call did', () => {
    expect(
      diff(['fork(mm0) = BUG', 'fork(mm0) = 0'], ['fork(mm0) = BUG', '  ! idte(g0)', '  + lowcore none']),
    ).toBeUndefined();
  });

  it('that one side does not have are a difference', () => {
    const [one, two] = [['fork(mm0) = 0'], ['fork(mm0) = 0', 'exit(mm0)']];
    expect(diff(two, one)).toMatchObject({ what: 'call', expected: 'exit(mm0)', got: null, line: 3 });
    expect(diff(one, two)).toMatchObject({ what: 'call', expected: null, got: 'exit(mm0)', line: 2 });
  });

  it('of another program are a difference', () => {
    expect(diff(['exit(mm0)'], ['exit(mm1)'])).toMatchObject({ what: 'call', expected: 'exit(mm0)', got: 'exit(mm1)' });
    expect(diff(['exit(mm0)'], ['gmap_free(g0)'])).toMatchObject({ what: 'call' });
  });
});

describe('the place of a difference', () => {
  const lines = ['# note', 'fork(mm0) = 0', '  + lowcore none', '', '# last words', 'gmap_free(g0)', '  ! idte(g0)'];

  it('is the call, its line, and the three lines before it', () => {
    expect(diff(lines, lines.slice(0, -1))).toEqual({
      what: 'event',
      expected: 'idte(g0)',
      got: null,
      call: 'gmap_free(g0)',
      line: 7,
      context: ['  + lowcore none', '', '# last words'],
    });
  });

  it('can be near a call that changed very much', () => {
    const facts = Array.from({ length: 130_000 }, (_, i) => `  + g2h g0 0x${(i * 0x100000).toString(16)} 0x0`);
    const expected = read(['fork(mm0) = 0', ...facts, 'load(mm0, 0x0) = 0x0']);
    // To read as much once more takes long.
    const [last] = read(['load(mm0, 0x0) = 0x1']).items;
    const got = { ...expected, items: [...expected.items.slice(0, -1), ...(last ? [last] : [])] };
    expect(diffTraces(expected, got)).toMatchObject({ what: 'result', context: facts.slice(-3) });
  });

  it('has fewer lines before it at the beginning', () => {
    expect(diff(lines, ['fork(mm0) = 0'])).toMatchObject({ what: 'fact', line: 3, context: ['# note'] });
  });
});
