// SPDX-License-Identifier: GPL-2.0-only
/** The processes with gmaps, their gmaps and the shadows of these, as a dump has them. */
import { withJson } from '../trace/json.js';
import { hex } from '../trace/words.js';
import { DumpError } from './dump-error.js';
import { gaddrIn, ORIGIN, tableOf } from './entries.js';
import { Items } from './items.js';
import type { KernelMemory } from './kernel/kernel-memory.js';
import { listOf, radixItems } from './kernel/lists.js';
import { PageDescriptors } from './kernel/pages.js';
import { lowcoresOf, lowcoreWord, processesOf } from './kernel/tasks.js';
import type { DumpGmap, DumpProblem, DumpProcess, DumpShadow, ProcessOfTask } from './model.js';

const SEGMENT_SHIFT = 20n;
const PAGE_SHIFT = 12n;
/** With shadows. */
const MOST_GMAPS = 4096;

/** All of them. What is broken on the way is a problem, and what is behind it is left out. */
export class DumpGmaps {
  readonly memory: KernelMemory;
  readonly pages: PageDescriptors;
  readonly lowcores: readonly bigint[];
  readonly processes: readonly DumpProcess[];
  /** Without shadows. */
  readonly gmaps: readonly DumpGmap[];
  readonly shadows: readonly DumpGmap[];
  /** What CPUs have enabled and no process lists: removed gmaps that references keep. */
  readonly unlisted: readonly DumpGmap[];
  readonly problems: DumpProblem[] = [];
  #count = 0;

