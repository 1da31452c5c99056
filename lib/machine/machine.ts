// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />

import {
  checkBytes,
  checkFlag,
  checkFunction,
  checkNumber,
  checkWord,
  flag,
  number,
  optional,
  type Takers,
  takeOptions,
} from '../arguments.js';
import { brand, checkOurs } from '../brands.js';
import {
  EVENT_WORDS,
  type InjectKind,
  injectKinds,
  type Kernel,
  type NativeMachineInfo,
  outcome,
} from '../generated/abi.js';
import { type InspectStyle, inspectAs, inspectObject } from '../inspect/console.js';
import { facilityWords, flagOptions, type MachineOptions, numberOptions } from '../machine-options.js';
import type { Native } from '../native/binding.js';
import { nativeOf } from '../native/codes.js';
import { Context } from '../native/context.js';
import { shortageError } from '../native/shortage.js';
import { takeCode } from '../own-code/names.js';
import { codeAndKernel } from '../own-code/profile.js';
import { show } from '../show.js';
import { headerOf } from '../trace/header.js';
import { takeKernel } from '../trace/kernel.js';
import type { Trace } from '../trace/types.js';
import { closedError } from './errors.js';
import { decodeEvents, type MachineEvent } from './events.js';
import type { Gmap } from './gmap.js';
import { operation } from './kernel-function.js';
import type { Mm } from './mm.js';
import { IpteNotifier, type PteInvalidationCallback } from './notifier.js';
import { type BugFailure, done, type ErrorOf, type Result, unwrap } from './result.js';
import { type Snapshot, SnapshotStack } from './snapshot.js';
import { isTraced, lastWrite, tracedProgram, type Write } from './tracing.js';

const EXEC = operation('exec');

/** Live objects of all kinds. After everything that was made has been freed, only what the kernel leaks is left. */
export interface MachineCounts {
  /** Processes, also those that exited while gmaps of theirs live. */
  readonly mms: number;
  /** Guest address spaces. */
  readonly gmaps: number;
  /** Mappings of all processes. */
  readonly vmas: number;
  /** Shared mappings' files. */
  readonly files: number;
  /** Nodes of the trees guest_to_host and host_to_guest. */
  readonly radixNodes: number;
  /** Frames of 4 KiB; lowcores and zero pages are not counted. */
  readonly frames: number;
  /** Of those frames: page tables that the kernel leaks. */
  readonly lostTables: number;
  /** Of the radix-tree nodes: those that the kernel leaks. */
  readonly lostNodes: number;
  /** Bytes of frames and objects together. */
  readonly bytes: number;
}

/** What the objects of a machine share. @internal */
export let contextOfMachine: (machine: Machine) => Context;

type Facilities = NonNullable<MachineOptions['facilities']>;
type Setup = Parameters<Native['open']>[1];

const FACILITIES = Object.values(facilityWords);
const facilityTakers = Object.fromEntries(FACILITIES.map((name) => [name, flag(true)])) as Takers<Facilities>;
const takers = {
  kernel: optional(takeKernel),
  facilities: (name, value) => takeOptions(name, value ?? {}, facilityTakers),
  ...Object.fromEntries(flagOptions.map(({ option, byDefault }) => [option, flag(byDefault)])),
  ...Object.fromEntries(
    // the core says what is wrong with an amount of storage
    numberOptions.map(({ option, min, max }) => [
      option,
      optional(option === 'storageLimit' ? number(0, Number.MAX_SAFE_INTEGER) : number(min, max)),
    ]),
  ),
  code: optional(takeCode),
} as Takers<MachineOptions>;

function setupOf(options: MachineOptions): Setup {
  const flags = flagOptions.map(({ option }) => [option, options[option]]);
  const numbers = numberOptions.map(({ option, byDefault }) => [option, options[option] ?? byDefault]);
  return { ...options.facilities, ...Object.fromEntries([...flags, ...numbers]) } as Setup;
}

