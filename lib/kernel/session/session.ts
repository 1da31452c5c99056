// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />
/** Executes programs on a real kernel, one after the other in one boot; a kernel that dies is booted again. */
import {
  checkPath,
  checkWord,
  flag,
  number,
  optional,
  type Taker,
  type Takers,
  takeOptions,
  withDefault,
} from '../../arguments.js';
import { brand } from '../../brands.js';
import { type InspectStyle, inspectAs, inspectObject } from '../../inspect/console.js';
import { checkShape, object, type Shape, text } from '../../shapes.js';
import { type Observation, readObservations } from '../../trace/observations.js';
import { portTrace } from '../../trace/port.js';
import { callsOf, encodeProgram } from '../../trace/program.js';
import { checkTrace } from '../../trace/shapes.js';
import type { Trace, TraceCall } from '../../trace/types.js';
import { bootTools, requireTools } from '../install/tools.js';
import type { InstalledKernel } from '../manifest.js';
import type { LastWords } from './console.js';
import { type DumpFile, type DumpFileFormat, DumpPlaces, dumpFileFormats, usualFormat } from './dump-files.js';
import type { Execution } from './execution.js';
import { Guest, GuestDied } from './guest.js';
import { defaultLimits, type Limits } from './limits.js';
import { qemuVersion } from './qemu-version.js';
import { recordObservations } from './recording.js';
import { cutIntoRequests, type Request } from './requests.js';

/** How programs are run on a kernel. */
export interface SessionOptions {
  /** One call at a time, each answered before the next is sent. Default: many at once. */
  readonly live?: boolean;
  /** Default: {@link defaultLimits}. */
  readonly limits?: Partial<Limits>;
  /** A crash dump of each kernel that dies, with its tables as they were. */
  readonly dumps?: DumpsOfDead;
}

/** Where dumps of kernels that die go. */
export interface DumpsOfDead {
  /** A folder that is there. The files have the names of programs: `i_unreg_twice.vmcore`. */
  readonly folder: string;
  /** Default: `kdump-zlib`. */
  readonly format?: DumpFileFormat;
}

/** What is known of a program before it is run. */
export interface RecordOptions {
  /** The place of a call among the program's calls that the kernel may not survive: it saves a boot to know. */
  readonly suspect?: number | undefined;
}

const milliseconds = number(0, 2 ** 31 - 1);
const limitTakers: Takers<Limits> = {
  bootMs: withDefault(milliseconds, defaultLimits.bootMs),
  callMs: withDefault(milliseconds, defaultLimits.callMs),
  perCallMs: withDefault(milliseconds, defaultLimits.perCallMs),
};
const takeFormat: Taker<DumpFileFormat> = (name, value) =>
  dumpFileFormats[checkWord(name, value ?? usualFormat, dumpFileFormats)] as DumpFileFormat;
const dumpsTakers: Takers<DumpsOfDead> = { folder: checkPath as Taker<string>, format: takeFormat };
const sessionTakers: Takers<SessionOptions> = {
  live: flag(false),
  limits: (name, value) => takeOptions(name, value ?? {}, limitTakers),
  dumps: optional((name, value) => takeOptions(name, value as DumpsOfDead, dumpsTakers)),
};
const recordTakers: Takers<RecordOptions> = { suspect: optional(number(0, Number.MAX_SAFE_INTEGER)) };
/** What is needed of an installed kernel. */
const bootable: Shape = object({ kernel: text, version: text, image: text, initrd: text });

/** The kernel died in one of these calls. */
interface Death {
  readonly request: Request;
  readonly words: LastWords;
}

/** Once it is known that some call hangs, finding out which takes less patience. */
const SEARCH_MS = 2500;

/**
 * A kernel that runs, or will be booted when it is needed. Close it when all is done; if this process ends
 * otherwise, QEMU ends too.
 */
export class Session implements AsyncDisposable {
  /** The kernel that it boots. */
  readonly kernel: InstalledKernel;
  readonly #live: boolean;
  readonly #limits: Limits;
  #guest: Guest | undefined;
  #ready: ReadonlyMap<string, string> = new Map();
  #qemu = '';
  #boots = 0;
  #last: Promise<unknown> = Promise.resolve();
  readonly #dumps: DumpPlaces | undefined;

