// SPDX-License-Identifier: GPL-2.0-only
import { CampaignError, type CampaignOptions, type CampaignReport, runCampaign } from '../../fuzz/campaign.js';
import type { FuzzFinding } from '../../fuzz/fuzz.js';
import { KernelOracle } from '../../fuzz/kernel-oracle.js';
import { knownDefects } from '../../generated/abi.js';
import type { Session } from '../../kernel/index.js';
import { CliError, ExitStatus } from '../errors.js';
import { printSkipped } from '../files.js';
import { liveKernelProblems } from '../kernel/errors.js';
import { withSession } from '../kernel/session.js';
import { type FindingFiles, findingJson, printFinding, saveFinding } from './findings.js';
import { type CampaignKernels, campaignKernels } from './kernels.js';
import type { FuzzCommandOptions } from './options.js';
import { FuzzStatus } from './status.js';

/** Answers the exit status. */
export async function runFuzzCampaign(options: FuzzCommandOptions, env: NodeJS.ProcessEnv): Promise<number> {
  return liveKernelProblems(async () => {
    const { profile, live } = campaignKernels(options);
    if (live === undefined) return run(options, env, profile, undefined);
    return withSession({ live }, (session) => run(options, env, profile, session));
  });
}

interface Found {
  readonly finding: FuzzFinding;
  readonly files: FindingFiles;
}

async function run(
  options: FuzzCommandOptions,
  env: NodeJS.ProcessEnv,
  profile: CampaignKernels['profile'],
  session: Session | undefined,
): Promise<number> {
  const { time, runs, json } = options;
  const status = new FuzzStatus({ ...(time !== undefined && { time }), ...(runs !== undefined && { runs }) });
  const found: Found[] = [];
  const onFinding = (finding: FuzzFinding) => {
    const files = finding.input.length > 0 || finding.oracle === 'kernel' ? saveFinding(options.findings, finding) : {};
    found.push({ finding, files });
    status.hide();
    if (!json) printFinding(finding, files);
  };
  const kernel = session && new KernelOracle(session, onFinding, profile);
  await using stop = new Interrupt();
  try {
    const report = await runCampaign({
      ...campaignOptions(options, profile),
      env,
      signal: stop.signal,
      onFinding,
      onInput: (input) => kernel?.offer(input),
      onStats: (stats) => status.show(stats, noteOf(kernel)),
      onSkipped: (skipped) => {
        status.hide();
        printSkipped(skipped);
      },
    });
    if (kernel && kernel.counts.waiting > 0) {
      status.hide();
      console.error(`${kernel.counts.waiting} programs still wait for the kernel; Ctrl-C leaves them out`);
      await kernel.finish(stop.again());
    }
    status.hide();
    print(report, found, kernel, json ?? false);
  } catch (error) {
    if (error instanceof CampaignError) throw new CliError(error.message);
    throw error;
  } finally {
    status.hide();
  }
  return found.length === 0 ? ExitStatus.OK : ExitStatus.FAILED;
}

function campaignOptions(options: FuzzCommandOptions, kernel: CampaignKernels['profile']): CampaignOptions {
  const { time, runs, seed, jobs, oracles, length, fail, corpus } = options;
  return {
    seed,
    jobs,
    kernel,
    maxOperations: length,
    failEach: fail,
    ...(time !== undefined && { time }),
    ...(runs !== undefined && { runs }),
    ...(oracles !== undefined && { oracles }),
    ...(corpus !== undefined && { folder: corpus }),
  };
}

function noteOf(kernel: KernelOracle | undefined): string {
  if (!kernel) return '';
  const { compared, waiting } = kernel.counts;
  return `kernel: ${compared} compared, ${waiting} wait`;
}

/** The first Ctrl-C ends the campaign in good order; one more ends the process. */
class Interrupt implements AsyncDisposable {
  #controller = new AbortController();
  readonly #hear = () => {
    if (this.#controller.signal.aborted) process.exit(ExitStatus.INTERRUPTED);
    this.#controller.abort();
  };

  constructor() {
    process.on('SIGINT', this.#hear);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** For what comes next: it is not interrupted yet. */
  again(): AbortSignal {
    this.#controller = new AbortController();
    return this.signal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('SIGINT', this.#hear);
  }
}

function print(report: CampaignReport, found: readonly Found[], kernel: KernelOracle | undefined, json: boolean): void {
  const { runs, operations, edges, counters, corpus, failed, known, seconds, hash } = report;
  const perSecond = Math.round(operations / Math.max(seconds, 0.001));
  if (json) {
    const findings = found.map(({ finding, files }) => findingJson(finding, files));
    const hashText = hash === undefined ? null : `0x${hash.toString(16).padStart(16, '0')}`;
    const summary = {
      runs,
      operations,
      operationsPerSecond: perSecond,
      edges,
      counters,
      corpus,
      failed,
      known,
      hash: hashText,
    };
    console.log(JSON.stringify({ ...summary, kernel: kernel?.counts ?? null, findings }, null, 2));
    return;
  }
  if (kernel) {
    const { compared, waiting, leftOut } = kernel.counts;
    console.log(
      `${compared} programs compared with the kernel, ${waiting} not, ${leftOut} on machines without something`,
    );
  }
  for (const { id, text } of knownDefects)
    if (known[id] !== undefined) console.log(`known: ${id}, in ${known[id]} runs: ${text}`);
  console.log(`${runs} runs, ${perSecond} operations/s, ${edges} edges, ${found.length} findings`);
}
