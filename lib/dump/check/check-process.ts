// SPDX-License-Identifier: GPL-2.0-only
/** The pages of a process: I10 to I12, I14, I17, what a PTE says by itself, and that its pages are there. */
import { entryBits, vmFlags } from '../../generated/abi.js';
import { hex } from '../../trace/words.js';
import { ORIGIN } from '../entries.js';
import { WordSet } from '../items.js';
import type { Vma } from '../kernel/vmas.js';
import type { DumpProcess } from '../model.js';
import { type Fail, type Found, failOf } from './found.js';
import type { PageTables } from './host-tables.js';
import type { GmapState } from './state.js';

const SEGMENT_MASK = ~0xfffffn;
const PAGES = 256;
const PAGE_SIZE = 0x1000n;
const {
  PAGE_INVALID: INVALID,
  PAGE_PROTECT: PROTECT,
  PAGE_PRESENT: PRESENT,
  PAGE_SPECIAL: SPECIAL,
  PAGE_UNUSED: UNUSED,
  PAGE_YOUNG: YOUNG,
  PAGE_DIRTY: DIRTY,
  PAGE_READ_BIT: READ,
  PAGE_WRITE_BIT: WRITE,
  PAGE_SOFT_DIRTY,
  SWAP_EXCLUSIVE,
  PGSTE_PCL,
  PGSTE_UC,
} = entryBits;
/** Of a PTE that is present: bits of large pages and of what is only passed around. */
const PTE_NEVER = 0x800n | UNUSED;
const SWAP_TYPE = 0x7cn;
/** What every PTE of a page in swap has, and what it has besides: where the page is, and marks. */
const SWAP = INVALID | PROTECT;
const SWAP_REST = ORIGIN | SWAP_TYPE | SWAP_EXCLUSIVE | PAGE_SOFT_DIRTY | UNUSED;
/** What a guest did with the page: that byte is the machine's. */
const PGSTE_STATE = 0xff000000n;
const { PGSTE_ACC, PGSTE_FP, PGSTE_HR, PGSTE_HC, PGSTE_GR, PGSTE_GC, PGSTE_IN, PGSTE_VSIE } = entryBits;
const PGSTE_KEY = PGSTE_ACC | PGSTE_FP | PGSTE_HR | PGSTE_HC | PGSTE_GR | PGSTE_GC;
const PGSTE_KNOWN = PGSTE_KEY | PGSTE_PCL | PGSTE_UC | PGSTE_IN | PGSTE_VSIE | PGSTE_STATE;

export function checkProcess(state: GmapState, process: DumpProcess, tables: PageTables, found: Found): void {
  const fail = failOf(found, process.name);
  if (process.hasPgste && !process.allocPgste) fail('I10', 'PGSTEs in tables without them');
  const vmas = state.vmasOf(process);
  checkVmas(vmas, process, fail);
  new PageCheck(state, process, vmas, fail).tables(tables);
}

function checkVmas(vmas: readonly Vma[], { limit }: DumpProcess, fail: Fail): void {
  for (const [i, { start, end }] of vmas.entries()) {
    const next = vmas[i + 1];
    if (start >= end || (start | end) & ~ORIGIN || end > limit) fail('VMA', `[${hex(start)}, ${hex(end)})`);
    if (next && next.start < end) fail('VMA', `the one at ${hex(start)} and the next one at ${hex(next.start)}`);
  }
}

class PageCheck {
  readonly #state: GmapState;
  readonly #process: DumpProcess;
  readonly #fail: Fail;
  readonly #vmas: readonly Vma[];
  /** Host segments that a guest reaches. Only guests' memory has a dirty log; the rest may be from before s390_enable_sie. */
  readonly #guests: WordSet;
  /** That the last page was in: pages come in the order of their addresses. */
  #vma = 0;

  constructor(state: GmapState, process: DumpProcess, vmas: readonly Vma[], fail: Fail) {
    this.#state = state;
    this.#process = process;
    this.#fail = fail;
    this.#vmas = vmas;
    const its = state.gmaps.filter((gmap) => gmap.process === process);
    this.#guests = new WordSet(its.map(({ linked }) => linked.keys));
  }

