// SPDX-License-Identifier: GPL-2.0-only
/** A gmap and its tables: I1 to I9. */
import { entryBits, tableLevels } from '../../generated/abi.js';
import { hex } from '../../trace/words.js';
import { entriesOf, type GmapEntry, hostSegment, LEVEL_NAMES, ORIGIN, PAGE_TABLE_ORIGIN } from '../entries.js';
import type { DumpGmaps } from '../gmaps.js';
import type { DumpGmap } from '../model.js';
import type { PageTables } from './check-process.js';
import { type Fail, type Found, failOf } from './found.js';

const CRST_MASK = 0x3fffn;
const IN_SEGMENT = 0xfffffn;
const PAGES = 256;
/** Of an ASCE: all but the origin and the kind of the top table. */
const ASCE_REST = 0xff3n;
const {
  ASCE_USER_BITS,
  ASCE_TABLE_LENGTH,
  ASCE_TYPE_MASK,
  REGION_ENTRY_INVALID: INVALID,
  REGION_ENTRY_LENGTH,
  PAGE_INVALID,
} = entryBits;
const EMPTY_SEGMENT = 0x20n;

export function checkGmap(gmaps: DumpGmaps, gmap: DumpGmap, tables: PageTables, found: Found): void {
  const fail = failOf(found, gmap.name);
  checkHead(gmap, fail);
  const segments = checkTables(gmaps, gmap, fail);
  checkMappings(gmap, fail);
  const keys = checkLinks(gmaps, gmap, segments, fail);
  for (const [address, entry] of segments)
    checkSegment(gmaps, gmap, { ...entry, linked: keys.get(address) }, tables, fail);
}

/** The highest address of a gmap with this ASCE. */
function endOf(asce: bigint): bigint {
  return (1n << (31n + 11n * ((asce & ASCE_TYPE_MASK) >> 2n))) - 1n;
}

function checkHead({ asce, end, table, mm, process }: DumpGmap, fail: Fail): void {
  if ((asce & ORIGIN) !== table || (asce & ASCE_REST) !== (ASCE_USER_BITS | ASCE_TABLE_LENGTH))
    fail(
      'I2',
      `the ASCE is ${hex(asce)}, the top table is at ${table === undefined ? 'an address that the kernel does not have' : hex(table)}`,
    );
  if (end !== endOf(asce))
    fail('I2', `the highest address is ${hex(end)}, and the ASCE ${hex(asce)} covers up to ${hex(endOf(asce))}`);
  if (mm !== process.mm) fail('I1', `it is on the list of ${process.name}, and says that it is another process's`);
}

/** Answers the segment entries that are not empty, by their addresses. */
function checkTables(gmaps: DumpGmaps, gmap: DumpGmap, fail: Fail): Map<bigint, GmapEntry> {
  const listed = new Set(gmap.tables);
  if (listed.size !== gmap.tables.length) fail('I3', 'a table is on crst_list twice');
  const reached = new Set(gmap.table === undefined ? [] : [gmap.table]);
  const segments = new Map<bigint, GmapEntry>();
  const noTable = (level: string, gaddr: bigint, table: bigint) =>
    fail('I3', `the ${level} table of ${hex(gaddr)} at absolute ${hex(table)} is not in the dump`);
  for (const entry of entriesOf(gmaps.memory.storage, gmap, noTable)) {
    if (entry.level === 'seg') segments.set(entry.address, entry);
    else checkRegion(gmaps, entry, listed, reached, fail);
  }
  for (const table of listed)
    if (!reached.has(table)) fail('I3', `the table at ${hex(table)} is on crst_list, and nothing leads to it`);
  return segments;
}

function checkRegion(
  gmaps: DumpGmaps,
  { level, gaddr, value }: GmapEntry,
  listed: ReadonlySet<bigint>,
  reached: Set<bigint>,
  fail: Fail,
): void {
  const { type } = tableLevels[LEVEL_NAMES.indexOf(level)] as (typeof tableLevels)[number];
  if ((value & ~ORIGIN) !== (type | REGION_ENTRY_LENGTH))
    fail('I4', `the ${level} entry of ${hex(gaddr)} is ${hex(value)}`);
  if (value & INVALID) return;
  const table = value & ORIGIN;
  const name = `the table of ${hex(gaddr)} at ${hex(table)}`;
  if (reached.has(table)) fail('I3', `${name} is reached twice`);
  reached.add(table);
  if (!listed.has(table)) fail('I3', `${name} is not on crst_list`);
  const index = gmaps.indexOf(table);
  if (table & CRST_MASK) fail('I3', `${name} is not aligned`);
  else if (index !== gaddr) fail('I3', `${name} says that it is of ${index === undefined ? 'no page' : hex(index)}`);
}

