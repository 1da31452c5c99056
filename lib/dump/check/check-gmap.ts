// SPDX-License-Identifier: GPL-2.0-only
/** A gmap and its tables: I1 to I9. */
import { entryBits, tableLevels } from '../../generated/abi.js';
import { hex } from '../../trace/words.js';
import {
  EMPTY_SEGMENT,
  entriesOf,
  type GmapEntry,
  gaddrIn,
  hostSegment,
  LEVEL_NAMES,
  ORIGIN,
  PAGE_TABLE_ORIGIN,
  tableOf,
} from '../entries.js';
import type { DumpGmap } from '../model.js';
import { type Fail, type Found, failOf } from './found.js';
import { type PageTables, regionText } from './host-tables.js';
import type { GmapState } from './state.js';
import { tellStray } from './stray.js';

const CRST_MASK = 0x3fffn;
const IN_SEGMENT = 0xfffffn;
/** What no address of a process is above. */
const HIGHEST = 2n ** 64n - 0x1001n;
/** Of an ASCE: all but the origin and the kind of the top table. */
const ASCE_REST = 0xff3n;
const {
  ASCE_USER_BITS,
  ASCE_TABLE_LENGTH,
  ASCE_TYPE_MASK,
  REGION_ENTRY_INVALID: INVALID,
  REGION_ENTRY_LENGTH,
} = entryBits;

/** The tables of a gmap, as they are reached. */
interface Tables {
  readonly segmentTables: ReadonlySet<bigint>;
  /** Segment entries that are not empty, by their addresses. */
  readonly segments: ReadonlyMap<bigint, GmapEntry>;
}

export function checkGmap(state: GmapState, gmap: DumpGmap, pageTables: PageTables, found: Found): void {
  const fail = failOf(found, gmap.name);
  checkHead(gmap, fail);
  const tables = checkTables(state, gmap, fail);
  checkMappings(gmap, fail);
  const keys = checkLinks(state, gmap, tables, fail);
  for (const [address, entry] of tables.segments)
    checkSegment(state, gmap, { ...entry, linked: keys.get(address) }, pageTables, fail);
}

/** The highest address of a gmap with this ASCE. */
function endOf(asce: bigint): bigint {
  return (1n << (31n + 11n * ((asce & ASCE_TYPE_MASK) >> 2n))) - 1n;
}

function checkHead({ asce, end, table, mm, process }: DumpGmap, fail: Fail): void {
  if ((asce & ORIGIN) !== table || (asce & ASCE_REST) !== (ASCE_USER_BITS | ASCE_TABLE_LENGTH))
    fail('I2', `ASCE ${hex(asce)}, table ${table === undefined ? 'where the kernel has nothing' : hex(table)}`);
  if (end !== endOf(asce)) fail('I2', `highest address ${hex(end)}, its ASCE covers ${hex(endOf(asce))}`);
  if (mm !== process.mm) fail('I1', `it is on the list of ${process.name}, and says that it is another process's`);
}

function checkTables(state: GmapState, gmap: DumpGmap, fail: Fail): Tables {
  const listed = new Set(gmap.tables);
  if (listed.size !== gmap.tables.length) fail('I3', 'a table is on crst_list twice');
  if (gmap.tables.at(-1) !== gmap.table) fail('I3', 'its first table is not at the end of crst_list');
  const reached = new Set(gmap.table === undefined ? [] : [gmap.table]);
  const isTop = (gmap.asce & ASCE_TYPE_MASK) === 0n;
  const segmentTables = new Set(isTop ? reached : []);
  const segments = new Map<bigint, GmapEntry>();
  const noTable = (level: string, gaddr: bigint, table: bigint) =>
    fail('I3', `the ${level} table of ${hex(gaddr)} at absolute ${hex(table)} is not in the dump`);
  for (const entry of entriesOf(state.storage, gmap, noTable)) {
    if (entry.level === 'seg') segments.set(entry.address, entry);
    else {
      checkRegion(state, gmap, entry, { listed, reached }, fail);
      if (entry.level === 'r3' && !(entry.value & INVALID)) segmentTables.add(entry.value & ORIGIN);
    }
  }
  if ([...listed].some((table) => !reached.has(table)))
    fail('I3', `${listed.size} tables on crst_list, ${reached.size} reached`);
  return { segmentTables, segments };
}

