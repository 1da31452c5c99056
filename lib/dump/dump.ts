// SPDX-License-Identifier: GPL-2.0-only
/** A crash dump of s390x Linux, and the gmaps in it. */
import {
  checkAddress,
  checkPath,
  checkText,
  number,
  optional,
  type Takers,
  takeList,
  takeOptions,
  withDefault,
} from '../arguments.js';
import { brand } from '../brands.js';
import { RandomAccessFile } from '../files/random-access.js';
import { type Mapping, mappingOf } from '../inspect/mappings.js';
import { type DumpOptions, dumpRanges, type TableRange } from '../inspect/ranges.js';
import type { StorageView } from '../inspect/storage.js';
import { collectTables, type TableGraph } from '../inspect/tables.js';
import type { GuestView, HostView } from '../inspect/views.js';
import { withJson } from '../trace/json.js';
import { checkDump } from './check/check.js';
import { checkInLooks } from './check/looks.js';
import { DumpError } from './dump-error.js';
import { factsOf } from './facts.js';
import type { DumpFormat } from './formats/format.js';
import { openFormat } from './formats/open.js';
import { DumpGmaps } from './gmaps.js';
import { KernelMemory } from './kernel/kernel-memory.js';
import { vmasOf } from './kernel/vmas.js';
import type { CheckedProblem, DumpGmap, DumpProblem, DumpProcess, LookOptions, Looks } from './model.js';
import { DumpStorage, withoutCircles } from './storage.js';
import type { Types } from './types/btf.js';
import { readTypes } from './types/types-file.js';
import { viewOfGuest, viewOfHost } from './views.js';

/** What is needed beside the dump. */
export interface OpenDumpOptions {
  /** A file with the kernel's types: BTF, or an ELF file with a section .BTF. For kernels that have none in them. */
  readonly types?: string;
}

const takers: Takers<OpenDumpOptions> = { types: optional(checkPath) as Takers<OpenDumpOptions>['types'] };

/**
 * Opens a dump: ELF or kdump-compressed, also flattened; several files where `makedumpfile --split` has made them. Close it, or let
 * `using` do that.
 *
 * @throws {FileError} if a file cannot be read. {@link DumpError}: `code` says what is wrong with it.
 */
