// SPDX-License-Identifier: GPL-2.0-only
/** Which entries of tables some calls have changed, and by which stores. */
import { traceWords } from '../../generated/abi.js';
import { PGSTE_OFFSET } from '../../inspect/chain.js';
import { fieldNames, fieldsOf, pgsteFields } from '../../inspect/fields.js';
import { tableGraph } from '../../inspect/graph.js';
import { storageOf } from '../../inspect/machine-storage.js';
import { wordAt } from '../../inspect/storage.js';
import { coverage, entryCount, type Table } from '../../inspect/tables.js';
import type { CallPath, TracedStore } from '../../machine/call-paths.js';
import type { Machine } from '../../machine/machine.js';
import { hex } from '../../trace/words.js';

export interface ChangedEntry {
  /** `STE of g0 for 0x100000`. */
  readonly name: string;
  /** Absolute. */
  readonly address: bigint;
  /** Undefined: its table was filled, and what was there before means nothing. */
  readonly before: Word | undefined;
  readonly after: Word;
  /** How the tree's code came to the store that made it what it is. */
  readonly path: CallPath;
}

export interface Word {
  readonly value: bigint;
  readonly flags: readonly string[];
}

const { TRACE_TABLE: TABLE } = traceWords;
const WORD_BYTES = 8n;
const PGSTE_LOCK = 0x0080_0000_0000_0000n;

/** The tables of a machine, by where they begin. */
export type Tables = ReadonlyMap<bigint, Table>;

export function tablesOf(machine: Machine): Tables {
  return new Map(tableGraph(machine).tables.map((table) => [table.origin, table]));
}

/** Of tables that address spaces reached before these stores, or reach after them. */
export function changedEntries(machine: Machine, before: Tables, stores: readonly TracedStore[]): ChangedEntry[] {
  const all = new Map([...tablesOf(machine), ...before]);
  const entries: ChangedEntry[] = [];
  for (const [address, own] of storesByWord(stores)) {
    const entry = entryOf(machine, all, address, own);
    if (entry && entry.before?.value !== entry.after.value) entries.push(entry);
  }
  return entries;
}

/** Each word that was stored to alone, with all stores to it. */
function storesByWord(stores: readonly TracedStore[]): Map<bigint, TracedStore[]> {
  const words = new Map<bigint, TracedStore[]>();
  const inTables = stores
    .filter(({ place }) => place & TABLE)
    .map((store) => ({ ...store, place: store.place & ~TABLE }));
  for (const store of inTables) if (store.words === 1) words.set(store.place, []);
  for (const store of inTables) {
    if (store.words === 1) words.get(store.place)?.push(store);
    else for (let i = 0; i < store.words; i++) words.get(store.place + BigInt(i) * WORD_BYTES)?.push(store);
  }
  return words;
}

function entryOf(
  machine: Machine,
  tables: Tables,
  address: bigint,
  stores: readonly TracedStore[],
): ChangedEntry | undefined {
  const found = tableAt(tables, address);
  const value = wordAt(storageOf(machine), address);
  const [first] = stores;
  if (!found || value === undefined || !first) return undefined;
  const word = (of: bigint): Word => ({
    value: of,
    flags: fieldNames(found.isPgste ? pgsteFields : fieldsOf(found.table.level, of), of),
  });
  return {
    name: nameOf(found, address),
    address,
    before: first.words === 1 ? word(first.before) : undefined,
    after: word(value),
    path: storeThatCounts(stores, value, found.isPgste ? PGSTE_LOCK : 0n)?.path ?? [],
  };
}

interface Found {
  readonly table: Table;
  readonly isPgste: boolean;
}

const CRST_BYTES = 0x4000n;
const PAGE_BYTES = 0x1000n;

function tableAt(tables: Tables, address: bigint): Found | undefined {
  const crst = tables.get(address & ~(CRST_BYTES - 1n));
  if (crst && crst.level !== 'PTE') return { table: crst, isPgste: false };
  const isUpper = (address & PGSTE_OFFSET) !== 0n;
  const page = tables.get(address & ~(PAGE_BYTES - 1n));
  // Page tables without PGSTEs are half as large.
  const half = isUpper ? tables.get(address & ~(PGSTE_OFFSET - 1n)) : undefined;
  const table = half ?? page;
  return table?.level === 'PTE' ? { table, isPgste: isUpper && !half } : undefined;
}

function nameOf({ table, isPgste }: Found, address: bigint): string {
  const { level, origin, owners } = table;
  const index = ((address - origin) / WORD_BYTES) % BigInt(entryCount(level));
  const places = owners.map(({ space, start }) => `${space} for ${hex(start + index * coverage(level))}`);
  return `${isPgste ? 'PGSTE' : level} of ${places.join(', ')}`;
}

/** The last one that changed more of the word than a lock in it. */
function storeThatCounts(stores: readonly TracedStore[], last: bigint, lock: bigint): TracedStore | undefined {
  let after = last;
  for (const store of [...stores].reverse()) {
    if (store.words !== 1 || (store.before ^ after) & ~lock) return store;
    after = store.before;
  }
  return stores.at(-1);
}
