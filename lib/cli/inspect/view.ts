// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap view FILE`: a page that explores a program or recording, or shows a crash dump. */
import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { isDumpFile } from '../../dump/formats/open.js';
import { openDump } from '../../dump/index.js';
import { makeFolder, temporaryFolder } from '../../files/folders.js';
import { writeFile } from '../../files/write.js';
import type { Film } from '../../film/film.js';
import { filmJson, filmPage, hasExplorer } from '../../film/page.js';
import { type FilmOptions, shootCalls } from '../../film/shoot.js';
import { shootDump } from '../../film/shoot-dump.js';
import type { ViewJson } from '../../json/index.js';
import type { Trace } from '../../trace/index.js';
import { callsOf } from '../../trace/program.js';
import { visible } from '../../visible.js';
import { addRunnerOptions, type RunnerOptions, runnerOf } from '../code.js';
import { addTypesOption, type DumpFileOptions } from '../dump/dump.js';
import { CliError } from '../errors.js';
import { printAll } from '../print.js';
import { withProgressOf } from '../progress.js';
import { breathe, EndingSignals } from '../signals.js';
import { modelProblems, modelProblemsOf, readProgram } from '../trace/model-problems.js';
import { callsAroundDifference, chosenCalls, type ExcerptOptions } from './excerpt.js';
import { lineParser } from './machine-at.js';
import { FILE, refuseForDumps } from './state.js';

interface Options extends ExcerptOptions, RunnerOptions, DumpFileOptions {
  readonly output?: string;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** Some 10 ms. */
const CALLS_OF_A_BREATH = 64;

export function registerView(program: Command): void {
  const line = lineParser('--from, --to');
  const command = program
    .command('view')
    .description('make a page that explores a program or recording, call by call; or one that shows a crash dump')
    .argument('<file>', FILE)
    .option('-o, --output <page>', 'where to; default: the name of the file with .html, here')
    .option('--open', 'show it in the browser; without -o the page is a temporary file')
    .option('--json', 'print the film that the page would show, as one JSON document')
    .option('--from <line>', 'begin with the call on this line of the file; those before are only executed', line)
    .option('--to <line>', 'end with the call on this line', line)
    .option('--all', 'all calls, also if they are more than 50,000')
    .option('--strict', 'compare reference and change bits too, where the file has a recording');
  addTypesOption(addRunnerOptions(command)).action(view);
}

async function view(file: string, options: Options): Promise<void> {
  const { output, open, json } = options;
  using signals = new EndingSignals();
  const shoot = file !== '-' && isDumpFile(file) ? shooterOfDump(file, options) : await shooterOfTrace(file, options);
  if (!json) requireExplorer();
  const film = await shoot(signals.signal);
  if (json) {
    await printAll(filmJson(film satisfies ViewJson));
    console.log();
    return;
  }
  const html = modelProblems(film.source, () => filmPage(film));
  const name = pageName(file === '-' ? 'stdin' : basename(file));
  const page = output ?? (open ? join(temporaryFolder('view'), name) : name);
  writeFile(page, html);
  console.log(visible(page));
  if (open) openInBrowser(page);
}

/** Makes a film, once all options are known to be right. */
type Shooter = (stop: AbortSignal) => Promise<Film>;

async function shooterOfTrace(file: string, options: Options): Promise<Shooter> {
  const { kernel, code, strict, types } = options;
  if (types !== undefined) throw new CliError('--types is for crash dumps');
  const runner = runnerOf({ kernel, code });
  const trace = await readProgram(file);
  const chosen = { ...runner, ...(strict && { strict }), ...chosenCalls(trace, options) };
  return (stop) => withFilm(trace, chosen, stop);
}

function shooterOfDump(file: string, { types, from, to, all, kernel, code, strict }: Options): Shooter {
  refuseForDumps({ from, to, all, kernel, code, strict });
  return async () => {
    using dump = openDump(file, types === undefined ? {} : { types });
    return modelProblems(file, () => shootDump(dump, file));
  };
}

/** The name of the page of a trace. */
export function pageName(file: string): string {
  return `${file.replace(/\.trace$/, '')}.html`;
}

/** Writes a page, of a long recording around its first difference; its folder is made if it is not there. @throws {Stopped} */
export async function writePageInFolder(
  page: string,
  trace: Trace,
  options: FilmOptions,
  stop?: AbortSignal,
): Promise<void> {
  const html = await pageOf(trace, { ...options, ...callsAroundDifference(trace, options) }, stop);
  makeFolder(dirname(page));
  writeFile(page, html);
}

/** Says it before the work: a page cannot be made without the explorer. */
export function requireExplorer(): void {
  if (!hasExplorer()) throw new CliError('the explorer is not built yet: npm run build:explorer');
}

async function pageOf(trace: Trace, options: FilmOptions, stop?: AbortSignal): Promise<string> {
  const film = await withFilm(trace, options, stop);
  return modelProblems(trace.source, () => filmPage(film));
}

function withFilm(trace: Trace, options: FilmOptions, stop?: AbortSignal): Promise<Film> {
  const { from = 0, to = callsOf(trace).length } = options;
  return withProgressOf(to - from, (onProgress) =>
    modelProblemsOf(trace.source, async () => {
      const shooting = shootCalls(trace, options);
      for (;;) {
        const { done, value } = shooting.next();
        if (done) return value;
        onProgress(value);
        if (value % CALLS_OF_A_BREATH === 0) await breathe(stop);
      }
    }),
  );
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

function openInBrowser(page: string): void {
  const [command = 'xdg-open', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, page], { stdio: 'ignore', detached: true });
  child.on('error', () => console.error(`error: ${command} is not there to open it`));
  child.unref();
}
