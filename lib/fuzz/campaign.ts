// SPDX-License-Identifier: GPL-2.0-only
/** A campaign of several processes, each with a seed of its own, that exchange what they keep. */
import {
  callback,
  checkObject,
  checkPath,
  checkText,
  flag,
  number,
  optional,
  type Taker,
  type Takers,
  takeOptions,
  withDefault,
} from '../arguments.js';
import type { Skipped } from '../files/below.js';
import { knownDefects } from '../generated/abi.js';
import { largest } from '../largest.js';
import { sidesOf } from '../own-code/sides.js';
import type { StopSignal } from '../stop-signal.js';
import { withJson } from '../trace/json.js';
import { CorpusFolder, nameOfInput } from './corpus.js';
import { errorText } from './error-text.js';
import { checkEnds, endTakers, type FuzzFinding, findingOf, withTrace } from './fuzz.js';
import { type FuzzStats, fuzzerTakers, type RawFinding } from './fuzzer.js';
import type { JobMessage, JobOrder } from './job.js';
import { JobProcess } from './job-process.js';

/** What a callback throws ends the campaign. */
export interface CampaignOptions extends Omit<JobOrder, 'seed'> {
  /** A folder to take inputs from, to keep them in, and to look into now and then for those of other campaigns. */
  readonly folder?: string;
  /** The seed of the first job, from 0 to 2^64 - 1; the others have the next ones. Default 1. */
  readonly seed?: bigint | number;
  /** Processes, 1 to 1024. Default 1. */
  readonly jobs?: number;
  /** Ends it; what was found until then is answered. */
  readonly signal?: StopSignal;
  /** Environment variables of the jobs, beside those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is told of each finding that no job had before. */
  readonly onFinding?: (finding: FuzzFinding) => void;
  /** Is told of each program that is kept, once. */
  readonly onInput?: (input: Uint8Array) => void;
  /** Is told now and then how far it is. */
  readonly onStats?: (stats: CampaignStats) => void;
  /** Is told once of each thing in the folder that is no input: a FIFO, or a program over the limit of a corpus. */
  readonly onSkipped?: (skipped: Skipped) => void;
}

/** The jobs' numbers together: runs, operations and findings are sums; edges and corpus are those of the best job. */
export interface CampaignStats extends FuzzStats {
  /** Seconds since it began. */
  readonly seconds: number;
  /** Seconds since a job last reached a new edge. */
  readonly sinceNew: number;
}

/** What came of a campaign. */
export interface CampaignReport extends CampaignStats {
  /** The different findings of all jobs. */
  readonly foundAll: readonly FuzzFinding[];
  /** Of a campaign of one job: see {@link FuzzReport.hash}. */
  readonly hash: bigint | undefined;
}

/** More than any computer has CPUs for. */
const MAX_JOBS = 1024;

const takeEnv: Taker<NonNullable<CampaignOptions['env']>> = (name, value) => {
  const entries = Object.entries(checkObject(name, value as NodeJS.ProcessEnv));
  return Object.fromEntries(entries.map(([key, text]) => [key, text === undefined ? text : checkText(name, text)]));
};

const takers: Takers<CampaignOptions> = {
  ...endTakers,
  ...fuzzerTakers,
  minimize: flag(true),
  folder: optional(checkPath),
  jobs: withDefault(number(1, MAX_JOBS), 1),
  env: optional(takeEnv),
  onFinding: optional(callback()),
  onInput: optional(callback()),
  onStats: optional(callback()),
  onSkipped: optional(callback()),
};

/** A job cannot do its work: the message says why. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError';

  constructor(message: string, options?: ErrorOptions) {
    super(checkText('CampaignError: message', message), options);
  }
}

const NONE: FuzzStats = {
  runs: 0,
  operations: 0,
  corpus: 0,
  failed: 0,
  edges: 0,
  counters: 0,
  findings: 0,
  lastNew: 0,
  known: {},
};

/** Looking into a folder of many files takes a while: at most this share of the time goes into it. */
const LOOK_EVERY_MS = 3000;
const LOOK_SHARE = 1 / 50;

