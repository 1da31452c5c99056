// SPDX-License-Identifier: GPL-2.0-only
/** Observations as a machine writes them, made from the description in wire.h and not from the code under test. */
import {
  bugPlaces,
  operations,
  WIRE_NO_HANDLE,
  WIRE_NO_KEY,
  wireEvent,
  wireFact,
  wireLevel,
  wireLowcore,
  wirePte,
  wireStatus,
} from '../../lib/generated/abi.js';
import type { Observation } from '../../lib/trace/observations.js';
import type { CallResult, Change, Fact, FactKey, TraceEvent } from '../../lib/trace/types.js';

export function bytesOf(words: readonly bigint[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * words.length));
  words.forEach((word, i) => {
    view.setBigUint64(8 * i, word, true);
  });
  return new Uint8Array(view.buffer);
}

export function encodeObservation({ name, result, events, changes }: Observation): bigint[] {
  const gmaps = result?.kind === 'list' ? result.gmaps : [];
  const status = result?.kind === 'bug' ? wireStatus.BUG : wireStatus.OK;
  const operation = operations.findIndex((row) => row.name === name);
  return [
    BigInt(operation) | (BigInt(status) << 8n) | (BigInt(gmaps.length) << 32n),
    BigInt(events.length) | (BigInt(changes.length) << 32n),
    encodeValue(result),
    ...gmaps.map(BigInt),
    ...events.flatMap(encodeEvent),
    ...changes.flatMap(encodeChange),
  ];
}

function encodeValue(result: CallResult | undefined): bigint {
  switch (result?.kind) {
    case 'number':
      return result.value;
    case 'handle':
      return BigInt(result.handle);
    case 'null':
      return BigInt(WIRE_NO_HANDLE);
    case 'list':
      return BigInt(result.gmaps.length);
    case 'bug':
      return BigInt(1 + bugPlaces.findIndex(({ name }) => name === result.place));
    default:
      return 0n;
  }
}

function encodeEvent(event: TraceEvent): bigint[] {
  const gmap = BigInt(event.gmap) << 32n;
  if (event.kind === 'idte') return [BigInt(wireEvent.IDTE) | gmap, 0x1c3n, 0n];
  if (event.kind === 'inner_shadow') {
    const head = BigInt(wireEvent.INNER_SHADOW) | (BigInt(event.notifier) << 16n) | gmap;
    return [head, event.answer, event.asce];
  }
  const kind = event.end === undefined ? wireEvent.NOTIFY : wireEvent.NOTIFY_RANGE;
  return [BigInt(kind) | (BigInt(event.notifier) << 16n) | gmap, event.gaddr, event.end ?? 0n];
}

function encodeChange(change: Change): bigint[] {
  if (change.sign === '-') return [...encodeKey(change.key), 0n, 0n, 0n, 0n];
  const [id = 0n, address = 0n] = encodeKey(change.fact);
  const fields = encodeFields(change.fact);
  return [id | 1n, address, ...fields, ...Array.from({ length: 4 - fields.length }, () => 0n)];
}

function encodeKey(key: FactKey): bigint[] {
  const id = (kind: number, handle = 0, level = 0) =>
    (BigInt(kind) << 56n) | (BigInt(handle) << 24n) | (BigInt(level) << 16n);
  switch (key.kind) {
    case 'lowcore':
      return [id(wireFact.LOWCORE), 0n];
    case 'gmap':
      return [id(wireFact.GMAP, key.gmap), 0n];
    case 'g2h':
      return [id(wireFact.G2H, key.gmap), key.gaddr];
    case 'h2g':
      return [id(wireFact.H2G, key.gmap), key.vmaddr];
    case 'entry':
      return [id(wireFact.ENTRY, key.gmap, wireLevel[upper(key.level)]), key.gaddr];
    case 'pte':
      return [id(wireFact.PTE), key.vmaddr];
    case 'shadow':
      return [id(wireFact.SHADOW, key.gmap), 0n];
    case 'spte':
      return [id(wireFact.SPTE, key.gmap), key.saddr];
    case 'rmap':
      return [id(wireFact.RMAP, key.gmap, key.place), key.vmaddr];
  }
}

function encodeFields(fact: Fact): bigint[] {
  switch (fact.kind) {
    case 'lowcore':
      if (typeof fact.enabled === 'number') return [BigInt(wireLowcore.GMAP), BigInt(fact.enabled)];
      return [BigInt(wireLowcore[upper(fact.enabled)])];
    case 'gmap':
      return [fact.asce, fact.end, fact.tables];
    case 'g2h':
      return [fact.vmaddr];
    case 'h2g':
      return [fact.gaddr];
    case 'entry':
      if ('index' in fact) return [fact.flags, fact.index, fact.level === 'seg' ? 2n : 0n];
      return fact.host === '?' ? [fact.flags, 0n, 1n] : [fact.flags, fact.host, 0n];
    case 'pte':
      if (fact.page === 'notable') return [BigInt(wirePte.NOTABLE), 0n, 0n, BigInt(WIRE_NO_KEY)];
      return [
        BigInt(wirePte[upper(fact.page)]),
        fact.pte | (fact.pmd << 32n),
        fact.pgste,
        fact.key ?? BigInt(WIRE_NO_KEY),
      ];
    case 'shadow': {
      const place = fact.child === '-' ? 0n : fact.child + 1n;
      const state = { making: 0n, removed: 1n, live: 2n }[fact.state];
      return [
        fact.asce,
        fact.edat | (state << 32n) | (place << 40n),
        BigInt(fact.parent),
        fact.pts | (fact.refs << 32n),
      ];
    }
    case 'spte':
      return fact.host === '?' ? [fact.flags, 0n, fact.pgste, 1n] : [fact.flags, fact.host, fact.pgste];
    case 'rmap':
      return [fact.raddr];
  }
}

function upper<Word extends string>(word: Word): Uppercase<Word> {
  return word.toUpperCase() as Uppercase<Word>;
}