function checkMappings({ mapped, end }: DumpGmap, fail: Fail): void {
  for (const [gaddr, vmaddr] of mapped)
    if (vmaddr === 0n || vmaddr & IN_SEGMENT || gaddr + IN_SEGMENT > end)
      fail('I8', `guest segment ${hex(gaddr)} is mapped to ${hex(vmaddr)}`);
}

/** Answers for each segment entry the host segment that is linked to it. */
function checkLinks(
  gmaps: DumpGmaps,
  gmap: DumpGmap,
  segments: ReadonlyMap<bigint, GmapEntry>,
  fail: Fail,
): Map<bigint, bigint> {
  const keys = new Map<bigint, bigint>();
  for (const [vmaddr, address] of gmap.linked) {
    const entry = segments.get(address);
    if (!entry) {
      fail(
        'I6',
        `host segment ${hex(vmaddr)} is linked to ${hex(address)}, which is an empty segment entry, or none of this gmap`,
      );
      continue;
    }
    const before = keys.get(address);
    if (before !== undefined)
      fail('I6', `guest segment ${hex(entry.gaddr)} is linked to by ${hex(before)} and by ${hex(vmaddr)}`);
    keys.set(address, vmaddr);
    const host = hostSegment(gmaps.memory.storage, gmap.process, vmaddr);
    if (host !== entry.value)
      fail(
        'I7',
        `guest segment ${hex(entry.gaddr)} has the entry ${hex(entry.value)}, host segment ${hex(vmaddr)} has ${host === undefined ? 'none' : hex(host)}`,
      );
  }
  return keys;
}

interface LinkedEntry extends GmapEntry {
  readonly linked: bigint | undefined;
}

function checkSegment(gmaps: DumpGmaps, gmap: DumpGmap, entry: LinkedEntry, tables: PageTables, fail: Fail): void {
  const { gaddr, value, linked } = entry;
  if (value === 0n || value & ~PAGE_TABLE_ORIGIN) fail('I5', `the segment entry of ${hex(gaddr)} is ${hex(value)}`);
  const mapped = gmap.mapped.get(gaddr);
  if (linked !== undefined) {
    if (mapped !== linked)
      fail(
        'I9',
        `guest segment ${hex(gaddr)} is linked to ${hex(linked)} and mapped to ${mapped === undefined ? 'nothing' : hex(mapped)}`,
      );
    return;
  }
  const table = value & PAGE_TABLE_ORIGIN;
  const owner = tables.get(table);
  const whose =
    owner === undefined ? `not the process's: ${stateOf(gmaps, table, tables)}` : `that of host segment ${hex(owner)}`;
  const host =
    mapped === undefined
      ? 'the segment is not mapped'
      : `it is mapped to ${hex(mapped)}, whose own entry is ${hex(hostSegment(gmaps.memory.storage, gmap.process, mapped) ?? EMPTY_SEGMENT)}`;
  fail(
    'I6',
    `guest segment ${hex(gaddr)} has the entry ${hex(value)}, which host_to_guest does not have; its page table is ${whose}; ${host}`,
  );
  if (owner === undefined) tellReachable(gmaps, gaddr, table, fail);
}

/** What has become of a page table that no process has. */
function stateOf(gmaps: DumpGmaps, table: bigint, tables: PageTables): string {
  const count = gmaps.pages.get(table, '_refcount.counter');
  if (count === undefined) return 'the machine has no such page';
  if (count === 0n) return 'the page is free';
  const [known] = tables.keys();
  const [type, typeOfTables] = [
    gmaps.pages.get(table, 'page_type'),
    known === undefined ? undefined : gmaps.pages.get(known, 'page_type'),
  ];
  return type === typeOfTables ? 'a page table that nobody has' : 'the page is used for something else';
}

function tellReachable(gmaps: DumpGmaps, gaddr: bigint, table: bigint, fail: Fail): void {
  const valid = [...(gmaps.memory.storage.words(table, PAGES) ?? [])].filter((pte) => !(pte & PAGE_INVALID));
  const [first] = valid;
  if (first !== undefined)
    fail(
      'I6',
      `through guest segment ${hex(gaddr)} the guest reaches ${valid.length} pages that are not its own, the first at absolute ${hex(first & ORIGIN)}`,
    );
}