function checkRegion(
  state: GmapState,
  { end }: DumpGmap,
  { level, gaddr, value }: GmapEntry,
  { listed, reached }: { readonly listed: ReadonlySet<bigint>; readonly reached: Set<bigint> },
  fail: Fail,
): void {
  const { name, type } = tableLevels[LEVEL_NAMES.indexOf(level)] as (typeof tableLevels)[number];
  if ((value & ~ORIGIN) !== (type | REGION_ENTRY_LENGTH)) {
    fail('I4', regionText(name, value, gaddr));
    return;
  }
  const table = value & ORIGIN;
  const it = `the table at ${hex(table)} for ${hex(gaddr)}`;
  if (reached.has(table) || !listed.has(table)) fail('I3', `${it} is not on crst_list, or there twice`);
  reached.add(table);
  const index = state.indexOf(table);
  if (table & CRST_MASK) fail('I3', `${it} is not aligned`);
  // __gmap_link lets addresses above the highest one wrap.
  else if (index === undefined || (index & end) !== gaddr)
    fail('I3', `${it} ${index === undefined ? 'is in no page of the machine' : `says ${hex(index)}`}`);
}

function checkMappings({ mapped, end }: DumpGmap, fail: Fail): void {
  for (const [gaddr, vmaddr] of mapped)
    if (vmaddr === 0n || vmaddr & IN_SEGMENT || gaddr + IN_SEGMENT > end || vmaddr + IN_SEGMENT > HIGHEST)
      fail('I8', `guest segment ${hex(gaddr)} is mapped to ${hex(vmaddr)}`);
}

/** Answers for each segment entry the host segment that is linked to it. */
function checkLinks(
  state: GmapState,
  gmap: DumpGmap,
  { segments, segmentTables }: Tables,
  fail: Fail,
): Map<bigint, bigint> {
  const keys = new Map<bigint, bigint>();
  for (const [vmaddr, address] of gmap.linked) {
    const it = `host segment ${hex(vmaddr)} is linked to`;
    const table = tableOf(address);
    const entry = segments.get(address);
    if (!segmentTables.has(table) || address & 7n) {
      fail('I6', `${it} ${hex(address)}, which is no segment entry`);
      continue;
    }
    if (!entry) {
      const gaddr = gaddrIn(state.indexOf(table) ?? 0n, address);
      fail('I6', `${it} ${hex(gaddr & gmap.end)}, whose entry is empty`);
      continue;
    }
    const before = keys.get(address);
    if (before !== undefined)
      fail('I6', `guest segment ${hex(entry.gaddr)} is linked to by ${hex(before)} and by ${hex(vmaddr)}`);
    keys.set(address, vmaddr);
    const host = hostSegment(state.storage, gmap.process, vmaddr) ?? EMPTY_SEGMENT;
    if (host !== entry.value)
      fail(
        'I7',
        `guest segment ${hex(entry.gaddr)} has entry ${hex(entry.value)}, host segment ${hex(vmaddr)} has ${hex(host)}`,
      );
  }
  return keys;
}

interface LinkedEntry extends GmapEntry {
  readonly linked: bigint | undefined;
}

function checkSegment(state: GmapState, gmap: DumpGmap, entry: LinkedEntry, pageTables: PageTables, fail: Fail): void {
  const { gaddr, value, linked } = entry;
  if (value === 0n || value & ~PAGE_TABLE_ORIGIN) fail('I5', `segment entry ${hex(value)} for ${hex(gaddr)}`);
  const owner = pageTables.get(value & PAGE_TABLE_ORIGIN);
  if (linked === undefined) tellStray(state, gmap, entry, pageTables, fail);
  else if (owner !== undefined && owner !== linked)
    fail('I6', `segment ${hex(gaddr)} uses the page table of ${hex(owner)}, host_to_guest does not say so`);
  const mapped = gmap.mapped.get(gaddr);
  if (linked === undefined || mapped === linked) return;
  if (mapped === undefined) fail('I9', `segment ${hex(gaddr)} is linked but not mapped`);
  else fail('I9', `segment ${hex(gaddr)} is mapped to ${hex(mapped)} but linked to another one`);
}
