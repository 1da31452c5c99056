// SPDX-License-Identifier: GPL-2.0-only
/** What is to be seen at one moment of the film. */
import type { FilmCall } from '../../lib/film/film.js';
import type { FilmGmap, FilmMm, FilmPlayer } from '../../lib/film/player.js';
import { collectTables, isEmptyEntry, type Table, type TableGraph, tableEntries } from '../../lib/inspect/tables.js';

export interface Scene {
  readonly position: number;
  /** The call that led here; absent at the start. */
  readonly call: FilmCall | undefined;
  readonly mms: readonly FilmMm[];
  readonly gmaps: readonly FilmGmap[];
  readonly graph: TableGraph;
  readonly tables: ReadonlyMap<bigint, Table>;
  /** Absolute addresses of words that the call changed. */
  readonly changedWords: ReadonlySet<bigint>;
  /** Origins of tables in which it changed something, or which it made. */
  readonly changedTables: ReadonlySet<bigint>;
  /** Names of address spaces that it made or changed. */
  readonly changedSpaces: ReadonlySet<string>;
  /** How many words it changed in tables that nothing reaches any more. */
  readonly lostWords: number;
}

const SMALL = ~0xfffn;
const LARGE = ~0x3fffn;

/** The table that an absolute address lies in. */
export function tableAt(tables: ReadonlyMap<bigint, Table>, address: bigint): Table | undefined {
  const small = tables.get(address & SMALL) ?? tables.get(address & ~0x7ffn);
  if (small?.level === 'PTE') return small;
  const large = tables.get(address & LARGE);
  return large && large.level !== 'PTE' ? large : undefined;
}

/** The first entry of a table that is not empty; 0 if all are. */
export function firstUsed(player: FilmPlayer, { level, origin }: Table): number {
  const index = tableEntries(player, level, origin).findIndex((value) => !isEmptyEntry(level, value));
  return Math.max(0, index);
}

/** Seeks the player, which shows this moment until the next call. */
export function sceneAt(player: FilmPlayer, position: number): Scene {
  player.seek(position);
  const call = player.film.calls[player.position - 1];
  const mms = player.mms();
  const gmaps = player.gmaps();
  const graph = collectTables(player, [...mms, ...gmaps]);
  const tables = new Map(graph.tables.map((table) => [table.origin, table]));
  const changedWords = new Set<bigint>();
  const changedTables = new Set<bigint>();
  const changedSpaces = new Set<string>();
  let lostWords = 0;
  for (const [map, key] of call?.patches ?? []) {
    if (map === 'space') changedSpaces.add(key);
    if (map !== 'word' && map !== 'fill') continue;
    const address = BigInt(`0x${key}`);
    const table = tableAt(tables, address);
    if (map === 'word') changedWords.add(address);
    if (table) changedTables.add(table.origin);
    else if (map === 'word') lostWords++;
  }
  return {
    position: player.position,
    call,
    mms,
    gmaps,
    graph,
    tables,
    changedWords,
    changedTables,
    changedSpaces,
    lostWords,
  };
}

/** Whether a table is a page table with PGSTEs: its process says so, as long as it lives. */
export function hasPgstes({ mms, gmaps }: Pick<Scene, 'mms' | 'gmaps'>, { level, owners }: Table): boolean {
  const processes = owners.map(({ space }) => gmaps.find(({ name }) => name === space)?.mm ?? space);
  return level === 'PTE' && mms.some((mm) => mm.hasPgstes && processes.includes(mm.name));
}
