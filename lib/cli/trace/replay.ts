// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap replay FILE|DIR…`: does the model do what was recorded? */
import type { Command } from 'commander';
import { FileError } from '../../files/file-error.js';
import type { Kernel } from '../../generated/abi.js';
import type { ReplayedFile, ReplayJson } from '../../json/index.js';
import { GmapError } from '../../machine/errors.js';
import { requireCode } from '../../own-code/cache.js';
import { OwnCodeError } from '../../own-code/errors.js';
import { machineOptions } from '../../trace/header.js';
import { type Difference, type ReplayOptions, TraceSyntaxError, UnknownKernelError } from '../../trace/index.js';
import { findOperation } from '../../trace/operations.js';
import { replayPieces } from '../../trace/replay.js';
import type { TraceItems } from '../../trace/types.js';
import { visible } from '../../visible.js';
import { addRunnerOptions, type RunnerOptions, runnerOf } from '../code.js';
import { ExitStatus } from '../errors.js';
import { readTrace } from '../files.js';
import { pageName, requireExplorer, writePageInFolder } from '../inspect/view.js';
import { printJson } from '../json.js';
import { filesIn, placePrograms } from '../places.js';
import { withProgress } from '../progress.js';
import { breathe, EndingSignals, ifStopped, Stopped } from '../signals.js';
import { printResults } from './replay-report.js';
import { openTrace } from './trace-file.js';

interface Options extends RunnerOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly view?: string;
}

export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('replay recordings on the model and compare')
    .argument('<paths...>', 'recordings, or directories of *.trace files')
    .option('--json', 'print one JSON document')
    .option('--strict', 'compare reference and change bits too, as those with # strict: 1 are anyway')
    .option('--view <folder>', 'for each recording that fails, a page that explores both sides (see view)');
  addRunnerOptions(command)
    .addHelpText(
      'after',
      '\nExit status 0 if all recordings pass, 1 if one fails. One that needs a built code is left where it does, and said so.',
    )
    .action(replayPaths);
}

async function replayPaths(paths: readonly string[], { json, strict, view, ...asked }: Options): Promise<void> {
  using signals = new EndingSignals();
  if (view !== undefined) requireExplorer();
  const options: ReplayOptions = { ...(strict && { strict }), ...runnerOf(asked) };
  const programs = placePrograms(paths);
  // Where pages go does not depend on what fails.
  const places = view === undefined ? [] : filesIn(view, programs, pageName);
  const results = await withProgress(programs, ({ program }) => replayFile(program, options, signals.signal));
  const failed = results.filter((result) => !result.passed && result.needsCode === undefined).length;
  const passed = results.filter((result) => result.passed).length;
  if (json) printJson<ReplayJson>({ passed, failed, files: results });
  else printResults(results, passed, failed);
  if (failed > 0 || passed === 0) process.exitCode = ExitStatus.FAILED;
  const onPage = (page: string) => json || console.log(`see ${visible(page)}`);
  await writePages(results, places, options, signals.signal, onPage).catch(ifStopped(undefined));
}

/** Writes the pages of those that fail. @throws {Stopped} */
async function writePages(
  results: readonly ReplayedFile[],
  places: readonly string[],
  options: ReplayOptions,
  stop: AbortSignal,
  onPage: (page: string) => void,
): Promise<void> {
  for (const [i, { file, difference }] of results.entries()) {
    const page = places[i];
    if (page === undefined || difference === null) continue;
    if (stop.aborted) throw new Stopped();
    await writePageInFolder(page, readTrace(file), options, stop);
    onPage(page);
  }
}

/** What is wrong with one file must not keep the others from being replayed. */
async function replayFile(file: string, options: ReplayOptions, stop: AbortSignal): Promise<ReplayedFile> {
  try {
    using trace = openTrace(file);
    if (trace.isProgram) return failure(file, `${visible(file)}: this is a program, not a recording: use run`);
    const kernel = kernelOf(trace, options);
    let difference: Difference | undefined;
    for (difference of replayPieces(trace, options)) await breathe(stop);
    const needsCode = difference && options.code === undefined ? onlyBuilt(difference) : undefined;
    const { calls } = trace;
    const found = { file, passed: !difference, calls, kernel, difference: difference ?? null, error: null };
    return needsCode === undefined ? found : { ...found, difference: null, needsCode };
  } catch (error) {
    if (error instanceof TraceSyntaxError) return failure(file, error.message);
    if (error instanceof FileError) return failure(file, error.message);
    if (error instanceof UnknownKernelError || error instanceof GmapError || error instanceof OwnCodeError)
      return failure(file, `${visible(file)}: ${error.message}`);
    throw error;
  }
}

/** What the model behaves like, as `replayPieces` makes it. */
function kernelOf(trace: Pick<TraceItems, 'header'>, { kernel, code }: ReplayOptions): Kernel {
  return code === undefined ? machineOptions(trace, kernel).kernel : requireCode(code).kernel;
}

/** The name of the call, if the port does not have it but built codes do. */
function onlyBuilt({ call }: Difference): string | undefined {
  const [name = ''] = /^\w+/.exec(call) ?? [];
  return findOperation(name)?.kernels === 'ONLY_BUILT' ? name : undefined;
}

function failure(file: string, error: string): ReplayedFile {
  return { file, passed: false, calls: 0, kernel: null, difference: null, error };
}
