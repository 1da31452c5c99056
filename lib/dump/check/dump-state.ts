// SPDX-License-Identifier: GPL-2.0-only
/** A dump as the rules look at it. */
import type { DumpGmaps } from '../gmaps.js';
import { Locks, spinlockIn } from '../kernel/locks.js';
import { type Vma, vmasOf } from '../kernel/vmas.js';
import type { DumpGmap, DumpProblem, DumpProcess } from '../model.js';
import type { DumpStorage } from '../storage.js';
import { pageTablesOf } from './host-tables.js';
import type { GmapState, PageUse } from './state.js';

const GMAP_LOCKS = ['guest_table_lock', 'shadow_lock'];
const [PAGE_TABLE_LOCK = ''] = spinlockIn('ptl').split('|');

export class DumpState implements GmapState {
  readonly #gmaps: DumpGmaps;
  readonly #locks: Locks;
  /** What descriptors of page tables have for a type: it differs from kernel to kernel. */
  #tableType: bigint | undefined;

  constructor(gmaps: DumpGmaps) {
    this.#gmaps = gmaps;
    this.#locks = new Locks(gmaps.memory, gmaps.lowcores);
  }

  get storage(): DumpStorage {
    return this.#gmaps.memory.storage;
  }

  get problems(): readonly DumpProblem[] {
    return this.#gmaps.problems;
  }

  get processes(): readonly DumpProcess[] {
    return this.#gmaps.processes;
  }

  get gmaps(): readonly DumpGmap[] {
    return this.#gmaps.gmaps;
  }

  get shadows(): readonly DumpGmap[] {
    return this.#gmaps.shadows;
  }

  indexOf(table: bigint): bigint | undefined {
    return this.#gmaps.indexOf(table);
  }

  useOf(absolute: bigint): PageUse | undefined {
    const { pages } = this.#gmaps;
    const count = pages.get(absolute, '_refcount.counter');
    if (count === undefined) return undefined;
    if (count === 0n) return 'free';
    return pages.get(absolute, 'page_type') === this.#typeOfTables() ? 'page table' : 'anything';
  }

  /** That of the first page table there is. */
  #typeOfTables(): bigint | undefined {
    const [process] = this.processes;
    if (this.#tableType === undefined && process) {
      const [table] = pageTablesOf(this.storage, process).keys();
      this.#tableType = table === undefined ? undefined : this.#gmaps.pages.get(table, 'page_type');
    }
    return this.#tableType;
  }

  vmasOf({ mm }: DumpProcess): readonly Vma[] {
    return vmasOf(this.#gmaps.memory, mm);
  }

  locksOf(process: DumpProcess): readonly string[] {
    const { mm, name } = process;
    const held = (lock: string, holder: string | undefined) => (holder === undefined ? [] : [`${lock}${holder}`]);
    const its = [...this.gmaps, ...this.shadows].filter((gmap) => gmap.process === process);
    return [
      ...held(`mmap_lock of ${name}`, this.#locks.semaphore('mm_struct', mm, 'mmap_lock')),
      ...held(`page_table_lock of ${name}`, this.#locks.spinlock('mm_struct', mm, 'page_table_lock')),
      ...GMAP_LOCKS.filter((lock) => this.#gmaps.memory.types.hasField('gmap', lock)).flatMap((lock) =>
        its.flatMap((gmap) => held(`${lock} of ${gmap.name}`, this.#locks.spinlock('gmap', gmap.address, lock))),
      ),
    ];
  }

  /** A kernel for few CPUs has none of them: there it is the page_table_lock of the process. */
  lockOf(pageTable: bigint): string | undefined {
    const { memory, pages } = this.#gmaps;
    const struct = ['ptdesc', 'page'].find((one) => memory.types.hasField(one, PAGE_TABLE_LOCK));
    const page = struct === undefined ? undefined : pages.of(pageTable);
    if (struct === undefined || page === undefined || !memory.has(page)) return undefined;
    return this.#locks.spinlock(struct, page, 'ptl');
  }
}
