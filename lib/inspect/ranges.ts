// SPDX-License-Identifier: GPL-2.0-only
/** An address space as ranges whose entries say the same, as the kernel's page-table dump (/sys/kernel/debug/kernel_page_tables) has them. */
import {
  checkAddress,
  checkText,
  flag,
  type Taker,
  type Takers,
  takeList,
  takeOptions,
  withDefault,
} from '../arguments.js';
import { boolean, checkShape } from '../shapes.js';
import { withJson } from '../trace/json.js';
import { levels, originOf, PGSTE_OFFSET, topLevel } from './chain.js';
import { fieldNames, fieldsOf, pgsteFields, pteState } from './fields.js';
import { checkedStorage, type StorageView } from './storage.js';
import { coverage, entryCount, type TableLevel } from './tables.js';

/** Levels as the kernel's dump names them: an entry of a region-first table is `P4D`. */
export type RangeLevel = 'P4D' | 'PGD' | 'PUD' | 'PMD' | 'PTE';

/** Addresses one behind the other whose entries say the same. */
export interface TableRange {
  /** The first address. */
  readonly start: bigint;
  /** The last address. */
  readonly last: bigint;
  /** Where translation ends: `PTE` is a page table, `PMD` a segment entry that is invalid or a large page. */
  readonly level: RangeLevel;
  /**
   * `I`: invalid; otherwise `RO` or `RW`, and `NX` or `X`. `SWAP`: in swap. Of the PGSTE `IN`, and `UNUSED` and other
   * usages but stable. With `bits`: all names of `fields.ts` that the entry and the PGSTE have.
   */
  readonly attributes: readonly string[];
}

/** Which ranges of an address space are told. */
export interface DumpOptions {
  /** Only addresses from here on. Default 0n. */
  readonly from?: bigint;
  /** Only addresses up to here, this one included. Default 2n ** 64n - 1n. */
  readonly to?: bigint;
  /** Only ranges that have all of these attributes. */
  readonly with?: readonly string[];
  /** Only ranges that have none of these attributes. */
  readonly without?: readonly string[];
  /** Tell ranges apart by every bit of the PTE and the PGSTE. Default false. */
  readonly bits?: boolean;
}

const NAMES: Record<TableLevel, RangeLevel> = { RFTE: 'P4D', RSTE: 'PGD', RTTE: 'PUD', STE: 'PMD', PTE: 'PTE' };

const INVALID = 0x20n;
const LARGE = 0x400n;
const PROTECT = 0x200n;
const NOEXEC = 0x100n;
const PTE_INVALID = 0x400n;
const MAX_WORD = 2n ** 64n - 1n;
const takeNames: Taker<readonly string[]> = (name, value) => takeList(name, value, checkText);
const takers: Takers<DumpOptions> = {
  from: withDefault(checkAddress, 0n),
  to: withDefault(checkAddress, MAX_WORD),
  with: withDefault(takeNames, []),
  without: withDefault(takeNames, []),
  bits: flag(false),
};

const PGSTE_IN = 0x0000400000000000n;
const PGSTE_USAGE = 0x0000000003000000n;
const USAGES = ['', 'UNUSED', 'POTENTIALLY_VOLATILE', 'VOLATILE'];

/** Adds ranges and joins those that follow each other and say the same. */
class Ranges {
  readonly all: TableRange[] = [];

  add(start: bigint, last: bigint, level: RangeLevel, attributes: readonly string[]): void {
    const before = this.all.at(-1);
    const isSame = before?.level === level && before.attributes.join() === attributes.join();
    if (before && isSame && before.last + 1n === start) this.all[this.all.length - 1] = { ...before, last };
    else this.all.push({ start, last, level, attributes });
  }
}

class Dump {
  readonly ranges: Ranges = new Ranges();
  readonly #storage: StorageView;
  readonly #hasPgstes: boolean;
  readonly #bits: boolean;
  readonly #from: bigint;
  readonly #to: bigint;

