// SPDX-License-Identifier: GPL-2.0-only
/** From a trace to the binary program that machines execute: see wire.h. */
import { WIRE_NO_HANDLE } from '../generated/abi.js';
import { operationOf } from './operations.js';
import { checkTrace } from './shapes.js';
import type { Trace, TraceCall, TraceItem } from './types.js';
import { MAX_WORD } from './words.js';

const WORD_BYTES = 8;

/** The calls of a trace, without those that a machine refused to execute. */
export function callsOf(trace: Trace): TraceCall[] {
  return trace.items.filter(isExecuted);
}

export function isExecuted(item: TraceItem): item is TraceCall {
  return item.kind === 'call' && item.result?.kind !== 'refused';
}

/** Whether a call says what was observed of it. A handle that is named is part of a program. */
export function isObserved({ result, events, changes }: TraceCall): boolean {
  return events.length > 0 || changes.length > 0 || (result !== undefined && result.kind !== 'handle');
}

/**
 * The program that makes the calls of a trace, in the binary format of `machine.execute()`. A recorded handle is
 * the handle that the result shall get; nothing else that was recorded goes into the program.
 *
 * @throws {RangeError} if a call of a trace that was not parsed has too few or too many arguments, or
 * one outside 0 to 2^64 - 1.
 */
export function encodeProgram(trace: Trace): Uint8Array {
  checkTrace('encodeProgram: trace', trace);
  return encodeCalls(callsOf(trace));
}

/** The same for calls that follow each other in some trace. */
export function encodeCalls(calls: readonly TraceCall[]): Uint8Array {
  const words = calls.reduce((sum, call) => sum + 1 + argumentsOf(call).length, 0);
  const view = new DataView(new ArrayBuffer(words * WORD_BYTES));
  let at = 0;
  for (const call of calls) {
    view.setBigUint64(at, encodeHead(call), true);
    for (const arg of argumentsOf(call)) {
      at += WORD_BYTES;
      view.setBigUint64(at, arg, true);
    }
    at += WORD_BYTES;
  }
  return new Uint8Array(view.buffer);
}

/** With all ones in place of an argument that was left out. */
function argumentsOf(call: TraceCall): readonly bigint[] {
  const { args } = operationOf(call);
  const isLeftOut = args.at(-1)?.form === 'OPT' && call.args.length === args.length - 1;
  return isLeftOut ? [...call.args, MAX_WORD] : call.args;
}

function encodeHead(call: TraceCall): bigint {
  const { code, args } = operationOf(call);
  const hasRest = args.at(-1)?.form === 'REST';
  const named = hasRest ? args.length - 1 : args.length;
  const rest = argumentsOf(call).length - named;
  if (rest < 0 || rest > (hasRest ? 0xff : 0)) {
    throw new RangeError(`${call.name} takes ${hasRest ? `${named} to ${named + 0xff}` : named} arguments`);
  }
  const handle = call.result?.kind === 'handle' ? call.result.handle : WIRE_NO_HANDLE;
  return (BigInt(handle) << 32n) | (BigInt(rest) << 8n) | BigInt(code);
}
