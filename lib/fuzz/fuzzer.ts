// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />

import {
  checkBytes,
  checkNumber,
  checkSeed,
  checkWord,
  copyBytes,
  flag,
  number,
  optional,
  type Taker,
  type Takers,
  takeList,
  takeOptions,
  withDefault,
} from '../arguments.js';
import {
  type InjectKind,
  injectKinds,
  type KnownDefect,
  kernels,
  knownDefects,
  limits,
  type NativeJudgement,
  type OperationName,
  oracleBits,
  outcome,
} from '../generated/abi.js';
import { type InspectStyle, inspectAs, inspectObject } from '../inspect/console.js';
import { closedError } from '../machine/errors.js';
import { type Handle, isGone, type Native, native } from '../native/binding.js';
import { nativeOf } from '../native/codes.js';
import { shortageError } from '../native/shortage.js';
import type { BuiltCode } from '../own-code/cache.js';
import { takeCode } from '../own-code/names.js';
import { kernelOfCode } from '../own-code/profile.js';
import { nameOfSide, type Sides, sidesOf, takeSide } from '../own-code/sides.js';
import { type KernelName, takeKernel } from '../trace/kernel.js';
import { kernelOfInput } from './input.js';

/**
 * Who objects to what a program did:
 *
 * - `rules`: the invariants of the specification
 * - `hardware`: what the hardware translates, and what a TLB may have kept of it
 * - `model`: an abstract model of mappings, links, armed pages and results
 * - `locks`: locking rules
 * - `leaks`: when everything has been freed nothing is left
 * - `bug`: a BUG that no program may cause
 * - `other`: another implementation of the machine, which makes the same calls; nobody, if the fuzzer has none
 */
export type Oracle = keyof typeof oracleBits;

/** All oracles. */
export const oracles = Object.keys(oracleBits) as readonly Oracle[];

/** Which programs are made, and who judges them. */
export interface FuzzerOptions {
  /** From 0 to 2^64 - 1; a number must be whole. The same seed and the same inputs give the same corpus. Default 1. */
  readonly seed?: bigint | number;
  /** The kernel that all programs run on, or `any`: inputs choose. Default `linux-4.7`, or that of the code. */
  readonly kernel?: KernelName | 'any';
  /** The built code that runs all programs in the port's place, as `code` of a machine's options has it. It has one kernel: not `any`. */
  readonly code?: string;
  /**
   * What makes all calls too, in this process, and must do the same: a built code, or `port`. The oracle `other` says where
   * it does not. Default: nobody.
   */
  readonly against?: string;
  /** Who judges. Default all. A BUG that no program may cause is found without anybody. */
  readonly oracles?: readonly Oracle[];
  /** Operations of a program at most, 1 to 128. Default 40. */
  readonly maxOperations?: number;
  /** Runs each kept program again with the 1st, 2nd, … allocation failing, and with each fault retried. Default true. */
  readonly failEach?: boolean;
  /** Is guided by edges of the graph of states, not of the code, on a build that could tell those. Default false. */
  readonly featuresOnly?: boolean;
}

const takeFuzzerKernel: Taker<KernelName | 'any'> = (name, value) =>
  value === 'any' ? value : takeKernel(name, value);

const takeOracle: Taker<Oracle> = (name, value) => oracles[checkWord(name, value, oracles)] as Oracle;

/** What takes the options of a fuzzer; those that are left out are there then. */
export const fuzzerTakers: Takers<FuzzerOptions> = {
  seed: withDefault(checkSeed, 1n),
  kernel: optional(takeFuzzerKernel),
  code: optional(takeCode),
  against: optional(takeSide),
  oracles: withDefault((name, value) => takeList(name, value, takeOracle), oracles),
  maxOperations: withDefault(number(1, limits.MAX_OPERATIONS), 40),
  failEach: flag(true),
  featuresOnly: flag(false),
};

/** How far a fuzzer is. */
export interface FuzzStats {
  /** Programs that were run; not counted: again, with a failure ordered. */
  readonly runs: number;
  /** Operations in all of them. */
  readonly operations: number;
  /** Programs that were kept, since they did something new. */
  readonly corpus: number;
  /** Of those: run again with the 1st, 2nd, … allocation failing, up to the 64th of each kind. */
  readonly failed: number;
  /** Edges that were reached: of the code on a build with counters (`npm run build:coverage`), else of the graph of states. */
  readonly edges: number;
  /** Edges that the code has; 0 on a build without counters. */
  readonly counters: number;
  /** Different findings. */
  readonly findings: number;
  /** The run that reached the last new edge. */
  readonly lastNew: number;
  /**
   * Defects of real kernels that oracles met and did not object to, by their names in {@link knownDefects}: in how many
   * runs, those with a failure ordered too. Those that were not met are left out.
   */
  readonly known: Readonly<Partial<Record<KnownDefect, number>>>;
}

