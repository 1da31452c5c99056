// SPDX-License-Identifier: GPL-2.0-only
/** Arguments of the calls of programs, by the names that ops.def gives them. */
import fc from 'fast-check';
import { HOST, PAGE, SEGMENT } from '../programs/random/world.js';
import type { Operation } from '../trace/operations.js';
import { BORDERS, gaddr, length, pick, vmaddr } from './addresses.js';

/** Guest memory begins here: at the index 0 of the top table, or at one that needs more levels. */
const bases = mostly(fc.constant(0n), pick(...BORDERS));
/** Few, so that calls meet. */
const segments = fc.bigInt(0n, 3n).map((count) => count * SEGMENT);
/** Both ends of a segment, and neighbours. */
const pages = pick(0n, 1n, 2n, 0xffn).map((count) => count * PAGE);
const bytes = mostly(fc.constant(0n), fc.bigInt(0n, PAGE - 1n));

function sum(...parts: readonly fc.Arbitrary<bigint>[]): fc.Arbitrary<bigint> {
  return fc.tuple(...parts).map((values) => values.reduce((a, b) => a + b, 0n));
}

/** Mostly one that others meet. */
function mostly(usual: fc.Arbitrary<bigint>, other: fc.Arbitrary<bigint>): fc.Arbitrary<bigint> {
  return fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: other });
}

const host = fc.constant(HOST);
const guestSegment = sum(bases, segments);
export const hostSegment: fc.Arbitrary<bigint> = sum(host, segments);
const guestPage = sum(bases, segments, pages);
export const guestByte: fc.Arbitrary<bigint> = mostly(sum(bases, segments, pages, bytes), gaddr());
const hostPage = mostly(sum(host, segments, pages), vmaddr());
/** Below what three levels of host tables cover: 4.7 looks for PTEs without asking whether there are more. */
const tablePage = mostly(sum(host, segments, pages), vmaddr({ max: (1n << 42n) - 1n }));

/** Highest guest addresses wanted: of two, three, four, five levels. */
export const limit: fc.Arbitrary<bigint> = pick(
  0x7fff_ffffn,
  0x3ff_ffff_ffffn,
  0x1f_ffff_ffff_ffffn,
  0xffff_ffff_ffff_ffffn,
);

const flag = fc.bigInt(0n, 1n);
/** Of mmap: shared 1, MAP_NORESERVE 2. */
const mapFlags = fc.bigInt(0n, 3n);
const protection = pick(3n, 3n, 3n, 1n, 7n, 0n);
const PGSTE_IN = 0x0000_4000_0000_0000n;

/** Arguments of gmap_map_segment: mostly segments. */
export const from: fc.Arbitrary<bigint> = mostly(hostSegment, pick(0n, HOST + PAGE));
export const to: fc.Arbitrary<bigint> = mostly(guestSegment, guestPage);
const ofSegments: Record<string, fc.Arbitrary<bigint>> = { from, to, len: length({ unit: SEGMENT }) };

const byName: Record<string, fc.Arbitrary<bigint>> = {
  limit,
  gaddr: guestByte,
  vmaddr: tablePage,
  addr: hostPage,
  old: hostPage,
  new: hostPage,
  len: fc.oneof({ weight: 7, arbitrary: length() }, { weight: 1, arbitrary: length({ unit: SEGMENT }) }),
  newlen: length(),
  flags: flag,
  prot: protection,
  advice: fc.constant(4n),
  key: fc.bigInt(0n, 0x7fn).map((key) => key << 1n),
  nq: flag,
  mr: flag,
  mc: flag,
  usage: fc.bigInt(0n, 3n),
  zero: flag,
  value: fc.bigInt(0n, 0xffn),
  bits: fc.constant(PGSTE_IN),
};

/** The arguments of an operation. Handles are small numbers. */
export function argumentsOf(operation: Operation): fc.Arbitrary<bigint[]> {
  // pages that are cut in two are not survived
  if (operation.name === 'gmap_discard')
    return fc.tuple(fc.bigInt(0n, 3n), guestPage, fc.bigInt(0n, 3n)).map(([g, from, n]) => [g, from, from + n * PAGE]);
  return fc.tuple(...operation.args.map((arg) => argument(operation, arg)));
}

function argument({ name: operation }: Operation, { name, kind }: Operation['args'][number]): fc.Arbitrary<bigint> {
  if (kind === 'MM' || kind === 'NULL') return fc.constant(0n);
  if (kind === 'GMAP') return fc.bigInt(0n, 3n);
  if (kind === 'NOTIFIER') return fc.bigInt(0n, 2n);
  if (operation === 'gmap_mprotect_notify' && name === 'gaddr') return mostly(guestPage, guestByte);
  if (operation === 'gmap_mprotect_notify' && name === 'prot') return pick(2n, 2n, 1n, 0n);
  if (operation === 'mmap' && name === 'flags') return mapFlags;
  const isOfSegments = operation === 'gmap_map_segment' || operation === 'gmap_unmap_segment';
  const arbitrary = (isOfSegments ? ofSegments[name] : undefined) ?? byName[name];
  if (!arbitrary) throw new Error(`${operation} has an argument ${name}, of which nothing is known here`);
  return arbitrary;
}
