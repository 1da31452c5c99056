// SPDX-License-Identifier: GPL-2.0-only
/** A campaign of several processes, each with a seed of its own, that share a folder of inputs. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
import { knownDefects } from '../generated/abi.js';
import { largest } from '../largest.js';
import type { StopSignal } from '../stop-signal.js';
import { withJson } from '../trace/json.js';
import { checkEnds, endTakers, type FuzzFinding, findingOf, withTrace } from './fuzz.js';
import { type FuzzStats, fuzzerTakers, type RawFinding } from './fuzzer.js';
import type { JobCommand, JobMessage, JobOrder } from './job.js';

export interface CampaignOptions extends Omit<JobOrder, 'seed'> {
  /** Of the first job; the others have the next ones. Default 1. */
  readonly seed?: bigint | number;
  /** Processes, 1 to 1024. Default 1. */
  readonly jobs?: number;
  /** Ends it; what was found until then is answered. */
  readonly signal?: StopSignal;
  /** Environment variables of the jobs, beside those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is told of each finding that no job had before. */
  readonly onFinding?: (finding: FuzzFinding) => void;
  /** Is told of each program that a job keeps. */
  readonly onInput?: (input: Uint8Array) => void;
  readonly onStats?: (stats: CampaignStats) => void;
}

/** The jobs' numbers together: runs, operations and findings are sums; edges and corpus are those of the best job. */
export interface CampaignStats extends FuzzStats {
  readonly seconds: number;
  /** Seconds since a job last reached a new edge. */
  readonly sinceNew: number;
}

export interface CampaignReport extends CampaignStats {
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
};

/** A job cannot do its work: the message says why. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError';
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

/**
 * Runs the jobs until their `runs` or `time`, or `signal`, end them. A job that dies is a finding.
 *
 * @throws {TypeError} {RangeError} for wrong options, among them: nothing that ends it.
 * @throws {CampaignError}
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const taken = takeOptions('runCampaign: options', options, takers);
  checkEnds('runCampaign', taken);
  return new Campaign(taken).run();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #started = performance.now();
  readonly #stats: FuzzStats[] = [];
  readonly #found = new Map<string, FuzzFinding>();
  #hash: bigint | undefined;
  #edges = 0;
  #newAt = performance.now();

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  async run(): Promise<CampaignReport> {
    const { jobs = 1, seed = 1n } = this.#options;
    const runs = share(this.#options.runs, jobs);
    await Promise.all(
      Array.from({ length: jobs }, (_, i) => {
        this.#stats[i] = NONE;
        return this.#job(i, BigInt.asUintN(64, BigInt(seed) + BigInt(i)), runs?.[i]);
      }),
    );
    const hash = jobs === 1 ? this.#hash : undefined;
    return withJson({ ...this.#sum(), foundAll: [...this.#found.values()], hash });
  }

  #job(i: number, seed: bigint, runs: number | undefined): Promise<void> {
    const { jobs, signal, env, onFinding, onInput, onStats, ...order } = this.#options;
    const child = fork(fileURLToPath(new URL('./job.js', import.meta.url)), {
      serialization: 'advanced',
      env: { ...process.env, ...env },
    });
    send(child, { kind: 'start', order: { ...order, seed, ...(runs !== undefined && { runs }) } });
    const stop = () => send(child, { kind: 'stop' });
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    return new Promise<void>((resolve, reject) => {
      let isOver = false;
      child.on('message', (message: JobMessage) => {
        if (message.kind === 'failed') reject(new CampaignError(message.message));
        isOver ||= message.kind === 'report' || message.kind === 'failed';
        this.#hear(i, message);
      });
      child.on('error', reject);
      child.on('exit', (status, killer) => {
        if (!isOver) this.#died(i, seed, killer ?? `exit status ${status}`);
        resolve();
      });
    }).finally(() => signal?.removeEventListener('abort', stop));
  }

  #hear(i: number, message: JobMessage): void {
    switch (message.kind) {
      case 'stats':
        this.#count(i, message.stats);
        break;
      case 'report':
        this.#hash = message.report.hash;
        this.#count(i, message.report);
        break;
      case 'input':
        this.#options.onInput?.(message.input);
        break;
      case 'finding':
        this.#add(withTrace(message.finding));
        break;
      default:
    }
  }

  #count(i: number, stats: FuzzStats): void {
    this.#stats[i] = stats;
    const edges = largest(this.#stats.map((job) => job.edges));
    if (edges > this.#edges) this.#newAt = performance.now();
    this.#edges = edges;
    this.#options.onStats?.(this.#sum());
  }

  /** The same finding of two jobs is one. */
  #add(finding: FuzzFinding): void {
    const key = `${finding.oracle} ${finding.rule} ${finding.op}`;
    if (this.#found.has(key)) return;
    this.#found.set(key, finding);
    this.#options.onFinding?.(finding);
  }

  /** The fuzzer itself crashed: the same seed does it again. */
  #died(i: number, seed: bigint, how: string): void {
    const runs = this.#stats[i]?.runs ?? 0;
    const raw: RawFinding = {
      oracle: 'bug',
      rule: `crash: ${how}`,
      text: `the process of the fuzzer died (${how}) some time after run ${runs}; with --seed ${seed} --jobs 1 it does again`,
      op: 'observe',
      operation: 0,
      input: new Uint8Array(0),
      run: runs,
      failed: undefined,
    };
    this.#add(findingOf(raw, seed));
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

function sumOfEach(counts: readonly FuzzStats['known'][]): FuzzStats['known'] {
  const sums = knownDefects.map(({ id }) => [id, counts.reduce((sum, count) => sum + (count[id] ?? 0), 0)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum > 0));
}

function send(child: ChildProcess, command: JobCommand): void {
  // A child that is gone has nothing to be told: its exit is heard elsewhere.
  if (child.connected) child.send(command, () => {});
}

/** So many runs in all. */
function share(runs: number | undefined, jobs: number): number[] | undefined {
  return runs === undefined ? undefined : Array.from({ length: jobs }, (_, i) => Math.floor((runs + i) / jobs));
}
