// SPDX-License-Identifier: GPL-2.0-only
/** Reads a changed fact: struct wire_fact of wire.h. */
import { WIRE_NO_KEY, wireFact, wireLevel, wireLowcore, wirePte } from '../generated/abi.js';
import { withJson } from './json.js';
import type { Change, Fact, FactKey, Level, LowcoreFact, PageKind, PteFact } from './types.js';
import type { WordReader } from './word-reader.js';

type Fields = readonly [bigint, bigint, bigint, bigint];

const LEVELS = new Map<number, Level>([
  [wireLevel.R1, 'r1'],
  [wireLevel.R2, 'r2'],
  [wireLevel.R3, 'r3'],
  [wireLevel.SEG, 'seg'],
]);

const PAGES = new Map<bigint, PageKind | 'notable'>([
  [BigInt(wirePte.NOTABLE), 'notable'],
  [BigInt(wirePte.NONE), 'none'],
  [BigInt(wirePte.ZERO), 'zero'],
  [BigInt(wirePte.ANON), 'anon'],
  [BigInt(wirePte.PAGE), 'page'],
  [BigInt(wirePte.SWAP), 'swap'],
]);

const LOW_HALF = 0xffffffffn;

export function decodeFact(reader: WordReader): Change {
  const { low, high } = reader.halves();
  const address = reader.word();
  const fields: Fields = [reader.word(), reader.word(), reader.word(), reader.word()];
  // The handle's 32 bits lie across both halves of the word.
  const handle = ((high & 0xffffff) << 8) | (low >>> 24);
  const key = decodeKey(reader, high >>> 24, handle >>> 0, (low >>> 16) & 0xff, address);
  if ((low & 1) === 0) return { sign: '-', key: withJson(key) };
  return { sign: '+', fact: withJson(decodeFields(reader, key, fields)) };
}

function decodeKey(reader: WordReader, kind: number, gmap: number, level: number, address: bigint): FactKey {
  switch (kind) {
    case wireFact.LOWCORE:
      return { kind: 'lowcore' };
    case wireFact.GMAP:
      return { kind: 'gmap', gmap };
    case wireFact.G2H:
      return { kind: 'g2h', gmap, gaddr: address };
    case wireFact.H2G:
      return { kind: 'h2g', gmap, vmaddr: address };
    case wireFact.ENTRY:
      return { kind: 'entry', gmap, level: LEVELS.get(level) ?? reader.fail(`no level ${level}`), gaddr: address };
    case wireFact.PTE:
      return { kind: 'pte', vmaddr: address };
    default:
      return reader.fail(`no fact ${kind}`);
  }
}

function decodeFields(reader: WordReader, key: FactKey, fields: Fields): Fact {
  switch (key.kind) {
    case 'lowcore':
      return decodeLowcore(reader, fields);
    case 'gmap':
      return { ...key, asce: fields[0], end: fields[1], tables: fields[2] };
    case 'g2h':
      return { ...key, vmaddr: fields[0] };
    case 'h2g':
      return { ...key, gaddr: fields[0] };
    case 'entry': {
      const { kind, gmap, level, gaddr } = key;
      const [flags, address, unknown] = fields;
      return level === 'seg'
        ? { kind, gmap, level, gaddr, flags, host: unknown ? '?' : address }
        : { kind, gmap, level, gaddr, flags, index: address };
    }
    case 'pte':
      return decodePage(reader, key.vmaddr, fields);
  }
}

function decodeLowcore(reader: WordReader, [state, handle]: Fields): LowcoreFact {
  const kind = 'lowcore';
  switch (Number(state)) {
    case wireLowcore.NONE:
      return { kind, enabled: 'none' };
    case wireLowcore.DANGLING:
      return { kind, enabled: 'dangling' };
    case wireLowcore.GMAP:
      return { kind, enabled: Number(handle & LOW_HALF) };
    default:
      return reader.fail(`no lowcore state ${state}`);
  }
}

function decodePage(reader: WordReader, vmaddr: bigint, [kind, entries, pgste, key]: Fields): PteFact {
  const page = PAGES.get(kind) ?? reader.fail(`no kind of page ${kind}`);
  if (page === 'notable') return { kind: 'pte', vmaddr, page };
  return {
    kind: 'pte',
    vmaddr,
    page,
    pte: entries & LOW_HALF,
    pgste,
    pmd: entries >> 32n,
    key: key === BigInt(WIRE_NO_KEY) ? undefined : key,
  };
}
