// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { randomProgram } from '../../lib/programs/random/program.js';
import { type ShrinkOptions, shrink } from '../../lib/programs/shrink.js';
import { parseTrace } from '../../lib/trace/parse.js';
import { printCall, printTrace } from '../../lib/trace/print.js';
import { callsOf } from '../../lib/trace/program.js';
import { replay, runTrace } from '../../lib/trace/replay.js';
import type { Trace } from '../../lib/trace/types.js';
import { traceText } from '../trace/recordings.js';

const linesOf = (program: Trace): string[] => callsOf(program).map(printCall);

/** The lines that are left of a program, and every program that was tried. */
async function shrunk(
  lines: readonly string[],
  shows: (lines: string[]) => boolean,
  options?: ShrinkOptions,
): Promise<{ left: string[]; tried: string[][] }> {
  const tried: string[][] = [];
  const smallest = await shrink(
    parseTrace(traceText(...lines)),
    async (program) => {
      tried.push(linesOf(program));
      return shows(linesOf(program));
    },
    options,
  );
  return { left: linesOf(smallest), tried };
}

const forks = (count: number): string[] => Array.from({ length: count }, (_, i) => `fork(mm${i})`);

/** A random program that shows it, whatever programs the generator makes. */
async function firstThat(shows: (program: Trace) => Promise<boolean>): Promise<Trace> {
  for (let seed = 0; seed < 100; seed++) {
    const program = randomProgram(seed, 200);
    if (await shows(program)) return program;
  }
  return expect.fail('none shows it');
}

describe('calls', () => {
  it.each([1, 2, 3, 7, 8, 100])('of which one shows it are left out, of %i', async (count) => {
    for (let i = 0; i < count; i += Math.ceil(count / 8)) {
      const wanted = `fork(mm${i})`;
      const { left } = await shrunk(forks(count), (lines) => lines.includes(wanted));
      expect(left).toEqual([wanted]);
    }
  });

  it('that show it together stay, in their order', async () => {
    const wanted = ['fork(mm3)', 'fork(mm40)', 'fork(mm41)', 'fork(mm97)'];
    const { left } = await shrunk(forks(100), (lines) => wanted.every((line) => lines.includes(line)));
    expect(left).toEqual(wanted);
  });

  it('that can only go together go as one piece', async () => {
    // A store without its mmap, or the other way round, does not show it.
    const pairs = [0, 1, 2, 3].map((i) => [`mmap(mm0, 0x${i}00000, 0x0, 0x0, 0)`, `store(mm0, 0x${i}00000, 0x0)`]);
    const shows = (lines: string[]): boolean =>
      lines.includes('exit(mm0)') &&
      pairs.every(([map = '', store = '']) => lines.includes(map) === lines.includes(store));
    const { left } = await shrunk(['exit(mm0)', ...pairs.flat()], shows);
    expect(left).toEqual(['exit(mm0)']);
  });

  it('are tried many at a time: a long program takes few tries', async () => {
    const { left, tried } = await shrunk(forks(1000), (lines) => lines.includes('fork(mm500)'));
    expect(left).toEqual(['fork(mm500)']);
    expect(tried.length).toBeLessThan(60);
  });

  it('of which none can go are all left', async () => {
    const { left } = await shrunk(forks(9), (lines) => lines.length === 9);
    expect(left).toEqual(forks(9));
  });

  it('are not all left out: there is no empty program to try', async () => {
    const { left, tried } = await shrunk(forks(5), () => true);
    expect(left).toHaveLength(1);
    expect(tried.filter((lines) => lines.length === 0)).toEqual([]);
  });

  it('of a program that does not show it are all left', async () => {
    const lines = ['store(mm0, 0x10000001000, 0x2)', ...forks(5)];
    const { left } = await shrunk(lines, () => false);
    expect(left).toEqual(lines);
  });
});

