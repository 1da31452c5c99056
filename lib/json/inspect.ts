// SPDX-License-Identifier: GPL-2.0-only
import type { Film } from '../film/film.js';
import type { FullGraph } from '../inspect/graph.js';
import type { RangeChange } from '../inspect/print-ranges.js';
import type { TableRange } from '../inspect/ranges.js';
import type { TableGraph } from '../inspect/tables.js';
import type { GuestViewJson, HostViewJson } from '../inspect/views.js';
import type { JsonOf } from '../trace/json.js';

/** What `vtop --json` prints: of a gmap (`g0`) the first, of a process (`mm0`) the second. */
export type VtopJson = GuestViewJson | HostViewJson;

/** What `ptdump --json` prints: ranges, lowest first. */
export type PtdumpJson = readonly JsonOf<TableRange>[];

/** What `ptdump --since LINE --json` prints: what only one of the two moments has, lowest first. */
export type PtdumpSinceJson = readonly JsonOf<RangeChange>[];

/** The graph of a crash dump, without entries. */
export type DumpGraphJson = JsonOf<TableGraph> & {
  /** The kernel, as `uname -r` prints it. */
  readonly release: string;
};

/** What `graph --json` prints: of a trace the first, of a crash dump the second. */
export type GraphJson = JsonOf<FullGraph> | DumpGraphJson;

/** What `view --json` prints. */
export type ViewJson = Film;
