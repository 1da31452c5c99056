// SPDX-License-Identifier: GPL-2.0-only
import { tryFolder } from '../../files/folders.js';
import { type CampaignOptions, type CampaignReport, type CampaignStats, runCampaign } from '../../fuzz/campaign.js';
import type { FuzzFinding } from '../../fuzz/fuzz.js';
import { KernelOracle } from '../../fuzz/kernel-oracle.js';
import { knownDefects } from '../../generated/abi.js';
import type { FindingFiles, FuzzJson } from '../../json/index.js';
import type { Session } from '../../kernel/index.js';
import { hex } from '../../trace/words.js';
import { visibleLines } from '../../visible.js';
import { ExitStatus } from '../errors.js';
import { printSkipped } from '../files.js';
import { printJson } from '../json.js';
import { withSession } from '../kernel/session.js';
import { EndingSignals } from '../signals.js';
import { findingJson, printFiles, printFinding, trySaveFinding } from './findings.js';
import { type CampaignKernels, campaignKernels } from './kernels.js';
import type { FuzzCommandOptions } from './options.js';
import { FuzzStatus } from './status.js';

/** Answers the exit status. */
export async function runFuzzCampaign(options: FuzzCommandOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const kernels = campaignKernels(options);
  const { live } = kernels;
  tryFolders(options);
  // The first Ctrl-C ends the campaign in good order; one more ends the process.
  using signals = new EndingSignals({ interrupt: true });
  if (live === undefined) return await run(options, env, kernels, signals, undefined);
  return await withSession({ live }, signals.signal, (session) => run(options, env, kernels, signals, session));
}

/** Better now than after ten hours. */
function tryFolders({ corpus, findings }: FuzzCommandOptions): void {
  tryFolder(findings);
  if (corpus !== undefined) tryFolder(corpus);
}

interface Found {
  readonly finding: FuzzFinding;
  readonly files: FindingFiles;
}

async function run(
  options: FuzzCommandOptions,
  env: NodeJS.ProcessEnv,
  kernels: CampaignKernels,
  signals: EndingSignals,
  session: Session | undefined,
): Promise<number> {
  const { time, runs, json } = options;
  const status = await FuzzStatus.to({ ...(time !== undefined && { time }), ...(runs !== undefined && { runs }) });
  const found: Found[] = [];
  let notSaved = 0;
  let last: CampaignStats | undefined;
  const onFinding = (finding: FuzzFinding) => {
    status.hide();
    // Printed first: it may be that it cannot be saved.
    if (!json) printFinding(finding);
    const { files, problem } = trySaveFinding(options.findings, finding);
    found.push({ finding, files });
    if (!json) printFiles(files);
    if (problem === undefined) return;
    notSaved++;
    console.error(`error: this finding cannot be saved: ${visibleLines(problem)}`);
  };
  const kernel = session && new KernelOracle(session, onFinding, modelOf(kernels));
  try {
    const report = await runCampaign({
      ...campaignOptions(options, kernels),
      env,
      signal: signals.signal,
      onFinding,
      onInput: (input) => kernel?.offer(input),
      onStats: (stats) => {
        last = stats;
        status.show(stats, noteOf(kernel));
      },
      onSkipped: (skipped) => {
        status.hide();
        printSkipped(skipped);
      },
    });
    if (kernel && kernel.counts.waiting > 0) {
      status.hide();
      console.error(`${kernel.counts.waiting} programs still wait for the kernel; Ctrl-C leaves them out`);
      await kernel.finish(signals.again());
    }
    status.hide();
    print(report, found, kernel, json ?? false);
  } catch (error) {
    status.hide();
    // What was done until then was done.
    if (last) print({ ...last, hash: undefined }, found, kernel, json ?? false);
    throw error;
  } finally {
    status.hide();
  }
  if (notSaved > 0) return ExitStatus.USAGE;
  return found.length === 0 ? ExitStatus.OK : ExitStatus.FAILED;
}

/** What a booted kernel is compared with. */
function modelOf({ profile, code }: CampaignKernels): { readonly kernel: string; readonly code?: string } {
  return { kernel: profile, ...(code !== undefined && { code }) };
}

function campaignOptions(options: FuzzCommandOptions, { profile, code, against }: CampaignKernels): CampaignOptions {
  const { time, runs, seed, jobs, oracles, length, fail, corpus } = options;
  return {
    seed,
    jobs,
    kernel: profile,
    maxOperations: length,
    failEach: fail,
    ...(code !== undefined && { code }),
    ...(against !== undefined && { against }),
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

type Summary = CampaignStats & Pick<CampaignReport, 'hash'>;

function print(report: Summary, found: readonly Found[], kernel: KernelOracle | undefined, json: boolean): void {
  const { runs, operations, edges, counters, corpus, failed, known, seconds, hash } = report;
  const perSecond = Math.round(operations / Math.max(seconds, 0.001));
  if (json) {
    const findings = found.map(({ finding, files }) => findingJson(finding, files));
    printJson<FuzzJson>({
      runs,
      operations,
      operationsPerSecond: perSecond,
      edges,
      counters,
      corpus,
      failed,
      known,
      hash: hash === undefined ? null : hex(hash),
      kernel: kernel?.counts ?? null,
      findings,
    });
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
