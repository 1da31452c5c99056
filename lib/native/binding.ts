// SPDX-License-Identifier: GPL-2.0-only
/** What the native addon exports. Only lib/ uses this: the classes are the public face. */
import {
  type ArgForm,
  type NativeBug,
  type NativeCounts,
  type NativeFindingInfo,
  type NativeFuzzerSetup,
  type NativeFuzzerStats,
  type NativeGmapInfo,
  type NativeJudgement,
  type NativeMachineInfo,
  type NativeMachineSetup,
  type NativeMinimized,
  type NativeMmInfo,
  type NativeProblem,
  type NativeTracedStore,
  type NativeTraceInfo,
  type NativeWalk,
  type operations,
  outcome,
  wireRefusal,
} from '../generated/abi.js';
import { loadAddon } from './load.js';

/**
 * Names a machine, an mm or a gmap in native code; 0 is none. An integer below 2^53, never used again: a stale
 * one is answered with {@link outcome}.CLOSED.
 */
export type Handle = number;

/** Answers that are no results: native/addon/addon.h has the same. */

/** Whether there is nothing left to close. */
export function isGone(answer: number): boolean {
  return answer === outcome.CLOSED || answer === outcome.REFUSED - wireRefusal.DEAD;
}

/** Results between this and 0 are negative errnos. */
export const LOWEST_ERRNO = -4095;

type Operations = typeof operations;
type Operation = Operations[number];

type Argument<Form extends ArgForm> = Form extends 'HEX' ? bigint : number;
type Required<Args extends readonly Operation['args'][number][]> = { [I in keyof Args]: Argument<Args[I]['form']> };
type Arguments<Args extends Operation['args']> = Args extends readonly [
  ...infer Head extends readonly Operation['args'][number][],
  { form: 'OPT' },
]
  ? readonly [...Required<Head>, bigint?]
  : Required<Args>;
/** Operations whose first argument is neither an mm nor a gmap get the machine in front. */
type WithTarget<Args extends Operation['args']> = Args extends readonly [{ form: 'MM' | 'GMAP' }, ...unknown[]]
  ? Arguments<Args>
  : readonly [machine: Handle, ...Arguments<Args>];

/** A number that is no word: a negative errno or an outcome. Undefined: the word is in {@link Native.word}. */
export type WordAnswer = number | undefined;

/** Each operation of ops.def under its name: a number is a result, a negative errno or an outcome. */
export type NativeOperations = {
  readonly [O in Operation as O['name']]: (
    ...args: WithTarget<O['args']>
  ) => O['result'] extends 'WORD' ? WordAnswer : number;
};

type Flag = 0 | 1;

/** Only native code can look into it. */
export type NativeSide = object;

