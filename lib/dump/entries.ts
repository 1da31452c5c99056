// SPDX-License-Identifier: GPL-2.0-only
/** The entries of a gmap's tables, and the process's tables beside them. */
import { entryBits, tableLevels } from '../generated/abi.js';
import { topLevel } from '../inspect/chain.js';
import type { StorageView } from '../inspect/storage.js';
import type { DumpGmap, DumpProcess } from './model.js';

export const CRST_ENTRIES = 2048;
const CRST_SIZE = 0x4000n;
const SEGMENT_SHIFT = 20n;
const PAGE_ENTRIES = 512;
/** Of an ASCE, a region entry or a PTE: the address. */
export const ORIGIN: bigint = -0x1000n;
/** Of a segment entry. */
export const PAGE_TABLE_ORIGIN: bigint = ~0x7ffn;
const LENGTH_AND_TYPE = 0xfn;
const { REGION_ENTRY_INVALID: INVALID, SEGMENT_ENTRY_LARGE: LARGE, REGION_ENTRY_LENGTH: LENGTH } = entryBits;
const PAGES_IN_SEGMENT = 0xffn;

/** As the trace format calls them. */
export const LEVEL_NAMES = ['r1', 'r2', 'r3', 'seg'] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];

/** A segment entry that leads nowhere. */
export const EMPTY_SEGMENT: bigint = (tableLevels[LEVEL_NAMES.indexOf('seg')] as (typeof tableLevels)[number]).empty;

/** The table that an entry of a gmap is in, by the entry's address. */
export const tableOf = (entry: bigint): bigint => entry & -CRST_SIZE;

/** The guest address that a segment entry at this address is for, if its table begins with `index`. */
export function gaddrIn(index: bigint, entry: bigint): bigint {
  return BigInt.asUintN(64, index + (((entry - tableOf(entry)) / 8n) << SEGMENT_SHIFT));
}

export interface GmapEntry {
  readonly level: LevelName;
  /** The first guest address that it translates. */
  readonly gaddr: bigint;
  readonly value: bigint;
  /** Absolute. */
  readonly address: bigint;
}

/** The levels of an ASCE, from its top table on. */
export function levelsOf(asce: bigint): number[] {
  return tableLevels.map((_, i) => i).slice(topLevel(asce));
}

/** Where a table that entries lead to is not in the dump. */
export type NoTable = (level: LevelName, gaddr: bigint, table: bigint) => void;

/**
 * All entries that are not empty, level by level, each level by addresses. What is no table of the next level is not followed, nor what was
 * seen already: damage would lead everywhere.
 */
export function* entriesOf(
  storage: StorageView,
  { asce, table }: Pick<DumpGmap, 'asce' | 'table'>,
  noTable: NoTable = () => {},
): Generator<GmapEntry> {
  let tables: (readonly [table: bigint, start: bigint])[] = table === undefined ? [] : [[table, 0n]];
  const seen = new Set<bigint>();
  for (const depth of levelsOf(asce)) {
    const level = LEVEL_NAMES[depth] as LevelName;
    const { shift, empty, type } = tableLevels[depth] as (typeof tableLevels)[number];
    const below: (readonly [table: bigint, start: bigint])[] = [];
    for (const [origin, start] of tables) {
      const words = storage.words(origin, CRST_ENTRIES);
      if (!words) noTable(level, start, origin);
      for (const [i, value] of (words ?? []).entries()) {
        if (value === empty) continue;
        const gaddr = start + (BigInt(i) << shift);
        yield { level, gaddr, value, address: origin + BigInt(8 * i) };
        const next = value & ORIGIN;
        if (level === 'seg' || value & INVALID || (value & LENGTH_AND_TYPE) !== (type | LENGTH) || seen.has(next))
          continue;
        seen.add(next);
        below.push([next, gaddr]);
      }
    }
    tables = below;
  }
}

/** The segment entry of a process for an address; undefined where its tables do not go so far. */
export function hostSegment(storage: StorageView, { asce, limit }: DumpProcess, vmaddr: bigint): bigint | undefined {
  if (vmaddr >= limit) return undefined;
  let table = asce & ORIGIN;
  for (const depth of levelsOf(asce)) {
    const { shift } = tableLevels[depth] as (typeof tableLevels)[number];
    const entry = storage.words(table + ((vmaddr >> shift) & 0x7ffn) * 8n, 1)?.[0];
    if (LEVEL_NAMES[depth] === 'seg') return entry;
    if (entry === undefined || entry & INVALID) return undefined;
    table = entry & ORIGIN;
  }
  return undefined;
}

export interface HostPage {
  readonly segment: bigint;
  readonly pte: bigint;
  readonly pgste: bigint;
}

/** The PTE of a process for an address and the PGSTE beside it; undefined where there is no page table. */
export function hostPage(storage: StorageView, process: DumpProcess, vmaddr: bigint): HostPage | undefined {
  const segment = hostSegment(storage, process, vmaddr);
  if (segment === undefined || segment & (INVALID | LARGE)) return undefined;
  const words = storage.words(segment & PAGE_TABLE_ORIGIN, PAGE_ENTRIES);
  const index = Number((vmaddr >> 12n) & PAGES_IN_SEGMENT);
  return words && { segment, pte: words[index] as bigint, pgste: words[PAGE_ENTRIES / 2 + index] as bigint };
}

/** The host segment whose page table a guest's segment entry shares; undefined if there is none. */
export function hostOf(storage: StorageView, gmap: DumpGmap, { address, value, gaddr }: GmapEntry): bigint | undefined {
  if (value & INVALID) return undefined;
  let vmaddr = gmap.mapped.get(gaddr);
  if (vmaddr === undefined || gmap.linked.get(vmaddr) !== address)
    vmaddr = gmap.linked.keys[gmap.linked.values.indexOf(address)];
  const segment = vmaddr === undefined ? undefined : hostSegment(storage, gmap.process, vmaddr);
  return segment !== undefined && ((segment ^ value) & PAGE_TABLE_ORIGIN) === 0n ? vmaddr : undefined;
}

export interface ShadowPage {
  readonly saddr: bigint;
  readonly pte: bigint;
  readonly pgste: bigint;
  /** The host page that it is made for, by the rmaps. */
  readonly host: bigint | undefined;
}

const RMAP_OF_PAGE = 1n;
const RMAP_KIND = 7n;

/** The PTEs of a shadow that are not empty; of each page table once, since damage leads to the same one everywhere. */
export function* shadowPages(storage: StorageView, gmap: DumpGmap): Generator<ShadowPage> {
  const hosts = new Map<bigint, bigint>();
  for (const [vmaddr, raddrs] of gmap.shadow?.rmaps ?? [])
    for (const raddr of raddrs) if ((raddr & RMAP_KIND) === RMAP_OF_PAGE) hosts.set(raddr & ORIGIN, vmaddr);
  const seen = new Set<bigint>();
  for (const { level, gaddr, value } of entriesOf(storage, gmap)) {
    const table = value & PAGE_TABLE_ORIGIN;
    if (level !== 'seg' || value & INVALID || seen.has(table)) continue;
    seen.add(table);
    const words = storage.words(table, PAGE_ENTRIES) ?? new BigUint64Array(0);
    for (let i = 0; i < words.length / 2; i++) {
      const pte = words[i] as bigint;
      if (pte === entryBits.PAGE_INVALID) continue;
      const saddr = gaddr + (BigInt(i) << 12n);
      yield { saddr, pte, pgste: words[PAGE_ENTRIES / 2 + i] as bigint, host: hosts.get(saddr) };
    }
  }
}
