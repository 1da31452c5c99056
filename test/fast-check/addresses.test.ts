// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaddr, length, segment, vmaddr } from '../../lib/fast-check/index.js';

const PAGE = 0x1000n;
const SEGMENT = 0x10_0000n;
const MAX = 2n ** 64n - 1n;

/** Many of them, always the same. */
const sample = (arbitrary: fc.Arbitrary<bigint>) => fc.sample(arbitrary, { numRuns: 4000, seed: 1 });

/** What is left when a property that fails for these has shrunk. */
function smallest(arbitrary: fc.Arbitrary<bigint>, fails: (value: bigint) => boolean): bigint | undefined {
  const details = fc.check(
    fc.property(arbitrary, (value) => !fails(value)),
    { numRuns: 4000, seed: 1 },
  );
  return details.counterexample?.[0];
}

describe('gaddr', () => {
  const values = sample(gaddr());

  it('is a word', () => {
    for (const value of values) expect(value >= 0n && value <= MAX).toBe(true);
  });

  it.each([
    ['a segment', SEGMENT],
    ['2 GiB', 2n ** 31n],
    ['4 TiB', 2n ** 42n],
    ['8 PiB', 2n ** 53n],
  ])('is often next to the border of %s', (_, border) => {
    const near = (from: bigint, to: bigint) => values.filter((value) => value >= from && value < to).length;
    expect(near(border - PAGE, border)).toBeGreaterThan(5);
    expect(near(border, border + PAGE)).toBeGreaterThan(20);
  });

  it('is often the first byte of a page, and not always', () => {
    const first = values.filter((value) => value % PAGE === 0n).length;
    expect(first / values.length).toBeGreaterThan(0.6);
    expect(first / values.length).toBeLessThan(0.95);
  });

  it('stays below a maximum', () => {
    for (const max of [0n, PAGE, 0x7fff_ffffn])
      for (const value of sample(gaddr({ max }))) expect(value <= max).toBe(true);
  });

  it('shrinks', () => {
    expect(smallest(gaddr(), () => true)).toBe(0n);
    expect(smallest(gaddr(), (value) => value >= SEGMENT)).toBe(SEGMENT);
    expect(smallest(gaddr(), (value) => value >= 2n ** 40n)).toBe(2n ** 42n);
  });
});

it('vmaddr is below 2^53 unless told otherwise', () => {
  expect(sample(vmaddr()).every((value) => value < 2n ** 53n)).toBe(true);
  expect(sample(vmaddr({ max: MAX })).some((value) => value >= 2n ** 53n)).toBe(true);
});

it('segment is a multiple of 1 MiB', () => {
  expect(sample(segment()).every((value) => value % SEGMENT === 0n)).toBe(true);
  expect(sample(segment({ max: 0x7fff_ffffn })).every((value) => value <= 0x7ff0_0000n)).toBe(true);
});

describe('length', () => {
  it('is mostly some units', () => {
    for (const unit of [PAGE, SEGMENT]) {
      const values = sample(length({ unit }));
      const whole = values.filter((value) => value !== 0n && value % unit === 0n && value <= 4n * unit).length;
      expect(whole / values.length).toBeGreaterThan(0.9);
      for (const odd of [0n, 1n, unit - 1n, unit + 1n]) expect(values).toContain(odd);
    }
  });

  it('is of pages, and shrinks to one', () => {
    expect(sample(length())).toContain(3n * PAGE);
    expect(smallest(length(), (value) => value > 1n)).toBe(PAGE);
  });
});

it('what is wrong with options is said', () => {
  expect(() => gaddr({ max: 1 as never })).toThrow('gaddr: max must be a bigint, not the number 1');
  expect(() => vmaddr({ max: -1n })).toThrow('vmaddr: max must be from 0n to 2n ** 64n - 1n, not -1n');
  expect(() => segment({ maximum: 1n } as never)).toThrow('segment: options has no "maximum": there are max');
  expect(() => length({ unit: 0n })).toThrow('length: unit must be from 1n to 2n ** 53n, not 0n');
  expect(() => length({ unit: 4096 as never })).toThrow('length: unit must be a bigint');
});
