// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap compare PROGRAM… --live NAME`: a real kernel and the model, or a built code, side by side. */
import { type Command, Option } from 'commander';
import { FileError } from '../../files/file-error.js';
import { CodeComparer } from '../../fuzz/compare-codes.js';
import type { ComparedFile } from '../../json/index.js';
import { requireInstalled } from '../../kernel/cache.js';
import {
  type CompareWithKernelOptions,
  type Comparison,
  compareWithKernel,
  type Observer,
  observers,
} from '../../kernel/compare.js';
import { compareRandom, compareRandomBy } from '../../kernel/compare-random.js';
import { LiveKernelError } from '../../kernel/errors.js';
import { type Trace, TraceSyntaxError } from '../../trace/index.js';
import { visible } from '../../visible.js';
import { againstOption, codeOption, runnerOf } from '../code.js';
import { CliError, ExitStatus, fileProblem } from '../errors.js';
import { readTrace } from '../files.js';
import { pageName, requireExplorer, writePageInFolder } from '../inspect/view.js';
import { addLiveOptions, type LiveOptions, profileFor, requireLive } from '../kernel/live.js';
import { withStepsOf } from '../kernel/progress.js';
import { withSession } from '../kernel/session.js';
import { newLiveSpelling, type OldLiveOptions } from '../old-spellings.js';
import { filesIn, placePrograms } from '../places.js';
import { anyProfileOf, profileOption } from '../profile.js';
import { breathe, EndingSignals, ifStopped, untilStopped } from '../signals.js';
import { compareRandomPrograms, type RandomWork, type Subject } from './compare-random.js';
import { compared, failure, printComparisons } from './compare-report.js';
import { addRandomOptions, type RandomProgramOptions } from './random-options.js';

interface Options extends OldLiveOptions, RandomProgramOptions {
  readonly code?: string;
  readonly against?: string;
  readonly observer?: Observer;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly output?: string;
  readonly view?: string;
}

const HELP = `
Exit status 0 if both sides do the same with all programs, 1 if not.

  s390-gmap compare --random 100 --live 6.1                       a booted kernel, and the model
  s390-gmap compare --random 100 --live 6.1 --code mine           a booted kernel, and a built code
  s390-gmap compare --random 100 --live 6.1 --observer dump       a booted kernel, and crash dumps of it
  s390-gmap compare --random 100 --code mine                      a built code, and the model
  s390-gmap compare --random 100 --code mine --against 6.1        what does a patch change?`;

export function registerCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('run programs on a real kernel and on the model, or on a built code, and compare')
    .argument('[programs...]', 'traces, or directories of *.trace files')
    .option('-o, --output <folder>', 'where the smallest random programs that show a difference are kept')
    .option('--view <folder>', 'for each program that differs, a page that explores both sides (see view)')
    .option('--json', 'print one JSON document')
    .option('--strict', 'compare reference and change bits too; without --live they always are');
  addLiveOptions(addRandomOptions(command))
    .addOption(profileOption("behave like this kernel, not like the booted one's version"))
    .addOption(codeOption('a built code: with --live in place of the model, else compared with it'))
    .addOption(againstOption())
    .addOption(
      new Option('--observer <who>', 'what is compared with the booted kernel at the end of each program').choices(
        observers,
      ),
    )
    .addHelpText('after', HELP)
    .action(comparePaths);
}

async function comparePaths(programs: readonly string[], options: Options): Promise<void> {
  const { random, code, against } = options;
  // There are no old spellings with a code.
  const { paths, options: live } =
    code === undefined ? newLiveSpelling(programs, options) : { paths: programs, options: liveOf(options) };
  if (against !== undefined && (code === undefined || live.live !== undefined))
    throw new CliError('--against is for --code NAME without --live: what is compared with the code');
  if (options.observer === 'dump') requireNoModel(live, options);
  if (code === undefined) requireLive(live);
  if ((random === undefined) === (paths.length === 0)) throw new CliError('give programs, or --random COUNT');
  if (options.view !== undefined) requireExplorer();
  if (code !== undefined && live.live === undefined) return compareCodes(paths, { ...live, code, against }, options);
  const how = options.observer === 'dump' ? { observer: options.observer } : modelFor(live, code);
  if (random === undefined) return compareFilesLive(paths, live, how, options);
  using signals = new EndingSignals({ interrupt: true });
  process.exitCode = await withSession(live, signals.signal, (session) =>
    compareRandomPrograms(
      {
        compare: (work) => compareRandom(session, { ...work, ...how, strict: options.strict ?? false }),
        kernel: session.kernel.kernel,
        subject: 'observer' in how ? undefined : how,
      },
      { ...options, random },
      signals.signal,
    ),
  );
}