describe('arguments', () => {
  it('are made as round as they can be', async () => {
    const store = 'store(mm0, 0x10000301abc, 0x77)';
    const { left } = await shrunk([store], (lines) => lines[0]?.startsWith('store(mm0, ') ?? false);
    expect(left).toEqual(['store(mm0, 0x0, 0x0)']);
    const inSegment = await shrunk([store], (lines) => /^store\(mm0, 0x100003/.test(lines[0] ?? ''));
    expect(inSegment.left).toEqual(['store(mm0, 0x10000300000, 0x0)']);
    const inPage = await shrunk([store], (lines) => /^store\(mm0, 0x10000301/.test(lines[0] ?? ''));
    expect(inPage.left).toEqual(['store(mm0, 0x10000301000, 0x0)']);
  });

  it('that are lengths become a page, or a segment', async () => {
    const { left } = await shrunk(['munmap(mm0, 0x10000000000, 0x3000)'], (lines) => !/ 0x0\)/.test(lines[0] ?? ''));
    expect(left).toEqual(['munmap(mm0, 0x0, 0x1000)']);
    const segments = await shrunk(['gmap_unmap_segment(g0, 0x300000, 0x400000)'], (lines) =>
      /, 0x[1-9]00000\)/.test(lines[0] ?? ''),
    );
    expect(segments.left).toEqual(['gmap_unmap_segment(g0, 0x0, 0x100000)']);
  });

  it('never become larger', async () => {
    const lines = [
      'mmap(mm0, 0x200000, 0x800, 0x3, 1)',
      'gmap_fault(g0, 0x5, 0x1)',
      'madvise(mm0, 0x1000, 0x100001, 4)',
    ];
    const { tried } = await shrunk(lines, (left) => left.length === 3);
    const first = tried.map((all) => callsOf(parseTrace(traceText(...all))).flatMap(({ args }) => args));
    const original = callsOf(parseTrace(traceText(...lines))).flatMap(({ args }) => args);
    for (const args of first.filter(({ length }) => length === original.length))
      for (const [i, arg] of args.entries()) expect(arg).toBeLessThanOrEqual(original[i] ?? 0n);
  });

  it('that are handles stay: another one is another object', async () => {
    const lines = ['gmap_alloc(mm3, 0x0) = g7', 'gmap_free(g7)', 'gmap_register_ipte_notifier(n5)', 'inject(vma, 3)'];
    const { left } = await shrunk(lines, (now) => now.length === 4);
    expect(left).toEqual([
      'gmap_alloc(mm3, 0x0) = g7',
      'gmap_free(g7)',
      'gmap_register_ipte_notifier(n5)',
      'inject(vma, 0)',
    ]);
  });
});

describe('arguments that are rounder', () => {
  it('let more calls go', async () => {
    // Once the store is at 0 the mmap is not needed.
    const shows = (lines: string[]): boolean =>
      lines.includes('store(mm0, 0x0, 0x0)') ||
      (lines.some((line) => line.startsWith('mmap')) && lines.some((line) => line.startsWith('store')));
    const { left } = await shrunk(['mmap(mm0, 0x1000, 0x1000, 0x3, 0)', 'store(mm0, 0x1000, 0x1)'], shows);
    expect(left).toEqual(['store(mm0, 0x0, 0x0)']);
  });
});

describe('what is left', () => {
  it('of a program without calls is the program', async () => {
    const program = parseTrace(traceText('# kernel: linux-6.1', '# nothing to do'));
    expect(await shrink(program, async () => true)).toEqual(program);
  });

  it('has the header, and the lines on which it is printed', async () => {
    const program = parseTrace(traceText('# kernel: linux-6.1', '# seed 7', ...forks(3), '# between', 'exit(mm0)'));
    const smallest = await shrink(program, async (tried) => linesOf(tried).includes('exit(mm0)'));
    expect(printTrace(smallest)).toBe(traceText('# kernel: linux-6.1', '# seed 7', 'exit(mm0)'));
    expect(parseTrace(printTrace(smallest))).toEqual(smallest);
  });

  it('shows it, as every program that was kept did', async () => {
    const shows = async (tried: Trace): Promise<boolean> =>
      callsOf(runTrace(tried)).some(({ events }) => events.some(({ kind }) => kind === 'notify'));
    const smallest = await shrink(await firstThat(shows), shows);
    expect(await shows(smallest)).toBe(true);
    // memory for a guest, a notifier, a page that is armed, and what takes it away
    expect(callsOf(smallest).length).toBeLessThan(9);
    for (let i = 0; i < callsOf(smallest).length; i++) {
      const fewer = { ...smallest, items: smallest.items.filter((item) => item !== callsOf(smallest)[i]) };
      expect(await shows(fewer)).toBe(false);
    }
  });

  it('can be where two kernels of the model differ', async () => {
    // What was refused is a comment once it is written.
    const differs = async (tried: Trace): Promise<boolean> =>
      !replay(parseTrace(printTrace(runTrace(tried))), { kernel: 'linux-5.10' }).ok;
    const smallest = await shrink(await firstThat(differs), differs);
    expect(await differs(smallest)).toBe(true);
    expect(callsOf(smallest).length).toBeLessThan(9);
  });
});

describe('options', () => {
  it('limit the tries', async () => {
    const { left, tried } = await shrunk(forks(100), (lines) => lines.includes('fork(mm50)'), { maxTries: 3 });
    expect(tried).toHaveLength(3);
    expect(left.length).toBeGreaterThan(1);
    expect(left).toContain('fork(mm50)');
    const none = await shrunk(forks(4), () => true, { maxTries: 0 });
    expect(none).toEqual({ left: forks(4), tried: [] });
  });

  it('tell of each try how small the program is now', async () => {
    const progress: [number, number][] = [];
    const { left, tried } = await shrunk(forks(8), (lines) => lines.includes('fork(mm0)'), {
      onProgress: (calls, tries) => progress.push([calls, tries]),
    });
    expect(progress.map(([, tries]) => tries)).toEqual(tried.map((_, i) => i + 1));
    const calls = progress.map(([count]) => count);
    expect(calls).toEqual([...calls].sort((a, b) => b - a));
    expect(calls.at(-1)).toBe(left.length);
  });

  it('let a try fail: what it throws ends everything', async () => {
    const program = parseTrace(traceText(...forks(4)));
    await expect(shrink(program, () => Promise.reject(new Error('no kernel')))).rejects.toThrow('no kernel');
  });
});
