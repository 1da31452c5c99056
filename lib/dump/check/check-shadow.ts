// SPDX-License-Identifier: GPL-2.0-only
/**
 * Shadows: S2, S3, S5 to S10, S12, S13 (docs/specification/shadow.md). S4 lets some of them be broken once the parent's segment was
 * unmapped: a dump does not know of that, and such a problem is told.
 */
import { entryBits, tableLevels } from '../../generated/abi.js';
import { hex } from '../../trace/words.js';
import { entriesOf, hostPage, LEVEL_NAMES, ORIGIN, shadowPages } from '../entries.js';
import type { DumpGmap, DumpShadow } from '../model.js';
import { type Fail, type Found, failOf } from './found.js';
import type { GmapState } from './state.js';

const FLAGS = 0xfffn;
/** Kinds of rmaps: a page, and tables of four levels. */
const RMAP_KIND = 7n;
const RMAP_PAGE = 1n;
const MOST_RMAP_KIND = 5n;
const RMAP_REST = 0xff8n;
const {
  REGION_ENTRY_PROTECT: PROTECT,
  REGION_ENTRY_LENGTH,
  SEGMENT_ENTRY_PROTECT,
  PAGE_PROTECT,
  PAGE_INVALID,
  PAGE_PRESENT,
  PGSTE_VSIE,
} = entryBits;

export function checkShadow(state: GmapState, gmap: DumpGmap, found: Found): void {
  const { shadow } = gmap;
  if (!shadow) return;
  const fail = failOf(found, gmap.name);
  checkParent(state, gmap, shadow, fail);
  checkTables(state, gmap, shadow, fail);
  checkPages(state, gmap, fail);
  for (const [vmaddr, raddrs] of shadow.rmaps) checkRmaps(state, gmap, vmaddr, raddrs, fail);
}

function checkParent(
  state: GmapState,
  gmap: DumpGmap,
  { parent, parentAddress, state: life, origAsce, edat }: DumpShadow,
  fail: Fail,
): void {
  if (gmap.mapped.size > 0 || gmap.linked.size > 0) fail('S12', 'it has mappings of its own');
  if (gmap.mm !== parent.mm || parentAddress !== parent.address)
    fail('S12', `it is listed by ${parent.name}, and says that another gmap is its parent`);
  if (life === 'removed') fail('S9', `it was removed, and is still on the list of ${parent.name}`);
  const isTwin = ({ shadow }: DumpGmap) =>
    shadow?.parent === parent && shadow.origAsce === origAsce && shadow.edat === edat && shadow.state !== 'removed';
  const twins = state.shadows.filter(isTwin);
  if (twins.length > 1 && twins[0] === gmap)
    fail('S10', `${twins.map(({ name }) => name).join(', ')} are all for ASCE ${hex(origAsce)}`);
}

function checkTables(state: GmapState, gmap: DumpGmap, { pageTables }: DumpShadow, fail: Fail): void {
  let [regions, segments] = [0, 0];
  for (const { level, gaddr, value } of entriesOf(state.storage, gmap)) {
    const { type } = tableLevels[LEVEL_NAMES.indexOf(level)] as (typeof tableLevels)[number];
    const isSegment = level === 'seg';
    const wrong = isSegment
      ? value & 0x7ffn & ~SEGMENT_ENTRY_PROTECT
      : (value & FLAGS & ~PROTECT) ^ (type | REGION_ENTRY_LENGTH);
    if (wrong !== 0n) fail('S7', `the ${level} entry of ${hex(gaddr)} is ${hex(value)}`);
    if (isSegment) segments++;
    else regions++;
  }
  if (gmap.tables.length !== 1 + regions)
    fail('S8', `crst_list has ${gmap.tables.length} tables, and ${1 + regions} are reached`);
  if (pageTables.length !== segments)
    fail('S8', `pt_list has ${pageTables.length} page tables, and ${segments} are reached`);
}

function checkPages(state: GmapState, gmap: DumpGmap, fail: Fail): void {
  const { storage } = state;
  for (const { saddr, pte, pgste, host } of shadowPages(storage, gmap)) {
    if (pte & FLAGS & ~PAGE_PROTECT || pgste !== 0n)
      fail('S7', `the page of ${hex(saddr)} has PTE ${hex(pte)}, PGSTE ${hex(pgste)}`);
    if (host === undefined) {
      fail('S2', `the page of ${hex(saddr)} has no rmap`);
      continue;
    }
    const page = hostPage(storage, gmap.process, host);
    if (!page || (page.pte ^ pte) & ORIGIN || !(page.pte & PAGE_PRESENT))
      fail(
        'S6',
        `the page of ${hex(saddr)} is at absolute ${hex(pte & ORIGIN)}, and the process has PTE ${page ? hex(page.pte) : 'none'} for ${hex(host)}`,
      );
  }
}

function checkRmaps(state: GmapState, gmap: DumpGmap, vmaddr: bigint, raddrs: readonly bigint[], fail: Fail): void {
  if (new Set(raddrs).size !== raddrs.length) fail('S13', `an rmap of ${hex(vmaddr)} is there twice`);
  for (const raddr of raddrs) {
    const kind = raddr & RMAP_KIND;
    if (kind < RMAP_PAGE || kind > MOST_RMAP_KIND || raddr & RMAP_REST)
      fail('S13', `an rmap of ${hex(vmaddr)} is ${hex(raddr)}`);
  }
  const page = hostPage(state.storage, gmap.process, vmaddr);
  if (!page || !(page.pgste & PGSTE_VSIE))
    fail('S3', `nobody tells when ${hex(vmaddr)} changes: PGSTE ${page ? hex(page.pgste) : 'none'}`);
  else if (raddrs.some((raddr) => (raddr & RMAP_KIND) > RMAP_PAGE) && !(page.pte & (PAGE_PROTECT | PAGE_INVALID)))
    fail('S5', `the guest can change its table at ${hex(vmaddr)} unseen: PTE ${hex(page.pte)}`);
}