  static {
    brand('Session', (value) => #limits in value);
    inspectAs(Session, (session, style) => session.#describe(style));
  }

  private constructor(kernel: InstalledKernel, options: SessionOptions) {
    checkShape('Session: kernel', kernel, bootable);
    const { live = false, limits, dumps } = takeOptions('Session: options', options, sessionTakers);
    this.kernel = kernel;
    this.#live = live;
    this.#limits = { ...defaultLimits, ...limits };
    this.#dumps = dumps && new DumpPlaces(dumps);
  }

  /**
   * Boots the kernel.
   *
   * @throws {LiveKernelError} if a program is missing, or the kernel does not come up.
   */
  static async open(kernel: InstalledKernel, options: SessionOptions = {}): Promise<Session> {
    checkShape('Session.open: kernel', kernel, bootable);
    const taken = takeOptions('Session.open: options', options, sessionTakers);
    requireTools(bootTools());
    const session = new Session(kernel, taken);
    session.#qemu = await qemuVersion();
    await session.#running();
    return session;
  }

  /** How many times the kernel was booted. */
  get boots(): number {
    return this.#boots;
  }

  /** The dumps that were written of kernels that died. */
  get dumps(): readonly string[] {
    return this.#dumps?.written ?? [];
  }

  /**
   * Executes a program from a fresh state and answers its recording. It ends with `= BUG` where the kernel died,
   * under a comment with what that wrote on its console. Calls of a program for another kernel are made under the
   * names that this one has for them.
   *
   * @throws {LiveKernelError} if the kernel cannot be booted, or the guest's programs fail.
   */
  record(program: Trace, options: RecordOptions = {}): Promise<Trace> {
    checkTrace('Session.record: program', program);
    const taken = takeOptions('Session.record: options', options, recordTakers);
    // There is one guest: programs wait for each other.
    const recording = this.#last.then(() => this.#record(program, taken));
    this.#last = recording.catch(() => {});
    return recording;
  }

  /**
   * Writes a crash dump of the machine as the last program left it; it waits meanwhile. It has the size of the guest's storage as `elf`,
   * about 20 MB as `kdump-zlib`.
   *
   * @throws {LiveKernelError} ERR_HARNESS if QEMU cannot write it.
   */
  dump(path: string, format: DumpFileFormat = usualFormat): Promise<void> {
    checkPath('Session.dump: path', path);
    checkWord('Session.dump: format', format, dumpFileFormats);
    const written = this.#last.then(async () => (await this.#running()).dump({ path, format }));
    this.#last = written.catch(() => {});
    return written;
  }

  /** Ends the kernel, if it runs. Recording again boots it again. */
  async close(): Promise<void> {
    const guest = this.#guest;
    this.#guest = undefined;
    await guest?.close();
  }

  /** Closes it: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #record(program: Trace, options: RecordOptions): Promise<Trace> {
    const ported = portTrace(program, this.kernel.kernel);
    const execution = await this.#execute(ported, options);
    return recordObservations(ported, execution, { kernel: this.kernel, ready: this.#ready, qemu: this.#qemu });
  }

  async #execute(program: Trace, { suspect }: RecordOptions): Promise<Execution> {
    const calls = callsOf(program);
    const observations: Observation[] = [];
    const deadly: Request[] = [];
    for (;;) {
      observations.length = 0;
      const wasDeadly = (i: number) => deadly.some(({ start, end }) => start <= i && i < end);
      const isKnown = (i: number) => i === suspect || calls[i]?.result?.kind === 'bug';
      const requests = cutIntoRequests(calls.length, (i) => this.#live || isKnown(i) || wasDeadly(i));
      const dump = this.#dumps?.placeOf(program.source);
      const death = await this.#tryAll(calls, requests, observations, deadly.length > 0, dump);
      if (!death) return { observations };
      const { request, words } = death;
      if (isOneCall(request)) {
        if (dump) this.#dumps?.wrote(dump, program.source);
        return { observations, died: words };
      }
      // Nobody knows in which call it died: once more, and these one by one.
      deadly.push(request);
    }
  }

  async #running(): Promise<Guest> {
    if (this.#guest) return this.#guest;
    this.#boots++;
    this.#guest = await Guest.boot(this.kernel, this.#limits.bootMs);
    this.#ready = this.#guest.ready;
    return this.#guest;
  }

  /** Makes the requests one after the other, up to the one that the kernel dies of. */
  async #tryAll(
    calls: readonly TraceCall[],
    requests: readonly Request[],
    observations: Observation[],
    searching: boolean,
    dump: DumpFile | undefined,
  ): Promise<Death | undefined> {
    const guest = await this.#running();
    guest.begin();
    for (const request of requests) {
      const { start, end } = request;
      const records = encodeCalls(calls.slice(start, end));
      // Of many calls at once it is not known in which one it died: they are tried again.
      const dumped = isOneCall(request) ? dump : undefined;
      const bytes = await this.#survived(guest.run(records, this.#limit(request, searching), dumped));
      if (bytes instanceof GuestDied) return { request, words: bytes.words };
      for (const observation of readObservations(bytes)) observations.push(observation);
    }
    return undefined;
  }

  #limit({ start, end }: Request, searching: boolean): number {
    const { callMs, perCallMs } = this.#limits;
    const count = end - start;
    if (count > 1) return callMs + count * perCallMs;
    return searching ? Math.min(callMs, SEARCH_MS) : callMs;
  }

  /** After a death, or any failure, the next program gets a kernel that was booted anew. */
  async #survived(answer: Promise<Uint8Array>): Promise<Uint8Array | GuestDied> {
    try {
      return await answer;
    } catch (error) {
      this.#guest = undefined;
      if (error instanceof GuestDied) return error;
      throw error;
    }
  }

  #describe(style: InspectStyle): string {
    const running = this.#guest !== undefined;
    return inspectObject(`Session ${this.kernel.kernel}`, { boots: this.#boots, running }, style);
  }
}

const isOneCall = ({ start, end }: Request) => end - start === 1;

function encodeCalls(items: readonly TraceCall[]): Uint8Array {
  return encodeProgram({ source: '', header: new Map(), items });
}
