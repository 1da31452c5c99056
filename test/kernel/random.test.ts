// SPDX-License-Identifier: GPL-2.0-only
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type OperationName, operations } from '../../lib/generated/abi.js';
import type { Kernel } from '../../lib/index.js';
import { flavours } from '../../lib/programs/random/flavours.js';
import { RandomNumbers } from '../../lib/programs/random/numbers.js';
import { randomProgram } from '../../lib/programs/random/program.js';
import { ALL_SEGMENTS, HOST, SEGMENT, watchedPages } from '../../lib/programs/random/world.js';
import { parseTrace } from '../../lib/trace/parse.js';
import { portTrace } from '../../lib/trace/port.js';
import { printCall, printTrace } from '../../lib/trace/print.js';
import { callsOf } from '../../lib/trace/program.js';
import { runTrace } from '../../lib/trace/replay.js';
import type { Trace } from '../../lib/trace/types.js';
import { expectEqual } from '../equal.js';

const PROGRAMS = 200;
const LENGTH = 200;

const programs = Array.from({ length: PROGRAMS }, (_, seed) => randomProgram(seed, LENGTH));
const textOf = (all: readonly Trace[]): string => all.map(printTrace).join('');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Not for comparing with a real kernel: 4.7's own, what only the model has, and what ends or starts processes. */
const isLeftOut = ({ kernels, maker }: (typeof operations)[number]) =>
  kernels === 'ONLY_4_7' || maker === 'NOBODY' || maker === 'INIT';

