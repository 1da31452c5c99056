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
import { CliError, ExitStatus } from '../errors.js';
import { findTraces, readTrace } from '../files.js';
import { pageName, requireExplorer, writePageInto } from '../inspect/view.js';
import { liveKernelProblems } from '../kernel/errors.js';
import { addLiveOptions, type LiveOptions, profileFor, requireLive } from '../kernel/live.js';
import { withStepsOf } from '../kernel/progress.js';
import { withSession } from '../kernel/session.js';
import { newLiveSpelling, type OldLiveOptions } from '../old-spellings.js';
import { profileOption } from '../profile.js';
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
  await liveKernelProblems(async () => {
    const kernel = profileFor(requireInstalled(requireLive(live)), live.kernel);
    process.exitCode = await withSession(live, (session) =>
      compareRandomPrograms(session, { ...options, kernel, random }),
    );
  });
}

async function compareFiles(paths: readonly string[], live: LiveOptions, options: Options): Promise<void> {
  const programs = findTraces(paths).map(readProgram);
  const results = await liveKernelProblems(async () => {
    const kernel = profileFor(requireInstalled(requireLive(live)), live.kernel);
    // No kernel is booted to find that there is nothing for it to do.
    if (programs.every((program) => 'passed' in program)) return programs.filter((program) => 'passed' in program);
    const { strict = false, view } = options;
    return withSession(live, (session) => comparePrograms(session, programs, { kernel, strict, view }));
  });
  if (!printComparisons(results, { json: options.json ?? false })) process.exitCode = ExitStatus.FAILED;
}

/** What is wrong with one file must not keep the others from being compared. */
function readProgram(file: string): Trace | ComparisonResult {
  try {
    return readTrace(file);
  } catch (error) {
    if (error instanceof TraceSyntaxError || error instanceof FileError) return failure(file, error.message);
    throw error;
  }
}

interface ProgramOptions extends CompareWithKernelOptions {
  readonly view: string | undefined;
}

/** Compares each program that could be read; the others are failures already. */
function comparePrograms(
  session: Session,
  programs: readonly (Trace | ComparisonResult)[],
  options: ProgramOptions,
): Promise<ComparisonResult[]> {
  return withStepsOf(programs, (program) =>
    'passed' in program ? Promise.resolve(program) : compareOne(session, program, options),
  );
}

async function compareOne(session: Session, program: Trace, options: ProgramOptions): Promise<ComparisonResult> {
  try {
    const comparison = await compareWithKernel(session, program, options);
    return compared(program, comparison, pageOf(program, comparison, options));
  } catch (error) {
    if (!(error instanceof LiveKernelError) || error.code !== 'ERR_HARNESS') throw error;
    return failure(program.source, `${program.source}: ${error.message}`);
  }
}

function pageOf(program: Trace, comparison: Comparison, { view, ...options }: ProgramOptions): string | null {
  if (view === undefined || comparison.passed) return null;
  return writePageInto(view, pageName(program.source), comparison.recording, options);
}
