// SPDX-License-Identifier: GPL-2.0-only
/** Reads what follows the sign of a `+` or `-` line. */
import { withJson } from './json.js';
import type { LineReader } from './line-reader.js';
import type { Change, Fact, FactKey, LowcoreFact, PteFact } from './types.js';

export function parseChange(sign: '+' | '-', reader: LineReader): Change {
  const key = parseKey(reader);
  return sign === '-' ? { sign, key: withJson(key) } : { sign, fact: withJson(parseFields(reader, key)) };
}

function parseKey(reader: LineReader): FactKey {
  const kind = reader.oneOf(['lowcore', 'gmap', 'g2h', 'h2g', 'entry', 'pte'], 'a fact');
  switch (kind) {
    case 'lowcore':
      return { kind };
    case 'pte':
      return { kind, vmaddr: parseAddress(reader, 'a host address') };
    case 'gmap':
      return { kind, gmap: parseGmap(reader) };
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
      return level === 'seg'
        ? { kind, gmap, level, gaddr, flags, host: parseHost(reader) }
        : { kind, gmap, level, gaddr, flags, index: parseField(reader, 'index') };
    }
    case 'pte':
      return parsePage(reader, key.vmaddr);
  }
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
