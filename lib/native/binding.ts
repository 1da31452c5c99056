// SPDX-License-Identifier: GPL-2.0-only
/** Loads the native addon and says what it exports. Only lib/ uses this: the classes are the public face. */
import { createRequire } from 'node:module';
import { type ArgKind, type operations, wireRefusal } from '../generated/abi.js';
import { packageRoot } from '../package-root.js';

/**
 * Names a machine, an mm or a gmap in native code; 0 is none. An integer below 2^53, never used again: a stale
 * one is answered with {@link outcome}.CLOSED.
 */
export type Handle = number;

/** Answers that are no results: native/addon/addon.h has the same. */
export const outcome = {
  BUG: -5000,
  /** Minus the number of a `wireRefusal`. */
  REFUSED: -5100,
  CLOSED: -5200,
  THREW: -5201,
  NO_MEMORY: -5202,
  UNSUPPORTED: -5203,
  /** Minus twice the index of the argument: wrong type; one less: out of range. */
  ARGUMENT: -6000,
  /** Minus the program-interruption code, minus 256 times the errno of the fault. */
  PROGRAM: -0x10000,
} as const;

/** Whether there is nothing left to close. */
export function isGone(answer: number): boolean {
  return answer === outcome.CLOSED || answer === outcome.REFUSED - wireRefusal.DEAD;
}

/** Results between this and 0 are negative errnos. */
export const LOWEST_ERRNO = -4095;

type Operations = typeof operations;
type Operation = Operations[number];

type Argument<Kind extends ArgKind> = Kind extends 'HEX' ? bigint : number;
type Required<Args extends readonly Operation['args'][number][]> = { [I in keyof Args]: Argument<Args[I]['kind']> };
type Arguments<Args extends Operation['args']> = Args extends readonly [
  ...infer Head extends readonly Operation['args'][number][],
  { kind: 'OPT' },
]
  ? readonly [...Required<Head>, bigint?]
  : Required<Args>;
/** Operations whose first argument is neither an mm nor a gmap get the machine in front. */
type WithTarget<Args extends Operation['args']> = Args extends readonly [{ kind: 'MM' | 'GMAP' }, ...unknown[]]
  ? Arguments<Args>
  : readonly [machine: Handle, ...Arguments<Args>];

/** Each operation of ops.def under its name: a number (result, negative errno or outcome), or a bigint for a word. */
export type NativeOperations = {
  readonly [O in Operation as O['name']]: (
    ...args: WithTarget<O['args']>
  ) => O['result'] extends 'WORD' ? bigint | number : number;
};

type Flag = 0 | 1;

