// SPDX-License-Identifier: GPL-2.0-only
/** Reads what follows the sign of a `+` or `-` line. */
import { withJson } from './json.js';
import type { LineReader } from './line-reader.js';
import type { Change, Fact, FactKey, LowcoreFact, PteFact, ShadowFact } from './types.js';

const FACTS = ['lowcore', 'gmap', 'g2h', 'h2g', 'entry', 'pte', 'shadow', 'spte', 'rmap'] as const;
/** What the place of a reverse mapping has room for. */
const MAX_PLACE = 255n;

export function parseChange(sign: '+' | '-', reader: LineReader): Change {
  const key = parseKey(reader);
  return sign === '-' ? { sign, key: withJson(key) } : { sign, fact: withJson(parseFields(reader, key)) };
}

function parseKey(reader: LineReader): FactKey {
  const kind = reader.oneOf(FACTS, 'a fact');
  switch (kind) {
    case 'lowcore':
      return { kind };
    case 'pte':
      return { kind, vmaddr: parseAddress(reader, 'a host address') };
    case 'gmap':
    case 'shadow':
      return { kind, gmap: parseGmap(reader) };
    case 'spte':
      return { kind, gmap: parseGmap(reader), saddr: parseAddress(reader, 'an address of a nested guest') };
    case 'rmap': {
      const gmap = parseGmap(reader);
      const vmaddr = parseAddress(reader, 'a host address');
      return { kind, gmap, vmaddr, place: parsePlace(reader) };
    }
    case 'g2h':
      return { kind, gmap: parseGmap(reader), gaddr: parseAddress(reader, 'a guest address') };
    case 'h2g':
      return { kind, gmap: parseGmap(reader), vmaddr: parseAddress(reader, 'a host address') };
    case 'entry': {
      const gmap = parseGmap(reader);
      reader.expect(' ');
      const level = reader.oneOf(['r1', 'r2', 'r3', 'seg'], 'a level');
      return { kind, gmap, level, gaddr: parseAddress(reader, 'a guest address') };
    }
  }
}

function parseFields(reader: LineReader, key: FactKey): Fact {
  switch (key.kind) {
    case 'lowcore':
      return parseLowcore(reader);
    case 'gmap':
      return {
        ...key,
        asce: parseField(reader, 'asce'),
        end: parseField(reader, 'end'),
        tables: parseField(reader, 'tables'),
      };
    case 'g2h':
      return { ...key, vmaddr: parseAddress(reader, 'a host address') };
    case 'h2g':
      return { ...key, gaddr: parseAddress(reader, 'a guest address') };
    case 'entry': {
      const { kind, gmap, level, gaddr } = key;
      const flags = parseField(reader, 'flags');
      if (level === 'seg' && reader.at(' index='))
        return { kind, gmap, level, gaddr, flags, index: parseField(reader, 'index') };
      return level === 'seg'
        ? { kind, gmap, level, gaddr, flags, host: parseHost(reader) }
        : { kind, gmap, level, gaddr, flags, index: parseField(reader, 'index') };
    }
    case 'pte':
      return parsePage(reader, key.vmaddr);
    case 'shadow':
      return parseShadow(reader, key.gmap);
    case 'spte':
      return {
        ...key,
        flags: parseField(reader, 'flags'),
        host: parseHost(reader),
        pgste: parseField(reader, 'pgste'),
      };
    case 'rmap':
      return { ...key, raddr: parseAddress(reader, 'an address of a nested guest') };
  }
}

function parsePlace(reader: LineReader): number {
  reader.expect(' ');
  const position = reader.position;
  const place = reader.number('a place in the chain');
  if (place > MAX_PLACE) reader.fail(`a place up to ${MAX_PLACE}`, position);
  return Number(place);
}

function parseShadow(reader: LineReader, gmap: number): ShadowFact {
  reader.expect(' parent=');
  const parent = reader.handle('g');
  const asce = parseField(reader, 'asce');
  const edat = parseField(reader, 'edat');
  reader.expect(' ');
  const state = reader.oneOf(['live', 'removed', 'making'], 'a state');
  const child = reader.skip(' child=-') ? '-' : parseField(reader, 'child');
  const refs = parseField(reader, 'refs');
  return { kind: 'shadow', gmap, parent, asce, edat, state, child, refs, pts: parseField(reader, 'pts') };
}

function parseLowcore(reader: LineReader): LowcoreFact {
  const kind = 'lowcore';
  if (reader.skip(' none')) return { kind, enabled: 'none' };
  if (reader.skip(' dangling')) return { kind, enabled: 'dangling' };
  reader.expect(' ');
  return { kind, enabled: reader.handle('g') };
}

function parseHost(reader: LineReader): bigint | '?' {
  return reader.skip(' host=?') ? '?' : parseField(reader, 'host');
}

function parsePage(reader: LineReader, vmaddr: bigint): PteFact {
  const kind = 'pte';
  reader.expect(' ');
  const page = reader.oneOf(['notable', 'none', 'zero', 'anon', 'page', 'swap'], 'a kind of page');
  if (page === 'notable') return { kind, vmaddr, page };
  const pte = parseField(reader, 'pte');
  const pgste = parseField(reader, 'pgste');
  const pmd = parseField(reader, 'pmd');
  const key = reader.skip(' key=') ? reader.number('a storage key') : undefined;
  return { kind, vmaddr, page, pte, pgste, pmd, key };
}

function parseGmap(reader: LineReader): number {
  reader.expect(' ');
  return reader.handle('g');
}

function parseAddress(reader: LineReader, what: string): bigint {
  reader.expect(' ');
  return reader.number(what);
}

function parseField(reader: LineReader, name: string): bigint {
  reader.expect(` ${name}=`);
  return reader.number(`the value of ${name}`);
}