/** A dump is compared with the module alone. */
function requireNoModel({ kernel }: LiveOptions, { code, strict, view }: Options): void {
  const [other] = Object.entries({ code, kernel, strict, view }).filter(([, value]) => value !== undefined);
  if (other) throw new CliError(`--observer dump compares with no model: leave --${other[0]} out`);
}

function liveOf({ live, ...options }: OldLiveOptions): LiveOptions {
  if (live === true) throw new CliError('--live NAME: which booted kernel?');
  return { ...options, live };
}

/** What is compared with a booted kernel: the port as some kernel, or a code. */
function modelFor(live: LiveOptions, code: string | undefined): Subject {
  // What is wrong with the code is said first.
  const runner = runnerOf({ code, kernel: live.kernel });
  const kernel = profileFor(requireInstalled(requireLive(live)), live.kernel);
  return runner.code === undefined
    ? { kernel }
    : { kernel: runnerOf({ code, kernel }).kernel ?? kernel, code: runner.code };
}

interface AskedCodes extends LiveOptions {
  readonly code: string;
  readonly against: string | undefined;
}

/** Two codes, or one and the port: no kernel is booted. */
async function compareCodes(paths: readonly string[], asked: AskedCodes, options: Options): Promise<void> {
  const { code, against, kernel, oneByOne, timeout, dump } = asked;
  if (oneByOne || timeout !== undefined || dump !== undefined)
    throw new CliError('--one-by-one, --timeout and --dump are for a booted kernel: --live NAME');
  const { random } = options;
  using comparer = new CodeComparer({ code, against, kernel: kernel === undefined ? kernel : anyProfileOf(kernel) });
  using signals = new EndingSignals({ interrupt: true });
  const { signal } = signals;
  const one = async (program: Trace) => {
    await breathe();
    return comparer.compare(program);
  };
  async function* each(programs: Iterable<Trace>) {
    for (const program of programs) yield await one(program);
  }
  if (random === undefined) {
    const results = comparePrograms(readPrograms(paths, options), one, { ...comparer.subject, strict: true }, signal);
    printResults(await results.catch(ifStopped([])), options);
  } else {
    const compare = (work: RandomWork) => compareRandomBy({ each, one }, work);
    const by = { compare, kernel: comparer.expected, subject: comparer.subject };
    process.exitCode = await compareRandomPrograms(by, { ...options, random }, signal);
  }
  if (!options.json) console.log(`expected: ${comparer.expected}, got: ${comparer.got}`);
}

async function compareFilesLive(
  paths: readonly string[],
  live: LiveOptions,
  how: Subject | { readonly observer: Observer },
  options: Options,
): Promise<void> {
  const programs = readPrograms(paths, options);
  const all = { ...how, strict: options.strict ?? false };
  using signals = new EndingSignals();
  const { signal } = signals;
  // No kernel is booted to find that there is nothing for it to do.
  const results = programs.every((program) => 'passed' in program)
    ? programs
    : await withSession(live, signal, (session) =>
        comparePrograms(programs, (trace) => compareWithKernel(session, trace, all), all, signal),
      ).catch(ifStopped([]));
  printResults(results, options);
}

function printResults(results: readonly ComparedFile[], { json = false }: Options): void {
  if (!printComparisons(results, { json })) process.exitCode ??= ExitStatus.FAILED;
}

function readPrograms(paths: readonly string[], { view }: Options): (Program | ComparedFile)[] {
  const places = placePrograms(paths);
  const pages = view === undefined ? [] : filesIn(view, places, pageName);
  return places.map(({ program }, i) => readProgram(program, pages[i]));
}

/** What is wrong with one file must not keep the others from being compared. */
function readProgram(file: string, page: string | undefined): Program | ComparedFile {
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

type Compare = (program: Trace) => Promise<Comparison>;

/** Compares each program that could be read; the others are failures already. */
function comparePrograms(
  programs: readonly (Program | ComparedFile)[],
  compare: Compare,
  options: CompareWithKernelOptions,
  stop: AbortSignal,
): Promise<ComparedFile[]> {
  return withStepsOf(programs, (program) =>
    'passed' in program ? Promise.resolve(program) : compareOne(program, compare, options, stop),
  );
}

async function compareOne(
  { trace, page }: Program,
  compare: Compare,
  options: CompareWithKernelOptions,
  stop: AbortSignal,
): Promise<ComparedFile> {
  try {
    const comparison = await untilStopped(compare(trace), stop);
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