/** What is not an operation. Functions that answer nothing answer 0 or an outcome. */
export interface NativeFunctions {
  // handles
  readonly mmNumber: (mm: Handle) => number;
  readonly gmapNumber: (gmap: Handle) => number;
  readonly mmOf: (gmap: Handle) => Handle;
  readonly mmAt: (machine: Handle, number: number) => Handle;
  readonly processes: (machine: Handle) => Handle[] | number;
  readonly gmapsOf: (mm: Handle) => Handle[] | number;
  readonly allGmaps: (machine: Handle) => Handle[] | number;
  // machines
  /** A text says what is wrong with the options. */
  readonly open: (
    kernel: string,
    flags: number,
    cpus: number,
    storageLimit: number,
    maxSegments: number,
  ) => Handle | string;
  readonly close: (machine: Handle) => number;
  readonly reset: (machine: Handle) => number;
  /** -1: too many. */
  readonly snapshot: (machine: Handle) => number;
  readonly restore: (machine: Handle, snapshot: number) => number;
  readonly forget: (machine: Handle, snapshot: number) => number;
  /** A text names the invariant that does not hold. */
  readonly check: (machine: Handle) => number | string;
  readonly counts: (machine: Handle) => number[] | number;
  /** Place, counted from 1, and text; place 0 while the machine lives. */
  readonly bug: (machine: Handle) => [place: number, text: string] | number;
  // programs
  /** How many bytes of observations wait for takeObservations. */
  readonly execute: (machine: Handle, program: Uint8Array) => number;
  readonly takeObservations: (machine: Handle, bytes: Uint8Array) => number;
  // guests and processes
  readonly guestLoad: (gmap: Handle, gaddr: bigint, fault: Flag) => bigint | number;
  readonly guestStore: (gmap: Handle, gaddr: bigint, value: bigint, fault: Flag) => number;
  readonly hostLoad: (mm: Handle, vmaddr: bigint) => bigint | number;
  readonly walkGuest: (gmap: Handle, gaddr: bigint, store: Flag) => NativeWalk | number;
  readonly walkHost: (mm: Handle, vmaddr: bigint, store: Flag) => NativeWalk | number;
  // inspection
  readonly readStorage: (machine: Handle, absolute: bigint, bytes: Uint8Array) => number;
  readonly storageKey: (machine: Handle, absolute: bigint) => number;
  readonly machineInfo: (machine: Handle) => [allocatePgste: number, currentCpu: number] | number;
  readonly gmapInfo: (
    gmap: Handle,
  ) => [asce: bigint, asceEnd: bigint, tables: number, references: number, listed: number] | number;
  readonly mmInfo: (
    mm: Handle,
  ) => [asce: bigint, asceLimit: bigint, allocPgste: number, hasPgste: number, useSkey: number] | number;
  readonly recordEvents: (machine: Handle, on: Flag) => number;
  readonly eventCount: (machine: Handle) => number;
  readonly takeEvents: (machine: Handle, words: BigUint64Array) => number;
  // address spaces
  readonly spaceCount: (machine: Handle) => number;
  /** Rows of six words: 0 process or 1 gmap, number, number of the process, ASCE, end, whether it has PGSTEs. */
  readonly readSpaces: (machine: Handle, words: BigUint64Array) => number;
  readonly mappingCount: (mm: Handle) => number;
  /** Rows of three words: start, end, VM_ flags. */
  readonly readMappings: (mm: Handle, words: BigUint64Array) => number;
  /** The item of a segment in guest_to_host (0) or host_to_guest (1), the guest address of the latter (2); -1: none. */
  readonly radixItem: (gmap: Handle, address: bigint, which: 0 | 1 | 2) => bigint | number;
  // tracing, see native/core/program/tracer.h
  readonly trace: (machine: Handle, on: Flag) => number;
  readonly traceInfo: (machine: Handle) => NativeTraceInfo | number;
  readonly readTracedCalls: (machine: Handle, from: number, words: BigUint64Array) => number;
  readonly readTracedStores: (machine: Handle, from: number, words: BigUint64Array) => number;
  /** 0: nobody since tracing began. */
  readonly lastStore: (machine: Handle, absolute: bigint, key: Flag) => NativeStore | number;
  // fuzzers
  /** A text says what is wrong with the options. */
  readonly openFuzzer: (
    seed: bigint,
    oracles: number,
    kernel: number,
    maxOperations: number,
    flags: number,
  ) => Handle | string;
  readonly closeFuzzer: (fuzzer: Handle) => number;
  /** How many inputs were run. */
  readonly fuzzRun: (fuzzer: Handle, runs: number) => number;
  /** 1: the input is kept. */
  readonly fuzzAdd: (fuzzer: Handle, input: Uint8Array) => number;
  readonly fuzzStats: (fuzzer: Handle) => NativeFuzzStats | number;
  readonly fuzzHash: (fuzzer: Handle) => bigint | number;
  /** Bytes of the i-th input that was kept; -1: there is none. */
  readonly fuzzInputSize: (fuzzer: Handle, i: number) => number;
  readonly fuzzReadInput: (fuzzer: Handle, i: number, bytes: Uint8Array) => number;
  /** The verdict, the run, the kind of failure that was ordered, bytes of the input; -1: there is none. */
  readonly fuzzFinding: (
    fuzzer: Handle,
    i: number,
  ) => [...verdict: NativeVerdict, run: number, failedKind: number, bytes: number] | number;
  readonly fuzzFindingInput: (fuzzer: Handle, i: number, bytes: Uint8Array) => number;
  readonly fuzzJudge: (fuzzer: Handle, input: Uint8Array) => NativeVerdict | number;
  /** Makes the input smaller in place; the verdict, its new size in bytes, and how many inputs that took. */
  readonly fuzzMinimize: (
    fuzzer: Handle,
    input: Uint8Array,
  ) => [...verdict: NativeVerdict, bytes: number, tries: number] | number;
  /** The machines of inputs, as the header of a trace has them. */
  readonly fuzzMachines: () => string[];
  // callbacks
  readonly setDispatcher: (machine: Handle, dispatcher: Dispatcher) => number;
  readonly listen: (machine: Handle, block: number, on: Flag) => number;
  readonly listenDropped: (machine: Handle, on: Flag) => number;
  readonly clearNotifier: (machine: Handle, block: number) => number;
  readonly thrown: (machine: Handle) => number;
}

/** How many calls are kept, their words, and words of stores; not traced: 0 in its place. */
export type NativeTraceInfo = [calls: number, callWords: number, storeWords: number, complete: number, failed: number];

/** Number of the call, what was there before, how many words were stored, and where the call's words begin (-1: no call). */
export type NativeStore = [call: number, before: bigint, words: number, at: number];

/** Program-interruption code (0: none), absolute address, address and value of the last entry, whether protected. */
export type NativeWalk = [code: number, absolute: bigint, entry: bigint, value: bigint, protect: number];

/** Oracle (`none`: nothing to object to), operation and its number in the program, rule and text. */
export type NativeVerdict = [oracle: string, op: string, operation: number, rule: string, text: string];

export type NativeFuzzStats = [
  runs: number,
  operations: number,
  corpus: number,
  failed: number,
  edges: number,
  counters: number,
  findings: number,
  lastNew: number,
];

/** Is called by native code; `block` is -1 when mmap_sem was dropped. Answers whether a callback threw. */
export type Dispatcher = (block: number, gmap: Handle, start: bigint, end: bigint) => boolean;

export type Native = NativeOperations & NativeFunctions;

function load(): Native {
  const require = createRequire(import.meta.url);
  const loadAddon = require('node-gyp-build') as (directory: string) => Native;
  const causes: unknown[] = [];
  // A prebuild is in native/, apart from build/: node-gyp-build would prefer a local build to one beside it.
  for (const directory of [`${packageRoot}native`, packageRoot]) {
    try {
      return loadAddon(directory);
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new Error(
    `s390-gmap: its native addon cannot be loaded (${process.platform}-${process.arch}, Node ${process.versions.node}): ` +
      'there is no prebuild for this system, or it does not fit. ' +
      `Build it: "npm run build" in a clone, or "npx --yes node-gyp rebuild --directory ${packageRoot}" where it is installed ` +
      '(needs a C compiler, make and python3).',
    { cause: new AggregateError(causes) },
  );
}

export const native: Native = load();
