// SPDX-License-Identifier: GPL-2.0-only
/** From a binary program, which any bytes are, to calls: see wire.h. */
import { injectKinds, WIRE_NO_HANDLE } from '../generated/abi.js';
import { makeCall } from './make.js';
import { type Operation, operationTable } from './operations.js';
import type { TraceCall } from './types.js';
import { MAX_HANDLE } from './words.js';

const WORD_BYTES = 8;

/**
 * The calls of a program in the binary format of `machine.execute()`; what the end cuts off is left out, as it is when
 * the program is executed. So are failures of a kind that does not exist: machines refuse them.
 */
export function decodeProgram(program: Uint8Array): TraceCall[] {
  const calls: TraceCall[] = [];
  decodeWhole(program, calls);
  return calls;
}

/** The same for a program that comes piece by piece. */
export function* decodePieces(pieces: Iterable<Uint8Array>): Generator<TraceCall> {
  let rest = new Uint8Array(0);
  for (const piece of pieces) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    const calls: TraceCall[] = [];
    rest = bytes.subarray(decodeWhole(bytes, calls));
    yield* calls;
  }
}

/** Adds the calls that are there to their end. Answers where the first one begins that is not. */
function decodeWhole(program: Uint8Array, calls: TraceCall[]): number {
  const words = new DataView(program.buffer, program.byteOffset, program.byteLength);
  const count = Math.floor(program.byteLength / WORD_BYTES);
  let at = 0;
  while (at < count) {
    const head = words.getBigUint64(at * WORD_BYTES, true);
    const operation = operationAt(head);
    const length = argumentCount(operation, head);
    if (at + 1 + length > count) break;
    const raw = Array.from({ length }, (_, i) => words.getBigUint64((at + 1 + i) * WORD_BYTES, true));
    at += 1 + length;
    const args = raw.map((word, i) => argumentOf(operation, i, word));
    if (operation.name !== 'inject' || Number(args[0]) < injectKinds.length) calls.push(callOf(operation, head, args));
  }
  return at * WORD_BYTES;
}

function operationAt(head: bigint): Operation {
  const operation = operationTable[Number(head & 0xffn) % operationTable.length];
  if (!operation) throw new Error('the table of operations is empty');
  return operation;
}

function argumentCount({ args }: Operation, head: bigint): number {
  return args.at(-1)?.form === 'REST' ? args.length - 1 + Number((head >> 8n) & 0xffn) : args.length;
}

/** As a trace can say it; what it cannot say is something that no machine has. */
function argumentOf({ args }: Operation, i: number, word: bigint): bigint {
  switch (args[i]?.form) {
    case 'MM':
    case 'GMAP':
    case 'NOTIFIER':
      return word > BigInt(MAX_HANDLE) ? BigInt(MAX_HANDLE) : word;
    case 'NULL':
      return 0n;
    default:
      return word;
  }
}

function callOf({ name, result }: Operation, head: bigint, args: readonly bigint[]): TraceCall {
  const handle = Number(head >> 32n);
  const named = result.startsWith('HANDLE_') && handle !== WIRE_NO_HANDLE;
  return makeCall(name, args, named ? { kind: 'handle', handle } : undefined);
}
