// SPDX-License-Identifier: GPL-2.0-only
/** The native functions themselves, called as lib/ never would: they answer, whatever they are given. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { operations, outcome } from '../../lib/generated/abi.js';
import { native, wordOf } from '../../lib/native/binding.js';

type AnyFunction = (...args: unknown[]) => unknown;
const functions = Object.fromEntries(
  Object.entries(native).filter(([, value]) => typeof value === 'function'),
) as Record<string, AnyFunction>;

const options = {
  esop: true,
  idte: true,
  tlbLc: true,
  nx: true,
  debugVm: true,
  debugList: false,
  checkLocks: true,
  checkAlways: false,
  cpus: 1,
  storageLimit: 2 ** 22,
  maxSegments: 2 ** 20,
  maxPages: 2 ** 20,
};

function openMachine(): number {
  const machine = native.open('linux-4.7', options);
  if (typeof machine === 'object') return expect.fail(machine.text);
  onTestFinished(() => {
    native.close(machine);
  });
  return machine;
}

describe('native functions', () => {
  it('exist for every operation', () => {
    for (const { name } of operations) expect(functions[name]).toBeTypeOf('function');
  });

  const junk: unknown[] = [
    undefined,
    null,
    true,
    0,
    -1,
    1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 20,
    2 ** 31,
    2 ** 53,
    1e300,
    0n,
    -1n,
    2n ** 64n,
    '',
    'linux-4.7',
    Symbol('s'),
    {},
    [],
    () => {},
    new Uint8Array(8),
    new BigUint64Array(3),
    new Proxy({}, {}),
    new DataView(new ArrayBuffer(8)),
    new Date(),
    /x/,
  ];

  it.each(Object.keys(functions))('%s answers, whatever its arguments are', (name) => {
    const call = functions[name] as AnyFunction;
    expect(() => call()).not.toThrow();
    for (const value of junk) {
      expect(() => call(value)).not.toThrow();
      const opened = call(...Array.from({ length: 8 }, () => value));
      if (name === 'open' && typeof opened === 'number' && opened > 0) native.close(opened);
    }
  });

  it.each(Object.keys(functions).filter((name) => name !== 'open' && name !== 'close'))(
    '%s answers, whatever follows the handle',
    (name) => {
      const machine = openMachine();
      const mm = native.mmAt(machine, 0);
      const gmap = native.gmap_alloc(mm, 0n);
      for (const handle of [machine, mm, gmap])
        for (const value of junk)
          expect(() => functions[name]?.(handle, value, value, value, value, value)).not.toThrow();
      expect(native.reset(machine)).toBe(0);
      expect(native.check(machine)).toBe(0);
    },
  );

  it('know wrong kinds of handles, and stale ones', () => {
    const machine = openMachine();
    const mm = native.mmAt(machine, 0);
    const gmap = native.gmap_alloc(mm, 0n);
    for (const wrong of [0, machine, mm, gmap + 0.5 + 2 ** 20, gmap + 2 ** 20, gmap + 2 ** 52, -gmap, 2 ** 40])
      expect(native.gmap_translate(wrong, 0n)).toBe(outcome.CLOSED);
    expect(native.gmap_free(gmap)).toBe(0);
    expect(native.gmap_translate(gmap, 0n)).toBe(outcome.CLOSED);
    const next = native.gmap_alloc(mm, 0n);
    expect(next).not.toBe(gmap);
    expect(next % 2 ** 20).toBe(gmap % 2 ** 20);
    expect(native.gmap_translate(gmap, 0n)).toBe(outcome.CLOSED);
    expect(native.gmap_translate(next, 0n)).toBe(-14);
  });

  it('give out handles beyond 31 bits without mistaking one for another', () => {
    const machine = openMachine();
    const mm = native.mmAt(machine, 0);
    const seen: number[] = [];
    let gmap = 0;
    for (let i = 0; i < 10_000; i++) {
      gmap = native.gmap_alloc(mm, 0n);
      if (i % 100 === 0) seen.push(gmap);
      native.gmap_free(gmap);
    }
    expect(gmap).toBeGreaterThan(2 ** 32);
    gmap = native.gmap_alloc(mm, 0n);
    expect(native.gmap_map_segment(gmap, 0x100000n, 0n, 0x100000n)).toBe(0);
    expect(native.gmap_translate(gmap, 5n)).toBe(undefined);
    expect(wordOf(native)).toBe(0x100005n);
    for (const stale of seen) expect(native.gmap_translate(stale, 5n)).toBe(outcome.CLOSED);
  });

  it('say which argument is wrong, and how', () => {
    const machine = openMachine();
    const gmap = native.gmap_alloc(native.mmAt(machine, 0), 0n);
    const call = functions.gmap_map_segment as AnyFunction;
    expect(call(gmap, 0, 0n, 0n)).toBe(outcome.ARGUMENT - 2);
    expect(call(gmap, 0n, -1n, 0n)).toBe(outcome.ARGUMENT - 4 - 1);
    expect(call(gmap, 0n, 0n)).toBe(outcome.ARGUMENT - 6);
    expect(call('x')).toBe(outcome.ARGUMENT);
    expect(functions.inject?.(machine, 1, 1.5)).toBe(outcome.ARGUMENT - 4 - 1);
  });

  it('hand out observations only into room of the right size', () => {
    const machine = openMachine();
    expect(native.execute(machine, new Uint8Array(24))).toBe(24);
    expect(native.takeObservations(machine, new Uint8Array(16))).toBe(outcome.ARGUMENT - 2 - 1);
    expect(native.takeObservations(machine, new Uint8Array(24))).toBe(outcome.ARGUMENT - 2 - 1);
    expect(native.takeObservations(machine, new Uint8Array(0))).toBe(0);
  });
});
