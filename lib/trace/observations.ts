// SPDX-License-Identifier: GPL-2.0-only
/** What a machine answers to a program: see wire.h for the bytes. */
import { copyBytes } from '../arguments.js';
import {
  bugPlaces,
  type OperationName,
  refusals,
  WIRE_EVENT_WORDS,
  WIRE_FACT_WORDS,
  WIRE_NO_HANDLE,
  wireEvent,
  wireStatus,
} from '../generated/abi.js';
import { decodeFact } from './decode-fact.js';
import { withJson } from './json.js';
import { type Operation, operationTable } from './operations.js';
import type { CallResult, Change, RefusalCode, TraceEvent } from './types.js';
import { WordReader } from './word-reader.js';
import { isErrorWord, MAX_HANDLE } from './words.js';

/** What was observed of one executed call. */
export interface Observation {
  /** The name of the operation. */
  readonly name: OperationName;
  /** Absent if the function returns nothing. */
  readonly result: CallResult | undefined;
  /** What happened inside of it, in that order. */
  readonly events: readonly TraceEvent[];
  /** How the observed state changed: first what went, then what came. */
  readonly changes: readonly Change[];
}

/**
 * Reads the observations that `machine.execute()` answers with.
 *
 * @throws {ObservationError} if the bytes are cut off, or are no observations.
 */
export function decodeObservations(bytes: Uint8Array): Observation[] {
  return readObservations(copyBytes('decodeObservations: bytes', bytes));
}

/** The same of bytes that nobody else has. */
export function readObservations(bytes: Uint8Array): Observation[] {
  const reader = new WordReader(bytes);
  const observations: Observation[] = [];
  while (!reader.atEnd) observations.push(decodeObservation(reader));
  return observations;
}

/** Of each call only what it answered: the rest takes most of the time. */
export function readResults(bytes: Uint8Array): Pick<Observation, 'name' | 'result'>[] {
  const reader = new WordReader(bytes);
  const results: Pick<Observation, 'name' | 'result'>[] = [];
  while (!reader.atEnd) {
    const { name, result, events, facts } = decodeAnswer(reader);
    reader.skip(events * WIRE_EVENT_WORDS + facts * WIRE_FACT_WORDS);
    results.push({ name, result });
  }
  return results;
}

/** A call's answer, and how many events and facts follow it. */
interface Answer extends Pick<Observation, 'name' | 'result'> {
  readonly events: number;
  readonly facts: number;
}

function decodeAnswer(reader: WordReader): Answer {
  const head = reader.halves();
  const counts = reader.halves();
  const operation = operationTable[head.low & 0xff] ?? reader.fail(`no operation ${head.low & 0xff}`);
  const status = (head.low >>> 8) & 0xff;
  const value = reader.word();
  const gmaps = reader.repeat(head.high, 1, () => decodeHandle(reader, reader.word()));
  const result = decodeResult(reader, operation, status, value, gmaps);
  return { name: operation.name, result, events: counts.low, facts: counts.high };
}

function decodeObservation(reader: WordReader): Observation {
  const answer = decodeAnswer(reader);
  const events = reader.repeat(answer.events, WIRE_EVENT_WORDS, () => decodeEvent(reader));
  const changes = reader.repeat(answer.facts, WIRE_FACT_WORDS, () => decodeFact(reader));
  return { name: answer.name, result: answer.result, events, changes };
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
      return refused(refusals[Number(value) - 1] ?? reader.fail(`no refusal ${value}`));
    case wireStatus.UNSUPPORTED:
      return refused(UNSUPPORTED);
    default:
      return reader.fail(`no status ${status}`);
  }
}

const UNSUPPORTED = {
  name: 'UNSUPPORTED',
  text: 'this kernel does not have the function, or does not export it',
} as const;

function refused({ name, text }: { readonly name: RefusalCode; readonly text: string }): CallResult {
  return { kind: 'refused', code: name, reason: text };
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
    case 'HANDLE_SHADOW':
      if (isErrorWord(value)) return withJson<CallResult>({ kind: 'number', value });
      return { kind: 'handle', handle: decodeHandle(reader, value) };
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
  if (kind === wireEvent.INNER_SHADOW)
    return withJson({ kind: 'inner_shadow', notifier: low >>> 16, gmap, asce: end, answer: gaddr });
  return reader.fail(`no event ${kind}`);
}
