// SPDX-License-Identifier: GPL-2.0-only
/** What the rules look at: the gmaps of a dump, or in tests those of the model. */
import type { StorageView } from '../../inspect/storage.js';
import type { Vma } from '../kernel/vmas.js';
import type { DumpGmap, DumpProblem, DumpProcess } from '../model.js';

export type PageUse = 'free' | 'page table' | 'anything';

export interface GmapState {
  readonly storage: StorageView;
  /** What was broken on the way to the rest. */
  readonly problems: readonly DumpProblem[];
  readonly processes: readonly DumpProcess[];
  /** Without shadows. */
  readonly gmaps: readonly DumpGmap[];
  readonly shadows: readonly DumpGmap[];
  /** The lowest guest address of a table, as the table's descriptor says; undefined: the machine has no such page. */
  indexOf(table: bigint): bigint | undefined;
  /** What the page at an absolute address is for; undefined: the machine has no such page. */
  useOf(absolute: bigint): PageUse | undefined;
  /** In their order. */
  vmasOf(process: DumpProcess): readonly Vma[];
  /** Locks of a process and its gmaps that are held, each with its holder. */
  locksOf(process: DumpProcess): readonly string[];
  /** Who holds the lock of a page table; undefined: nobody, or it has none of its own. */
  lockOf(pageTable: bigint): string | undefined;
}