export function openDump(path: string | readonly string[], options: OpenDumpOptions = {}): Dump {
  const paths =
    typeof path === 'string' ? [checkPath('openDump: path', path)] : takeList('openDump: path', path, checkPath);
  if (paths.length === 0) throw new RangeError('openDump: path must name a file, or several');
  const { types } = takeOptions('openDump: options', options, takers);
  const files: RandomAccessFile[] = [];
  try {
    for (const one of paths) files.push(new RandomAccessFile(one));
    return new Dump(files, types);
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}

const lookTakers: Takers<LookOptions> = {
  looks: withDefault(number(1, 1000), 4),
  pause: withDefault(number(0, 60_000), 20),
};
/** Of a kernel that runs: how often it is looked at until nothing is torn. */
const MOST_TRIES = 10;

/** A crash dump that is open: {@link openDump}. What is asked of it after close() throws a {@link DumpError}, ERR_DUMP_CLOSED. */
export class Dump implements Disposable {
  /** `ELF`, `kdump-compressed`, `kdump-compressed, flattened`. */
  readonly format: string;
  /** Of the kernel, as `uname -r` prints it. */
  readonly release: string;
  /** How many CPUs it has notes of. */
  readonly cpus: number;
  /** Whether it is /proc/kcore: the memory of a kernel that runs. {@link Dump.checkInLooks} is for that. */
  readonly isLive: boolean;
  readonly #files: readonly RandomAccessFile[];
  readonly #format: DumpFormat;
  readonly #types: Types;
  readonly #gmaps: DumpGmaps;
  #isClosed = false;

  static {
    brand('Dump', (value) => #isClosed in value);
  }

  /** @internal */
  constructor(files: readonly RandomAccessFile[], types: string | undefined) {
    this.#files = files;
    this.#format = openFormat(files);
    this.isLive = files.some((file) => file.isInProc);
    const memory = new KernelMemory(new DumpStorage(this.#format), types === undefined ? undefined : readTypes(types));
    this.#types = memory.types;
    this.#gmaps = this.#look(memory);
    this.format = this.#format.kind;
    this.release = memory.info.release;
    this.cpus = this.#gmaps.lowcores.length;
  }

  /** Those that have gmaps. */
  get processes(): readonly DumpProcess[] {
    return this.#gmaps.processes;
  }

  /** Shadows come last. */
  get gmaps(): readonly DumpGmap[] {
    return this.#gmaps.all;
  }

  /**
   * Gmaps that CPUs have enabled and no process lists: they were removed, and references keep them. `cpu0`: by the number of the CPU. They
   * are not checked, since nobody keeps them right any more.
   */
  get unlisted(): readonly DumpGmap[] {
    return this.#gmaps.unlisted;
  }

  /** What was broken on the way to the gmaps: lists and trees that lead nowhere. */
  get problems(): readonly DumpProblem[] {
    return this.#gmaps.problems;
  }

  /** Pages of the dump that were read so far. */
  get pagesRead(): number {
    return this.#gmaps.memory.storage.reads;
  }

  /** The first absolute address behind the machine's storage. */
  get storageEnd(): number {
    return this.#gmaps.memory.storage.end;
  }

  /** Absolute storage, for what walks tables by itself. */
  get storage(): StorageView {
    this.#checkOpen();
    return this.#gmaps.memory.storage;
  }

  /**
   * What is observed of these gmaps, as facts of the trace format. Storage keys are in no dump. `watched`: host addresses of the first
   * process, whose pages are told too.
   */
  facts(watched: readonly bigint[] = []): IterableIterator<string> {
    this.#checkOpen();
    return factsOf(this.#gmaps, takeList('Dump.facts: watched', watched, checkAddress));
  }

  /**
   * What is wrong with these gmaps and their processes, rule by rule; each problem says which locks were held. Of a kernel that runs this is
   * one look, which also sees what is only half done.
   */
  check(): CheckedProblem[] {
    this.#checkOpen();
    return checkDump(this.#gmaps);
  }

  /**
   * The same for a kernel that runs: looks several times, and tells what stays. Gmaps and processes of this object are those of the moment
   * when it was opened.
   *
   * @throws {DumpError} if each look came upon something that was torn.
   */
  async checkInLooks(options: LookOptions = {}): Promise<Looks> {
    const taken = takeOptions('Dump.checkInLooks: options', options, lookTakers);
    this.#checkOpen();
    return checkInLooks(
      () => {
        this.#checkOpen();
        return new DumpGmaps(this.#memoryAnew());
      },
      taken as Required<LookOptions>,
    );
  }

  /** The way of an address through the tables. `space`: the name of a gmap or a process. */
  inspect(space: string, address: bigint): GuestView | HostView {
    checkAddress('Dump.inspect: address', address);
    const found = this.#space('Dump.inspect: space', space);
    return 'process' in found ? viewOfGuest(this.#gmaps, found, address) : viewOfHost(this.#gmaps, found, address);
  }

  /** An address space as ranges. `space`: the name of a gmap or a process. */
  dump(space: string, options: DumpOptions = {}): TableRange[] {
    const found = this.#space('Dump.dump: space', space);
    const { hasPgste } = 'process' in found ? found.process : found;
    return dumpRanges(withoutCircles(this.storage), found.asce, hasPgste, options);
  }

  /** The mappings of a process, lowest first. `process`: its name. */
  mappings(process: string): Mapping[] {
    const found = this.#space('Dump.mappings: process', process);
    if ('process' in found)
      throw new DumpError(
        'ERR_DUMP_SPACE',
        `${process} is a gmap: only processes have mappings, as ${found.process.name}`,
      );
    return vmasOf(this.#gmaps.memory, found.mm).map(({ start, end, flags }) => mappingOf(start, end, flags));
  }

  /** All tables that the processes with gmaps and their gmaps reach. */
  graph(): TableGraph {
    const spaces = [...this.processes, ...this.gmaps].map(({ name, asce }) => withJson({ name, asce }));
    return collectTables(this.storage, spaces);
  }

  /** Closes its files. Nothing happens the second time. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const file of this.#files) file.close();
  }

  /** Closes it: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Of what was read before, only the types are kept. */
  #memoryAnew(): KernelMemory {
    return new KernelMemory(new DumpStorage(this.#format), this.#types);
  }

  /** Until a look at a kernel that runs comes upon nothing that is torn. */
  #look(first: KernelMemory): DumpGmaps {
    for (let [memory, tries] = [first, 1]; ; memory = this.#memoryAnew(), tries++) {
      try {
        return new DumpGmaps(memory);
      } catch (error) {
        if (!this.isLive || tries === MOST_TRIES || !(error instanceof DumpError)) throw error;
      }
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new DumpError('ERR_DUMP_CLOSED', 'the dump was closed');
  }

  #space(what: string, name: string): DumpProcess | DumpGmap {
    checkText(what, name);
    this.#checkOpen();
    const spaces = [...this.processes, ...this.gmaps, ...this.unlisted];
    const found = spaces.find((space) => space.name === name);
    if (found) return found;
    throw new DumpError(
      'ERR_DUMP_SPACE',
      `there is no ${name} in this dump, but ${spaces.map((space) => space.name).join(', ') || 'no process with gmaps'}`,
    );
  }
}