/** What is not an operation. Functions that answer nothing answer 0 or an outcome. Answers with names: answers.def. */
export interface NativeFunctions {
  /**
   * Where functions leave a word that they answer, until the next one does: an array of one. A bigint that native code makes
   * costs more than most calls.
   */
  readonly word: BigUint64Array;
  // handles
  readonly mmNumber: (mm: Handle) => number;
  readonly gmapNumber: (gmap: Handle) => number;
  readonly mmOf: (gmap: Handle) => Handle;
  readonly mmAt: (machine: Handle, number: number) => Handle;
  readonly processes: (machine: Handle) => Handle[] | number;
  readonly gmapsOf: (mm: Handle) => Handle[] | number;
  readonly allGmaps: (machine: Handle) => Handle[] | number;
  // machines
  /** A text says what is out of range in the options. */
  readonly open: (kernel: string, options: NativeMachineSetup) => Handle | NativeProblem;
  readonly close: (machine: Handle) => number;
  readonly reset: (machine: Handle) => number;
  /** -1: too many. */
  readonly snapshot: (machine: Handle) => number;
  readonly restore: (machine: Handle, snapshot: number) => number;
  readonly forget: (machine: Handle, snapshot: number) => number;
  /** A text names the invariant that does not hold. */
  readonly check: (machine: Handle) => number | NativeProblem;
  readonly counts: (machine: Handle) => NativeCounts | number;
  readonly bug: (machine: Handle) => NativeBug | number;
  // programs
  /** How many bytes of observations wait for takeObservations. */
  readonly execute: (machine: Handle, program: Uint8Array) => number;
  readonly takeObservations: (machine: Handle, bytes: Uint8Array) => number;
  // guests and processes
  readonly guestLoad: (gmap: Handle, gaddr: bigint, fault: Flag) => WordAnswer;
  readonly guestStore: (gmap: Handle, gaddr: bigint, value: bigint, fault: Flag) => number;
  readonly hostLoad: (mm: Handle, vmaddr: bigint) => WordAnswer;
  readonly walkGuest: (gmap: Handle, gaddr: bigint, store: Flag) => NativeWalk | number;
  readonly walkHost: (mm: Handle, vmaddr: bigint, store: Flag) => NativeWalk | number;
  // inspection
  readonly readStorage: (machine: Handle, absolute: bigint, bytes: Uint8Array) => number;
  readonly storageKey: (machine: Handle, absolute: bigint) => number;
  readonly machineInfo: (machine: Handle) => NativeMachineInfo | number;
  readonly gmapInfo: (gmap: Handle) => NativeGmapInfo | number;
  readonly mmInfo: (mm: Handle) => NativeMmInfo | number;
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
  /** The one that the address lies in, as such a row; zeros if it lies in none. */
  readonly readMapping: (mm: Handle, address: bigint, words: BigUint64Array) => number;
  /** The item of a segment in guest_to_host (0) or host_to_guest (1), the guest address of the latter (2); -1: none. */
  readonly radixItem: (gmap: Handle, address: bigint, which: 0 | 1 | 2) => bigint | number;
  // tracing, see native/core/program/tracer.h
  readonly trace: (machine: Handle, on: Flag) => number;
  /** Keeps call paths of a tree's own code too, from now on. */
  readonly tracePaths: (machine: Handle, on: Flag) => number;
  /** Undefined: not traced. */
  readonly traceInfo: (machine: Handle) => NativeTraceInfo | number | undefined;
  readonly readTracedCalls: (machine: Handle, from: number, words: BigUint64Array) => number;
  readonly readTracedStores: (machine: Handle, from: number, words: BigUint64Array) => number;
  readonly readTracedPaths: (machine: Handle, from: number, words: BigUint64Array) => number;
  /** Undefined: nobody since tracing began. */
  readonly lastStore: (machine: Handle, absolute: bigint, key: Flag) => NativeTracedStore | number | undefined;
  // fuzzers
  /** A text says what is out of range in the options. */
  readonly openFuzzer: (
    options: NativeFuzzerSetup,
    against: NativeSide | undefined,
    kernel: string,
    name: string,
    ownName: string,
  ) => Handle | NativeProblem;
  /** By which fuzzers of another addon, or of this one, have machines of this addon. */
  readonly other: NativeSide;
  readonly closeFuzzer: (fuzzer: Handle) => number;
  /** How many inputs were run. */
  readonly fuzzRun: (fuzzer: Handle, runs: number) => number;
  /** 1: the input is kept. */
  readonly fuzzAdd: (fuzzer: Handle, input: Uint8Array) => number;
  readonly fuzzStats: (fuzzer: Handle) => NativeFuzzerStats | number;
  /** How many runs met the i-th known defect. */
  readonly fuzzKnown: (fuzzer: Handle, i: number) => number;
  readonly fuzzHash: (fuzzer: Handle) => bigint | number;
  /** Bytes of the i-th input that was kept; -1: there is none. */
  readonly fuzzInputSize: (fuzzer: Handle, i: number) => number;
  readonly fuzzReadInput: (fuzzer: Handle, i: number, bytes: Uint8Array) => number;
  /** Undefined: there is none. */
  readonly fuzzFinding: (fuzzer: Handle, i: number) => (NativeJudgement & NativeFindingInfo) | number | undefined;
  readonly fuzzFindingInput: (fuzzer: Handle, i: number, bytes: Uint8Array) => number;
  readonly fuzzJudge: (fuzzer: Handle, input: Uint8Array) => NativeJudgement | number;
  /** Makes the input smaller in place. */
  readonly fuzzMinimize: (fuzzer: Handle, input: Uint8Array) => (NativeJudgement & NativeMinimized) | number;
  /** Why a corpus has no room for the input. */
  readonly fuzzInputProblem: (input: Uint8Array) => string | number | undefined;
  /** The machines of inputs, as the header of a trace has them. */
  readonly fuzzMachines: () => string[];
  // callbacks
  readonly setDispatcher: (machine: Handle, dispatcher: Dispatcher) => number;
  readonly listen: (machine: Handle, block: number, on: Flag) => number;
  readonly listenDropped: (machine: Handle, on: Flag) => number;
  readonly clearNotifier: (machine: Handle, block: number) => number;
  readonly thrown: (machine: Handle) => number;
}

/** Is called by native code; `block` is -1 when mmap_sem was dropped. Answers whether a callback threw. */
export type Dispatcher = (block: number, gmap: Handle, start: bigint, end: bigint) => boolean;

export type Native = NativeOperations & NativeFunctions;

/**
 * The port's addon. It is loaded when something of it is used for the first time: what does without it, such as `--help` or
 * the parser of traces, works where there is none. From then on this is the addon itself, and costs nothing.
 *
 * @throws {AddonError}
 */
export let native: Native = new Proxy({} as Native, {
  get: (_, name) => Reflect.get(loadNative(), name) as unknown,
  ownKeys: () => Reflect.ownKeys(loadNative()),
  getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(loadNative(), name),
});

let loaded: Native | undefined;

/**
 * The same, now.
 *
 * @throws {AddonError}
 */
export function loadNative(): Native {
  if (loaded) return loaded;
  loaded = quick(loadAddon());
  native = loaded;
  return loaded;
}

/** A copy, since V8 looks functions of the original up by their names in each call: too many were added to it one by one. */
export function quick(addon: unknown): Native {
  return { ...(addon as Native) };
}

/** The word that the last function of the addon left which answered undefined. */
export function wordOf({ word }: Native): bigint {
  return word[0] as bigint;
}
