// SPDX-License-Identifier: GPL-2.0-only
/** Addresses and lengths that meet each other, and the borders that the kernel's tables have. */
import fc from 'fast-check';
import { checkAddress, checkBigint, type Taker, takeOptions, withDefault } from '../arguments.js';
import { PAGE, SEGMENT } from '../programs/random/world.js';
import { MAX_WORD } from '../trace/words.js';

/** What one entry of a table maps: a segment table's (1 MiB), a region-third (2 GiB), -second (4 TiB), -first (8 PiB) table's. */
export const BORDERS: readonly [bigint, bigint, bigint, bigint] = [SEGMENT, 1n << 31n, 1n << 42n, 1n << 53n];

/** Which addresses. */
export interface AddressOptions {
  /** The highest address, from 0n to 2n ** 64n - 1n. */
  readonly max?: bigint;
}

/**
 * Guest addresses in bytes, from 0n to `max` (default 2n ** 64n - 1n; for a gmap its `asceEnd`): most are near the border of
 * a segment (1 MiB), of what an entry of a region table maps (2 GiB, 4 TiB, 8 PiB), or near the end; many are the first byte
 * of a page (4 KiB). They shrink toward 0n, and to rounder ones.
 *
 * ```ts
 * // one segment is mapped
 * fc.assert(fc.property(gaddr({ max: gmap.asceEnd }), (address) => gmap.translate(address).ok === address < 0x100000n));
 * ```
 */
export function gaddr(options: AddressOptions = {}): fc.Arbitrary<bigint> {
  return address(maxOf('gaddr', options, MAX_WORD));
}

/**
 * Host addresses in bytes, from 0n to `max` (default 2n ** 53n - 1n, what a process can map in 4.7). As {@link gaddr}.
 */
export function vmaddr(options: AddressOptions = {}): fc.Arbitrary<bigint> {
  return address(maxOf('vmaddr', options, (1n << 53n) - 1n));
}

/** First addresses of segments: multiples of 1 MiB up to `max` (default 2n ** 64n - 1n). As {@link gaddr}. */
export function segment(options: AddressOptions = {}): fc.Arbitrary<bigint> {
  const max = maxOf('segment', options, MAX_WORD);
  return address(max).map((any) => any - (any % SEGMENT));
}

/** Which lengths. */
export interface LengthOptions {
  /** Most lengths are multiples of it: 0x1000n (the default) for pages, 0x100000n for segments. */
  readonly unit?: bigint;
}

/**
 * Lengths in bytes: mostly one to four units, now and then one that is no multiple of it, or no length at all. They shrink
 * toward one unit.
 */
export function length(options: LengthOptions = {}): fc.Arbitrary<bigint> {
  const { unit = PAGE } = takeOptions('length: options', options, { unit: takeUnit });
  const units = fc.bigInt(1n, 4n).map((count) => count * unit);
  const odd = fc.constantFrom(0n, 1n, unit - 1n, unit + 1n);
  return fc.oneof({ weight: 15, arbitrary: units }, { weight: 1, arbitrary: odd });
}

const takeUnit: Taker<bigint> = (name, value) =>
  value === undefined ? PAGE : checkBigint(name, value, 1n, 1n << 53n, 'from 1n to 2n ** 53n');

function maxOf(name: string, options: AddressOptions, otherwise: bigint): bigint {
  const { max = otherwise } = takeOptions(`${name}: options`, options, { max: withDefault(checkAddress, otherwise) });
  return max;
}

/** One of these. Shrinks toward the first, through those between: constantFrom tries the first one only. */
export function pick(...values: readonly [bigint, ...bigint[]]): fc.Arbitrary<bigint> {
  return fc.nat({ max: values.length - 1 }).map((i) => values[i] ?? values[0]);
}

/** Some segments, pages and bytes away from a border, or from the end, in either direction. */
function address(max: bigint): fc.Arbitrary<bigint> {
  // biome-ignore lint/plugin: a list of a few, above
  const border = fc.tuple(pick(...BORDERS, max + 1n), fc.bigInt(0n, 3n)).map(([size, times]) => size * times);
  return fc.tuple(border, offset).map(([start, distance]) => within(start + distance, max));
}

function within(address: bigint, max: bigint): bigint {
  if (address < 0n) return 0n;
  return address > max ? max : address;
}

/** Mostly nothing. */
function rarely(arbitrary: fc.Arbitrary<bigint>): fc.Arbitrary<bigint> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary });
}

const offset = fc
  .tuple(rarely(fc.bigInt(-2n, 2n)), rarely(fc.bigInt(-2n, 2n)), rarely(fc.bigInt(-1n, PAGE - 1n)))
  .map(([segments, pages, bytes]) => segments * SEGMENT + pages * PAGE + bytes);
