// SPDX-License-Identifier: GPL-2.0-only
/**
 * Seeing tables: the chain of an address, an address space as ranges, tables as a graph, a program as a film.
 *
 * @module s390-gmap/inspect
 */
export {
  type Film,
  type FilmCall,
  type FilmDump,
  type FilmExcerpt,
  type FilmMap,
  type FilmProblem,
  filmMaps,
  type Patch,
} from '../film/film.js';
export { FilmError } from '../film/film-error.js';
export { filmPage, hasExplorer } from '../film/page.js';
export { type FilmGmap, type FilmMapping, type FilmMm, FilmPlayer } from '../film/player.js';
export { type FilmOptions, shootFilm } from '../film/shoot.js';
export { shootDump } from '../film/shoot-dump.js';
export { type AccessAnswer, type Chain, type ChainEntry, type PgsteEntry, walkChain } from './chain.js';
export { printDot } from './dot.js';
export {
  asceFields,
  describeFields,
  type EntryLevel,
  type Field,
  fieldsOf,
  keyFields,
  pgsteFields,
  pteFields,
  regionFields,
  segmentFields,
  swapPteFields,
} from './fields.js';
export { type FullGraph, type FullTable, type GraphEntry, graphToJson, tableGraph } from './graph.js';
export { storageOf } from './machine-storage.js';
export { diffRanges, printChanges, printRange, printRanges, type RangeChange } from './print-ranges.js';
export { printVtop } from './print-vtop.js';
export { type DumpOptions, dumpRanges, type RangeLevel, type TableRange } from './ranges.js';
export type { StorageView } from './storage.js';
export {
  collectTables,
  type SpaceRoot,
  type Table,
  type TableGraph,
  type TableLevel,
  type TableLink,
} from './tables.js';
export type {
  AddressFacts,
  GuestToHost,
  GuestView,
  GuestViewJson,
  HostToGuest,
  HostView,
  HostViewJson,
  KeyEntry,
  Writes,
} from './views.js';
