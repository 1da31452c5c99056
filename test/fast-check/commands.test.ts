// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commands, Model, setup } from '../../lib/fast-check/index.js';
import { Gmap, kernels, Machine, type Result } from '../../lib/index.js';

const SEGMENT = 0x10_0000n;

const run = (machine: Machine) =>
  fc.property(commands({ maxCommands: 40 }), (calls) => fc.modelRun(() => setup(machine), calls));

describe('the model', () => {
  it.each(kernels)('says what %s does', (kernel) => {
    using machine = new Machine({ kernel });
    fc.assert(run(machine), { numRuns: 400 });
  });

  it('says so on machines without facilities, too', () => {
    using machine = new Machine({ facilities: { esop: false, idte: false, tlbLc: false }, cpus: 3 });
    fc.assert(run(machine), { numRuns: 400 });
  });

  it('meets links, and guests that share a host segment', () => {
    using machine = new Machine();
    const spy = vi.spyOn(Model.prototype, 'fault');
    fc.assert(run(machine), { numRuns: 400 });
    const answers = spy.mock.results.map(({ value }) => value);
    spy.mockRestore();
    const share = (answer: string) => answers.filter((other) => other === answer).length / answers.length;
    expect(share('0')).toBeGreaterThan(0.1);
    expect(share('-EEXIST')).toBeGreaterThan(0.002);
    expect(share('-EFAULT')).toBeLessThan(0.9);
  });
});

/** The commands of the smallest run that fails, and what is said of it. */
function shrunk(): { commands: string[]; message: string } {
  using machine = new Machine();
  const { failed, counterexample, errorInstance } = fc.check(run(machine), { numRuns: 1000, seed: 1 });
  if (!failed) return expect.fail('nothing was found');
  const [calls = []] = counterexample ?? [];
  return { commands: [...calls].map(String), message: errorInstance instanceof Error ? errorInstance.message : '' };
}

describe('a machine that does something else is caught by few commands', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('unmapping leaves the last segment mapped', () => {
    const { unmapSegment } = Gmap.prototype;
    vi.spyOn(Gmap.prototype, 'unmapSegment').mockImplementation(function (this: Gmap, { to, length }) {
      const isOdd = length < 2n * SEGMENT || length % SEGMENT !== 0n;
      return unmapSegment.call(this, { to, length: isOdd ? length : length - SEGMENT });
    });
    const { commands: calls, message } = shrunk();
    expect(calls.length).toBeLessThanOrEqual(5);
    expect(calls).toContain('gmap_alloc(mm0, 0x7fffffff)');
    expect(message).toMatch(/: the machine answers 0.*, the model -EFAULT$/);
  });

  it('read-only memory can be written to', () => {
    const { fault } = Gmap.prototype;
    vi.spyOn(Gmap.prototype, 'fault').mockImplementation(function (this: Gmap, gaddr) {
      return fault.call(this, gaddr);
    });
    expect(shrunk().commands.sort()).toEqual([
      'gmap_alloc(mm0, 0x7fffffff)',
      'gmap_fault(g0, 0x0, 0x1)',
      'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)',
      'mmap(mm0, 0x10000000000, 0x100000, 0x1, 0)',
    ]);
  });

  it('a host segment is linked twice', () => {
    const { fault } = Gmap.prototype;
    vi.spyOn(Gmap.prototype, 'fault').mockImplementation(function (this: Gmap, gaddr, options) {
      const result = fault.call(this, gaddr, options);
      return result.ok || result.error.code !== 'EEXIST' ? result : { ok: true, value: undefined };
    });
    const { commands: calls, message } = shrunk();
    expect(calls.map((call) => call.replace(/\(.*/, '')).sort()).toEqual([
      'gmap_alloc',
      'gmap_fault',
      'gmap_fault',
      'gmap_map_segment',
      'gmap_map_segment',
      'mmap',
    ]);
    expect(message).toMatch(/: the machine answers 0, the model -EEXIST$/);
  });

  it('an invariant does not hold', () => {
    const broken: Result<void, 'INVARIANT'> = {
      ok: false,
      error: { code: 'INVARIANT', syscall: 'machine_check', message: 'I7: g0: broken' },
    };
    const { unmapSegment } = Gmap.prototype;
    vi.spyOn(Gmap.prototype, 'unmapSegment').mockImplementation(function (this: Gmap, segment) {
      vi.spyOn(this.machine, 'check').mockReturnValueOnce(broken);
      return unmapSegment.call(this, segment);
    });
    const { commands: calls, message } = shrunk();
    expect(calls.map((call) => call.replace(/\(.*/, ''))).toEqual(['gmap_alloc', 'gmap_unmap_segment']);
    expect(message).toContain('I7: g0: broken');
  });
});

it('a failed run can be repeated', () => {
  const options = { seed: 1, path: '0', numRuns: 1 };
  const lengths: number[] = [];
  const property = fc.property(commands({ maxCommands: 5, replayPath: 'AAAAA:' }), (calls) => {
    lengths.push([...calls].length);
  });
  expect(fc.check(property, options).failed).toBe(false);
  expect(lengths).toHaveLength(1);
});

it('what is wrong with options is said', () => {
  expect(() => commands({ maxCommands: -1 })).toThrow(
    'commands: maxCommands must be a whole number from 0 to 2147483647',
  );
  expect(() => commands({ max: 1 } as never)).toThrow('commands: options has no "max"');
  expect(() => setup({} as never)).toThrow('setup: machine must be a Machine, not an object');
});
