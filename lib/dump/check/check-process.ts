// SPDX-License-Identifier: GPL-2.0-only
/** The page tables of a process: I10 to I12, I14, I17, and that its pages are there. */
import { entryBits, tableLevels } from '../../generated/abi.js';
import type { StorageView } from '../../inspect/storage.js';
import { hex } from '../../trace/words.js';
import { levelsOf, ORIGIN, PAGE_TABLE_ORIGIN } from '../entries.js';
import type { DumpGmaps } from '../gmaps.js';
import { WordSet } from '../items.js';
import { type Vma, vmasOf } from '../kernel/vmas.js';
import type { DumpProcess } from '../model.js';
import { type Fail, type Found, failOf } from './found.js';

const SEGMENT_MASK = ~0xfffffn;
const PAGES = 256;
const PAGE_SIZE = 0x1000n;
const TYPE_AND_LENGTH = 0xfn;
/** What a page in swap has of these two bits, and an empty PTE has not. */
const SWAP_BITS = 0x600n;
const { REGION_ENTRY_INVALID: INVALID, SEGMENT_ENTRY_LARGE: LARGE, REGION_ENTRY_LENGTH } = entryBits;
const { PAGE_INVALID, PAGE_PROTECT, PAGE_PRESENT, PAGE_SPECIAL, PAGE_WRITE_BIT, PGSTE_PCL, PGSTE_UC } = entryBits;

/** Absolute address of each page table of a process, and the first address that it translates. */
export type PageTables = ReadonlyMap<bigint, bigint>;

/** Each table once: damage may lead in circles. */
export function pageTablesOf(storage: StorageView, { asce }: DumpProcess): PageTables {
  const found = new Map<bigint, bigint>();
  const seen = new Set<bigint>();
  const visit = (table: bigint, [depth, ...below]: readonly number[], start: bigint): void => {
    const level = tableLevels[depth ?? -1];
    if (!level || seen.has(table)) return;
    seen.add(table);
    for (const [i, value] of (storage.words(table, 2048) ?? []).entries()) {
      if (value & INVALID) continue;
      const first = start + (BigInt(i) << level.shift);
      if (below.length === 0) {
        if (!(value & LARGE)) found.set(value & PAGE_TABLE_ORIGIN, first);
      } else if ((value & TYPE_AND_LENGTH) === (level.type | REGION_ENTRY_LENGTH)) visit(value & ORIGIN, below, first);
    }
  };
  visit(asce & ORIGIN, levelsOf(asce), 0n);
  return found;
}

export function checkProcess(gmaps: DumpGmaps, process: DumpProcess, tables: PageTables, found: Found): void {
  const fail = failOf(found, process.name);
  if (process.hasPgste && !process.allocPgste)
    fail('I10', 'its guests may run (has_pgste), and its page tables have no PGSTEs (alloc_pgste)');
  if (process.allocPgste) new PageCheck(gmaps, process, fail).tables(tables);
}

class PageCheck {
  readonly #gmaps: DumpGmaps;
  readonly #process: DumpProcess;
  readonly #fail: Fail;
  readonly #vmas: readonly Vma[];
  /** Host segments that a guest has. Only guests' memory has a dirty log; the rest may be from before s390_enable_sie. */
  readonly #guests: WordSet;
  /** That the last page was in: pages come in the order of their addresses. */
  #vma = 0;

  constructor(gmaps: DumpGmaps, process: DumpProcess, fail: Fail) {
    this.#gmaps = gmaps;
    this.#process = process;
    this.#fail = fail;
    this.#vmas = vmasOf(gmaps.memory, process.mm);
    const its = gmaps.gmaps.filter((gmap) => gmap.process === process);
    this.#guests = new WordSet(its.map(({ mapped }) => mapped.values));
  }

  tables(tables: PageTables): void {
    const inOrder = [...tables].sort(([, a], [, b]) => (a < b ? -1 : 1));
    for (const [table, start] of inOrder) {
      const words = this.#gmaps.memory.storage.words(table, 2 * PAGES);
      if (!words) this.#fail('host', `the page table of ${hex(start)} at absolute ${hex(table)} is not in the dump`);
      else this.#table(words, start);
    }
  }

  #table(words: BigUint64Array, start: bigint): void {
    for (let i = 0; i < PAGES; i++) {
      const [pte, pgste] = [words[i] as bigint, words[PAGES + i] as bigint];
      if (pte !== PAGE_INVALID || pgste !== 0n) this.#page(start + BigInt(i) * PAGE_SIZE, pte, pgste);
    }
  }

  #page(vmaddr: bigint, pte: bigint, pgste: bigint): void {
    const fail = (rule: string, text: string) =>
      this.#fail(rule, `${hex(vmaddr)}: ${text}: PTE ${hex(pte)}, PGSTE ${hex(pgste)}`);
    const isPresent = (pte & PAGE_PRESENT) !== 0n;
    if (pgste & PGSTE_PCL) fail('I11', 'the PGSTE is locked');
    if (!isPresent && pte !== PAGE_INVALID && (pte & SWAP_BITS) !== SWAP_BITS)
      fail('I17', 'the PTE is neither empty nor of a page in swap');
    if (pte === PAGE_INVALID) return;
    if (!this.#isMapped(vmaddr)) fail('host', 'a page outside of all mappings');
    if (isPresent) this.#present(vmaddr, pte, pgste, fail);
  }

  #present(vmaddr: bigint, pte: bigint, pgste: bigint, fail: Fail): void {
    const { hasPgste, usesKeys } = this.#process;
    const isStored = (pte & (PAGE_INVALID | PAGE_PROTECT)) === 0n && (pte & PAGE_WRITE_BIT) !== 0n;
    if (hasPgste && isStored && !(pgste & PGSTE_UC) && this.#guests.has(vmaddr & SEGMENT_MASK))
      fail('I12', 'a guest can store into the page, and the dirty log will not see it');
    if (usesKeys && pte & PAGE_SPECIAL) fail('I14', 'a zero page, though the guest uses storage keys');
    // A zero page's count says nothing.
    if (pte & PAGE_SPECIAL) return;
    const count = this.#gmaps.pages.get(pte & ORIGIN, '_refcount.counter');
    if (count === undefined) fail('host', 'the machine has no such page');
    else if (count === 0n) fail('host', 'the page is free');
  }

  #isMapped(vmaddr: bigint): boolean {
    while (this.#vma < this.#vmas.length && (this.#vmas[this.#vma] as Vma).end <= vmaddr) this.#vma++;
    const vma = this.#vmas[this.#vma];
    return vma !== undefined && vma.start <= vmaddr;
  }
}
