// SPDX-License-Identifier: GPL-2.0-only
/** The tables of address spaces as a graph: a page table that a process and its guests share is in it once. */
import { entryBits, tableLevels } from '../generated/abi.js';
import { checkShape, count, either, listOf, object, oneOf, optional, type Shape, text, word } from '../shapes.js';
import { withJson } from '../trace/json.js';
import { levels, originOf, topLevel } from './chain.js';
import { type EntryLevel, entryLevels } from './fields.js';
import { checkedStorage, type StorageView } from './storage.js';

/** The kinds of tables, by the entries that they hold: `PTE` is a page table. */
export type TableLevel = EntryLevel;

/** An address space: a process or a gmap. */
export interface SpaceRoot {
  /** `mm0` or `g0`. */
  readonly name: string;
  /** The address-space-control element. */
  readonly asce: bigint;
}

/** A table that some address space reaches. */
export interface Table {
  /** What its entries are. */
  readonly level: TableLevel;
  /** Absolute address. */
  readonly origin: bigint;
  /**
   * The address spaces that reach it, in the order in which they were given, and the first address it translates in each. Of one space at
   * most 16 places: what leads to a table more often is damage.
   */
  readonly owners: readonly {
    /** The name of the address space. */
    readonly space: string;
    /** The first address that the table translates there. */
    readonly start: bigint;
  }[];
  /** How many entries are not empty; of a page table, how many PTEs. */
  readonly used: number;
}

/** An arrow: from an ASCE or from a table's entry to a table. */
export interface TableLink {
  /** The name of an address space, or the origin of a table. */
  readonly from: string | bigint;
  /** Which entry; absent for an ASCE. */
  readonly index: number | undefined;
  /** The origin of the table. */
  readonly to: bigint;
}

/** Tables, and what points at them. */
export interface TableGraph {
  /** As they were given. */
  readonly spaces: readonly SpaceRoot[];
  /** From the top down, then as they were met. */
  readonly tables: readonly Table[];
  /** In the order in which they were met. */
  readonly links: readonly TableLink[];
}

const spaceShape: Shape = object({ name: text, asce: word });
const tableShape: Shape = object({
  level: oneOf(entryLevels),
  origin: word,
  owners: listOf(object({ space: text, start: word })),
  used: count,
});
const linkShape: Shape = object({
  from: either('a string or a word', text, word),
  index: optional(count),
  to: word,
});
export const graphShape: Shape = object({
  spaces: listOf(spaceShape),
  tables: listOf(tableShape),
  links: listOf(linkShape),
});

const CRST_ENTRIES = 2048;
const PAGE_ENTRIES = 256;
/** How often a space is followed into the same table. Entries that are damaged lead there again and again. */
const MOST_PLACES = 16;

const emptyOf = (wanted: (typeof tableLevels)[number]['name']): bigint =>
  tableLevels.find(({ name }) => name === wanted)?.empty ?? 0n;

/** What entries without anything below them hold. */
export const emptyEntries: Readonly<Record<TableLevel, bigint>> = {
  RFTE: emptyOf('REGION1'),
  RSTE: emptyOf('REGION2'),
  RTTE: emptyOf('REGION3'),
  STE: emptyOf('SEGMENT'),
  PTE: entryBits.PAGE_INVALID,
};

const { REGION_ENTRY_INVALID: INVALID, SEGMENT_ENTRY_LARGE: LARGE } = entryBits;

export function isEmptyEntry(level: TableLevel, value: bigint): boolean {
  return value === emptyEntries[level];
}

/** How many entries a table of that level has. */
export function entryCount(level: TableLevel): number {
  return level === 'PTE' ? PAGE_ENTRIES : CRST_ENTRIES;
}

/** How many bytes of addresses one entry of that level covers. */
export function coverage(level: TableLevel): bigint {
  const row = levels.find((candidate) => candidate.level === level);
  return 1n << (row?.shift ?? 12n);
}

/** The entries of a table; of a page table its PTEs. Empty if it is not all in storage. */
export function tableEntries(storage: StorageView, level: TableLevel, origin: bigint): BigUint64Array {
  return storage.words(origin, entryCount(level)) ?? new BigUint64Array(0);
}

interface Growing {
  readonly level: TableLevel;
  readonly origin: bigint;
  readonly owners: { space: string; start: bigint }[];
  used: number;
}

/** Collects the tables that the address spaces reach. */
class Collector {
  readonly tables = new Map<bigint, Growing>();
  readonly links = new Map<string, TableLink>();
  readonly #storage: StorageView;
  readonly #entries = new Map<bigint, BigUint64Array>();

  constructor(storage: StorageView) {
    this.#storage = storage;
  }

  add({ name, asce }: SpaceRoot): void {
    const origin = originOf('ASCE', asce);
    const top = topLevel(asce);
    this.#link(name, undefined, origin);
    this.#table(name, top, origin, 0n);
  }

  #table(space: string, depth: number, origin: bigint, start: bigint): void {
    const level = levels[depth]?.level ?? 'PTE';
    const table = this.#enter(level, origin);
    const places = table.owners.filter((owner) => owner.space === space);
    if (places.length === MOST_PLACES || places.some((owner) => owner.start === start)) return;
    table.owners.push(withJson({ space, start }));
    if (level === 'PTE') return;
    this.#entriesOf(table).forEach((value, index) => {
      // First: most are, and to look at bits takes longer.
      if (isEmptyEntry(level, value)) return;
      if (value & INVALID || (value & LARGE && (level === 'STE' || level === 'RTTE'))) return;
      const below = originOf(level, value);
      this.#link(origin, index, below);
      this.#table(space, depth + 1, below, start + BigInt(index) * coverage(level));
    });
  }

  #enter(level: TableLevel, origin: bigint): Growing {
    const known = this.tables.get(origin);
    if (known) return known;
    const table: Growing = withJson({ level, origin, owners: [], used: 0 });
    this.tables.set(origin, table);
    for (const value of this.#entriesOf(table)) if (!isEmptyEntry(level, value)) table.used++;
    return table;
  }

  #entriesOf({ level, origin }: Growing): BigUint64Array {
    let entries = this.#entries.get(origin);
    if (!entries) {
      entries = tableEntries(this.#storage, level, origin);
      // A page table is read once: it leads nowhere.
      if (level !== 'PTE') this.#entries.set(origin, entries);
    }
    return entries;
  }

  #link(from: string | bigint, index: number | undefined, to: bigint): void {
    this.links.set(`${from} ${index}`, withJson({ from, index, to }));
  }
}

const ORDER: readonly TableLevel[] = ['RFTE', 'RSTE', 'RTTE', 'STE', 'PTE'];

/** All tables that these address spaces reach, and what points at them. */
export function collectTables(storage: StorageView, spaces: readonly SpaceRoot[]): TableGraph {
  checkShape('collectTables: spaces', spaces, listOf(spaceShape));
  const collector = new Collector(checkedStorage('collectTables: storage', storage));
  for (const space of spaces) collector.add(space);
  const tables = [...collector.tables.values()].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  return { spaces, tables, links: [...collector.links.values()] };
}
