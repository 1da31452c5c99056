// SPDX-License-Identifier: GPL-2.0-only
/** A campaign in this process. */
import {
  callback,
  checkIterable,
  flag,
  number,
  optional,
  signal,
  type Taker,
  type Takers,
  takeOptions,
} from '../arguments.js';
import { PORT } from '../own-code/names.js';
import type { StopSignal } from '../stop-signal.js';
import { withJson } from '../trace/json.js';
import type { Trace } from '../trace/types.js';
import { Fuzzer, type FuzzerOptions, type FuzzStats, fuzzerTakers, type RawFinding } from './fuzzer.js';
import { inputToTrace } from './input.js';
import { sentenceOf } from './rules.js';

/** What a campaign does, and what ends it. */
export interface FuzzOptions extends FuzzerOptions {
  /** Programs to run. Default: until `time` or `signal` ends it. */
  readonly runs?: number;
  /** Milliseconds after which it ends. Default: until `runs` or `signal` ends it. */
  readonly time?: number;
  /** Ends it; what was found until then is answered. */
  readonly signal?: StopSignal;
  /** Programs to begin with, in the format of {@link inputToTrace}: an earlier corpus. */
  readonly corpus?: Iterable<Uint8Array>;
  /** Whether findings are made small. Default true. */
  readonly minimize?: boolean;
  /** Is told of each new finding; a promise is waited for. */
  readonly onFinding?: (finding: FuzzFinding) => void;
  /** Is told of each program that is kept, but not of those that it began with; a promise is waited for. */
  readonly onInput?: (input: Uint8Array) => void;
  /** Is told now and then how far it is; a promise is waited for. More inputs can be given to the fuzzer here. */
  readonly onProgress?: (stats: FuzzStats, fuzzer: Fuzzer) => void | Promise<void>;
}

/** What says when a campaign is over, as all campaigns have it. */
export const endTakers: Takers<Pick<FuzzOptions, 'runs' | 'time' | 'signal'>> = {
  runs: optional(number(0, Number.MAX_SAFE_INTEGER)),
  time: optional(number(0, Number.MAX_SAFE_INTEGER)),
  signal: optional(signal),
};

const takers: Takers<FuzzOptions> = {
  ...endTakers,
  ...fuzzerTakers,
  corpus: optional(checkIterable as Taker<Iterable<Uint8Array>>),
  minimize: flag(true),
  onFinding: optional(callback()),
  onInput: optional(callback()),
  onProgress: optional(callback()),
};

/** A finding and the smallest program found that shows it. */
export interface FuzzFinding extends RawFinding {
  /** The seed of the campaign. */
  readonly seed: bigint;
  /** The built code that it was found on; undefined: the port. */
  readonly code: string | undefined;
  /** What made its calls too, where the fuzzer had something: see {@link FuzzerOptions.against}. */
  readonly against: string | undefined;
  /** The program; its header says what was found. */
  readonly trace: Trace;
}

/** What came of a campaign. */
export interface FuzzReport extends FuzzStats {
  /** The seed that it began with. */
  readonly seed: bigint;
  /** Of the programs that were kept: the same for the same options, however long it took. */
  readonly hash: bigint;
  /** The different findings, in the order in which they were found. */
  readonly foundAll: readonly FuzzFinding[];
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/**
 * Runs programs of its own making until `runs`, `time` or `signal` end it, and judges each operation. Gives way to other
 * work of this thread now and then. For several processes see the command `s390-gmap fuzz --jobs`.
 *
 * @throws {TypeError} {RangeError} for wrong options, among them: nothing that ends it.
 * @throws what `onFinding`, `onInput` and `onProgress` throw, or reject with.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const taken = takeOptions('fuzz: options', options, takers);
  checkEnds('fuzz', taken);
  const { seed, kernel, code, against, oracles, maxOperations, failEach, featuresOnly } = taken;
  const own = { seed, kernel, code, against, oracles, maxOperations, failEach, featuresOnly };
  using fuzzer = new Fuzzer(own as FuzzerOptions);
  return await new Campaign(fuzzer, taken).run();
}

export function checkEnds(name: string, { runs, time, signal }: Pick<FuzzOptions, 'runs' | 'time' | 'signal'>): void {
  if (runs === undefined && time === undefined && signal === undefined)
    throw new TypeError(`${name}: give runs, time (milliseconds) or a signal: nothing else would end it`);
}

/** How long the event loop may have to wait. */
const SLICE_MS = 20;

class Campaign {
  readonly #fuzzer: Fuzzer;
  readonly #options: FuzzOptions;
  readonly #seed: bigint;
  readonly #minimize: boolean;
  readonly #started = performance.now();
  readonly #findings: FuzzFinding[] = [];
  /** Of callbacks that were called and not yet waited for. */
  readonly #answers: Promise<unknown>[] = [];
  #told = 0;
  #slice = 64;

  constructor(fuzzer: Fuzzer, options: FuzzOptions) {
    this.#fuzzer = fuzzer;
    this.#options = options;
    this.#seed = BigInt(options.seed ?? 1n);
    this.#minimize = options.minimize ?? true;
  }

