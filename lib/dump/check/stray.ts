// SPDX-License-Identifier: GPL-2.0-only
/** A segment entry that nobody knows of (I6): whose page table it has, and what the guest reaches through it. */
import { entryBits } from '../../generated/abi.js';
import { hex } from '../../trace/words.js';
import { EMPTY_SEGMENT, type GmapEntry, hostSegment, ORIGIN, PAGE_TABLE_ORIGIN } from '../entries.js';
import type { DumpGmap } from '../model.js';
import type { Fail } from './found.js';
import type { PageTables } from './host-tables.js';
import type { GmapState } from './state.js';

const PAGES = 256;

export function tellStray(
  state: GmapState,
  gmap: DumpGmap,
  { gaddr, value }: GmapEntry,
  pageTables: PageTables,
  fail: Fail,
): void {
  const table = value & PAGE_TABLE_ORIGIN;
  const owner = pageTables.get(table);
  const whose =
    owner === undefined ? `no page table of the process (${stateOf(state, table)})` : `the page table of ${hex(owner)}`;
  fail(
    'I6',
    `segment ${hex(gaddr)} uses ${whose}, host_to_guest does not say so; its entry is ${hex(value)}, ${mappingOf(state, gmap, gaddr)}`,
  );
  if (owner === undefined) tellReachable(state, gaddr, table, fail);
}

function mappingOf(state: GmapState, { mapped, process }: DumpGmap, gaddr: bigint): string {
  const vmaddr = mapped.get(gaddr);
  if (vmaddr === undefined) return 'and it is not mapped';
  const own = hostSegment(state.storage, process, vmaddr) ?? EMPTY_SEGMENT;
  return `and it is mapped to ${hex(vmaddr)}, whose own entry is ${hex(own)}`;
}

/** What has become of a page table that the process has not. */
function stateOf(state: GmapState, table: bigint): string {
  switch (state.useOf(table)) {
    case undefined:
      return 'the machine has no such page';
    case 'free':
      return 'the page is free';
    case 'page table':
      return 'one that nobody has';
    default:
      return 'the page is used for something else';
  }
}

function tellReachable(state: GmapState, gaddr: bigint, table: bigint, fail: Fail): void {
  const valid = [...(state.storage.words(table, PAGES) ?? [])].filter((pte) => !(pte & entryBits.PAGE_INVALID));
  const [first] = valid;
  if (first !== undefined)
    fail(
      'I6',
      `through guest segment ${hex(gaddr)} the guest reaches ${valid.length} pages that are not its own, the first at absolute ${hex(first & ORIGIN)}`,
    );
}
