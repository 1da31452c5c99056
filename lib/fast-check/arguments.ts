// SPDX-License-Identifier: GPL-2.0-only
/** Arguments of the calls of programs, by the kinds that kinds.def has. */
import fc from 'fast-check';
import { type ArgKind, injectKinds } from '../generated/abi.js';
import { HOST, PAGE, SEGMENT } from '../programs/random/world.js';
import type { Operation } from '../trace/operations.js';
import { BORDERS, gaddr, length, pick, vmaddr } from './addresses.js';

/** Guest memory begins here: at the index 0 of the top table, or at one that needs more levels. */
// biome-ignore lint/plugin: a list of a few
const bases = mostly(fc.constant(0n), pick(...BORDERS));
/** Few, so that calls meet. */
const segments = fc.bigInt(0n, 3n).map((count) => count * SEGMENT);
/** Both ends of a segment, and neighbours. */
const pages = pick(0n, 1n, 2n, 0xffn).map((count) => count * PAGE);
const bytes = mostly(fc.constant(0n), fc.bigInt(0n, PAGE - 1n));

function sum(...parts: readonly fc.Arbitrary<bigint>[]): fc.Arbitrary<bigint> {
  // biome-ignore lint/plugin: parameters, of which calls here have a few
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
const PGSTE_IN = 0x0000_4000_0000_0000n;
const MADV_DONTNEED = 4n;

/** Arguments of gmap_map_segment: mostly segments. */
export const from: fc.Arbitrary<bigint> = mostly(hostSegment, pick(0n, HOST + PAGE));
export const to: fc.Arbitrary<bigint> = mostly(guestSegment, guestPage);
const pageLength = fc.oneof({ weight: 7, arbitrary: length() }, { weight: 1, arbitrary: length({ unit: SEGMENT }) });
const process = fc.constant(0n);

/** Handles are small numbers. */
const byKind: Record<ArgKind, fc.Arbitrary<bigint>> = {
  MM: process,
  ANY_MM: process,
  PAST_MM: process,
  GMAP: fc.bigInt(0n, 3n),
  NOTIFIER: fc.bigInt(0n, 2n),
  LIMIT: limit,
  GADDR: guestByte,
  GPAGE: mostly(guestPage, guestByte),
  GSEGMENT: to,
  GEND: guestPage,
  VMADDR: hostPage,
  VPAGE: hostPage,
  VPTE: tablePage,
  VSEGMENT: from,
  PAGES: pageLength,
  PRESENT_PAGES: pageLength,
  SEGMENTS: length({ unit: SEGMENT }),
  PROTECTION: pick(3n, 3n, 3n, 1n, 7n, 0n),
  NOTIFY_PROTECTION: pick(2n, 2n, 1n, 0n),
  FAULT_FLAGS: flag,
  KEY: fc.bigInt(0n, 0x7fn).map((key) => key << 1n),
  VALUE: fc.bigInt(0n, 0xffn),
  BITS: fc.constant(PGSTE_IN),
  FLAG: flag,
  MAP_FLAGS: fc.bigInt(0n, 3n),
  ADVICE: fc.constant(MADV_DONTNEED),
  USAGE: fc.bigInt(0n, 3n),
  CPU: fc.constant(0n),
  FAILURE: fc.bigInt(0n, BigInt(injectKinds.length - 1)),
  COUNT_DOWN: fc.bigInt(0n, 3n),
  TABLE: fc.constant(0n),
  ASCE: guestPage,
  EDAT: fc.bigInt(0n, 2n),
  SADDR: guestByte,
  GUEST_ENTRY: guestPage,
  WATCHED: hostPage,
};

/** The arguments of an operation. */
export function argumentsOf(operation: Operation): fc.Arbitrary<bigint[]> {
  // pages that are cut in two are not survived
  if (operation.name === 'gmap_discard')
    return fc.tuple(byKind.GMAP, guestPage, fc.bigInt(0n, 3n)).map(([g, from, n]) => [g, from, from + n * PAGE]);
  // biome-ignore lint/plugin: the arguments of an operation
  return fc.tuple(...operation.args.map(({ kind }) => byKind[kind]));
}
