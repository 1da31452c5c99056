// SPDX-License-Identifier: GPL-2.0-only
/** What a traced machine has kept, as calls of a trace; native/core/program/tracer.h has the words. */

import { type NativeTraceInfo, operations, traceWords } from '../generated/abi.js';
import type { Context } from '../native/context.js';
import { decodeProgram } from '../trace/decode-program.js';
import { withJson } from '../trace/json.js';
import { makeCall, makeComment, traceOf, type Unnumbered } from '../trace/make.js';
import { printCallWithoutResult } from '../trace/print.js';
import type { Trace, TraceCall } from '../trace/types.js';
import { hex } from '../trace/words.js';
import { GmapError } from './errors.js';

/** The last call that changed a word of storage, or a storage key, since tracing began. */
export interface Write {
  /** The number of the call: how many calls were traced before it. */
  readonly number: number;
  /** The call, as in a trace: `gmap_fault(g0, 0x1000, 0x1)`; accesses of a guest as `g0: guest store at 0x1000`. */
  readonly call: string;
  /** What was there before the call; undefined if the word was stored as part of a whole table, whose former content means nothing. */
  readonly before: bigint | undefined;
}

const GUEST_LOAD = operations.length;
const GUEST_STORE = operations.length + 1;
const WORD_BYTES = 8;

/** A call as it was traced. */
interface TracedCall {
  readonly text: string;
  /** Made inside a callback of the call before it: programs cannot make it. */
  readonly isNested: boolean;
  /** What a program makes in its place. */
  readonly calls: readonly TraceCall[];
}

export function traceInfoOf(context: Context, name: string): NativeTraceInfo {
  const info = context.native.traceInfo(context.handle);
  if (info === undefined)
    throw new GmapError('ERR_GMAP_NOT_TRACED', `${name}: the machine is not traced: call startTracing() first`);
  return context.expectObject(name, info);
}

export function isTraced(context: Context): boolean {
  const info = context.native.traceInfo(context.handle);
  if (typeof info === 'number') context.throwAnswer('isTraced', info);
  return info !== undefined;
}

export function lastWrite(context: Context, name: string, absolute: bigint, key: 0 | 1): Write | undefined {
  if (traceInfoOf(context, name).hasFailed)
    throw new GmapError('ERR_GMAP_MEMORY', `${name}: too much was traced to keep it all: trace anew`);
  const store = context.native.lastStore(context.handle, absolute, key);
  if (store === undefined) return undefined;
  if (typeof store === 'number') context.throwAnswer(name, store, ['absolute'], [absolute]);
  const { call: number, before, words, at } = store;
  const [head = 0n] = readCalls(context, at, 1);
  const call = decodeCall(readCalls(context, at, 1 + argumentCount(head)));
  return withJson({ number, call: call.text, before: words === 1 ? before : undefined });
}

/**
 * The calls that were traced as a program; what programs cannot do is a comment in it.
 *
 * @param header lines of the header, without `#`
 */
export function tracedProgram(context: Context, header: readonly string[]): Trace {
  const { isComplete, hasFailed, callWords } = traceInfoOf(context, 'tracedProgram');
  if (hasFailed) throw new GmapError('ERR_GMAP_MEMORY', 'tracedProgram: too much was traced to keep it all');
  const items: Unnumbered[] = header.map((text) => makeComment(`# ${text}`));
  if (!isComplete) items.push(makeComment('# the machine was used before it was traced: that is missing here'));
  const words = readCalls(context, 0, callWords);
  for (let at = 0; at < words.length; ) {
    const length = 1 + argumentCount(words[at] ?? 0n);
    const { text, isNested, calls } = decodeCall(words.subarray(at, at + length));
    if (isNested) items.push(makeComment(`# in a callback: ${text}`));
    else {
      if (calls.length !== 1 || text !== printCallWithoutResult(calls[0] as TraceCall))
        items.push(makeComment(`# ${text}`));
      for (const call of calls) items.push(call);
    }
    at += length;
  }
  return traceOf(items, '<traced>');
}

function argumentCount(head: bigint): number {
  return Number((head >> 8n) & 0xffn);
}

function readCalls(context: Context, from: number, count: number): BigUint64Array {
  const words = new BigUint64Array(count);
  context.expectOk('readTracedCalls', context.native.readTracedCalls(context.handle, from, words));
  return words;
}

function decodeCall(words: BigUint64Array): TracedCall {
  const [head = 0n, handle, address = 0n] = words;
  const operation = Number(head & 0xffn);
  const isNested = (head & traceWords.TRACE_NESTED) !== 0n;
  if (operation === GUEST_LOAD || operation === GUEST_STORE) {
    const isStore = operation === GUEST_STORE;
    const fault = faultCall(handle ?? 0n, address, isStore);
    const calls = Array.from({ length: Number(head >> 32n) }, () => fault);
    return { text: `g${handle}: guest ${isStore ? 'store' : 'load'} at ${hex(address)}`, isNested, calls };
  }
  const calls = decodeProgram(inWireFormat(words, operation));
  return { text: calls.map(printCallWithoutResult).join('; '), isNested, calls };
}

/** What the host does when a guest's access is interrupted. */
function faultCall(gmap: bigint, gaddr: bigint, isStore: boolean): TraceCall {
  return makeCall('gmap_fault', [gmap, gaddr, isStore ? 1n : 0n]);
}

function inWireFormat(words: BigUint64Array, operation: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * WORD_BYTES));
  for (const [i, word] of words.entries()) view.setBigUint64(i * WORD_BYTES, word, true);
  const { args } = operations[operation] ?? { args: [] };
  const rest = words.length - 1 - (args.length - 1);
  view.setUint32(0, operation | ((args.at(-1)?.form === 'REST' ? rest : 0) << 8), true);
  return new Uint8Array(view.buffer);
}