  constructor(memory: KernelMemory) {
    this.memory = memory;
    this.pages = new PageDescriptors(memory);
    this.lowcores = lowcoresOf(memory);
    const all = processesOf(memory, this.lowcores, this.#problem('host', 'tasks'));
    const found = all
      .map((process) => ({ process, addresses: this.#gmapsOf(process) }))
      .filter(({ addresses }) => addresses.length > 0)
      .map(({ process, addresses }, i) => ({ process: this.#process(process, i), addresses }));
    this.processes = found.map(({ process }) => process);
    let handle = 0;
    // Handles count up in the order of creation; the list has the newest first.
    this.gmaps = found.flatMap(({ process, addresses }) =>
      [...addresses].reverse().map((address) => this.#gmap(`g${handle++}`, address, process, undefined)),
    );
    this.shadows = this.gmaps.flatMap((parent) =>
      this.#childrenOf(parent).map((address, place) => this.#shadow(`g${handle++}`, address, parent, place)),
    );
    this.unlisted = this.enabled.flatMap((address, cpu) => this.#unlisted(`cpu${cpu}`, address, all));
  }

  #unlisted(name: string, address: bigint, processes: readonly ProcessOfTask[]): DumpGmap[] {
    if (address === 0n || this.all.some((gmap) => gmap.address === address)) return [];
    const problems = this.problems.length;
    try {
      const mm = this.memory.get('gmap', address, 'mm');
      const known = this.processes.find((process) => process.mm === mm);
      // KVM keeps the memory of a process that has exited.
      const task = processes.find((process) => process.mm === mm) ?? { mm, task: 0n, pid: 0, comm: '' };
      const gmap = this.#gmap(name, address, known ?? this.#process(task, this.processes.length), undefined);
      const isOfProcess = gmap.process.allocPgste && (gmap.asce & ORIGIN) === gmap.table;
      if (gmap.references > 0 && isOfProcess && this.problems.length === problems) return [gmap];
    } catch (error) {
      if (!(error instanceof DumpError)) throw error;
    }
    // Freed: whatever is there now is no problem of a gmap.
    this.problems.length = problems;
    return [];
  }

  /** Gmaps and shadows. */
  get all(): readonly DumpGmap[] {
    return [...this.gmaps, ...this.shadows];
  }

  /** Addresses of the gmaps that are enabled, by CPU; 0n: none. */
  get enabled(): readonly bigint[] {
    return this.lowcores.map((lowcore) => lowcoreWord(this.memory, lowcore, 'gmap'));
  }

  /** The lowest guest address of a table, as the table's descriptor says; of a shadow's table what it stands for. */
  indexOf(table: bigint): bigint | undefined {
    return this.pages.get(table, 'index|__folio_index');
  }

  /** The guest address that a segment entry is for, as the descriptor of its table says. */
  gaddrOf(entry: bigint): bigint | undefined {
    const index = this.indexOf(tableOf(entry));
    return index === undefined ? undefined : gaddrIn(index, entry);
  }

  #problem(rule: string, where: string) {
    return (text: string) => {
      this.problems.push({ rule, text: `${where}: ${text}` });
    };
  }

  #gmapsOf({ mm, comm, pid }: ProcessOfTask): readonly bigint[] {
    const head = this.memory.at('mm_struct', mm, 'context.gmap_list');
    const problem = this.#problem('I1', `process ${pid} (${comm})`);
    return this.#few(listOf(this.memory, head, 'gmap', 'list', problem), problem);
  }

  /** No machine has so many that all of them could not be looked at. */
  #few(addresses: readonly bigint[], problem: (text: string) => void): readonly bigint[] {
    const few = addresses.slice(0, MOST_GMAPS - this.#count);
    this.#count += few.length;
    if (few.length < addresses.length)
      problem(`there are more than ${MOST_GMAPS} gmaps, of which the rest is left out`);
    return few;
  }

  #childrenOf(parent: DumpGmap): readonly bigint[] {
    const { types } = this.memory;
    if (!types.hasField('gmap', 'children')) return [];
    const head = this.memory.at('gmap', parent.address, 'children');
    const problem = this.#problem('S10', parent.name);
    return this.#few(listOf(this.memory, head, 'gmap', 'list', problem), problem);
  }

  #process(process: ProcessOfTask, number: number): DumpProcess {
    const get = (path: string) => this.memory.get('mm_struct', process.mm, `context.${path}`);
    return withJson({
      ...process,
      name: `mm${number}`,
      asce: get('asce'),
      limit: get('asce_limit'),
      allocPgste: get('alloc_pgste') !== 0n,
      hasPgste: get('has_pgste') !== 0n,
      usesKeys: get('uses_skeys') !== 0n,
    });
  }

  #gmap(name: string, address: bigint, process: DumpProcess, shadow: DumpShadow | undefined): DumpGmap {
    const get = (path: string) => this.memory.get('gmap', address, path);
    return withJson({
      name,
      address,
      process,
      mm: get('mm'),
      asce: get('asce'),
      end: get('asce_end'),
      table: this.memory.absolute(get('table')),
      references: Number(get('ref_count')),
      tables: this.#tablesOn(address, 'crst_list', name),
      mapped: this.#segments(address, 'guest_to_host', name, (value) => value),
      linked: this.#segments(address, 'host_to_guest', name, (value) => this.memory.absolute(value) ?? 0n),
      shadow,
    });
  }

  #segments(address: bigint, tree: string, name: string, wanted: (value: bigint) => bigint): Items {
    const root = this.memory.at('gmap', address, tree);
    const { keys, values } = radixItems(this.memory, root, this.#problem('I6', `${name} ${tree}`));
    return new Items(
      keys.map((key) => BigInt.asUintN(64, key << SEGMENT_SHIFT)),
      values.map(wanted),
    );
  }

  #shadow(name: string, address: bigint, parent: DumpGmap, place: number): DumpGmap {
    const get = (path: string) => this.memory.get('gmap', address, path);
    return this.#gmap(name, address, parent.process, {
      parent,
      place,
      parentAddress: get('parent'),
      origAsce: get('orig_asce'),
      edat: Number(get('edat_level')),
      state: get('removed') !== 0n ? 'removed' : get('initialized') !== 0n ? 'live' : 'making',
      pageTables: this.#tablesOn(address, 'pt_list', name),
      rmaps: this.#rmaps(address, name),
    });
  }

  #rmaps(address: bigint, name: string): Map<bigint, bigint[]> {
    const root = this.memory.at('gmap', address, 'host_to_rmap');
    const items = radixItems(this.memory, root, this.#problem('S13', `${name} host_to_rmap`));
    return new Map([...items].map(([key, head]) => [key << PAGE_SHIFT, this.#chain(head, name)]));
  }

  #chain(head: bigint, name: string): bigint[] {
    const raddrs = new Map<bigint, bigint>();
    for (let rmap = head; rmap !== 0n; rmap = this.memory.get('gmap_rmap', rmap, 'next')) {
      if (raddrs.has(rmap)) {
        this.#problem('S13', name)(`the rmaps from ${hex(head)} on have no end`);
        break;
      }
      raddrs.set(rmap, this.memory.get('gmap_rmap', rmap, 'raddr'));
    }
    return [...raddrs.values()];
  }

  /** Tables are listed by the descriptors of their first pages. */
  #tablesOn(address: bigint, list: string, name: string): bigint[] {
    const head = this.memory.at('gmap', address, list);
    const pages = listOf(this.memory, head, 'page', 'lru', this.#problem('I3', `${name} ${list}`));
    return pages.map((page) => this.pages.absoluteOf(page));
  }
}