/** What does not hold. */
export interface Verdict {
  /** `kernel`: a real one, which does something else; only the command line asks it. */
  readonly oracle: Oracle | 'kernel';
  /** The name of what does not hold, without addresses: findings with the same one are the same. */
  readonly rule: string;
  /** The same with addresses, for people. */
  readonly text: string;
  /** The operation after which it did not hold. */
  readonly op: OperationName;
  /** Its place among the program's operations, from 0 on; their number: after the last one. */
  readonly operation: number;
}

/** A verdict and an input that shows it. */
export interface RawFinding extends Verdict {
  /** In the format of {@link inputToTrace}. */
  readonly input: Uint8Array;
  /** The run that found it, from 1 on. */
  readonly run: number;
  /** The failure that was ordered for it, which is in the input already. */
  readonly failed: InjectKind | undefined;
}

/** The smallest input that was found, of those that show the same. */
export interface Minimized {
  /** In the format of {@link inputToTrace}. */
  readonly input: Uint8Array;
  /** What it shows. */
  readonly verdict: Verdict;
  /** How many inputs were tried. */
  readonly tries: number;
}

const forgotten = new FinalizationRegistry<{ readonly native: Native; readonly handle: Handle }>(({ native, handle }) =>
  native.closeFuzzer(handle),
);

/**
 * The fuzzer without anything around it: it runs when it is told to, and answers when it is asked. {@link fuzz} is a
 * campaign. Inputs are bytes, any bytes, see {@link inputToTrace}. It has machines of its own, which nobody else sees.
 */
export class Fuzzer implements Disposable {
  readonly #native: Native;
  /** The code whose kernel all inputs must be for; undefined: inputs say it. */
  readonly #code: BuiltCode | undefined;
  #handle: Handle;

