// SPDX-License-Identifier: GPL-2.0-only
/** How a tree's own code came to a store, or to a BUG; native/core/program/tracer.h has the words. */

import { traceWords } from '../generated/abi.js';
import type { Context } from '../native/context.js';
import { GmapError } from './errors.js';
import { traceInfoOf } from './tracing.js';

/** Return addresses in a built code's addon, the innermost first, counted from where it was loaded. */
export type CallPath = readonly bigint[];

export interface TracedStore {
  /** Of how many traced calls before. */
  readonly call: number;
  /** An absolute address, with the bits TRACE_KEY, TRACE_TABLE, TRACE_VMA. */
  readonly place: bigint;
  readonly before: bigint;
  /** More than one for a fill or a copy. */
  readonly words: number;
  /** Empty where none was kept: it is the port's, or the C library looks through no frames. */
  readonly path: CallPath;
}

export interface TracedPaths {
  readonly stores: readonly TracedStore[];
  /** Of the BUG that the machine died of. */
  readonly bug: CallPath;
}

const STORE_WORDS = Number(traceWords.TRACE_STORE_WORDS);
const LOW = 0xffff_ffffn;

/** Traces the machine, anew if it is traced, and keeps call paths. */
export function startTracingPaths(context: Context): void {
  context.expectOk('startTracing', context.native.trace(context.handle, 1));
  context.expectOk('startTracing', context.native.tracePaths(context.handle, 1));
}

/** All stores since then. @throws {GmapError} ERR_GMAP_MEMORY if they were too many. */
export function tracedPathsOf(context: Context): TracedPaths {
  const { native, handle } = context;
  const { storeWords, pathWords, hasFailed } = traceInfoOf(context, 'tracedPaths');
  if (hasFailed) throw new GmapError('ERR_GMAP_MEMORY', 'tracedPaths: too much was traced to keep it all');
  const stores = new BigUint64Array(storeWords);
  context.expectOk('readTracedStores', native.readTracedStores(handle, 0, stores));
  const words = new BigUint64Array(pathWords);
  context.expectOk('readTracedPaths', native.readTracedPaths(handle, 0, words));
  const paths = readPaths(words);
  return { stores: readStores(stores, paths), bug: paths.get(traceWords.TRACE_PATH_BUG) ?? [] };
}

function readPaths(words: BigUint64Array): Map<bigint, CallPath> {
  const paths = new Map<bigint, CallPath>();
  for (let at = 0; at < words.length; ) {
    const head = words[at++] ?? 0n;
    const end = at + Number(head & LOW);
    paths.set(head >> 32n, [...words.subarray(at, end)]);
    at = end;
  }
  return paths;
}

function readStores(words: BigUint64Array, paths: ReadonlyMap<bigint, CallPath>): TracedStore[] {
  return Array.from({ length: words.length / STORE_WORDS }, (_, i) => {
    const [place = 0n, before = 0n, by = 0n] = words.subarray(i * STORE_WORDS, (i + 1) * STORE_WORDS);
    return { place, before, call: Number(by & LOW), words: Number(by >> 32n), path: paths.get(BigInt(i)) ?? [] };
  });
}
