// SPDX-License-Identifier: GPL-2.0-only
/** What a dump shows, as facts of the trace format: what the module observes in a kernel that runs. Storage keys are in no dump. */
import { entryBits } from '../generated/abi.js';
import { hex } from '../trace/words.js';
import { entriesOf, type GmapEntry, hostOf, hostPage, ORIGIN, shadowPages } from './entries.js';
import type { DumpGmaps } from './gmaps.js';
import type { DumpGmap, DumpShadow } from './model.js';

const FLAGS = 0xfffn;
const SEGMENT_FLAGS = 0x7ffn;
/** Of a swap entry: where in swap the page is. */
const SWAP_PLACE = 0x7cn;
/** Of a page's mapping: the page is anonymous. */
const IS_ANONYMOUS = 1n;
const { PAGE_INVALID, PAGE_PRESENT, PAGE_SPECIAL, REGION_ENTRY_INVALID } = entryBits;

/**
 * `watched`: host addresses of the first process whose PTEs are told, as `watch` does. What only damage explains and the format cannot say is
 * left out: where an entry leads that has no table. The check tells it.
 */
export function* factsOf(gmaps: DumpGmaps, watched: readonly bigint[]): Generator<string> {
  const { memory, all } = gmaps;
  yield `lowcore ${enabledName(gmaps)}`;
  for (const { name, asce, end, tables } of all)
    yield `gmap ${name} asce=${hex(asce & FLAGS)} end=${hex(end)} tables=${tables.length}`;
  for (const { name, mapped } of gmaps.gmaps)
    for (const [gaddr, vmaddr] of mapped) yield `g2h ${name} ${hex(gaddr)} ${hex(vmaddr)}`;
  for (const { name, linked } of gmaps.gmaps)
    for (const [vmaddr, entry] of linked) {
      const gaddr = gmaps.gaddrOf(entry);
      if (gaddr !== undefined) yield `h2g ${name} ${hex(vmaddr)} ${hex(gaddr)}`;
    }
  for (const gmap of all) for (const entry of entriesOf(memory.storage, gmap)) yield* entryFacts(gmaps, gmap, entry);
  for (const vmaddr of watched) yield pageFact(gmaps, vmaddr);
  for (const { name, shadow, references } of gmaps.shadows) if (shadow) yield shadowFact(name, shadow, references);
  for (const gmap of gmaps.shadows) yield* shadowPageFacts(gmaps, gmap);
  for (const { name, shadow } of gmaps.shadows) if (shadow) yield* rmapFacts(name, shadow);
}

const maybe = (word: bigint | undefined) => (word === undefined ? '?' : hex(word));

function enabledName({ enabled, all }: DumpGmaps): string {
  const names = enabled.map((address) =>
    address === 0n ? 'none' : (all.find((gmap) => gmap.address === address)?.name ?? 'dangling'),
  );
  return names.find((name) => name !== 'none') ?? 'none';
}

function* entryFacts(gmaps: DumpGmaps, gmap: DumpGmap, entry: GmapEntry): Generator<string> {
  const { level, gaddr, value } = entry;
  const flags = hex(value & (level === 'seg' ? SEGMENT_FLAGS : FLAGS));
  const head = `entry ${gmap.name} ${level} ${hex(gaddr)} flags=${flags}`;
  if (level === 'seg' && !gmap.shadow) yield `${head} host=${maybe(hostOf(gmaps.memory.storage, gmap, entry))}`;
  else {
    const index = value & REGION_ENTRY_INVALID ? undefined : gmaps.indexOf(value & ORIGIN);
    if (index !== undefined) yield `${head} index=${hex(index)}`;
  }
}

function pageFact(gmaps: DumpGmaps, vmaddr: bigint): string {
  const [process] = gmaps.processes;
  const page = process && hostPage(gmaps.memory.storage, process, vmaddr);
  if (!process || !page) return `pte ${hex(vmaddr)} notable`;
  const kind = kindOf(gmaps, page.pte);
  const visible = page.pte & FLAGS & (kind === 'swap' ? ~SWAP_PLACE : -1n);
  // Without PGSTEs another page table is there.
  const pgste = process.allocPgste ? page.pgste : 0n;
  return `pte ${hex(vmaddr)} ${kind} pte=${hex(visible)} pgste=${hex(pgste)} pmd=${hex(page.segment & SEGMENT_FLAGS)}`;
}

function kindOf({ pages }: DumpGmaps, pte: bigint): string {
  if (pte === PAGE_INVALID) return 'none';
  if (!(pte & PAGE_PRESENT)) return 'swap';
  // In anonymous memory only zero pages are special; where they are, no symbol of a stock kernel says.
  if (pte & PAGE_SPECIAL) return 'zero';
  return (pages.get(pte & ORIGIN, 'mapping') ?? 0n) & IS_ANONYMOUS ? 'anon' : 'page';
}

function shadowFact(
  name: string,
  { parent, origAsce, edat, state, place, pageTables }: DumpShadow,
  references: number,
): string {
  return `shadow ${name} parent=${parent.name} asce=${hex(origAsce)} edat=${edat} ${state} child=${place} refs=${references} pts=${pageTables.length}`;
}

function* shadowPageFacts({ memory: { storage } }: DumpGmaps, gmap: DumpGmap): Generator<string> {
  for (const { saddr, pte, pgste, host } of shadowPages(storage, gmap)) {
    const page = host === undefined ? undefined : hostPage(storage, gmap.process, host);
    const isSame = page && ((page.pte ^ pte) & ORIGIN) === 0n;
    yield `spte ${gmap.name} ${hex(saddr)} flags=${hex(pte & FLAGS)} host=${isSame ? maybe(host) : '?'} pgste=${hex(pgste)}`;
  }
}

/** By the place in their lists, then by host addresses. */
function* rmapFacts(name: string, { rmaps }: DumpShadow): Generator<string> {
  const elements = [...rmaps].flatMap(([vmaddr, raddrs]) => raddrs.map((raddr, n) => ({ vmaddr, raddr, n })));
  for (const { vmaddr, raddr, n } of elements.sort((a, b) => a.n - b.n || (a.vmaddr < b.vmaddr ? -1 : 1)))
    yield `rmap ${name} ${hex(vmaddr)} ${n} ${hex(raddr)}`;
}
