// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap compare PROGRAM… --kernel NAME`: the model and a real kernel side by side. */
import type { Command } from 'commander';
import {
  type Comparison,
  compareWithKernel,
  LiveKernelError,
  requireInstalled,
  type Session,
} from '../../kernel/index.js';
import { type Trace, TraceSyntaxError, UnknownKernelError } from '../../trace/index.js';
import { requireKernel } from '../../trace/kernel.js';
import { CliError, ExitStatus } from '../errors.js';
import { findTraces, readTrace } from '../files.js';
import { pageName, requireExplorer, writePageInto } from '../inspect/view.js';
import { liveKernelProblems } from '../kernel/errors.js';
import { withStepsOf } from '../kernel/progress.js';
import { addKernelOptions, type KernelOptions, withSession } from '../kernel/session.js';
import { compareRandomPrograms } from './compare-random.js';
import { type ComparisonResult, compared, failure, printComparisons } from './compare-report.js';
import { addRandomOptions, type RandomProgramOptions } from './random-options.js';

interface Options extends KernelOptions, RandomProgramOptions {
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
  addKernelOptions(addRandomOptions(command))
    .addHelpText('after', '\nExit status 0 if the model does what the kernel does with all programs, 1 if not.')
    .action(comparePaths);
}

async function comparePaths(paths: readonly string[], options: Options): Promise<void> {
  const { random } = options;
  if ((random === undefined) === (paths.length === 0)) throw new CliError('give programs, or --random COUNT');
  if (options.view !== undefined) requireExplorer();
  if (random === undefined) return compareFiles(paths, options);
  await liveKernelProblems(async () => {
    requireModel(requireInstalled(options.kernel).kernel);
    process.exitCode = await withSession(options, (session) => compareRandomPrograms(session, { ...options, random }));
  });
}

async function compareFiles(paths: readonly string[], options: Options): Promise<void> {
  const programs = findTraces(paths).map(readProgram);
  const results = await liveKernelProblems(async () => {
    requireModel(requireInstalled(options.kernel).kernel);
    // No kernel is booted to find that there is nothing for it to do.
    if (programs.every((program) => 'passed' in program)) return programs.filter((program) => 'passed' in program);
    return withSession(options, (session) => comparePrograms(session, programs, options));
  });
  if (!printComparisons(results, { json: options.json ?? false })) process.exitCode = ExitStatus.FAILED;
}

function requireModel(kernel: string): void {
  try {
    requireKernel(kernel);
  } catch (error) {
    if (error instanceof UnknownKernelError) throw new CliError(error.message);
    throw error;
  }
}

/** What is wrong with one file must not keep the others from being compared. */
function readProgram(file: string): Trace | ComparisonResult {
  try {
    return readTrace(file);
  } catch (error) {
    if (error instanceof TraceSyntaxError || error instanceof CliError) return failure(file, error.message);
    throw error;
  }
}

/** Compares each program that could be read; the others are failures already. */
export function comparePrograms(
  session: Session,
  programs: readonly (Trace | ComparisonResult)[],
  { strict = false, view }: { readonly strict?: boolean; readonly view?: string },
): Promise<ComparisonResult[]> {
  return withStepsOf(programs, (program) =>
    'passed' in program ? Promise.resolve(program) : compareOne(session, program, strict, view),
  );
}

async function compareOne(
  session: Session,
  program: Trace,
  strict: boolean,
  view: string | undefined,
): Promise<ComparisonResult> {
  try {
    const comparison = await compareWithKernel(session, program, { strict });
    return compared(program, comparison, pageOf(program, comparison, strict, view));
  } catch (error) {
    if (!(error instanceof LiveKernelError) || error.code !== 'ERR_HARNESS') throw error;
    return failure(program.source, `${program.source}: ${error.message}`);
  }
}

function pageOf(program: Trace, comparison: Comparison, strict: boolean, view: string | undefined): string | null {
  if (view === undefined || comparison.passed) return null;
  return writePageInto(view, pageName(program.source), comparison.recording, { strict });
}
