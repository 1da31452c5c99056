// SPDX-License-Identifier: GPL-2.0-only
/** Reads a changed fact: struct wire_fact of wire.h. */
import { WIRE_NO_KEY, wireFact, wireLevel, wireLowcore, wirePte } from '../generated/abi.js';
import { withJson } from './json.js';
import type { Change, Fact, FactKey, Level, LowcoreFact, PageKind, PteFact, ShadowFact } from './types.js';
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
/** In place of whether a segment entry's host segment is unknown. */
const HAS_INDEX = 2n;

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
    case wireFact.SHADOW:
      return { kind: 'shadow', gmap };
    case wireFact.SPTE:
      return { kind: 'spte', gmap, saddr: address };
    case wireFact.RMAP:
      return { kind: 'rmap', gmap, vmaddr: address, place: level };
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
      if (level === 'seg' && unknown === HAS_INDEX) return { kind, gmap, level, gaddr, flags, index: address };
      return level === 'seg'
        ? { kind, gmap, level, gaddr, flags, host: unknown ? '?' : address }
        : { kind, gmap, level, gaddr, flags, index: address };
    }
    case 'pte':
      return decodePage(reader, key.vmaddr, fields);
    case 'shadow':
      return decodeShadow(key.gmap, fields);
    case 'spte':
      return { ...key, flags: fields[0], host: fields[3] ? '?' : fields[1], pgste: fields[2] };
    case 'rmap':
      return { ...key, raddr: fields[0] };
  }
}

const REMOVED = 1n << 32n;
const INITIALIZED = 1n << 33n;
const PLACE_SHIFT = 40n;

function decodeShadow(gmap: number, [asce, bits, parent, counts]: Fields): ShadowFact {
  const place = bits >> PLACE_SHIFT;
  return {
    kind: 'shadow',
    gmap,
    parent: Number(parent),
    asce,
    edat: bits & LOW_HALF,
    state: bits & REMOVED ? 'removed' : bits & INITIALIZED ? 'live' : 'making',
    child: place === 0n ? '-' : place - 1n,
    refs: counts >> 32n,
    pts: counts & LOW_HALF,
  };
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