  constructor(storage: StorageView, hasPgstes: boolean, bits: boolean, from: bigint, to: bigint) {
    this.#storage = storage;
    this.#hasPgstes = hasPgstes;
    this.#bits = bits;
    this.#from = from;
    this.#to = to;
  }

  /** @param isProtected whether an entry above refuses stores */
  table(depth: number, origin: bigint, start: bigint, isProtected: boolean): void {
    const level = levels[depth]?.level ?? 'PTE';
    const size = coverage(level);
    const entries = this.#storage.words(origin, entryCount(level)) ?? new BigUint64Array(0);
    const pgstes =
      level === 'PTE' && this.#hasPgstes ? this.#storage.words(origin + PGSTE_OFFSET, entries.length) : undefined;
    for (const [index, value] of entries.entries()) {
      const first = start + BigInt(index) * size;
      const last = first + size - 1n;
      if (last < this.#from || first > this.#to) continue;
      if (level === 'PTE') this.#add(first, last, level, this.#pte(value, pgstes?.[index], isProtected));
      else this.#entry(depth, level, value, first, last, isProtected || (value & PROTECT) !== 0n);
    }
  }

  #entry(depth: number, level: TableLevel, value: bigint, first: bigint, last: bigint, isProtected: boolean): void {
    const isLarge = (level === 'STE' || level === 'RTTE') && (value & LARGE) !== 0n;
    if (value & INVALID) this.#add(first, last, level, ['I', ...this.#names(level, value)]);
    else if (isLarge) this.#add(first, last, level, [...access(value, isProtected), ...this.#names(level, value)]);
    else this.table(depth + 1, originOf(level, value), first, isProtected);
  }

  #pte(pte: bigint, pgste: bigint | undefined, isProtected: boolean): string[] {
    const state = pteState(pte) === 'swap' ? ['SWAP'] : pte & PTE_INVALID ? ['I'] : access(pte, isProtected);
    if (this.#bits)
      return [...state, ...this.#names('PTE', pte), ...(pgste === undefined ? [] : fieldNames(pgsteFields, pgste))];
    return pgste === undefined ? state : [...state, ...pgsteAttributes(pgste)];
  }

  #names(level: TableLevel, value: bigint): string[] {
    return this.#bits ? fieldNames(fieldsOf(level, value), value) : [];
  }

  #add(first: bigint, last: bigint, level: TableLevel, attributes: readonly string[]): void {
    const start = first < this.#from ? this.#from : first;
    this.ranges.add(start, last > this.#to ? this.#to : last, NAMES[level], attributes);
  }
}

function access(value: bigint, isProtected: boolean): string[] {
  return [isProtected || value & PROTECT ? 'RO' : 'RW', value & NOEXEC ? 'NX' : 'X'];
}

function pgsteAttributes(pgste: bigint): string[] {
  const usage = USAGES[Number((pgste & PGSTE_USAGE) >> 24n)];
  return [...(pgste & PGSTE_IN ? ['IN'] : []), ...(usage ? [usage] : [])];
}

/** The ranges of the address space of an ASCE, lowest first. */
export function dumpRanges(
  storage: StorageView,
  asce: bigint,
  hasPgstes: boolean,
  options: DumpOptions = {},
): TableRange[] {
  checkAddress('dumpRanges: asce', asce);
  const readable = checkedStorage('dumpRanges: storage', storage);
  checkShape('dumpRanges: hasPgstes', hasPgstes, boolean);
  const taken = takeOptions('dump: options', options, takers) as Required<DumpOptions>;
  const { from, to, with: wanted, without: unwanted, bits } = taken;
  const dump = new Dump(readable, hasPgstes, bits, from, to);
  if (from <= to) dump.table(topLevel(asce), originOf('ASCE', asce), 0n, false);
  const ranges = dump.ranges.all.filter(
    ({ attributes }) =>
      wanted.every((name) => attributes.includes(name)) && !unwanted.some((name) => attributes.includes(name)),
  );
  return ranges.map(withJson);
}
