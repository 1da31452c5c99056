// SPDX-License-Identifier: GPL-2.0-only
/** The tables of a live machine as a graph, and as JSON for other programs. */
import { checkOurs } from '../brands.js';
import type { Kernel } from '../generated/abi.js';
import type { Machine } from '../machine/machine.js';
import { type JsonOf, toJson, withJson } from '../trace/json.js';
import { PGSTE_OFFSET } from './chain.js';
import { fieldNames, fieldsOf, pgsteFields } from './fields.js';
import { storageOf } from './machine-storage.js';
import type { Mapping } from './mappings.js';
import { collectTables, isEmptyEntry, type Table, type TableGraph, tableEntries } from './tables.js';

/** An entry of a table. */
export interface GraphEntry {
  /** Its place in the table, from 0. */
  readonly index: number;
  /** Its word. */
  readonly value: bigint;
  /** What its bits say, see {@link describeFields}. */
  readonly flags: readonly string[];
  /** The word of a PTE's PGSTE; absent where that is 0, or there are none. */
  readonly pgste?: bigint;
  /** What the bits of the PGSTE say. */
  readonly pgsteFlags?: readonly string[];
}

/** A table with its entries. */
export interface FullTable extends Table {
  /** Those that are not empty, or have a PGSTE that is not 0. */
  readonly entries: readonly GraphEntry[];
}

/** A graph of a machine, with all that its tables and processes hold. */
export interface FullGraph extends TableGraph {
  /** The kernel that the machine behaves like. */
  readonly kernel: Kernel;
  readonly tables: readonly FullTable[];
  /** The mappings of each process, lowest first. */
  readonly mappings: readonly {
    /** The name of the process: `mm0`. */
    readonly process: string;
    /** All of them. */
    readonly mappings: readonly Mapping[];
  }[];
}

/** All tables that the processes and gmaps of a machine reach. Nothing changes. @throws {GmapError} ERR_GMAP_CLOSED */
export function tableGraph(machine: Machine): TableGraph {
  checkOurs('tableGraph: machine', machine, 'Machine');
  const spaces = [
    ...machine.processes.map(({ number, asce }) => withJson({ name: `mm${number}`, asce })),
    ...machine.gmaps.map(({ number, asce }) => withJson({ name: `g${number}`, asce })),
  ];
  return collectTables(storageOf(machine), spaces);
}

/** The graph with all entries that are not empty, for JSON.stringify: 64-bit values are hex strings. @throws {GmapError} ERR_GMAP_CLOSED */
export function graphToJson(machine: Machine): JsonOf<FullGraph> {
  checkOurs('graphToJson: machine', machine, 'Machine');
  const graph = tableGraph(machine);
  const withPgstes = spacesWithPgstes(machine);
  const tables = graph.tables.map((table) => {
    const hasPgstes = table.owners.some(({ space }) => withPgstes.has(space));
    return { ...table, entries: entriesOf(machine, table, hasPgstes) };
  });
  const mappings = machine.processes.map((mm) => ({ process: `mm${mm.number}`, mappings: mm.mappings() }));
  return toJson<FullGraph>({ kernel: machine.kernel, ...graph, tables, mappings });
}

/** Names of the processes whose page tables have PGSTEs, and of their gmaps. */
function spacesWithPgstes(machine: Machine): ReadonlySet<string> {
  const processes = machine.processes.filter((mm) => mm.hasPgstes);
  return new Set(processes.flatMap((mm) => [`mm${mm.number}`, ...mm.gmaps().map(({ number }) => `g${number}`)]));
}

function entriesOf(machine: Machine, { level, origin }: Table, hasPgstes: boolean): GraphEntry[] {
  const storage = storageOf(machine);
  const entries = tableEntries(storage, level, origin);
  const pgstes = level === 'PTE' && hasPgstes ? storage.words(origin + PGSTE_OFFSET, entries.length) : undefined;
  return [...entries].flatMap((value, index) => {
    const pgste = pgstes?.[index] ?? 0n;
    if (isEmptyEntry(level, value) && pgste === 0n) return [];
    const entry = { index, value, flags: fieldNames(fieldsOf(level, value), value) };
    return [pgste === 0n ? entry : { ...entry, pgste, pgsteFlags: fieldNames(pgsteFields, pgste) }];
  });
}
