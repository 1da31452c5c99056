// SPDX-License-Identifier: GPL-2.0-only
/**
 * The way of one address through the tables, entry by entry, as the hardware goes it: z/Architecture Principles of
 * Operation, chapter 3. The same walk as native/core/hardware/dat_walk.c, which it is tested against; it runs where there is no
 * native code too.
 */
import { checkAddress } from '../arguments.js';
import { entryBits, tableLevels } from '../generated/abi.js';
import type { ProgramInterruption } from '../machine/result.js';
import { withJson } from '../trace/json.js';
import { asceFields, type EntryLevel, fieldNames, fieldsOf, pgsteFields } from './fields.js';
import { checkedStorage, type StorageView, wordAt } from './storage.js';

/** An entry of a table that a walk came to. */
export interface ChainEntry {
  /** Of which table: `RFTE` is an entry of a region-first table, `STE` of a segment table. */
  readonly level: EntryLevel;
  /** Absolute address of the entry. */
  readonly address: bigint;
  /** Its word. */
  readonly value: bigint;
  /** What its bits say, see {@link describeFields}. */
  readonly flags: readonly string[];
}

/** What the machine answers to an access: where the byte is, or why there is none. */
export type AccessAnswer =
  | {
      /** The absolute address of the byte. */
      readonly absolute: bigint;
    }
  | {
      /** Why there is none. */
      readonly interruption: ProgramInterruption;
    };

/** The way of an address through the tables. */
export interface Chain {
  /** The address that was translated. */
  readonly address: bigint;
  /** The address-space-control element, where the way begins. */
  readonly asce: bigint;
  /** What the bits of the ASCE say, see {@link describeFields}. */
  readonly asceFlags: readonly string[];
  /** From the top down to the last one that was looked at. */
  readonly entries: readonly ChainEntry[];
  /** What a load of that byte comes to. */
  readonly load: AccessAnswer;
  /** What a store to it comes to. */
  readonly store: AccessAnswer;
}

/** A PGSTE, which lies 2 KiB behind its PTE. */
export interface PgsteEntry {
  /** Its absolute address. */
  readonly address: bigint;
  /** Its word. */
  readonly value: bigint;
  /** What its bits say, see {@link describeFields}. */
  readonly flags: readonly string[];
}

interface Level {
  readonly level: Exclude<EntryLevel, 'PTE'>;
  readonly shift: bigint;
  readonly interruption: ProgramInterruption;
}

const shiftOf = (wanted: (typeof tableLevels)[number]['name']): bigint =>
  tableLevels.find(({ name }) => name === wanted)?.shift ?? 0n;

/** From the top down; an ASCE's type counts from the end. */
export const levels: readonly Level[] = [
  { level: 'RFTE', shift: shiftOf('REGION1'), interruption: 'REGION_FIRST_TRANSLATION' },
  { level: 'RSTE', shift: shiftOf('REGION2'), interruption: 'REGION_SECOND_TRANSLATION' },
  { level: 'RTTE', shift: shiftOf('REGION3'), interruption: 'REGION_THIRD_TRANSLATION' },
  { level: 'STE', shift: shiftOf('SEGMENT'), interruption: 'SEGMENT_TRANSLATION' },
];

/** How far a PGSTE lies behind its PTE. */
export const PGSTE_OFFSET = 0x800n;

const WORD = 8n;
const TABLE_INDEX = 0x7ffn;
const PTE_INDEX = 0xffn;
const QUARTER = 512n;

const {
  REGION_ENTRY_INVALID: INVALID,
  PAGE_PROTECT: PROTECT,
  SEGMENT_ENTRY_LARGE: LARGE,
  ASCE_TYPE_MASK: TYPE,
  ASCE_TABLE_LENGTH: TABLE_LENGTH,
  PAGE_INVALID: PTE_INVALID,
} = entryBits;
const PTE_MUST_BE_ZERO = 0x800n;

/** Absolute address of what an ASCE, or an entry of that level, points at. */
export function originOf(level: EntryLevel | 'ASCE', value: bigint): bigint {
  if (level === 'STE' && value & LARGE) return value & ~0xfffffn;
  return level === 'STE' ? value & ~0x7ffn : value & ~0xfffn;
}

/** The level of the top table. */
export function topLevel(asce: bigint): number {
  return 3 - Number((asce & TYPE) >> 2n);
}