interface OpenMachine {
  readonly native: Native;
  readonly handle: number;
  readonly cpus: number;
  readonly storageLimit: number;
  readonly maxSegments: number;
  readonly kernel: Kernel;
  /** The name of the code that runs. */
  readonly code: string | undefined;
}

function openMachine(options: MachineOptions): OpenMachine {
  const { code, kernel } = codeAndKernel(options.code, options.kernel);
  const setup = setupOf(options);
  const { cpus, storageLimit, maxSegments } = setup;
  const native = nativeOf(code);
  const handle = native.open(kernel, setup);
  if (typeof handle === 'object') throw new RangeError(`Machine: ${handle.text}, not ${show(storageLimit)}`);
  if (handle < 0) throw shortageError('Machine', handle) ?? new Error(`Machine: the addon answered ${handle}`);
  return { native, handle, cpus, storageLimit, maxSegments, kernel, code: code?.name };
}

/**
 * One simulated machine with a kernel and a process. Machines share nothing; each is used by the thread that made it.
 *
 * Close it when it is not needed any longer, or declare it with `using`: the garbage collector does not know how
 * much memory it holds, and does not look for machines while a loop runs.
 *
 * Methods throw besides what their results list: TypeError and RangeError for arguments of the wrong type or out of
 * range, and {@link GmapError}: ERR_GMAP_CLOSED after close(), ERR_GMAP_DEAD after a BUG, ERR_GMAP_IN_CALLBACK where
 * something is not possible inside a callback.
 *
 * ERR_GMAP_MEMORY can come of any call: this process has no memory left. Where that happened half-way through a call the
 * machine is dead afterwards, as after a BUG; otherwise nothing was changed. ENOMEM in a result is the kernel's own: its storage
 * is used up, or {@link inject} ordered the failure.
 */
export class Machine implements Disposable {
  /** The kernel that it behaves like. */
  readonly kernel: Kernel;
  /** The name of the built code that runs in the port's place; undefined: the port. */
  readonly code: string | undefined;
  /** How many CPUs it has. */
  readonly cpus: number;
  /** Bytes of storage that it can have at most. */
  readonly storageLimit: number;
  readonly #context: Context;
  readonly #native: Native;
  readonly #snapshots: SnapshotStack;
  readonly #storageStart: bigint;
  /** The header of programs for a machine like this. */
  readonly #header: readonly string[];

