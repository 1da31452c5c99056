// SPDX-License-Identifier: GPL-2.0-only
/** A dump as the rules look at it. */
import { hex } from '../../trace/words.js';
import type { DumpGmaps } from '../gmaps.js';
import { type Vma, vmasOf } from '../kernel/vmas.js';
import type { DumpGmap, DumpProblem, DumpProcess } from '../model.js';
import type { DumpStorage } from '../storage.js';
import { pageTablesOf } from './host-tables.js';
import type { GmapState, PageUse } from './state.js';

export class DumpState implements GmapState {
  readonly #gmaps: DumpGmaps;
  /** What descriptors of page tables have for a type: it differs from kernel to kernel. */
  #tableType: bigint | undefined;

  constructor(gmaps: DumpGmaps) {
    this.#gmaps = gmaps;
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

  /** Page tables' locks are not looked at: where they are depends on the kernel's configuration. */
  locksOf(process: DumpProcess): readonly string[] {
    const { memory } = this.#gmaps;
    const count = memory.get('mm_struct', process.mm, 'mmap_lock.count.counter');
    const owner = memory.get('mm_struct', process.mm, 'mmap_lock.owner.counter');
    const ofProcess = count === 0n ? [] : [`mmap_lock of ${process.name}${ownerOf(owner)}`];
    const ofGmaps = this.gmaps.filter((gmap) => {
      if (gmap.process !== process) return false;
      return (
        memory.get('gmap', gmap.address, 'guest_table_lock.rlock.raw_lock.lock|guest_table_lock.raw_lock.lock') !== 0n
      );
    });
    return [...ofProcess, ...ofGmaps.map(({ name }) => `guest_table_lock of ${name}`)];
  }
}

/** The lowest bits of a semaphore's owner say whether it is a reader, who may be gone. */
function ownerOf(owner: bigint): string {
  const task = owner & ~7n;
  return task === 0n ? '' : ` by the task at ${hex(task)}`;
}