  static {
    inspectAs(Fuzzer, (fuzzer, style) => fuzzer.#describe(style));
  }

  /**
   * @throws {TypeError} {RangeError} for wrong options.
   * @throws {UnknownKernelError} if the model does not know the kernel.
   * @throws {GmapError} ERR_GMAP_MEMORY if this process has no memory left, ERR_GMAP_BUDGET: as the constructor of Machine throws it.
   * @throws {OwnCodeError} for a code that is not built, or must be built again, or is of another kernel.
   */
  constructor(options: FuzzerOptions = {}) {
    const taken = takeOptions('Fuzzer: options', options, fuzzerTakers);
    const { code, kernel, against } = sidesOf(taken);
    this.#code = code ?? against?.code;
    this.#native = nativeOf(code);
    this.#handle = this.#number('open', open({ native: this.#native, code, kernel, against }, taken as TakenOptions));
    forgotten.register(this, { native: this.#native, handle: this.#handle }, this);
  }

  /**
   * Runs so many inputs of its own making; fewer if something was found. Answers how many. It does not return before that:
   * let it run some hundreds at a time where something else shall happen too.
   *
   * @throws {GmapError} ERR_GMAP_CLOSED, ERR_GMAP_MEMORY
   */
  run(runs: number): number {
    return this.#number(
      'run',
      this.#native.fuzzRun(this.#handle, checkNumber('Fuzzer.run: runs', runs, 0, Number.MAX_SAFE_INTEGER)),
    );
  }

  /**
   * Runs an input from elsewhere, and keeps it if it does something new. Answers whether.
   *
   * @throws {RangeError} if it has more than 128 operations, or 1024 words.
   * @throws {GmapError} ERR_GMAP_CLOSED, ERR_GMAP_MEMORY
   */
  add(input: Uint8Array): boolean {
    // looked at twice: what is run is what was measured
    const bytes = copyBytes('Fuzzer.add: input', input);
    const problem = inputProblem(bytes);
    if (problem !== undefined) throw new RangeError(`Fuzzer.add: input has ${problem}`);
    return this.#number('add', this.#native.fuzzAdd(this.#handle, bytes)) === 1;
  }

  /**
   * How far it is.
   * @throws {GmapError} ERR_GMAP_CLOSED
   */
  get stats(): FuzzStats {
    return { ...this.#value('stats', this.#native.fuzzStats(this.#handle)), known: this.#known() };
  }

  #known(): FuzzStats['known'] {
    const runs = knownDefects.map(
      ({ id }, i) => [id, this.#number('stats', this.#native.fuzzKnown(this.#handle, i))] as const,
    );
    return Object.fromEntries(runs.filter(([, count]) => count > 0));
  }

  /** Of all inputs that were kept, in order: the same for the same options and additions, on every machine. */
  get hash(): bigint {
    return this.#value('hash', this.#native.fuzzHash(this.#handle));
  }

  /** The i-th input that was kept, from 0 on; nothing behind the last one. */
  input(i: number): Uint8Array | undefined {
    checkNumber('Fuzzer.input: i', i, 0, Number.MAX_SAFE_INTEGER);
    const bytes = this.#native.fuzzInputSize(this.#handle, i);
    if (bytes === -1) return undefined;
    const input = new Uint8Array(this.#number('input', bytes));
    this.#number('input', this.#native.fuzzReadInput(this.#handle, i, input));
    return input;
  }

  /** The i-th finding, from 0 on; nothing behind the last one. */
  finding(i: number): RawFinding | undefined {
    checkNumber('Fuzzer.finding: i', i, 0, Number.MAX_SAFE_INTEGER);
    const answer = this.#native.fuzzFinding(this.#handle, i);
    if (answer === undefined) return undefined;
    const finding = this.#value('finding', answer);
    const input = new Uint8Array(finding.bytes);
    this.#number('finding', this.#native.fuzzFindingInput(this.#handle, i, input));
    const failed = finding.failedKind === 0 ? undefined : injectKinds[finding.failedKind];
    return { ...verdictOf(finding), input, run: finding.run, failed };
  }

  /**
   * Judges an input of any length after each of its operations, and keeps nothing; nothing if nobody objects. Behind the
   * 256th operation the whole state is looked at ever more rarely, and the first operation that broke it is searched for.
   *
   * @throws {GmapError} ERR_GMAP_CLOSED, ERR_GMAP_MEMORY: then nobody knows whether somebody would object.
   * @throws {OwnCodeError} ERR_CODE_KERNEL for an input that asks for another kernel than the code's.
   */
  judge(input: Uint8Array): Verdict | undefined {
    const bytes = this.#ownInput('Fuzzer.judge: input', input);
    const answer = this.#value('judge', this.#native.fuzzJudge(this.#handle, bytes));
    return answer.oracle === 'none' ? undefined : verdictOf(answer);
  }

  /**
   * The smallest input found that shows the same as this one, of any length: operations are left out, then arguments become 0, or those of
   * a page or segment. Nothing if nobody objects to this one.
   *
   * @throws {GmapError} ERR_GMAP_CLOSED, ERR_GMAP_MEMORY
   * @throws {OwnCodeError} as {@link judge}.
   */
  minimize(input: Uint8Array): Minimized | undefined {
    const smaller = copyBytes('Fuzzer.minimize: input', this.#ownInput('Fuzzer.minimize: input', input));
    const answer = this.#value('minimize', this.#native.fuzzMinimize(this.#handle, smaller));
    if (answer.oracle === 'none') return undefined;
    return { input: smaller.slice(0, answer.bytes), verdict: verdictOf(answer), tries: answer.tries };
  }

  /** An input that this fuzzer can run as it is: a code has one kernel. */
  #ownInput(name: string, input: Uint8Array): Uint8Array {
    if (!this.#code) return checkBytes(name, input);
    const bytes = copyBytes(name, input);
    kernelOfCode(this.#code, kernelOfInput(bytes));
    return bytes;
  }

  /** Frees everything; a second time nothing happens. */
  close(): void {
    if (this.#handle === 0) return;
    const answer = this.#native.closeFuzzer(this.#handle);
    if (!isGone(answer)) this.#number('close', answer);
    this.#handle = 0;
    forgotten.unregister(this);
  }

  /** Closes it: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #number(name: string, answer: number): number {
    if (answer >= 0) return answer;
    if (answer === outcome.CLOSED) throw closedError(`Fuzzer.${name}`);
    throw (
      shortageError(`Fuzzer.${name}`, answer) ??
      new Error(`Fuzzer.${name}: the addon answered ${answer}; lib and addon are of different versions`)
    );
  }

  #value<Value extends object | bigint>(name: string, answer: Value | number): Value {
    if (typeof answer !== 'number') return answer;
    this.#number(name, answer);
    throw new Error(`Fuzzer.${name}: the addon answered ${answer}; lib and addon are of different versions`);
  }

  #describe(style: InspectStyle): string {
    if (typeof this.#native.fuzzStats(this.#handle) === 'number') return 'Fuzzer (closed)';
    const { runs, operations, corpus, edges, findings } = this.stats;
    return inspectObject('Fuzzer', { runs, operations, corpus, edges, findings }, style);
  }
}

type TakenOptions = Required<Omit<FuzzerOptions, 'kernel' | 'code' | 'against'>>;

function open({ native, code, kernel, against }: Sides & { native: Native }, options: TakenOptions): Handle {
  const { seed, oracles, maxOperations, failEach, featuresOnly } = options;
  const setup = {
    seed: BigInt(seed),
    oracles: oracles.reduce((mask, oracle) => mask | (1 << oracleBits[oracle]), 0),
    kernel: kernel === 'any' ? kernels.length : kernels.indexOf(kernel),
    maxOperations,
    failEach,
    featuresOnly,
  };
  const handle = native.openFuzzer(
    setup,
    against && nativeOf(against.code).other,
    against?.kernel ?? '',
    nameOfSide(against?.code),
    nameOfSide(code),
  );
  if (typeof handle === 'object') throw new RangeError(`Fuzzer: ${handle.text}`);
  return handle;
}

/** Why no corpus has room for an input; nothing if there is room. */
export function inputProblem(input: Uint8Array): string | undefined {
  const problem = native.fuzzInputProblem(input);
  if (typeof problem !== 'number') return problem;
  throw (
    shortageError('the size of an input', problem) ??
    new Error(`the addon answered ${problem}; lib and addon are of different versions`)
  );
}

function verdictOf({ oracle, op, operation, rule, text }: NativeJudgement): Verdict {
  return { oracle: oracle as Oracle, op: op as OperationName, operation, rule, text };
}
