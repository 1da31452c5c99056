// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap compare PROGRAM… --live NAME`: the model and a real kernel side by side. */
import type { Command } from 'commander';
import { FileError } from '../../files/file-error.js';
import {
  type CompareWithKernelOptions,
  type Comparison,
  compareWithKernel,
  LiveKernelError,
  requireInstalled,
  type Session,
} from '../../kernel/index.js';
import { type Trace, TraceSyntaxError } from '../../trace/index.js';
import { visible } from '../../visible.js';
import { CliError, ExitStatus, fileProblem } from '../errors.js';
import { readTrace } from '../files.js';
import { pageName, requireExplorer, writePageInFolder } from '../inspect/view.js';
import { addLiveOptions, type LiveOptions, profileFor, requireLive } from '../kernel/live.js';
import { withStepsOf } from '../kernel/progress.js';
import { withSession } from '../kernel/session.js';
import { newLiveSpelling, type OldLiveOptions } from '../old-spellings.js';
import { filesIn, placePrograms } from '../places.js';
import { profileOption } from '../profile.js';
import { EndingSignals, ifStopped, untilStopped } from '../signals.js';
import { compareRandomPrograms } from './compare-random.js';
import { type ComparisonResult, compared, failure, printComparisons } from './compare-report.js';
import { addRandomOptions, type RandomProgramOptions } from './random-options.js';

interface Options extends OldLiveOptions, RandomProgramOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly output?: string;
  readonly view?: string;
}

export function registerCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('run programs on a real kernel and on the model, and compare')
    .argument('[programs...]', 'traces, or directories of *.trace files')
    .option('-o, --output <folder>', 'where the smallest random programs that show a difference are kept')
    .option('--view <folder>', 'for each program that differs, a page that explores both sides (see view)')
    .option('--json', 'print one JSON document')
    .option('--strict', 'compare reference and change bits too');
  addLiveOptions(addRandomOptions(command))
    .addOption(profileOption("behave like this kernel, not like the booted one's version"))
    .addHelpText('after', '\nExit status 0 if the model does what the kernel does with all programs, 1 if not.')
    .action(comparePaths);
}

async function comparePaths(programs: readonly string[], options: Options): Promise<void> {
  const { random } = options;
  const { paths, options: live } = newLiveSpelling(programs, options);
  requireLive(live);
  if ((random === undefined) === (paths.length === 0)) throw new CliError('give programs, or --random COUNT');
  if (options.view !== undefined) requireExplorer();
  if (random === undefined) return compareFiles(paths, live, options);
  const kernel = profileFor(requireInstalled(requireLive(live)), live.kernel);
  using signals = new EndingSignals({ interrupt: true });
  process.exitCode = await withSession(live, signals.signal, (session) =>
    compareRandomPrograms(session, { ...options, kernel, random }, signals.signal),
  );
}

async function compareFiles(paths: readonly string[], live: LiveOptions, options: Options): Promise<void> {
  const { strict = false, view } = options;
  const places = placePrograms(paths);
  const pages = view === undefined ? [] : filesIn(view, places, pageName);
  const programs = places.map(({ program }, i) => readProgram(program, pages[i]));
  const kernel = profileFor(requireInstalled(requireLive(live)), live.kernel);
  using signals = new EndingSignals();
  // No kernel is booted to find that there is nothing for it to do.
  const results = programs.every((program) => 'passed' in program)
    ? programs
    : await withSession(live, signals.signal, (session) =>
        comparePrograms(session, programs, { kernel, strict }, signals.signal),
      ).catch(ifStopped([]));
  if (!printComparisons(results, { json: options.json ?? false })) process.exitCode ??= ExitStatus.FAILED;
}

/** What is wrong with one file must not keep the others from being compared. */
function readProgram(file: string, page: string | undefined): Program | ComparisonResult {
  try {
    return { trace: readTrace(file), page };
  } catch (error) {
    if (error instanceof TraceSyntaxError || error instanceof FileError) return failure(file, error.message);
    throw error;
  }
}

interface Program {
  readonly trace: Trace;
  /** Where a page that explores a difference goes, if one was asked for. */
  readonly page: string | undefined;
}

/** Compares each program that could be read; the others are failures already. */
function comparePrograms(
  session: Session,
  programs: readonly (Program | ComparisonResult)[],
  options: CompareWithKernelOptions,
  stop: AbortSignal,
): Promise<ComparisonResult[]> {
  return withStepsOf(programs, (program) =>
    'passed' in program ? Promise.resolve(program) : compareOne(session, program, options, stop),
  );
}

async function compareOne(
  session: Session,
  { trace, page }: Program,
  options: CompareWithKernelOptions,
  stop: AbortSignal,
): Promise<ComparisonResult> {
  try {
    const comparison = await untilStopped(compareWithKernel(session, trace, options), stop);
    return compared(trace, comparison, await pageOf(page, comparison, options, stop));
  } catch (error) {
    if (!(error instanceof LiveKernelError) || error.code !== 'ERR_HARNESS') throw error;
    return failure(trace.source, `${visible(trace.source)}: ${error.message}`);
  }
}

async function pageOf(
  page: string | undefined,
  { passed, recording }: Comparison,
  options: CompareWithKernelOptions,
  stop: AbortSignal,
): Promise<string | null> {
  if (page === undefined || passed) return null;
  const problem = await fileProblem(() => writePageInFolder(page, recording, options, stop));
  if (!problem) return page;
  // What was compared is told all the same.
  console.error(`error: ${problem.message}`);
  process.exitCode = ExitStatus.USAGE;
  return null;
}