/**
 * Runs the jobs until their `runs` or `time`, or `signal`, end them. A job that dies is a finding. When the promise is
 * settled all jobs have ended.
 *
 * @throws {TypeError} {RangeError} for wrong options, among them: nothing that ends it.
 * @throws {CampaignError} also if the folder cannot be read or written.
 * @throws {OwnCodeError} for a code that is not built, or must be built again, or is of another kernel.
 * @throws what a callback throws.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const taken = takeOptions('runCampaign: options', options, takers);
  checkEnds('runCampaign', taken);
  // What is wrong with a code is told at once, and as it is.
  sidesOf(taken);
  return new Campaign(taken).run();
}

/** Signals that mean the whole group of processes. They may reach a job before it listens. */
const FROM_OUTSIDE: readonly string[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

class Campaign {
  readonly #options: CampaignOptions;
  readonly #started = performance.now();
  readonly #jobs: JobProcess[] = [];
  readonly #stats: FuzzStats[] = [];
  readonly #found = new Map<string, FuzzFinding>();
  /** The inputs that all jobs have, by their names. */
  readonly #shared = new Set<string>();
  #folder: CorpusFolder | undefined;
  #looking: NodeJS.Timeout | undefined;
  #failed: { readonly error: unknown } | undefined;
  #hash: bigint | undefined;
  #edges = 0;
  #newAt = performance.now();

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  async run(): Promise<CampaignReport> {
    const { jobs = 1, signal } = this.#options;
    const stop = () => {
      for (const job of this.#jobs) job.stop();
    };
    signal?.addEventListener('abort', stop);
    this.#try(() => this.#start(jobs));
    if (signal?.aborted) stop();
    await Promise.all(this.#jobs.map((job, i) => this.#end(job, i)));
    clearTimeout(this.#looking);
    signal?.removeEventListener('abort', stop);
    if (this.#failed) throw this.#failed.error;
    const hash = jobs === 1 ? this.#hash : undefined;
    return withJson({ ...this.#sum(), foundAll: [...this.#found.values()], hash });
  }

  #start(jobs: number): void {
    const {
      folder,
      jobs: _,
      seed,
      runs,
      signal,
      env = {},
      onFinding,
      onInput,
      onStats,
      onSkipped,
      ...order
    } = this.#options;
    if (folder !== undefined)
      this.#folder = inFolder(() => new CorpusFolder(folder, (skipped) => void this.#tell(onSkipped, skipped)));
    const inputs = this.#news();
    for (let i = 0; i < jobs; i++) {
      this.#stats[i] = NONE;
      const job = new JobProcess(env, (message) => this.#try(() => this.#hear(i, message)));
      this.#jobs.push(job);
      job.give(inputs);
      job.start({ ...order, seed: this.#seed(i), ...(runs !== undefined && { runs: share(runs, jobs, i) }) });
    }
    if (this.#folder) this.#lookLater(LOOK_EVERY_MS);
  }

  #seed(i: number): bigint {
    return BigInt.asUintN(64, BigInt(this.#options.seed ?? 1) + BigInt(i));
  }

  /** What is thrown in listeners and timers has nobody else to catch it. */
  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends everything: the first error is what the caller gets. */
  #fail(error: unknown): void {
    this.#failed ??= { error };
    for (const job of this.#jobs) job.kill();
  }

  async #end(job: JobProcess, i: number): Promise<void> {
    try {
      const how = await job.ended;
      if (how !== undefined && !FROM_OUTSIDE.includes(how) && !this.#failed) this.#died(i, how);
    } catch (error) {
      this.#fail(error);
    }
  }

  #hear(i: number, message: JobMessage): void {
    if (this.#failed) return;
    switch (message.kind) {
      case 'stats':
        this.#count(i, message.stats);
        break;
      case 'report':
        this.#hash = message.report.hash;
        this.#count(i, message.report);
        break;
      case 'inputs':
        this.#keep(i, message.inputs);
        break;
      case 'finding':
        this.#add(withTrace(message.finding));
        break;
      case 'failed':
        throw new CampaignError(message.message);
    }
  }

  /** What a job keeps goes into the folder and to the other jobs. */
  #keep(i: number, inputs: readonly Uint8Array[]): void {
    const fresh = inputs.filter((input) => this.#isFresh(input));
    for (const input of fresh) {
      inFolder(() => this.#folder?.save(input));
      this.#tell(this.#options.onInput, input);
    }
    for (const job of this.#jobs) if (job !== this.#jobs[i]) job.give(fresh);
  }

  #isFresh(input: Uint8Array): boolean {
    const name = nameOfInput(input);
    if (this.#shared.has(name)) return false;
    this.#shared.add(name);
    return true;
  }

  /** What others wrote into the folder. */
  #news(): Uint8Array[] {
    const files = inFolder(() => this.#folder?.news()) ?? [];
    return files.map(({ input }) => input).filter((input) => this.#isFresh(input));
  }

  #lookLater(wait: number): void {
    const look = () => {
      const started = performance.now();
      const inputs = this.#news();
      for (const job of this.#jobs) job.give(inputs);
      this.#lookLater(Math.max(LOOK_EVERY_MS, (performance.now() - started) / LOOK_SHARE));
    };
    this.#looking = setTimeout(() => this.#try(look), wait);
  }

  /** A callback that answers a promise is not waited for, but what it rejects with ends the campaign too. */
  async #tell<Value>(callback: ((value: Value) => unknown) | undefined, value: Value): Promise<void> {
    try {
      await callback?.(value);
    } catch (error) {
      this.#fail(error);
    }
  }

  #count(i: number, stats: FuzzStats): void {
    this.#stats[i] = stats;
    const edges = largest(this.#stats.map((job) => job.edges));
    if (edges > this.#edges) this.#newAt = performance.now();
    this.#edges = edges;
    this.#tell(this.#options.onStats, this.#sum());
  }

  /** The same finding of two jobs is one. */
  #add(finding: FuzzFinding): void {
    const key = `${finding.oracle} ${finding.rule} ${finding.op}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, finding);
    this.#tell(this.#options.onFinding, finding);
  }

  /** The fuzzer itself crashed: the same seed does it again. */
  #died(i: number, how: string): void {
    const seed = this.#seed(i);
    const runs = this.#stats[i]?.runs ?? 0;
    const raw: RawFinding = {
      oracle: 'bug',
      rule: `crash: ${how}`,
      text: `the process of the fuzzer died (${how}) some time after run ${runs}; with --seed ${seed} --jobs 1${codeWords(this.#options)} it does again`,
      op: 'observe',
      operation: 0,
      input: new Uint8Array(0),
      run: runs,
      failed: undefined,
    };
    this.#add(findingOf(raw, seed, this.#options));
  }

  #sum(): CampaignStats {
    const sum = (of: (stats: FuzzStats) => number) => this.#stats.reduce((total, stats) => total + of(stats), 0);
    const most = (of: (stats: FuzzStats) => number) => largest(this.#stats.map(of));
    const now = performance.now();
    return {
      runs: sum((stats) => stats.runs),
      operations: sum((stats) => stats.operations),
      corpus: most((stats) => stats.corpus),
      failed: most((stats) => stats.failed),
      edges: most((stats) => stats.edges),
      counters: most((stats) => stats.counters),
      findings: this.#found.size,
      lastNew: most((stats) => stats.lastNew),
      known: sumOfEach(this.#stats.map((stats) => stats.known)),
      seconds: (now - this.#started) / 1000,
      sinceNew: (now - this.#newAt) / 1000,
    };
  }
}

/** As options of the command line. */
function codeWords({ code, against }: Pick<CampaignOptions, 'code' | 'against'>): string {
  return `${code === undefined ? '' : ` --code ${code}`}${against === undefined ? '' : ` --against ${against}`}`;
}

function sumOfEach(counts: readonly FuzzStats['known'][]): FuzzStats['known'] {
  const sums = knownDefects.map(({ id }) => [id, counts.reduce((sum, count) => sum + (count[id] ?? 0), 0)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
}

function inFolder<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new CampaignError(errorText(error), { cause: error });
  }
}

/** The i-th job's part of so many runs in all. */
function share(runs: number, jobs: number, i: number): number {
  return Math.floor((runs + i) / jobs);
}