  static {
    brand('Machine', (value) => #context in value);
    contextOfMachine = (machine) => machine.#context;
    inspectAs(Machine, (machine, style) => machine.#describe(style));
  }

  /**
   * @throws {TypeError | RangeError} for options of the wrong type or out of range.
   * @throws {GmapError} ERR_GMAP_MEMORY: the system gives no more memory or addresses.
   * @throws {OwnCodeError} for a code that is not built, or must be built again, or is of another kernel.
   */
  constructor(options: MachineOptions = {}) {
    const taken = takeOptions('Machine: options', options, takers);
    const { native, handle, cpus, storageLimit, maxSegments, kernel, code } = openMachine(taken);
    this.kernel = kernel;
    this.code = code;
    this.cpus = cpus;
    this.storageLimit = storageLimit;
    this.#native = native;
    this.#context = new Context(this, native, handle, maxSegments, kernel);
    this.#snapshots = new SnapshotStack(this.#context);
    this.#header = headerOf({ ...taken, kernel });
    this.#storageStart = this.#info().storageStart;
  }

  /** The lowest absolute address: 0n, or with a built code an address of this process. */
  get storageStart(): bigint {
    return this.#storageStart;
  }

  // Processes and CPUs

  /** The process mm0, which exists from the start. Throws ERR_GMAP_CLOSED when it has ended. */
  get mm(): Mm {
    const mm = this.#native.mmAt(this.#context.handle, 0);
    if (mm === 0) throw closedError('machine.mm');
    if (mm < 0) this.#context.throwAnswer('machine.mm', mm);
    return this.#context.mmOf(mm);
  }

  /** The processes that have not exited, in the order of their numbers. */
  get processes(): Mm[] {
    const handles = this.#context.expectObject('machine.processes', this.#native.processes(this.#context.handle));
    return handles.map((handle) => this.#context.mmOf(handle));
  }

  /** All gmaps in the order of their numbers, also those whose process has exited. */
  get gmaps(): Gmap[] {
    const handles = this.#context.expectObject('machine.gmaps', this.#native.allGmaps(this.#context.handle));
    return handles.map((handle) => this.#context.gmapOf(handle));
  }

  /**
   * Starts a process, on the current CPU: three levels of tables, and a stack just below 2^42.
   *
   * - ENOMEM: no storage for its top table, or no memory.
   *
   * @throws {GmapError} ERR_GMAP_BUDGET: the machine has 4096 processes.
   */
  exec(): Result<Mm, ErrorOf<'exec'>> {
    const mm = this.#native.exec(this.#context.handle);
    if (mm > 0) return { ok: true, value: this.#context.mmOf(mm) };
    return mm === 0 ? EXEC.failed(-12) : this.#context.failed(EXEC, mm);
  }

  /** Whether processes that are started from now on have page tables with PGSTEs: vm.allocate_pgste. True at first. */
  get sysctlAllocatePgste(): boolean {
    return this.#info().allocatePgste;
  }

  set sysctlAllocatePgste(value: boolean) {
    const on = checkFlag('sysctlAllocatePgste', value, false) ? 1 : 0;
    this.#context.expectOk('sysctl_allocate_pgste', this.#native.sysctl_allocate_pgste(this.#context.handle, on));
  }

  /** The CPU that everything happens on, from 0 to `cpus` - 1. */
  get currentCpu(): number {
    return this.#info().currentCpu;
  }

  set currentCpu(cpu: number) {
    checkNumber('currentCpu', cpu, 0, this.cpus - 1);
    this.#context.expectOk('set_cpu', this.#native.set_cpu(this.#context.handle, cpu));
  }

  #info(): NativeMachineInfo {
    return this.#context.expectObject('machine', this.#native.machineInfo(this.#context.handle));
  }

  /**
   * The n-th next call of that kind fails, once; 0 takes that back. Each kind counts on its own, a second order replaces
   * the first. `none` takes all back.
   *
   * Calls that gmap.c makes: `radix_insert`, `alloc_pages`, `kzalloc`, `radix_preload`, `fixup_enomem` (fixup_user_fault
   * answers -ENOMEM), `fixup_retry` (it succeeds, and says that it dropped mmap_sem: {@link onMmapSemDropped}).
   * Of the process around it: `host_table`, `host_page`, `vma`, `radix_node`, `file`, `mm`.
   */
  inject(kind: InjectKind, n = 1): void {
    const index = checkWord('inject: kind', kind, injectKinds);
    checkNumber('inject: n', n, 0, Number.MAX_SAFE_INTEGER);
    this.#context.expectOk('inject', this.#native.inject(this.#context.handle, index, n));
  }

  // Programs

  /**
   * Executes a program in the binary format of native/abi/wire.h and answers what was observed, in the same file's
   * format. Any bytes are a program. It ends early after a BUG, which is its last observation; the machine is dead then.
   * The machine's event log is not changed.
   *
   * @throws {GmapError} ERR_GMAP_MEMORY: more than 1 GiB was observed, or this process has no memory left; the machine is dead.
   */
  execute(program: Uint8Array): Uint8Array {
    const length = this.#native.execute(this.#context.handle, checkBytes('execute: program', program));
    if (length < 0) this.#context.throwAnswer('execute', length);
    const observations = new Uint8Array(length);
    this.#context.expectOk('execute', this.#native.takeObservations(this.#context.handle, observations));
    return observations;
  }

  // Time

  /**
   * Goes back to the state after the constructor. A machine that died of a BUG lives again. Snapshots end, notifiers are
   * not registered any more, and gmaps and processes other than mm0 are gone.
   */
  reset(): void {
    this.#context.expectOk('reset', this.#native.reset(this.#context.handle));
    this.#snapshots.clear();
  }

  /**
   * Remembers the state as it is now. Snapshots nest; 64 can live at once. Costs nothing by itself, and a restore costs
   * what was stored since. The memory that it takes grows with the words that are stored to, 16 to 64 bytes for each, and
   * is given back by `reset()`.
   *
   * @throws {GmapError} ERR_GMAP_BUDGET: 64 are live.
   */
  snapshot(): Snapshot {
    return this.#snapshots.take();
  }

  /**
   * Goes back to the state of the snapshot. A machine that died of a BUG lives again. The snapshot stays, newer ones end;
   * objects whose gmap or process did not exist then are closed, and notifiers that were made since are not registered.
   *
   * @throws {GmapError} ERR_GMAP_FOREIGN: a snapshot of another machine; ERR_GMAP_CLOSED: one that has ended.
   */
  restore(snapshot: Snapshot): void {
    this.#snapshots.restore(checkOurs('restore: snapshot', snapshot, 'Snapshot'));
  }

  // Callbacks

  /** Makes a notifier block. It is not registered yet. At most 256 can live at once (ERR_GMAP_BUDGET). */
  createNotifier(callback: PteInvalidationCallback): IpteNotifier {
    return new IpteNotifier(this.#context, checkFunction('createNotifier: callback', callback));
  }

  /** Makes a notifier block and registers it. Close it to hear no more; after a reset, register it again. */
  onPteInvalidation(callback: PteInvalidationCallback): IpteNotifier {
    const notifier = this.createNotifier(callback);
    unwrap(notifier.register());
    return notifier;
  }

  /**
   * `callback` runs when a fault drops mmap_sem in the middle of gmap_fault or gmap_ipte_notify, which happens where it
   * is ordered with `inject('fixup_retry')`. It stands for other threads: it can change mappings, but not free gmaps
   * or end processes.
   * There is one; `undefined` removes it. What it throws is thrown when the call that it runs in is over.
   */
  onMmapSemDropped(callback: (() => void) | undefined): void {
    this.#context.setDropped(
      callback === undefined ? undefined : checkFunction('onMmapSemDropped: callback', callback),
    );
  }

  // Inspection

  /** The BUG that the machine died of; undefined while it lives. Its `syscall` is empty: the call's result has that. */
  get bug(): BugFailure | undefined {
    const { place } = this.#context.expectObject('machine.bug', this.#native.bug(this.#context.handle));
    return place === 0 ? undefined : this.#context.bug('');
  }

  /**
   * Checks the invariants that hold between calls (native/core/check/check.h), and that the tables agree with the hardware's walk.
   *
   * - INVARIANT: one does not hold; the message says which and where.
   */
  check(): Result<void, 'INVARIANT'> {
    const answer = this.#native.check(this.#context.handle);
    if (typeof answer === 'object')
      return { ok: false, error: { code: 'INVARIANT', syscall: 'machine_check', message: answer.text } };
    this.#context.expectOk('check', answer);
    return done;
  }

  /** Live objects, by kind. */
  counts(): MachineCounts {
    return this.#context.expectObject('counts', this.#native.counts(this.#context.handle));
  }

  /**
   * A copy of absolute storage. Tables and entries are big-endian, as on the real machine. A page that nobody wrote to
   * reads as zero.
   *
   * @param absolute from `storageStart` on
   * @param length in bytes; the range must not go beyond the end of storage (RangeError)
   */
  readStorage(absolute: bigint, length: number): Uint8Array {
    const bytes = new Uint8Array(checkNumber('readStorage: length', length, 0, this.storageLimit));
    this.#expectStorage('readStorage', this.#native.readStorage(this.#context.handle, absolute, bytes), absolute);
    return bytes;
  }

  /** The storage key of the frame with that absolute address: 0xf0 access control, 0x08 fetch protection, 0x04, 0x02. */
  storageKey(absolute: bigint): number {
    const key = this.#native.storageKey(this.#context.handle, absolute);
    this.#expectStorage('storageKey', Math.min(key, 0), absolute);
    return key;
  }

  #expectStorage(name: string, answer: number, absolute: bigint): void {
    if (answer === outcome.ARGUMENT - 2 - 1)
      throw new RangeError(
        `${name}: ${show(absolute)} is not in the machine's storage, or the range goes beyond its end`,
      );
    this.#context.expectOk(name, answer, ['absolute'], absolute);
  }

  /**
   * From now on events of calls are kept, or no longer. Take them often: of more than 2^20 the old ones are thrown away,
   * and one call that makes 2^22 ends in a BUG.
   */
  recordEvents(on: boolean): void {
    const recorded = checkFlag('recordEvents: on', on, true) ? 1 : 0;
    this.#context.expectOk('recordEvents', this.#native.recordEvents(this.#context.handle, recorded));
  }

  /** The events since the last call, in order. Those of programs are in their observations. */
  takeEvents(): MachineEvent[] {
    const count = this.#native.eventCount(this.#context.handle);
    if (count < 0) this.#context.throwAnswer('takeEvents', count);
    const words = new BigUint64Array(count * EVENT_WORDS);
    this.#context.expectOk('takeEvents', this.#native.takeEvents(this.#context.handle, words));
    return decodeEvents(words);
  }

  // Tracing

  /**
   * From now on calls are kept, and for each word of storage who stored to it last: {@link lastWrite}, {@link tracedProgram}.
   * Calls get slower, and memory grows with what they store, up to 1 GiB. A restore or reset takes back what it undoes.
   * Tracing that is on begins anew.
   */
  startTracing(): void {
    this.#context.expectOk('startTracing', this.#native.trace(this.#context.handle, 1));
  }

  /** What was traced is forgotten; nothing happens if the machine is not traced. */
  stopTracing(): void {
    this.#context.expectOk('stopTracing', this.#native.trace(this.#context.handle, 0));
  }

  /** Whether it is traced: see {@link startTracing}. */
  get isTraced(): boolean {
    return isTraced(this.#context);
  }

  /**
   * Which call last changed the word at that absolute address: a table entry, a PTE, a PGSTE, eight bytes of data. The address
   * is rounded down to eight; undefined if none did since tracing began. RangeError above the storage limit.
   *
   * @throws {GmapError} ERR_GMAP_NOT_TRACED; ERR_GMAP_MEMORY: more than 1 GiB was traced, start anew.
   */
  lastWrite(absolute: bigint): Write | undefined {
    return lastWrite(this.#context, 'lastWrite', absolute, 0);
  }

  /** Who set the storage key of the frame with that absolute address last; otherwise as {@link lastWrite}. */
  lastKeyWrite(absolute: bigint): Write | undefined {
    return lastWrite(this.#context, 'lastKeyWrite', absolute, 1);
  }

  /**
   * The calls since tracing began, as a program: `printTrace` makes a file of it, and `runTrace` does the same again. Accesses
   * of guests are comments in it, with the gmap_fault calls that they took; so is what callbacks did. Calls that were
   * refused (a thrown error) are not in it.
   *
   * @throws {GmapError} ERR_GMAP_NOT_TRACED; ERR_GMAP_MEMORY: more than 1 GiB was traced.
   */
  tracedProgram(): Trace {
    return tracedProgram(this.#context, this.#header);
  }

  // End

  /** Gives all its memory back; nothing happens the second time. Not possible inside one of its callbacks. */
  close(): void {
    this.#context.close();
  }

  /** Closes it: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #describe(style: InspectStyle): string {
    const { handle } = this.#context;
    const bug = this.#native.bug(handle);
    if (typeof bug === 'number') return `Machine ${this.kernel} (closed)`;
    const { mms, gmaps, frames } = this.counts();
    const cpus = this.cpus === 1 ? undefined : this.cpus;
    const dead = bug.place === 0 ? undefined : `BUG: ${bug.text}`;
    const tracing = this.isTraced ? true : undefined;
    return inspectObject(`Machine ${this.kernel}`, { code: this.code, cpus, mms, gmaps, frames, tracing, dead }, style);
  }
}