/** The PGSTE of a page table's entry; only where the process's page tables have them. */
export function pgsteOf(storage: StorageView, pteAddress: bigint): PgsteEntry | undefined {
  const address = pteAddress + PGSTE_OFFSET;
  const value = wordAt(storage, address);
  return value === undefined ? undefined : withJson({ address, value, flags: fieldNames(pgsteFields, value) });
}

class Walk {
  readonly entries: ChainEntry[] = [];
  #protected = false;
  readonly #storage: StorageView;
  readonly #address: bigint;

  constructor(storage: StorageView, address: bigint) {
    this.#storage = storage;
    this.#address = address;
  }

  get isProtected(): boolean {
    return this.#protected;
  }

  fromAsce(asce: bigint): AccessAnswer {
    if (asce & 0x20n) return this.#frame(this.#address);
    const first = topLevel(asce);
    const top = levels[first] as Level;
    if (first > 0 && this.#address >> (top.shift + 11n) !== 0n) return { interruption: 'ASCE_TYPE' };
    let table = { origin: originOf('ASCE', asce), first: 0n, last: asce & TABLE_LENGTH };
    for (const level of levels.slice(first)) {
      const value = this.#tableEntry(level, table);
      if (typeof value !== 'bigint') return value;
      const isLarge = (level.level === 'STE' || level.level === 'RTTE') && value & LARGE;
      if (isLarge) return this.#largeFrame(level, value);
      if (level.level === 'STE') return this.#pageTable(originOf('STE', value));
      table = { origin: originOf(level.level, value), first: (value & 0xc0n) >> 6n, last: value & TABLE_LENGTH };
    }
    return { interruption: top.interruption };
  }

  #tableEntry(
    { level, shift, interruption }: Level,
    table: { readonly origin: bigint; readonly first: bigint; readonly last: bigint },
  ): bigint | AccessAnswer {
    const index = (this.#address >> shift) & TABLE_INDEX;
    if (index / QUARTER < table.first || index / QUARTER > table.last) return { interruption };
    const value = this.#fetch(level, table.origin + index * WORD);
    if (value === undefined) return { interruption: 'ADDRESSING' };
    if (value & INVALID) return { interruption };
    const type = BigInt(levels.length - 1 - levels.findIndex((row) => row.level === level)) << 2n;
    if ((value & TYPE) !== type) return { interruption: 'TRANSLATION_SPECIFICATION' };
    if (value & PROTECT) this.#protected = true;
    return value;
  }

  #pageTable(origin: bigint): AccessAnswer {
    const pte = this.#fetch('PTE', origin + ((this.#address >> 12n) & PTE_INDEX) * WORD);
    if (pte === undefined) return { interruption: 'ADDRESSING' };
    if (pte & PTE_INVALID) return { interruption: 'PAGE_TRANSLATION' };
    if (pte & PTE_MUST_BE_ZERO) return { interruption: 'TRANSLATION_SPECIFICATION' };
    if (pte & PROTECT) this.#protected = true;
    return this.#frame((pte & ~0xfffn) | (this.#address & 0xfffn));
  }

  #largeFrame({ level, shift }: Level, value: bigint): AccessAnswer {
    const offset = (1n << shift) - 1n;
    const frame = level === 'STE' ? originOf('STE', value) : value & ~offset;
    return this.#frame(frame | (this.#address & offset));
  }

  #frame(absolute: bigint): AccessAnswer {
    return wordAt(this.#storage, absolute & ~7n) === undefined
      ? { interruption: 'ADDRESSING' }
      : withJson({ absolute });
  }

  #fetch(level: EntryLevel, address: bigint): bigint | undefined {
    const value = wordAt(this.#storage, address);
    if (value !== undefined)
      this.entries.push(withJson({ level, address, value, flags: fieldNames(fieldsOf(level, value), value) }));
    return value;
  }
}

/** Translates an address through the tables of an ASCE. Nothing changes. */
export function walkChain(storage: StorageView, asce: bigint, address: bigint): Chain {
  checkAddress('walkChain: asce', asce);
  checkAddress('walkChain: address', address);
  const walk = new Walk(checkedStorage('walkChain: storage', storage), address);
  const load = walk.fromAsce(asce);
  const store = 'absolute' in load && walk.isProtected ? ({ interruption: 'PROTECTION' } as const) : load;
  const { entries } = walk;
  return withJson({ address, asce, asceFlags: fieldNames(asceFields, asce), entries, load, store });
}
