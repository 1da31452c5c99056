// SPDX-License-Identifier: GPL-2.0-only
/** What a machine answers to a program: see wire.h for the bytes. */
import {
  bugPlaces,
  type OperationName,
  WIRE_EVENT_WORDS,
  WIRE_FACT_WORDS,
  WIRE_NO_HANDLE,
  wireEvent,
  wireRefusal,
  wireStatus,
} from '../generated/abi.js';
import { decodeFact } from './decode-fact.js';
import { withJson } from './json.js';
import { type Operation, operationTable } from './operations.js';
import type { CallResult, Change, TraceEvent } from './types.js';
import { WordReader } from './word-reader.js';
import { MAX_HANDLE } from './words.js';

/** What was observed of one executed call. */
export interface Observation {
  readonly name: OperationName;
  /** Absent if the function returns nothing. */
  readonly result: CallResult | undefined;
  readonly events: readonly TraceEvent[];
  readonly changes: readonly Change[];
}

/** Why a machine refuses a call, in words. */
const REFUSALS: Record<keyof typeof wireRefusal, string> = {
  BAD_HANDLE: 'no such mm, gmap or notifier block',
  HANDLE_TAKEN: 'the handle for the result is in use',
  BUDGET: "more work than the machine's limits allow",
  DEAD: 'an earlier call ended in BUG',
  IN_CALLBACK: 'the kernel forbids this inside a notifier callback',
  BAD_ARGUMENT: 'no such kind of failure, CPU or usage state, or no page table there',
  INLINED: 'this kernel has the function only inlined',
};
/** Why the kernel did not execute a call, in words: what {@link isUnsupported} looks for. */
export const UNSUPPORTED = 'this kernel does not have the function, or does not export it';

const reasonByNumber = new Map<number, string>(
  Object.entries(REFUSALS).map(([name, text]) => [wireRefusal[name as keyof typeof wireRefusal], text]),
);

/**
 * Reads the observations that `machine.execute()` answers with.
 *
 * @throws {ObservationError} if the bytes are cut off, or are no observations.
 */
export function decodeObservations(bytes: Uint8Array): Observation[] {
  const reader = new WordReader(bytes);
  const observations: Observation[] = [];
  while (!reader.atEnd) observations.push(decodeObservation(reader));
  return observations;
}

function decodeObservation(reader: WordReader): Observation {
  const head = reader.halves();
  const counts = reader.halves();
  const operation = operationTable[head.low & 0xff] ?? reader.fail(`no operation ${head.low & 0xff}`);
  const status = (head.low >>> 8) & 0xff;
  const value = reader.word();
  const gmaps = reader.repeat(head.high, 1, () => decodeHandle(reader, reader.word()));
  const events = reader.repeat(counts.low, WIRE_EVENT_WORDS, () => decodeEvent(reader));
  const changes = reader.repeat(counts.high, WIRE_FACT_WORDS, () => decodeFact(reader));
  return { name: operation.name, result: decodeResult(reader, operation, status, value, gmaps), events, changes };
}

function decodeResult(
  reader: WordReader,
  operation: Operation,
  status: number,
  value: bigint,
  gmaps: readonly number[],
): CallResult | undefined {
  switch (status) {
    case wireStatus.OK:
      return decodeValue(reader, operation, value, gmaps);
    case wireStatus.BUG: {
      const place = bugPlaces[Number(value) - 1] ?? reader.fail(`no bug place ${value}`);
      return { kind: 'bug', place: place.name };
    }
    case wireStatus.REFUSED:
      return { kind: 'refused', reason: reasonByNumber.get(Number(value)) ?? reader.fail(`no refusal ${value}`) };
    case wireStatus.UNSUPPORTED:
      return { kind: 'refused', reason: UNSUPPORTED };
    default:
      return reader.fail(`no status ${status}`);
  }
}

function decodeValue(
  reader: WordReader,
  operation: Operation,
  value: bigint,
  gmaps: readonly number[],
): CallResult | undefined {
  switch (operation.result) {
    case 'VOID':
      return undefined;
    case 'LIST_GMAP':
      return { kind: 'list', gmaps };
    case 'HANDLE_MM':
    case 'HANDLE_GMAP':
      if (value === BigInt(WIRE_NO_HANDLE)) return { kind: 'null' };
      return { kind: 'handle', handle: decodeHandle(reader, value) };
    default:
      return withJson<CallResult>({ kind: 'number', value });
  }
}

function decodeHandle(reader: WordReader, word: bigint): number {
  return word <= MAX_HANDLE ? Number(word) : reader.fail(`no handle ${word}`);
}

function decodeEvent(reader: WordReader): TraceEvent {
  const { low, high: gmap } = reader.halves();
  const gaddr = reader.word();
  const end = reader.word();
  const kind = low & 0xff;
  if (kind === wireEvent.IDTE) return { kind: 'idte', gmap };
  if (kind === wireEvent.NOTIFY || kind === wireEvent.NOTIFY_RANGE) {
    const last = kind === wireEvent.NOTIFY ? undefined : end;
    return withJson({ kind: 'notify', notifier: low >>> 16, gmap, gaddr, end: last });
  }
  return reader.fail(`no event ${kind}`);
}