  async run(): Promise<FuzzReport> {
    for (const input of this.#options.corpus ?? []) {
      this.#fuzzer.add(input);
      this.#takeFindings();
    }
    await this.#answered();
    this.#told = this.#fuzzer.stats.corpus;
    let left = this.#options.runs ?? Number.POSITIVE_INFINITY;
    while (left > 0 && !this.#isOver()) {
      try {
        left -= this.#runSlice(left);
      } finally {
        // What was found and kept is told of, also if this process has no memory left to go on.
        this.#takeFindings();
        this.#tellInputs();
        await this.#answered();
      }
      await this.#options.onProgress?.(this.#fuzzer.stats, this.#fuzzer);
      await new Promise(setImmediate);
    }
    return withJson({
      ...this.#fuzzer.stats,
      seed: this.#seed,
      hash: this.#fuzzer.hash,
      foundAll: this.#findings,
      seconds: this.#seconds(),
    });
  }

  #isOver(): boolean {
    const { time, signal } = this.#options;
    return (signal?.aborted ?? false) || (time !== undefined && this.#seconds() * 1000 >= time);
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** As many runs as fit into a slice of time; what they do does not depend on how they are cut. */
  #runSlice(left: number): number {
    const started = performance.now();
    const done = this.#fuzzer.run(Math.min(this.#slice, left));
    const took = Math.max(performance.now() - started, 0.01);
    this.#slice = Math.max(1, Math.min(1e6, Math.round((this.#slice * SLICE_MS) / took)));
    return done;
  }

  #takeFindings(): void {
    for (;;) {
      const raw = this.#fuzzer.finding(this.#findings.length);
      if (!raw) return;
      const finding = findingOf(this.#minimize ? this.#smallest(raw) : raw, this.#seed, this.#options);
      this.#findings.push(finding);
      this.#tell(this.#options.onFinding, finding);
    }
  }

  #smallest(raw: RawFinding): RawFinding {
    const smaller = this.#fuzzer.minimize(raw.input);
    return smaller ? { ...raw, ...smaller.verdict, input: smaller.input } : raw;
  }

  #tellInputs(): void {
    const { onInput } = this.#options;
    for (const { corpus } = this.#fuzzer.stats; this.#told < corpus; this.#told++) {
      const input = onInput && this.#fuzzer.input(this.#told);
      if (input) this.#tell(onInput, input);
    }
  }

  /** A callback may be async: what it rejects with ends the campaign, as what it throws does. */
  #tell<Value>(callback: ((value: Value) => unknown) | undefined, value: Value): void {
    if (!callback) return;
    const answer = Promise.resolve(callback(value));
    // If something else ends the campaign first, nobody waits for this one.
    answer.catch(() => {});
    this.#answers.push(answer);
  }

  async #answered(): Promise<void> {
    await Promise.all(this.#answers.splice(0));
  }
}

/** Where something was found: on a code, beside something else. */
export interface FoundOn {
  readonly code?: string | undefined;
  readonly against?: string | undefined;
}

/** With a program that says what it shows. */
export function findingOf(raw: RawFinding, seed: bigint, where: FoundOn = {}): FuzzFinding {
  return withTrace({ ...raw, seed, code: where.code, against: where.against });
}

/** The same of one that came from another process. */
export function withTrace(raw: Omit<FuzzFinding, 'trace'>): FuzzFinding {
  const { seed } = raw;
  const sentence = sentenceOf(raw.rule);
  const comments = [
    ...codeLines(raw),
    `# finding: ${raw.oracle}: ${raw.rule}, after ${raw.op} (call ${raw.operation + 1})`,
    `# text: ${raw.text.replace(/[^\x20-\x7e]+/g, ' ')}`,
    `# seed: ${seed}, run ${raw.run}${raw.failed ? `, with an ordered failure of ${raw.failed}` : ''}`,
    ...(sentence === undefined ? [] : [`# rule: ${sentence}`]),
  ];
  return withJson({ ...raw, trace: inputToTrace(raw.input, `${raw.oracle} ${raw.rule}`, comments) });
}

/** Of a program that shows something on a built code, or beside something else, and elsewhere perhaps not. */
export function codeLines({ code, against }: FoundOn): string[] {
  const options = [...(code === undefined ? [] : [`--code ${code}`]), ...(against ? [`--against ${against}`] : [])];
  return [
    ...(code === undefined ? [] : [`# code: ${code}`]),
    ...(against === undefined ? [] : [`# against: ${against}`]),
    ...(options.length === 0 ? [] : [`# needs: ${needed(code, against)}, as with ${options.join(' ')}`]),
  ];
}

/** The built codes among both. */
function needed(code: string | undefined, against: string | undefined): string {
  const names = [code, against].filter((name) => name !== undefined && name !== PORT);
  return `the built code${names.length > 1 ? 's' : ''} ${names.join(' and ')}`;
}