describe('random numbers', () => {
  // The numbers are those of another implementation, in Python.
  it('are the same everywhere for the same seed', () => {
    const first = (seed: number) => {
      const random = new RandomNumbers(seed);
      return Array.from({ length: 4 }, () => random.below(1000));
    };
    expect(first(0)).toEqual([886, 263, 12, 673]);
    expect(first(1)).toEqual([568, 753, 889, 490]);
    expect(first(2 ** 32 - 1)).toEqual([194, 447, 548, 439]);
  });

  it('are all below their end, and all of them come', () => {
    const random = new RandomNumbers(7);
    const seen = new Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) {
      const n = random.below(6);
      seen[n] = (seen[n] ?? 0) + 1;
    }
    expect(seen).toHaveLength(6);
    for (const count of seen) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('come as often as their weights say', () => {
    const random = new RandomNumbers(7);
    const weights = new Map([
      ['never', 0],
      ['rarely', 1],
      ['often', 9],
    ]);
    const seen: Record<string, number> = { never: 0, rarely: 0, often: 0 };
    for (let i = 0; i < 10_000; i++) {
      const key = random.weighted(weights) ?? 'nothing';
      seen[key] = (seen[key] ?? 0) + 1;
    }
    expect(Object.keys(seen)).toEqual(['never', 'rarely', 'often']);
    expect(seen.never).toBe(0);
    expect(seen.rarely).toBeGreaterThan(900);
    expect(seen.rarely).toBeLessThan(1100);
    expect(random.weighted(new Map())).toBeUndefined();
  });
});

describe('random programs', () => {
  // Whoever changes the generator makes other programs of the seeds that reports name, and another hash here.
  it('are the same in every run', () => {
    expect(sha256(textOf(programs.slice(0, 20)))).toBe(
      'e0b6c9702d215d0ae98942525174773c6976982cbce1506259620513a22cb12b',
    );
  });

  /**
   * MAP_NORESERVE came into mmap later: it is drawn with what was drawn before, so that seeds mean the same programs. So did
   * the programs about links: they are those of every fifth seed.
   */
  it('are the programs of before but for MAP_NORESERVE, and links', () => {
    const before = programs.slice(0, 25).filter(({ header }) => !header.get('random')?.endsWith('flavour=links'));
    expect(before).toHaveLength(20);
    const withoutFlag = textOf(before).replace(/^(mmap\(.*, )([23])\)$/gm, (_, call, flags) => `${call}${flags - 2})`);
    expect(sha256(withoutFlag)).toBe('1d6ba836c7a671e805913eebf50d94ef874e157e2e83a2d6ca22620168d797fc');
    for (const flags of [0n, 1n, 2n, 3n])
      expect(programs.flatMap(callsOf).some(({ name, args }) => name === 'mmap' && args[4] === flags)).toBe(true);
  });

  it('are the same for the same seed, and others for others', () => {
    for (const seed of [0, 1, 17, 2 ** 32 - 1])
      expect(printTrace(randomProgram(seed, 50))).toBe(printTrace(randomProgram(seed, 50)));
    expect(new Set(programs.map(({ items }) => items.slice(2).map(textOfItem).join('\n'))).size).toBe(PROGRAMS);
  });

  it('say what they were made from', () => {
    const { source, header, items } = randomProgram(17, 30);
    expect(source).toBe('seed-17');
    expect(header.get('kernel')).toBe('linux-6.1');
    const [kernel, random] = items.map(textOfItem);
    expect(kernel).toBe('# kernel: linux-6.1');
    expect(random).toMatch(/^# random: seed=17 length=30 flavour=(map|notify|host|keys|pages|links|mix)$/);
  });

  it('are traces: they can be printed and parsed again', () => {
    for (const program of programs) {
      const parsed = parseTrace(printTrace(program), program.source);
      expectEqual(parsed.items, program.items);
      expect(parsed.header.get('kernel')).toBe(program.header.get('kernel'));
    }
  });

  it('have as many random calls as they were asked for, behind those that set the scene', () => {
    for (const [seed, program] of programs.entries()) {
      const scene = callsOf(randomProgram(seed, 0));
      const calls = callsOf(program);
      expectEqual(calls.slice(0, scene.length), scene);
      // what must come before the last call comes with it
      expect(calls.length - scene.length).toBeGreaterThanOrEqual(LENGTH);
      expect(calls.length - scene.length).toBeLessThanOrEqual(LENGTH + 3);
    }
  });

  it('are of every flavour, and make every call', () => {
    const names = new Map<string, number>();
    const seen = new Set<string | undefined>();
    for (const program of programs) {
      seen.add(/flavour=(\w+)/.exec(printTrace(program))?.[1]);
      for (const { name } of callsOf(program)) names.set(name, (names.get(name) ?? 0) + 1);
    }
    expect([...seen].sort()).toEqual(flavours.map(({ name }) => name).sort());
    const wanted = operations.filter((operation) => !isLeftOut(operation)).map(({ name }) => name);
    expect([...names.keys()].sort()).toEqual([...wanted].sort());
    // once each would be chance
    expect([...names].filter(([, count]) => count < 50)).toEqual([]);
  });

  it('stay where their memory is', () => {
    const pages = watchedPages();
    expect(pages).toHaveLength(6 * ALL_SEGMENTS);
    for (const page of pages) {
      expect(page % 0x1000n).toBe(0n);
      expect(page).toBeGreaterThanOrEqual(HOST);
      expect(page).toBeLessThan(HOST + BigInt(ALL_SEGMENTS) * SEGMENT);
    }
    const places: Partial<Record<OperationName, number>> = { mmap: 1, store: 1, swap_out: 1, mremap: 3, munmap: 1 };
    for (const call of programs.flatMap(callsOf)) {
      const address = call.args[places[call.name] ?? -1];
      if (address === undefined) continue;
      expect(address).toBeGreaterThanOrEqual(HOST);
      expect(address).toBeLessThan(HOST + BigInt(ALL_SEGMENTS) * SEGMENT);
    }
  });

  it('get somewhere: calls succeed and fail, and notifiers are called', () => {
    const answers = new Map<string, Set<string>>();
    let notified = 0;
    for (const program of programs)
      for (const call of callsOf(runTrace(program))) {
        notified += call.events.filter(({ kind }) => kind === 'notify').length;
        const answer = printCall(call).split(' = ')[1] ?? '';
        answers.set(call.name, (answers.get(call.name) ?? new Set()).add(answer));
      }
    expect(notified).toBeGreaterThan(1000);
    expect(answers.get('gmap_fault')).toEqual(new Set(['0', '-EFAULT', '-EEXIST']));
    expect(answers.get('gmap_mprotect_notify')).toEqual(new Set(['0', '-EINVAL', '-EFAULT', '-EEXIST']));
    expect(answers.get('__gmap_link')).toEqual(new Set(['0', '-EEXIST']));
    expect(answers.get('gmap_map_segment')).toEqual(new Set(['0', '-EINVAL']));
    expect(answers.get('swap_out')).toEqual(new Set(['0', '-EFAULT', '-EINVAL']));
    expect(answers.get('mremap')).toEqual(new Set(['0', '-EFAULT', '-EINVAL']));
    expect(answers.get('ptep_test_and_clear_uc')).toEqual(new Set(['0', '1']));
    expect(answers.get('cond_set_guest_storage_key')).toEqual(new Set(['0', '1', '-EFAULT']));
  });
});

function textOfItem(item: Trace['items'][number]): string {
  return item.kind === 'comment' ? item.text : printCall(item);
}

/** What the model could not do of a program, by reason and name, and the calls that ended in BUG. */
function runAll(kernel: Kernel): { refused: string[]; bugs: string[] } {
  const refused = new Set<string>();
  const bugs: string[] = [];
  for (const program of programs) {
    for (const item of runTrace(portTrace(program, kernel), { kernel }).items) {
      if (item.kind !== 'call') continue;
      if (item.result?.kind === 'refused') refused.add(`${item.name}: ${item.result.reason}`);
      if (item.result?.kind === 'bug') bugs.push(`${program.source}: ${printCall(item)}`);
    }
  }
  return { refused: [...refused].sort(), bugs };
}

describe('the model survives every random program', () => {
  const NO_TABLE = 'the host address has no page table';
  const NO_FUNCTION = 'this kernel does not have the function, or does not export it';
  const NO_OBJECT = 'no such mm, gmap or notifier block';
  const all = (reason: string, ...names: readonly OperationName[]) => names.map((name) => `${name}: ${reason}`);

  it.each(['linux-5.10', 'linux-6.1', 'linux-6.12'] as const)('on %s', { timeout: 120_000 }, (kernel) => {
    expect(runAll(kernel)).toEqual({
      refused: all(NO_TABLE, 'essa_set_usage', 'essa_set_zero', 'ptep_notify'),
      bugs: [],
    });
  });

  it('on linux-4.7, ported: a gmap is gone there as soon as it is removed', { timeout: 120_000 }, () => {
    const keys = ['cond_set_guest_storage_key', 'reset_guest_reference_bit'] as const;
    expect(runAll('linux-4.7')).toEqual({
      refused: [
        ...all(NO_TABLE, 'essa_set_usage', 'essa_set_zero', 'ptep_notify'),
        ...all(NO_FUNCTION, 'gmap_get', 'gmap_put', 'gmap_mprotect_notify', 'ptep_notify', ...keys),
        ...all(NO_OBJECT, 'gmap_disable', 'gmap_translate', '__gmap_translate', 'gmap_unmap_segment'),
      ].sort(),
      bugs: [],
    });
  });
});