  tables(tables: PageTables): void {
    const inOrder = [...tables].sort(([, a], [, b]) => (a < b ? -1 : 1));
    const size = this.#process.allocPgste ? 2 * PAGES : PAGES;
    for (const [table, start] of inOrder) {
      const words = this.#state.storage.words(table, size);
      if (!words) this.#fail('host', `the page table of ${hex(start)} at absolute ${hex(table)} is not in the dump`);
      else this.#table(words, table, start);
    }
  }

  #table(words: BigUint64Array, table: bigint, start: bigint): void {
    for (let i = 0; i < PAGES; i++) {
      const [pte, pgste] = [words[i] as bigint, words[PAGES + i] ?? 0n];
      if (pte !== INVALID || pgste !== 0n) this.#page(table, start + BigInt(i) * PAGE_SIZE, pte, pgste);
    }
  }

  #page(pageTable: bigint, vmaddr: bigint, pte: bigint, pgste: bigint): void {
    const fail = (rule: string, more = '') =>
      this.#fail(rule, `${hex(vmaddr)}: PTE ${hex(pte)}, PGSTE ${hex(pgste)}${more}`, {
        pageTable,
        pgste: pgste & PGSTE_PCL ? `the PGSTE of ${hex(vmaddr)}` : undefined,
      });
    if (pgste & PGSTE_PCL) fail('I11');
    if (pgste & ~PGSTE_KNOWN) fail('I17');
    if (pte === INVALID) return;
    const vma = this.#vmaOf(vmaddr);
    if (!(pte & PRESENT) && (pte & ~SWAP_REST) !== SWAP) fail('I17');
    else if (!vma) fail('a page outside of all VMAs');
    else if (pte & PRESENT) {
      checkBits(pte, vma, fail);
      this.#checkGuest(vmaddr, pte, pgste, fail);
      if (!(pte & SPECIAL)) this.#checkUse(pte & ORIGIN, fail);
    }
  }

  #checkGuest(vmaddr: bigint, pte: bigint, pgste: bigint, fail: PageFail): void {
    const { hasPgste, usesKeys } = this.#process;
    const canStore = (pte & (INVALID | PROTECT)) === 0n && (pte & WRITE) !== 0n;
    if (hasPgste && canStore && !(pgste & PGSTE_UC) && this.#guests.has(vmaddr & SEGMENT_MASK)) fail('I12');
    if (usesKeys && pte & SPECIAL) fail('I14');
  }

  #checkUse(page: bigint, fail: PageFail): void {
    const use = this.#state.useOf(page);
    if (use === undefined) fail('references', ': the machine has no such page');
    else if (use === 'free') fail('references', ': the page is free');
    else if (use === 'page table') fail('references', ': the page is a page table');
  }

  #vmaOf(vmaddr: bigint): Vma | undefined {
    while (this.#vma < this.#vmas.length && (this.#vmas[this.#vma] as Vma).end <= vmaddr) this.#vma++;
    const vma = this.#vmas[this.#vma];
    return vma !== undefined && vma.start <= vmaddr ? vma : undefined;
  }
}

type PageFail = (rule: string, more?: string) => void;

/** What the bits of a PTE that is present say must fit together, and be what the VMA allows. */
function checkBits(pte: bigint, { flags }: Vma, fail: PageFail): void {
  const isValid = !(pte & INVALID);
  if (pte & PTE_NEVER) fail('I17');
  if (isValid && (!(pte & YOUNG) || !(pte & READ) || !(flags & (vmFlags.READ | vmFlags.WRITE | vmFlags.EXEC))))
    fail('a valid PTE of a page that is old or not readable');
  if (isValid && !(pte & PROTECT) && (!(pte & WRITE) || !(pte & DIRTY)))
    fail('a store can reach a page that is clean or not writable');
  if (pte & WRITE && !(flags & vmFlags.WRITE)) fail('a page is writable, its VMA is not');
}
